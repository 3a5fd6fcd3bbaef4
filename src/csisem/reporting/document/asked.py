"""What was asked: indicator system, questions, review, pilot, reliability."""

from __future__ import annotations

from collections.abc import Iterator

from csisem.arrays import pd
from csisem.display.labels import said
from csisem.reporting.document import figures
from csisem.reporting.document.contents import Block, Paragraph, Section
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.titled_table import titled
from csisem.reporting.document.wording import Words
from csisem.survey import Questionnaire
from csisem.survey.questionnaire.text import as_text

GOOD = 0.7
"""Reliability from which questions are said to measure alike (Nunnally 1978)."""


def system(request: Request, results: Results, words: Words) -> Section | None:
    """The indicator system with its weights, and the index of each indicator where there are answers."""
    tree, asked = request.hierarchy, request.questionnaire
    blocks: list[Block] = []
    if tree is not None:
        if (picture := figures.system(request, results, words)) is not None:
            blocks.append(picture)
        blocks.append(titled(tree.weights, words("report.system"), words, digits=3))
        if results.nodes is not None:
            blocks.append(titled(results.nodes, words("report.result.nodes"), words, digits=1))
    elif asked is not None and asked.indicators:
        blocks.append(titled(_indicators(asked, words), words("report.system"), words))
    return Section("system", words("report.system"), tuple(blocks)) if blocks else None


def _indicators(asked: Questionnaire, words: Words) -> pd.DataFrame:
    """Indicators by level, with what they mean and the questions below those of the lowest level."""
    rows = [
        (level, node.name, as_text(node.text).into(words.language), words.listed(node.items), node.weight)
        for level, node in asked.walk()
    ]
    heads = [words(code) for code in _OF_INDICATORS]
    return pd.DataFrame(rows, columns=heads)


_OF_INDICATORS = ("report.column.level", "report.column.indicator", "report.column.meaning", "report.column.questions",
                  "report.column.weight")  # fmt: skip
_OF_QUESTIONS = ("report.column.number", "report.column.name", "report.column.text", "report.column.kind",
                 "report.column.indicator")  # fmt: skip


def questionnaire(request: Request, results: Results, words: Words) -> Section | None:
    """Questions, the review of the draft, the pilot, and whether the questions of each construct measure alike."""
    blocks = [
        *_of_draft(request.questionnaire, words),
        *_of_pilot(request, words),
        *_of_reliability(results.reliability, words),
    ]
    return Section("questionnaire", words("report.questionnaire"), tuple(blocks)) if blocks else None


def _of_draft(asked: Questionnaire | None, words: Words) -> Iterator[Block]:
    """The parts of the form, the questions in their order, and what the review of the draft finds."""
    if asked is None:
        return
    yield Paragraph(words("report.form", questions=len(asked.questions), minutes=max(1, round(asked.minutes)),
                          introduction=True if asked.introduction else None,
                          respondent=len(asked.respondent) or None))  # fmt: skip
    parents = {item: node.name for _, node in asked.walk() for item in node.items}
    rows = [
        (k, one.name, as_text(one.text).into(words.language), _kind(one.kind, len(one.codes), words),
         parents.get(one.name, ""))
        for k, one in enumerate(asked.questions, 1)
    ]  # fmt: skip
    heads = [words(code) for code in _OF_QUESTIONS]
    yield titled(pd.DataFrame(rows, columns=heads), words("report.questions"), words)
    found = asked.check(words.language)
    if found.empty:
        yield Paragraph(words("report.review_clean"))
    else:
        yield titled(found, words("report.review"), words)


def _kind(kind: str, answers: int, words: Words) -> str:
    """The kind of a question, with the number of its answers where they are listed."""
    names = {"yes_no": "report.kind.yes_no", "choice": "report.kind.choice", "multiple": "report.kind.multiple",
             "likert": "report.kind.likert", "number": "report.kind.number", "open": "report.kind.open"}  # fmt: skip
    return said(names[kind], words.language, answers=answers or None)


def _of_pilot(request: Request, words: Words) -> Iterator[Block]:
    found = request.pilot
    if found is None:
        return
    look = tuple(words.item(name) for name in found.items.index[found.items["verdict"] != "keep"])
    yield Paragraph(words("report.pilot", n=found.n, items=look, clean=None if look else True))
    kept = ["indicator", "n", "mean", "sd", "item_total", "alpha_if_deleted", "verdict", "reasons"]
    yield titled(found.items[[name for name in kept if name in found.items]], words("report.pilot_items"), words)
    yield titled(found, words("report.pilot_blocks"), words, what="blocks")


def _of_reliability(frame: pd.DataFrame | None, words: Words) -> Iterator[Block]:
    if frame is None:
        return
    measure_of = "rho_c" if frame["rho_c"].notna().any() else "alpha"
    several = frame[(frame["n_items"] > 1) & frame[measure_of].notna()]
    named = dict.fromkeys(several["construct"])
    poor = [name for name in named if (several.loc[several["construct"] == name, measure_of] < GOOD).any()]
    good = [name for name in named if name not in poor]
    if good:
        yield Paragraph(words("report.reliable", constructs=tuple(map(str, good)), cut=GOOD))
    if poor:
        yield Paragraph(words("report.unreliable", constructs=tuple(map(str, poor)), cut=GOOD))
    yield titled(frame, words("report.reliability"), words, digits=2)
