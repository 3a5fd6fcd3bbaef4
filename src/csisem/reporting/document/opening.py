"""Summary and basics: what those who decide read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from csisem.arrays import pd
from csisem.diagnose.tables.crosstab import Crosstab
from csisem.display.labels import said
from csisem.options import Selected, SurveyMode
from csisem.reporting.document.contents import Block, Facts, Items, Paragraph, Section
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import CLEAR, Words, reason
from csisem.survey.questionnaire.text import as_text

WIDE = 5.0
"""Points from end to end of an interval that is called wide: a change that programmes report is of this size."""


def verdict(request: Request, words: Words) -> Paragraph | None:
    """What must be said before anything else of a fit that must not be read, or with caution only."""
    status = request.fit.status
    if status:
        return None
    lines = [
        words("report.unusable"),
        *(why.text(request.language) for why in status.reasons),
        *_way_out(request, words),
    ]
    return Paragraph("\n".join(lines), "warning")


def _way_out(request: Request, words: Words) -> Iterator[str]:
    """What to do with a fit that must not be read."""
    yield words("report.unusable_advice", pls=None if request.fit.estimator.startswith("PLS") else True)


def summary(request: Request, results: Results, words: Words) -> Section:
    """The index and how sure it is, the segments, the change, and what to improve, in a paragraph each."""
    blocks: list[Block] = [Paragraph(text, "lead" if k == 0 else "plain") for k, text in
                           enumerate(_findings(request, results, words))]  # fmt: skip
    missing = [problem for name, _, problem in results.lacking if name == "index"]
    if missing:
        blocks.insert(0, Paragraph(words("report.no_index", reason=reason(missing[0], words.language)), "lead"))
    if not blocks:
        blocks = [Paragraph(words("report.unreadable" if not request.fit else "report.no_advice"))]
    return Section("summary", words("report.summary"), tuple(blocks))


def _findings(request: Request, results: Results, words: Words) -> Iterator[str]:
    yield from index_sentences(results.index, request, words)
    for column in request.by:
        yield from segment_sentences(column, request, results, words)
    yield from change_sentences(results.trend, words)
    if results.gaps is not None:
        yield from gap_sentences(results.gaps, words)
    yield from priority_sentences(results.priorities, request.target, words)
    if (frame := results.nodes) is not None and results.index is None and len(frame):
        yield words("report.total", name=str(frame.iloc[0]["name"]), index=float(frame.iloc[0]["index"]))


def gap_sentences(frame: pd.DataFrame, words: Words) -> Iterator[str]:
    """How many questions stay behind what was expected, and the one that does most."""
    rows = frame[frame["level"] == "question"]
    behind = rows[rows["class"] == "disappointed"]
    above = int((rows["class"] == "delighted").sum())
    if not len(behind) + above:
        yield words("report.no_gap", questions=len(rows))
        return
    yield words("report.gap", questions=len(rows), behind=len(behind), above=above)
    if len(behind):
        worst = behind.iloc[int(behind["gap"].to_numpy().argmin())]
        yield words("report.worst_gap", item=words.item(worst["item"]), gap=-float(worst["gap"]),
                    lower=-float(worst["ci_upper"]), upper=-float(worst["ci_lower"]))  # fmt: skip


def satisfied_share(found: Crosstab) -> tuple[tuple[str, float], tuple[str, float], float] | None:
    """The segments with the largest and smallest share of satisfied customers, and the share of all."""
    table = found.percent
    names = [name for name in table.columns if str(name).casefold() != "total"]
    first = table.index[0]
    rows = [name for name in table.index if str(name).startswith("at least")] or [first]
    shares = {str(name): float(table.loc[rows[0], name]) for name in names}
    whole = [name for name in table.columns if name not in names]
    if len(shares) < 2 or not whole:
        return None
    high, low = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    return (high, shares[high]), (low, shares[low]), float(table.loc[rows[0], whole[0]])


def label_of(row: pd.Series[Any], frame: pd.DataFrame, without: tuple[str, ...], end: str) -> str:
    """The group of a row, which stands in the columns before ``end``."""
    names = [name for name in frame.columns[: list(frame.columns).index(end)] if name not in without]
    return " × ".join(str(row[name]) for name in names)


def index_sentences(frame: pd.DataFrame | None, request: Request, words: Words) -> Iterator[str]:
    """The target's index with its interval in words, of every group of a fit by groups, and what limits it."""
    if frame is None:
        return
    rows = frame[(frame["construct"] == request.target) & frame["index"].notna()]
    widest = 0.0
    for _, row in rows.iterrows():
        lower, upper = float(row["ci_lower"]), float(row["ci_upper"])
        known = math.isfinite(lower) and math.isfinite(upper)
        group = None if len(rows) == 1 else label_of(row, frame, ("construct",), "n")
        yield words("report.index", construct=request.target, index=float(row["index"]), level=100 * request.level,
                    known=known or None, lower=lower, upper=upper, group=group)  # fmt: skip
        widest = max(widest, upper - lower) if known else widest
    if widest > WIDE:
        yield words("report.wide", width=widest)
    if request.fieldwork is not None and not request.fieldwork.random:
        yield words("report.not_random", selected=selection(request.fieldwork.selected, words))


