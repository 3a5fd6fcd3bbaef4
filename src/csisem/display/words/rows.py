"""Notes on rows that were left out or have no weight."""

from csisem.display.wording import Wording

WORDS = {
    # Totals and shares of classes that rows are weighted to.
    "rows.classes_matched": Wording(
        "The classes {keys:, } of {columns:quoted} were matched with the codes in the data that read the same.",
        "{columns:quoted}的类别 {keys:、} 已与数据中含义相同的代码对应。",
    ),
    "rows.rounded_shares": Wording(
        "The shares of {columns:quoted} add up to {sum:.10g}, which is 1 but for rounding to {digits} "
        "{digits:decimal|decimals}; they were scaled to 1.",
        "{columns:quoted}的比例之和为 {sum:.10g}，与 1 只差 {digits} 位小数的舍入误差；已换算为合计 1。",
    ),
    "rows.near_shares": Wording(
        "The numbers of {columns:quoted} add up to {sum:.10g}, further from 1 than rounding to {digits} "
        "{digits:decimal|decimals} explains; they were taken as totals, not as shares.",
        "{columns:quoted}的数值之和为 {sum:.10g}，与 1 之差超出 {digits} 位小数的舍入误差；已作为总数而非比例处理。",
    ),
    "rows.rounded_totals": Wording(
        "The totals of {columns:, } add up to {sums:, }, the same but for rounding; all were scaled to {whole:.10g}.",
        "{columns:、}的总数之和为 {sums:、}，只差舍入误差；均已换算为合计 {whole:.10g}。",
    ),
    "rows.incomplete": Wording(
        "{dropped} of {rows} rows were left out because an answer is missing (listwise); {used} were used.",
        "{rows} 行中有 {dropped} 行因缺失答案而被删除（成列删除法）；使用了 {used} 行。",
    ),
    "rows.empty": Wording(
        "{dropped} of {rows} rows were left out because they hold none of the answers needed; {used} were used.",
        "{rows} 行中有 {dropped} 行因所需答案全部缺失而被删除；使用了 {used} 行。",
    ),
    "rows.without_predictor": Wording(
        "{dropped} of {rows} rows were left out because they lack {predictors:quoted}, whose moments are taken as "
        "given; {used} were used. To use these rows too, make the predictors random: write '{statements}'.",
        "{rows} 行中有 {dropped} 行因缺少{predictors:quoted}而被删除（这些自变量的矩视为已知）；使用了 {used} 行。"
        "如要使用这些行，请把自变量设为随机变量：写 '{statements}'。",
    ),
    "rows.ungrouped": Wording(
        "{ungrouped} {ungrouped:row was|rows were} left out because their group is missing.",
        "有 {ungrouped} 行因所属组别缺失而被删除。",
    ),
    "rows.lost_digits": Wording(
        "The answers to {items:, } lie so far from zero that, unless they are whole numbers, their "
        "differences keep about {digits} {digits:digit|digits}; subtract a constant from them first.",
        "{items:、} 的答案离零太远，除非是整数，彼此之差只保留约 {digits} 位有效数字；请先减去一个常数。",
    ),
    "rows.zero_weight": Wording(
        "{zero} of the {used} rows have weight zero.",
        "所用 {used} 行中有 {zero} 行的权重为零。",
    ),
    # Numbers that look like refusal codes: a number and its rows, an item, and all items.
    "rows.undeclared.value": Wording("{number} in {count} {count:row|rows}", "{number}（{count} 行）"),
    "rows.undeclared.isolated": Wording(
        "{item!r} holds {values:, }, far off its other answers ({low:g} to {high:g})",
        "{item!r} 含有 {values:、}，远离其他答案（{low:g} 至 {high:g}）",
    ),
    "rows.undeclared.adjacent": Wording(
        "{item!r} holds {values:, } beside its other answers ({low:g} to {high:g}), where the other items are answered "
        "as by the average respondent",
        "{item!r} 除其他答案（{low:g} 至 {high:g}）外含有 {values:、}，而这些行对其他题项的回答与平均水平相当",
    ),
    "rows.undeclared": Wording(
        "Numbers that look like refusal codes count as answers: {items:; }{more:?; and {more} more items}. "
        "Declare missing_codes={codes} if they are codes, or scale={scales} if they are answers.",
        "疑似拒答代码的数值被当作答案：{items:；}{more:?；另有 {more} 个题项}。"
        "若为代码，请声明 missing_codes={codes}；若为答案，请声明 scale={scales}。",
    ),
    "rows.without_group": Wording(
        "{lost} of the {n} rows {lost:is|are} in no group of {by:quoted}, which is missing there; {lost:it enters|they "
        "enter} no estimate.",
        "{n} 行中有 {lost} 行的{by:quoted}缺失，不属于任何组；它们不进入任何估计。",
    ),
    "rows.group_without_rows": Wording(
        "No row of {groups:quoted} of {by:quoted} answered {items:quoted}.",
        "{by:quoted}为{groups:quoted}的组中无人回答{items:quoted}。",
    ),
    "rows.single_row": Wording(
        "A single row{groups:? of {groups:quoted} of {by:quoted}} answered {items:quoted}, and shows no spread: its "
        "standard errors are unknown.",
        "{groups:?{by:quoted}为{groups:quoted}的组中}只有一行回答了{items:quoted}，看不出离散程度：其标准误未知。",
    ),
    "rows.left_out": Wording(
        "{dropped} of {n} rows {dropped:lacks|lack} {item!r}{by:? or {by:quoted}} and {dropped:was|were} left out.",
        "{n} 行中有 {dropped} 行缺少“{item}”{by:?或{by:quoted}}，已被删除。",
    ),
    "rows.of_pair": Wording("{pair}: {note}", "{pair}：{note}"),
    "rows.not_random": Wording(
        "Respondents were not drawn at random (selected={selected!r}): standard errors and intervals assume a random "
        "sample and do not measure how such a selection differs from the population.",
        "被调查者不是随机抽取的（selected={selected!r}）：标准误与置信区间以随机样本为前提，"
        "不能衡量这样选出的样本与总体的差别。",
    ),
}
