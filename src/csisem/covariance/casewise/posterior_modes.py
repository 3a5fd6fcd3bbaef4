"""Posterior modes of constructs given ordered and numeric answers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import log_ndtr

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.errors import DataError, ModelError, UnusableFitError, listed, shown
from csisem.survey.rows.rows import Batch

# Directions in which standardised constructs vary less than this are without variance: rounding leaves 1e-15.
_NO_VARIANCE = 1e-12
# Correlations of residuals above this are the model's; rounding leaves 1e-12.
_NO_CORRELATION = 1e-8
# Share of a latent response's variance that its residual has at least, so that an item without residual, the only one
# of its construct, bounds the construct by its thresholds.
_LEAST_RESIDUAL = 1e-6
# Newton's method ends at steps below this, in standard deviations, which then are squared; 6 steps are usual.
_END = 1e-7
_MOST_STEPS = 200
_ROOT = np.log(2 * np.pi) / 2


@dataclass(frozen=True, eq=False)
class GroupPosterior:
    """What a group's model says of constructs and answers.

    Attributes
    ----------
    latent_mean, latent_cov
        Of the m structural variables that are no ordered items, (m,) and (m, m).
    cross
        Covariances of the p observed variables with them, (p, m).
    mean, cov
        Of latent responses and numeric variables, (p,) and (p, p).
    cuts
        For each ordered item its thresholds between minus and plus infinity; empty for numeric variables.
    """

    latent_mean: FloatArray
    latent_cov: FloatArray
    cross: FloatArray
    mean: FloatArray
    cov: FloatArray
    cuts: tuple[FloatArray, ...]

    @cached_property
    def ordered(self) -> BoolArray:
        """Which observed variables are ordered items, (p,)."""
        return np.array([cuts.size > 0 for cuts in self.cuts])

    def given(self, known: BoolArray, names: Sequence[str]) -> Given:
        """The model given the numeric variables that are ``known``, (p,)."""
        z, o = np.flatnonzero(known & ~self.ordered), np.flatnonzero(self.ordered)
        beside = np.hstack([self.cross[z], self.cov[np.ix_(z, o)]])
        slopes: FloatArray = np.asarray(np.linalg.solve(self.cov[np.ix_(z, z)], beside), dtype=np.float64)
        on, of = slopes[:, : len(self.latent_mean)], slopes[:, len(self.latent_mean) :]
        latent = self.latent_cov - self.cross[z].T @ on
        with_latent = self.cross[o] - self.cov[np.ix_(o, z)] @ on
        among = self.cov[np.ix_(o, o)] - self.cov[np.ix_(o, z)] @ of
        sd = np.sqrt(np.diagonal(self.latent_cov))
        values, vectors = np.linalg.eigh(latent / sd[:, None] / sd)
        kept = values > _NO_VARIANCE
        root = np.sqrt(values[kept])
        loadings = with_latent @ (vectors[:, kept] / sd[:, None] / root)
        residual = among - loadings @ loadings.T
        noise = _noise(residual, np.diagonal(among), [names[place] for place in o.tolist()])
        return Given(z, o, on, of, vectors[:, kept] * sd[:, None] * root, loadings, noise)


def _noise(residual: FloatArray, variance: FloatArray, names: Sequence[str]) -> FloatArray:
    """Standard deviations (o,) of the residuals of ordered items; refuses residuals that covary, or have none."""
    own = np.diagonal(residual)
    if (own < -_NO_CORRELATION * variance).any():
        lost = [name for name, size in zip(names, own, strict=True) if size < 0]
        raise UnusableFitError(f"The residual variance of {listed(lost)} is negative, so that scores of constructs "
                               "given ordered answers do not exist; drop an item, or change the model.")  # fmt: skip
    own = np.maximum(own, _LEAST_RESIDUAL * variance)
    sd = np.sqrt(variance)
    covary = np.abs(np.tril(residual, -1)) > _NO_CORRELATION * sd[:, None] * sd
    if covary.any():
        first, second = np.argwhere(covary)[0]
        raise ModelError(f"The residuals of the ordered items {names[second]!r} and {names[first]!r} covary given the "
                         "constructs, and scores take them as independent; fit the model without that "
                         "covariance to score it.")  # fmt: skip
    return np.asarray(np.sqrt(own))


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """The model of constructs ``f = f(z) + root u`` and latent responses given numeric variables z.

    Attributes
    ----------
    numeric, ordered
        Places of the k known numeric variables and the o ordered items.
    on, of
        Slopes on the numeric variables of the constructs (k, m) and of latent responses (k, o).
    root
        Of what is left of the constructs' covariances, (m, r); u is standard normal.
    loadings, noise
        Of latent responses on u, (o, r), and standard deviations of their residuals (o,).
    """

    numeric: IntArray
    ordered: IntArray
    on: FloatArray
    of: FloatArray
    root: FloatArray
    loadings: FloatArray
    noise: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PosteriorModes:
    """Kernel for `Rows.reduce`: modes (rows, k) of the constructs; nan for rows without a group.

    The mode maximises ``-u'u / 2 + sum log P(answer | u)``, a concave function, by Newton's method on all rows at once
    (empirical Bayes modal scores; Skrondal and Rabe-Hesketh 2004, chapter 7).

    Attributes
    ----------
    names, answers
        The p observed variables, and the different answers to ordered items; empty for numeric ones.
    groups, group_of
        The model in each group, and the position of each label.
    constructs
        Number k of constructs, which come first.
    complete
        Whether a row that lacks an answer has no score; otherwise it is scored by the answers it has, if any.
    given
        Numeric variables that a row must have in either case, (p,).
    """

    names: tuple[str, ...]
    answers: tuple[tuple[float, ...], ...]
    groups: tuple[GroupPosterior, ...]
    group_of: dict[Hashable, int]
    constructs: int
    complete: bool
    given: BoolArray

    def partial(self, batch: Batch) -> list[FloatArray]:
        scores = np.full((batch.values.shape[1], self.constructs), np.nan)
        places = np.zeros(len(scores), dtype=np.intp) if batch.codes is None else batch.codes
        labels = (None,) if batch.codes is None else batch.labels
        known = ~np.isnan(batch.values)
        used = known.all(axis=0) if self.complete else known.any(axis=0) & known[self.given].all(axis=0)
        for place, label in enumerate(labels):
            rows = np.flatnonzero(used & (places == place))
            if rows.size:
                group = self.groups[0 if batch.codes is None else self.group_of[label]]
                scores[rows] = self._scores(group, batch.values[:, rows], known[:, rows])
        return [scores]

    def merge(self, left: list[FloatArray], right: list[FloatArray]) -> list[FloatArray]:
        left.extend(right)
        return left

    def _scores(self, group: GroupPosterior, values: FloatArray, known: BoolArray) -> FloatArray:
        scores = np.empty((values.shape[1], self.constructs))
        low, high = self._bounds(group, values, known)
        patterns, codes = np.unique(known[~group.ordered], axis=1, return_inverse=True)
        for k, pattern in enumerate(patterns.T):
            rows = np.flatnonzero(codes.ravel() == k)
            answered = group.ordered.copy()
            answered[~group.ordered] = pattern
            model = group.given(answered, self.names)
            away = values[np.ix_(model.numeric, rows)] - group.mean[model.numeric, None]
            centre = group.mean[model.ordered, None] + model.of.T @ away
            u = modes(
                (low[:, rows] - centre) / model.noise[:, None],
                (high[:, rows] - centre) / model.noise[:, None],
                model.loadings / model.noise[:, None],
            )
            found = group.latent_mean[:, None] + model.on.T @ away + model.root @ u
            scores[rows] = found[: self.constructs].T
        return scores

    def _bounds(self, group: GroupPosterior, values: FloatArray, known: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Thresholds (o, rows) below and above each ordered answer; infinite for one that is missing."""
        places = np.flatnonzero(group.ordered)
        low, high = np.full((2, len(places), values.shape[1]), -np.inf)
        high[...] = np.inf
        for k, place in enumerate(places):
            rows = np.flatnonzero(known[place])
            own, answers = values[place, rows], np.array(self.answers[place])
            code = np.minimum(np.searchsorted(answers, own), len(answers) - 1)
            if (answers[code] != own).any():
                new = own[answers[code] != own][0]
                raise DataError(f"Nobody of the fitted rows gave the answer {new:g} to the ordered item "
                                f"{shown(self.names[place])}, so it has no thresholds; code it as missing, or join it "
                                "with a neighbouring answer.")  # fmt: skip
            low[k, rows], high[k, rows] = group.cuts[place][code], group.cuts[place][code + 1]
        return low, high


