"""Notes and warnings on ordered items."""

from csisem.display.wording import Wording

WORDS = {
    "ordered.indefinite": Wording(
        "The correlations underlying the answers are impossible together{group:? in group {group}}: their lowest "
        "eigenvalue is {eigenvalue:.3g}, mostly by {items:quoted}. Pairs are estimated one by one; with few rows or "
        "rare answers they can contradict each other.",
        "{group:?（{group} 组）}答案背后的相关系数不可能同时成立：最小特征值为 {eigenvalue:.3g}，主要涉及"
        "{items:quoted}。各对题项分别估计；行数少或某些答案很少时，它们可能相互矛盾。",
    ),
    "ordered.residuals_follow": Wording(
        "equal='residuals' holds nothing of ordered items equal: under parameterization='delta' their residual "
        "variances follow from the other parameters; take 'theta'.",
        "equal='residuals' 对有序题项不起作用：在 parameterization='delta' 下其残差方差由其他参数决定；"
        "请改用 'theta'。",
    ),
    "ordered.pairwise": Wording(
        "Each correlation uses the rows that answer both items (pairwise): at least {least} of {rows}, for "
        "{pair:quoted}.",
        "每个相关系数使用两个题项都有答案的行（成对删除）：{rows} 行中最少 {least} 行，为{pair:quoted}。",
    ),
    "ordered.filled": Wording(
        "Nobody gave one of the four combinations of answers to {pairs:, }; half a row was moved into it when the "
        "correlation was estimated, as in lavaan.",
        "{pairs:、}的四种答案组合中有一种无人选择；估计相关系数时向其中移入半行，与 lavaan 相同。",
    ),
    "ordered.replicates_left_out": Wording(
        "{failed} of {replicates} replicates lack an answer that the sample has, or have a correlation of 1; standard "
        "errors come from the others and may be too small for rare answers: join these with neighbouring ones.",
        "{replicates} 个重复样本中有 {failed} 个缺少样本中出现过的某个答案，或出现为 1 的相关系数；"
        "标准误由其余重复样本得出，对罕见答案可能偏小：请把罕见答案与相邻答案合并。",
    ),
    "ordered.replicates_lost": Wording(
        "{failed} of {replicates} replicates lack an answer that the sample has, or have a correlation of 1, more than "
        "{most:g} %, so there are no standard errors; join rare answers with neighbouring ones.",
        "{replicates} 个重复样本中有 {failed} 个缺少样本中出现过的某个答案，或出现为 1 的相关系数，超过 {most:g}%，"
        "因而没有标准误；请把罕见答案与相邻答案合并。",
    ),
}
