"""The printed report of a fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from csisem.arrays import pd
from csisem.cli.analysis import Results
from csisem.cli.further_results import TITLES, Further
from csisem.cli.printed_frame import printed_frame
from csisem.display.labels import heading, said
from csisem.display.page import Page
from csisem.display.text_layout import number, paragraph, table
from csisem.display.wording import p_text
from csisem.fit.fit import Fit
from csisem.fit.summary import measures_line
from csisem.fit.summary_listings import between, group_label
from csisem.options import Language

Record = Mapping[Any, Any]


def report(results: Results, language: Language = "en") -> Iterator[str]:
    """Lines of the whole report, in English or Chinese."""
    fit = results.fit
    yield from verdict(fit, language)
    yield ""
    yield from summary(fit, results.settings, language)
    yield from parameters(fit, results.index, language)
    if results.effects is not None:
        yield from effects(results.effects, _group_heading(fit), language)
    if results.index is not None:
        yield from index(results.index, said("screen.index", language), language)
        for column, frame in (results.index_by or {}).items():
            yield from index(frame, said("screen.index_by", language, column=column), language)
    elif fit.status.usable:
        yield from ("", said("screen.no_index", language))
    for one in results.further:
        yield from further(one, language)


def further(one: Further, language: Language = "en") -> Iterator[str]:
    """A further result: a page as it is, a frame as a table under its title."""
    yield ""
    # Of validity the pairs say it all; matrices are in the files.
    frame: Any = getattr(one.result, "pairs", one.result)
    if isinstance(frame, Page):
        yield from frame.text(language).splitlines()
        return
    yield from printed_frame(frame, said(TITLES[one.name], language), language)
    for text in one.notes(language):
        yield from paragraph(text, "  ")


def verdict(fit: Fit, language: Language = "en") -> Iterator[str]:
    """The verdict with its reasons and warnings."""
    yield said("screen.verdict", language, verdict=fit.status.verdict)
    for sentence in fit.status.reasons + fit.status.warnings:
        yield from paragraph(sentence.text(language), "  - ")


def summary(fit: Fit, settings: Mapping[str, object], language: Language = "en") -> Iterator[str]:
    """Model, data, fit measures and R-squared."""
    yield from paragraph(_title(fit, settings, language))
    if fit.status.usable:
        yield from _measures(fit, language)
        for head, shares in fit.summary().r_squared:
            yield from paragraph(shares, head.text(language))


def _measures(fit: Fit, language: Language) -> list[str]:
    """The fit measures in one or two lines."""
    m = fit.fit_measures()
    # Those of SAM are given the measurement.
    head = said("screen.fit_structural" if fit.estimator == "SAM" else "screen.fit", language)
    # Least squares has no likelihood.
    criteria = said("screen.criteria", language, aic=m["aic"], bic=m["bic"]) if "aic" in m.index else ""
    if "chisq" not in m.index or "chisq.scaled" in m.index:
        return paragraph(measures_line(m).text(language) + criteria, head)
    names = {"cfi": "cfi", "tli": "tli", "rmsea": "rmsea", "lower": "rmsea.ci.lower", "upper": "rmsea.ci.upper",
             "srmr": "srmr"}  # fmt: skip
    text = said(
        "screen.measures", language, chisq=number(m["chisq"]), df=f"{m['df']:.0f}", pvalue=p_text(m["pvalue"]) or "-",
        **{field: _short(m[name]) for field, name in names.items()},
    )  # fmt: skip
    return paragraph(text + criteria, head)


def parameters(fit: Fit, index: pd.DataFrame | None, language: Language = "en") -> Iterator[str]:
    """Paths, loadings (with each item's weight in the index) and defined quantities."""
    frame = fit.parameters
    weights = None if index is None else index.attrs["weights"]
    columns = _headings(("est", "se", "z", "pvalue", "std"), language)
    for operator, code in (("~", "fit_summary.paths"), ("=~", "fit_summary.loadings"), (":=", "screen.defined")):
        rows = frame[frame["op"] == operator].to_dict("records")
        if not rows:
            continue
        by = _group_heading(fit) if operator != ":=" else []
        used = weights if operator == "=~" else None
        header = [said(code, language), *by, *columns, *(_headings(("weight",), language) if used else [])]
        yield ""
        yield from table(header, [_parameter(row, bool(by), used) for row in rows], 1 + len(by))


def effects(frame: pd.DataFrame, by: Sequence[str], language: Language = "en") -> Iterator[str]:
    """Direct, indirect and total effects."""
    rows = [
        (
            f"{row['source']} -> {row['target']}",
            *([group_label(row["group"])] if by else []),
            number(row["direct"]) if row["direct"] != 0 else "",
            number(row["indirect"]) if row["indirect"] != 0 else "",
            number(row["total"]),
            number(row["total_se"]),
        )
        for row in frame.to_dict("records")
    ]
    if rows:
        yield ""
        head = said("fit_summary.effects", language)
        yield from table((head, *by, *_headings(("direct", "indirect", "total", "se"), language)), rows, 1 + len(by))


def index(frame: pd.DataFrame, title: str, language: Language = "en") -> Iterator[str]:
    """The index with its interval and standard-error method."""
    columns = list(frame.columns)
    by = columns[1 : columns.index("n")]
    rows = [
        (
            str(row["construct"]),
            *(group_label(row[name]) for name in by),
            str(row["n"]),
            number(row["index"], 2),
            number(row["se"], 2),
            between(row["ci_lower"], row["ci_upper"], 2) if not math.isnan(row["se"]) else "",
        )
        for row in frame.to_dict("records")
    ]
    yield ""
    head = (title, *map(str, by), *_headings(("n", "index", "se"), language), said("screen.interval", language))
    yield from table(head, rows, 1 + len(by))
    # Where there is no index, ``method`` is the reason, which is printed as a warning.
    if methods := dict.fromkeys(frame["method"][frame["index"].notna()]):
        yield f"  {said('screen.errors', language, methods=tuple(methods))}"


def _headings(names: Sequence[str], language: Language) -> list[str]:
    """Headings of columns; in English the short names that the frames have."""
    if language == "en":
        return ["p" if name == "pvalue" else name for name in names]
    return [heading(name, language, among=names) for name in names]


def _group_heading(fit: Fit) -> list[str]:
    """The heading of the column of groups, where the fit has groups."""
    return [", ".join(fit.settings.by)] if fit.groups else []


def _title(fit: Fit, settings: Mapping[str, object], language: Language) -> str:
    solution = fit.solution
    return said(
        "screen.title", language, model=fit.model.title or settings.get("model", "model"), data=settings.get("data"),
        estimation=solution.estimation, n=fit.n, groups=len(fit.groups) or None, parameters=solution.table.counted,
    )  # fmt: skip


def _parameter(
    row: Record, grouped: bool, weights: Mapping[str, Mapping[str, Mapping[str, float]]] | None
) -> tuple[str, ...]:
    fixed = row["se"] == 0
    cells = [
        f"{row['lhs']} {row['op']} {row['rhs']}",
        *([group_label(row["group"])] if grouped else []),
        number(row["est"]),
        *(("", "", "") if fixed else (number(row["se"]), number(row["z"], 2), p_text(row["pvalue"]))),
        number(row["std"]),
    ]
    if weights is not None:
        used = weights[str(row["group"]) if grouped else ""][row["lhs"]]
        cells.append(number(used.get(row["rhs"], float("nan"))))
    return tuple(cells)


def _short(value: float) -> str:
    return number(value) or "-"
