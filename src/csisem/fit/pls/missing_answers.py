"""Missing answers under PLS: moments, and the influence of incomplete rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import BoolArray, FloatArray
from csisem.covariance.casewise.casewise_scores import RowScores
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.full_information.incomplete_likelihood import DomainMeans, domain_means
from csisem.covariance.full_information.incomplete_row_scores import IncompleteRowScores
from csisem.covariance.full_information.saturated_em import pack, settled_moments
from csisem.covariance.goodness_of_fit.baseline_tables import saturated_table
from csisem.covariance.lisrel.structure import compile_structure
from csisem.display.sentences import Sentence, sentence
from csisem.fit.covariance.full_information import check_coverage, estimated_moments, objective
from csisem.fit.pls.path_estimates import PathEstimates
from csisem.fit.pls.row_influence import in_group
from csisem.inference.moment_functions import Gradient
from csisem.moments.correlations import correlations_of
from csisem.moments.moments import Moments
from csisem.moments.pairwise import Available, available
from csisem.moments.patterns import Patterns
from csisem.moments.resampled_moments import ReplicateMoments
from csisem.options import Missing
from csisem.specification.parameters import ParameterTable


def moments_of(patterns: Patterns, table: ParameterTable, missing: Missing) -> Moments:
    """Moments of incomplete answers, by the method of ``missing``."""
    if missing == "em":
        return estimated_moments(patterns, replace(table, meanstructure=True))
    check_coverage(patterns)
    found = available_of(patterns)
    size = patterns.by_group(patterns.n).sum() * patterns.by_group(patterns.weight) / patterns.weight.sum()
    cov = found.pairwise() * found.unbiased(size) if missing == "pairwise" else found.filled()
    return patterns.moments(found.mean, cov)


def available_of(patterns: Patterns) -> Available:
    """Available-case moments of the patterns of a sample, by item and by pair."""
    return available(patterns.answered, patterns.group, patterns.n_groups, patterns.weight, patterns.mean, patterns.cov)


def blank_warnings(patterns: Patterns, moments: Moments, missing: Missing) -> tuple[Sentence, ...]:
    """Warnings about the treatment of blank answers; empty without blanks."""
    blanks = int(patterns.n @ (~patterns.answered).sum(axis=1))
    if not blanks:
        return ()
    rows = int(patterns.n[~patterns.answered.all(axis=1)].sum())
    codes = {"mean": "pls.blanks.mean", "pairwise": "pls.blanks.pairwise", "em": "pls.blanks.em"}
    said = [sentence(codes[missing], blanks=blanks, rows=rows, n=int(patterns.n.sum()))]
    p = len(moments.items)
    if np.linalg.eigvalsh(correlations_of(moments.cov.reshape(-1, p, p))).min() < 0:
        said.append(sentence("pls.pairwise_indefinite"))
    return tuple(said)


class _SomeAnswers:
    """Reading of rows that are used when they hold any answer; blanks count as the mean."""

    __slots__ = ()

    def kept(self, values: FloatArray) -> BoolArray:
        return np.asarray(~np.isnan(values).all(axis=0))

    def filled(self, group: int, centred: FloatArray) -> FloatArray:
        del group
        return np.nan_to_num(centred, nan=0.0)


@dataclass(frozen=True, slots=True, eq=False)
class AvailableInfluence(_SomeAnswers):
    """Influence of rows on k statistics of each of G groups through available-case moments.

    With z a row's deviations, zero where blank, and a its indicators of answered items (0 or 1), the influence is a
    quadratic form in both: ``l'z + z'Hz + z'Ma + a'Ca - const``.

    Attributes
    ----------
    linear, quadratic, mixed, coverage, constant
        l (G, k, p), H (G, k, p, p), M (G, k, p, p), C (G, k, p, p) and const (G, k).
    share
        Share of each group in the sum of weights, (G,).
    """

    linear: FloatArray
    quadratic: FloatArray
    mixed: FloatArray
    coverage: FloatArray
    constant: FloatArray
    share: FloatArray

    @property
    def q(self) -> int:
        return int(self.linear.shape[0] * self.linear.shape[1])

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        p, m = centred.shape
        z, a = np.nan_to_num(centred, nan=0.0), (~np.isnan(centred)).astype(np.float64)
        row, col = np.triu_indices(p)
        twice = np.where(row == col, 1.0, 2.0)
        own: FloatArray = self.linear[group] @ z
        own += (self.quadratic[group][:, row, col] * twice) @ (z[row] * z[col])
        if self.mixed[group].any():
            own += (self.coverage[group][:, row, col] * twice) @ (a[row] * a[col])
            own += self.mixed[group].reshape(len(own), -1) @ (z[:, None] * a[None]).reshape(p * p, m)
        own -= self.constant[group][:, None]
        own /= self.share[group]
        return in_group(own, group, len(self.linear))


def available_influence(solution: PathEstimates, patterns: Patterns, slopes: Sequence[Gradient]) -> AvailableInfluence:
    """Influence of rows on statistics through pairwise moments, or moments with means for blanks.

    On a mean it is ``z_i / pi_i``, pi being the share that answers; on a pairwise covariance
    ``a_i a_j ((z_i - d_ij)(z_j - d_ji) - S_ij) / pi_ij``, d_ij being the mean of item i's deviations where j is
    answered too; with filled blanks it is ``z_i z_j - S_ij`` less the influence through the means.
    """
    found = available_of(patterns)
    by_mean = np.stack([one.by_mean for one in slopes])
    by_cov = np.stack([one.by_cov for one in slopes])
    share = solution.moments.weight.reshape(-1) / solution.moments.weight.sum()
    linear = by_mean / found.answered[:, None]
    if solution.settings.missing == "mean":
        # The mean of j's deviations over the rows that answer i, which is the derivative of S_ij by the mean of i.
        pull = np.swapaxes(found.shift, -1, -2)[:, None]
        linear = linear - 2 * (by_cov * pull).sum(axis=-1) / found.answered[:, None]
        nothing, constant = np.zeros_like(by_cov), (by_cov * solution.column_cov[:, None]).sum(axis=(-1, -2))
        return AvailableInfluence(linear, by_cov, nothing, nothing, constant, share)
    both, cov = found.both[:, None], found.pairwise()[:, None]
    quadratic = by_cov * found.unbiased(solution.group_size)[:, None] / both
    away = found.shift[:, None] / both
    mixed = -2 * quadratic * np.swapaxes(away, -1, -2)
    # The pair's own n - 1 depends on the rows that answer both.
    size = solution.group_size[:, None, None, None]
    bent = -by_cov * cov * (size - 1) / (size * both - 1) ** 2
    coverage = quadratic * (away * np.swapaxes(away, -1, -2) - cov) + bent
    return AvailableInfluence(linear, quadratic, mixed, coverage, (bent * both).sum(axis=(-1, -2)), share)


@dataclass(frozen=True, slots=True, eq=False)
class MappedScores:
    """Influence of incomplete rows through maximum-likelihood moments: ``left`` (q, s) times their scores (s, m)."""

    inner: IncompleteRowScores
    left: FloatArray

    @property
    def q(self) -> int:
        return len(self.left)

    def kept(self, values: FloatArray) -> BoolArray:
        return self.inner.kept(values)

    def filled(self, group: int, centred: FloatArray) -> FloatArray:
        return self.inner.filled(group, centred)

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        return self.left @ self.inner(group, centred)


def mapped_scores(solution: PathEstimates, patterns: Patterns, slopes: Sequence[Gradient]) -> MappedScores:
    """Influence of rows on statistics through the maximum-likelihood moments of incomplete answers."""
    groups, p = solution.sample_mean.shape
    structure = compile_structure(saturated_table(replace(solution.table, meanstructure=True)))
    posed = objective(structure, patterns, np.zeros((groups, p)))
    point = posed.at(pack(solution.sample_mean[None], solution.column_cov[None]))
    slope = posed.slopes(point)
    inverse = symmetric_inverse(posed.observed(point, slope).dense()[0])
    row, col = np.tril_indices(p)
    size, k = len(row) + p, len(slopes[0].by_mean)
    left = np.zeros((groups * k, groups * size))
    for group, own in enumerate(slopes):
        # A covariance occurs on both sides of the diagonal.
        entries = own.by_cov[:, row, col] * np.where(row == col, 1.0, 2.0)
        place = slice(group * size, (group + 1) * size)
        left[group * k : (group + 1) * k, place] = np.concatenate([entries, own.by_mean], axis=1)
    inner = IncompleteRowScores(structure, slope, solution.column_cov, np.zeros(p, dtype=bool))
    return MappedScores(inner, left @ inverse)


def incomplete_influence(solution: PathEstimates, patterns: Patterns, slopes: Sequence[Gradient]) -> RowScores:
    """Influence of incomplete rows on statistics, through the moments of the fit."""
    if solution.settings.missing == "em":
        return mapped_scores(solution, patterns, slopes)
    return available_influence(solution, patterns, slopes)


def means_of(solution: PathEstimates, patterns: Patterns, cov: FloatArray) -> DomainMeans:
    """Means of domains from their patterns: by maximum likelihood given ``cov`` (D, p, p), or of available answers."""
    if solution.settings.missing == "em":
        return domain_means(patterns.answered, patterns.group, patterns.mean, patterns.weight, cov)
    found = available_of(patterns)
    unknown, p = np.isnan(found.mean), len(patterns.items)
    retained = np.eye(p) * np.where(unknown, 0.0, 1 / np.where(unknown, 1.0, found.answered))[..., None]
    return DomainMeans(np.where(unknown, 0.0, found.mean), retained, np.zeros((len(cov), p, p * (p + 1) // 2)), unknown)


def replicate_moments(solution: PathEstimates, patterns: Patterns, drawn: ReplicateMoments) -> ReplicateMoments:
    """Moments of the groups (R, G, ...) in replicates, from those of their patterns (R, P, ...)."""
    groups, weight = patterns.n_groups, drawn.weight
    mean, cov = np.nan_to_num(drawn.mean), np.nan_to_num(drawn.cov)
    first = np.searchsorted(patterns.group, np.arange(groups))
    whole = np.add.reduceat(weight, first, axis=1)
    found = available(patterns.answered, patterns.group, groups, weight, mean, cov)
    if solution.settings.missing == "mean":
        return ReplicateMoments(whole, found.mean, found.filled())
    if solution.settings.missing == "pairwise":
        size = solution.n * whole / weight.sum(axis=1, keepdims=True)
        return ReplicateMoments(whole, found.mean, found.pairwise() * found.unbiased(size))
    table = replace(solution.table, meanstructure=True)
    start = objective(compile_structure(saturated_table(table)), patterns, np.zeros(solution.sample_mean.shape))
    share = weight / weight.sum(axis=1, keepdims=True)
    posed = replace(start, mean=mean, cov=cov, share=share, level=np.zeros((len(mean), *solution.sample_mean.shape)))
    mean, cov, converged = settled_moments(table, posed, (solution.sample_mean, solution.column_cov))
    # EM leaves the covariance of a pair that no row of a replicate answers at its starting value.
    lost = ~(converged & (found.both > 0).all(axis=(-1, -2, -3)))
    mean[lost], cov[lost] = np.nan, np.nan
    return ReplicateMoments(whole, mean, cov)