def segment_sentences(column: str, request: Request, results: Results, words: Words) -> Iterator[str]:
    """The highest and lowest segment, and whether chance explains the difference; the least even one if it does not."""
    means, spreads = results.means.get(column), results.spreads.get(column)
    rows = of_segments(column, request, results)
    if means is not None and rows is not None:
        high, low = rows.iloc[int(rows["index"].to_numpy().argmax())], rows.iloc[int(rows["index"].to_numpy().argmin())]
        yield words("report.highest", by=words.item(column), best=str(high[column]), high=float(high["index"]),
                    worst=str(low[column]), low=float(low["index"]), **words.chance(decisive(means.table)))  # fmt: skip
    if spreads is not None and (pvalue := decisive(spreads.table)) < CLEAR:
        widest = spreads.spreads.iloc[int(np.nanargmax(spreads.spreads["sd"].to_numpy()))]
        yield words("report.uneven", by=words.item(column), widest=str(widest[column]), sd=float(widest["sd"]),
                    p=words.chance(pvalue)["p"])  # fmt: skip


def of_segments(column: str, request: Request, results: Results) -> pd.DataFrame | None:
    """The target's indices by a column; None with fewer than two."""
    frame = results.by.get(column)
    if frame is None:
        return None
    rows = frame[(frame["construct"] == request.target) & frame["index"].notna()]
    return rows if len(rows) > 1 else None


def decisive(table: pd.DataFrame) -> float:
    """The p-value to go by: that of the test that respects the design, else Welch's or Levene's, else the first."""
    known = table.dropna(subset="pvalue")
    for name in ("design", "rao-scott, second order", "welch", "levene"):
        if name in set(known["method"]):
            return float(known.loc[known["method"] == name, "pvalue"].iloc[0])
    return float(table["pvalue"].iloc[0])


def change_sentences(trend: pd.DataFrame | None, words: Words) -> Iterator[str]:
    """The latest change over waves."""
    if trend is None or len(trend) < 2:
        return
    wave = str(trend.columns[list(trend.columns).index("n") - 1])
    old, new = trend.iloc[-2], trend.iloc[-1]
    change = float(new["change"])
    if not math.isfinite(change):
        return
    yield words("report.changed", before=str(old[wave]), after=str(new[wave]), rose=change >= 0 or None,
                fell=change < 0 or None, change=abs(change), old=float(old["index"]), new=float(new["index"]),
                **words.chance(float(new["pvalue_holm"])))  # fmt: skip


def priority_sentences(priorities: pd.DataFrame | None, target: str, words: Words) -> Iterator[str]:
    """The construct to improve first."""
    if priorities is None or priorities.empty:
        return
    first = priorities.iloc[0]
    lower = float(first["importance_ci_lower"]) if "importance_ci_lower" in priorities else math.nan
    upper = float(first["importance_ci_upper"]) if "importance_ci_upper" in priorities else math.nan
    yield words("report.first", construct=str(first["construct"]), importance=float(first["importance"]), target=target,
                known=math.isfinite(lower + upper) or None, lower=lower, upper=upper,
                performance=float(first["performance"]))  # fmt: skip


