"""The verdict on a converged, identified solution of a covariance structure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.lisrel.implied import Implied
from csisem.covariance.lisrel.latent_responses import with_responses
from csisem.covariance.lisrel.matrices import Matrices
from csisem.display.sentences import Sentence, sentence
from csisem.display.wording import Plain
from csisem.fit.doubtful_items import ItemBlocks, doubtful_items
from csisem.fit.status import Status, Thresholds
from csisem.inference.improper_solutions import Improper, impossible, indefinite, negative
from csisem.moments.correlations import correlations_of, variance_inflation
from csisem.specification.parameters import ParameterTable


@dataclass(frozen=True, slots=True, eq=False)
class GroupSolution:
    """One group's solution as the verdict needs it.

    Attributes
    ----------
    residual, disturbance
        Diagonals of Theta (p,) and Psi (m,).
    theta
        Theta, (p, p).
    cov, correlations
        Covariances and correlations of the structural variables (m, m); correlations are nan when a variance is not
        positive.
    paths
        B, (m, m).
    group
        The group's label as text; None for a single group.
    """

    residual: FloatArray
    disturbance: FloatArray
    theta: FloatArray
    cov: FloatArray
    correlations: FloatArray
    paths: FloatArray
    group: str | None


def judge(
    table: ParameterTable, matrices: Matrices, moments: Implied, n: NDArray[np.int64], thresholds: Thresholds
) -> Status:
    """Judge a solution; the groups are the only leading axis of ``matrices`` and ``moments``."""
    reasons: list[Sentence] = []
    warnings: list[Sentence] = []
    for group in range(table.n_groups):
        solution = _group_solution(table, matrices, moments, group)
        reasons += _negative_variances(table, solution)
        reasons += _impossible_covariances(table, solution, group)
        reasons += _disordered(table, matrices, group)
        refused, warned = _collinear(table, solution, group, thresholds)
        reasons += refused
        warnings += warned
        warnings += _small(table, int(n[group]), solution.group, thresholds)
        warnings += _doubtful(table, matrices.loadings[group], moments.cov[group], solution, thresholds)
    warnings += _lone_dimensions(table)
    warnings += _uncorrelated(table)
    return Status(True, True, not reasons, tuple(reasons), tuple(warnings))


def _group_solution(table: ParameterTable, matrices: Matrices, moments: Implied, group: int) -> GroupSolution:
    cov = moments.latent_cov[group]
    variances = cov.diagonal()
    sd = np.sqrt(variances) if (variances > 0).all() else np.full(len(variances), np.nan)
    return GroupSolution(
        matrices.residual[group].diagonal()[: table.measured],
        matrices.latent[group].diagonal(),
        matrices.residual[group][: table.measured, : table.measured],
        cov,
        cov / (sd[:, None] * sd),
        matrices.paths[group],
        str(table.groups[group]) if len(table.groups) > 1 else None,
    )


def _negative_variances(table: ParameterTable, solution: GroupSolution) -> list[Sentence]:
    if (solution.residual >= 0).all() and (solution.disturbance >= 0).all():
        return []
    # Residual variances of ordered items that follow from the others are judged like free ones.
    free = {
        (str(row.matrix), row.row) for row in table.rows if row.row == row.col and (row.fixed is None or row.derived)
    }

    def found(matrix: str, variances: FloatArray, names: Sequence[str]) -> list[Improper]:
        mine = np.array([(matrix, i) in free for i in range(len(variances))], dtype=bool)
        return negative(np.where(mine, variances, np.nan), names)

    ordered = () if table.ordered is None else table.ordered.names
    return [
        sentence("fit.heywood.response" if one.names[0] in ordered else "fit.heywood.residual", item=one.names[0],
                 group=solution.group, variance=one.value)
        for one in found("theta", solution.residual, table.observed)
    ] + [
        sentence("fit.heywood.variance", variable=one.names[0], group=solution.group, variance=one.value)
        for one in found("psi", solution.disturbance, table.latents)
    ]  # fmt: skip


def _impossible_covariances(table: ParameterTable, solution: GroupSolution, group: int) -> list[Sentence]:
    """Residual or latent covariances that no population has, by pairs or though every pair alone could be."""
    constructs = slice(0, table.constructs)
    among = solution.correlations[constructs, constructs]
    latent = impossible(among, table.latents[constructs], equations(table).distinct[group])
    said = [_worded(one, solution.group) for one in latent]
    pairs = any(one.kind == "correlation" for one in latent)
    if not pairs and equations(table).residual_covariances and (solution.residual >= 0).all():
        inside = np.flatnonzero(solution.residual > 0)
        among = correlations_of(solution.theta[np.ix_(inside, inside)])
        said = [
            sentence("fit.indefinite.residuals", items=one.names, group=solution.group, eigenvalue=one.value)
            for one in indefinite(among, [table.observed[i] for i in inside])
        ] + said
    return said


def _worded(one: Improper, group: str | None) -> Sentence:
    if one.kind == "indefinite":
        return sentence("fit.indefinite.constructs", constructs=one.names, group=group, eigenvalue=one.value)
    first, second = one.names
    return sentence("fit.correlation_outside", first=first, second=second, group=group, correlation=one.value)


def _disordered(table: ParameterTable, matrices: Matrices, group: int) -> list[Sentence]:
    """Thresholds that fall, which only values and equalities of the model's own can make them do."""
    if table.ordered is None:
        return []
    cut = with_responses(matrices).thresholds[group]
    falls = np.diff(cut) <= 0
    said, first = list[Sentence](), 0
    for item, count in table.ordered.thresholds:
        if places := np.flatnonzero(falls[first : first + count - 1]).tolist():
            label = str(table.groups[group]) if len(table.groups) > 1 else None
            at = first + places[0]
            said.append(sentence("fit.disordered_thresholds", item=item, lower=f"t{places[0] + 1}",
                                 upper=f"t{places[0] + 2}", below=cut[at], above=cut[at + 1], group=label))  # fmt: skip
        first += count
    return said


