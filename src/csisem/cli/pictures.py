"""Pictures by kind, and the results that each is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from csisem import diagnose, improve, index, plot
from csisem.cli.fit_options import KINDS
from csisem.cli.fitting import Fitted, fitted
from csisem.cli.further_results import target_of
from csisem.cli.read_answers import check_columns, survey_of
from csisem.cli.read_model import name_and_items, read_model
from csisem.errors import OptionError, listed, nearest, shown
from csisem.index.construct.csi import csi
from csisem.option_checks import check_whole
from csisem.plot.drawing.axes import figure_of
from csisem.plot.drawing.fonts import give_fonts
from csisem.writing import write_files

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from csisem.cli.plot_command import PlotRequest
    from csisem.options import Language
    from csisem.survey import Survey


class _Of(NamedTuple):
    """What a picture is drawn from, and the options that it needs."""

    result: Callable[[PlotRequest, Any], Any]
    draw: Callable[..., Axes]
    needs: tuple[str, ...] = ()


def draw(request: PlotRequest, language: Language) -> tuple[Axes, bool]:
    """Draw the picture; return its axes, and whether the fit in it can be used."""
    kind = request.kind.casefold().replace("_", "-")
    if kind not in KINDS:
        # All of them, however many.
        known = listed(KINDS, len(KINDS))
        raise OptionError(f"--kind {shown(request.kind)} is not one of {known}{nearest(kind, KINDS)}.")
    check_whole("dpi", request.dpi, 30, 1200)
    # Bars show indices, or the answers to a question.
    of_fit = kind in _OF_FIT and not (kind in _OF_ANSWERS and request.items)
    how = (_OF_FIT if of_fit else _OF_ANSWERS)[kind]
    _check_needs(request, kind, how.needs, model=of_fit)
    if of_fit:
        done = fitted(request, [*request.by, *([request.wave] if request.wave else [])])
        check_columns(_survey(done), by=request.by, wave=[request.wave] if request.wave else [])
        usable = bool(done.fit)
        result = how.result(request, done)
    else:
        survey = survey_of(request, request.by)
        check_columns(survey, by=request.by, item=request.items)
        usable, result = True, how.result(request, survey)
    axes = how.draw(result, language=language)
    if request.title is not None:
        axes.set_title(request.title)
        give_fonts(axes)
    return axes, usable


def written(axes: Axes, request: PlotRequest) -> None:
    """Write the picture, whole or not at all."""
    import matplotlib.pyplot as plt

    figure = figure_of(axes)
    made, path = BytesIO(), Path(request.out)
    figure.savefig(made, format=path.suffix.lower().lstrip("."), dpi=request.dpi, bbox_inches="tight")
    plt.close(figure)
    write_files({path: made.getvalue()})


def _check_needs(request: PlotRequest, kind: str, needs: tuple[str, ...], *, model: bool) -> None:
    """Refuse a picture that lacks what it is drawn from."""
    if model and request.model is None:
        raise OptionError(f"--kind {kind} is drawn from a fit; give --model FILE.")
    given = {"--by": request.by, "--item": request.items, "--pair": request.pairs, "--wave": request.wave,
             "--bootstrap": request.bootstrap, "--scale": request.scale or request.item_scales}  # fmt: skip
    for option in needs:
        if not given[option]:
            raise OptionError(f"--kind {kind} needs {option}.")


def _survey(done: Fitted) -> Survey:
    if done.survey is None:
        raise OptionError("A picture of answers needs them; published moments have none.")
    return done.survey


def _indices(request: PlotRequest, done: Fitted) -> Any:
    chosen: Any = request.item_weights
    return csi(done.fit, by=request.by or None, item_weights=chosen, bootstrap=done.replicates)


def _about(request: PlotRequest, done: Fitted) -> Any:
    """The indices of the target in each group, or those of all constructs."""
    frame = _indices(request, done)
    if not request.by:
        return frame
    return frame[frame["construct"] == target_of(done.fit, request.target)]


def _ranks(request: PlotRequest, done: Fitted) -> Any:
    return index.rank(_about(request, done), by=request.by)


def _trend(request: PlotRequest, done: Fitted) -> Any:
    frame = index.trend(_survey(done), fit=done.fit, wave=request.wave)
    return frame[frame["construct"] == target_of(done.fit, request.target)]


def _one(request: PlotRequest) -> str:
    if len(request.items) != 1:
        raise OptionError(
            f"--kind {request.kind} is of one question; give --item once, not {len(request.items)} times."
        )
    return request.items[0]


def _reasons(request: PlotRequest, survey: Survey) -> Any:
    column = survey.to_pandas()[_one(request)].dropna()
    labels = survey.value_labels.get(request.items[0], {})
    return index.outcomes.pareto([str(labels.get(value, value)) for value in column])


def _factors(request: PlotRequest, survey: Survey) -> Any:
    blocks: Any = request.items
    if not blocks and request.model is not None:
        blocks = read_model(request.model, request.constructs, survey.columns, request.variant)
    if not blocks:
        raise OptionError("--kind scree needs --item, or --model.")
    return diagnose.factors(survey, blocks, seed=1)


def _pairs(request: PlotRequest) -> dict[str, Any]:
    found = {}
    for text in request.pairs:
        name, items = name_and_items(text)
        if not name or len(items) != 2:
            raise OptionError(f"--pair takes NAME=ITEM,ITEM, such as service=e1,q1, not {text!r}.")
        found[name] = tuple(items)
    return found


def _by(request: PlotRequest) -> str | None:
    if len(request.by) > 1:
        raise OptionError(f"--kind {request.kind} takes one --by, not {len(request.by)}.")
    return request.by[0] if request.by else None


_ITEM, _PAIR, _SCALE, _BY = ("--item",), ("--pair",), ("--scale",), ("--by",)

_OF_FIT: Mapping[str, _Of] = {
    "path-diagram": _Of(lambda _, done: done.fit, plot.path_diagram),
    "loadings": _Of(lambda _, done: done.fit, plot.loadings),
    "weights": _Of(lambda _, done: done.fit, plot.weights),
    "residuals": _Of(lambda _, done: done.fit, plot.residuals),
    "bootstrap": _Of(lambda _, done: done.replicates, plot.bootstrap, ("--bootstrap",)),
    "index": _Of(_about, plot.index, _SCALE),
    "radar": _Of(_indices, plot.radar, _SCALE),
    "bar": _Of(_about, plot.bar, _SCALE),
    "ranks": _Of(_ranks, plot.ranks, _SCALE + _BY),
    "trend": _Of(_trend, plot.trend, (*_SCALE, "--wave")),
    "ipma": _Of(lambda request, done: improve.ipma(done.fit, target_of(done.fit, request.target)), plot.ipma, _SCALE),
    "group-means": _Of(
        lambda request, done: diagnose.anova(
            _survey(done), target_of(done.fit, request.target), by=request.by, fit=done.fit
        ),
        plot.group_means, _SCALE + _BY,
    ),
    "crosstab": _Of(
        lambda request, done: diagnose.crosstab(
            _survey(done), target_of(done.fit, request.target), by=str(_by(request)), fit=done.fit
        ),
        plot.crosstab, _SCALE + _BY,
    ),
}  # fmt: skip

_OF_ANSWERS: Mapping[str, _Of] = {
    "likert": _Of(lambda request, survey: diagnose.frequencies(survey, request.items), plot.likert, _ITEM),
    "bar": _Of(lambda request, survey: diagnose.frequencies(survey, _one(request)), plot.bar, _ITEM),
    "pie": _Of(lambda request, survey: diagnose.frequencies(survey, _one(request)), plot.pie, _ITEM),
    "pareto": _Of(_reasons, plot.pareto, _ITEM),
    "histogram": _Of(lambda request, survey: diagnose.normality(survey, _one(request)), plot.histogram, _ITEM),
    "pp": _Of(lambda request, survey: diagnose.normality(survey, _one(request)), plot.pp, _ITEM),
    "probability-paper": _Of(
        lambda request, survey: diagnose.normality(survey, _one(request)),
        plot.probability_paper, _ITEM,
    ),
    "scree": _Of(_factors, plot.scree),
    "gaps": _Of(lambda request, survey: improve.gaps(survey, _pairs(request)), plot.gaps, _PAIR + _SCALE),
    "disconfirmation": _Of(
        lambda request, survey: diagnose.disconfirmation(survey, _pairs(request), by=_by(request)),
        plot.disconfirmation, _PAIR,
    ),
    "kano": _Of(lambda request, survey: improve.kano(survey, _pairs(request)), plot.kano, _PAIR),
}  # fmt: skip
