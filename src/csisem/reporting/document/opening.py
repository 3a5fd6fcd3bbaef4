"""Summary and basics: what those who decide read."""

from __future__ import annotations

import math
from collections.abc import Iterator

from csisem.arrays import pd
from csisem.display.labels import said
from csisem.options import Selected, SurveyMode
from csisem.reporting.document.contents import Block, Facts, Items, Paragraph, Section
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import CLEAR, Words

WIDE = 5.0
"""Points from end to end of an interval that is called wide: a change that programmes report is of this size."""


def verdict(request: Request, words: Words) -> Paragraph | None:
    """What must be said before anything else of a fit that must not be read, or with caution only."""
    status = request.fit.status
    if status:
        return None
    reasons = " ".join(reason.text(request.language) for reason in status.reasons)
    return Paragraph(words("report.unusable", reasons=reasons, advice=words("report.unusable_advice")), "warning")


def summary(request: Request, results: Results, words: Words) -> Section:
    """The index and how sure it is, the segments, the change, and what to improve, in a paragraph each."""
    blocks: list[Block] = [Paragraph(text, "lead" if k == 0 else "plain") for k, text in
                           enumerate(_findings(request, results, words))]  # fmt: skip
    if not blocks:
        blocks = [Paragraph(words("report.no_advice"))]
    return Section("summary", words("report.summary"), tuple(blocks))


def _findings(request: Request, results: Results, words: Words) -> Iterator[str]:
    row = of_target(results.index, request.target)
    if row is not None:
        yield from index_sentences(row, request, words)
    for column in request.by:
        yield from segment_sentences(column, request, results, words)
    yield from change_sentences(results.trend, words)
    yield from priority_sentences(results.priorities, request.target, words)


def of_target(index: pd.DataFrame | None, target: str) -> pd.Series[float] | None:
    """The row of the target in a frame of indices; None without one, and over groups."""
    if index is None:
        return None
    rows = index[index["construct"] == target]
    return rows.iloc[0] if len(rows) == 1 and math.isfinite(rows["index"].iloc[0]) else None


def index_sentences(row: pd.Series[float], request: Request, words: Words) -> Iterator[str]:
    """An index with its interval in words, and what limits it."""
    lower, upper = float(row["ci_lower"]), float(row["ci_upper"])
    known = math.isfinite(lower) and math.isfinite(upper)
    yield words("report.index", construct=request.target, index=float(row["index"]), level=100 * request.level,
                known=known or None, lower=lower, upper=upper)  # fmt: skip
    if known and upper - lower > WIDE:
        yield words("report.wide", width=upper - lower)
    if request.fieldwork is not None and not request.fieldwork.random:
        yield words("report.not_random", selected=selection(request.fieldwork.selected, words))


def segment_sentences(column: str, request: Request, results: Results, words: Words) -> Iterator[str]:
    """The highest and lowest segment, and whether chance explains the difference; the least even one if it does not."""
    means, spreads = results.means.get(column), results.spreads.get(column)
    rows = of_segments(column, request, results)
    if means is not None and rows is not None:
        high, low = rows.loc[rows["index"].idxmax()], rows.loc[rows["index"].idxmin()]
        yield words("report.highest", by=words.item(column), best=str(high[column]), high=float(high["index"]),
                    worst=str(low[column]), low=float(low["index"]), **words.chance(decisive(means.table)))  # fmt: skip
    if spreads is not None and (pvalue := decisive(spreads.table)) < CLEAR:
        widest = spreads.spreads.loc[spreads.spreads["sd"].idxmax()]
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
    for name in ("design", "welch", "levene"):
        if name in set(table["method"]):
            return float(table.loc[table["method"] == name, "pvalue"].iloc[0])
    return float(table["pvalue"].iloc[0])


def change_sentences(trend: pd.DataFrame | None, words: Words) -> Iterator[str]:
    """The latest change over waves."""
    if trend is None or len(trend) < 2:
        return
    wave = str(trend.columns[1])
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
        if strong := tuple(map(str, priorities.loc[priorities["field"] == "strength", "construct"])):
            texts.append(words("report.strength", constructs=strong))
    for column in request.by:
        means = results.means.get(column)
        rows = of_segments(column, request, results)
        if means is not None and rows is not None and decisive(means.table) < CLEAR:
            low = rows.loc[rows["index"].idxmin()]
            texts.append(words("report.low_segment", segment=str(low[column]), by=words.item(column),
                               index=float(low["index"])))  # fmt: skip
    shown: Block = Items(tuple(texts), numbered=True) if texts else Paragraph(words("report.no_advice"))
    return Section("advice", words("report.advice"), (shown,))


def basics(request: Request, words: Words) -> Section:
    """Industry, place, mode, dates, sample, who did it, and how it was estimated."""
    fit, work = request.fit, request.fieldwork
    pairs: list[tuple[str, str]] = []
    if request.questionnaire is not None and request.questionnaire.title:
        pairs.append((words("report.industry"), request.questionnaire.title.into(request.language)))
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
    pairs += [
        (words("report.rows"), f"{fit.n:,}"),
        (words("report.dropped"), f"{fit.moments.dropped:,.0f}"),
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
