"""Inadmissible solutions among many replicates, by reason."""

from __future__ import annotations

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.matrices import Matrices
from csisem.display.sentences import Sentence, sentence
from csisem.fit.covariance.verdict import equations
from csisem.fit.status import Thresholds
from csisem.moments.correlations import INDEFINITE, correlations_of, variance_inflation
from csisem.specification.parameters import ParameterTable

Flags = dict[Sentence, BoolArray]


def improper(table: ParameterTable, matrices: Matrices, thresholds: Thresholds) -> Flags:
    """Which of R solutions are inadmissible (R,), by reason; by the rules of `verdict.judge`.

    ``matrices`` have leading axes (R, G).
    """
    latent_cov = implied(matrices).latent_cov
    found: Flags = {}
    for group in range(table.n_groups):
        label = str(table.groups[group]) if len(table.groups) > 1 else None
        cov = latent_cov[:, group]
        residual = matrices.residual[:, group, : table.measured, : table.measured]
        flags = _negative(table, residual, matrices.latent[:, group], label)
        # Correlations exist where all variances are positive; the other solutions are refused for that already.
        proper = np.flatnonzero((np.diagonal(cov, axis1=-2, axis2=-1) > 0).all(axis=-1))
        for name, flag in _of_latents(table, cov[proper], matrices.paths[proper, group], group, thresholds).items():
            flags[name] = np.zeros(len(cov), dtype=bool)
            flags[name][proper] = flag
        flags[sentence("bootstrap.inadmissible.residuals", group=label)] = _indefinite_residuals(residual)
        found |= {name: flag for name, flag in flags.items() if flag.any()}
    return found


def _negative(table: ParameterTable, residual: FloatArray, latent: FloatArray, group: str | None) -> Flags:
    # Residual variances of ordered items that follow from the others are judged like free ones.
    free = {
        (str(row.matrix), row.row) for row in table.rows if row.row == row.col and (row.fixed is None or row.derived)
    }
    flags: Flags = {
        sentence("bootstrap.inadmissible.residual", item=table.observed[i], group=group): residual[:, i, i] < 0
        for i in range(residual.shape[-1])
        if ("theta", i) in free
    }
    return flags | {
        sentence("bootstrap.inadmissible.variance", variable=table.latents[i], group=group): latent[:, i, i] < 0
        for i in range(latent.shape[-1])
        if ("psi", i) in free
    }


def _of_latents(table: ParameterTable, cov: FloatArray, paths: FloatArray, group: int, thresholds: Thresholds) -> Flags:
    """Reasons in the correlations of the structural variables, whose variances are positive here."""
    label = str(table.groups[group]) if len(table.groups) > 1 else None
    sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
    correlations = correlations_of(cov)
    count, names = table.shown, table.latents
    among = correlations[:, :count, :count]
    flags: Flags = {}
    for i, j in np.argwhere(np.triu(equations(table).distinct[group], 1)):
        said = sentence("bootstrap.inadmissible.correlation", first=names[i], second=names[j], group=label)
        flags[said] = np.abs(among[:, i, j]) >= 1
    if count > 1:
        said = sentence("bootstrap.inadmissible.constructs", group=label)
        flags[said] = np.linalg.eigvalsh(among)[:, 0] <= INDEFINITE
    for target, sources in equations(table).sources[group].items():
        inflation = variance_inflation(correlations[:, sources][:, :, sources])
        constructs = [k for k, source in enumerate(sources) if source < count]
        worst = inflation[:, constructs].max(axis=-1)
        steepest = np.abs(paths[:, target, sources] * sd[:, sources] / sd[:, [target]]).max(axis=-1)
        steep = (worst >= thresholds.vif_warning) & (steepest > thresholds.path_inadmissible)
        said = sentence("bootstrap.inadmissible.collinear", outcome=names[target], group=label)
        flags[said] = (worst >= thresholds.vif_inadmissible) | steep
    return flags


def _indefinite_residuals(residual: FloatArray) -> BoolArray:
    """Whether residual covariances are jointly impossible although every variance is possible."""
    diagonal = np.diagonal(residual, axis1=-2, axis2=-1)
    flag: BoolArray = np.zeros(len(residual), dtype=bool)
    off = (residual != 0).sum(axis=(1, 2)) > (diagonal != 0).sum(axis=1)
    members = np.flatnonzero((diagonal >= 0).all(axis=-1) & off)
    if members.size:
        # A residual fixed at 0 has no correlations; it counts as an independent one of variance 1.
        sd = np.sqrt(np.where(diagonal[members] > 0, diagonal[members], 1.0))
        among = residual[members] / (sd[:, :, None] * sd[:, None, :])
        among[:, np.arange(sd.shape[1]), np.arange(sd.shape[1])] = 1.0
        flag[members] = np.linalg.eigvalsh(among)[:, 0] <= INDEFINITE
    return flag
