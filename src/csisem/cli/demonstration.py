"""The demonstration ``csisem demo``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from csisem.cli import screen_report
from csisem.cli.analysis import Results
from csisem.datasets import mobile_phone, mobile_phone_model, retail_survey, retail_survey_model
from csisem.display.labels import said
from csisem.display.text_layout import paragraph, width
from csisem.errors import DataError, agree, system_reason
from csisem.fit.effects import effects
from csisem.index.construct.csi import csi
from csisem.options import Language
from csisem.survey.files.inert_text import inert_frame
from csisem.writing import write_files

_NEXT = (
    "csisem demo --save try",
    "csisem fit try/data.csv --model try/model.txt --scale 1 10 --item-scale c1=0:1 --by firm",
    "csisem fit try/data.csv --model try/model.txt --scale 1 10 --item-scale c1=0:1 --out results.xlsx",
    "csisem demo --report demo.html",
)


def show(language: Language) -> Iterator[str]:
    """Lines of the demonstration."""
    yield from paragraph(said("demo.data", language))
    yield from _heading(said("demo.small", language))
    yield from _small(language)
    yield from _heading(said("demo.full", language))
    yield from _full(language)
    yield from _heading(said("demo.composite", language))
    yield from _composite(language)
    yield from _heading(said("demo.next", language))
    for command in _NEXT:
        yield f"  {command}"


def save(folder: str, language: Language) -> Iterator[str]:
    """Write a synthetic survey and its model into ``folder``, to try ``csisem fit``."""
    place = Path(folder)
    answers, model = place / "data.csv", place / "model.txt"
    taken = [str(path) for path in (answers, model) if path.exists()]
    if taken:
        exist = agree(len(taken), "exists", "exist")
        raise DataError(f"{' and '.join(taken)} {exist} already; name another folder.")
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DataError(f"{folder!r} cannot be written: {system_reason(problem)}.") from None
    table = inert_frame(retail_survey().frame).to_csv(index=False, lineterminator="\n")
    write_files({answers: table, model: f"{retail_survey_model().to_syntax().rstrip()}\n"})
    yield said("demo.saved", language, answers=str(answers), model=str(model))
    yield f"  csisem fit {answers.as_posix()} --model {model.as_posix()} --scale 1 10 --item-scale c1=0:1"


def report(path: str, language: Language) -> Iterator[str]:
    """Write a report of a synthetic survey into a file."""
    from csisem.reporting.document.report import report as written

    answers = retail_survey()
    asked = {"overall": ("e1", "q1"), "few faults": ("e3", "q5")}
    if language == "zh":
        asked = {"总体": ("e1", "q1"), "少出差错": ("e3", "q5")}
    place = written(retail_survey_model().fit(answers), path, language=language, by="firm", pairs=asked)
    yield said("screen.wrote", language, name=str(place))


def _small(language: Language) -> Iterator[str]:
    fit = mobile_phone_model("small").fit(mobile_phone())
    yield from screen_report.report(Results(fit, {}, effects(fit), csi(fit)), language)


def _full(language: Language) -> Iterator[str]:
    fit = mobile_phone_model("full").fit(mobile_phone())
    yield from screen_report.verdict(fit, language)
    yield ""
    yield from screen_report.summary(fit, {}, language)
    yield ""
    yield from paragraph(said("demo.advice", language))


def _composite(language: Language) -> Iterator[str]:
    fit = mobile_phone_model("full").fit(mobile_phone(), "PLS")
    yield from screen_report.verdict(fit, language)
    yield ""
    yield from screen_report.summary(fit, {}, language)
    yield from screen_report.index(csi(fit), said("screen.index", language), language)


def _heading(text: str) -> tuple[str, ...]:
    return "", text, "-" * width(text)