def modes(low: FloatArray, high: FloatArray, loadings: FloatArray) -> FloatArray:
    """Modes u (r, rows) of ``-u'u/2 + sum log(Phi(high - l'u) - Phi(low - l'u))``, low and high (o, rows), l (o, r)."""
    size = loadings.shape[1]
    u = np.zeros((size, low.shape[1]))
    squares = (loadings[:, :, None] * loadings[:, None, :]).reshape(len(loadings), -1)
    active = np.arange(low.shape[1])
    value, slope, bend = _intervals(low, high)
    for _ in range(_MOST_STEPS):
        own = u[:, active]
        gradient = own - loadings.T @ slope
        information = np.eye(size) + (bend.T @ squares).reshape(-1, size, size)
        step = np.linalg.solve(information, gradient.T[..., None])[..., 0].T
        before = (own**2).sum(axis=0) / 2 - value
        length = np.ones(len(active))
        # The function is concave, so that halved steps must rise; rounding is allowed for.
        while True:
            moved = own - step * length
            shift = loadings @ moved
            value, slope, bend = _intervals(low[:, active] - shift, high[:, active] - shift)
            worse = (moved**2).sum(axis=0) / 2 - value > before + 1e-9 * (1 + np.abs(before))
            if not worse.any() or length.min() < 1e-8:
                break
            length = np.where(worse, length / 2, length)
        u[:, active] = moved
        left = np.abs(step).max(axis=0, initial=0.0) > _END
        if not left.any():
            break
        active, value, slope, bend = active[left], value[left], slope[:, left], bend[:, left]
    return u


def _intervals(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Sums over items (rows,) of log probabilities of intervals, and derivatives (o, rows), first and minus second.

    These are by a shift of the normal variable's mean, and stay exact far out in the tails.
    """
    # The left tail is exact: an interval on the right is turned over.
    with np.errstate(invalid="ignore"):
        right = low + high > 0
    below, above = np.where(right, -high, low), np.where(right, -low, high)
    log_above, log_below = log_ndtr(above), log_ndtr(below)
    log_inside = log_above + np.log1p(-np.exp(np.minimum(log_below - log_above, -1e-300)))
    with np.errstate(over="ignore", invalid="ignore"):
        up, down = (np.exp(-(cut**2) / 2 - _ROOT - log_inside) for cut in (above, below))
        slope = down - up
        bend = slope**2 + np.where(np.isinf(above), 0.0, above * up) - np.where(np.isinf(below), 0.0, below * down)
    return log_inside.sum(axis=0), np.where(right, -slope, slope), np.clip(bend, 0.0, 1.0)
