"""What the command line prints beside the results."""

from csisem.display.wording import Wording

WORDS = {
    "screen.verdict": Wording("Verdict: {verdict}", "结论：{verdict}"),
    "screen.title": Wording(
        "{model}{data:? on {data}}: {estimation}, n = {n}{groups:? in {groups} groups}, {parameters} free parameters",
        "{model}{data:?，数据 {data}}：{estimation}，n = {n}{groups:?，{groups} 个组}，自由参数 {parameters} 个",
    ),
    "screen.fit": Wording("Fit: ", "拟合："),
    "screen.fit_structural": Wording("Fit of the structural part: ", "结构部分的拟合："),
    "screen.measures": Wording(
        "chi-square {chisq} on {df} df, p {pvalue}; CFI {cfi}, TLI {tli}, RMSEA {rmsea} [{lower}, {upper}], "
        "SRMR {srmr}",
        "卡方 {chisq}，自由度 {df}，p {pvalue}；CFI {cfi}，TLI {tli}，RMSEA {rmsea} [{lower}, {upper}]，SRMR {srmr}",
    ),
    "screen.criteria": Wording(", AIC {aic:.1f}, BIC {bic:.1f}", "，信息准则 AIC {aic:.1f}，BIC {bic:.1f}"),
    "screen.defined": Wording("Defined quantities", "定义参数"),
    "screen.index": Wording("Index (0-100)", "满意度指数（0-100）"),
    "screen.index_by": Wording("Index by {column}", "按 {column} 分组的满意度指数"),
    "screen.interval": Wording("95 % interval", "95 % 置信区间"),
    "screen.errors": Wording("standard errors: {methods:; }", "标准误：{methods:；}"),
    "screen.no_index": Wording(
        "No index: give --scale LOW HIGH, the lowest and the highest answer.",
        "没有指数：请用 --scale LOW HIGH 给出最低与最高答案。",
    ),
    "screen.bootstrap": Wording("Bootstrap intervals of the parameters", "参数的自助法置信区间"),
    "screen.reliability": Wording("Reliability", "信度"),
    "screen.validity": Wording("Validity", "效度"),
    "screen.ipma": Wording("Importance and performance", "重要性与绩效"),
    "screen.trend": Wording("Index by wave, and change from the wave before", "各期满意度指数及与上期之差"),
    "screen.method": Wording("method: {methods:; }", "方法：{methods:；}"),
    "screen.file": Wording(
        "{name}: {n:,} rows, {columns} columns, {blanks:,} empty cells"
        "{encoding:?; {encoding}}{separator:?; separator {separator}}{decimal:?; decimal mark {decimal}}"
        "{thousands:?; thousands mark {thousands}}{header:?; header in row {header}}.",
        "{name}：{n:,} 行，{columns} 列，空单元格 {blanks:,} 个"
        "{encoding:?；编码 {encoding}}{separator:?；分隔符 {separator}}{decimal:?；小数点 {decimal}}"
        "{thousands:?；千位分隔符 {thousands}}{header:?；标题在第 {header} 行}。",
    ),
    "screen.word": Wording(
        "{n:,} cells of {column} hold {word}, read as blank.", "{column} 有 {n:,} 个单元格为 {word}，视为空白。"
    ),
    "screen.items": Wording("{n} items: {items:, }", "{n} 个题项：{items:、}"),
    "screen.design": Wording(
        "{weights:?Weights {weights}. }{strata:?Strata {strata}. }{clusters:?Clusters {clusters}. }"
        "{fpc:?Finite population {fpc}. }{replicates:?{replicates} replicate weights.}",
        "{weights:?权重 {weights}。}{strata:?分层 {strata}。}{clusters:?整群 {clusters}。}"
        "{fpc:?有限总体 {fpc}。}{replicates:?复制权重 {replicates} 列。}",
    ),
    "screen.code": Wording(
        "{item} has {number} in {n:,} rows where the other answers are {low}-{high}: if it means no answer, declare it "
        "with --missing-code {number}.",
        "{item} 有 {n:,} 行为 {number}，其他答案在 {low}-{high}：若它表示没有回答，请用 --missing-code {number} 声明。",
    ),
    "screen.marks": Wording("Marks", "标记"),
    "screen.answers": Wording("Answers", "回答情况"),
    "screen.size": Wording("Sample size: {n:,}", "样本量：{n:,}"),
    "screen.two_sizes": Wording(
        "Sample sizes: {first:,} in the first group, {second:,} in the second",
        "样本量：第一组 {first:,}，第二组 {second:,}",
    ),
    "screen.allocation": Wording("Allocation", "分配"),
    "screen.simulated": Wording(
        "Wrote {name}: {n:,} simulated respondents, {columns} items, seed {seed}; no customer was asked.",
        "已写入 {name}：模拟受访者 {n:,} 人，{columns} 个题项，随机种子 {seed}；没有访问任何顾客。",
    ),
    "screen.wrote": Wording("Wrote {name}", "已写入 {name}"),
    "screen.warning": Wording("warning: {sentence}", "警告：{sentence}"),
    "screen.verdict_says_why": Wording("{sentence}; the verdict says why.", "{sentence}；原因见结论。"),
}