@dataclass(frozen=True, slots=True, eq=False)
class Equations:
    """What the verdict needs of a table.

    Attributes
    ----------
    sources
        For each group the predictors of every equation with several, a construct among them, by target.
    among
        Which pairs of predictors share these equations, (equations, m, m) in each group.
    residual_covariances
        Whether items have any.
    distinct
        For each group whether two constructs, (constructs, constructs), are not the same one by definition, as one
        without a disturbance and the only one that points to it are.
    """

    sources: tuple[dict[int, list[int]], ...]
    among: tuple[BoolArray, ...]
    residual_covariances: bool
    distinct: tuple[BoolArray, ...]


@lru_cache(maxsize=64)
def equations(table: ParameterTable) -> Equations:
    """Find a table's equations; once for each."""
    by_group: list[dict[int, list[int]]] = [{} for _ in range(table.n_groups)]
    for row in table.rows:
        if row.op == "~" and (row.fixed is None or row.fixed != 0):
            by_group[row.group].setdefault(row.row, []).append(row.col)
    chosen = tuple(
        {target: named for target, named in group.items() if len(named) > 1 and min(named) < table.constructs}
        for group in by_group
    )
    predicts = [np.zeros((len(group), len(table.latents)), dtype=bool) for group in chosen]
    for group, inside in zip(chosen, predicts, strict=True):
        for k, named in enumerate(group.values()):
            inside[k, named] = True
    return Equations(
        chosen,
        tuple(inside[:, :, None] & inside[:, None, :] for inside in predicts),
        any(row.matrix == "theta" and row.row != row.col for row in table.rows),
        tuple(np.not_equal.outer(same, same) for same in (_same(table, group) for group in range(table.n_groups))),
    )


def _same(table: ParameterTable, group: int) -> list[int]:
    """The last construct that each construct's chain of equalities leads to."""
    rows = [row for row in table.rows if row.group == group]
    still = {row.row for row in rows if row.matrix == "psi" and row.row == row.col and row.fixed == 0}
    sources: dict[int, list[int]] = {}
    for row in rows:
        if row.matrix == "beta" and row.fixed != 0:
            sources.setdefault(row.row, []).append(row.col)
    same = list(range(table.constructs))
    for start in same.copy():
        place, steps = start, 0
        while place in still and len(sources.get(place, [])) == 1 and sources[place][0] < table.constructs:
            place, steps = sources[place][0], steps + 1
            if steps > table.constructs:
                break
        same[start] = place
    return same


def _collinear(
    table: ParameterTable, solution: GroupSolution, group: int, thresholds: Thresholds
) -> tuple[list[Sentence], list[Sentence]]:
    """Reasons to refuse, and warnings of, equations with nearly collinear latent predictors."""
    sources = equations(table).sources[group]
    if not sources or np.isnan(solution.correlations).any():
        return [], []
    # All equations at once; other variables are set apart by an identity, and inflates nothing.
    inflation = variance_inflation(
        np.where(equations(table).among[group], solution.correlations, np.eye(len(table.latents)))
    )
    if inflation.max() < thresholds.vif_warning:
        return [], []
    refused: list[Sentence] = []
    warned: list[Sentence] = []
    for (target, named), own in zip(sources.items(), inflation.tolist(), strict=True):
        constructs = [k for k, source in enumerate(named) if source < table.constructs]
        # Rounded, so that of two equal predictors the first is named whatever the last digits do.
        worst = max(constructs, key=lambda k: float(f"{own[named[k]]:.6g}"))
        vif = own[named[worst]]
        if vif < thresholds.vif_warning:
            continue
        sd = np.sqrt(np.diagonal(solution.cov))
        path = float(np.abs(solution.paths[target, named] * sd[named] / sd[target]).max())
        fields = _collinearity(table, solution, target, named, worst)
        if vif >= thresholds.vif_inadmissible or path > thresholds.path_inadmissible:
            refused.append(sentence("fit.collinear.refused", vif=vif, path=path, **fields))
        else:
            warned.append(sentence("fit.collinear.warned", vif=vif, path=path, **fields))
    return refused, warned


