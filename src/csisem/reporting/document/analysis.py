"""What to improve: causes, priorities, expectation against perception, distribution."""

from __future__ import annotations

from collections.abc import Iterator

from csisem.reporting.document import figures
from csisem.reporting.document.contents import Block, Paragraph, Section
from csisem.reporting.document.opening import decisive, gap_sentences, priority_sentences, satisfied_share
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.titled_table import titled
from csisem.reporting.document.wording import CLEAR, Words

MANY = 100
"""Rows from which the mean of an index on 0-100 is as good as normal, however skewed the answers."""


def distribution(request: Request, results: Results, words: Words) -> Section | None:
    """The index of each respondent: its shape, and whether it is normal."""
    found = results.distribution
    if found is None:
        return None
    row = found.shape.iloc[0]
    skew = float(row["skewness"])
    limit = 2 * float(row["skewness_se"])
    blocks: list[Block] = [
        Paragraph(words("report.shape", target=request.target, mean=float(row["mean"]), sd=float(row["sd"]),
                        left=True if skew < -limit else None, right=True if skew > limit else None,
                        even=True if abs(skew) <= limit else None)),
    ]  # fmt: skip
    pvalue = float(found.tests["pvalue"].dropna().iloc[-1]) if found.tests["pvalue"].notna().any() else 1.0
    code, many = ("report.normal" if pvalue >= CLEAR else "report.not_normal"), float(row["n"]) >= MANY
    blocks.append(Paragraph(words(code, p=words.chance(pvalue)["p"], many=many or None, few=(not many) or None)))
    blocks += [*figures.distribution(request, results, words)]
    blocks.append(titled(found, words("report.normality"), words, what="shape", digits=2, noted=False))
    return Section("distribution", words("report.distribution"), tuple(blocks))


def expectation(results: Results, words: Words) -> Section | None:
    """Expectation against perception, question by question."""
    frame = results.gaps
    if frame is None:
        return None
    blocks: list[Block] = [Paragraph(text) for text in gap_sentences(frame, words)]
    blocks += [figures.gaps(frame, words), titled(frame, words("report.gaps"), words, digits=1)]
    return Section("expectation", words("report.gaps"), tuple(blocks))


def satisfied(column: str, request: Request, results: Results, words: Words) -> Iterator[Block]:
    """Customers who are satisfied and who are not, by one column of segments."""
    found = results.satisfied.get(column)
    if found is None:
        return
    cut = request.satisfied
    share = satisfied_share(found)
    if share is not None:
        high, low, overall = share
        yield Paragraph(words("report.satisfied", cut=cut, overall=overall, best=high[0], high=high[1],
                              worst=low[0], low=low[1], **words.chance(decisive(found.tests))))  # fmt: skip
    yield figures.satisfied(column, found, words)
    yield titled(
        found,
        words("report.satisfied_table", by=words.item(column), cut=cut),
        words,
        digits=1,
    )


def causes(request: Request, results: Results, words: Words) -> Section | None:
    """How much the model explains of the target, and by which effects."""
    if results.effects is None:
        return None
    blocks: list[Block] = []
    shares = request.fit.r_squared
    if not request.fit.groups and request.target in shares.index:
        blocks.append(Paragraph(words("report.explained", share=float(shares[request.target]), target=request.target)))
    into = results.effects[results.effects["target"] == request.target]
    if len(into):
        blocks.append(titled(into, words("report.effects", target=request.target), words, digits=2, brief=True))
    return Section("causes", words("report.causes", target=request.target), tuple(blocks)) if blocks else None


def improvement(request: Request, results: Results, words: Words) -> Section | None:
    """The importance-performance map, and questions by weight and by correlation."""
    blocks: list[Block] = [Paragraph(text) for text in priority_sentences(results.priorities, request.target, words)]
    picture = figures.priorities(request, results, words)
    if picture is not None and results.priorities is not None:
        blocks += [Paragraph(words("report.map_read")), picture]
        blocks.append(titled(results.priorities, words("report.priorities"), words, digits=2, brief=True))
    if results.correlated is not None:
        blocks.append(Paragraph(words("report.correlated_read", target=request.target)))
        blocks.append(figures.correlated(results, words))
        title = words("report.correlated", target=request.target)
        blocks.append(titled(words.with_texts(results.correlated), title, words, digits=2))
    if results.ranked is not None:
        blocks.append(Paragraph(words("report.ranked_read")))
        blocks.append(titled(words.with_texts(results.ranked), words("report.ranked"), words, digits=2))
    return Section("analysis", words("report.analysis"), tuple(blocks)) if blocks else None
