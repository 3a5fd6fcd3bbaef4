"""Notes on weights from judgements."""

from csisem.display.wording import Wording

WORDS = {
    "weighting.from_ranks": Wording(
        "A rule made the judgements from ranks: the consistency ratio is that of the rule, not of the respondents.",
        "判断矩阵由排序按规则生成：一致性比率属于该规则，而不属于被调查者。",
    ),
    "weighting.agreement": Wording(
        "{respondents} respondents, Kendall's W {w:.4f}.",
        "{respondents} 名被调查者，Kendall 协和系数 W 为 {w:.4f}。",
    ),
}
