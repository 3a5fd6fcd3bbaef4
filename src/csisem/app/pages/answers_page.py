"""Step 1: a file of answers, and how it was read."""

from __future__ import annotations

import re
from dataclasses import replace

from csisem.app import html_parts
from csisem.app.journey import AnswerFile
from csisem.app.panel_library import View
from csisem.app.run_journey import read_answers
from csisem.app.session import Session
from csisem.datasets import retail_survey
from csisem.display.sentences import text_in
from csisem.errors import OptionError, untold
from csisem.survey import Survey
from csisem.survey.read import ENDINGS

_MOST_COLUMNS = 200
_EXAMPLE = "example.csv"
_ROWS = (("low", "high", "others"), ("missing", "inapplicable"), ("sheet", "encoding"))


def answers_page(session: Session) -> View:
    """A file to upload, the options it is read by, and what was understood of it."""
    pn, file = session.pn, session.journey.file
    upload = session.widget("FileInput", accept=",".join(ENDINGS), multiple=False, width=380)
    fields = _fields(session, file)

    def read(_: object = None) -> None:
        with session.refusals():
            given = session.journey.file
            if upload.value is not None:
                given = _stored(session, str(upload.filename), upload.value)
            if given is None:
                raise OptionError("There is no file yet; choose one.")
            _read(session, _options(given, {name: str(field.value) for name, field in fields.items()}))

    def example(_: object) -> None:
        with session.refusals():
            path = session.folder / _EXAMPLE
            retail_survey().frame.to_csv(path, index=False)
            _read(session, AnswerFile(path, _EXAMPLE, (1, 10), (("c1", (0, 1)),)))

    upload.param.watch(read, "value")
    again = session.widget("Button", label=session.word("app.read"), colour="primary")
    again.on_click(read)
    other = session.widget("Button", label=session.word("app.example"))
    other.on_click(example)
    options = [pn.Row(*(fields[name] for name in names)) for names in _ROWS]
    head = html_parts.heading(session.word("app.data")) + html_parts.paragraph(session.word("app.data.what"))
    parts = [session.html(head), pn.Row(upload, other), *options, again]
    if session.journey.survey is not None:
        parts += [session.html(_understood(session, session.journey.survey)), _next(session)]
    return pn.Column(*parts, sizing_mode="stretch_width")


def _fields(session: Session, file: AnswerFile | None) -> dict[str, View]:
    """A field for each option of reading, with what was chosen before."""
    word = session.word
    low, high = ("", "") if file is None or file.scale is None else (f"{bound:g}" for bound in file.scale)
    named = {
        "low": (word("app.lowest"), low, "1", 130),
        "high": (word("app.highest"), high, "10", 130),
        "others": (word("app.other_scales"), _scales_text(file), "c1=0:1, c2=0:1", 280),
        "missing": (word("app.missing_codes"), _codes_text(file, "missing_codes"), "98, 99", 260),
        "inapplicable": (word("app.not_applicable"), _codes_text(file, "not_applicable"), "97", 260),
        "sheet": (word("app.sheet"), file.sheet if file else "", "", 260),
        "encoding": (word("app.encoding"), file.encoding if file else "", "gb18030", 260),
    }
    return {
        name: session.widget("TextInput", label=label, value=value, placeholder=example, width=width)
        for name, (label, value, example, width) in named.items()
    }


def _stored(session: Session, name: str, contents: bytes) -> AnswerFile:
    """The uploaded file, read by the options that were chosen before."""
    path = session.store(name, contents)
    before = session.journey.file
    return AnswerFile(path, path.name) if before is None else replace(before, path=path, name=path.name)


def _read(session: Session, file: AnswerFile) -> None:
    with untold():
        # What was guessed is among the notes, which the page shows.
        survey = read_answers(file)
    columns = set(survey.columns)
    model, settings = session.journey.model, session.journey.settings
    kept = {column: own for column, own in model.construct_of.items() if column in columns}
    names = {name: value for name in ("weights", "strata", "clusters") if (value := getattr(settings, name)) in columns}
    by = tuple(column for column in settings.by if column in columns)
    settings = replace(settings, **{"weights": "", "strata": "", "clusters": "", **names}, by=by)
    session.change(file=file, survey=survey, model=replace(model, construct_of=kept), settings=settings)
    session.shown()


