"""Comparisons of strata: what to look at first, and notes."""

from csisem.display.wording import Wording

_CHANCE = Wording(
    "{lower:? ({level:g} % {lower:.2f} to {upper:.2f})}{chance:?, which chance alone may explain}.",
    "{lower:?（{level:g}% 置信区间 {lower:.2f} 至 {upper:.2f}）}{chance:?，可能只是偶然}。",
)

WORDS = {
    "strata.lowest_mean": Wording(
        "Look first at {stratum:quoted}: its mean of {item}, {mean:.2f}, is the lowest, {gap:.2f} below the others"
        + _CHANCE.en,
        "首先关注{stratum:quoted}：其 {item} 的均值 {mean:.2f} 最低，比其他层低 {gap:.2f}" + _CHANCE.zh,
    ),
    "strata.varies_most": Wording(
        "Look first at {stratum:quoted}: its {item} varies most, {distance:.2f} from the median on average, {gap:.2f} "
        "more than elsewhere" + _CHANCE.en,
        "首先关注{stratum:quoted}：其 {item} 的波动最大，平均偏离中位数 {distance:.2f}，比其他层多 {gap:.2f}"
        + _CHANCE.zh,
    ),
    "strata.weights_fixed": Wording(
        "The index of each row takes the fit's weights as fixed; cs.csi(by=) has standard errors that include theirs.",
        "各行的指数把拟合所得的权重视为固定值；cs.csi(by=) 的标准误计入了权重的误差。",
    ),
    "strata.design_marked": Wording(
        "Only the rows marked as under the design take the sampling design into account.",
        "只有标明“考虑抽样设计”的各行考虑了抽样设计。",
    ),
    "strata.design_marked_only": Wording(
        "Only the rows marked as under the design take the sampling design into account; the others treat the rows as "
        "independent and equally weighted.",
        "只有标明“考虑抽样设计”的检验考虑了抽样设计；其他检验把各行视为独立且等权。",
    ),
    "strata.variances_differ": Wording(
        "The strata's variances differ by more than four times: read {methods: or }, not classical.",
        "各层方差相差四倍以上：请看 {methods: 或 }，不要看 classical。",
    ),
    # Tests without a result.
    "strata.constant": Wording(
        "All rows of {strata:quoted} of {by:quoted} have the same value: standard errors and intervals there show no "
        "spread, which another sample might.",
        "{by:quoted}为{strata:quoted}的各行取值全部相同：其标准误与置信区间显示不出波动，换一个样本则可能有。",
    ),
    "strata.no_classical": Wording(
        "The classical test has no result (nan): no stratum varies.",
        "classical 检验没有结果（nan）：没有一层有波动。",
    ),
    "strata.no_welch": Wording(
        "Welch's test has no result (nan): it divides by each stratum's variance, and that of {strata:quoted} is 0.",
        "welch 检验没有结果（nan）：它要除以各层的方差，而{strata:quoted}的方差为 0。",
    ),
    "strata.no_degrees": Wording(
        "The design test has no result (nan): {units:g} degrees of freedom are too few to compare {strata} strata; "
        "merge strata.",
        "design 检验没有结果（nan）：自由度只有 {units:g}，不足以比较 {strata} 个层；请合并层。",
    ),
    "strata.no_design": Wording(
        "The design test has no result (nan): the differences between {strata:quoted} have no variance.",
        "design 检验没有结果（nan）：{strata:quoted}之间的差异没有方差。",
    ),
    "strata.singular_design": Wording(
        "The design test has no result (nan): the design leaves no variance for some difference between strata; merge "
        "strata.",
        "design 检验没有结果（nan）：在该抽样设计下，层间的某些差异没有方差；请合并层。",
    ),
    "strata.untested_pairs": Wording(
        "{pairs} of the {every} comparisons of pairs {pairs:has|have} no p-value (nan): neither stratum "
        "of the pair varies.",
        "{every} 行两两比较中有 {pairs} 行没有 p 值（nan）：该对的两层都没有波动。",
    ),
    "strata.no_bartlett": Wording(
        "Bartlett's statistic is infinite, whatever the number of rows, since the variance of {strata:quoted} is 0"
        "{methods:?: read {methods: or }}.",
        "{strata:quoted}的方差为 0，故无论有多少行，Bartlett 统计量都为无穷大{methods:?：请看 {methods: 或 }}。",
    ),
    "strata.no_distances": Wording(
        "{methods: and } {methods:has|have} no result (nan): the distances from the centre do not vary within strata.",
        "{methods: 与 } 没有结果（nan）：层内各值与中心的距离没有波动。",
    ),
    # Discriminant analysis.
    "strata.separated_by_construction": Wording(
        "{target} is computed from {items:quoted} as well, so the hit rates are too good: these items separate it by "
        "construction.",
        "{target} 也由{items:quoted}计算而得，判别正确率因而偏高：这些题项必然能区分它。",
    ),
    "strata.discriminant_left_out": Wording(
        "{dropped} of {n} rows {dropped:lacks|lack} {target} or an item and {dropped:was|were} left out.",
        "{n} 行中有 {dropped} 行缺少 {target} 或某个题项，已被删除。",
    ),
    "strata.hyperplane_weighted": Wording(
        "The hyperplane is weighted and the hit rates' intervals take the design into account; separation does not.",
        "判别超平面已加权，判别正确率的置信区间考虑了抽样设计；分离程度的检验则没有。",
    ),
}
