"""Analytic hierarchy process, weights from pairwise judgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.display.page import Page
from csisem.display.sentences import sentence
from csisem.errors import DataError, tell
from csisem.option_checks import check_resampling, check_share
from csisem.options import GroupMethod, Language, Priority, RandomIndex, validate
from csisem.weighting.agreement import Agreement, concordance, shared_ranks
from csisem.weighting.pool_judgements import Opinions, bootstrap_weights, pool
from csisem.weighting.priority_vector import ACCEPTED, priorities, random_index, worst_judgement
from csisem.weighting.read_judgements import read_matrix


@dataclass(frozen=True, slots=True)
class Judgement:
    """One comparison: how many times as important as ``second`` is ``first``, as stated and as the weights imply.

    Examples
    --------
    >>> judged = cs.weighting.ahp([[1, 3, 4], [1 / 3, 1, 2], [1 / 4, 1 / 2, 1]], ["quality", "price", "service"])
    >>> print(judged.worst)
    'quality' over 'price': stated 3, implied 2.62
    """

    first: str
    second: str
    stated: float
    implied: float

    def __str__(self) -> str:
        return f"{self.first!r} over {self.second!r}: stated {self.stated:.3g}, implied {self.implied:.3g}"


@dataclass(frozen=True, eq=False, repr=False)
class Ahp(Page):
    """Weights from pairwise judgements, and the consistency of the judgements.

    Attributes
    ----------
    names
        The n items.
    matrix
        The judgements, of one person or pooled, (n, n).
    priorities
        Weights, (n,), sum 1; `weights` has them as a Series.
    lambda_max
        Largest eigenvalue; for ``aggregate="AIP"`` the mean of the respondents'.
    random_index
        Consistency index of random judgements, the denominator of `cr`.
    method
        ``"eigenvector"`` or ``"geometric"``.
    individual
        Each respondent's own weights, (m, n); one row for a single person.
    individual_cr
        Their consistency ratios, (m,).
    agreement
        Kendall's W of the respondents' rankings; None for a single person.
    draws
        Weights of the bootstrap replicates, (B, n); empty unless requested.
    from_ranks
        Whether a rule made the judgements from ranks; their consistency is then that of the rule.

    Examples
    --------
    >>> cs.weighting.ahp([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]], ["quality", "price", "service"])
    Ahp: lambda_max 3.003695, CI 0.001847, CR 0.003185 (below 0.1)
    <BLANKLINE>
    weights
    item
    quality    0.648329
    price      0.229651
    service    0.122020
    """

    names: tuple[str, ...]
    matrix: FloatArray
    priorities: FloatArray
    lambda_max: float
    random_index: float
    method: Priority
    individual: FloatArray
    individual_cr: FloatArray
    agreement: Agreement | None = None
    draws: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    from_ranks: bool = False

    @property
    def weights(self) -> pd.Series[float]:
        """Weights by item, sum 1."""
        return pd.Series(self.priorities, index=pd.Index(self.names, name="item"), name="weight")

    @property
    def ci(self) -> float:
        """Consistency index ``(lambda_max - n)/(n - 1)``, 0 for one or two items."""
        n = len(self.names)
        return 0.0 if n <= 2 else max(self.lambda_max - n, 0.0) / (n - 1)

    @property
    def cr(self) -> float:
        """Consistency ratio, the index over that of random judgements; 0 for one or two items (Saaty 1980)."""
        return 0.0 if len(self.names) <= 2 else self.ci / self.random_index

    @property
    def consistent(self) -> bool:
        """Whether `cr` is below 0.10."""
        return self.cr < ACCEPTED

    @property
    def worst(self) -> Judgement | None:
        """The judgement that agrees least with the weights; None where all agree."""
        found = worst_judgement(self.matrix, self.priorities)
        if found is None:
            return None
        i, j = found
        stated, implied = self.matrix[i, j], self.priorities[i] / self.priorities[j]
        return Judgement(self.names[i], self.names[j], float(stated), float(implied))

    def intervals(self, *, level: float = 0.95) -> pd.DataFrame:
        """Bootstrap percentile intervals of the weights and of their ranks.

        Parameters
        ----------
        level
            Confidence level.

        Returns
        -------
        DataFrame
            ``item, weight, se, ci_lower, ci_upper, rank_lower, rank_upper``; rank 1 is the largest weight.

        Raises
        ------
        DataError
            If there are no bootstrap replicates.
        OptionError
            If the level is not between 0 and 1.
        """
        if not self.draws.size:
            raise DataError("Intervals of the weights need bootstrap replicates of several respondents: give n=2000.")
        check_share("level", level)
        tail = (1 - level) / 2
        lower, upper = np.quantile(self.draws, [tail, 1 - tail], axis=0)
        first, last = np.quantile(_ranks(self.draws), [tail, 1 - tail], axis=0, method="inverted_cdf")
        columns = {
            "item": list(self.names),
            "weight": self.priorities,
            "se": self.draws.std(axis=0, ddof=1),
            "ci_lower": lower,
            "ci_upper": upper,
            "rank_lower": first.astype(np.int64),
            "rank_upper": last.astype(np.int64),
        }
        return pd.DataFrame(columns)

    @property
    def covariance(self) -> pd.DataFrame:
        """Bootstrap covariance of the weights (n, n), for `index.Hierarchy.with_weight_errors`.

        Raises
        ------
        DataError
            If there are no bootstrap replicates.
        """
        if not self.draws.size:
            raise DataError("The covariance of the weights needs bootstrap replicates of several respondents: give "
                            "n=2000.")  # fmt: skip
        return pd.DataFrame(np.cov(self.draws.T), index=list(self.names), columns=list(self.names))

    def _parts(self, language: Language) -> tuple[list[str], list[str], list[tuple[str, pd.Series[float]]]]:
        figures = {"lambda_max": self.lambda_max, "ci": self.ci, "cr": self.cr}
        said = sentence("weighting.consistency", **figures, low=self.consistent or None,
                        high=not self.consistent or None, accepted=ACCEPTED)  # fmt: skip
        numbers = [said.text(language)]
        notes: list[str] = [sentence("weighting.from_ranks")] if self.from_ranks else []
        if self.agreement is not None:
            notes.append(sentence("weighting.agreement", respondents=self.agreement.respondents, w=self.agreement.w))
        return numbers, notes, [("weights", self.weights)]


def ahp(
    matrix: object,
    names: Sequence[str] | None = None,
    *,
    method: Priority = "eigenvector",
    random_index: RandomIndex = "saaty",
) -> Ahp:
    """Weights of n items from one matrix of pairwise judgements.

    Parameters
    ----------
    matrix
        Judgements a_ij, how many times as important item i is as item j: a frame or nested lists (n, n), positive, with
        ``a_ji = 1/a_ij``. A blank is filled with the reciprocal of its mirror, and of a rounded pair (3 and 0.33) the
        entry of at least 1 counts.
    names
        The items; None takes the frame's columns.
    method
        ``"eigenvector"`` (Saaty 1980) or ``"geometric"`` (Crawford and Williams 1985); equal for consistent matrices
        and for up to three items.
    random_index
        ``"saaty"``: his printed table; ``"simulated"``: from 500,000 random matrices each.

    Returns
    -------
    Ahp
        ``weights, lambda_max, ci, cr, worst`` and more. An inconsistent matrix (CR of 0.10 or more) issues a warning
        that names the worst judgement.

    Raises
    ------
    DataError
        If the matrix is not square, positive and reciprocal.

    See Also
    --------
    ahp_group, ahp_from_ranking, overall_consistency

    Examples
    --------
    >>> judged = cs.weighting.ahp([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]], ["quality", "price", "service"])
    >>> judged.weights.round(3).to_dict()
    {'quality': 0.648, 'price': 0.23, 'service': 0.122}
    >>> round(judged.cr, 4)
    0.0032
    """
    values, labels = read_matrix(matrix, names)
    found = group_result(Opinions.of_judgements(values[None]), tuple(labels), "AIJ", method, random_index)
    if not found.consistent:
        tell([f"The judgements are inconsistent: CR {found.cr:.3f} is not below {ACCEPTED:g}; the worst is "
              f"{found.worst}."])  # fmt: skip
    return found


def ahp_group(
    matrices: object,
    names: Sequence[str] | None = None,
    *,
    aggregate: GroupMethod = "AIJ",
    method: Priority = "eigenvector",
    random_index: RandomIndex = "saaty",
    n: int = 0,
    seed: int | None = None,
) -> Ahp:
    """Weights from the judgement matrices of m respondents.

    Parameters
    ----------
    matrices
        An array (m, n, n), a list of matrices, or a mapping from respondent to matrix.
    names, method, random_index
        As in `ahp`.
    aggregate
        ``"AIJ"``: one matrix of the geometric means of the judgements; ``"AIP"``: the geometric means of the
        respondents' priorities. With ``method="geometric"`` the two agree.
    n
        Number of bootstrap replicates of the respondents, for `Ahp.intervals`; 0 for none.
    seed
        Seed of the bootstrap.

    Returns
    -------
    Ahp
        With ``individual`` weights and ``individual_cr``, and Kendall's W of the rankings that the weights imply, equal
        weights sharing their ranks.

    Raises
    ------
    DataError
        If a matrix is not square, positive and reciprocal, or has other items than the first; the message names the
        respondent.
    OptionError
        If ``n`` is not 0 or at least 2.

    See Also
    --------
    ahp, ahp_from_ranking

    Notes
    -----
    Forman and Peniwati (1998, European Journal of Operational Research 108, 165-169).

    Examples
    --------
    >>> matrices = {"Ann": [[1, 3], [1 / 3, 1]], "Bob": [[1, 5], [1 / 5, 1]]}
    >>> group = cs.weighting.ahp_group(matrices, ["quality", "price"], n=500, seed=1)
    >>> group.intervals()[["item", "weight", "ci_lower", "ci_upper"]].round(2)
          item  weight  ci_lower  ci_upper
    0  quality    0.79      0.75      0.83
    1    price    0.21      0.17      0.25
    """
    several = matrices if isinstance(matrices, Mapping) else {f"respondent {k + 1}": m for k, m in _listed(matrices)}
    if not several:
        raise DataError("There are no judgement matrices.")
    read = {str(who): read_matrix(matrix, names, str(who)) for who, matrix in several.items()}
    first, (_, labels) = next(iter(read.items()))
    for who, (_, own) in read.items():
        if own != labels:
            raise DataError(f"The judgement matrix of {who} has other items than that of {first}, or another order.")
    opinions = Opinions.of_judgements(np.stack([values for values, _ in read.values()]))
    return group_result(opinions, tuple(labels), aggregate, method, random_index, n, seed)


def _listed(matrices: object) -> list[tuple[int, object]]:
    if not isinstance(matrices, list | tuple | np.ndarray) or _is_table(matrices):
        raise DataError("Give the matrices of several respondents as a list, an array (m, n, n) or a mapping; for one "
                        "matrix there is ahp().")  # fmt: skip
    return list(enumerate(matrices))


def _is_table(matrices: Sequence[object] | FloatArray) -> bool:
    """Whether these are the rows of one matrix."""
    try:
        table = np.asarray(matrices)
        return table.ndim == 0 or (table.ndim < 3 and bool(len(table)))
    except ValueError:
        # Matrices of different sizes, whose items are compared where they are read.
        return False


def group_result(
    opinions: Opinions,
    names: tuple[str, ...],
    aggregate: GroupMethod,
    method: Priority,
    table: RandomIndex,
    n: int = 0,
    seed: int | None = None,
    ranks: FloatArray | None = None,
) -> Ahp:
    """Pool the judgements of respondents, checking the options that `ahp_group` and `ahp_from_ranking` share."""
    aggregate = validate("aggregate", aggregate, GroupMethod)
    method = validate("method", method, Priority)
    check_resampling(n, seed)
    divisor = random_index(len(names), validate("random_index", table, RandomIndex))
    own = priorities(opinions.own_matrices, method)
    ratio = own.consistency_index / divisor if len(names) > 2 else np.zeros(len(own.weights))
    matrix, pooled = pool(opinions, aggregate, method)
    individual = own.weights[opinions.pattern]
    order = shared_ranks(-individual) if ranks is None else ranks
    return Ahp(
        names,
        matrix,
        pooled.weights,
        float(pooled.lambda_max),
        divisor,
        method,
        individual,
        ratio[opinions.pattern],
        concordance(order) if len(individual) > 1 else None,
        bootstrap_weights(opinions, aggregate, method, n, seed),
        ranks is not None,
    )


def _ranks(weights: FloatArray) -> FloatArray:
    """Ranks of weights (m, n) within their row, 1 the largest; equal ones in their order."""
    order = np.argsort(-weights, axis=1, kind="stable")
    return np.argsort(order, axis=1).astype(np.float64) + 1
