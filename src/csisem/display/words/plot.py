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
    "plot.gaps.axis": Wording("Points of 0-100; gap with interval on the right", "得分（0-100）；右侧为差距及置信区间"),
    # Trees.
    "plot.hierarchy.title": Wording("Indicator system", "指标体系"),
    "plot.hierarchy.scale": Wording("Index, 0-100", "指数（0-100）"),
}
