"""Cross tables for papers: counts with percentages, and the test below."""

from __future__ import annotations

import math

import numpy as np

from csisem.diagnose.tables.crosstab import Crosstab
from csisem.display.labels import cell, heading, measure, said
from csisem.display.wording import p_text
from csisem.reporting.tables.text_columns import Format, TextColumn


def crosstab_columns(result: Crosstab, form: Format) -> tuple[list[TextColumn], list[str], list[str]]:
    """Counts with the percentages of their column in brackets; the note names the test that fits the sample."""
    names = list(result.counts.index)
    columns = [TextColumn(str(result.target), tuple(measure(str(name), form.language) for name in names), left=True)]
    for k, name in enumerate(result.counts.columns):
        counts = result.counts.iloc[:, k]
        shares = result.percent.get(name)
        cells = tuple(
            _count(counts[row], None if shares is None or row not in shares else shares[row]) for row in names
        )
        spanner = "" if str(name) == "total" else str(result.by)
        columns.append(TextColumn(heading(name, form.language), cells, spanner=spanner))
    percent = said("report_tables.percent", form.language, weighted=_weighted(result) or None)
    return columns, [""] * len(names), [percent, _test(result, form)]


def _weighted(result: Crosstab) -> bool:
    """Whether the percentages are not those of the counts."""
    inner = result.counts.loc[result.percent.index, result.percent.columns].to_numpy(dtype=float)
    return not np.allclose(100 * inner / inner.sum(axis=0), result.percent.to_numpy(dtype=float))


def _count(count: float, share: float | None) -> str:
    shown = f"{count:,.0f}" if float(count).is_integer() else f"{count:,.1f}"
    return shown if share is None or math.isnan(share) else f"{shown} ({share:.1f} %)"


def _test(result: Crosstab, form: Format) -> str:
    """The last test that takes the design into account, or the first of independent rows."""
    tests = result.tests
    own = tests[tests["respects_design"]]
    row = own[own["method"].str.contains("second")].iloc[-1] if len(own) else tests.iloc[0]
    degrees = [float(row[name]) for name in ("df1", "df2") if not math.isnan(float(row[name]))]
    return said(
        "report_tables.test",
        form.language,
        method=cell(row["method"], "method", form.language),
        statistic=form.number(float(row["statistic"])),
        df=", ".join(form.number(one, whole=True) for one in degrees),
        pvalue=p_text(float(row["pvalue"])),
        v=form.number(float(result.strength["cramer_v"])),
    )
