"""Options and results of ``csisem fit``."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from csisem.arrays import pd
from csisem.errors import CsisemError, CsisemWarning, DataError, ModelError, OptionError, nearest, system_reason
from csisem.fit.effects import effects
from csisem.fit.fit import Fit
from csisem.index.construct.csi import csi
from csisem.models.model import Model
from csisem.options import ItemWeights, validate
from csisem.survey import Questionnaire, Survey, read


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``csisem fit``."""

    data: str
    model: str
    scale: tuple[float, float] | None
    item_scales: tuple[str, ...]
    estimator: str
    by: tuple[str, ...]
    groups: tuple[str, ...]
    weights: str | None
    strata: str | None
    clusters: tuple[str, ...]
    missing_codes: tuple[float, ...]
    not_applicable: tuple[float, ...]
    reverse: tuple[str, ...]
    item_weights: str
    likelihood: str
    scheme: str
    ordered: tuple[str, ...]
    parameterization: str
    sheet: str | None
    separator: str | None
    encoding: str | None
    header: int | None
    skip: int | None
    decimal: str | None
    thousands: str | None


@dataclass(frozen=True, slots=True)
class Results:
    """A fit and its reported results.

    Attributes
    ----------
    fit
        The fit, usable or not.
    settings
        The options given and those in force.
    effects
        Direct, indirect and total effects; None if the fit is unusable.
    index
        The index of all rows (of each group of a fit by group); None without a scale, or if the fit is unusable.
    index_by
        A frame for each column of ``--by``.
    """

    fit: Fit
    settings: Mapping[str, object]
    effects: pd.DataFrame | None = None
    index: pd.DataFrame | None = None
    index_by: Mapping[str, pd.DataFrame] | None = None


def analyse(request: Request) -> Results:
    """Read the data, fit the model and compute the index."""
    chosen: Any = validate("item_weights", request.item_weights, ItemWeights)
    request = replace(request, item_weights=chosen)
    scales = _scales(request)
    if request.by and not scales:
        raise OptionError("--by computes the index of each group, which needs the bounds of the answers: give --scale.")
    model = read_model(request.model)
    survey = _survey(request, scales)
    _check_by(request.by, survey)
    names: Any = {name: getattr(request, name) for name in ("estimator", "likelihood", "scheme", "parameterization")}
    fit = model.fit(survey, groups=request.groups or None, ordered=request.ordered or None, **names)
    settings = _settings(request, fit)
    if not fit.status.usable:
        return Results(fit, settings)
    if not scales:
        return Results(fit, settings, effects(fit))
    return Results(
        fit,
        settings,
        effects(fit),
        csi(fit, item_weights=chosen),
        {column: csi(fit, by=column, item_weights=chosen) for column in request.by},
    )


def fitted(request: Request, asked: Questionnaire | None, wave: str | None) -> Fit:
    """Read the data, by a questionnaire where there is one, and fit the model, for a report."""
    model = read_model(request.model)
    columns = (*request.by, *([] if wave is None else [wave]))
    survey = _survey(replace(request, by=columns), _scales(request))
    _check_by(request.by, survey)
    if asked is not None:
        survey = asked.survey(
            survey, weights=request.weights, strata=request.strata, clusters=request.clusters or None, wave=wave,
        )  # fmt: skip
    chosen: Any = request.estimator
    return model.fit(survey, chosen, ordered=request.ordered or None)


def read_model(path: str) -> Model:
    """The model in a file of lavaan syntax, UTF-8 with or without a byte order mark."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ModelError(f"There is no model file {path!r}{_nearest_file(path)}.") from None
    except UnicodeDecodeError:
        raise ModelError(f"The model file {path!r} is not UTF-8 text.") from None
    except (OSError, ValueError) as problem:
        raise ModelError(f"The model file {path!r} cannot be read: {system_reason(problem)}.") from None
    return Model.from_syntax(text)


def _nearest_file(path: str) -> str:
    folder = Path(path).parent
    if not folder.is_dir():
        return f", since there is no folder {str(folder)!r}"
    return nearest(Path(path).name, (other.name for other in folder.iterdir() if other.is_file()))


def _scales(request: Request) -> dict[str, tuple[float, float]]:
    scales = {} if request.scale is None else {"*": request.scale}
    for text in request.item_scales:
        # An item's own name may hold an equals sign; its bounds do not.
        name, _, bounds = text.rpartition("=")
        low, _, high = bounds.partition(":")
        try:
            scales[name] = (float(low), float(high))
        except ValueError:
            name = ""
        if not name:
            raise OptionError(f"--item-scale takes ITEM=LOW:HIGH, such as c1=0:1, not {text!r}.")
    return scales


def _survey(request: Request, scales: Mapping[str, tuple[float, float]]) -> Survey:
    reading = partial(
        read,
        request.data,
        sheet=0 if request.sheet is None else request.sheet,
        encoding=request.encoding,
        separator=request.separator,
        header=request.header,
        skip=request.skip,
        decimal=request.decimal,
        thousands=request.thousands,
        scale=scales or None,
        weights=request.weights,
        strata=request.strata,
        clusters=request.clusters or None,
        missing_codes=request.missing_codes,
        not_applicable=request.not_applicable,
        reverse=request.reverse,
    )
    try:
        # Columns of groups keep codes such as 007; a refusal is of the options as they were given.
        with suppress(CsisemError):
            return _told(reading(segments=tuple(dict.fromkeys((*request.by, *request.groups)))))
        return _told(reading())
    except OSError as problem:
        raise DataError(f"{request.data!r} cannot be read: {system_reason(problem)}.") from None


def _told(survey: Survey) -> Survey:
    """Warn of what was left out, turned or guessed in the file."""
    for note in survey.source.notes if survey.source else ():
        if note.code != "file.encoding":  # has its own warning
            warnings.warn(note, CsisemWarning, stacklevel=2)
    return survey


def _check_by(by: tuple[str, ...], survey: Survey) -> None:
    for column in by:
        if column not in survey.columns:
            raise DataError(
                f"--by names {column!r}, which is not a column of the data{nearest(column, survey.columns)}."
            )


def _settings(request: Request, fit: Fit) -> dict[str, object]:
    """Options under the names of the command line, then the settings in force."""
    asked = asdict(request)
    asked["by"] = list(dict.fromkeys(request.by))
    inforce = {name: value for name, value in asdict(fit.settings).items() if name != "by"}
    return asked | inforce | {"syntax": fit.model.to_syntax(), "n": fit.n, "n_dropped": int(fit.moments.dropped)}
