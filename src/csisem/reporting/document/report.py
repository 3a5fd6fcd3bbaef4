"""Reports of a fit and its survey, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from csisem.errors import OptionError, listed, shown
from csisem.fit.fit import Fit, as_fit
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.options import Audience, Language, as_path, check_kind, check_share, check_text, names_of, validate
from csisem.reporting.document.annex import annex, short_annex
from csisem.reporting.document.body import body, short_body
from csisem.reporting.document.contents import Document
from csisem.reporting.document.opening import advice, basics, summary, verdict
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results, collect
from csisem.reporting.document.web_page import page_of
from csisem.reporting.document.wording import words_for
from csisem.survey import Fieldwork, Questionnaire, Survey
from csisem.writing import write_files

_SATISFACTION = ("satisfaction", "satisf", "sat", "csi", "顾客满意", "满意")


def report(
    fit: Fit,
    path: str | PathLike[str],
    *,
    language: Language = "en",
    audience: Audience = "full",
    target: str | None = None,
    title: str = "",
    by: str | Sequence[str] | None = None,
    waves: str | None = None,
    questionnaire: Questionnaire | None = None,
    fieldwork: Fieldwork | None = None,
    hierarchy: Hierarchy | None = None,
    level: float = 0.95,
    progress: bool = False,
) -> Path:
    """Write a report of a survey and its model into one file.

    Parameters
    ----------
    fit
        A fit with its answers, or of moments alone. One that must not be read gives a report that says so first and
        prints none of its paths, indices or priorities.
    path
        The file: ``.html`` (needs nothing else, nothing from the network) or ``.docx``.
    language
        ``"en"`` or ``"zh"`` (Chinese).
    audience
        ``"full"``: everything, with an annex of all tables; ``"executive"``: summary, pictures, advice.
    target
        The construct that the report is about; by default the one whose name says satisfaction.
    title
        Its title; by default the questionnaire's, or the usual one.
    by
        Columns of segments; by default those of the survey.
    waves
        The column of waves; by default the survey's.
    questionnaire, fieldwork
        What was asked and how the survey was done; by default the survey's fieldwork.
    hierarchy
        The weighted indicator system.
    level
        Confidence level of all intervals.
    progress
        Whether a bar shows how far it is.

    Returns
    -------
    Path
        The file; it is written whole or not at all.

    Raises
    ------
    OptionError
        If an option is not one of its words, the file is neither of the two, or no construct is named ``target``.
    DataError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> written = cs.report(fit, tempfile.mkdtemp() + "/report.html", audience="executive")
    >>> "The SAT index is" in written.read_text(encoding="utf-8")
    False
    """
    as_fit(fit, "A report")
    place = as_path("path", path)
    ending = place.suffix.lower()
    if ending not in (".html", ".htm", ".docx"):
        raise OptionError(f"path={str(place)!r} must end in '.html' or '.docx'; got {place.suffix!r}.")
    request = _request(fit, target, language, audience, level, title, by, waves, questionnaire, fieldwork, hierarchy)
    document = document_of(request, collect(request))
    if ending == ".docx":
        from csisem.reporting.document.word_file import file_of

        write_files({place: file_of(document)})
    else:
        write_files({place: page_of(document)})
    return place


def document_of(request: Request, results: Results) -> Document:
    """The report's parts, for either audience."""
    words = words_for(request)
    middle = body(request, results, words) if request.full else short_body(request, results, words)
    end = annex(request, results, words) if request.full else short_annex(request, results, words)
    sections = (summary(request, results, words), basics(request, words), middle, advice(request, results, words), end)
    return Document(
        request.title or words("report.title"),
        words(
            "report.subtitle",
            title=request.fit.model.title or None,
            n=request.fit.n,
            audience=None if request.full else True,
        ),  # fmt: skip
        request.language,
        verdict(request, words),
        sections,
    )


def _request(
    fit: Fit, target: str | None, language: Language, audience: Audience, level: float, title: str,
    by: object, waves: str | None, questionnaire: Questionnaire | None, fieldwork: Fieldwork | None,
    hierarchy: Hierarchy | None,
) -> Request:  # fmt: skip
    check_share("level", level)
    check_text("title", title)
    check_kind("questionnaire", questionnaire, Questionnaire, unset=True)
    check_kind("fieldwork", fieldwork, Fieldwork, unset=True)
    check_kind("hierarchy", hierarchy, Hierarchy, unset=True)
    survey = fit.data
    spoken: Language = validate("language", language, Language)
    usual = questionnaire.title.into(spoken) if questionnaire is not None and questionnaire.title else ""
    return Request(
        fit, _target(fit, target), spoken, validate("audience", audience, Audience), level, title or usual,
        _segments(survey, by), waves or (survey.wave if survey is not None else None), survey, questionnaire,
        fieldwork or (survey.fieldwork if survey is not None else None), hierarchy,
    )  # fmt: skip


def _segments(survey: Survey | None, by: object) -> tuple[str, ...]:
    if by is None:
        return () if survey is None else tuple(name for name in survey.segments if name != survey.wave)
    names = names_of("by", by)
    if names and survey is None:
        raise OptionError("by= needs answers, and the fit holds none; fit the model to a survey.")
    return names


def _target(fit: Fit, target: str | None) -> str:
    names = [one.name for one in fit.model.constructs]
    if target is not None:
        if target not in names:
            raise OptionError(f"target={shown(target)} is not one of the constructs {listed(names)}.")
        return target
    for part in _SATISFACTION:
        if found := [name for name in names if part in name.casefold()]:
            return found[0]
    raise OptionError(f"target= must name the construct that the report is about, one of {listed(names)}.")
