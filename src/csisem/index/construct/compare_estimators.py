"""One model by several estimators, in one frame with the conventions that explain why their answers differ."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias, get_args

import numpy as np

from csisem.composite.measurement_assessment import score_reliability
from csisem.errors import CsisemWarning, DataError, InadmissibleFitWarning, ModelError, OptionError, shown
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.index.construct.satisfaction import csi
from csisem.models.model import Model
from csisem.moments.moments import Moments
from csisem.options import CompositeEstimator, Estimator, Scheme, validate
from csisem.survey import as_survey

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit
Key: TypeAlias = tuple[str, str, str, str]
"""Kind, left, operator and right of a row."""
Column: TypeAlias = dict[Key, tuple[float, float]]
"""Estimates and errors of one estimator."""


def compare_estimators(
    model: Model,
    data: object,
    estimators: Sequence[Estimator] = ("ML", "PLS", "PLSc"),
    *,
    scheme: Scheme = "path",
    design: object = None,
) -> pd.DataFrame:
    """Estimate one model by several estimators and put their standardised answers side by side.

    Parameters
    ----------
    model, data
        As in `Model.fit`; rows that lack an answer are left out.
    estimators
        Two or more names.
    scheme
        Of PLS and PLSc.
    design
        None takes the survey's own, False ignores it, or another `Design`.

    Returns
    -------
    DataFrame
        ``kind lhs op rhs``, then for every estimator its estimate (a column of its name) and error (``_se``), and
        ``attenuation``. Kinds are ``"path"``, ``"loading"``, ``"correlation"`` (of two constructs, without errors) and
        ``"index"`` (0-100, where the items have scales). What an estimator does not have is nan, as is all
        of one that did not converge; an inadmissible one is shown, with an `InadmissibleFitWarning`.
        ``attenuation`` (nan without a fit by PLS or PLSc, or where PLSc corrects nothing: higher orders, interactions)
        is the root of the product of the reliabilities rho_A of the two constructs' scores: a
        correlation by PLS is that by PLSc times it, and so is a path to a construct with one predictor.
        ``.attrs`` holds ``verdicts`` (of each estimator, in sentences; also a refusal), ``conventions`` (what the
        estimators take differently, in sentences) and ``notes``.

    Raises
    ------
    OptionError
        The model is none, or there are fewer than two estimators, one twice, or one that does not exist.
    ModelError
        All estimators refuse the model.
    DataError
        The answers cannot be used.
    """
    import pandas as pd

    if not isinstance(model, Model):
        raise OptionError(f"compare_estimators() takes a model, and {type(model).__name__!r} is none.")
    names = _checked(estimators)
    answers = data if isinstance(data, Moments) else as_survey(data)
    fits, refused = _fits(model, answers, names, scheme, design)
    columns, notes = {}, []
    for name, fit in fits.items():
        columns[name], said = _column(fit)
        notes += [f"{name}: {sentence}" for sentence in said]
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
        warnings.warn(f"What {' and '.join(barred)} say must not be read as a result: "
                      f"{' '.join(f'{name} is {_verdict(fits[name])}' for name in barred)}",
                      InadmissibleFitWarning, stacklevel=2)  # fmt: skip
    return frame


def _checked(estimators: object) -> list[str]:
    given = [] if isinstance(estimators, str) or not isinstance(estimators, Iterable) else list(estimators)
    if len(given) < 2:
        raise OptionError(f"estimators={shown(estimators)} are not two or more; give a list, such as ['ML', 'PLS'].")
    names = [str(validate("estimators", name, Estimator)) for name in given]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise OptionError(f"estimators= names {twice[0]!r} twice; once is enough.")
    return names


def _fits(
    model: Model, answers: object, names: Sequence[str], scheme: Scheme, design: object
) -> tuple[dict[str, Fit], dict[str, str]]:
    """The fit of every estimator that takes the model, and what the others say."""
    fits: dict[str, Fit] = {}
    refused: dict[str, str] = {}
    first: ModelError | None = None
    for name in names:
        composite = name in get_args(CompositeEstimator)
        given: Scheme = scheme if composite else "path"
        try:
            fits[name] = model.fit(answers, name, design=design, scheme=given)  # type: ignore[arg-type]
        except ModelError as error:
            first = first or error
            refused[name] = f"refused: {error}"
    if not fits and first is not None:
        raise first
    return fits, refused


def _column(fit: Fit) -> tuple[Column, list[str]]:
    """What one fit says, and what is to be said of its index."""
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
        with warnings.catch_warnings():
            # The verdict and the notes say the same.
            warnings.simplefilter("ignore", CsisemWarning)
            index = csi(fit)
    except DataError as error:
        return column, [f"There is no index: {error}"]
    for construct, value, se in zip(index["construct"], index["index"], index["se"], strict=True):
        column["index", str(construct), "", ""] = (float(value), float(se))
    return column, list(index.attrs["notes"])


def _keys(columns: Iterable[Column]) -> list[Key]:
    """All rows in the order of their kinds, and within them as the first estimator that has them."""
    every = dict.fromkeys(key for column in columns for key in column)
    kinds = ("path", "loading", "correlation", "index")
    return sorted(every, key=lambda key: kinds.index(key[0]))


def _reliabilities(fits: Iterable[Fit]) -> dict[str, float]:
    """Reliabilities of the scores that PLSc corrects by, of whichever fit has them; 1 of a construct that is its score.

    PLSc does not correct higher orders and interactions.
    """
    for fit in fits:
        if (
            isinstance(fit, CompositeFit)
            and fit.status.usable
            and not fit.solution.plan.higher_order
            and not fit.solution.plan.terms.size
        ):
            plan = fit.solution.plan
            own = np.where(plan.factors, score_reliability(plan, fit.solution.found.outer_weights[0]), 1.0)
            return dict(zip(plan.constructs, own.tolist(), strict=True))
    return {}


def _attenuation(key: Key, reliabilities: Mapping[str, float]) -> float:
    kind, first, _, second = key
    if kind not in ("path", "correlation") or not {first, second} <= reliabilities.keys():
        return float("nan")
    return float(np.sqrt(reliabilities[first] * reliabilities[second]))


def _verdict(fit: Fit) -> str:
    return " ".join([fit.status.verdict + ".", *fit.status.reasons, *fit.status.warnings])


def _conventions(fits: Mapping[str, Fit], scheme: Scheme) -> list[str]:
    composites = [name for name, fit in fits.items() if isinstance(fit, CompositeFit)]
    others = [name for name in fits if name not in composites]
    said = ["Scaling: all estimates are standardised."]
    if others:
        said.append(f"{', '.join(others)}: constructs are common factors, standardised by the variances that the model "
                    "implies; the index weighs items by residual inverse times loading.")  # fmt: skip
    if composites:
        said.append(f"{', '.join(composites)}: constructs are weighted sums of their items, with weights by the "
                    f"{scheme!r} scheme; the index takes these weights.")  # fmt: skip
    if "PLS" in composites:
        told = " by the column 'attenuation'" if _reliabilities(fits.values()) else ""
        said.append("Attenuation: PLS relates scores, which contain the error of their items, so that correlations are "
                    f"too small{told}; its loadings are correlations with a score that contains the item, and too "
                    "large.")  # fmt: skip
    for name in composites:
        fit = fits[name]
        if isinstance(fit, CompositeFit) and fit.solution.consistent:
            plan = fit.solution.plan
            own = [n for n, corrected in zip(plan.constructs, plan.factors, strict=True) if not corrected]
            kept = f"; {', '.join(own)} {'is its' if len(own) == 1 else 'are their'} score" if own else ""
            said.append(f"{name}: correlations and loadings are corrected for attenuation{kept}.")
    said += [f"Errors of {name}: {fit.settings.errors}." for name, fit in fits.items()]
    return said
