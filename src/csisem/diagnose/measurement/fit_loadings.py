"""Loadings, reliabilities and correlations of a fit's measurement, by group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.estimate import Estimates
from csisem.composite.measurement_assessment import average_variance, composite_reliability, score_reliability
from csisem.composite.plan import Plan
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.matrices import Matrices
from csisem.diagnose.measurement.item_blocks import blocks_of
from csisem.diagnose.measurement.ordered_omega import ordered_omega
from csisem.diagnose.measurement.pls_report import item_correlations
from csisem.errors import ModelError
from csisem.fit.covariance.covariance_fit import CovarianceFit
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.fit import Fit, solution_of
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.status import warn_inadmissible
from csisem.moments.correlations import correlations_of


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """The measurement of J constructs by p items in G groups, for constructs measured by items alone.

    Attributes
    ----------
    blocks
        The items of each construct.
    items
        All items, in the order of ``correlations``.
    places
        Positions of each construct's items.
    correlations
        Correlations of the items in the sample, (G, p, p).
    among
        Correlations of the constructs, (G, J, J).
    cross
        Correlations of items with constructs, (G, p, J): with scores under PLS, otherwise with the latent variables
        that the covariance structure implies.
    omega, omega_se
        Omega and its standard error, (G, J); nan under PLS, which has no model of the items' covariances, and of a
        single item.
    rho_c, ave, rho_a
        Composite reliability, average variance extracted and, under PLS, Dijkstra and Henseler's reliability, (G, J);
        nan of a composite of mode B, whose items need not correlate.
    """

    blocks: dict[str, tuple[str, ...]]
    items: tuple[str, ...]
    places: tuple[IntArray, ...]
    correlations: FloatArray
    among: FloatArray
    cross: FloatArray
    omega: FloatArray
    omega_se: FloatArray
    rho_c: FloatArray
    ave: FloatArray
    rho_a: FloatArray


def measurement_of(fit: Fit) -> Measurement:
    """Read the measurement off a fit, for a function that the user calls."""
    solution_of(fit, "The measurement")
    warn_inadmissible(fit.status, "fit.inadmissible.measurement")
    blocks = blocks_of(fit.model)
    if isinstance(fit, CompositeFit):
        return _of_composites(fit.solution, blocks, _cross(fit, blocks))
    if isinstance(fit, CovarianceFit):
        return _of_factors(fit.solution, blocks, _cross(fit, blocks))
    raise ModelError(f"The measurement of a {type(fit).__name__} cannot be read.")


def _of_factors(solution: CovarianceSolution, blocks: dict[str, tuple[str, ...]], cross: FloatArray) -> Measurement:
    table = solution.table
    items = table.observed[: table.measured]
    places, columns = _places(blocks, items), factor_columns(solution, blocks)

    def omega(theta: FloatArray) -> FloatArray:
        return reliabilities_of(solution, solution.structure.matrices(theta), places, columns)[..., 0, :, :]

    found = reliabilities_of(solution, solution.lisrel, places, columns)
    moments = implied(solution.lisrel)
    among = _correlations(moments.latent_cov[:, columns][:, :, columns])
    sample = correlations_of(solution.sample_cov[:, : len(items), : len(items)])
    errors = solution.errors_of(omega)
    return Measurement(blocks, tuple(items), places, sample, among, cross, found[0], errors, found[1],
                    found[2], np.full(found[0].shape, np.nan))  # fmt: skip


def factor_columns(solution: CovarianceSolution, blocks: Iterable[str]) -> IntArray:
    """Positions of constructs among the latent variables of a fit, (J,)."""
    return np.array([solution.table.latents.index(name) for name in blocks], dtype=np.intp)


def reliabilities_of(
    solution: CovarianceSolution, matrices: Matrices, places: Sequence[IntArray], columns: IntArray
) -> FloatArray:
    """Omega, rho_C and average variance extracted (..., 3, G, J); omega of ordered items is that of their answers.

    Composites have none: nan.
    """
    found = factor_reliabilities(matrices, places, columns)
    if isinstance(solution, OrderedSolution):
        found[..., 0, :, :] = ordered_omega(solution, matrices, places, columns)
    if solution.table.formed:
        # The items of a composite need have nothing in common, and it has no error.
        found[..., np.isin(columns, factor_columns(solution, composites_of(solution)))] = np.nan
    return found


def composites_of(solution: CovarianceSolution) -> list[str]:
    """The composites of several items that a covariance structure has."""
    return [one.name for one in solution.table.formed if one.excrescent]


def factor_reliabilities(matrices: Matrices, places: Sequence[IntArray], columns: IntArray) -> FloatArray:
    """Omega, rho_C and average variance extracted (..., 3, G, J) of blocks of items, real or complex.

    ``(sum l)^2 v / ((sum l)^2 v + 1'T1)`` with the loadings l, the construct's variance v and the covariances T of the
    block's errors (McDonald 1999; Bentler 2009); rho_C is that of standardised items (Joereskog 1971), the average
    variance ``sum l^2 / (sum l^2 + tr T)`` of these (Fornell and Larcker 1981). Of one item the first two are nan.
    """
    moments = implied(matrices)
    found = np.empty((*matrices.loadings.shape[:-2], len(columns), 3), dtype=moments.cov.dtype)
    for j, (block, column) in enumerate(zip(places, columns, strict=True)):
        sd = _root(moments.latent_cov[..., column, column])[..., None]
        loadings, errors = matrices.loadings[..., block, column] * sd, matrices.residual[..., block[:, None], block]
        own = _root(np.diagonal(moments.cov, axis1=-2, axis2=-1)[..., block])
        scaled, noise = loadings / own, errors / (own[..., :, None] * own[..., None, :])
        squares = (scaled**2).sum(axis=-1)
        trace = np.trace(noise, axis1=-2, axis2=-1)
        for place, (true, rest) in enumerate(
            (
                (loadings.sum(axis=-1) ** 2, errors.sum(axis=(-1, -2))),
                (scaled.sum(axis=-1) ** 2, noise.sum(axis=(-1, -2))),
                (squares, trace),
            )
        ):
            # Complex nan over nan, of a factor without a variance, would warn.
            with np.errstate(invalid="ignore"):
                found[..., j, place] = true / (true + rest) if len(block) > 1 or place == 2 else np.nan
    return np.moveaxis(found, -1, -3)


def _correlations(cov: FloatArray) -> FloatArray:
    """Correlations (..., J, J) of factors; nan with one whose variance is not above 0."""
    sd = _root(np.diagonal(cov, axis1=-2, axis2=-1))
    return np.asarray(cov / (sd[..., :, None] * sd[..., None, :]))


def _root(variances: FloatArray) -> FloatArray:
    """Standard deviations of real or complex variances; nan of one that is not above 0."""
    return np.asarray(np.sqrt(np.where(variances.real > 0, variances, np.nan)))


def _of_composites(solution: CompositeSolution, blocks: dict[str, tuple[str, ...]], cross: FloatArray) -> Measurement:
    plan, found = solution.plan, solution.found
    items = plan.items
    places = _places(blocks, items)
    columns = [plan.constructs.index(name) for name in blocks]
    sample = correlations_of(solution.sample_cov[:, : len(items), : len(items)])
    rho_c, ave, rho_a = np.moveaxis(composite_reliabilities(plan, found, blocks), -2, 0)
    none = np.full(ave.shape, np.nan)
    among = found.correlations[:, columns][:, :, columns]
    return Measurement(blocks, tuple(items), places, sample, among, cross, none, none,
                    rho_c, ave, rho_a)  # fmt: skip


def composite_reliabilities(plan: Plan, found: Estimates, blocks: Mapping[str, tuple[str, ...]]) -> FloatArray:
    """rho_C, average variance extracted and rho_A (..., 3, J) of blocks of items, real or complex."""
    columns = [plan.constructs.index(name) for name in blocks]
    # Only under mode A are loadings correlations with one common variable.
    agreeing = np.array([plan.modes[j] == "A" for j in columns])
    several = np.array([len(items) > 1 for items in blocks.values()])
    rho_c = np.where(agreeing & several, composite_reliability(plan.loaded, found.loadings)[..., columns], np.nan)
    ave = np.where(agreeing | ~several, average_variance(plan.loaded, found.loadings)[..., columns], np.nan)
    rho_a = np.where(agreeing & several, score_reliability(plan, found)[..., columns], np.nan)
    return np.stack([rho_c, ave, rho_a], axis=-2)


def _cross(fit: Fit, blocks: dict[str, tuple[str, ...]]) -> FloatArray:
    _, names, matrices = item_correlations(fit)
    return matrices[..., [names.index(name) for name in blocks]]


def _places(blocks: dict[str, tuple[str, ...]], items: Sequence[str]) -> tuple[IntArray, ...]:
    return tuple(np.array([items.index(item) for item in block], dtype=np.intp) for block in blocks.values())
