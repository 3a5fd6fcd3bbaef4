"""Labels of the summary of a fit."""

from csisem.display.wording import Wording

WORDS = {
    "fit_summary.title": Wording(
        "{title}: {estimation}, n = {n}{groups:?, {groups} groups}, {parameters} free parameters",
        "{title}：{estimation}，n = {n}{groups:?，{groups} 个组}，自由参数 {parameters} 个",
    ),
    "fit_summary.untitled": Wording(
        "{constructs} constructs, {observed} observed",
        "{constructs} 个结构变量，{observed} 个观测变量",
    ),
    "fit_summary.covariance": Wording(
        "{estimator}{engine:? by {engine}}{likelihood:?, {likelihood}}",
        "{estimator}{engine:?（由 {engine} 估计）}{likelihood:?，{likelihood}}",
    ),
    "fit_summary.ordered": Wording(
        "{estimator}, {ordered} ordered {ordered:item|items} ({parameterization})",
        "{estimator}，有序题项 {ordered} 个（{parameterization} 参数化）",
    ),
    "fit_summary.pls": Wording(
        "{estimator}, {scheme}{higher_order:?, {higher_order}}{moderation:?, {moderation}}",
        "{estimator}，{scheme}{higher_order:?，{higher_order}}{moderation:?，{moderation}}",
    ),
    "fit_summary.wishart": Wording("wishart likelihood", "Wishart 似然"),
    "fit_summary.scheme.path": Wording("path scheme", "路径加权方案"),
    "fit_summary.scheme.centroid": Wording("centroid scheme", "形心加权方案"),
    "fit_summary.scheme.factorial": Wording("factorial scheme", "因子加权方案"),
    "fit_summary.higher_order.disjoint": Wording("disjoint higher order", "高阶结构变量用不相交两阶段法"),
    "fit_summary.higher_order.embedded": Wording("embedded higher order", "高阶结构变量用嵌入两阶段法"),
    "fit_summary.higher_order.repeated": Wording("repeated higher order", "高阶结构变量用重复指标法"),
    "fit_summary.moderation.two_stage": Wording("two-stage interaction", "交互项用两阶段法"),
    "fit_summary.moderation.product": Wording("product interaction", "交互项用乘积指标法"),
    "fit_summary.moderation.orthogonal": Wording("orthogonal interaction", "交互项用正交化法"),
    "fit_summary.status": Wording("Status: {verdict}", "结论：{verdict}"),
    "fit_summary.paths": Wording("Paths", "路径系数"),
    "fit_summary.loadings": Wording("Loadings", "载荷"),
    "fit_summary.weights": Wording("Weights", "权重"),
    "fit_summary.defined": Wording("Defined", "定义参数"),
    "fit_summary.covariances": Wording("Covariances", "协方差"),
    "fit_summary.thresholds": Wording("Thresholds", "阈值"),
    "fit_summary.scales": Wording("Scale factors", "尺度因子"),
    "fit_summary.variances": Wording("Variances", "方差"),
    "fit_summary.intercepts": Wording("Intercepts and means", "截距与均值"),
    "fit_summary.effects": Wording("Effects", "效应"),
    "fit_summary.r_squared": Wording("R-squared{group:?, {group}}: ", "解释方差比例 R²{group:?（{group}）}："),
    "fit_summary.interval": Wording("{level:g} % interval", "{level:g} % 置信区间"),
    "fit_summary.not_to_be_used": Wording("{heading} (not to be used)", "{heading}（不可使用）"),
    "fit_summary.more": Wording(
        "Everything on one page: fit.summary(). All parameters: fit.parameters. Measures: fit.fit_measures().",
        "全部结果：fit.summary('zh')。全部参数：fit.parameters。拟合指标：fit.fit_measures()。",
    ),
    # The fit measures in a line.
    "fit_summary.structural_part": Wording(
        "Structural part, given the measurement (fit.measurement() has the blocks):",
        "结构部分（以测量部分为给定；各测量区块见 fit.measurement()）：",
    ),
    "fit_summary.scaled": Wording("scaled", "校正"),
    "fit_summary.robust": Wording("robust", "稳健"),
    "fit_summary.measures": Wording(
        "chi-square {chisq:.3f} on {df:.0f} df{pvalue:? (p {pvalue:p})}, CFI {cfi:.3f}, TLI {tli:.3f}, RMSEA "
        "{rmsea:.3f} [{lower:.3f}, {upper:.3f}], SRMR {srmr:.3f}{aic:?, AIC {aic:.1f}}{bic:?, BIC {bic:.1f}}",
        "卡方 {chisq:.3f}，自由度 {df:.0f}{pvalue:?（p {pvalue:p}）}，CFI {cfi:.3f}，TLI {tli:.3f}，RMSEA "
        "{rmsea:.3f} [{lower:.3f}, {upper:.3f}]，SRMR {srmr:.3f}{aic:?，AIC {aic:.1f}}{bic:?，BIC {bic:.1f}}",
    ),
    "fit_summary.measures.scaled": Wording(
        "scaled chi-square {chisq:.3f} on {df:.4g} df (p {pvalue:p}, unscaled {unscaled:.3f}), {kind} CFI {cfi:.3f}, "
        "TLI {tli:.3f}, RMSEA {rmsea:.3f} [{lower:.3f}, {upper:.3f}], SRMR {srmr:.3f}",
        "校正卡方 {chisq:.3f}，自由度 {df:.4g}（p {pvalue:p}，未校正 {unscaled:.3f}），{kind} CFI {cfi:.3f}，"
        "TLI {tli:.3f}，RMSEA {rmsea:.3f} [{lower:.3f}, {upper:.3f}]，SRMR {srmr:.3f}",
    ),
    "fit_summary.measures.pooled": Wording(
        "{kind:?{kind} }F {f:.3f} on {df1:.0f} and {df2:.4g} df (p {pvalue:p}, D2 of {data_sets:.0f} data sets), "
        "{kind:?{kind} }CFI {cfi:.3f}, TLI {tli:.3f}, RMSEA {rmsea:.3f} [{lower:.3f}, {upper:.3f}], SRMR {srmr:.3f}",
        "{kind:?{kind} }F {f:.3f}，自由度 {df1:.0f} 与 {df2:.4g}（p {pvalue:p}，{data_sets:.0f} 个数据集的 D2），"
        "{kind:?{kind} }CFI {cfi:.3f}，TLI {tli:.3f}，RMSEA {rmsea:.3f} [{lower:.3f}, {upper:.3f}]，SRMR {srmr:.3f}",
    ),
    "fit_summary.measures.pls": Wording(
        "SRMR {srmr:.3f} (saturated {saturated:.3f}), d_ULS {d_uls:.3f}, d_G {d_g:.3f}, mean communality "
        "{communality:.3f}, mean R2 {r2:.3f}, GoF {gof:.3f}",
        "SRMR {srmr:.3f}（饱和模型 {saturated:.3f}），d_ULS {d_uls:.3f}，d_G {d_g:.3f}，平均共同度 "
        "{communality:.3f}，平均 R² {r2:.3f}，GoF {gof:.3f}",
    ),
    "fit_summary.measures.pls_single_items": Wording(
        "SRMR {srmr:.3f} (saturated {saturated:.3f}), d_ULS {d_uls:.3f}, d_G {d_g:.3f}, mean R2 {r2:.3f} (communality "
        "and GoF need a construct of several items)",
        "SRMR {srmr:.3f}（饱和模型 {saturated:.3f}），d_ULS {d_uls:.3f}，d_G {d_g:.3f}，平均 R² {r2:.3f}"
        "（共同度与 GoF 需要有多个题项的结构变量）",
    ),
}
