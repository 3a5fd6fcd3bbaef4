"""Verdicts on PLS estimates, and what was done about blank answers."""

from csisem.display.wording import Wording

_COLLINEAR = Wording(
    "In the equation {outcome} ~ {predictors: + }{group:? in group {group}} the predictors are nearly collinear: "
    "the VIF of {predictor} is {vif:.4g} and the largest path is {path:.2f}",
    "方程 {outcome} ~ {predictors: + }{group:?（{group} 组）}中的自变量近乎共线：{predictor} "
    "的方差膨胀因子（VIF）为 {vif:.4g}，最大的路径系数为 {path:.2f}",
)
_BLANKS = Wording(
    "{blanks} blank {blanks:answer|answers} in {rows} of {n} rows",
    "{n} 行中有 {rows} 行共 {blanks} 个缺失值，",
)

WORDS = {
    # Weights that do not exist.
    "pls.not_converged": Wording(
        "The weights{group:? in group {group}} did not converge in {iterations} iterations; use another scheme=, or "
        "check that the items of each construct correlate.",
        "权重{group:?（{group} 组）}迭代 {iterations} 次仍未收敛；请改用其他 scheme=，或检查各结构变量的题项是否相关。",
    ),
    "pls.constant_item": Wording(
        "An item{group:? in group {group}} is constant, so that it has no weight; leave it out.",
        "有一个题项{group:?（{group} 组）}为常数，因而没有权重；请将其去掉。",
    ),
    "pls.singular_block": Wording(
        "The indicators of a mode B construct{group:? in group {group}} are linearly dependent, so that they have no "
        "weights; leave one out, or use mode 'A'.",
        "某个 B 模式结构变量的指标{group:?（{group} 组）}线性相关，因而没有权重；请去掉其中一个，或改用 'A' 模式。",
    ),
    "pls.no_neighbours": Wording(
        "A construct{group:? in group {group}} is uncorrelated with all its neighbours, or its predictors are "
        "collinear, so that it has no weights; check the paths, and that no two constructs have the same items.",
        "某个结构变量{group:?（{group} 组）}与所有相邻结构变量都不相关，或其自变量共线，因而没有权重；"
        "请检查路径，并检查是否有两个结构变量使用相同的题项。",
    ),
    "pls.few_rows": Wording(
        "The {predictors} predictors of {outcome} reproduce the {n} rows{group:? in group {group}} whatever was "
        "answered; take more rows, or fewer predictors.",
        "{outcome} 有 {predictors} 个自变量，无论答案如何都能完全拟合这 {n} 行{group:?（{group} 组）}；"
        "请增加样本，或减少自变量。",
    ),
    # Reasons of an inadmissible solution.
    "pls.no_reliability": Wording(
        "The reliability rho_A of {construct}{group:? in group {group}} does not exist: its items do not correlate as "
        "those of one construct do; drop an item, or read the estimates of PLS.",
        "{construct} 的信度 rho_A {group:?（{group} 组）}不存在：其题项之间的相关不像出自同一结构变量；"
        "请删除某个题项，或采用 PLS 的估计值。",
    ),
    "pls.reliability_above_one": Wording(
        "The reliability rho_A of {construct} is {reliability:.3f}{group:? in group {group}}, above 1.",
        "{construct} 的信度 rho_A 为 {reliability:.3f}{group:?（{group} 组）}，大于 1。",
    ),
    "pls.corrected_correlation_outside": Wording(
        "The corrected correlation of {first} and {second} is {correlation:.3f}{group:? in group {group}}, outside "
        "(-1, 1): the items do not discriminate between the two; merge them, or read the estimates of PLS.",
        "{first} 与 {second} 的校正相关系数为 {correlation:.3f}{group:?（{group} 组）}，超出 (-1, 1)："
        "题项不能区分二者；请将其合并，或采用 PLS 的估计值。",
    ),
    "pls.score_correlation_outside": Wording(
        "The correlation of the scores of {first} and {second} is {correlation:.3f}{group:? in group {group}}, outside "
        "(-1, 1): there are too few rows for their items, or they share what they measure.",
        "{first} 与 {second} 得分的相关系数为 {correlation:.3f}{group:?（{group} 组）}，超出 (-1, 1)："
        "样本相对于题项数太小，或二者测量的是同一内容。",
    ),
    "pls.indefinite": Wording(
        "The corrected correlations of the constructs {constructs:quoted}{group:? in group {group}} are impossible "
        "together: their matrix has the eigenvalue {eigenvalue:.3g}, below 0; merge constructs that the items do not "
        "discriminate between, or read the estimates of PLS.",
        "结构变量{constructs:quoted}的校正相关{group:?（{group} 组）}彼此矛盾：相关矩阵不是半正定的，有小于 0 的特征值 "
        "{eigenvalue:.3g}；请合并题项不能区分的结构变量，或采用 PLS 的估计值。",
    ),
    "pls.loading_outside": Wording(
        "The corrected loading of {item} on {construct} is {loading:.3f}{group:? in group {group}}, outside [-1, 1]: "
        "its error has a negative variance; drop an item, or read the estimates of PLS.",
        "{item} 在 {construct} 上的校正载荷为 {loading:.3f}{group:?（{group} 组）}，超出 [-1, 1]，即其误差方差为负；"
        "请删除某个题项，或采用 PLS 的估计值。",
    ),
    "pls.r_squared_above_one": Wording(
        "The R2 of {construct} is {r_squared:.3f}{group:? in group {group}}, above 1: the corrected correlations of "
        "its predictors contradict each other.",
        "{construct} 的 R² 为 {r_squared:.3f}{group:?（{group} 组）}，大于 1：其自变量的校正相关彼此矛盾。",
    ),
    "pls.collinear.refused": Wording(
        _COLLINEAR.en + ". Its paths must not be read; merge or "
        "drop one of these predictors, or read the estimates of PLS.",
        _COLLINEAR.zh + "。该方程的路径系数不可解读；请合并或删除其中一个自变量，或采用 PLS 的估计值。",
    ),
    "pls.collinear.warned": Wording(
        _COLLINEAR.en + "; its paths have wide intervals.",
        _COLLINEAR.zh + "；其路径系数的置信区间很宽。",
    ),
    # Warnings.
    "pls.negative_weights": Wording(
        "The outer {items:weight|weights} of {items:quoted} in {construct}{group:? in group {group}} {items:is|are} "
        "negative, so that its index may leave 0-100; reverse= an item asked the other way round, or leave it out.",
        "{construct} 中{items:quoted}的外部权重{group:?（{group} 组）}为负，其指数可能超出 0-100；"
        "如题项为反向提问，请用 reverse= 反转，或将其去掉。",
    ),
    "pls.small_sample": Wording(
        "The sample{group:? in group {group}} is small ({n} rows); standard errors hold for large samples.",
        "样本{group:?（{group} 组）}较小（{n} 行）；标准误只在大样本下成立。",
    ),
    "pls.copies": Wording(
        "The items {first!r} and {second!r} correlate perfectly{group:? in group {group}}, as copies do; what they say "
        "counts twice.",
        "题项“{first}”与“{second}”完全相关{group:?（{group} 组）}，如同副本；其信息被重复计算。",
    ),
    "pls.sum": Wording(
        "{equation}{group:? in group {group}} in every row; what the sum says counts twice.",
        "每一行都有 {equation}{group:?（{group} 组）}；该和的信息被重复计算。",
    ),
    # Blank answers.
    "pls.blanks.mean": Wording(
        _BLANKS.en + " were replaced by their items' means, which makes correlations too small.",
        _BLANKS.zh + "已用各题项的均值代替，这会使相关系数偏小。",
    ),
    "pls.blanks.pairwise": Wording(
        _BLANKS.en + " were left out pair by pair, so that correlations come from different rows.",
        _BLANKS.zh + "已按成对删除处理，各相关系数因而来自不同的行。",
    ),
    "pls.blanks.em": Wording(
        _BLANKS.en + " entered through the moments by maximum likelihood, as missing at random.",
        _BLANKS.zh + "按随机缺失（MAR）假定，用极大似然法（EM）估计样本矩。",
    ),
    "pls.pairwise_indefinite": Wording(
        "The pairwise correlation matrix is not positive semidefinite, which complete data cannot give; "
        "use missing='em'.",
        "成对删除得到的相关矩阵不是半正定的，完整数据不可能产生这样的矩阵；请改用 missing='em'。",
    ),
}
