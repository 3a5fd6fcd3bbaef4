"""Reliability and validity: notes, and the column ``method``."""

from csisem.display.wording import Wording

WORDS = {
    "measurement.turned": Wording(
        "Answers to {items:quoted} are turned here, since more of {items:it lowers|them lower} the total.",
        "{items:quoted}为逆向题，此处已反转其答案。",
    ),
    # The column ``method`` of reliabilities: how the interval was computed, or why there is none.
    "measurement.one_item": Wording("one item", "只有一个题项"),
    "measurement.feldt": Wording("Feldt", "Feldt 区间"),
    "measurement.linearised": Wording("linearised", "线性化"),
    "measurement.equal_loadings": Wording("equal loadings", "载荷相等"),
    "measurement.one_factor": Wording("one factor", "单因素模型"),
    "measurement.one_ordered_factor": Wording("one factor of latent responses", "潜在反应的单因素模型"),
    "measurement.two_ordered": Wording(
        "two ordered items: give a fit with equal loadings",
        "只有两个有序题项：请给出载荷相等的拟合",
    ),
    "measurement.of_ordered": Wording(
        "{estimator}: omega of the answers, rho_C and AVE of latent responses",
        "{estimator}：omega 针对答案，rho_C 与 AVE 针对潜在反应",
    ),
    "measurement.polychoric_ratios": Wording(
        "Correlations, loadings and HTMT are those of the latent responses of ordered items.",
        "相关、载荷与 HTMT 均为有序题项的潜在反应的。",
    ),
    "measurement.one_factor_refused": Wording("one factor: {reasons: }", "单因素模型：{reasons}"),
    "measurement.polychoric": Wording("polychoric, two steps", "多分格相关，两步法"),
    "measurement.no_polychoric": Wording(
        "no polychoric correlation of {first!r} and {second!r}",
        "“{first}”与“{second}”没有多分格相关",
    ),
    "measurement.constant_sum": Wording("no alpha: the sum of the items is constant", "没有 alpha：题项之和为常数"),
    "measurement.indefinite_polychoric": Wording(
        "polychoric, two steps; the correlations are impossible together (lowest eigenvalue {eigenvalue:.3g})",
        "多分格相关，两步法；这些相关系数不可能同时成立（最小特征值 {eigenvalue:.3g}）",
    ),
    # Items of a block.
    "measurement.reversed": Wording(
        "{items:quoted} of {block!r}{group:? in group {group}} {items:looks|look} reversed: {items:it runs|they run} "
        "against the other items. Alpha is {alpha:.2f}, and {turned:.2f} with {items:it|them} turned by reverse=.",
        "“{block}”{group:?（{group} 组）}中的{items:quoted}看来是反向题：与其他题项方向相反。alpha 为 {alpha:.2f}，"
        "用 reverse= 反转后为 {turned:.2f}。",
    ),
    "measurement.opposed": Wording(
        "{items:quoted} of {block!r}{group:? in group {group}} {items:runs|run} against {others:quoted}: one side "
        "looks reversed. Alpha is {alpha:.2f}, and {turned:.2f} with that side turned by reverse=.",
        "“{block}”{group:?（{group} 组）}中的{items:quoted}与{others:quoted}方向相反：其中一方看来是反向题。"
        "alpha 为 {alpha:.2f}，用 reverse= 反转该方后为 {turned:.2f}。",
    ),
    "measurement.negative_alpha": Wording(
        "Alpha of {block!r}{group:? in group {group}} is negative ({alpha:.2f}): its items covary negatively on "
        "average, "
        "though none looks reversed, so they do not measure one thing.",
        "“{block}”{group:?（{group} 组）}的 alpha 为负（{alpha:.2f}）：题项之间平均为负协方差，"
        "但没有哪个题项看来是反向题，它们测的不是同一事物。",
    ),
    "measurement.repeats": Wording(
        "{block!r}{group:? in group {group}} has {equation} (R-squared {explained:.4g}): what these items say counts "
        "twice, which makes reliability too large; leave one out.",
        "“{block}”{group:?（{group} 组）}中有 {equation}（R² 为 {explained:.4g}）：这些题项的信息被重复计算，"
        "会使信度偏大；请去掉一个。",
    ),
    # Intervals from replicates.
    "measurement.alpha_without_interval": Wording(
        "Alpha is that of the rows that answered all of a construct's items, which replicates of incomplete answers do "
        "not keep; it has no bootstrap interval.",
        "Alpha 由回答了结构变量全部题项的行算得，不完整答案的自助样本不保留这些行；它没有自助法置信区间。",
    ),
    "measurement.alpha_of_codes": Wording(
        "Alpha is that of the answers' codes, and replicates are of the responses underlying them; it has no bootstrap "
        "interval.",
        "Alpha 由答案编码算得，而自助样本针对答案背后的潜在反应；它没有自助法置信区间。",
    ),
    "measurement.moments_without_interval": Wording(
        "Alpha, HTMT and HTMT2 have no bootstrap intervals, since the replicates of incomplete answers have no "
        "covariances of their own.",
        "Alpha、HTMT 与 HTMT2 没有自助法置信区间，因为不完整答案的自助样本没有自己的协方差。",
    ),
    "measurement.intervals": Wording("Intervals: {method}.", "置信区间：{method}。"),
    "measurement.effect_sizes": Wording("{estimator}, linearised ({errors})", "{estimator}，线性化（{errors}）"),
    "measurement.errors.normal_theory": Wording("normal theory", "正态理论"),
    "measurement.errors.sandwich": Wording("sandwich", "三明治估计"),
    "measurement.errors.design": Wording("design", "抽样设计"),
    "measurement.errors.replicates": Wording("replicates", "重复权重"),
    # Validity.
    "measurement.reasons": Wording("{reasons:; }", "{reasons:；}"),
    "measurement.alike": Wording("HTMT is {htmt:.2f}", "HTMT 为 {htmt:.2f}"),
    "measurement.correlated": Wording(
        "they correlate at {correlation:.2f}, more than a construct with its items ({root:.2f})",
        "两者相关系数为 {correlation:.2f}，大于结构变量与其题项的相关（{root:.2f}）",
    ),
    "measurement.inadmissible": Wording("The fit is inadmissible: {reasons: }", "该拟合为不可接受解：{reasons}"),
    "measurement.low_ave": Wording(
        "The average variance extracted is below {least:g} for {constructs:quoted}.",
        "{constructs:quoted}的平均方差提取量（AVE）低于 {least:g}。",
    ),
    "measurement.astray": Wording(
        "Items that correlate most with another construct: {items:, }.",
        "与其他结构变量相关最高的题项：{items:、}。",
    ),
    "measurement.htmt_of_complete_rows": Wording(
        "HTMT's intervals, without bootstrap=, use the standard errors of the rows that answered everything, which are "
        "too large.",
        "不给 bootstrap= 时，HTMT 的置信区间采用全部回答的行的标准误，该标准误偏大。",
    ),
    "measurement.formed": Wording(
        "The items of {constructs:quoted} have regression weights (mode B) and need not correlate, which HTMT assumes.",
        "{constructs:quoted}的题项采用回归权重（B 模式），不必相关，而 HTMT 假定它们相关。",
    ),
    "measurement.lenient": Wording(
        "PLS's loadings are too large and its correlations too small, so that Fornell and Larcker's criterion is too "
        "lenient; read HTMT.",
        "PLS 的载荷偏大而相关系数偏小，Fornell-Larcker 准则因而过宽；请看 HTMT。",
    ),
}
