"""One workbook of a whole analysis."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from csisem import __version__
from csisem.arrays import pd
from csisem.display.page import Page
from csisem.display.sentences import text_in
from csisem.errors import OptionError, shown
from csisem.fit.fit import Fit
from csisem.options import Language, as_path, validate
from csisem.reporting.analysis_frames import fit_frames, further_frames, settings_facts, status_facts
from csisem.reporting.sheets import flat, workbook_of
from csisem.reporting.tables.text_columns import note_texts
from csisem.writing import write_files


def workbook(results: object, path: str | PathLike[str], *, language: Language = "en") -> Path:
    """Write the results of an analysis into one Excel workbook, a sheet for each, whole or not at all.

    Parameters
    ----------
    results
        A fit, whose parameters, verdict, fit measures, R-squared, effects, correlations of the constructs, reliability,
        HTMT and indices become sheets; or a mapping from names to fits, frames, series and pages (such as that of
        `diagnose.anova`).
    path
        The file, ending in ``.xlsx``.
    language
        ``"en"``: columns have their names in Python, so that a sheet can be read as the frame it was; ``"zh"``:
        headings, words and notes in Chinese.

    Returns
    -------
    Path
        The file. Numbers are not rounded, though three digits are shown and p-values below 0.001 as ``<0.001``. Notes
        are on a sheet of their own, with the reasons for sheets that a fit has not. Texts that begin with ``=``, ``+``,
        ``-`` or ``@`` stay texts.

    Raises
    ------
    OptionError
        If the results are none of these, the path does not end in ``.xlsx``, or the language is unknown.
    DataError
        If the file cannot be written, or cannot hold a text or so many rows.

    Examples
    --------
    >>> import tempfile
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> folder = tempfile.mkdtemp()
    >>> written = cs.workbook({"paths": fit.paths, "measures": fit.fit_measures()}, f"{folder}/phones.xlsx")
    >>> pd.read_excel(written, sheet_name="paths")[["lhs", "rhs", "est"]].head(2).round(2)
       lhs  rhs   est
    0  VAL  EXP  0.94
    1  SAT  EXP  0.47
    """
    language = validate("language", language, Language)
    place = as_path("path", path)
    if place.suffix.lower() != ".xlsx":
        raise OptionError(f"path={shown(str(place))} must end in '.xlsx'; got {shown(place.suffix)}.")
    named = {"": results} if not isinstance(results, Mapping) else dict(results)
    if not named:
        raise OptionError("results= is an empty mapping; give a fit, or frames by their names.")
    sheets: dict[str, pd.DataFrame] = {}
    notes: dict[str, list[str]] = {}
    for name, result in named.items():
        _add(sheets, notes, str(name), result, language)
    write_files({place: workbook_of(sheets, notes, place, language)})
    return place


def _add(sheets: dict[str, pd.DataFrame], notes: dict[str, list[str]], name: str, result: Any, language: Language
         ) -> None:  # fmt: skip
    """Add the sheets of one result; those of several frames have the result's name in front."""
    made: dict[str, Any] = {}
    if isinstance(result, Fit):
        made, lacking = _of_fit(result, language)
        notes |= {_joined(name, part): reasons for part, reasons in lacking.items()}
    elif isinstance(result, Page):
        made = result.frames()
        said = [str(text_in(note, language)) for note in getattr(result, "notes", ())]
        if said:
            notes[name] = said
    elif isinstance(result, pd.DataFrame | pd.Series) and name:
        made = {"": result}
    else:
        wanted = "a fit, or a mapping from names to fits, frames, series and pages"
        raise OptionError(f"results= must be {wanted}; got {shown(result)}.")
    for part, frame in made.items():
        whole = pd.DataFrame(frame) if isinstance(frame, pd.Series) else frame
        own = _joined(name, part)
        sheets[own] = flat(whole)
        if said := note_texts(frame.attrs, language):
            notes[own] = said


def _of_fit(fit: Fit, language: Language) -> tuple[dict[str, Any], dict[str, list[str]]]:
    facts = {"version": __version__} | status_facts(fit) | settings_facts(fit)
    frames, lacking = further_frames(fit)
    return fit_frames(fit, facts, language) | frames, lacking


def _joined(name: str, part: str) -> str:
    return f"{name} {part}" if name and part else name or part