def advice(request: Request, results: Results, words: Words) -> Section:
    """What to do, in order."""
    texts: list[str] = []
    priorities, items = results.priorities, results.item_priorities
    if priorities is not None and not priorities.empty:
        texts += priority_sentences(priorities, request.target, words)
        if items is not None and not items.empty:
            own = items[items["construct"] == priorities["construct"].iloc[0]]
            if len(own):
                top = own.iloc[0]
                texts.append(words("report.question", item=words.item(top["item"]), importance=float(top["importance"]),
                                   performance=float(top["performance"])))  # fmt: skip
        if len(priorities) > 1:
            second = priorities.iloc[1]
            texts.append(words("report.then", construct=str(second["construct"]), potential=float(second["potential"])))
        # What is to be improved first or next is not named again as what is to be kept.
        rest = priorities.iloc[2:]
        if strong := tuple(map(str, rest.loc[rest["field"] == "strength", "construct"])):
            texts.append(words("report.strength", constructs=strong))
    for column in request.by:
        means = results.means.get(column)
        rows = of_segments(column, request, results)
        if means is not None and rows is not None and decisive(means.table) < CLEAR:
            low = rows.iloc[int(rows["index"].to_numpy().argmin())]
            texts.append(words("report.low_segment", segment=str(low[column]), by=words.item(column),
                               index=float(low["index"])))  # fmt: skip
    if not request.fit:
        texts += _way_out(request, words)
    shown: Block = Items(tuple(texts), numbered=True) if texts else Paragraph(words("report.no_advice"))
    return Section("advice", words("report.advice"), (shown,))


def basics(request: Request, words: Words) -> Section:
    """Industry, place, mode, dates, sample, who did it, and how it was estimated."""
    fit, work = request.fit, request.fieldwork
    pairs: list[tuple[str, str]] = []
    if request.questionnaire is not None and request.questionnaire.title:
        pairs.append((words("report.industry"), as_text(request.questionnaire.title).into(request.language)))
    if work is not None:
        unknown = words("report.not_recorded")
        days = " – ".join(str(day) for day in (work.start, work.end) if day is not None)
        counts = ", ".join(
            "–" if count is None else f"{count:,}" for count in (work.drawn, work.reached, work.answered)
        )
        rate = work.response_rate
        pairs += [
            (words("report.organisation"), work.organisation or unknown),
            (words("report.place"), work.place or unknown),
            (words("report.mode"), unknown if work.mode is None else mode(work.mode, words)),
            (words("report.dates"), days or unknown),
            (words("report.selection"), selection(work.selected, words)),
            (words("report.counts"), counts),
            (words("report.response"), unknown if rate is None else f"{rate:.1%}"),
        ]
        if work.notes:
            pairs.append((words("report.notes"), work.notes))
    pairs.append((words("report.rows"), f"{fit.n:,}"))
    if request.survey is not None or fit.moments.dropped:
        pairs.append((words("report.dropped"), f"{fit.moments.dropped:,.0f}"))
    pairs += [
        (words("report.estimation"), fit.solution.estimation.text(request.language)),
        (words("report.verdict"), said_verdict(request)),
    ]
    return Section("basics", words("report.basics"), (Facts(tuple(pairs)),))


def said_verdict(request: Request) -> str:
    """The fit's verdict in words."""
    return request.fit.status.verdict.text(request.language)


def mode(of: SurveyMode, words: Words) -> str:
    """The mode of the fieldwork in words."""
    names: dict[SurveyMode, str] = {
        "interview": "report.mode.interview", "telephone": "report.mode.telephone", "mail": "report.mode.mail",
        "on_site": "report.mode.on_site", "online": "report.mode.online",
        "mystery_shopper": "report.mode.mystery_shopper", "other": "report.mode.other",
    }  # fmt: skip
    return said(names[of], words.language)


def selection(of: Selected, words: Words) -> str:
    """How respondents were selected, in words."""
    names: dict[Selected, str] = {
        "random": "report.selected.random", "quota": "report.selected.quota", "key": "report.selected.key",
        "typical": "report.selected.typical", "convenience": "report.selected.convenience",
    }  # fmt: skip
    return said(names[of], words.language)
