"""Headings and sentences of reports."""

from csisem.display.wording import Wording

WORDS = {
    # The page.
    "report.contents": Wording("Contents", "目录"),
    "report.sort": Wording("Sort by this column", "按此列排序"),
    "report.title": Wording("Customer satisfaction report", "顾客满意度测评报告"),
    "report.subtitle": Wording(
        '{title:?{title}; }{n:,} {n:answer|answers}{audience:?; for decision makers}',
        '{title:?{title}；}{n:,} 份答卷{audience:?；决策层版本}',
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
    "report.change": Wording("Change over time", "变化趋势"),
    "report.causes": Wording("What drives {target}", "{target}的影响因素"),
    "report.analysis": Wording("What to improve first", "改进对象"),
    "report.advice": Wording("Advice", "建议"),
    "report.annex": Wording("Annex: every table, and how it was computed", "附录：全部数据表与计算方法"),
    "report.annex_tables": Wording("Tables", "数据表"),
    "report.computed": Wording("How it was computed", "计算方法"),
    "report.not_computed": Wording("What could not be computed", "未能计算的结果"),
    # The verdict.
    "report.unusable": Wording(
        'The estimates of this model must not be read, so no path, index or priority of it is printed.',
        '该模型的估计结果不可使用，因此不给出任何路径系数、指数或改进对象。',
    ),
    "report.unusable_advice": Wording(
        'Simplify the model, check the items that are named, or collect more answers{pls:?; or estimate it by PLS}.',
        '请简化模型、检查所涉及的题项或增加样本量{pls:?，也可改用 PLS 估计}。',
    ),
    # Summary.
    "report.index": Wording(
        "The {construct} index{group:? in {group}} is {index:.1f} of 100{known:?; with {level:g} % "
        "confidence it lies between {lower:.1f} and {upper:.1f}}.",
        "{construct}指数{group:?（{group}）}为 {index:.1f} 分（满分 100 分）{known:?；以 {level:g}% 的置信度"
        "，其值在 {lower:.1f} 与 {upper:.1f} 之间}。",
    ),
    "report.wide": Wording(
        "The interval is wide: {width:.1f} points from end to end. Differences smaller than that are not to "
        "be built upon.",
        "该区间较宽，两端相差 {width:.1f} 分，小于此的差异不宜作为依据。",
    ),
    "report.not_random": Wording(
        "The respondents were not drawn at random ({selected}), so the interval does not hold for all customers.",
        "受访者并非随机抽取（{selected}），因此该区间不能推及全体顾客。",
    ),
    "report.highest": Wording(
        "By {by}, {best} is highest ({high:.1f}) and {worst} lowest ({low:.1f}); differences this large are {"
        "clear:?not explained by chance}{open:?within what chance alone produces} (p {p}).",
        "按“{by}”划分，{best}最高（{high:.1f}），{worst}最低（{low:.1f}）；这样大的差异"
        "{clear:?不能用偶然性解释}{open:?在偶然波动的范围之内}（p {p}）。",
    ),
    "report.uneven": Wording(
        "By {by}, answers differ in spread (p {p}): {widest} is the least even (standard deviation {sd:.1f}"
        "), which calls for a more reliable service there.",
        "按“{by}”划分，各层离散程度不同（p {p}）：{widest}最不稳定（标准差 {sd:.1f}），该层的服务需要更加稳"
        "定。",
    ),
    "report.changed": Wording(
        "From {before} to {after} the index {rose:?rose}{fell:?fell} by {change:.1f} "
        "points, from {old:.1f} to {new:.1f}; a change this large is {clear:?not explained by chance}{open:?"
        "within what chance alone produces} (p {p}).",
        "从{before}到{after}，指数{rose:?上升}{fell:?下降} {change:.1f} 分，由 {old:.1f} "
        "变为 {new:.1f}；这样大的变化{clear:?不能用偶然性解释}{open:?在偶然波动的范围之内}（p {p}）。",
    ),
    "report.first": Wording(
        "First to improve: {construct}. One point more there comes with {importance:.2f} points more of {target}"
        "{known:? ({lower:.2f} to {upper:.2f})}, and it stands at {performance:.1f} of 100.",
        "首先改进：{construct}。其指数每提高 1 分，{target}随之提高 {importance:.2f} 分"
        "{known:?（{lower:.2f} 至 {upper:.2f}）}，目前为 {performance:.1f} 分（满分 100 分）。",
    ),
    "report.then": Wording(
        'Then: {construct} (it can add {potential:.1f} points at most).',
        '其次：{construct}（最多可提高 {potential:.1f} 分）。',
    ),
    "report.strength": Wording(
        "Keep up: {constructs:, }, which {constructs:matters and stands|matter and stand} above the average "
        "of the map.",
        "保持优势：{constructs:、}，重要程度和得分均高于平均水平。",
    ),
    "report.question": Wording(
        "Among its questions, '{item}' comes first: importance {importance:.2f}, {performance:.1f} of 100.",
        '在其题项中，“{item}”居首：重要程度 {importance:.2f}，得分 {performance:.1f}（满分 100 分）。',
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
        "The model has {constructs} {constructs:construct|constructs}, measured by {items} "
        "{items:question|questions}, and {paths} {paths:path|paths} between them. Satisfaction, its causes "
        "and its consequences cannot be asked for directly; each is what its questions share.",
        "模型包含 {constructs} 个结构变量，由 {items} 个题项测量，其间有 {paths} 条路径。满意度及其原因与结果"
        "无法直接测量，各自以其题项的共同部分来衡量。",
    ),
    "report.reliable": Wording(
        "The questions of {constructs:, } measure alike (reliability of {cut:g} or more).",
        "{constructs:、}的题项内部一致性良好（信度不低于 {cut:g}）。",
    ),
    "report.unreliable": Wording(
        "The questions of {constructs:, } agree little (reliability below {cut:g}); {constructs:its index is|"
        "their indices are} less precise.",
        "{constructs:、}的题项一致性较低（信度低于 {cut:g}），其指数的精度较差。",
    ),
    "report.flagged": Wording(
        "{flagged} of {n} answers show signs of carelessness (straight lines, repeated answers, many "
        "blanks); they are kept, and listed by cs.diagnose.quality.",
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
        "Right is important, low is weak: the further to the lower right, the more an improvement can add to the "
        "index.",
        "越靠右越重要，越靠下得分越低：越靠近右下方，改进后指数可提高得越多。",
    ),
    # Captions.
    "report.figure": Wording("Figure {number}. {caption}", "图 {number}　{caption}"),
    "report.diagram": Wording(
        "The model{group:? in group {group}}{read:?: standardised estimates; an arrow's width is its "
        "strength, stars mark p below 0.05, 0.01, 0.001}.",
        "模型路径图{group:?（{group}组）}{read:?：标准化估计值；箭头越粗作用越强，星号表示 p 小于 0.05、0.01"
        "、0.001}。",
    ),
    "report.indices_figure": Wording("Indices with {level:g} % intervals.", "各指数及 {level:g}% 置信区间。"),
    "report.segment_figure": Wording(
        '{target} by {by}, with {level:g} % intervals.',
        '按“{by}”划分的{target}指数，附 {level:g}% 置信区间。',
    ),
    "report.trend_figure": Wording(
        "{target} over time, with intervals and a simultaneous band.",
        "{target}指数的变化趋势，附置信区间与同时置信带。",
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
    "report.lacking": Wording("{name}{by:? by {by}}", "{name}{by:?（按“{by}”）}"),
    "report.reason": Wording("{names:, }: {reason}", "{names:、}：{reason}"),
    "report.no_index": Wording("The index could not be computed. {reason}", "未能计算满意度指数。{reason}"),
    "report.unreadable": Wording(
        "The model gives no result that may be used; what the answers themselves say stands below.",
        "该模型没有可以使用的结果；答卷本身的结果见下文。",
    ),
    "report.progress": Wording("Report", "撰写报告"),
    "report.wave": Wording("Wave {number}", "第 {number} 期"),
    "report.this_wave": Wording("this wave", "本期"),
    # Parts of the body.
    "report.total": Wording(
        "The index of {name} is {index:.1f} of 100.",
        "{name}的指数为 {index:.1f} 分（满分 100 分）。",
    ),
    "report.segment": Wording("By {by}", "按“{by}”划分"),
    "report.distribution": Wording("Distribution of the index", "指数的分布"),
    "report.shape": Wording(
        "The {target} index of a single respondent is {mean:.1f} on average, with a standard deviation of "
        "{sd:.1f}{left:?; its distribution is skewed to the left, as is usual of satisfaction}{"
        "right:?; its distribution is skewed to the right}{even:?; its distribution is not clearly skewed}.",
        "受访者个人的{target}指数平均为 {mean:.1f}，标准差为 {sd:.1f}{left:?；分布左偏，满意度数据常见如此}"
        "{right:?；分布右偏}{even:?；分布没有明显的偏斜}。",
    ),
    "report.normal": Wording(
        "A test does not tell it from a normal distribution (p {p}).", "检验未发现其偏离正态分布（p {p}）。"
    ),
    "report.not_normal": Wording(
        "It is not normal (p {p}){many:?; the interval of the mean holds none the less, since it rests on "
        "many answers}{few:?; with so few answers the interval of the mean is rough}.",
        "其分布不是正态分布（p {p}）{many:?；均值的置信区间依据大量答卷，仍然成立}"
        "{few:?；答卷较少，均值的置信区间只是近似}。",
    ),
    "report.satisfied": Wording(
        "{overall:.0f} % are satisfied ({cut:.4g} of 100 or more): most in {best} ({high:.0f} %), fewest in {worst} "
        "({low:.0f} %); differences this large are {clear:?not explained by chance}"
        "{open:?within what chance alone produces} (p {p}).",
        "{overall:.0f}% 的受访者满意（{cut:.4g} 分及以上）：{best}最高（{high:.0f}%），{worst}最低（{low:.0f}%）；"
        "这样大的差异{clear:?不能用偶然性解释}{open:?在偶然波动的范围之内}（p {p}）。",
    ),
    "report.no_gap": Wording(
        'On none of the {questions} {questions:question|questions} does perception differ clearly from expectation.',
        '{questions} 个题项的感知与期望均无明显差异。',
    ),
    "report.gap": Wording(
        "Of {questions} {questions:question|questions}, {behind} {behind:stays|stay} behind what customers "
        "expected, and {above} {above:exceeds|exceed} it.",
        "{questions} 个题项中，{behind} 个低于顾客期望，{above} 个超过顾客期望。",
    ),
    "report.worst_gap": Wording(
        "Furthest behind: '{item}', by {gap:.1f} points ({lower:.1f} to {upper:.1f}).",
        "差距最大：“{item}”，低 {gap:.1f} 分（{lower:.1f} 至 {upper:.1f}）。",
    ),
    "report.correlated_read": Wording(
        "A second view without the model: questions by their correlation with the questions on {target}, "
        "against their scores.",
        "不依赖模型的另一视角：以各题项与{target}题项的相关系数为重要程度，与其得分对照（精确法、象限法）。",
    ),
    "report.ranked_read": Wording(
        "By the weights of the indicator system: weight times the distance to 100.",
        "按指标体系的权重：权重乘以与 100 分的差距（简易法、系数法）。",
    ),
    # The questionnaire.
    "report.form": Wording(
        "The questionnaire has {questions} {questions:question|questions}{respondent:?, {respondent} of them "
        "on the respondent}, and takes about {minutes} {minutes:minute|minutes}{introduction:?; it begins "
        "with an introduction}.",
        "问卷共 {questions} 题{respondent:?，其中被调查者基本信息 {respondent} 题}，约需 {minutes} 分钟"
        "{introduction:?；含介绍词}。",
    ),
    "report.questions": Wording("Questions", "题项"),
    "report.review": Wording("Review of the draft", "问卷草案检查"),
    "report.review_clean": Wording(
        "The review of the draft found nothing: scales, branches and length are in order.",
        "问卷草案检查未发现问题：量表、层次与长度均合要求。",
    ),
    "report.pilot": Wording(
        "The pilot had {n} respondents; {clean:?all questions were kept}{items:?to look at again: {items:, }}.",
        "试调查共 {n} 人；{clean:?全部题项予以保留}{items:?需要复查的题项：{items:、}}。",
    ),
    "report.pilot_items": Wording("Pilot: questions", "试调查：题项"),
    "report.pilot_blocks": Wording("Pilot: reliability by indicator", "试调查：各指标信度"),
    "report.reliability": Wording("Reliability by construct", "各结构变量的信度"),
    "report.column.level": Wording("Level", "级别"),
    "report.column.indicator": Wording("Indicator", "指标"),
    "report.column.meaning": Wording("Meaning", "含义"),
    "report.column.questions": Wording("Question columns", "题项列"),
    "report.column.weight": Wording("Weight", "权重"),
    "report.column.number": Wording("Number", "序号"),
    "report.column.name": Wording("Column", "列名"),
    "report.column.text": Wording("Question", "题目"),
    "report.column.kind": Wording("Kind", "题型"),
    "report.kind.yes_no": Wording("yes or no", "两项式"),
    "report.kind.choice": Wording("one of {answers}", "单选（{answers} 项）"),
    "report.kind.multiple": Wording("several of {answers}", "多选（{answers} 项）"),
    "report.kind.likert": Wording("rating{answers:? of {answers} points}", "李克特量表{answers:?（{answers} 点）}"),
    "report.kind.number": Wording("number", "数值"),
    "report.kind.open": Wording("open", "开放式"),
    # Titles of tables.
    "report.indices_by": Wording("Indices by {by}", "按“{by}”划分的指数"),
    "report.means": Wording("Means by {by}", "按“{by}”划分的均值"),
    "report.means_test": Wording("Are the means by {by} equal?", "按“{by}”划分的均值是否相等（方差分析）"),
    "report.spreads_test": Wording(
        "Are the variances by {by} equal?",
        "按“{by}”划分的方差是否相等（方差齐性检验）",
    ),
    "report.satisfied_table": Wording(
        "Satisfied or not ({cut:.4g} of 100), by {by}", "是否满意（以 {cut:.4g} 分为界）与“{by}”的交叉分组"
    ),
    "report.trend_table": Wording("{target} over time", "{target}的各期指数"),
    "report.gaps": Wording("Expectation against perception", "期望与感知"),
    "report.gaps_by": Wording("Expectation against perception, by {by}", "按“{by}”划分的期望与感知"),
    "report.effects": Wording("Effects on {target}", "对{target}的效应"),
    "report.priorities": Wording("Importance and performance of constructs", "各结构变量的重要性与绩效"),
    "report.item_priorities": Wording("Importance and performance of questions", "各题项的重要性与绩效"),
    "report.correlated": Wording("Questions by their correlation with {target}", "各题项与{target}的相关及得分"),
    "report.correlated_all": Wording("Questions by correlation and score", "各题项的相关系数与得分"),
    "report.trend": Wording("Indices over time", "各期指数"),
    "report.ranked": Wording("Questions by weight and score", "各题项按权重与得分的排序"),
    "report.normality": Wording("Shape of the distribution", "分布形状"),
    "report.normality_tests": Wording("Tests of normality", "正态性检验"),
    "report.quality": Wording("Quality of answers", "答案质量"),
    "report.frequencies": Wording("Answers to every question", "各题项的频数分布"),
    "report.part": Wording("{page} by {by}: {part}", "{page}（按“{by}”）：{part}"),
    # Captions of further pictures.
    "report.profiles_figure": Wording("Profiles of the indices by {by}.", "按“{by}”划分的指数轮廓（雷达图）。"),
    "report.satisfied_figure": Wording("Satisfied or not, by {by}.", "按“{by}”划分的满意与不满意比例。"),
    "report.gaps_figure": Wording("What was expected and what was perceived.", "期望与感知的差距。"),
    "report.histogram_figure": Wording(
        "The {target} index of the respondents, with a normal distribution.", "受访者{target}指数的直方图与正态分布。"
    ),
    "report.paper_figure": Wording(
        "The same on probability paper: a normal distribution is a straight line.", "概率纸：正态分布为一条直线。"
    ),
    "report.quadrant_figure": Wording(
        "Quadrants: importance (correlation) against score.", "象限图：重要程度（相关系数）与得分。"
    ),
    # How it was computed.
    "report.design_weights": Wording("weights", "权重"),
    "report.no_design": Wording("none declared", "未声明"),
    "report.warned": Wording("To be read with care:", "阅读时请注意："),
    "report.missing.listwise": Wording(
        "answers with a blank are left out (listwise)",
        "剔除有缺失的答卷（listwise）",
    ),
    "report.missing.fiml": Wording(
        "all answers are used (full information maximum likelihood)", "使用全部答案（完全信息极大似然 FIML）"
    ),
    "report.missing.pairwise": Wording(
        "each pair of questions uses its answers (pairwise)",
        "成对使用答案（pairwise）",
    ),
    "report.missing.mean": Wording("means stand in for blanks", "以均值代替缺失值"),
    "report.missing.em": Wording("moments by the EM algorithm", "以 EM 算法估计矩"),
    "report.errors.normal": Wording("normal theory", "正态理论"),
    "report.errors.sandwich": Wording("robust (sandwich)", "稳健（sandwich）"),
    "report.errors.design": Wording("by the sampling design (linearisation)", "按抽样设计（线性化）"),
    "report.errors.replicates": Wording("by replicate weights", "按重复权重"),
    "report.result.index": Wording("Indices", "满意度指数"),
    "report.result.by": Wording("Indices", "分层指数"),
    "report.result.means": Wording("Comparison of means", "均值比较"),
    "report.result.spreads": Wording("Comparison of variances", "方差比较"),
    "report.result.satisfied": Wording("Share of satisfied customers", "满意顾客比例"),
    "report.result.trend": Wording("Change over time", "变化趋势"),
    "report.result.gaps": Wording("Expectation against perception", "期望与感知"),
    "report.result.gaps_by": Wording("Expectation against perception", "期望与感知"),
    "report.result.effects": Wording("Effects", "效应"),
    "report.result.reliability": Wording("Reliability", "信度"),
    "report.result.priorities": Wording("Priorities", "改进对象"),
    "report.result.item_priorities": Wording("Priorities among questions", "题项改进对象"),
    "report.result.correlated": Wording("Correlations of the questions", "题项相关分析"),
    "report.result.distribution": Wording("Distribution of the index", "指数的分布"),
    "report.result.nodes": Wording("Indices of the indicator system", "指标体系的指数"),
    "report.result.ranked": Wording("Questions by weight and score", "题项排序"),
    "report.result.quality": Wording("Quality of answers", "答案质量"),
    "report.result.frequencies": Wording("Answers to every question", "各题项的频数分布"),
}  # fmt: skip
