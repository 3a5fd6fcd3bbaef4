"""Headings and sentences of reports."""

from csisem.display.wording import Wording

WORDS = {
    # The page.
    "report.contents": Wording("Contents", "目录"),
    "report.sort": Wording("Sort by this column", "按此列排序"),
    "report.title": Wording("Customer satisfaction report", "顾客满意度测评报告"),
    "report.subtitle": Wording(
        "{title:?{title}; }{n} answers{audience:?; for decision makers}",
        "{title:?{title}；}{n} 份答卷{audience:?；决策层版本}",
    ),
    # Headings.
    "report.summary": Wording("Summary", "摘要"),
    "report.basics": Wording("The survey at a glance", "测评基本情况"),
    "report.body": Wording("Results", "测评结果"),
    "report.background": Wording("Model and background", "背景与模型"),
    "report.system": Wording("Indicator system and weights", "指标体系与权重"),
    "report.questionnaire": Wording("The questionnaire and its tests", "问卷及其检验"),
    "report.data": Wording("Answers", "数据"),
    "report.indices": Wording("Satisfaction indices", "满意度指数"),
    "report.segments": Wording("By segment", "分层结果"),
    "report.change": Wording("Change over time", "变化趋势"),
    "report.causes": Wording("What drives satisfaction", "影响因素"),
    "report.analysis": Wording("What to improve first", "改进对象"),
    "report.advice": Wording("Advice", "建议"),
    "report.annex": Wording("Annex: every table, and how it was computed", "附录：全部数据表与计算方法"),
    "report.annex_tables": Wording("Tables", "数据表"),
    "report.computed": Wording("How it was computed", "计算方法"),
    "report.not_computed": Wording("What could not be computed", "未能计算的结果"),
    # The verdict.
    "report.unusable": Wording(
        "The estimates of this model must not be read, so no path, index or priority of it is printed. {reasons} {advice}",
        "该模型的估计结果不可使用，因此不给出任何路径系数、指数或改进对象。{reasons}{advice}",
    ),
    "report.unusable_advice": Wording(
        "Simplify the model, check the items that are named, collect more answers, or estimate it by PLS.",
        "请简化模型、检查所涉及的题项、增加样本量，或改用 PLS 估计。",
    ),
    # Summary.
    "report.index": Wording(
        "The {construct} index is {index:.1f} of 100{known:?; with {level:g} % confidence it lies between {lower:.1f} and "
        "{upper:.1f}}.",
        "{construct}指数为 {index:.1f} 分（满分 100 分）{known:?；以 {level:g}% 的置信度，其值在 {lower:.1f} 与 {upper:.1f} "
        "之间}。",
    ),
    "report.wide": Wording(
        "The interval is wide: {width:.1f} points from end to end. Differences smaller than that are not to be built upon.",
        "该区间较宽，两端相差 {width:.1f} 分，小于此的差异不宜作为依据。",
    ),
    "report.not_random": Wording(
        "The respondents were not drawn at random ({selected}), so the interval does not hold for all customers.",
        "受访者并非随机抽取（{selected}），因此该区间不能推及全体顾客。",
    ),
    "report.highest": Wording(
        "By {by}, {best} is highest ({high:.1f}) and {worst} lowest ({low:.1f}); differences this large are "
        "{clear:?not explained by chance}{open:?within what chance alone produces} (p {p}).",
        "按{by}划分，{best}最高（{high:.1f}），{worst}最低（{low:.1f}）；这样大的差异"
        "{clear:?不能用偶然性解释}{open:?在偶然波动的范围之内}（p {p}）。",
    ),
    "report.uneven": Wording(
        "By {by}, answers differ in spread (p {p}): {widest} is the least even (standard deviation {sd:.1f}), which calls "
        "for a more reliable service there.",
        "按{by}划分，各层离散程度不同（p {p}）：{widest}最不稳定（标准差 {sd:.1f}），该层的服务需要更加稳定。",
    ),
    "report.changed": Wording(
        "From {before} to {after} the index {rose:?rose}{fell:?fell} by {change:.1f} points, from {old:.1f} to {new:.1f}; "
        "a change this large is {clear:?not explained by chance}{open:?within what chance alone produces} (p {p}).",
        "从{before}到{after}，指数{rose:?上升}{fell:?下降} {change:.1f} 分，由 {old:.1f} 变为 {new:.1f}；这样大的变化"
        "{clear:?不能用偶然性解释}{open:?在偶然波动的范围之内}（p {p}）。",
    ),
    "report.first": Wording(
        "First to improve: {construct}. One point more there comes with {importance:.2f} points more of {target}"
        "{known:? ({lower:.2f} to {upper:.2f})}, and it stands at {performance:.1f} of 100.",
        "首先改进：{construct}。其指数每提高 1 分，{target}随之提高 {importance:.2f} 分"
        "{known:?（{lower:.2f} 至 {upper:.2f}）}，目前为 {performance:.1f} 分（满分 100 分）。",
    ),
    "report.then": Wording(
        "Then: {construct} (potential {potential:.1f} points).",
        "其次：{construct}（提升潜力 {potential:.1f} 分）。",
    ),
    "report.strength": Wording(
        "Keep up: {constructs:, }, which matter and stand above the average of the map.",
        "保持优势：{constructs:、}，重要程度和得分均高于平均水平。",
    ),
    "report.question": Wording(
        "Among its questions, {item} comes first: importance {importance:.2f}, {performance:.1f} of 100.",
        "在其题项中，{item}居首：重要程度 {importance:.2f}，得分 {performance:.1f}（满分 100 分）。",
    ),
    "report.low_segment": Wording(
        "Start with {segment} ({by}), which is lowest at {index:.1f}.",
        "从{segment}（{by}）入手，其指数最低，为 {index:.1f}。",
    ),
    "report.no_advice": Wording(
        "The results name no priority; see what could not be computed, and why.",
        "现有结果未给出改进对象；请查看未能计算的结果及其原因。",
    ),
    # Basics.
    "report.industry": Wording("Survey", "测评项目"),
    "report.organisation": Wording("Conducted by", "实施单位"),
    "report.place": Wording("Place", "地点"),
    "report.mode": Wording("Mode", "调查方式"),
    "report.dates": Wording("Dates", "调查时间"),
    "report.selection": Wording("Respondents selected", "抽样方式"),
    "report.counts": Wording("Drawn, reached, answered", "抽取、接触、回答"),
    "report.response": Wording("Response rate", "回收率"),
    "report.notes": Wording("Remarks", "备注"),
    "report.rows": Wording("Answers used", "有效答卷"),
    "report.dropped": Wording("Answers left out", "剔除答卷"),
    "report.estimation": Wording("Estimation", "估计方法"),
    "report.verdict": Wording("Verdict", "结论"),
    "report.not_recorded": Wording("not recorded", "未记录"),
    "report.mode.interview": Wording("interview", "面访"),
    "report.mode.telephone": Wording("telephone", "电话调查"),
    "report.mode.mail": Wording("mail", "邮寄调查"),
    "report.mode.on_site": Wording("on site", "现场调查"),
    "report.mode.online": Wording("online", "网络调查"),
    "report.mode.mystery_shopper": Wording("mystery shopper", "神秘顾客"),
    "report.mode.other": Wording("other", "其他"),
    "report.selected.random": Wording("at random", "随机抽样"),
    "report.selected.quota": Wording("by quota", "配额抽样"),
    "report.selected.key": Wording("the most important customers", "重点顾客"),
    "report.selected.typical": Wording("typical customers", "典型顾客"),
    "report.selected.convenience": Wording("by convenience", "方便抽样"),
    # Body.
    "report.model_text": Wording(
        "The model has {constructs} constructs, measured by {items} questions, and {paths} paths between them. "
        "Satisfaction, its causes and its consequences cannot be asked for directly; each is what its questions share.",
        "模型包含 {constructs} 个结构变量，由 {items} 个题项测量，其间有 {paths} 条路径。满意度及其原因与结果无法直接测量，"
        "各自以其题项的共同部分来衡量。",
    ),
    "report.reliable": Wording(
        "The questions of {constructs:, } measure alike (reliability of {cut:g} or more).",
        "{constructs:、}的题项内部一致性良好（信度不低于 {cut:g}）。",
    ),
    "report.unreliable": Wording(
        "The questions of {constructs:, } agree little (reliability below {cut:g}); their indices are less precise.",
        "{constructs:、}的题项一致性较低（信度低于 {cut:g}），其指数的精度较差。",
    ),
    "report.flagged": Wording(
        "{flagged} of {n} answers show signs of carelessness (straight lines, repeated answers, many blanks); they are "
        "kept, and listed by cs.diagnose.quality.",
        "{n} 份答卷中有 {flagged} 份有敷衍作答的迹象（全选同一答案、重复答卷、大量空白）；这些答卷予以保留，"
        "可用 cs.diagnose.quality 列出。",
    ),
    "report.none_flagged": Wording(
        "No answer shows signs of carelessness (straight lines, repeated answers, many blanks).",
        "没有答卷显示敷衍作答的迹象（全选同一答案、重复答卷、大量空白）。",
    ),
    "report.explained": Wording(
        "The model explains {share:.0%} of the differences in {target} between respondents.",
        "模型解释了受访者之间{target}差异的 {share:.0%}。",
    ),
    "report.map_read": Wording(
        "Right is important, low is weak: what stands at the lower right is to be improved first.",
        "越靠右越重要，越靠下得分越低：位于右下方的对象应首先改进。",
    ),
    # Captions.
    "report.figure": Wording("Figure {number}. {caption}", "图 {number}　{caption}"),
    "report.diagram": Wording(
        "The model: standardised estimates; an arrow's width is its strength, stars mark p below 0.05, 0.01, 0.001.",
        "模型路径图：标准化估计值；箭头越粗作用越强，星号表示 p 小于 0.05、0.01、0.001。",
    ),
    "report.indices_figure": Wording("Indices with {level:g} % intervals.", "各指数及 {level:g}% 置信区间。"),
    "report.segment_figure": Wording(
        "{target} by {by}, with {level:g} % intervals.", "按{by}划分的{target}指数，附 {level:g}% 置信区间。"
    ),
    "report.trend_figure": Wording(
        "{target} over time, with intervals and a simultaneous band.", "{target}指数的变化趋势，附置信区间与同时置信带。"
    ),
    "report.map_figure": Wording(
        "Importance and performance of the causes of {target}.", "{target}各影响因素的重要程度与得分。"
    ),
    "report.answers_figure": Wording("Answers to each question, in percent.", "各题项的回答分布（百分比）。"),
    "report.system_figure": Wording("The indicator system with indices.", "指标体系及各级指数。"),
    # Annex.
    "report.estimator": Wording("Estimator", "估计方法"),
    "report.errors": Wording("Standard errors", "标准误"),
    "report.missing": Wording("Missing answers", "缺失值处理"),
    "report.design": Wording("Sampling design", "抽样设计"),
    "report.level": Wording("Confidence level", "置信水平"),
    "report.versions": Wording("Versions", "软件版本"),
    "report.data_hash": Wording("Data (SHA-256 of the rows used)", "数据（所用行的 SHA-256）"),
    "report.moments_hash": Wording("Data (SHA-256 of the moments)", "数据（矩的 SHA-256）"),
    "report.source": Wording("File", "文件"),
    "report.seed": Wording("Seed", "随机种子"),
    "report.no_seed": Wording("none: nothing was drawn at random", "无：未使用随机数"),
    "report.model_syntax": Wording("The model, in lavaan's syntax:", "模型（lavaan 语法）："),
    "report.reason": Wording("{name}: {reason}", "{name}：{reason}"),
}  # fmt: skip
