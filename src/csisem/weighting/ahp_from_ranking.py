"""Weights from rankings by five rules of judgement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import OptionError
from csisem.options import GroupMethod, JudgementRule, Priority, RandomIndex, Ties, validate
from csisem.weighting.ahp import Ahp, group_result
from csisem.weighting.pool_judgements import Opinions, exponential
from csisem.weighting.read_rankings import read_ranks

_NINE = 9.0


def ahp_from_ranking(
    ranks: object,
    names: Sequence[str] | None = None,
    *,
    rule: JudgementRule = "R1",
    aggregate: GroupMethod | None = None,
    method: Priority = "eigenvector",
    random_index: RandomIndex = "saaty",
    ties: Ties = "refuse",
    n: int = 0,
    seed: int | None = None,
) -> Ahp:
    """Weights of n items from the rankings of one respondent or many.

    Parameters
    ----------
    ranks
        Ranks from 1, the most important: a frame with one row per respondent and one column per item, or a mapping from
        item to rank. Respondents who did not rank every item are left out with a warning.
    names
        The items of nested lists, or the columns of a frame that are ranked.
    rule
        How ranks r become judgements between 1/9 and 9: ``"R1"`` (default) ``r_j - r_i + 1``; ``"R2"``
        ``2 (r_j - r_i) + 1``; ``"R3"`` from mean ranks, ``(E_i - E_j)/(E_max - E_min) (b - 1) + 1`` with
        ``E = n + 1 - mean rank`` and ``b = min(9, E_max/E_min)``; ``"R4"`` optimal transfer,
        ``exp((s_i - s_j)/n)`` with s the row sums of 2, 1, 0 for better, equal, worse; ``"R5"`` dominance, the share
        that ranks i above j over the share that does not, ties being half of each. R1, R2 and R3 hold where i is above
        j; otherwise the reciprocal.
    aggregate
        ``"AIJ"`` (default) or ``"AIP"`` under R1, R2 and R4, see `ahp_group`; R3 and R5 pool the ranks themselves.
    method, random_index
        As in `ahp`.
    ties
        ``"refuse"``, or ``"average"``: tied items share the mean of the ranks they take up, and any numbers are
        accepted and ranked.
    n
        Number of bootstrap replicates of the respondents, for `Ahp.intervals`; 0 for none.
    seed
        Seed of the bootstrap.

    Returns
    -------
    Ahp
        Its consistency ratio is that of the rule: without ties the same for every ranking. The agreement of the
        respondents is ``agreement.w``, Kendall's W.

    Raises
    ------
    DataError
        If the ranks are not rankings; the message names the row.
    OptionError
        If ``aggregate`` is given with R3 or R5, or if ``n`` is not 0 or at least 2.

    See Also
    --------
    ahp_group, rank_weights

    Examples
    --------
    >>> ranks = pd.DataFrame({"quality": [1, 1, 2], "price": [2, 3, 1], "service": [3, 2, 3]})
    >>> ranked = cs.weighting.ahp_from_ranking(ranks)
    >>> ranked.weights.round(3).to_dict()
    {'quality': 0.471, 'price': 0.316, 'service': 0.212}
    >>> cs.weighting.ahp_from_ranking(ranks, rule="R2").weights.round(3).to_dict()
    {'quality': 0.541, 'price': 0.296, 'service': 0.162}
    """
    rule = validate("rule", rule, JudgementRule)
    if aggregate is None:
        aggregate = "AIJ"
    elif rule in ("R3", "R5"):
        raise OptionError(f"rule={rule!r} pools the ranks themselves, so aggregate= is not used; leave it out.")
    values, labels = read_ranks(ranks, names, ties)
    opinions = _opinions(values, RULES[rule])
    return group_result(opinions, tuple(labels), aggregate, method, random_index, n, seed, values)


@dataclass(frozen=True, slots=True)
class Rule:
    """From rankings (u, n) to what is averaged over respondents (u, k), and from averages (..., k) to matrices."""

    features: Callable[[FloatArray], FloatArray]
    finish: Callable[[FloatArray], FloatArray]


def _opinions(ranks: FloatArray, rule: Rule) -> Opinions:
    distinct, pattern, count = np.unique(ranks, axis=0, return_inverse=True, return_counts=True)
    features = rule.features(distinct)
    return Opinions(pattern.ravel(), count.astype(np.float64), features, rule.finish, rule.finish(features))


def _behind(ranks: FloatArray) -> FloatArray:
    """How many places item j is ranked behind item i, (..., n, n)."""
    return ranks[..., None, :] - ranks[..., :, None]


def _flat(matrices: FloatArray) -> FloatArray:
    return matrices.reshape(*matrices.shape[:-2], -1)


def _steps(factor: float) -> Callable[[FloatArray], FloatArray]:
    """Logarithms of judgements that grow by ``factor`` a place, reciprocal and at most 9."""

    def features(ranks: FloatArray) -> FloatArray:
        behind = _behind(ranks)
        return _flat(np.sign(behind) * np.log(np.minimum(factor * np.abs(behind) + 1, _NINE)))

    return features


def _transfer(ranks: FloatArray) -> FloatArray:
    """Logarithms of the optimal transfer matrix of the three-scale comparison, consistent by construction."""
    # The row sum of 2, 1, 0 for better, equal, worse falls by 2 from one rank to the next, ties included.
    return _flat(2 * _behind(ranks) / ranks.shape[-1])


def _from_mean_ranks(mean: FloatArray) -> FloatArray:
    n = mean.shape[-1]
    score = n + 1 - mean
    high, low = score.max(axis=-1), score.min(axis=-1)
    spread = high - low
    top = np.minimum(_NINE, high / low)
    step = ((top - 1) / np.where(spread > 0, spread, 1.0))[..., None, None]
    ahead = score[..., :, None] - score[..., None, :]
    above = np.abs(ahead) * step + 1
    judgements: FloatArray = np.where(ahead >= 0, above, 1 / above)
    return judgements


def _dominance(ranks: FloatArray) -> FloatArray:
    """1 where item i is ranked above item j, 1/2 where they are equal, (..., n * n)."""
    return _flat((np.sign(_behind(ranks)) + 1) / 2)


def _from_dominance(share: FloatArray) -> FloatArray:
    n = round(share.shape[-1] ** 0.5)
    above = share.reshape(*share.shape[:-1], n, n)
    # A share over its opposite lies within 1/9 to 9 exactly where the share lies within 1/10 to 9/10.
    within = np.clip(above, 1 / (1 + _NINE), _NINE / (1 + _NINE))
    return within / np.swapaxes(within, -1, -2)


RULES: dict[JudgementRule, Rule] = {
    "R1": Rule(_steps(1.0), exponential),
    "R2": Rule(_steps(2.0), exponential),
    "R3": Rule(lambda ranks: ranks, _from_mean_ranks),
    "R4": Rule(_transfer, exponential),
    "R5": Rule(_dominance, _from_dominance),
}
"""The rules, as `ahp_from_ranking` describes them."""
