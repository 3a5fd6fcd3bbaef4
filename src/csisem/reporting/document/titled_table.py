"""Tables of a report under their own titles."""

from __future__ import annotations

from dataclasses import replace

from csisem.arrays import pd
from csisem.display.labels import heading
from csisem.display.page import Page
from csisem.fit.fit import Fit
from csisem.reporting.document.wording import Words
from csisem.reporting.tables.assemble_table import table
from csisem.reporting.tables.report_table import ReportTable


def titled(
    result: Fit | Page | pd.DataFrame, title: str, words: Words, *, what: str | None = None,
    digits: int | None = None, noted: bool = True, brief: bool = False,
) -> ReportTable:  # fmt: skip
    """A table in the report's language; columns of the data keep their names.

    Without notes where another table has them. A brief one lacks what the annex is for: standard errors of figures that
    have intervals, covariances, and p-values beside adjusted ones.
    """
    made = table(result, what, style="plain", language=words.language, digits=digits, title=title)
    columns = list(made.columns)
    for name in words.own:
        usual = heading(name, words.language)
        for k, column in enumerate(columns):
            if column.header == usual != name:
                columns[k] = replace(column, header=name)
                break
    if brief and isinstance(result, pd.DataFrame):
        hidden = _for_the_annex(result, words)
        columns = [column for column in columns if column.header not in hidden]
    return replace(made, columns=tuple(columns), notes=made.notes if noted else ())


def _for_the_annex(frame: pd.DataFrame, words: Words) -> set[str]:
    """Headings of columns that a brief table lacks."""
    names = list(map(str, frame.columns))
    more = {"covariance"} | ({"pvalue"} if "pvalue_holm" in names else set())
    return {heading(name, words.language, among=names) for name in names if name in more or name.endswith("_se")}
