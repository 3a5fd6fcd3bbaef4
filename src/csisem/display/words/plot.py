"""Titles, axes and legends of pictures."""

from csisem.display.wording import Wording

WORDS = {
    "plot.no_cjk_font": Wording(
        "No installed font has the Chinese letters of this picture; install one, such as Noto Sans CJK SC (package "
        "fonts-noto-cjk) or WenQuanYi Zen Hei (fonts-wqy-zenhei), and draw again.",
        "未安装可显示图中中文的字体；请安装一种，如 Noto Sans CJK SC（软件包 fonts-noto-cjk）或 WenQuanYi Zen Hei"
        "（fonts-wqy-zenhei），然后重新作图。",
    ),
    # Axes and legends that pictures share.
    "plot.axis.index": Wording("Index, 0-100, with interval", "指数（0-100）及置信区间"),
    "plot.axis.share": Wording("Percent, with interval", "百分比（%）及置信区间"),
    "plot.axis.nps": Wording("Net promoter score, with interval", "净推荐值及置信区间"),
    "plot.axis.estimate": Wording("Estimate, with interval", "估计值及置信区间"),
    "plot.axis.percent": Wording("Percent", "百分比（%）"),
    "plot.field.weakness": Wording("Weaknesses", "弱势区"),
    "plot.field.improve": Wording("Improve continuously", "持续改进区"),
    "plot.field.strength": Wording("Strengths", "优势区"),
    "plot.field.maintain": Wording("Maintain", "维持区"),
    # Indices and trends.
    "plot.index.segments": Wording("{name} by {by: and }", "{name}（按{by:、}）"),
    "plot.index.constructs": Wording("Indices", "各项指数"),
    "plot.trend.title": Wording("Trends over the waves", "各期趋势"),
    "plot.trend.one": Wording("{name} over the waves", "{name}的各期趋势"),
    "plot.trend.segments": Wording("{name} over the waves by {by: and }", "{name}的各期趋势（按{by:、}）"),
    "plot.trend.starred": Wording("* change with adjusted p < 0.05", "* 变化显著（校正后 p < 0.05）"),
    # Maps.
    "plot.ipma.title": Wording(
        "Importance-performance map{level:? with {level} % ellipses}",
        "重要性-绩效图{level:?（{level}% 置信椭圆）}",
    ),
    "plot.ipma.importance": Wording(
        "Importance: total effect{target:? on {target}}",
        "重要性：{target:?对{target}的}总效应",
    ),
    "plot.ipma.performance": Wording("Performance: index, 0-100", "绩效：指数（0-100）"),
    "plot.quadrant.title": Wording("Quadrant analysis", "象限分析"),
    "plot.quadrant.importance": Wording("Importance", "重要性"),
    "plot.quadrant.satisfaction": Wording("Satisfaction", "满意度"),
    # Stacked bars and gaps.
    "plot.total": Wording("Total", "总计"),
    "plot.likert.title": Wording("Answers", "回答分布"),
    "plot.crosstab.title": Wording(
        "{target} by {by} (Cramer's V {strength})",
        "{target}与{by}的交叉分组（Cramer V = {strength}）",
    ),
    "plot.crosstab.axis": Wording("Percent of each group", "占各组的百分比（%）"),
    "plot.crosstab.at_least": Wording("at least {threshold}", "满意（{threshold} 分及以上）"),
    "plot.crosstab.below": Wording("below {threshold}", "不满意（{threshold} 分以下）"),
    "plot.class.disappointed": Wording("disappointed", "失望"),
    "plot.class.satisfied": Wording("satisfied", "满意"),
    "plot.class.delighted": Wording("delighted", "感动"),
    "plot.disconfirmation.title": Wording("Perception against expectation", "感知与期望的比较"),
    "plot.gaps.title": Wording("Expectation and perception", "期望与感知"),
    "plot.gaps.expected": Wording("expected", "期望"),
    "plot.gaps.perceived": Wording("perceived", "感知"),
    "plot.gaps.axis": Wording(
        "Points of 0-{top}; gap with interval on the right", "得分（0-{top}）；右侧为差距及置信区间"
    ),
    # Trees.
    "plot.hierarchy.title": Wording("Indicator system", "指标体系"),
    "plot.hierarchy.scale": Wording("Index, 0-100", "指数（0-100）"),
    # Loadings and simple figures.
    "plot.loadings.title": Wording("Standardised loadings", "标准化载荷"),
    "plot.weights.title": Wording("Standardised weights", "标准化权重"),
    "plot.radar.title": Wording("Profile", "雷达图"),
    # Ranks and distributions.
    "plot.ranks.title": Wording("Ranks with simultaneous intervals", "排名及联合置信区间"),
    "plot.ranks.axis": Wording("Rank (index on the right)", "名次（右侧括号内为指数）"),
    "plot.histogram.title": Wording("Distribution of {item}", "{item}的分布"),
    "plot.histogram.sample": Wording("sample", "样本"),
    "plot.histogram.normal": Wording("normal: mean {mean}, sd {sd}", "正态分布（均值 {mean}，标准差 {sd}）"),
    "plot.pp.title": Wording("P-P plot of {item}", "{item}的 P-P 图"),
    "plot.pp.expected": Wording("Cumulative share, normal", "正态分布的累积概率"),
    "plot.pp.observed": Wording("Cumulative share, observed", "实测的累积概率"),
    "plot.paper.title": Wording("Probability paper: {item}", "正态概率纸：{item}"),
    "plot.paper.axis": Wording("Cumulative percent", "累积百分比（%）"),
    # Factors and residuals.
    "plot.scree.title": Wording(
        "Scree plot: {count} {count:factor|factors} above chance",
        "碎石图：{count} 个因子高于随机水平",
    ),
    "plot.scree.sample": Wording("eigenvalues", "特征值"),
    "plot.scree.chance": Wording("by chance (parallel analysis)", "随机水平（平行分析）"),
    "plot.scree.number": Wording("Number of the factor", "因子序号"),
    "plot.scree.axis": Wording("Eigenvalue", "特征值"),
    "plot.residuals.title": Wording("Residuals", "残差"),
    "plot.residuals.raw": Wording("Residual covariances", "残差协方差"),
    "plot.residuals.cor": Wording("Residual correlations", "残差相关系数"),
    "plot.residuals.normalized": Wording("Normalised residuals", "正规化残差"),
    "plot.residuals.standardized": Wording("Standardised residuals", "标准化残差"),
    # Improvement and outcomes.
    "plot.kano.title": Wording("Kano map", "Kano 质量图"),
    "plot.kano.worse": Wording("Dissatisfaction where it is lacking, 0-1", "不满意系数（不具备时，0-1）"),
    "plot.kano.better": Wording("Satisfaction where it is present, 0-1", "满意系数（具备时，0-1）"),
    "plot.kano.must_be": Wording("must-be", "理所当然质量"),
    "plot.kano.one_dimensional": Wording("one-dimensional", "一元性质量"),
    "plot.kano.attractive": Wording("attractive", "有魅力质量"),
    "plot.kano.indifferent": Wording("indifferent", "无差异质量"),
    "plot.loyalty.title": Wording("Loyalty by satisfaction", "满意与忠诚的关系"),
    "plot.loyalty.satisfaction": Wording("Satisfaction, 0-100", "满意度（0-100）"),
    "plot.loyalty.loyalty": Wording("Loyalty, percent, with band", "忠诚度（%）及置信带"),
    "plot.pareto.title": Wording("Reasons by frequency", "原因的帕累托图"),
    "plot.pareto.vital": Wording("vital few", "关键的少数"),
    "plot.pareto.other": Wording("others", "其他"),
    "plot.pareto.cumulative": Wording("cumulative", "累积百分比"),
    # Groups and replicates.
    "plot.means.title": Wording("Mean of {item} by {by: and }", "{item}的均值（按{by:、}）"),
    "plot.means.axis": Wording(
        "Mean with interval; groups that share a letter do not differ ({method}, p < {alpha})",
        "均值及置信区间；有相同字母的组无显著差异（{method}，p < {alpha}）",
    ),
    "plot.means.design": Wording(
        "under the design{adjustment:?, {adjustment}}", "按抽样设计{adjustment:?，{adjustment} 校正}"
    ),
    "plot.discriminant.title": Wording(
        "{target}: {rate} % classified rightly [{low}, {high}]",
        "{target}：判别正确率 {rate}% [{low}, {high}]",
    ),
    "plot.discriminant.score": Wording("Discriminant score", "判别得分"),
    "plot.bootstrap.title": Wording("{n} bootstrap replicates", "{n} 个自助样本"),
    "plot.bootstrap.axis": Wording("Estimate with {level} % percentile interval", "估计值及 {level}% 分位数置信区间"),
}