def _collinearity(
    table: ParameterTable, solution: GroupSolution, target: int, sources: list[int], worst: int
) -> dict[str, Plain]:
    """The names of an equation's sentence, and the correlation of its worst predictor with the nearest other."""
    correlations = solution.correlations
    others = [k for k in range(len(sources)) if k != worst]
    partner = max(others, key=lambda k: abs(correlations[sources[worst], sources[k]]))
    names = tuple(table.latents[source] for source in sources)
    return {
        "outcome": table.latents[target],
        "predictors": names,
        "group": solution.group,
        "predictor": names[worst],
        "partner": names[partner],
        "correlation": float(correlations[sources[worst], sources[partner]]),
    }


def _small(table: ParameterTable, n: int, group: str | None, thresholds: Thresholds) -> list[Sentence]:
    parameters = counted_parameters(table) / table.n_groups
    if n < parameters:
        # `few_rows` has said it.
        return []
    if n < thresholds.small_sample:
        return [sentence("fit.small_sample", group=group, n=n)]
    if n < thresholds.rows_per_parameter * parameters:
        return [sentence("fit.few_rows_per_parameter", n=n, group=group, parameters=parameters,
                         least=thresholds.rows_per_parameter)]  # fmt: skip
    return []


@lru_cache(maxsize=64)
def counted_parameters(table: ParameterTable) -> int:
    """Free parameters without thresholds, which single items determine as they do means."""
    if table.ordered is None:
        return table.npar
    return len(np.unique(table.map[[r for r, row in enumerate(table.rows) if row.op != "|"]].indices))


def _doubtful(
    table: ParameterTable, loadings: FloatArray, cov: FloatArray, solution: GroupSolution, thresholds: Thresholds
) -> list[Sentence]:
    """Warnings of items that hardly load on anything, or vary many times as much as others of their block."""
    latent, observed = solution.cov.diagonal(), cov.diagonal()
    if not table.constructs or not ((latent > 0).all() and (observed > 0).all()):
        return []
    sd = np.sqrt(observed)
    standardised = loadings * np.sqrt(latent) / sd[:, None]
    blocks, item, construct = _blocks(table)
    own, size = standardised[item, construct], np.abs(standardised)
    # An item is judged by the largest of its loadings.
    largest = size[item, construct] == size.max(axis=1)[item]
    if table.ordered is not None:
        # Latent responses have no unit that could be wrong.
        sd[[table.observed.index(name) for name in table.ordered.names]] = np.nan
    return doubtful_items(blocks, np.where(largest, own, np.nan), sd[item], solution.group, thresholds)


@lru_cache(maxsize=64)
def _blocks(table: ParameterTable) -> tuple[ItemBlocks, IntArray, IntArray]:
    """The items of each construct, and their places and their constructs' (k,); once for each table."""
    own: dict[int, list[int]] = {}
    for row in table.rows:
        if row.op == "=~" and row.matrix == "lambda" and row.group == 0 and (row.fixed is None or row.fixed != 0):
            own.setdefault(row.col, []).append(row.row)
    item = [i for items in own.values() for i in items]
    construct = [j for j, items in own.items() for _ in items]
    starts = np.cumsum([0, *map(len, own.values())]).tolist()
    names = ItemBlocks(tuple(table.latents[j] for j in own), tuple(starts), tuple(table.observed[i] for i in item))
    return names, np.array(item, dtype=np.intp), np.array(construct, dtype=np.intp)


@lru_cache(maxsize=64)
def _uncorrelated(table: ParameterTable) -> tuple[Sentence, ...]:
    """Exogenous constructs and exogenous observed variables do not covary unless written; say so."""
    exogenous = table.predictors
    pointed = {row.row for row in table.rows if row.matrix == "beta"}
    written = {frozenset((row.lhs, row.rhs)) for row in table.rows if row.op == "~~"}
    for j in range(table.constructs):
        for name in exogenous:
            if j not in pointed and frozenset((table.latents[j], name)) not in written:
                return (sentence("fit.uncorrelated_exogenous", construct=table.latents[j], variable=name),)
    return ()


@lru_cache(maxsize=64)
def _lone_dimensions(table: ParameterTable) -> tuple[Sentence, ...]:
    """Higher-order constructs that are their only dimension by definition."""
    measures = [row for row in table.rows if row.op == "=~" and row.group == 0]
    still = {row.lhs for row in table.rows if row.op == "~~" and row.lhs == row.rhs and row.fixed == 0 and not row.user}
    lone = [row for row in measures if [one.lhs for one in measures].count(row.lhs) == 1 and row.rhs in still]
    constructs = table.latents[: table.constructs]
    return tuple(
        sentence("fit.lone_dimension", construct=row.lhs, dimension=row.rhs) for row in lone if row.rhs in constructs
    )
