"""Reliability and validity: notes, and the column ``method``."""

from csisem.display.wording import Wording

WORDS = {
    # The column ``method`` of reliabilities: how the interval was computed, or why there is none.
    "measurement.one_item": Wording("one item", "只有一个题项"),
    "measurement.feldt": Wording("Feldt", "Feldt 区间"),
    "measurement.linearised": Wording("linearised", "线性化"),
    "measurement.equal_loadings": Wording("equal loadings", "载荷相等"),
    "measurement.one_factor": Wording("one factor", "单因素模型"),
    "measurement.one_factor_refused": Wording("one factor: {reasons: }", "单因素模型：{reasons}"),
    "measurement.one_factor_negative": Wording(
        "one factor: the variance of {variable!r} is negative",
        "单因素模型：“{variable}”的方差为负",
    ),
    "measurement.polychoric": Wording("polychoric, two steps", "多分格相关，两步法"),
    "measurement.no_polychoric": Wording(
        "no polychoric correlation of {first!r} and {second!r}",
        "“{first}”与“{second}”没有多分格相关",
    ),
    # Intervals from replicates.
    "measurement.alpha_without_interval": Wording(
        "Alpha is that of the rows that answered all of a construct's items, which replicates of incomplete answers do "
        "not keep; it has no bootstrap interval.",
        "Alpha 由回答了结构变量全部题项的行算得，不完整答案的自助样本不保留这些行；它没有自助法置信区间。",
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
