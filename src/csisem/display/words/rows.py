"""Rows that did not enter as they were."""

from csisem.display.wording import Wording

WORDS = {
    "rows.incomplete": Wording(
        "{dropped} of {rows} rows were left out because an answer is missing (listwise); {used} were used.",
        "{rows} 行中有 {dropped} 行因缺失答案而被删除（列删法）；使用了 {used} 行。",
    ),
    "rows.empty": Wording(
        "{dropped} of {rows} rows were left out because they hold none of the answers needed; {used} were used.",
        "{rows} 行中有 {dropped} 行因所需答案全部缺失而被删除；使用了 {used} 行。",
    ),
    "rows.ungrouped": Wording(
        "{ungrouped} {ungrouped:row was|rows were} left out because their group is missing.",
        "有 {ungrouped} 行因所属组别缺失而被删除。",
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
}
