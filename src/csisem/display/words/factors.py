"""Notes on exploratory factors."""

from csisem.display.wording import Wording

WORDS = {
    "factors.left_out": Wording(
        "{dropped} of {n} rows {dropped:was|were} left out for a missing answer.",
        "{n} 行中有 {dropped} 行因缺失答案而被删除。",
    ),
    "factors.ultra_heywood": Wording(
        "The communality of {item!r} is {communality:.3f}, above 1: an ultra-Heywood case, whose factors explain more "
        "than all of the item. The solution is improper; extract fewer factors, or leave the item out.",
        "“{item}”的共同度为 {communality:.3f}，大于 1：属超海伍德案例（ultra-Heywood case），"
        "因素解释的方差超过该题项的全部方差。此解为不当解；请减少因素个数，或去掉该题项。",
    ),
    "factors.heywood": Wording(
        "The unique variance of {items:quoted} stopped at its lower bound, {least:g}: a Heywood case. The solution is "
        "improper; extract fewer factors, or leave {items:the item|these items} out.",
        "{items:quoted}的独特方差停在下限 {least:g}：属海伍德案例（Heywood case）。此解为不当解；"
        "请减少因素个数，或去掉{items:该题项|这些题项}。",
    ),
    "factors.correlation_outside": Wording(
        "The correlation of {first} and {second} is {correlation:.3f}, outside (-1, 1): the solution is improper; "
        "extract fewer factors.",
        "{first} 与 {second} 的相关系数为 {correlation:.3f}，超出 (-1, 1)：此解为不当解；请减少因素个数。",
    ),
    "factors.indefinite": Wording(
        "The correlations of the factors {factors:quoted} are impossible together: their matrix has the eigenvalue "
        "{eigenvalue:.3g}, below 0; extract fewer factors.",
        "因素{factors:quoted}的相关不可能同时成立：其矩阵有小于 0 的特征值 {eigenvalue:.3g}；请减少因素个数。",
    ),
    "factors.harman_improper": Wording(
        "The single factor of Harman's share is improper: the communality of {items:quoted} is above 1.",
        "Harman 检验的单因素解为不当解：{items:quoted}的共同度大于 1。",
    ),
    "factors.repeats": Wording(
        "The other items explain {explained:.1%} of {item!r}, about {equation}: it repeats them; leave it out.",
        "其他题项解释了“{item}”的 {explained:.1%}，约为 {equation}：它重复了这些题项；请将其去掉。",
    ),
    "factors.little_in_common": Wording(
        "The items have little in common (KMO {kmo:.2f}, below {least:g}): factors mean little.",
        "题项之间的共同性很低（KMO {kmo:.2f}，低于 {least:g}）：因素没有多大意义。",
    ),
    "factors.bartlett": Wording(
        "Bartlett's test (p = {pvalue:p}) does not reject that all correlations are zero.",
        "Bartlett 检验（p = {pvalue:p}）不能拒绝所有相关系数为零的假设。",
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
