"""Power, bias and coverage of a planned study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from csisem.arrays import FloatArray
from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, listed, shown
from csisem.fit.bootstrap.refit import OUTCOMES
from csisem.fit.bootstrap.run_blocks import check_drawing, map_blocks, seed_or_new
from csisem.models.model import Model
from csisem.monte_carlo.populations import numeric_experiment, ordered_experiment, people_of
from csisem.monte_carlo.sampled_estimates import Experiment, SampledEstimates, joined
from csisem.option_checks import (
    MOST_NUMBERS,
    check_flag,
    check_kind,
    check_share,
    check_whole,
    listing_of,
    real,
)
from csisem.options import Estimator, Missing, Parameterization, validate
from csisem.specification.simulation import response_scales
from csisem.specification.simulation.simulate import check_reflective

if TYPE_CHECKING:
    import pandas as pd

    from csisem.specification.simulation.parameter_values import Values
    from csisem.specification.simulation.response_scales import Skew
    from csisem.survey.scale import ScaleOption

_NUMERIC = ("ML", "MLM", "MLMV", "MLMVS", "MLR")
_ORDERED = ("WLSM", "WLSMV", "WLSMVS", "ULSM", "ULSMV")


def power(
    model: Model,
    values: Values | None,
    n: int | Sequence[int],
    *,
    replications: int = 1000,
    estimator: Estimator = "ML",
    ordered: bool | None = None,
    parameterization: Parameterization = "delta",
    missing: Missing = "listwise",
    scale: ScaleOption = None,
    skew: Skew = None,
    alpha: float = 0.05,
    seed: int | None = None,
    workers: int = 1,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Power, bias and coverage of every parameter and index, from samples of the model's population.

    Parameters
    ----------
    model
        The model, which draws the samples and is fitted to them.
    values
        A number for every free parameter, as for `Model.simulate`. With ``ordered`` and thresholds among them
        (``"q1 | t1"``) they are those of the model with ordered items, such as ``fit.parameters`` of a pilot study.
    n
        Rows of a sample, or several numbers for a curve.
    replications
        Samples of each size.
    estimator
        ``"ML"``, ``"MLM"``, ``"MLMV"``, ``"MLMVS"`` or ``"MLR"``; with ``ordered``, ``"WLSMV"``, ``"WLSM"``,
        ``"WLSMVS"``, ``"ULSM"`` or ``"ULSMV"``.
    ordered
        Whether all items are ordered answers; None: for ``"WLSMV"``. Without thresholds among the values, they are the
        steps of ``scale``.
    parameterization
        For ordered items, as in `Model.fit`.
    missing
        ``"listwise"``; simulated answers are complete.
    scale
        As for `Model.simulate`. Indices are judged where every item has one.
    skew
        As for `Model.simulate`; skewness of ordered answers comes from their thresholds.
    alpha
        Significance level of the tests; intervals have the level ``1 - alpha``.
    seed
        A whole number makes the samples repeatable, whatever the number of workers; None takes a new seed, which
        ``.attrs["seed"]`` reports.
    workers
        Threads.
    progress
        True, False, or None: a bar in a terminal or notebook when it takes longer than two seconds.

    Returns
    -------
    DataFrame
        A row for each size and free parameter, ``:=`` quantity and index (``op`` ``"index"``):
        ``n lhs op rhs label true mean bias sd se coverage power``, with ``sd`` the standard deviation of the estimates,
        ``se`` the mean standard error, ``coverage`` the share of intervals that contain the true value, and ``power``
        the share of significant tests against zero (nan for an index). In ``.attrs``: ``failures``, lists of size,
        reason, samples and whether they are kept, ``method``, ``notes`` (sentences) and ``seed``.

    Raises
    ------
    ModelError
        If a parameter has no value, or the values imply impossible covariances.
    UnusableFitError
        If the model is not identified at these values.
    OptionError
        If an option is unknown, or the estimator is none of those named.

    See Also
    --------
    csisem.sampling.size_sem, csisem.sampling.power_sem : The test of the whole model.
    Model.simulate : One sample.

    Notes
    -----
    Samples are fitted in blocks, each by one minimisation (Muthen and Muthen 2002, Structural Equation Modeling 9,
    599-620). The share of a thousand samples has a standard error of 0.016 at most. Samples without a solution are left
    out, as are those in which an ordered item lacks an answer; inadmissible ones are kept. Normal answers of ``"ML"``
    are drawn as means and covariances, which no rows are needed for.

    Examples
    --------
    >>> model = cs.Model.from_syntax("F =~ x1 + x2 + x3; G =~ y1 + y2 + y3; G ~ F")
    >>> values = {"G ~ F": 0.3, "F ~~ F": 1, "G ~~ G": 1}
    >>> values |= {f"F =~ x{k}": 0.8 for k in (2, 3)} | {f"G =~ y{k}": 0.8 for k in (2, 3)}
    >>> values |= {f"{item} ~~ {item}": 0.6 for item in model.items}
    >>> table = cs.power(model, values, [50, 150], replications=200, seed=1)
    >>> table.loc[table["op"] == "~", ["n", "lhs", "rhs", "true", "mean", "coverage", "power"]].round(2)
          n lhs rhs  true  mean  coverage  power
    4    50   G   F   0.3  0.31      0.94   0.37
    17  150   G   F   0.3  0.31      0.94   0.86
    """
    check_kind("model", model, Model)
    check_reflective(model)
    validated: Estimator = validate("estimator", estimator, Estimator)
    shape: Parameterization = validate("parameterization", parameterization, Parameterization)
    sizes = _sizes(n, len(model.items))
    check_drawing(replications, seed, workers, progress, name="replications")
    check_share("alpha", alpha)
    check_flag("ordered", ordered, unset=True)
    ordered = validated == "WLSMV" if ordered is None else bool(ordered)
    _check(validated, ordered, missing, skew)
    scales = response_scales.scales_of(scale, model.items)
    entropy = seed_or_new(seed)
    if ordered:
        given: list[Experiment] = [ordered_experiment(model, values, one, validated, scales, shape) for one in sizes]
    else:
        people = people_of(model, values, scales)
        given = [numeric_experiment(model, people, one, validated, scales, skew) for one in sizes]
    found = [
        joined(map_blocks(experiment.sampled, entropy + k, replications, workers, progress, "power"))
        for k, experiment in enumerate(given)
    ]
    import pandas as pd

    frame = pd.concat(
        [_judged(one, experiment, size, alpha) for one, experiment, size in zip(found, given, sizes, strict=True)],
        ignore_index=True,
    )
    notes = [note for one, size in zip(found, sizes, strict=True) for note in _notes(one, size)]
    if not ordered and any(one is not None for one in scales):
        notes.append(sentence("monte_carlo.on_scales"))
    frame.attrs = {
        "failures": [row for one, size in zip(found, sizes, strict=True) for row in _failures(one, size)],
        "method": sentence("monte_carlo.method", estimator=validated, replications=replications),
        "notes": notes,
        "seed": entropy,
    }
    return frame


