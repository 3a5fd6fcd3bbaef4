"""Steps, states, titles and verdicts of a programme."""

from csisem.display.wording import Wording

WORDS = {
    # The six steps.
    "programme.step.diagnosis": Wording("diagnosis", "内部诊断"),
    "programme.step.pretest": Wording("pretest", "预测试"),
    "programme.step.small_sample": Wording("small_sample", "小样本"),
    "programme.step.survey": Wording("survey", "调查"),
    "programme.step.analysis": Wording("analysis", "分析"),
    "programme.step.improvement": Wording("improvement", "改进"),
    "programme.done": Wording("done", "已完成"),
    "programme.begun": Wording("begun", "进行中"),
    "programme.open": Wording("open", "未开始"),
    # Indicators.
    "programme.kept": Wording("kept", "保留"),
    "programme.revised": Wording("revised", "修改"),
    "programme.dropped": Wording("dropped", "删除"),
    "programme.total": Wording("Total", "总指数"),
    "programme.satisfied": Wording("satisfied", "满意"),
    # Budget and schedule.
    "programme.subtotal": Wording("subtotal", "小计"),
    "programme.whole": Wording("total", "合计"),
    "programme.funds": Wording("funds", "可用经费"),
    "programme.left": Wording("left over", "结余"),
    # What steps have produced, and what is missing.
    "programme.parts": Wording("{parts: }", "{parts:}"),
    "programme.documents": Wording("Documents: {names:, }.", "文件：{names:、}。"),
    "programme.decided": Wording(
        "{count} {count:decision|decisions}: {dropped} dropped, {revised} revised.",
        "共 {count} 项决定：删除 {dropped} 项，修改 {revised} 项。",
    ),
    "programme.proposed": Wording(
        "{indicators} {indicators:indicator|indicators}, {questions} {questions:question|questions}.",
        "指标 {indicators} 个，题目 {questions} 道。",
    ),
    "programme.budget": Wording("A budget of {cost:,.2f}.", "预计调查费用 {cost:,.2f}。"),
    "programme.over_budget": Wording("It exceeds the funds of {funds:,.2f}.", "超出可用经费 {funds:,.2f}。"),
    "programme.schedule": Wording("A schedule from {start} to {end}.", "调查进度由 {start} 至 {end}。"),
    "programme.no_indicators": Wording("There are no indicators.", "没有指标体系。"),
    "programme.no_segments": Wording("No segments are declared.", "没有声明顾客细分。"),
    "programme.no_budget": Wording("There is no budget.", "没有费用预算。"),
    "programme.no_schedule": Wording("There is no schedule.", "没有进度安排。"),
    "programme.no_pretest": Wording(
        "No decision of the pretest is on record.",
        "没有预测试的决定记录。",
    ),
    "programme.draft_errors": Wording(
        "The questionnaire has {count} {count:error|errors}; see check().",
        "问卷有 {count} 处错误，见 check()。",
    ),
    "programme.no_small_sample": Wording(
        "There are no answers of a small sample ({name}.csv).",
        "没有小样本的答案（{name}.csv）。",
    ),
    "programme.screened": Wording(
        "{count} {count:question|questions} screened, {doubtful} doubtful.",
        "筛选题目 {count} 道，存疑 {doubtful} 道。",
    ),
    "programme.undecided": Wording(
        "Nothing is decided on {names:quoted}.",
        "{names:quoted}尚未决定去留。",
    ),
    "programme.planned": Wording("{n} customers to draw.", "计划抽取 {n} 名顾客。"),
    "programme.no_plan": Wording("There is no sampling plan.", "没有抽样方案。"),
    "programme.wave": Wording("Wave {wave}: {n} answers.", "{wave} 期：答卷 {n} 份。"),
    "programme.no_waves": Wording("There are no answers of a wave.", "没有任何一期的答案。"),
    "programme.no_fieldwork": Wording(
        "The fieldwork of {waves:quoted} is not on record.",
        "{waves:quoted}没有实施记录。",
    ),
    "programme.scored": Wording(
        "Wave {wave}: index {index:.1f} ({lower:.1f} to {upper:.1f}).",
        "{wave} 期：指数 {index:.1f}（{lower:.1f} 至 {upper:.1f}）。",
    ),
    "programme.nothing_to_analyse": Wording("There is nothing to analyse yet.", "尚无可分析的答案。"),
    "programme.no_targets": Wording("No targets are set.", "没有设定目标。"),
    "programme.targets_set": Wording("{count} {count:target|targets}.", "目标 {count} 个。"),
    "programme.below_target": Wording(
        "Below target in wave {wave}: {names:, }.",
        "{wave} 期低于目标的有：{names:、}。",
    ),
    "programme.refused": Wording("{problem}", "{problem}"),
    # A round.
    "programme.report": Wording("{name}: round {wave}", "{name}：{wave} 期"),
    "programme.not_computed": Wording("Not computed. {reason}", "未能计算。{reason}"),
    "programme.no_trend": Wording("This is the first wave, and a trend needs two.", "这是第一期，走势至少需要两期。"),
    "programme.no_change": Wording(
        "This is the first wave, and a change needs one before.",
        "这是第一期，没有前一期可比。",
    ),
    "programme.other_count": Wording(
        "The fieldwork records {answered} answers, and the file has {n} rows.",
        "实施记录为 {answered} 份答卷，而文件有 {n} 行。",
    ),
    "programme.narrowed": Wording(
        "All answers to {items:quoted} lie in one half of the scale, while those of wave {before} do not; was the "
        "scale changed?",
        "{items:quoted}的答案全部落在量表的一半之内，而 {before} 期并非如此；量表是否有变动？",
    ),
    "programme.open_question": Wording(
        "{item!r} is an open question; its answers are words, to read or to code.",
        "{item!r} 是开放题，答案为文字，需阅读或编码。",
    ),
    "programme.pairs_dropped": Wording(
        "A question of each pair was dropped: {names:quoted}.",
        "{names:quoted}各有一题已删除。",
    ),
    "programme.no_blocks": Wording(
        "No indicator of the first level has two questions, so none has a reliability.",
        "一级指标均不足两题，因而没有信度。",
    ),
    "programme.undeclared_columns": Wording(
        "The columns {columns:quoted} are not declared and not used.",
        "{columns:quoted}这些列没有声明，未予使用。",
    ),
    "programme.unanswered": Wording(
        "Nobody answered {columns:quoted}, so that what needs an answer to {columns:it|them} cannot be computed.",
        "没有人回答{columns:quoted}，因此需要其答案的结果无法计算。",
    ),
    "programme.dropped_columns": Wording(
        "The questions {columns:quoted} were dropped later and are not used.",
        "{columns:quoted}后来已删除，未予使用。",
    ),
    "programme.incomplete": Wording(
        "{lost} of {n} rows lack an answer and are left out of this ranking.",
        "{n} 行中有 {lost} 行缺答，未计入本排序。",
    ),
    "programme.targets_dropped": Wording(
        "{names:quoted} {names:has|have} a target, but {names:is|are} not measured any more.",
        "{names:quoted}设有目标，但已不再测量。",
    ),
    "programme.unweighted": Wording("unweighted", "不加权"),
    "programme.raked": Wording("raked by {columns:, }", "按 {columns:、} 事后加权"),
    "programme.by_column": Wording("column {column}", "“{column}”列"),
    "programme.reached": Wording("reached", "已达到"),
    "programme.missed": Wording("missed", "未达到"),
    "programme.above": Wording("above, not certain", "高于目标，尚不确定"),
    "programme.below": Wording("below, not certain", "低于目标，尚不确定"),
    # Titles of results.
    "programme.title.answer_quality": Wording("Quality of answers", "答卷质量"),
    "programme.title.response": Wording("Response", "回收情况"),
    "programme.title.weighting": Wording("Weights", "加权"),
    "programme.title.frequencies": Wording("Frequencies of {item}: {text}", "频数分布，{item}：{text}"),
    "programme.title.frequencies_of_segment": Wording(
        "Frequencies of the segments {columns: x }",
        "顾客细分的频数分布：{columns: × }",
    ),
    "programme.title.means": Wording("Means of the questions", "各题均值"),
    "programme.title.means_by": Wording("Means of the questions by {columns: x }", "各题均值，按 {columns: × }"),
    "programme.title.satisfied": Wording(
        "Share of satisfied customers ({least:g} points or more)",
        "满意率（{least:g} 分及以上）",
    ),
    "programme.title.satisfied_by": Wording(
        "Share of satisfied customers ({least:g} points or more) by {columns: x }",
        "满意率（{least:g} 分及以上），按 {columns: × }",
    ),
    "programme.title.satisfied_by_question": Wording("Share of satisfied answers to each question", "各题满意率"),
    "programme.title.index": Wording("Satisfaction index", "满意度指数"),
    "programme.title.index_by": Wording("Satisfaction index by {columns: x }", "满意度指数，按 {columns: × }"),
    "programme.title.normality": Wording("Distribution of the index", "指数的正态性"),
    "programme.title.anova": Wording(
        "Analysis of variance of {node} by {columns: x }",
        "{node} 的方差分析，按 {columns: × }",
    ),
    "programme.title.variances": Wording(
        "Equality of variances of {node} by {columns: x }",
        "{node} 的方差齐性检验，按 {columns: × }",
    ),
    "programme.title.crosstab": Wording(
        "Satisfied ({least:g} points or more) or not, by {item}",
        "满意与否（{least:g} 分及以上）与 {item} 的交叉分组",
    ),
    "programme.title.expectation": Wording("Expected and perceived quality", "期望与感知"),
    "programme.title.expectation_by": Wording(
        "Expected and perceived quality by {columns: x }",
        "期望与感知，按 {columns: × }",
    ),
    "programme.title.reliability": Wording("Reliability of the indicators", "指标的信度"),
    "programme.title.item_statistics": Wording("Contribution of each question to reliability", "各题对信度的贡献"),
    "programme.title.correlations": Wording("Correlations with satisfaction: {item}", "与总体满意的相关系数：{item}"),
    "programme.title.part_whole": Wording("Correlations with the index", "与指数的相关系数"),
    "programme.title.discriminant": Wording(
        "What separates satisfied customers ({least:g} points or more) from the others",
        "满意与不满意顾客的判别分析（{least:g} 分及以上）",
    ),
    "programme.title.trend": Wording("Trend of the index", "指数的走势"),
    "programme.title.trend_by": Wording("Trend of the index by {columns: x }", "指数的走势，按 {columns: × }"),
    "programme.title.change": Wording("Change since wave {before}", "比 {before} 期的变化"),
    "programme.title.contributions": Wording("Contributions to the change of the total", "总指数变化的构成"),
    "programme.title.simple_quadrant": Wording(
        "What to improve: weight against score, by quadrant",
        "改进对象：简易法（权重与得分），象限法",
    ),
    "programme.title.simple_coefficient": Wording(
        "What to improve: weight against score, by coefficient",
        "改进对象：简易法（权重与得分），系数法",
    ),
    "programme.title.simple_region": Wording(
        "What to improve: weight against score, by region",
        "改进对象：简易法（权重与得分），区域法",
    ),
    "programme.title.precise_quadrant": Wording(
        "What to improve: correlation against score, by quadrant",
        "改进对象：精确法（相关系数与得分），象限法",
    ),
    "programme.title.precise_coefficient": Wording(
        "What to improve: correlation against score, by coefficient",
        "改进对象：精确法（相关系数与得分），系数法",
    ),
    "programme.title.precise_region": Wording(
        "What to improve: correlation against score, by region",
        "改进对象：精确法（相关系数与得分），区域法",
    ),
    "programme.title.against_targets": Wording("Index and targets", "指数与目标"),
    "programme.title.total_error": Wording("Total error", "总误差"),
    # Total error.
    "programme.sampling_error": Wording("sampling error", "抽样误差"),
    "programme.nonsampling_error": Wording("non-sampling error", "非抽样误差"),
    "programme.total_error": Wording("total error", "总误差"),
    "programme.points": Wording("points", "分"),
    "programme.percent": Wording("percent", "百分点"),
    "programme.source.index": Wording("margin of the index", "指数的误差限"),
    "programme.source.satisfied": Wording("margin of the share of satisfied", "满意率的误差限"),
    "programme.source.coverage": Wording("not in the list drawn from", "抽样框未覆盖"),
    "programme.source.nonresponse": Wording("nonresponse", "无回答"),
    "programme.source.noncontact": Wording("not reached", "未接触到"),
    "programme.source.refusal": Wording("reached, no answer", "拒答"),
    "programme.source.bounds": Wording(
        "largest shift of the share of satisfied by nonresponse",
        "无回答对满意率的最大影响",
    ),
    "programme.source.missing": Wording("missing answers", "题目缺答"),
    "programme.source.flagged": Wording("doubtful rows", "可疑答卷"),
    "programme.source.doubtful": Wording("shift of the index without doubtful rows", "剔除可疑答卷后指数的变化"),
    "programme.source.wording": Wording("wording and understanding of the questions", "题目措辞与理解"),
    "programme.source.mode": Wording("interviewers and mode", "调查员与调查方式"),
    "programme.source.processing": Wording("coding and processing", "编码与数据处理"),
    "programme.source.at_least": Wording("at least", "至少"),
    "programme.source.total": Wording("sampling and non-sampling error", "抽样误差与非抽样误差之和"),
    "programme.known.sampling": Wording(
        "Measured, by the sampling design, at 95 %.",
        "已测量，按抽样设计，置信水平 95 %。",
    ),
    "programme.known.not_random": Wording(
        "Not valid: the sample was not drawn at random.",
        "无效：样本并非随机抽取。",
    ),
    "programme.known.rate": Wording(
        "The rate is measured; its effect on the index is not.",
        "比率已测量；对指数的影响未测量。",
    ),
    "programme.known.bounds": Wording(
        "Measured: from {low:.1f} to {high:.1f} percent, if none or all of those without an answer are satisfied "
        "(unweighted rates).",
        "已测量：未作答者全不满意或全满意时，满意率为 {low:.1f} 至 {high:.1f} %（按未加权的比率）。",
    ),
    "programme.known.doubtful": Wording(
        "Measured: the index without those rows less the index with them.",
        "已测量：剔除后的指数减去剔除前的指数。",
    ),
    "programme.known.not_recorded": Wording(
        "Not measured: the fieldwork does not record it.",
        "未测量：实施记录中没有。",
    ),
    "programme.known.never": Wording(
        "Not measured: one survey cannot show it.",
        "未测量：一次调查无法显示。",
    ),
    "programme.known.least": Wording(
        "The margin of sampling error and the shift by doubtful rows.",
        "抽样误差限与可疑答卷的影响之和。",
    ),
    "programme.known.total": Wording(
        "Not known, since part of the non-sampling error is not measured.",
        "未知，因为非抽样误差有一部分未测量。",
    ),
}
