"""Reports of a fit and its survey, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from csisem.errors import OptionError, shown
from csisem.fit.fit import Fit
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.option_checks import as_path, check_flag
from csisem.options import Audience, Language
from csisem.reporting.document.annex import annex, short_annex
from csisem.reporting.document.body import body, short_body
from csisem.reporting.document.contents import Document
from csisem.reporting.document.opening import advice, basics, summary, verdict
from csisem.reporting.document.progress_bar import bar
from csisem.reporting.document.request import Request, checked
from csisem.reporting.document.results import Results, collect, sources
from csisem.reporting.document.web_page import page_of
from csisem.reporting.document.wording import words_for
from csisem.survey import Fieldwork, Questionnaire
from csisem.writing import check_place, write_files

if TYPE_CHECKING:
    from csisem.diagnose.answers.pilot import Pilot

_PAGE, _WORD = (".html", ".htm"), ".docx"


def report(
    fit: Fit,
    path: str | PathLike[str],
    *,
    language: Language = "en",
    audience: Audience = "full",
    target: str | None = None,
    title: str = "",
    by: str | Sequence[str] | None = None,
    waves: str | Mapping[str, object] | Sequence[object] | None = None,
    questionnaire: Questionnaire | None = None,
    fieldwork: Fieldwork | None = None,
    hierarchy: Hierarchy | None = None,
    pairs: Mapping[str, tuple[str, str]] | None = None,
    pilot: Pilot | None = None,
    level: float = 0.95,
    progress: bool | None = None,
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
        ``"en"`` or ``"zh"`` (Chinese). Names and texts of the data stay as they are.
    audience
        ``"full"``: everything, with an annex of all tables; ``"executive"``: summary, pictures, advice.
    target
        The construct that the report is about; by default the one whose name says satisfaction, or the only one.
    title
        Its title; by default the questionnaire's, or the usual one.
    by
        Columns of segments, each by itself; by default those of the survey.
    waves
        The column of waves (by default the survey's); or earlier waves in order, each a survey, a frame, a file or the
        fit of its report: ``{"2024Q3": earlier, "2024Q4": None}``, where None is this report's own answers, or a list.
        All are read under the scales, design and item weights of this report.
    questionnaire, fieldwork
        What was asked and how the survey was done; by default the survey's fieldwork.
    hierarchy
        The weighted indicator system; by default the questionnaire's if its indicators have weights.
    pairs
        From the name of a question to its columns of expectation and of perception, as for `improve.gaps`.
    pilot
        What `diagnose.pilot` found.
    level
        Confidence level of all intervals.
    progress
        Whether a bar shows how far it is; None: on a terminal, of a report that takes long.

    Returns
    -------
    Path
        The file; it is written whole or not at all.

    Raises
    ------
    OptionError
        If an option is not one of its words, the file is neither of the two, or no construct is named ``target``.
    DataError
        If the file cannot be written, or a column of ``by``, ``waves`` or ``pairs`` does not exist.

    See Also
    --------
    workbook : The numbers of an analysis, unrounded.
    table : One table for a paper.

    Notes
    -----
    A result that cannot be computed is named at the end with the reason. A customer counts as satisfied
    from the answer or the points that the questionnaire states (``satisfied="satisfied"``, ``{"points": 75}``), or else
    from the label "satisfied" or 满意, or else from 80 points of 100: the mean of these over the target's questions.

    Examples
    --------
    >>> import tempfile
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> written = cs.report(fit, tempfile.mkdtemp() + "/report.html", audience="executive")
    >>> "The SAT index is" in written.read_text(encoding="utf-8")
    True
    """
    place = as_path("path", path)
    ending = place.suffix.lower()
    if ending not in (*_PAGE, _WORD):
        raise OptionError(f"path={shown(str(place), 200)} must end in '.html' or '.docx'; got {shown(place.suffix)}.")
    check_flag("progress", progress, unset=True)
    request = checked(
        fit, target=target, language=language, audience=audience, level=level, title=title, by=by, waves=waves,
        questionnaire=questionnaire, fieldwork=fieldwork, hierarchy=hierarchy, pairs=pairs, pilot=pilot,
    )  # fmt: skip
    check_place(place)
    with bar(request.language, progress) as told:
        told.expect(sum(1 for _ in sources(request)))
        document = document_of(request, collect(request, told.step))
        told.expect(sum(1 for _ in document.pictures()))
        if ending == _WORD:
            from csisem.reporting.document.word_file import file_of

            content: str | bytes = file_of(document, told.step)
        else:
            content = page_of(document, told.step)
    write_files({place: content})
    return place


def document_of(request: Request, results: Results) -> Document:
    """The report's parts, for either audience."""
    words = words_for(request)
    middle = body(request, results, words) if request.full else short_body(request, results, words)
    end = annex(request, results, words) if request.full else short_annex(request, results, words)
    parts = (summary(request, results, words), basics(request, words), middle, advice(request, results, words), end)
    sections = tuple(one for one in parts if one is not None)
    return Document(
        request.title or words("report.title"),
        words(
            "report.subtitle",
            title=request.fit.model.title or None,
            n=request.fit.n,
            audience=None if request.full else True,
        ),
        request.language,
        verdict(request, words),
        sections,
    )
