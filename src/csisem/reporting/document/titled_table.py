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
    result: Fit | Page | pd.DataFrame,
    title: str,
    words: Words,
    *,
    what: str | None = None,
    digits: int | None = None,
    noted: bool = True,
) -> ReportTable:
    """A table in the report's language; columns of the data keep their names."""
    made = table(result, what, style="plain", language=words.language, digits=digits, title=title)
    columns = list(made.columns)
    for name in words.own:
        usual = heading(name, words.language)
        for k, column in enumerate(columns):
            if column.header == usual != name:
                columns[k] = replace(column, header=name)
                break
    return replace(made, columns=tuple(columns), notes=made.notes if noted else ())


def brief(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame without the columns that the annex is for: standard errors beside intervals, covariances, unadjusted p."""
    more = {"covariance"} | ({"pvalue"} if "pvalue_holm" in frame else set())
    dropped = [name for name in frame if str(name) in more or str(name).endswith("_se")]
    return frame.drop(columns=dropped)
