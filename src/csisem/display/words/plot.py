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
}
