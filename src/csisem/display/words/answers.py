"""Notes on pilots, doubtful rows, distributions and estimates."""

from csisem.display.wording import Wording

_ANSWERED = "{groups:? of {groups:quoted} of {by:quoted}} answered {items:quoted}, "

WORDS = {
    # Nobody answered.
    "answers.nobody_did": Wording(
        "Nobody{groups:? in {groups:quoted}} {did}.", "{groups:?{groups:quoted}中}没有人{did}。"
    ),
    "answers.so_no_share": Wording("answered {items:quoted}, so it has no share", "回答{items:quoted}，因此没有比例"),
    "answers.no_complete_row": Wording(
        "No row has an answer to {several:?all of }{items:quoted}.", "没有任何行回答了{several:?全部} {items:quoted}。"
    ),
    # A pilot.
    "answers.few_rows": Wording(
        "{n} rows; a pilot has {few} to {many}.", "共 {n} 行；试调查一般有 {few} 至 {many} 行。"
    ),
    "answers.low_alpha": Wording(
        "Alpha is below {least:g} for {indicators:quoted}.",
        "{indicators:quoted}的 Alpha 低于 {least:g}。",
    ),
    "answers.too_few_items": Wording(
        "No factors: {items} items are too few for {indicators} factors, one for each indicator.",
        "没有因素分析：{items} 个题项不足以提取 {indicators} 个因素（每个指标一个）。",
    ),
    "answers.no_factors": Wording("No factors: {problem}", "没有因素分析：{problem}"),
    "answers.reasons": Wording("{reasons:; }", "{reasons:；}"),
    "answers.same_answer": Wording("everybody gave the same answer", "所有人的答案相同"),
    "answers.looks_reversed": Wording("looks reversed", "看来是反向题"),
    "answers.runs_against": Wording("runs against {others:quoted}", "与{others:quoted}方向相反"),
    "answers.item_total": Wording(
        "correlates at {correlation:.2f} with the rest of its block",
        "与同组其余题项的相关系数为 {correlation:.2f}",
    ),
    "answers.alpha_without": Wording("without it alpha is {alpha:.2f}", "去掉它后 Alpha 为 {alpha:.2f}"),
    "answers.loads_elsewhere": Wording(
        "loads on another factor than most of its block",
        "所属因素与同组多数题项不同",
    ),
    "answers.nearer": Wording(
        "correlates more with {other!r} than with the rest of its own block",
        "与“{other}”的相关高于与同组其余题项的相关",
    ),
    "answers.loads_nowhere": Wording("loads on no factor by {least:g}", "在任何因素上的载荷都不足 {least:g}"),
    "answers.floor": Wording("{share:.0%} give the lowest answer", "{share:.0%} 选择最低答案"),
    "answers.ceiling": Wording("{share:.0%} give the highest answer", "{share:.0%} 选择最高答案"),
    "answers.unanswered": Wording("{share:.0%} do not answer", "{share:.0%} 未回答"),
    # Intra-class correlations.
    "answers.ratings_left_out": Wording(
        "{dropped} of {n} rows {dropped:lacks|lack} a rating and {dropped:was|were} left out; {used} were used.",
        "{n} 行中有 {dropped} 行缺少评分，已被删除；使用了 {used} 行。",
    ),
    "answers.no_agreement": Wording(
        "Intra-class correlations are below 0: the means of the things rated differ less than the ratings of one thing "
        "(mean squares {things:.4g} and {rest:.4g}), so the ratings do not tell them apart; look for a reversed scale.",
        "组内相关系数小于 0：被评对象均值之间的差异小于同一对象各评分之间的差异（均方为 {things:.4g} 与 {rest:.4g}），"
        "评分不能区分它们；请检查是否有评分方向相反。",
    ),
    "answers.beyond_pole": Wording(
        "{types: and } {types:is|are} not defined (nan): of one rating it is {value:.3f}, not above {pole:.3f}, the "
        "pole of Spearman and Brown's formula.",
        "{types: 与 } 没有定义（nan）：单个评分的系数为 {value:.3f}，不大于 Spearman-Brown 公式的极点 {pole:.3f}。",
    ),
    # Doubtful rows.
    "answers.marked": Wording(
        "{flagged} of {n} rows {flagged:carries|carry} a mark; nothing was removed (`.mask` says which).",
        "{n} 行中有 {flagged} 行带有标记；没有删除任何行（`.mask` 指明是哪些行）。",
    ),
    "answers.blank_id": Wording("{id!r} is blank in {rows} {rows:row|rows}.", "有 {rows} 行的“{id}”为空。"),
    "answers.all_waves": Wording("Rows are compared over all waves.", "各行在所有期之间比较。"),
    "answers.rule.straight_line": Wording(
        "{longest} or more equal answers one after another",
        "连续 {longest} 个以上相同答案",
    ),
    "answers.rule.missing": Wording(
        "more than {most:.0%} of the answers missing or refused",
        "超过 {most:.0%} 的答案缺失或拒答",
    ),
    "answers.rule.off_scale": Wording("an answer off its scale", "有答案超出量表"),
    "answers.rule.speeder": Wording(
        "less than {limit:g} seconds{median:? (a third of the median)}",
        "用时少于 {limit:g} 秒{median:?（中位数的三分之一）}",
    ),
    "answers.rule.duplicate_id": Wording("{id!r} occurs in several rows", "“{id}”在多行中重复出现"),
    "answers.rule.duplicate_row": Wording(
        "all answers equal those of another row",
        "所有答案与另一行完全相同",
    ),
    # Normality.
    "answers.shapiro": Wording(
        "{item}: Shapiro and Wilk's test is for up to {most:,} rows; there are {n:,}.",
        "{item}：Shapiro-Wilk 检验至多用于 {most:,} 行；现有 {n:,} 行。",
    ),
    "answers.agostino": Wording(
        "{item}: D'Agostino and Pearson's test has no result (nan): it needs {least} rows; there are {n}.",
        "{item}：D'Agostino-Pearson 检验无结果（nan）：至少需要 {least} 行；现有 {n} 行。",
    ),
    "answers.two_answers": Wording(
        "{item}: the test of skewness and kurtosis has no result (nan): with two answers the skewness determines the "
        "kurtosis.",
        "{item}：偏度与峰度检验无结果（nan）：只有两种答案时，峰度由偏度决定。",
    ),
    "answers.few_degrees": Wording(
        "{item}: the test of skewness and kurtosis has no result (nan): {degrees:g} degrees of freedom are too few.",
        "{item}：偏度与峰度检验无结果（nan）：自由度 {degrees:g} 过少。",
    ),
    "answers.no_value": Wording(
        "{item}: {dropped} of {n} rows {dropped:has|have} no value.",
        "{item}：{n} 行中有 {dropped} 行没有数值。",
    ),
    # Estimates for the population.
    "answers.no_errors": Wording(
        "{failed} of {estimates} estimates have no standard error, since more than {most:g} % of the replicate weights "
        "leave them no row.",
        "{estimates} 个估计值中有 {failed} 个没有标准误，因为超过 {most:g}% 的重复权重没有给它们留下任何行。",
    ),
    "answers.weights_scaled": Wording(
        "The weights add up to {population:,.6g} for {n:,.0f} rows, so that deff compares with drawing {share:.0%} of "
        "the population without replacement; if the weights are scaled to the sample, use deff='replace'.",
        "{n:,.0f} 行的权重之和为 {population:,.6g}，deff 因而是与不放回地抽取总体的 {share:.0%} 相比；"
        "如权重已按样本量标准化，请用 deff='replace'。",
    ),
    "answers.nobody": Wording(
        "Nobody with a weight above zero" + _ANSWERED + "so that there is no estimate.",
        "{groups:?{by:quoted}为{groups:quoted}的组中}权重大于零者无人回答{items:quoted}，因而没有估计值。",
    ),
    "answers.nobody_in_total": Wording(
        "Nobody with a weight above zero" + _ANSWERED + "so that the total is 0 without a standard error.",
        "{groups:?{by:quoted}为{groups:quoted}的组中}权重大于零者无人回答{items:quoted}，总量因而为 0，没有标准误。",
    ),
    "answers.single_row": Wording(
        "A single row" + _ANSWERED + "and shows no spread: its standard error is unknown.",
        "{groups:?{by:quoted}为{groups:quoted}的组中}只有一行回答了{items:quoted}，看不出离散程度：其标准误未知。",
    ),
    # Satisfied or not.
    "answers.at_least": Wording("at least {cut}", "{cut}及以上"),
    "answers.below": Wording("below {cut}", "低于{cut}"),
    "answers.satisfied_label": Wording(
        "Satisfied is an answer of {label!r} or better to {item} ({points:g} points){default:?, by default; declare "
        "satisfied= to change it}.",
        "{item} 回答“{label}”及以上（{points:g} 分）视为满意{default:?（默认；可声明 satisfied= 更改）}。",
    ),
    "answers.satisfied_points": Wording(
        "Satisfied is {points:g} points or more of {item}{default:?, by default; declare satisfied= to change it}.",
        "{item} 得 {points:g} 分及以上视为满意{default:?（默认；可声明 satisfied= 更改）}。",
    ),
    "answers.threshold_unreached": Wording(
        "No answer to {item} has {points:g} points; the best has {best:g}, so nobody counts as satisfied.",
        "{item} 没有任何回答达到 {points:g} 分；最高为 {best:g} 分，因此无人视为满意。",
    ),
    "answers.no_label_reaches": Wording(
        "No label of {item} reaches {points:g} points; the best has {best:g}.",
        "{item} 没有任何选项文字达到 {points:g} 分；最高为 {best:g} 分。",
    ),
    "answers.label_below": Wording(
        "The label {label!r} of {item} has {own:g} points, below {points:g}, and does not count as satisfied.",
        "{item} 的选项“{label}”为 {own:g} 分，低于 {points:g} 分，不视为满意。",
    ),
}
