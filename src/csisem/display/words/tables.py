"""Notes on tables of answers."""

from csisem.display.wording import Wording

WORDS = {
    "tables.left_out": Wording(
        "{dropped} of {n} rows {dropped:lacks|lack} an answer to {item} or {by}.",
        "{n} 行中有 {dropped} 行缺少 {item} 或 {by} 的答案。",
    ),
    "tables.single_row": Wording(
        "{groups:quoted} of {by!r} {groups:has|have} one row: its percentages are that row's answer.",
        "“{by}”为{groups:quoted}的组只有一行：其百分比就是该行的答案。",
    ),
    "tables.small_cells": Wording(
        "{share:.0%} of the cells expect fewer than {least:g} rows: read the exact test.",
        "{share:.0%} 的单元格的期望频数小于 {least:g}：请看精确检验。",
    ),
    "tables.empty_cells": Wording(
        "Empty cells leave Rao and Scott's tests without design effects; combine answers.",
        "有空单元格，Rao-Scott 检验因而没有设计效应；请合并答案。",
    ),
    # Expectation against perception.
    "tables.rescaled": Wording(
        "{items: and } have different scales and are compared on 0-100.",
        "{items: 与 }的量表不同，换算为 0-100 后再比较。",
    ),
    "tables.scored": Wording(
        "{items: and } are compared in the points that are declared for their answers.",
        "{items: 与 }按所声明的得分进行比较。",
    ),
    "tables.pair_left_out": Wording(
        "{dropped} of {n} rows {dropped:lacks|lack} an answer and {dropped:was|were} left out.",
        "{n} 行中有 {dropped} 行缺少答案，已被删除。",
    ),
}
