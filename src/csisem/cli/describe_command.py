"""The command ``csisem describe``: what was read, quality of the answers, reliability."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csisem.cli import fit_options as options
from csisem.cli.commands import language_of
from csisem.cli.error_messages import say
from csisem.cli.requests import DataRequest

if TYPE_CHECKING:
    from csisem.options import Language
    from csisem.survey import Survey

# Columns with more different answers are numbers such as ages, not questions.
_MOST_ANSWERS = 20


@dataclass(frozen=True, kw_only=True)
class DescribeRequest(DataRequest):
    """The options of ``csisem describe``."""

    model: options.MaybeModelFile = None
    constructs: options.ConstructItems = field(default_factory=list)
    variant: options.VariantName = None
    items: options.Items = field(default_factory=list)
    duration: Annotated[
        str | None,
        typer.Option(metavar="COL", rich_help_panel=options.ANSWERS, help="Seconds that a respondent took."),
    ] = None
    id: Annotated[
        str | None, typer.Option(metavar="COL", rich_help_panel=options.ANSWERS, help="Column that names respondents.")
    ] = None
    out: Annotated[
        str | None,
        typer.Option(metavar="FILE.xlsx", rich_help_panel=options.OUTPUT, help="Write the tables into a workbook."),
    ] = None


def describe(request: DescribeRequest) -> None:
    """Print what was read of a file, the quality of the answers and, of constructs, reliability and validity."""
    from csisem import diagnose
    from csisem.cli.printed_frame import printed_frame
    from csisem.cli.read_answers import check_columns, survey_of
    from csisem.cli.written_files import check_workbook, write_workbook
    from csisem.display.labels import said

    language = language_of(request.language)
    if request.out is not None:
        check_workbook(request.out, [request.data, request.model or ""])
    survey = survey_of(request)
    named = {name: [value] for name in ("id", "duration") if (value := getattr(request, name)) is not None}
    check_columns(survey, item=request.items, **named)
    blocks = _blocks(request, survey, language)
    items = _items(request, survey, blocks)
    found: dict[str, Any] = {"counts": survey.counts(items)}
    quality = diagnose.quality(survey, items, duration=request.duration, id=request.id)
    for line in _read(survey, items, language):
        say(line)
    say("")
    for line in printed_frame(found["counts"], said("screen.answers", language), language):
        say(line)
    # The items of the page are those above.
    for line in ("", *quality.text(language).split("\n\n")[0].splitlines()):
        say(line)
    for line in printed_frame(quality.summary, said("screen.marks", language), language):
        say(line)
    found["quality"] = quality
    if blocks is not None:
        for line in _reliability(survey, blocks, found, language):
            say(line)
    if request.out is not None:
        write_workbook(found, request.out, language)


def _blocks(request: DescribeRequest, survey: Survey, language: Language) -> Any:
    """The constructs whose reliability is asked for: of a model, or as they are given."""
    from csisem.cli.read_model import items_of, read_model

    if request.model is not None:
        return read_model(request.model, request.constructs, survey.columns, request.variant, language)
    if not request.constructs:
        return None
    from csisem.cli.read_answers import check_columns

    blocks = items_of(request.constructs)
    check_columns(survey, construct=[item for items in blocks.values() for item in items])
    return blocks


def _items(request: DescribeRequest, survey: Survey, blocks: Any) -> list[str]:
    """The items asked for, of the constructs, or what looks like a question with coded answers."""
    if request.items:
        return request.items
    if hasattr(blocks, "roles"):
        return list(blocks.items)
    from csisem.errors import DataError

    taken = {*survey.design.columns, request.id, request.duration}
    frame = survey.to_pandas()
    found = [] if blocks is None else [item for items in blocks.values() for item in items]
    for name in survey.columns:
        if name not in taken and survey.numeric(name):
            answers = frame[name].dropna()
            whole = bool((answers % 1 == 0).all())
            if 2 <= answers.nunique() <= _MOST_ANSWERS and whole:
                found.append(name)
    if not found:
        raise DataError(f"{request.data!r} has no column that looks like a question; name some with --item.")
    return list(dict.fromkeys(found))


def _read(survey: Survey, items: list[str], language: Language) -> Iterator[str]:
    """What was understood of the file."""
    from csisem.display.labels import said
    from csisem.display.sentences import text_in
    from csisem.display.text_layout import paragraph

    source, design = survey.source, survey.design
    if source is not None:
        rows = None if source.header is None else (source.skipped + 1, source.skipped + source.header)
        yield from paragraph(
            said(
                "screen.file", language, name=source.name, n=source.rows, columns=source.columns,
                encoding=source.encoding, separator=source.separator and repr(source.separator),
                decimal=source.decimal and repr(source.decimal),
                thousands=source.thousands and repr(source.thousands),
                header=None if rows is None or not source.header else "-".join(map(str, dict.fromkeys(rows))),
                blanks=source.blanks,
            )
        )  # fmt: skip
        for name, words in source.words.items():
            for word, count in words.items():
                yield from paragraph(said("screen.word", language, word=word, n=count, column=name), "  - ")
        for note in source.notes:
            yield from paragraph(str(text_in(note, language)), "  - ")
    yield from paragraph(said("screen.items", language, n=len(items), items=tuple(items)))
    if design:
        parts = {name: tuple(_several(getattr(design, name))) or None for name in ("strata", "clusters", "fpc")}
        replicates = len(design.replicate_weights) or None
        text = said("screen.design", language, weights=design.weights, replicates=replicates, **parts)
        yield from paragraph(text)
    for one in survey.undeclared_codes(items).to_dict("records"):
        bounds = {end: f"{one[end]:g}" for end in ("low", "high")}
        text = said("screen.code", language, item=one["item"], number=f"{one['code']:g}", n=one["rows"], **bounds)
        yield from paragraph(text, "  - ")


def _several(names: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names or ()


def _reliability(survey: Survey, blocks: Any, found: dict[str, Any], language: Language) -> Iterator[str]:
    """Reliability of each construct, and validity where there are several."""
    from csisem import diagnose
    from csisem.cli.printed_frame import printed_frame
    from csisem.display.labels import said
    from csisem.display.sentences import text_in
    from csisem.display.text_layout import paragraph

    found["reliability"] = diagnose.reliability(survey, blocks)
    yield ""
    yield from printed_frame(found["reliability"], said("screen.reliability", language), language)
    if len(found["reliability"]) > 1:
        found["validity"] = validity = diagnose.validity(survey, blocks)
        yield ""
        yield from printed_frame(validity.pairs, said("screen.validity", language), language)
        for note in validity.notes:
            yield from paragraph(str(text_in(note, language)), "  ")
