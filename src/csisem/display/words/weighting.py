"""Notes on weights from judgements."""

from csisem.display.wording import Wording

WORDS = {
    "weighting.from_ranks": Wording(
        "A rule made the judgements from ranks: the consistency ratio is that of the rule, not of the respondents.",
        "判断矩阵由排序按规则生成：一致性比率属于该规则，而不属于被调查者。",
    ),
    "weighting.consistency": Wording(
        "lambda_max {lambda_max:.6f}, CI {ci:.6f}, CR {cr:.6f} ({low:?below}{high:?not below} {accepted:g})",
        "最大特征值 {lambda_max:.6f}，一致性指标 CI {ci:.6f}，一致性比率 CR {cr:.6f}"
        "（{low:?低于}{high:?不低于} {accepted:g}）",
    ),
    "weighting.agreement": Wording(
        "{respondents} respondents, Kendall's W {w:.4f}.",
        "{respondents} 名被调查者，Kendall 协和系数 W 为 {w:.4f}。",
    ),
}