def _options(file: AnswerFile, fields: dict[str, str]) -> AnswerFile:
    """The file with the options that were typed; refused where one cannot be read."""
    scale = None
    if fields["low"].strip() or fields["high"].strip():
        scale = (_number(fields["low"]), _number(fields["high"]))
    others = []
    for text in _split(fields["others"]):
        name, _, bounds = text.rpartition("=")
        low, _, high = bounds.partition(":")
        if not name.strip():
            raise OptionError(f"Other scales are written ITEM=LOW:HIGH, such as c1=0:1, not {text!r}.")
        others.append((name.strip(), (_number(low), _number(high))))
    return replace(
        file, scale=scale, other_scales=tuple(others),
        missing_codes=tuple(map(_number, _split(fields["missing"]))),
        not_applicable=tuple(map(_number, _split(fields["inapplicable"]))),
        sheet=fields["sheet"].strip(), encoding=fields["encoding"].strip(),
    )  # fmt: skip


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split("[,;，；]", text) if part.strip()]


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise OptionError(f"{text.strip()!r} is not a number.") from None
    return int(number) if number.is_integer() else number


def _scales_text(file: AnswerFile | None) -> str:
    return "" if file is None else ", ".join(f"{name}={low:g}:{high:g}" for name, (low, high) in file.other_scales)


def _codes_text(file: AnswerFile | None, name: str) -> str:
    return "" if file is None else ", ".join(f"{code:g}" for code in getattr(file, name))


def _understood(session: Session, survey: Survey) -> str:
    """What was read: the file, the notes of the reader, and every column."""
    source, word = survey.source, session.word
    pairs = {
        word("app.rows"): f"{survey.n:,}",
        word("app.columns"): f"{len(survey.columns)}",
        word("app.undeclared"): "\n".join(str(one.clause) for one in survey.undeclared()),
    }
    if source is not None:
        pairs |= {
            word("app.file"): f"{source.name} ({word('app.text_file') if source.kind == 'text' else source.kind})",
            word("app.blanks"): f"{source.blanks:,}",
        }
        pairs |= {word("app.encoding"): source.encoding or "", word("app.separator"): source.separator or ""}
    notes = [str(text_in(note, session.language)) for note in source.notes] if source else []
    text = html_parts.heading(word("app.understood"), 3) + html_parts.facts({k: v for k, v in pairs.items() if v})
    if notes:
        text += html_parts.heading(word("app.notes"), 3) + html_parts.listing(notes)
    if survey.coding.scales.get("*") is None:
        text += html_parts.paragraph(word("app.no_scale"), "soft")
    return text + _columns(session, survey)


def _columns(session: Session, survey: Survey) -> str:
    """A row for each column: what it holds, and how many answers, refusals and blanks it has."""
    word, names = session.word, survey.columns[:_MOST_COLUMNS]
    numbers = [name for name in names if survey.numeric(name)]
    counts = survey.counts(numbers) if numbers else None
    header = [word("app.column"), word("app.question"), word("app.scale"), word("app.range"), word("app.answers"),
              word("app.refusals"), word("app.blank"), word("app.off_scale")]  # fmt: skip
    rows = []
    for name in names:
        text = survey.item_texts.get(name, "")
        if counts is None or name not in numbers:
            rows.append([name, text, word("app.text_column"), "", "", "", "", ""])
            continue
        own, scale, column = counts.loc[name], survey.scale_of(name), survey.frame[name]
        span = f"{column.min():g} - {column.max():g}" if own["answered"] else ""
        found = [f"{own[count]:,}" for count in ("answered", "refused", "blank", "off_scale")]
        rows.append([name, text, "" if scale is None else str(scale), span, *found])
    if len(survey.columns) > len(names):
        rows.append([word("app.more_columns", count=len(survey.columns) - len(names)), *[""] * (len(header) - 1)])
    text = html_parts.table(header, rows, 3)
    if counts is not None and counts["off_scale"].any():
        text += html_parts.paragraph(word("app.off_scale.what"), "soft")
    return text


def _next(session: Session) -> View:
    button = session.widget("Button", label=session.word("app.next_model"), colour="primary")
    button.on_click(lambda _: session.go("model"))
    return button
