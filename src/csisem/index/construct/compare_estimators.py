"""Estimates of one model by several estimators, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, get_args

import numpy as np

from csisem.arrays import pd
from csisem.composite.measurement_assessment import score_reliability
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, InadmissibleFitWarning, ModelError, OptionError, shown, tell, untold
from csisem.fit.fit import Fit
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.fit.pls.option_words import in_words
from csisem.index.construct.csi import csi
from csisem.models.model import Model
from csisem.moments.moments import Moments
from csisem.option_checks import listing_of
from csisem.options import CompositeEstimator, Estimator, Scheme, validate
from csisem.survey import as_survey

Key: TypeAlias = tuple[str, str, str, str]
"""Kind, left, operator and right of a row."""
Column: TypeAlias = dict[Key, tuple[float, float]]
"""Estimates and standard errors by one estimator."""


_ERRORS = {
    "normal theory": "estimators.errors.normal_theory",
    "sandwich": "estimators.errors.sandwich",
    "design": "estimators.errors.design",
    "replicates": "estimators.errors.replicates",
}


def compare_estimators(
    model: Model,
    data: object,
    estimators: Sequence[Estimator] = ("ML", "PLS", "PLSc"),
    *,
    scheme: Scheme = "path",
    design: object = None,
) -> pd.DataFrame:
    """Estimate one model by several estimators and show the standardised estimates side by side.

    Parameters
    ----------
    model, data
        As in `Model.fit`; rows with a missing answer are left out.
    estimators
        Names of two or more estimators.
    scheme
        Inner weighting scheme of PLS and PLSc.
    design
        None takes the survey's own, False ignores it, or another `Design`.

    Returns
    -------
    DataFrame
        ``kind lhs op rhs``, then for every estimator its estimate (a column of its name) and standard error (``_se``),
        and ``attenuation``. Kinds are ``"path"``, ``"loading"``, ``"correlation"`` (of two constructs, without standard
        errors) and ``"index"`` (0-100, where the items have scales). What an estimator does not give is nan, as are all
        numbers of one that did not converge; an inadmissible solution is shown. ``attenuation`` (nan without a fit by
        PLS or PLSc, or with higher orders or interactions) is the square root of the product of the reliabilities rho_A
        of the two constructs' scores: a correlation by PLS equals the one by PLSc times this factor, and so does a path
        to a construct with one predictor. ``.attrs`` holds ``verdicts`` (of each estimator, in sentences; also a
        refusal), ``conventions`` (differences between the estimators, in sentences) and ``notes``.

    Raises
    ------
    OptionError
        If ``model`` is not a `Model`, or there are fewer than two estimators, one twice, or an unknown one.
    ModelError
        If all estimators refuse the model.
    DataError
        If the answers cannot be used.

    Warns
    -----
    InadmissibleFitWarning
        If an estimator did not converge or its solution is inadmissible.

    See Also
    --------
    csi : The index of one fit, with intervals.
    csisem.compare : Fit measures of several models.

    Examples
    --------
    >>> model = cs.datasets.mobile_phone_model("small")
    >>> both = cs.compare_estimators(model, cs.datasets.mobile_phone())
    >>> both[both["kind"] == "path"].drop(columns="kind").round(2)
       lhs op  rhs    ML  ML_se   PLS  PLS_se  PLSc  PLSc_se  attenuation
    0  VAL  ~  EXP  0.52   0.08  0.36    0.06  0.58     0.09         0.63
    1  SAT  ~  EXP  0.51   0.10  0.33    0.05  0.63     0.13         0.60
    2  SAT  ~  VAL  0.48   0.09  0.49    0.04  0.38     0.12         0.82
    3  LOY  ~  SAT  0.85   0.04  0.66    0.03  0.84     0.05         0.78
    """
    if not isinstance(model, Model):
        raise OptionError(f"compare_estimators() needs a model, not {type(model).__name__!r}.")
    names = _checked(estimators)
    answers = data if isinstance(data, Moments) else as_survey(data)
    fits, refused = _fits(model, answers, names, scheme, design)
    columns, notes = {}, []
    for name, fit in fits.items():
        columns[name], said = _column(fit)
        notes += [sentence("estimators.note", estimator=name, note=note) for note in said]
    keys = _keys(columns.values())
    frame = pd.DataFrame(keys, columns=["kind", "lhs", "op", "rhs"])
    nothing = (np.nan, np.nan)
    for name in names:
        found = [columns.get(name, {}).get(key, nothing) for key in keys]
        frame[name], frame[f"{name}_se"] = np.array(found).reshape(-1, 2).T
    reliabilities = _reliabilities(fits.values())
    frame["attenuation"] = [_attenuation(key, reliabilities) for key in keys]
    frame.attrs = {
        "verdicts": {name: _verdict(fits[name]) if name in fits else refused[name] for name in names},
        "conventions": _conventions(fits, scheme),
        "notes": notes,
    }
    if barred := [name for name, fit in fits.items() if not fit]:
        verdicts = [
            sentence("estimators.barred.verdict", estimator=name, verdict=_verdict(fits[name])) for name in barred
        ]
        barring = sentence("estimators.barred", estimators=barred, verdicts=verdicts)
        tell([barring], InadmissibleFitWarning)
    return frame


def _checked(estimators: object) -> list[str]:
    given = listing_of(estimators) or []
    if len(given) < 2:
        raise OptionError(f"estimators={shown(estimators)} are not two or more; give a list, such as ['ML', 'PLS'].")
    names = [str(validate("estimators", name, Estimator)) for name in given]
    if twice := [name for name in names if names.count(name) > 1]:
        raise OptionError(f"estimators= names {twice[0]!r} twice.")
    return names


def _fits(
    model: Model, answers: object, names: Sequence[str], scheme: Scheme, design: object
) -> tuple[dict[str, Fit], dict[str, Sentence]]:
    """Fits by the estimators that accept the model, and the refusals of the others."""
    fits: dict[str, Fit] = {}
    refused: dict[str, Sentence] = {}
    first: ModelError | None = None
    for name in names:
        composite = name in get_args(CompositeEstimator)
        given: Scheme = scheme if composite else "path"
        try:
            fits[name] = model.fit(answers, name, design=design, scheme=given)  # type: ignore[arg-type]
        except ModelError as error:
            first = first or error
            refused[name] = sentence("estimators.refused", error=str(error))
    if not fits and first is not None:
        raise first
    return fits, refused


def _column(fit: Fit) -> tuple[Column, list[Sentence]]:
    """Estimates and standard errors of one fit, and the notes on its index."""
    if not fit.status.usable:
        return {}, []
    column: Column = {}
    for kind, rows in (("path", fit.paths), ("loading", fit.loadings)):
        for lhs, op, rhs, std, se in zip(*(rows[name] for name in ("lhs", "op", "rhs", "std", "std_se")), strict=True):
            column[kind, lhs, op, rhs] = (float(std), float(se))
    among = fit.latent_correlations
    for i, first in enumerate(among.columns):
        for j, second in enumerate(among.columns[:i]):
            column["correlation", str(second), "~~", str(first)] = (float(among.to_numpy()[i, j]), np.nan)
    try:
        with untold():
            # The verdict and the notes report the same.
            index = csi(fit, invariance=False)
    except DataError as error:
        return column, [sentence("estimators.no_index", error=str(error))]
    for construct, value, se in zip(index["construct"], index["index"], index["se"], strict=True):
        column["index", str(construct), "", ""] = (float(value), float(se))
    return column, list(index.attrs["notes"])


def _keys(columns: Iterable[Column]) -> list[Key]:
    """All rows by kind, and within a kind in the order of the estimators."""
    every = dict.fromkeys(key for column in columns for key in column)
    kinds = ("path", "loading", "correlation", "index")
    return sorted(every, key=lambda key: kinds.index(key[0]))


def _reliabilities(fits: Iterable[Fit]) -> dict[str, float]:
    """Reliabilities rho_A of the scores, from the first fit that has them; 1 for a construct that is its score.

    There are none for higher orders and interactions, which PLSc corrects otherwise.
    """
    for fit in fits:
        if (
            isinstance(fit, CompositeFit)
            and fit.status.usable
            and not fit.solution.plan.higher_order
            and not fit.solution.plan.terms.size
        ):
            plan = fit.solution.plan
            own = np.where(plan.factors, score_reliability(plan, fit.solution.found.member(0)), 1.0)
            return dict(zip(plan.constructs, own.tolist(), strict=True))
    return {}


def _attenuation(key: Key, reliabilities: Mapping[str, float]) -> float:
    kind, first, _, second = key
    if kind not in ("path", "correlation") or not {first, second} <= reliabilities.keys():
        return float("nan")
    return float(np.sqrt(reliabilities[first] * reliabilities[second]))


def _verdict(fit: Fit) -> Sentence:
    status = fit.status
    return sentence("estimators.verdict", verdict=status.verdict, said=status.reasons + status.warnings)


def _conventions(fits: Mapping[str, Fit], scheme: Scheme) -> list[Sentence]:
    composites = [name for name, fit in fits.items() if isinstance(fit, CompositeFit)]
    others = [name for name in fits if name not in composites]
    said = [sentence("estimators.scaling")]
    if others:
        said.append(sentence("estimators.factors", estimators=others))
    if composites:
        said.append(sentence("estimators.composites", estimators=composites, scheme=in_words(scheme)))
    if "PLS" in composites:
        column = "attenuation" if _reliabilities(fits.values()) else None
        said.append(sentence("estimators.attenuation", column=column))
    for name in composites:
        fit = fits[name]
        if isinstance(fit, CompositeFit) and fit.solution.consistent:
            plan = fit.solution.plan
            own = [n for n, corrected in zip(plan.constructs, plan.factors, strict=True) if not corrected]
            said.append(sentence("estimators.corrected", estimator=name, own=own))
    for name, fit in fits.items():
        errors = sentence(_ERRORS[fit.settings.errors])
        said.append(sentence("estimators.errors", estimator=name, errors=errors))
    return said
