"""Tables for papers from fits, pages and frames."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from csisem.arrays import pd
from csisem.diagnose.tables.crosstab import Crosstab
from csisem.display.labels import frame_title, heading, measure, said
from csisem.display.page import Page
from csisem.display.sentences import text_in
from csisem.display.table import is_p
from csisem.display.wording import p_text
from csisem.errors import OptionError, nearest, shown
from csisem.fit.effects import effects
from csisem.fit.fit import Fit
from csisem.options import Language, TableStyle, check_text, check_whole, validate
from csisem.reporting.tables.cross_table import crosstab_columns
from csisem.reporting.tables.effect_table import effect_columns, is_effects
from csisem.reporting.tables.measurement_table import measurement_columns
from csisem.reporting.tables.parameter_table import is_parameters, parameter_columns
from csisem.reporting.tables.report_table import ReportTable
from csisem.reporting.tables.text_columns import Format, TextColumn, note_texts, text_columns

OfFit = Literal["parameters", "measures", "effects", "validity"]
"""What of a fit stands in a table; ``validity`` is loadings, reliability and HTMT in one."""

MOST_DIGITS = 12

# Measures of a table for a paper, by the estimator's kind; a scaled or robust one instead of the plain one it corrects.
_MEASURES = ("chisq", "df", "pvalue", "d2.f", "d2.df1", "d2.df2", "d2.pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower",
             "rmsea.ci.upper", "srmr", "wrmr", "aic", "bic", "d_uls", "d_g", "r2", "gof")  # fmt: skip

Parts = tuple[list[TextColumn], list[str], list[str]]


def table(
    result: object,
    what: str | None = None,
    *,
    style: TableStyle = "apa",
    language: Language = "en",
    digits: int | None = None,
    title: str | None = None,
) -> ReportTable:
    """Make a table for a paper or a report of any result.

    Parameters
    ----------
    result
        A fit; a page, such as that of `diagnose.anova`, `diagnose.crosstab` or `diagnose.validity`; or any frame or
        series of the package, such as that of `csi`, `compare`, `effects` or `diagnose.reliability`.
    what
        Of a fit: ``"parameters"`` (None, too), ``"measures"``, ``"effects"``, or ``"validity"``, which has loadings,
        alpha, omega, composite reliability, AVE and HTMT in one table. Of a page: the name of one of its frames; None
        takes the first, or of a cross table counts, percentages and the test together.
    style
        ``"apa"``: rules above, below the headings and at the end, serif letters, two digits; ``"plain"``: three digits.
    language
        ``"en"`` or ``"zh"`` (Chinese), of headings, words and notes.
    digits
        Digits behind the point; None takes the style's. p-values always have three, and are ``<0.001`` below.
    title
        The title; None takes the usual one.

    Returns
    -------
    ReportTable
        Shows itself, and has ``to_html``, ``to_latex``, ``to_markdown``, ``to_word`` and ``to_excel``; ``gt()`` is the
        great_tables object behind it. Columns that are empty are left out, the ends of an interval stand in one
        column, a method that all rows share stands in the notes, with what the result itself notes.

    Raises
    ------
    OptionError
        If the result is none of these or has nothing of that name, or an option is not one of its words.
    UnusableFitError
        If effects or validity are asked for, and the fit did not converge or is not identified.

    Notes
    -----
    Layout after the Publication Manual of the American Psychological Association (2020, 7th edition, section 7).
    Leading zeros stay, since standardised values may exceed 1.

    Examples
    --------
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> cs.table(fit, "validity")
    Loadings, reliability and validity
    -------------------------------------------------------------------------------------
                                                                      HTMT with construct
    Construct, item  Loading  Alpha  Omega  Composite reliability   AVE     1     2     3
    1. EXP                     0.43   0.46                   0.48  0.24
    CUEX1              0.55
    CUEX2              0.51
    CUEX3              0.38
    2. VAL                     0.82   0.82                   0.84  0.72  0.59
    PERV1              0.74
    PERV2              0.95
    3. SAT                     0.77   0.79                   0.78  0.54  0.87  0.74
    CUSA1              0.67
    CUSA2              0.72
    CUSA3              0.81
    4. LOY                     0.70   0.70                   0.72  0.57  0.66  0.67  0.85
    CUSL1              0.63
    CUSL3              0.87
    -------------------------------------------------------------------------------------
    Note. Loadings are standardised; HTMT is the heterotrait-monotrait ratio, AVE the average variance
    extracted.
    """
    style, language = validate("style", style, TableStyle), validate("language", language, Language)
    if digits is not None:
        check_whole("digits", digits, 0, MOST_DIGITS)
    for name, text in (("what", what), ("title", title)):
        if text is not None:
            check_text(name, text)
    form = Format(language, (2 if style == "apa" else 3) if digits is None else int(digits))
    if isinstance(result, Fit):
        what = validate("what", "parameters" if what is None else what, OfFit)
        if what == "measures" and digits is None:
            # Cut-offs of fit measures, such as 0.95 and 0.06, lie closer than two digits tell.
            form = Format(language, 3)
        usual, (columns, groups, notes) = _of_fit(result, what, form)
    elif isinstance(result, Page):
        usual, (columns, groups, notes) = _of_page(result, what, form)
    elif isinstance(result, pd.DataFrame | pd.Series):
        if what is not None:
            raise OptionError(f"what={shown(what)} chooses from a fit or a page; a frame is shown whole.")
        usual, (columns, groups, notes) = _of_frame(result, form)
    else:
        raise OptionError(f"result= must be a fit, a page, a frame or a series; got {shown(result)}.")
    if style == "apa":
        notes = [said("report_tables.note", language, note=note) for note in notes[:1]] + notes[1:]
    return ReportTable(usual if title is None else title, tuple(columns), tuple(groups), tuple(notes), language, style)


def _of_fit(fit: Fit, chosen: str | None, form: Format) -> tuple[str, Parts]:
    if chosen == "measures":
        parts = _measures(fit.fit_measures(), form)
    elif chosen == "effects":
        parts = effect_columns(effects(fit), form)
    elif chosen == "validity":
        parts = measurement_columns(fit, form)
    else:
        parts = parameter_columns(fit.parameters.drop(columns="std_se"), form)
    columns, groups, notes = parts
    model = [] if chosen == "validity" else [fit.summary(form.language).title.text(form.language)]
    return said(_TITLES[str(chosen)], form.language), (columns, groups, [*model, *notes])


_TITLES = {"parameters": "report_tables.parameters", "measures": "report_tables.measures",
           "effects": "report_tables.effects", "validity": "report_tables.validity"}  # fmt: skip


def _measures(measures: pd.Series[float], form: Format) -> Parts:
    """The measures that journals ask for, one below the other."""
    chosen = []
    for name in _MEASURES:
        best = next((f"{name}{end}" for end in (".robust", ".scaled", "") if f"{name}{end}" in measures.index), None)
        if best is not None:
            chosen.append(best)
    (names, cells), groups, notes = _series(measures[chosen], form)
    rows = list(zip(names.cells, cells.cells, strict=True))
    for k, name in enumerate(chosen):
        if name.startswith("rmsea.ci.lower"):
            # The two ends stand in one row.
            title = f"RMSEA{form.said(', ', ' ')}{heading('ci', form.language)}"
            rows[k : k + 2] = [(title, f"[{rows[k][1]}, {rows[k + 1][1]}]" if rows[k][1] else "")]
            break
    first, second = zip(*rows, strict=True)
    return [replace(names, cells=first), replace(cells, cells=second)], groups[: len(rows)], notes


def _series(result: pd.Series[float], form: Format) -> Parts:
    """A series of numbers by name as two columns."""
    if result.dtype.kind not in "fiu":
        columns, notes = text_columns(pd.DataFrame(result), form)
        return columns, [""] * len(result), notes
    names = tuple(measure(str(name), form.language) for name in result.index)
    cells = tuple(
        p_text(float(value)) if is_p(name) else form.number(float(value), whole=_counts(str(name)))
        for name, value in result.items()
    )
    head = form.said("Measure", "指标"), form.said("Value", "值")
    return [TextColumn(head[0], names, left=True), TextColumn(head[1], cells)], [""] * len(names), []


def _counts(name: str) -> bool:
    stem = name.removesuffix(".scaled").removesuffix(".robust").rpartition(".")[2]
    return stem in ("df", "df1", "df2", "npar", "ntotal", "imputations")


_OF_TESTS = ("strata.design_marked", "strata.design_marked_only")


def _of_page(page: Page, what: str | None, form: Format) -> tuple[str, Parts]:
    notes = [str(text_in(note, form.language)) for note in getattr(page, "notes", ())]
    name = frame_title(type(page).__name__, form.language)
    if isinstance(page, Crosstab) and what is None:
        columns, groups, own = crosstab_columns(page, form)
        # The test below the table is the one that suits the design.
        kept = [note for note in page.notes if note.code not in _OF_TESTS]
        return name, (columns, groups, [*own, *(note.text(form.language) for note in kept)])
    frames = page.frames()
    part = next(iter(frames)) if what is None else what
    if part not in frames:
        raise OptionError(
            f"what={shown(part)} is not one of {', '.join(map(repr, frames))}{nearest(str(part), frames)}."
        )
    _, (columns, groups, own) = _of_frame(frames[part], form)
    title = said("report_tables.part", form.language, page=name, part=frame_title(part, form.language))
    return title, (columns, groups, [*own, *notes])


def _of_frame(result: pd.DataFrame | pd.Series[float], form: Format) -> tuple[str, Parts]:
    notes = note_texts(result.attrs, form.language)
    if isinstance(result, pd.Series):
        columns, groups, own = _series(result, form)
        return said("report_tables.table", form.language), (columns, groups, [*own, *notes])
    if is_parameters(result):
        columns, groups, own = parameter_columns(result, form)
    elif is_effects(result):
        columns, groups, own = effect_columns(result, form)
    else:
        columns, own = text_columns(result, form)
        groups = [""] * len(result)
    method = result.attrs.get("method")
    how = (
        []
        if method is None
        else [f"{form.said('Method: ', '方法：')}{text_in(method, form.language)}{form.said('.', '。')}"]
    )
    return said(_title(result), form.language), (columns, groups, [*how, *own, *notes])


def _title(frame: pd.DataFrame) -> str:
    """The usual title of a frame, by its columns."""
    names = set(frame.columns)
    for code, wanted in (
        ("report_tables.parameters", {"lhs", "op", "rhs"}),
        ("report_tables.effects", {"source", "target", "indirect"}),
        ("report_tables.comparison", {"model", "chisq_diff"}),
        ("report_tables.index", {"construct", "index", "se"}),
        ("report_tables.reliability", {"construct", "alpha", "ave"}),
    ):
        if wanted <= names:
            return code
    return "report_tables.table"
