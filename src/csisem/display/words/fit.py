"""Verdicts on fits of covariance structures, and warnings of every fit."""

from csisem.display.wording import Wording

_COLLINEAR = Wording(
    "In the equation {outcome} ~ {predictors: + }{group:? in group {group}} the latent predictors are nearly "
    "collinear: the VIF of {predictor} is {vif:.4g} (its correlation with {partner} is {correlation:.3f}) and the "
    "largest standardised path is {path:.2f}",
    "方程 {outcome} ~ {predictors: + }{group:?（{group} 组）}中作为自变量的潜变量近乎共线：{predictor} "
    "的方差膨胀因子（VIF）为 {vif:.4g}（与 {partner} 的相关系数为 {correlation:.3f}），最大的标准化路径系数为 "
    "{path:.2f}",
)
_HEYWOOD = Wording(
    "{group:? in group {group}} is negative ({variance:.4g}): a Heywood case, usually from too few items, too few "
    "rows or a wrong model; add items, ",
    "{group:?（{group} 组）}为负（{variance:.4g}），属海伍德案例（Heywood case），"
    "常见原因是题项太少、样本太小或模型设定有误；请增加题项，",
)
_AT_ZERO = Wording(
    ", fix the variance at 0, or keep variances from being negative by fit(bounds='pos.var').",
    "，把方差固定为 0，或用 fit(bounds='pos.var') 使方差不为负。",
)
_INADMISSIBLE = Wording(" an inadmissible fit: {reasons: }", "所用的拟合为不可接受解：{reasons}")

