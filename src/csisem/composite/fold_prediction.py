"""PLSpredict from moments: predictions for held-out folds, and their errors.

A prediction is linear in the answers, so that the squared errors in a fold follow from the fold's moments; moments of
the training rows are those of all rows less the fold's. Only absolute errors need the rows, once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.composite.estimate import Estimates
from csisem.composite.plan import Plan
from csisem.composite.regression import solve
from csisem.composite.structural_model import effects, regressions
from csisem.options import Antecedents


@dataclass(frozen=True, slots=True, eq=False)
class FoldMoments:
    """Moments of F sets of rows (leading axes may hold repetitions).

    Attributes
    ----------
    n
        Rows, or their sampling weights' sum, (..., F).
    mean, cov
        Means (..., F, P) and covariances with divisor n (..., F, P, P).
    """

    n: FloatArray
    mean: FloatArray
    cov: FloatArray

    def training(self) -> FoldMoments:
        """For every fold the moments of all other rows."""
        n, total = self.n[..., None], self.n.sum(axis=-1, keepdims=True)
        centre = (n * self.mean).sum(axis=-2, keepdims=True) / total[..., None]
        away = self.mean - centre
        cross = n[..., None] * (self.cov + away[..., :, None] * away[..., None, :])
        left = (total - self.n)[..., None]
        # Deviations from the overall mean sum to zero, so that those of the others sum to minus the fold's.
        shift = -n * away / left
        mean = centre + shift
        others = cross.sum(axis=-3, keepdims=True) - cross
        return FoldMoments(left[..., 0], mean, others / left[..., None] - shift[..., :, None] * shift[..., None, :])


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """Linear predictions of k items from each of F training sets.

    Attributes
    ----------
    items
        Positions of the predicted items, (k,).
    intercept, slope
        (..., F, k) and (..., F, k, P).
    """

    items: IntArray
    intercept: FloatArray
    slope: FloatArray

    def squared(self, held_out: FoldMoments) -> FloatArray:
        """Sums of squared errors in the held-out folds, (..., F, k)."""
        error = -self.slope
        place = np.arange(len(self.items))
        error[..., place, self.items] += 1.0
        bias = (error @ held_out.mean[..., None])[..., 0] - self.intercept
        spread = ((error @ held_out.cov) * error).sum(axis=-1)
        squares: FloatArray = held_out.n[..., None] * (bias**2 + spread)
        return squares

    def absolute(
        self, place: int | tuple[int, ...], answers: FloatArray, weights: FloatArray | None = None
    ) -> FloatArray:
        """Sums of (weighted) absolute errors (k,) of rows (P, n) held out of one training set.

        ``place`` is the training set's on the leading axes; answers have the units of its moments.
        """
        error = np.abs(answers[self.items] - self.intercept[place][:, None] - self.slope[place] @ answers)
        sums: FloatArray = error.sum(axis=-1) if weights is None else error @ weights
        return sums


@dataclass(frozen=True, slots=True)
class PredictedItem:
    """An item to predict: its column, the construct with predecessors above it, and the loadings between them.

    ``edges`` are positions in `Plan.loaded`: the item's loading on its construct, and those of dimensions on
    higher-order constructs up to one with predecessors.
    """

    item: int
    construct: int
    edges: tuple[int, ...]


def predicted_items(plan: Plan) -> tuple[PredictedItem, ...]:
    """The items of endogenous constructs, of their dimensions too, in the order of `Plan.loaded`."""
    parent = _parents(plan)
    items = []
    for e, (owner, child) in enumerate(zip(plan.loaded.owner.tolist(), plan.loaded.child.tolist(), strict=True)):
        construct, edges = owner, [e]
        while not len(plan.predecessors[construct]) and construct in parent:
            edges.append(parent[construct])
            construct = int(plan.loaded.owner[edges[-1]])
        if child < len(plan.items) and len(plan.predecessors[construct]):
            items.append(PredictedItem(child, construct, tuple(edges)))
    return tuple(items)


def _parents(plan: Plan) -> dict[int, int]:
    """For every dimension the position of its loading on its higher-order construct."""
    return {int(child) - plan.width: e for e, child in enumerate(plan.loaded.child) if child >= plan.width}


def composite_predictor(plan: Plan, estimates: Estimates, train: FoldMoments, antecedents: Antecedents) -> Predictor:
    """Predict the items of endogenous constructs from scores (Shmueli, Ray, Velasquez Estrada and Chatla 2016).

    The items of a higher-order construct are predicted through their dimension's loading and their own.

    Parameters
    ----------
    plan, estimates
        The model and its estimates from the training sets.
    train
        Moments of the training sets.
    antecedents
        ``"direct"``: outcomes from the scores of their predecessors; ``"earliest"``: from exogenous scores alone,
        through all paths.
    """
    paths, _ = regressions(plan.predecessors, estimates.correlations)
    if antecedents == "earliest":
        exogenous = np.array([not len(sources) for sources in plan.predecessors])
        paths = np.where(exogenous, effects(plan, paths)[..., 2, :, :], 0.0)
    targets = predicted_items(plan)
    items = np.array([one.item for one in targets], dtype=np.intp)
    deviation = np.sqrt(np.diagonal(train.cov, axis1=-2, axis2=-1))[..., items]
    loading = np.stack([estimates.loadings[..., one.edges].prod(axis=-1) for one in targets], axis=-1)
    from_scores = (deviation * loading)[..., None] * paths[..., [one.construct for one in targets], :]
    slope = from_scores @ np.swapaxes(estimates.raw_weights, -1, -2)
    return Predictor(items, _intercept(train, items, slope), slope)


def linear_benchmark(plan: Plan, train: FoldMoments, antecedents: Antecedents) -> Predictor:
    """Regress the items of endogenous constructs on the items that PLS predicts them from."""
    targets = predicted_items(plan)
    items = np.array([one.item for one in targets], dtype=np.intp)
    dimensions = _parents(plan)
    exogenous = [j for j, sources in enumerate(plan.predecessors) if not len(sources) and j not in dimensions]
    slope = np.zeros((*train.mean.shape[:-1], len(items), train.mean.shape[-1]))
    # An item that is constant in a training set neither predicts nor is predicted there: nan.
    variances = np.diagonal(train.cov, axis1=-2, axis2=-1)
    scale = 1 / np.sqrt(np.where(variances > 0, variances, np.nan))
    standard = scale[..., :, None] * train.cov * scale[..., None, :]
    for target in dict.fromkeys(one.construct for one in targets):
        sources = plan.predecessors[target] if antecedents == "direct" else exogenous
        used = np.unique(np.concatenate([_columns(plan, j) for j in sources]))
        rows = np.array([k for k, one in enumerate(targets) if one.construct == target])
        outcome = items[rows]
        beta = solve(standard[..., used[:, None], used], standard[..., used[:, None], outcome])
        in_units = np.swapaxes(beta, -1, -2) * scale[..., None, used] / scale[..., outcome, None]
        slope[..., rows[:, None], used] = in_units
    return Predictor(items, _intercept(train, items, slope), slope)


def _columns(plan: Plan, construct: int) -> IntArray:
    """The base columns below a construct."""
    child = plan.loaded.child[plan.loaded.blocks[construct]]
    below = [_columns(plan, int(j)) for j in child[child >= plan.width] - plan.width]
    return np.concatenate([child[child < plan.width], *below])


def mean_benchmark(train: FoldMoments, items: IntArray) -> Predictor:
    """Predict items by their training means, the benchmark of Q2_predict."""
    return Predictor(
        items, train.mean[..., items], np.zeros((*train.mean.shape[:-1], len(items), train.mean.shape[-1]))
    )


def _intercept(train: FoldMoments, items: IntArray, slope: FloatArray) -> FloatArray:
    return train.mean[..., items] - (slope @ train.mean[..., None])[..., 0]


def q_squared(squared: FloatArray, benchmark: FloatArray) -> FloatArray:
    """Q2_predict (..., k): one minus squared errors over those of the training means, each (..., F, k), over folds."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share: FloatArray = 1 - squared.sum(axis=-2) / benchmark.sum(axis=-2)
    return share
