"""PLSpredict: out-of-sample prediction of PLS path models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray, IntArray, pd
from csisem.composite.fold_prediction import (
    FoldMoments,
    Predictor,
    composite_predictor,
    linear_benchmark,
    mean_benchmark,
    q_squared,
)
from csisem.composite.pls_algorithm import Outcome
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, UnusableFitError, shown, tell
from csisem.fit.bootstrap.run_blocks import check_drawing, seed_or_new
from csisem.fit.fit import Fit
from csisem.fit.fitted_rows import fitted_rows, require_rows
from csisem.fit.pls.composite_fit import as_composite
from csisem.fit.pls.composite_solution import CompositeSolution
from csisem.fit.pls_assessment.fold_sums import Parted
from csisem.moments.resampled_moments import ReplicateMoments
from csisem.option_checks import check_whole
from csisem.options import Antecedents, validate
from csisem.survey.rows.rows import Batch


def pls_predict(
    fit: Fit,
    data: object = None,
    *,
    folds: int = 10,
    repetitions: int = 10,
    antecedents: Antecedents = "direct",
    seed: int | None = None,
) -> pd.DataFrame:
    """Predict the items of endogenous constructs in held-out rows (PLSpredict).

    Parameters
    ----------
    fit
        A usable fit by PLS to complete rows of one group.
    data
        None: the rows that were fitted. An unpickled fit holds no rows; give them again.
    folds
        Parts of about equal size into which the rows are divided; each is predicted by a model fitted to all others.
        Under a design whole clusters of the first stage are held out.
    repetitions
        How often the rows are divided anew; squared and absolute errors are means over the repetitions.
    antecedents
        ``"direct"``: from the scores of a construct's predecessors; ``"earliest"``: from exogenous constructs alone.
    seed
        A whole number makes the folds repeatable; None takes a new seed, which ``.attrs`` reports.

    Returns
    -------
    DataFrame
        ``construct indicator q2_predict rmse mae lm_rmse lm_mae mean_rmse mean_mae`` in units of the answers, weighted
        where the fit is. ``q2_predict`` is one minus the ratio of the squared errors to those of the training means
        (``mean_``); ``lm_`` regresses each item on the items it is predicted from. In ``.attrs``: ``power``, for each
        construct ``"high"``, ``"medium"``, ``"low"`` or ``"none"``, according to whether PLS has a smaller RMSE than
        the linear model for all, most, some or none of its items; ``seed``; ``notes`` (sentences). A higher-order
        construct has the items of its dimensions, listed under the dimension's name.

    Raises
    ------
    UnusableFitError
        If the weights were not estimated in the fit, or in no repetition's training rows.
    DataError
        If there are no rows, or fewer than folds.
    OptionError
        If the fit is by another estimator, by group or of incomplete rows, or an option is unknown.

    Notes
    -----
    Shmueli, Ray, Velasquez Estrada and Chatla (2016, Journal of Business Research 69, 4552-4564); power: Shmueli et
    al. (2019, European Journal of Marketing 53, 2322-2347).

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), "PLS")
    >>> table = cs.pls_predict(fit, repetitions=1, seed=1)
    >>> columns = ["indicator", "q2_predict", "rmse", "lm_rmse"]
    >>> table.loc[table["construct"] == "Loyalty", columns].round(3)
       indicator  q2_predict   rmse  lm_rmse
    11        l1       0.307  1.270    1.270
    12        l2       0.214  1.361    1.365
    """
    antecedents = validate("antecedents", antecedents, Antecedents)
    own = _checked(fit)
    check_drawing(2, seed)
    check_whole("folds", folds, 2)
    check_whole("repetitions", repetitions, 1, 10_000)
    survey = require_rows(fitted_rows(own, data, "predict with"), "prediction needs", "give data=")
    entropy = seed_or_new(seed)
    parted = Parted.of(own, survey)
    fold = cut(parted, folds, repetitions, entropy)
    held = _fold_moments(parted, fold, folds)
    predictors, lost = _predictors(own, held, antecedents)
    kernel = AbsoluteErrors(predictors, np.where(parted.group < 0, -1, fold[:, parted.unit]))
    absolute = parted.rows.reduce(kernel)
    frame, power = _frame(own, predictors, held, absolute)
    notes = _notes(lost, repetitions, frame)
    tell(notes)
    frame.attrs = {"power": power, "seed": entropy, "notes": notes}
    return frame


def _checked(fit: Fit) -> CompositeSolution:
    own = as_composite(fit, "Prediction").solution
    own.require_usable("Prediction")
    if own.consistent:
        raise OptionError("Prediction takes scores, which PLSc corrects for their error; fit by estimator='PLS'.")
    if own.groups:
        raise OptionError(f"Prediction is of one group, and the fit is by {', '.join(map(repr, own.settings.by))}; fit "
                          "the groups one by one.")  # fmt: skip
    if own.patterns is not None:
        raise OptionError(f"Prediction takes complete rows, and the fit is by missing={own.settings.missing!r}; use "
                          "'listwise'.")  # fmt: skip
    return own


def cut(parted: Parted, folds: int, repetitions: int, seed: int) -> IntArray:
    """The fold of every unit in every repetition, (repetitions, U); -1 for a unit without fitted rows."""
    used = np.unique(parted.unit[parted.group >= 0])
    if len(used) < folds:
        what = "rows" if len(parted.unit) == parted.unit.max() + 1 else "clusters"
        raise DataError(f"There are {len(used)} {what} for {shown(folds)} folds; take folds= of at most {len(used)}.")
    fold = np.full((repetitions, int(parted.unit.max()) + 1), -1, dtype=np.intp)
    equal = np.arange(len(used)) * folds // len(used)
    for own, stream in zip(fold, np.random.SeedSequence(seed).spawn(repetitions), strict=True):
        own[np.random.default_rng(stream).permutation(used)] = equal
    return fold


def _fold_moments(parted: Parted, fold: IntArray, folds: int) -> FoldMoments:
    """Moments of every fold of every repetition, leading axes (repetitions, folds)."""
    members = (fold[:, None] == np.arange(folds)[:, None]).reshape(-1, fold.shape[1])
    found = ReplicateMoments.from_sums(parted.sums(members, parted.group >= 0)[:, None], parted.centre)
    # A fold in which all rows have weight zero has no influence.
    mean, cov = np.nan_to_num(found.mean[:, 0]), np.nan_to_num(found.cov[:, 0])
    lead = (len(fold), folds)
    p = mean.shape[-1]
    return FoldMoments(found.weight[:, 0].reshape(lead), mean.reshape(*lead, p), cov.reshape(*lead, p, p))


def _predictors(
    solution: CompositeSolution, held: FoldMoments, antecedents: Antecedents
) -> tuple[tuple[Predictor, ...], int]:
    """PLS, the linear model and the mean; and how many training sets have no weights."""
    train = held.training()
    size = solution.n * train.n / held.n.sum(axis=-1, keepdims=True)
    found = solution.found_for(train.mean, train.cov, size)
    lost = int((found.outcome != Outcome.CONVERGED).sum())
    if lost == found.outcome.size:
        raise UnusableFitError("The weights were not estimated in the training rows of any fold.")
    # Scores have unit variance by the divisor that the fit takes.
    unbiased = replace(train, cov=train.cov * (size / (size - 1))[..., None, None])
    pls = composite_predictor(solution.plan, found, unbiased, antecedents)
    return (pls, linear_benchmark(solution.plan, train, antecedents), mean_benchmark(train, pls.items)), lost


@dataclass(frozen=True, slots=True, eq=False)
class AbsoluteErrors:
    """Kernel for `Rows.reduce`: sums of absolute errors of S predictors in R repetitions, (S, R, k).

    ``fold`` (R, n) is the fold of each row, -1 for a row that is not used.
    """

    predictors: Sequence[Predictor]
    fold: IntArray

    def partial(self, batch: Batch) -> FloatArray:
        repetitions, folds, k = self.predictors[0].intercept.shape
        sums = np.zeros((len(self.predictors), repetitions, k))
        fold = self.fold[:, batch.start : batch.start + batch.values.shape[1]]
        for r in range(repetitions):
            for f in range(folds):
                inside = np.flatnonzero(fold[r] == f)
                weights = None if batch.weights is None else batch.weights[inside]
                for s, predictor in enumerate(self.predictors):
                    sums[s, r] += predictor.absolute((r, f), batch.values[:, inside], weights)
        return sums

    def merge(self, left: FloatArray, right: FloatArray) -> FloatArray:
        left += right
        return left


def _frame(
    solution: CompositeSolution, predictors: tuple[Predictor, ...], held: FoldMoments, absolute: FloatArray
) -> tuple[pd.DataFrame, dict[str, str]]:
    plan = solution.plan
    squared = [predictor.squared(held) for predictor in predictors]
    # A repetition in which a training set has no weights has no errors.
    kept = np.isfinite(squared[0]).all(axis=(-1, -2))
    total = held.n[0].sum()
    rmse = [np.sqrt(one[kept].sum(axis=1).mean(axis=0) / total) for one in squared]
    mae = [one[kept].mean(axis=0) / total for one in absolute]
    share = q_squared(*(one[kept].sum(axis=0) for one in (squared[0], squared[2])))
    owner = dict(zip(plan.loaded.child.tolist(), plan.loaded.owner.tolist(), strict=True))
    items = predictors[0].items.tolist()
    frame = pd.DataFrame(
        {
            "construct": [plan.constructs[owner[item]] for item in items],
            "indicator": [plan.items[item] for item in items],
            "q2_predict": share,
            "rmse": rmse[0],
            "mae": mae[0],
            "lm_rmse": rmse[1],
            "lm_mae": mae[1],
            "mean_rmse": rmse[2],
            "mean_mae": mae[2],
        }
    )
    return frame, {str(name): _power(part) for name, part in frame.groupby("construct", sort=False)}


def _power(part: pd.DataFrame) -> str:
    """The word for the share of items that PLS predicts better than the linear model."""
    if part["lm_rmse"].isna().any():
        return "unknown"
    better = float((part["rmse"] < part["lm_rmse"]).mean())
    return "high" if better == 1 else "none" if better == 0 else "medium" if better > 0.5 else "low"


def _notes(lost: int, repetitions: int, frame: pd.DataFrame) -> list[Sentence]:
    said = []
    if lost:
        said.append(sentence("comparison.training_sets_lost", lost=lost, repetitions=repetitions))
    if frame["lm_rmse"].isna().any():
        names = frame.loc[frame["lm_rmse"].isna(), "construct"].unique()
        said.append(sentence("comparison.no_linear_model", constructs=list(names)))
    return said
