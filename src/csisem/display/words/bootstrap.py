"""Labels, outcomes and notes of a bootstrap."""

from csisem.display.wording import Wording

WORDS = {
    "bootstrap.nonparametric": Wording("bootstrap", "自助法"),
    "bootstrap.rao_wu": Wording("bootstrap (Rao-Wu)", "Rao-Wu 自助法"),
    "bootstrap.bollen_stine": Wording("bootstrap (Bollen-Stine)", "Bollen-Stine 自助法"),
    "bootstrap.parametric": Wording("bootstrap (parametric)", "参数自助法"),
    "bootstrap.percentile": Wording("percentile", "百分位数法"),
    "bootstrap.bca": Wording("BCa", "BCa 法"),
    "bootstrap.normal": Wording("normal", "正态近似法"),
    "bootstrap.method": Wording(
        "{way}, {interval}, {kept:?{kept} of }{n} replicates{most:?: more than {most:.0%} failed}",
        "{way}，{interval}，{kept:?成功 {kept} 次 / }共 {n} 次{most:?：失败超过 {most:.0%}}",
    ),
    # The page.
    "bootstrap.page": Wording(
        "{way}, {kept:?{kept} of }{n} replicates, seed {seed}", "{way}，{kept:?成功 {kept} 次 / }共 {n} 次，种子 {seed}"
    ),
    "bootstrap.page.inadmissible": Wording("{count} kept: {reason}", "保留 {count} 个：{reason}"),
    "bootstrap.page.lost": Wording("{count} left out: {reason}", "剔除 {count} 个：{reason}"),
    # Replicates without a solution.
    "bootstrap.lost.not_converged": Wording("The estimation did not converge.", "估计未收敛。"),
    "bootstrap.lost.singular": Wording("The covariances of the drawn rows are singular.", "所抽各行的协方差矩阵奇异。"),
    "bootstrap.lost.no_rows": Wording(
        "A group was left without rows or weight.", "有一个组没有抽到样本行，或其权重全为零。"
    ),
    "bootstrap.lost.never_together": Wording(
        "Two items were never answered together in the drawn rows.",
        "在所抽的行中有两个题项从未被同时回答。",
    ),
    "bootstrap.lost.answer": Wording(
        "An answer to an ordered item was not drawn, so that a threshold does not exist.",
        "某个有序题项的一个答案没有被抽到，相应的阈值不存在。",
    ),
    "bootstrap.lost.perfect": Wording(
        "The correlation underlying two items is 1 or -1 in the drawn rows.",
        "在所抽的行中，某两个题项潜在反应的相关系数为 1 或 -1。",
    ),
    "bootstrap.lost.weights": Wording("The weights did not converge.", "权重未收敛。"),
    "bootstrap.lost.constant_item": Wording("An item is constant.", "有一个题项为常数。"),
    "bootstrap.lost.singular_block": Wording(
        "The items of a mode B construct are linearly dependent.",
        "某个 B 模式结构变量的题项线性相关。",
    ),
    "bootstrap.lost.no_neighbours": Wording(
        "A construct is uncorrelated with its neighbours, or its predictors are collinear.",
        "某个结构变量与相邻结构变量都不相关，或其自变量共线。",
    ),
    "bootstrap.lost.no_reliability": Wording(
        "A construct's rho_A does not exist, or is not positive.",
        "某个结构变量的 rho_A 不存在，或不为正。",
    ),
    "bootstrap.lost.incomplete_moments": Wording(
        "The moments of the incomplete answers do not exist, or nobody answered some pair of items.",
        "不完整答案的样本矩不存在，或有一对题项无人同时回答。",
    ),
    # Inadmissible replicates, which are kept.
    "bootstrap.inadmissible.residual": Wording(
        "The residual variance of {item} is negative{group:? in group {group}}.",
        "{item} 的残差方差{group:?（{group} 组）}为负。",
    ),
    "bootstrap.inadmissible.variance": Wording(
        "The variance of {variable} is negative{group:? in group {group}}.",
        "{variable} 的方差{group:?（{group} 组）}为负。",
    ),
    "bootstrap.inadmissible.correlation": Wording(
        "The correlation of {first} and {second} is outside (-1, 1){group:? in group {group}}.",
        "{first} 与 {second} 的相关系数{group:?（{group} 组）}超出 (-1, 1)。",
    ),
    "bootstrap.inadmissible.constructs": Wording(
        "The correlations of the constructs are impossible together{group:? in group {group}}.",
        "结构变量的相关{group:?（{group} 组）}彼此矛盾（相关矩阵不是半正定的）。",
    ),
    "bootstrap.inadmissible.residuals": Wording(
        "The correlations of the residuals are impossible together{group:? in group {group}}.",
        "残差的相关{group:?（{group} 组）}彼此矛盾（相关矩阵不是半正定的）。",
    ),
    "bootstrap.inadmissible.collinear": Wording(
        "The predictors of {outcome} are nearly collinear{group:? in group {group}}.",
        "{outcome} 的自变量{group:?（{group} 组）}近乎共线。",
    ),
    "bootstrap.inadmissible.corrected": Wording(
        "Corrected correlations, loadings or R2 contradict each other.",
        "校正后的相关、载荷或 R² 彼此矛盾。",
    ),
    # Notes.
    "bootstrap.replicates_lost": Wording(
        "{lost} of {n} replicates have no solution, more than {most:.0%}, so there are no bootstrap standard errors "
        "and intervals.",
        "{n} 个自助样本中有 {lost} 个没有解，超过 {most:.0%}，因而没有自助法标准误和置信区间。",
    ),
    "bootstrap.values_lost": Wording(
        "{values} {values:value does|values do} not exist in more than {most:.0%} of the replicates, where variances "
        "are negative, and {values:has no standard error and interval|have no standard errors and intervals}.",
        "有 {values} 个值在超过 {most:.0%} 的自助样本中因方差为负而不存在；它们没有标准误和置信区间。",
    ),
    "bootstrap.wild": Wording(
        "{wild} of {n} replicates (number {rows:, }{more:? and {more} more}"
        "{inadmissible:?; {inadmissible} inadmissible}) {wild:lies|lie} more than {limit:g} robust standard deviations "
        "from the median of {values} {values:value|values} and {wild:inflates|inflate} standard errors up to "
        "{ratio:.3g} times ({value}: {se:.3g}, robust {robust:.3g}); use percentile intervals, or the robust "
        "standard errors where they are shown (se_robust).",
        "{n} 个自助样本中有 {wild} 个（第 {rows:、} 号{more:?等}"
        "{inadmissible:?；其中 {inadmissible} 个为不可接受的解}）在 {values} 个值上与中位数相距超过 {limit:g} 个稳健"
        "标准差，使标准误最多放大到 {ratio:.3g} 倍（{value}：{se:.3g}，稳健值 {robust:.3g}）；"
        "请使用百分位数区间，或所列的稳健标准误（se_robust）。",
    ),
    "bootstrap.ends_beyond": Wording(
        "{intervals} intervals have an end beyond the {n} replicates, since most of these lie on one side of the "
        "estimate; it is nan, and more replicates may give it.",
        "有 {intervals} 个置信区间的端点超出 {n} 个自助样本的范围，因为其中大多数落在估计值的同一侧；"
        "该端点为 nan，增加自助样本或可得出。",
    ),
}
