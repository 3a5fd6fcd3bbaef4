"""What a report is asked for, checked."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from csisem.diagnose.answers.pilot import Pilot
from csisem.diagnose.strata.target import index_cut
from csisem.errors import CsisemError, DataError, OptionError, listed, nearest, shown
from csisem.fit.fit import Fit, as_fit
from csisem.improve.paired_answers import read_pairs
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.option_checks import check_kind, check_share, check_text, names_of
from csisem.options import Audience, Language, validate
from csisem.reporting.document.earlier_waves import stacked
from csisem.survey import Fieldwork, Questionnaire, Survey
from csisem.survey.declared import NOTHING
from csisem.survey.questionnaire.declare import declared_of
from csisem.survey.satisfied import DECLARED, DEFAULT_POINTS

if TYPE_CHECKING:
    from csisem.specification.specification import Specification

_SATISFACTION = ("satisfaction", "satisf", "sat", "csi", "顾客满意", "满意")


@dataclass(frozen=True, eq=False, slots=True)
class Request:
    """The options of `report`, checked.

    Attributes
    ----------
    fit, target
        The fit, and the construct whose index the report is about.
    language, audience, level, title, by, pairs, pilot
        As of `report`; ``title`` is empty for the usual one.
    survey
        The answers under the fit's design; None where it was fitted from moments.
    waves, wave, order
        The answers of all waves, the column that tells them apart, and their order where it was given; None without.
    questionnaire, fieldwork, hierarchy
        What else is known; None where it is not.
    unweighted
        Why the questionnaire's indicators have no weights; None where they have, or there are none.
    satisfied
        Points of the target's index from which a customer counts as satisfied.
    """

    fit: Fit
    target: str
    language: Language
    audience: Audience
    level: float
    title: str
    by: tuple[str, ...]
    survey: Survey | None
    waves: Survey | None
    wave: str | None
    order: tuple[Hashable, ...] | None
    questionnaire: Questionnaire | None
    fieldwork: Fieldwork | None
    hierarchy: Hierarchy | None
    unweighted: CsisemError | None
    pairs: Mapping[str, tuple[str, str]]
    pilot: Pilot | None
    satisfied: float

    @property
    def full(self) -> bool:
        """Whether it is for those who work with it."""
        return self.audience == "full"

    @property
    def items(self) -> tuple[str, ...]:
        """The questions of the model."""
        return tuple(self.fit.solution.table.observed)


def checked(
    fit: object, *, target: object, language: str, audience: str, level: float, title: str, by: object, waves: object,
    questionnaire: object, fieldwork: object, hierarchy: object, pairs: Mapping[str, tuple[str, str]] | None,
    pilot: object,
) -> Request:  # fmt: skip
    """Refuse what a report cannot be made of; the survey's own segments, waves and fieldwork where none are given."""
    fitted = as_fit(fit, "A report")
    check_share("level", level)
    check_text("title", title)
    for name, given, kind in (("questionnaire", questionnaire, Questionnaire), ("fieldwork", fieldwork, Fieldwork),
                              ("hierarchy", hierarchy, Hierarchy), ("pilot", pilot, Pilot)):  # fmt: skip
        check_kind(name, given, kind, unset=True)
    spoken: Language = validate("language", language, Language)
    survey = fitted.data
    together, wave, order = _waves(fitted, waves, spoken)
    asked = questionnaire if isinstance(questionnaire, Questionnaire) else None
    tree, reason = (hierarchy, None) if isinstance(hierarchy, Hierarchy) else _weighted(asked)
    known = fieldwork if isinstance(fieldwork, Fieldwork) else survey.fieldwork if survey is not None else None
    usual = asked.title.into(spoken) if asked is not None and asked.title else ""  # type: ignore[union-attr]
    about = _target(fitted.model, target)
    return Request(
        fitted, about, spoken, validate("audience", audience, Audience), level, title or usual,
        _segments(survey, by), survey, together, wave, order, asked, known, tree, reason, _pairs(survey, pairs),
        pilot if isinstance(pilot, Pilot) else None, _satisfied(fitted, about, survey, asked),
    )  # fmt: skip


def _satisfied(fit: Fit, target: str, survey: Survey | None, asked: Questionnaire | None) -> float:
    """Points from which a customer counts as satisfied: as the questionnaire says, or else as `crosstab` takes it."""
    if survey is None or not fit or fit.groups:
        return DEFAULT_POINTS
    stated = {} if asked is None else {name: one.satisfied for name, one in declared_of(asked).items()}
    known = {name: replace(survey.declared.get(name, NOTHING), satisfied=own)
             for name, own in stated.items() if own is not None}  # fmt: skip
    try:
        return index_cut(fit, target, survey.with_declared({**survey.declared, **known}), DECLARED).points
    except CsisemError:
        # Without an index nobody is counted.
        return DEFAULT_POINTS


def _waves(
    fit: Fit, waves: object, language: Language
) -> tuple[Survey | None, str | None, tuple[Hashable, ...] | None]:
    """The answers of all waves, their column and, where they were named, their order."""
    survey = fit.data
    if waves is None:
        return (None, None, None) if survey is None or survey.wave is None else (survey, survey.wave, None)
    if not isinstance(waves, str):
        return stacked(fit, waves, language)
    _answered(survey, [waves], "waves")
    return survey, waves, None


def _weighted(questionnaire: Questionnaire | None) -> tuple[Hierarchy | None, CsisemError | None]:
    """The questionnaire's indicator system if it has weights, or why it has none."""
    if questionnaire is None or not questionnaire.indicators:
        return None, None
    try:
        return Hierarchy.from_questionnaire(questionnaire), None
    except CsisemError as problem:
        return None, problem


def _pairs(survey: Survey | None, pairs: Mapping[str, tuple[str, str]] | None) -> Mapping[str, tuple[str, str]]:
    if pairs is None:
        return {}
    named = read_pairs(pairs, "question", "of expectation", "of perception")
    _answered(survey, [name for two in named.values() for name in two], "pairs")
    return named


def _segments(survey: Survey | None, by: object) -> tuple[str, ...]:
    """Columns of segments, each by itself."""
    if by is None:
        return () if survey is None else tuple(name for name in survey.segments if name != survey.wave)
    names = names_of("by", by)
    _answered(survey, names, "by")
    return names


def _answered(survey: Survey | None, names: list[str] | tuple[str, ...], option: str) -> None:
    """Refuse columns that the answers do not have."""
    if names and survey is None:
        raise OptionError(f"{option}= needs answers, and the fit holds none; fit the model to a survey.")
    for name in names:
        if survey is not None and name not in survey.columns:
            raise DataError(
                f"{option}= names {name!r}, which is not a column of the data{nearest(name, survey.columns)}."
            )


def _target(model: Specification, target: object) -> str:
    """The construct the report is about: the one that is named, or whose name says satisfaction, or the only one."""
    names = [one.name for one in model.constructs]
    if target is not None:
        if not isinstance(target, str) or target not in names:
            raise OptionError(f"target={shown(target)} is not one of the constructs {listed(names)}.")
        return target
    for part in _SATISFACTION:
        if found := [name for name in names if part in name.casefold()]:
            return found[0]
    if len(names) == 1:
        return names[0]
    raise OptionError(f"target= must name the construct that the report is about, one of {listed(names)}.")
