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
}
