"""Ordered probit regressions of items on covariates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from csisem.arrays import FloatArray, IntArray
from csisem.moments.ordered.group_estimates import codes_of
from csisem.moments.ordered.used_rows import Use
from csisem.survey.rows.rows import Batch, Rows

_ROOT = np.sqrt(2 * np.pi)
_LEAST = np.finfo(np.float64).tiny
# Most passes, halvings of a step included, and the largest step of a threshold at which Newton's next is rounding.
_PASSES = 60
_SETTLED = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class ProbitSums:
    """Log-likelihood (G, o), gradient (G, o, q) and second derivatives (G, o, q, q) of o items, q = m - 1 + k."""

    likelihood: FloatArray
    gradient: FloatArray
    hessian: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ProbitKernel:
    """Kernel of `ProbitSums`.

    Attributes
    ----------
    use
        Which rows count.
    answers
        Different answers to each item, none for a numeric one.
    given
        Means and standard deviations of the covariates, each (G, k), by which they are standardised.
    estimates
        Thresholds, nan beyond those of an item, and slopes of ordered items, (G, o, q).
    """

    use: Use
    answers: tuple[tuple[float, ...], ...]
    given: tuple[FloatArray, FloatArray]
    estimates: FloatArray

    def partial(self, batch: Batch) -> ProbitSums:
        groups, o, q = self.estimates.shape
        sums = ProbitSums(np.zeros((groups, o)), np.zeros((groups, o, q)), np.zeros((groups, o, q, q)))
        items = [j for j, own in enumerate(self.answers) if own]
        mean, sd = self.given
        for rows in self.use.groups(batch):
            g = rows.group
            x = (rows.values[self.use.p :] - mean[g][:, None]) / sd[g][:, None]
            codes = codes_of(rows.values, self.answers)
            for at, item in enumerate(items):
                known = codes[item] < len(self.answers[item])
                _add(sums, (g, at), self.estimates[g, at], codes[item, known], x[:, known], rows.weights[known])
        return sums

    def merge(self, left: ProbitSums, right: ProbitSums) -> ProbitSums:
        for name in ("likelihood", "gradient", "hessian"):
            total = getattr(left, name)
            total += getattr(right, name)
        return left


def _add(
    sums: ProbitSums, place: tuple[int, int], estimate: FloatArray, code: IntArray, x: FloatArray, weight: FloatArray
) -> None:
    """Add the sums of one item's rows: categories (m,), covariates (k, m) and weights (m,)."""
    k = len(x)
    cuts, slopes = estimate[: len(estimate) - k], estimate[len(estimate) - k :]
    number = int(np.isfinite(cuts).sum())
    edges = np.concatenate([[-np.inf], cuts[:number], [np.inf]])
    fitted = slopes @ x
    low, high = edges[code] - fitted, edges[code + 1] - fitted
    # In the upper tail the difference is taken between the small probabilities.
    with np.errstate(invalid="ignore"):
        upper = low + high > 0
    inside = np.maximum(ndtr(np.where(upper, -low, high)) - ndtr(np.where(upper, -high, low)), _LEAST)
    up, down = (np.exp(-(cut**2) / 2) / _ROOT / inside for cut in (high, low))
    bent_up, bent_down = (-np.where(np.isfinite(cut), cut, 0.0) * part for cut, part in ((high, up), (low, down)))
    # Second derivatives by the threshold above, by that below, and by both.
    above, below, across = weight * (bent_up - up**2), weight * (-bent_down - down**2), weight * up * down
    size = number + 2

    def by_code(values: FloatArray) -> FloatArray:
        return np.bincount(code, values, minlength=size).astype(np.float64, copy=False)

    gradient, hessian = np.zeros(len(estimate)), np.zeros((len(estimate), len(estimate)))
    gradient[:number] = (by_code(weight * up))[:number] - by_code(weight * down)[1 : number + 1]
    steps = np.arange(number)
    hessian[steps, steps] = by_code(above)[:number] + by_code(below)[1 : number + 1]
    beside = by_code(across)[1:number]
    hessian[steps[1:], steps[:-1]] = hessian[steps[:-1], steps[1:]] = beside
    own = slice(len(estimate) - k, None)
    gradient[own] = x @ (weight * (down - up))
    hessian[own, own] = (x * (above + below + 2 * across)) @ x.T
    for row, covariate in enumerate(x):
        at = len(estimate) - k + row
        mixed = by_code((above + across) * covariate)[:number] + by_code((below + across) * covariate)[1 : number + 1]
        hessian[:number, at] = hessian[at, :number] = -mixed
    sums.likelihood[place] += weight @ np.log(inside)
    sums.gradient[place] += gradient
    sums.hessian[place] += hessian


def ordered_probit(
    rows: Rows,
    use: Use,
    answers: tuple[tuple[float, ...], ...],
    start: FloatArray,
    given: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Thresholds (G, o, m - 1), nan beyond an item's own, and slopes (G, o, k) of the ordered items.

    Maximum likelihood by Newton's method with halved steps; the likelihood is concave (Pratt 1981, Journal of the
    American Statistical Association 76, 103-106).

    Parameters
    ----------
    rows, use, answers
        The rows, which of them count, and the different answers to each item, none for a numeric one.
    start
        Thresholds without covariates, (G, o, m - 1), infinite beyond those of an item.
    given
        Means and standard deviations of the covariates, each (G, k).
    """
    mean, sd = given
    k = mean.shape[-1]
    cuts = np.where(np.isfinite(start), start, np.nan)
    current = np.concatenate([cuts, np.zeros((*cuts.shape[:-1], k))], axis=-1)
    absent = np.isnan(current)
    step, best = np.zeros_like(current), np.full(current.shape[:-1], -np.inf)
    for _ in range(_PASSES):
        sums = rows.reduce(ProbitKernel(use, answers, given, current + step))
        better = sums.likelihood >= best - 1e-12 * np.abs(sums.likelihood)
        current = np.where(better[..., None], current + step, current)
        best = np.where(better, sums.likelihood, best)
        hessian = sums.hessian.copy()
        spare = np.arange(current.shape[-1])
        hessian[..., spare, spare] -= absent
        newton = -np.linalg.solve(hessian, sums.gradient[..., None])[..., 0]
        settled = better & (np.abs(newton).max(axis=-1) < _SETTLED)
        step = np.where(better[..., None], newton, step / 2)
        if settled.all():
            current = current + newton
            break
    slopes = current[..., -k:] / sd[:, None, :]
    return current[..., :-k] + (slopes @ mean[:, :, None]), slopes
