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
        "Only the rows marked respects_design take the sampling design into account.",
        "只有标明 respects_design 的各行考虑了抽样设计。",
    ),
    "strata.design_marked_only": Wording(
        "Only the rows marked respects_design take the sampling design into account; the others treat the rows as "
        "independent and equally weighted.",
        "只有标明 respects_design 的检验考虑了抽样设计；其他检验把各行视为独立且等权。",
    ),
    "strata.variances_differ": Wording(
        "The strata's variances differ by more than four times: read welch or design, not classical.",
        "各层方差相差四倍以上：请看 welch 或 design，不要看 classical。",
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