def _sizes(n: object, items: int) -> list[int]:
    """Sizes of the samples."""
    listed_sizes = listing_of(n)
    sizes = [n] if listed_sizes is None else listed_sizes
    if not sizes:
        raise OptionError("n= is empty; give a number of rows, or several.")
    for size in sizes:
        check_whole("n", size, 2, MOST_NUMBERS // items)
    return [int(real(size)) for size in sizes]


def _check(estimator: Estimator, ordered: bool, missing: object, skew: object) -> None:
    able = _ORDERED if ordered else _NUMERIC
    if estimator not in able:
        what = "of ordered answers" if ordered else "of numeric answers"
        more = "" if ordered or estimator not in _ORDERED else "; with ordered=True it is that of ordered answers"
        raise OptionError(f"Power {what} is that of {listed(able)}, not of {estimator!r}{more}.")
    if validate("missing", missing, Missing) != "listwise":
        raise OptionError(f"missing={shown(missing)} treats missing answers, and simulated answers are complete; "
                          "leave it out.")  # fmt: skip
    if ordered and skew is not None:
        raise OptionError("skew= is for numeric answers; ordered answers are skewed by their thresholds.")


def _judged(found: SampledEstimates, experiment: Experiment, n: int, alpha: float) -> pd.DataFrame:
    """The rows of one size."""
    import pandas as pd

    quantities, truth = experiment.quantities, experiment.truth
    table = quantities.table
    names = [(row.lhs, row.op, row.rhs, row.label or "") for row in quantities.parameters]
    names += [(one.name, ":=", "", one.name) for one in table.definitions]
    names += [(name, "index", "", "") for name in table.latents[: len(truth) - len(names)]]
    values, errors = found.values, found.errors
    known = np.isfinite(values) & np.isfinite(errors)
    away, width = np.abs(values - truth), float(-ndtri(alpha / 2)) * errors
    mean, sd = _moments(values)
    frame = pd.DataFrame(names, columns=["lhs", "op", "rhs", "label"])
    frame.insert(0, "n", n)
    tests = _share(np.abs(values) > width, known)
    return frame.assign(
        true=truth,
        mean=mean,
        bias=mean - truth,
        sd=sd,
        se=_moments(errors)[0],
        coverage=_share(away <= width, known),
        power=np.where(frame["op"] == "index", np.nan, tests),
    )


def _share(flags: np.ndarray, known: np.ndarray) -> FloatArray:
    """Shares (K,) of the known samples with a flag; nan where none is known."""
    count = known.sum(axis=0)
    return np.where(count > 0, (flags & known).sum(axis=0) / np.maximum(count, 1), np.nan)


def _moments(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Means and standard deviations (K,) of the known values."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    mean = np.where(count > 0, np.where(known, values, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    square = np.where(known, (values - mean) ** 2, 0.0).sum(axis=0)
    return mean, np.where(count > 1, np.sqrt(square / np.maximum(count - 1, 1)), np.nan)


def _failures(found: SampledEstimates, n: int) -> list[tuple[int, Sentence, int, bool]]:
    """Size, reason, samples and whether they are kept."""
    lost = [(n, sentence_of(code), int((found.outcome == code).sum()), False) for code in range(1, len(OUTCOMES))]
    kept = [(n, reason, int(flag.sum()), True) for reason, flag in found.inadmissible.items()]
    return [row for row in lost + kept if row[2]]


def sentence_of(code: int) -> Sentence:
    """The sentence of an outcome."""
    said = OUTCOMES[code]
    if not isinstance(said, Sentence):
        raise TypeError("a sample with a solution has not failed")
    return said


def _notes(found: SampledEstimates, n: int) -> list[Sentence]:
    """Sentences on samples that were lost, and on inadmissible ones."""
    replications = len(found.outcome)
    notes = [
        sentence("monte_carlo.lost", n=n, lost=count, replications=replications, reason=reason)
        for _, reason, count, kept in _failures(found, n)
        if not kept
    ]
    solved = found.outcome == 0
    without = int((solved & np.isnan(found.errors).any(axis=1)).sum())
    if without:
        notes.append(sentence("monte_carlo.no_errors", n=n, lost=without, replications=replications))
    if found.inadmissible:
        improper = np.any(list(found.inadmissible.values()), axis=0)
        notes.append(sentence("monte_carlo.inadmissible", n=n, share=float(improper.sum() / max(solved.sum(), 1))))
    return notes
