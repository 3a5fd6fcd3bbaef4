"""Three verdicts on a fit: not usable, inadmissible, or usable with warnings; each in sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from csisem.covariance.derived import latent_correlations, standardized
from csisem.covariance.implied import implied
from csisem.covariance.structure import Matrices
from csisem.errors import listed
from csisem.model.parameters import ParameterTable

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a warning begins and where admissibility ends.

    Attributes
    ----------
    vif_warning
        Variance inflation of a latent predictor within its equation that is worth a warning.
    vif_inadmissible
        Variance inflation at which paths must not be read whatever their size.
    path_inadmissible
        Absolute standardised path above which ``vif_warning`` is enough to refuse.
    rows_per_parameter
        Rows per free parameter below which the sample is called small (Bentler and Chou 1987 ask for five).
    small_sample
        Rows per group below which the sample is called small.
    information
        Smallest eigenvalue of the information (scaled to correlations) of an identified model.
    """

    vif_warning: float = 10.0
    vif_inadmissible: float = 30.0
    path_inadmissible: float = 1.0
    rows_per_parameter: float = 5.0
    small_sample: int = 100
    information: float = 1e-10


@dataclass(frozen=True, slots=True)
class Status:
    """What may be done with a fit; falsy when its numbers must not be used.

    Attributes
    ----------
    converged, identified, admissible
        The three verdicts.
    reasons
        Sentences that say why the status is falsy; empty when it is truthy.
    warnings
        Sentences that a truthy fit should be read with.
    row_warnings
        Those of them, the first, that are about the rows, whatever the thresholds.
    """

    converged: bool
    identified: bool
    admissible: bool
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    row_warnings: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether errors and fit measures exist at all, which takes a converged and identified fit."""
        return self.converged and self.identified

    def __bool__(self) -> bool:
        return self.converged and self.identified and self.admissible

    @property
    def verdict(self) -> str:
        """One line."""
        if not self.converged:
            return "NOT CONVERGED: the numbers must not be used"
        if not self.identified:
            return "NOT IDENTIFIED: the numbers must not be used"
        if not self.admissible:
            return "INADMISSIBLE: the paths must not be read as they are"
        return "admissible, with warnings" if self.warnings else "admissible"

    def __repr__(self) -> str:
        lines = [self.verdict, *(f"  - {sentence}" for sentence in self.reasons + self.warnings)]
        return "\n".join(lines)


def not_converged(iterations: int) -> Status:
    """Status of a fit whose iterations did not end in a minimum."""
    if not iterations:
        return Status(
            converged=False, identified=False, admissible=False,
            reasons=("The estimation could not begin: the starting values imply a covariance matrix that is not "
                     "positive definite; give others with start().",),
        )  # fmt: skip
    return Status(
        converged=False, identified=False, admissible=False,
        reasons=(f"The estimation did not converge in {iterations} iterations; simplify the model, check that the "
                 "items of each construct correlate, or give starting values with start().",),
    )  # fmt: skip


def not_identified(names: list[str], direction: FloatArray) -> Status:
    """Status of a fit whose information is singular along ``direction`` (q,)."""
    large = np.flatnonzero(np.abs(direction) > 0.3 * np.abs(direction).max())
    culprits = listed(names[k] for k in large[np.argsort(-np.abs(direction[large]))])
    return Status(
        converged=True, identified=False, admissible=False,
        reasons=(f"The model is not identified: the data cannot determine {culprits}; fix one of them, "
                 "or add items or paths to zero.",),
    )  # fmt: skip


def too_many_parameters(npar: int, moments: int) -> Status:
    """Status of a model with more parameters than moments."""
    return Status(
        converged=True, identified=False, admissible=False,
        reasons=(f"The model is not identified: it has {npar} free parameters for {moments} sample moments.",),
    )  # fmt: skip


def judge(table: ParameterTable, matrices: Matrices, n: NDArray[np.int64], thresholds: Thresholds) -> Status:
    """Judge a converged, identified solution; ``matrices`` has the groups as its only leading axis."""
    reasons: list[str] = []
    warnings: list[str] = []
    for group in range(table.n_groups):
        where = f" in group {table.groups[group]!s}" if len(table.groups) > 1 else ""
        reasons += _improper(table, matrices, group, where)
        refused, warned = _collinear(table, matrices, group, where, thresholds)
        reasons += refused
        warnings += warned
        warnings += _small(table, int(n[group]), where, thresholds)
    warnings += _uncorrelated(table)
    return Status(True, True, not reasons, tuple(reasons), tuple(warnings))


def with_warnings(status: Status, sentences: tuple[str, ...]) -> Status:
    """Return the status with warnings about the rows in front."""
    return replace(status, warnings=sentences + status.warnings, row_warnings=sentences) if sentences else status


def _improper(table: ParameterTable, matrices: Matrices, group: int, where: str) -> list[str]:
    found = []
    free = {(str(row.matrix), row.row) for row in table.rows if row.row == row.col and row.fixed is None}
    for letter, variances, names in (
        ("theta", np.diagonal(matrices.residual[group]), table.observed),
        ("psi", np.diagonal(matrices.latent[group]), table.latents),
    ):
        what = "residual variance" if letter == "theta" else "variance"
        for i in np.flatnonzero(variances < 0):
            if (letter, int(i)) in free:
                found.append(  # noqa: PERF401 - a sentence of this length does not read in a comprehension
                    f"The {what} of {names[i]}{where} is negative ({variances[i]:.4g}): a Heywood case, from too few "
                    "items, too few rows or a wrong model; add items, drop the item, or fix the variance at 0."
                )
    cov = implied(matrices).latent_cov[group]
    if (np.diagonal(cov) > 0).all():
        correlations = latent_correlations(matrices)[group]
        for i, j in zip(*np.triu_indices(table.constructs, 1), strict=True):
            if abs(correlations[i, j]) >= 1:
                found.append(
                    f"The correlation of {table.latents[i]} and {table.latents[j]}{where} is {correlations[i, j]:.3f}, "
                    "outside (-1, 1): the items do not tell the two apart; merge them into one construct."
                )
    return found


def _collinear(
    table: ParameterTable, matrices: Matrices, group: int, where: str, thresholds: Thresholds
) -> tuple[list[str], list[str]]:
    cov = implied(matrices).latent_cov[group]
    if not (np.diagonal(cov) > 0).all():
        return [], []
    correlations = latent_correlations(matrices)[group]
    paths = standardized(matrices).paths[group]
    equations: dict[int, list[int]] = {}
    for row in table.rows:
        if row.op == "~" and row.group == group and (row.fixed is None or row.fixed != 0):
            equations.setdefault(row.row, []).append(row.col)
    refused, warned = [], []
    for target, sources in equations.items():
        if len(sources) < 2:
            continue
        inflation = _vif(correlations[np.ix_(sources, sources)])
        constructs = [k for k, source in enumerate(sources) if source < table.constructs]
        if not constructs:
            continue
        # Rounded, so that of two equal predictors the first is named whatever the last digits do.
        worst = max(constructs, key=lambda k: float(f"{inflation[k]:.6g}"))
        vif, steepest = inflation[worst], float(np.abs(paths[target, sources]).max())
        if vif < thresholds.vif_warning:
            continue
        partner = max((k for k in range(len(sources)) if k != worst),
                      key=lambda k: abs(correlations[sources[worst], sources[k]]))  # fmt: skip
        names = [table.latents[source] for source in sources]
        equation = f"{table.latents[target]} ~ {' + '.join(names)}"
        sentence = (
            f"In the equation {equation}{where} the latent predictors are nearly collinear: the VIF of {names[worst]} "
            f"is {vif:.4g} (its correlation with {names[partner]} is "
            f"{correlations[sources[worst], sources[partner]]:.3f}) and the largest standardised path is {steepest:.2f}"
        )
        if vif >= thresholds.vif_inadmissible or steepest > thresholds.path_inadmissible:
            refused.append(
                f"{sentence}. Its paths must not be read; merge or drop one of these predictors, fix one of the paths, "
                "or estimate the model by PLS."
            )
        else:
            warned.append(f"{sentence}; its paths have wide intervals.")
    return refused, warned


def _vif(correlations: FloatArray) -> FloatArray:
    """Variance inflation factors, the diagonal of the inverse; inf where the predictors are collinear."""
    try:
        inverse = np.diagonal(np.linalg.inv(correlations))
    except np.linalg.LinAlgError:
        return np.full(len(correlations), np.inf)
    # Beyond exact collinearity the inverse's diagonal turns negative.
    return np.where(inverse > 0, inverse, np.inf)


def _small(table: ParameterTable, n: int, where: str, thresholds: Thresholds) -> list[str]:
    per_group = table.npar / table.n_groups
    if n < thresholds.small_sample:
        return [f"The sample{where} is small ({n} rows); chi-square and errors hold for large samples."]
    if n < thresholds.rows_per_parameter * per_group:
        return [f"There are {n} rows{where} for {per_group:g} parameters, fewer than "
                f"{thresholds.rows_per_parameter:g} a parameter; errors may be too small."]  # fmt: skip
    return []


def _uncorrelated(table: ParameterTable) -> list[str]:
    """Exogenous constructs and exogenous observed variables do not covary unless written; say so."""
    exogenous = table.exogenous
    pointed = {row.row for row in table.rows if row.matrix == "beta"}
    written = {frozenset((row.lhs, row.rhs)) for row in table.rows if row.op == "~~"}
    for j in range(table.constructs):
        for name in exogenous:
            if j not in pointed and frozenset((table.latents[j], name)) not in written:
                return [f"{table.latents[j]} and {name} are both exogenous but do not covary, as in lavaan; "
                        f"write '{table.latents[j]} ~~ {name}' if they should."]  # fmt: skip
    return []