WORDS = {
    # One line that opens a summary.
    "fit.verdict.not_converged": Wording(
        "NOT CONVERGED: the numbers must not be used",
        "未收敛：结果不可使用",
    ),
    "fit.verdict.not_identified": Wording(
        "NOT IDENTIFIED: the numbers must not be used",
        "模型不可识别：结果不可使用",
    ),
    "fit.verdict.inadmissible": Wording(
        "INADMISSIBLE: the paths must not be read as they are",
        "不可接受解：路径系数不可照此解读",
    ),
    "fit.verdict.warnings": Wording("admissible, with warnings", "可接受解，但有警告"),
    "fit.verdict.admissible": Wording("admissible", "可接受解"),
    # Reasons of a fit that is not usable.
    "fit.not_started": Wording(
        "The estimation could not begin: the starting values imply a covariance matrix that is not positive definite; "
        "give others with start().",
        "估计无法开始：初始值所隐含的协方差矩阵不是正定的；请用 start() 另给初始值。",
    ),
    "fit.not_converged": Wording(
        "The estimation did not converge in {iterations} iterations; simplify the model, check that the items of each "
        "construct correlate, give starting values with start(), or keep the search in bounds by fit(bounds='wide').",
        "估计迭代 {iterations} 次仍未收敛；请简化模型，检查各结构变量的题项是否相关，用 start() 给出初始值，"
        "或用 fit(bounds='wide') 限制搜索范围。",
    ),
    "fit.theta_not_converged": Wording(
        "With parameterization='theta' a residual variance that would be negative has no end to go to; "
        "parameterization='delta' converges there, and names the item.",
        "在 parameterization='theta' 下，若残差方差趋向负值，估计没有终点；改用 parameterization='delta' 可以收敛，"
        "并指出是哪个题项。",
    ),
    "fit.marker_without_loading": Wording(
        "{construct} takes its unit from {item}, whose loading on it is zero{group:? in group {group}}: the others, in "
        "that unit, have no end, and the estimation cannot converge. Give the unit to another item, as in "
        "'{construct} =~ NA*{item} + 1*{other}', or fix '{construct} ~~ 1*{construct}'.",
        "{construct} 以 {item} 为单位，而 {item} 在其上的载荷为零{group:?（{group} 组）}：以此为单位，"
        "其他载荷会无限增大，估计无法收敛。请改由其他题项设定单位，如 '{construct} =~ NA*{item} + 1*{other}'，"
        "或固定 '{construct} ~~ 1*{construct}'。",
    ),
    "fit.loading_without_end": Wording(
        "The variance of {item} that {construct} explains grows without end{group:? in group {group}} (to {times:.0f} "
        "times the variance of {item} in the last step), and its residual variance falls below zero: there are no best "
        "estimates, as {construct} and its other items hardly correlate. Leave {item} or {construct} out, or make two "
        "loadings equal.",
        "{item} 由 {construct} 解释的方差无限增大{group:?（{group} 组）}（最后一步中为 {item} 方差的 {times:.0f} 倍），"
        "残差方差随之降到零以下：不存在最优估计，"
        "因为 {construct} 与其余题项几乎不相关。请删去 {item} 或 {construct}，或令两个载荷相等。",
    ),
    "fit.fixed_variance_too_large": Wording(
        "The residual variance of {construct}, fixed at {value:.4g}, is too large in any unit"
        "{group:? in group {group}}: its paths grow without end (in the last step {construct} had {times:.0f} times "
        "this variance). Fix one of its loadings instead; a residual variance near zero or below will then show.",
        "{construct} 的残差方差固定为 {value:.4g}，在任何单位下都过大{group:?（{group} 组）}：指向它的路径无限增大"
        "（最后一步中 {construct} 的方差为该值的 {times:.0f} 倍）。"
        "请改为固定其一个载荷；届时会显示接近或低于零的残差方差。",
    ),
    "fit.not_identified": Wording(
        "The model is not identified: the data cannot determine {parameters:quoted}; fix one of them, or add items or "
        "paths to zero.",
        "模型不可识别：数据无法确定{parameters:quoted}；请固定其中一个参数，或增加题项，或把某些路径固定为零。",
    ),
    "fit.too_many_parameters": Wording(
        "The model is not identified: it has {parameters} free parameters for {moments} sample moments.",
        "模型不可识别：自由参数有 {parameters} 个，而样本矩只有 {moments} 个。",
    ),
    "fit.lavaan_not_identified": Wording(
        "lavaan cannot invert the information matrix, so the model is not identified.",
        "lavaan 无法对信息矩阵求逆，故模型不可识别。",
    ),
    "fit.sam.block_not_converged": Wording(
        "The measurement of {constructs:, } did not converge; check that the items correlate, or measure them together "
        "with others by blocks=.",
        "{constructs:、} 的测量部分未收敛；请检查其题项是否相关，或用 blocks= 与其他结构变量一起测量。",
    ),
    "fit.sam.structure_not_converged": Wording(
        "The paths between the measured constructs did not converge; simplify them.",
        "结构变量测量之后，其间路径的估计未收敛；请简化路径。",
    ),
    "fit.sam.no_variance": Wording(
        "The items of {construct}{group:? in group {group}} have no common variance in their measurement block "
        "({variance:.4g}); check that they correlate positively, or measure it together with others by blocks=.",
        "{construct} 的题项{group:?（{group} 组）}在其测量区块中没有共同方差（{variance:.4g}）；请检查它们是否正相关，"
        "或用 blocks= 与其他结构变量一起测量。",
    ),
    # What structural after measurement did to its blocks.
    "fit.sam.joined": Wording(
        "{construct} has too few items to be measured alone and was measured together with {others:, }.",
        "{construct} 的题项太少，无法单独测量，故与 {others:、} 一起测量。",
    ),
    "fit.sam.held": Wording(
        "The residual variance of {item}{group:? in group {group}} would be negative in its measurement block and was "
        "held at 0; standard errors near that bound are rough.",
        "{item} 的残差方差{group:?（{group} 组）}在其测量区块中会为负，已固定为 0；接近此界限时标准误只是粗略的。",
    ),
    "fit.sam.less_error": Wording(
        "The covariances of the constructs{group:? in group {group}} would be impossible with all measurement error "
        "taken off, so that only {share:.1%} of it was (Fuller 1987).",
        "若扣除全部测量误差，结构变量的协方差{group:?（{group} 组）}不可能成立，故只扣除其 {share:.1%}"
        "（Fuller 1987）。",
    ),
    # Reasons of an inadmissible solution.
    "fit.heywood.residual": Wording(
        "The residual variance of {item}" + _HEYWOOD.en + "drop the item" + _AT_ZERO.en,
        "{item} 的残差方差" + _HEYWOOD.zh + "删除该题项" + _AT_ZERO.zh,
    ),
    # Of an ordered item, where it follows from the other parameters and cannot be fixed.
    "fit.heywood.response": Wording(
        "The residual variance of the latent response of {item}" + _HEYWOOD.en + "or drop the item.",
        "{item} 的潜在反应的残差方差" + _HEYWOOD.zh + "或删除该题项。",
    ),
    "fit.disordered_thresholds": Wording(
        "The thresholds of {item} fall{group:? in group {group}}: {upper} ({above:.3f}) is not above {lower} "
        "({below:.3f}), so that an answer would have a negative probability; change the values or equalities that the "
        "model gives them.",
        "{item} 的阈值{group:?（{group} 组）}次序颠倒：{upper}（{above:.3f}）不大于 {lower}（{below:.3f}），"
        "某个答案的概率将为负；请修改模型对阈值规定的数值或等式。",
    ),
    "fit.heywood.variance": Wording(
        "The variance of {variable}" + _HEYWOOD.en + "drop an item" + _AT_ZERO.en,
        "{variable} 的方差" + _HEYWOOD.zh + "删除某个题项" + _AT_ZERO.zh,
    ),
    "fit.correlation_outside": Wording(
        "The correlation of {first} and {second}{group:? in group {group}} is {correlation:.3f}, outside (-1, 1): the "
        "items do not discriminate between the two; merge them into one construct.",
        "{first} 与 {second} 的相关系数{group:?（{group} 组）}为 {correlation:.3f}，超出 (-1, 1)："
        "题项不能区分这两个结构变量；请将二者合并。",
    ),
    "fit.indefinite.residuals": Wording(
        "The correlations of the residuals of {items:quoted}{group:? in group {group}} are impossible together: their "
        "matrix has the eigenvalue {eigenvalue:.3g}, below 0; leave out a residual covariance.",
        "{items:quoted}的残差相关{group:?（{group} 组）}彼此矛盾：相关矩阵不是半正定的，有小于 0 的特征值 "
        "{eigenvalue:.3g}；请去掉一个残差协方差。",
    ),
    "fit.indefinite.constructs": Wording(
        "The correlations of the constructs {constructs:quoted}{group:? in group {group}} are impossible together: "
        "their matrix has the eigenvalue {eigenvalue:.3g}, below 0; leave out a covariance, or merge constructs that "
        "the items do not discriminate between.",
        "结构变量{constructs:quoted}的相关{group:?（{group} 组）}彼此矛盾：相关矩阵不是半正定的，有小于 0 的特征值 "
        "{eigenvalue:.3g}；请去掉一个协方差，或合并题项不能区分的结构变量。",
    ),
    "fit.collinear.refused": Wording(
        _COLLINEAR.en + ". Its paths must not be read; merge or drop one of these predictors, "
        "fix one of the paths, or estimate the model by PLS.",
        _COLLINEAR.zh + "。该方程的路径系数不可解读；请合并或删除其中一个自变量，固定一条路径，或改用 PLS 估计。",
    ),
    "fit.collinear.warned": Wording(
        _COLLINEAR.en + "; its paths have wide intervals.",
        _COLLINEAR.zh + "；其路径系数的置信区间很宽。",
    ),
    "fit.constraints_unmet": Wording(
        "No values of the parameters were found that satisfy {constraints:quoted}: the constraints contradict each "
        "other or the data; leave one out, or give starting values that satisfy them with start().",
        "找不到满足约束{constraints:quoted}的参数值：这些约束彼此矛盾或与数据矛盾；请去掉一个约束，"
        "或用 start() 给出满足约束的初始值。",
    ),
    # Warnings.
    "fit.at_bound": Wording(
        "The solution lies on {constraints:quoted}: the data pull beyond, and standard errors hold given that the "
        "constraint is met with equality. Degrees of freedom do not count it (as in lavaan), so the p-value of "
        "chi-square may be a little too small; a test of the parameter against its bound by cs.compare is "
        "conservative.",
        "解落在约束{constraints:quoted}的边界上：数据指向边界之外，标准误以约束取等号为条件。"
        "自由度不计入该约束（与 lavaan 相同），卡方的 p 值可能略偏小；用 cs.compare 检验参数是否等于边界值则偏保守。",
    ),
    "fit.no_error_at_bound": Wording(
        "{parameters:quoted} {parameters:stands|stand} at a bound and {parameters:has|have} no standard error (nan): "
        "an estimate at a bound is not normally distributed; bootstrap the fit for an interval.",
        "{parameters:quoted}位于边界上，没有标准误（nan）：边界上的估计量不服从正态分布；如需区间请用自助法。",
    ),
    "fit.undefined": Wording(
        "{definitions:, } {definitions:has|have} no value at the estimates (a quotient by zero, a number too large, or "
        "a logarithm or root of a number below zero) and {definitions:is|are} nan.",
        "{definitions:、} 在估计值处没有值（除以零、数值过大，或对负数取对数或开方），记为 nan。",
    ),
    "fit.fewer_rows_than_parameters": Wording(
        "There are only {n} rows{group:? in group {group}} for {parameters} free parameters: estimates, standard "
        "errors and chi-square describe this sample and hardly carry over to another; collect more rows, or simplify "
        "the model.",
        "{group:?{group} 组}只有 {n} 行，而自由参数有 {parameters} 个：估计值、标准误和卡方只描述这个样本，"
        "几乎不能推广到其他样本；请增加样本，或简化模型。",
    ),
    "fit.small_sample": Wording(
        "The sample{group:? in group {group}} is small ({n} rows); chi-square and standard errors hold for large "
        "samples.",
        "样本{group:?（{group} 组）}较小（{n} 行）；卡方与标准误只在大样本下成立。",
    ),
    "fit.few_rows_per_parameter": Wording(
        "There are {n} rows{group:? in group {group}} for {parameters:g} parameters, fewer than {least:g} a parameter; "
        "standard errors may be too small.",
        "{group:?{group} 组}共 {n} 行，参数有 {parameters:g} 个，每个参数不足 {least:g} 行；标准误可能偏小。",
    ),
    "fit.nearly_dependent": Wording(
        "The other items explain {explained:.1%} of {item!r}{group:? in group {group}}, about {equation}: it repeats "
        "them, which makes negative variances and wide intervals; leave it out.",
        "其他题项解释了“{item}”{group:?（{group} 组）}的 {explained:.1%}，约为 {equation}：它重复了这些题项，"
        "会造成负方差和很宽的置信区间；请将其去掉。",
    ),
    "fit.lone_dimension": Wording(
        "{construct} is measured by the one dimension {dimension} and is that dimension by definition; leave out one "
        "of the two, or add another dimension.",
        "{construct} 只由 {dimension} 这一个维度测量，按定义即为该维度；请去掉二者之一，或增加维度。",
    ),
    "fit.other_minimum": Wording(
        "Another solution of nearly the same misfit exists: other starting values lead to a chi-square "
        "{difference:.2g} higher and to other estimates; the lowest was taken.",
        "存在另一个拟合程度几乎相同的解：由其他初始值得到的卡方值高 {difference:.2g}，估计值也不同；此处取最低者。",
    ),
    "fit.lower_inadmissible": Wording(
        "Another solution has a chi-square {difference:.2g} lower, but is inadmissible; the lowest admissible one was "
        "taken.",
        "存在另一个卡方值低 {difference:.2g} 的解，但属于不可接受解；此处取可接受解中最低者。",
    ),
    "fit.idle_release": Wording(
        "release= names {names:quoted}, which equal= ({equal:, }) does not hold equal over groups: it changes nothing.",
        "release= 中的{names:quoted}并不在 equal=（{equal:、}）的跨组相等约束之列，因而不起作用。",
    ),
    "fit.unequal_units": Wording(
        "ULS is not scale-free, and the standard deviation of {large} is {ratio:.3g} times that of {small}: its "
        "covariances count most; divide it by a constant, or use GLS, DWLS or ML.",
        "ULS 受量纲影响，而 {large} 的标准差是 {small} 的 {ratio:.3g} 倍，其协方差所占分量最大；请将其除以一个常数，"
        "或改用 GLS、DWLS 或 ML。",
    ),
    "fit.uncorrelated_exogenous": Wording(
        "{construct} and {variable} are both exogenous but do not covary, as in lavaan; write "
        "'{construct} ~~ {variable}' if they should.",
        "{construct} 与 {variable} 均为外生变量，但与 lavaan 一样默认不相关；如应相关，请写 "
        "'{construct} ~~ {variable}'。",
    ),
    "fit.loadings_near_zero": Wording(
        "{items:quoted} {items:loads|load} next to nothing on {construct}{group:? in group {group}} (standardised "
        "{loading:.3f}{items:|, the first}): look for refusal codes among the answers, or leave {items:it|them} out.",
        "{items:quoted} 在 {construct} 上的标准化载荷{group:?（{group} 组）}接近零（{loading:.3f}{items:|，第一个}）："
        "请检查答案中是否有拒答代码，或将其去掉。",
    ),
    "fit.wide_item": Wording(
        "The standard deviation of {item}{group:? in group {group}} is {sd:.4g}, {times:.3g} times that of any other "
        "item of {construct}: look for refusal codes among its answers, unless it has another unit.",
        "{item} 的标准差{group:?（{group} 组）}为 {sd:.4g}，是 {construct} 其他题项中最大者的 {times:.3g} 倍："
        "除非单位不同，请检查其答案中是否有拒答代码。",
    ),
    "fit.errors_of_no_distribution": Wording(
        "{estimator}'s standard errors and chi-square, as lavaan gives them, hold for no distribution of the answers; "
        "'{instead}' has the same estimates with robust standard errors and a scaled test.",
        "{estimator} 的标准误与卡方（与 lavaan 相同）对任何答案分布都不成立；"
        "'{instead}' 的估计值相同，并给出稳健标准误和校正检验。",
    ),
    # What is computed from an inadmissible fit.
    "fit.inadmissible.index": Wording("The index comes from" + _INADMISSIBLE.en, "指数" + _INADMISSIBLE.zh),
    "fit.inadmissible.effects": Wording("The effects come from" + _INADMISSIBLE.en, "效应" + _INADMISSIBLE.zh),
    "fit.inadmissible.scores": Wording("The scores come from" + _INADMISSIBLE.en, "得分" + _INADMISSIBLE.zh),
    "fit.inadmissible.map": Wording("The map comes from" + _INADMISSIBLE.en, "重要性-绩效图" + _INADMISSIBLE.zh),
    "fit.inadmissible.measurement": Wording(
        "The measurement comes from" + _INADMISSIBLE.en, "测量结果" + _INADMISSIBLE.zh
    ),
    "fit.inadmissible.numbers": Wording("The numbers come from" + _INADMISSIBLE.en, "各项数值" + _INADMISSIBLE.zh),
    "fit.inadmissible.cross_loadings": Wording(
        "The cross-loadings come from" + _INADMISSIBLE.en, "交叉载荷" + _INADMISSIBLE.zh
    ),
    "fit.inadmissible.wald": Wording("The Wald tests come from" + _INADMISSIBLE.en, "Wald 检验" + _INADMISSIBLE.zh),
    "fit.inadmissible.score_test": Wording(
        "The score tests come from" + _INADMISSIBLE.en, "得分检验" + _INADMISSIBLE.zh
    ),
    "fit.inadmissible.modification_indices": Wording(
        "The modification indices come from" + _INADMISSIBLE.en, "修正指数" + _INADMISSIBLE.zh
    ),
    "fit.inadmissible.bootstrap": Wording("The bootstrap is of" + _INADMISSIBLE.en, "自助样本" + _INADMISSIBLE.zh),
    "fit.inadmissible.comparison": Wording("The comparison is of" + _INADMISSIBLE.en, "组间比较" + _INADMISSIBLE.zh),
    "fit.inadmissible.cross_check": Wording("The cross-check is of" + _INADMISSIBLE.en, "交叉验算" + _INADMISSIBLE.zh),
    "fit.inadmissible.compared": Wording(
        "{name!r} in the comparison is inadmissible: {reasons: }",
        "所比较的“{name}”为不可接受解：{reasons}",
    ),
    # Several completed data sets.
    "fit.imputations_left_out": Wording(
        "{lost} of {data_sets} completed data sets did not converge or identify the model, and were left out of the "
        "pooling.",
        "{data_sets} 个插补数据集中有 {lost} 个未收敛或模型不可识别，合并时未予采用。",
    ),
    "fit.imputations_inadmissible": Wording(
        "{refused} of {data_sets} pooled fits are inadmissible when fitted alone.",
        "合并的 {data_sets} 个拟合中有 {refused} 个单独拟合时为不可接受解。",
    ),
}
