"""Notes on exploratory factors."""

from csisem.display.wording import Wording

WORDS = {
    "factors.left_out": Wording(
        "{dropped} of {n} rows {dropped:was|were} left out for a missing answer.",
        "{n} 行中有 {dropped} 行因缺失答案而被删除。",
    ),
    "factors.little_in_common": Wording(
        "The items have little in common (KMO {kmo:.2f}, below {least:g}): factors mean little.",
        "题项之间的共同性很低（KMO {kmo:.2f}，低于 {least:g}）：因素没有多大意义。",
    ),
    "factors.bartlett": Wording(
        "Bartlett's test (p = {pvalue:.3f}) does not reject that all correlations are zero.",
        "Bartlett 检验（p = {pvalue:.3f}）不能拒绝所有相关系数为零的假设。",
    ),
    "factors.harman": Wording(
        "One factor holds {share:.0%} of the variance (Harman): the answers may share a method rather than a meaning.",
        "一个因素就解释了 {share:.0%} 的方差（Harman 单因素检验）：答案之间共有的可能是方法，而不是内容。",
    ),
    "factors.parallel": Wording(
        "Parallel analysis keeps {kept:one factor|{kept:.0f} factors}, and {constructs} constructs are declared.",
        "平行分析保留 {kept:.0f} 个因素，而声明的结构变量有 {constructs} 个。",
    ),
    "factors.elsewhere": Wording(
        "{items:quoted} {items:loads|load} on another factor than most of {items:its|their} construct.",
        "{items:quoted}所属的因素与其结构变量的多数题项不同。",
    ),
    "factors.several": Wording(
        "{items:quoted} {items:loads|load} on several factors ({least:g} or more).",
        "{items:quoted}在多个因素上都有载荷（{least:g} 以上）。",
    ),
    "factors.weak": Wording(
        "{items:quoted} {items:loads|load} on none ({least:g} or more).",
        "{items:quoted}在任何因素上都没有 {least:g} 以上的载荷。",
    ),
}
