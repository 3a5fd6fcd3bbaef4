"""The command ``csisem report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csisem.cli import fit_options as options
from csisem.cli.error_messages import UNUSABLE, plain_sentences, say
from csisem.cli.questionnaire_file import questionnaire_of

if TYPE_CHECKING:
    from csisem.fit.fit import Fit

ReportFile = Annotated[
    str, typer.Option("--out", metavar="FILE", help="The report: .html (one file that needs nothing else) or .docx.")
]
Segments = Annotated[
    list[str] | None, typer.Option("--by", metavar="COL", help="A column of segments; may repeat, each by itself.")
]
WaveColumn = Annotated[str | None, typer.Option("--wave", metavar="COL", help="The column of waves.")]
Earlier = Annotated[
    list[str] | None,
    typer.Option("--earlier", metavar="NAME=FILE", help="Answers of an earlier wave; may repeat, in order."),
]
ForWhom = Annotated[
    str, typer.Option("--audience", metavar="NAME", help="full, or executive: summary, pictures, advice.")
]
Asked = Annotated[
    str | None,
    typer.Option("--questionnaire", metavar="FILE", help="The questionnaire (.toml or .qsf), which gives the scales."),
]
Target = Annotated[
    str | None, typer.Option("--target", metavar="NAME", help="The construct it is about; else found by its name.")
]
Title = Annotated[
    str, typer.Option("--title", metavar="TEXT", help="Its title; else the questionnaire's or the usual.")
]


def report(
    data: options.DataFile,
    model: options.ModelFile,
    out: ReportFile,
    scale: options.Scale = None,
    item_scale: options.ItemScale = None,
    questionnaire: Asked = None,
    estimator: options.EstimatorName = "ML",
    by: Segments = None,
    wave: WaveColumn = None,
    earlier: Earlier = None,
    target: Target = None,
    title: Title = "",
    audience: ForWhom = "full",
    weights: options.Weights = None,
    strata: options.Strata = None,
    clusters: options.Clusters = None,
    missing_code: options.MissingCode = None,
    not_applicable: options.NotApplicable = None,
    reverse: options.Reverse = None,
    ordered: options.Ordered = None,
    sheet: options.Sheet = None,
    encoding: options.Encoding = None,
    language: options.LanguageName = "en",
) -> None:
    """Fit a model to answers and write a report: an HTML page or a Word document."""
    from csisem.cli.analysis import Request

    request = Request(
        data, model, scale, tuple(item_scale or ()), estimator, tuple(by or ()), (), weights, strata,
        tuple(clusters or ()), tuple(missing_code or ()), tuple(not_applicable or ()), tuple(reverse or ()),
        "model", "normal", "path", tuple(ordered or ()), "delta", sheet, None, encoding, None, None, None, None,
    )  # fmt: skip
    with plain_sentences():
        from csisem.cli.analysis import fitted
        from csisem.display.labels import said
        from csisem.errors import OptionError
        from csisem.options import Language, validate
        from csisem.reporting.document.report import report as written
        from csisem.writing import refuse_inputs

        spoken: Language = validate("language", language, Language)
        if wave is not None and earlier:
            raise OptionError("--wave and --earlier exclude each other: waves are in one file, or in several.")
        waves = _named_files(earlier or ())
        refuse_inputs("--out", [Path(out)], (data, model, *waves.values()))
        asked = None if questionnaire is None else questionnaire_of(questionnaire, spoken)
        found: Fit = fitted(request, asked, wave)
        path = written(found, out, language=spoken, audience=audience, target=target, title=title,  # type: ignore[arg-type]
                       by=by or (None if asked else ()), waves=waves or wave, questionnaire=asked)  # fmt: skip
        say(said("screen.wrote", spoken, name=str(path)))
    if not found:
        raise typer.Exit(UNUSABLE)


def _named_files(given: list[str] | tuple[str, ...]) -> dict[str, str]:
    """Files of earlier waves by name."""
    from csisem.errors import OptionError

    files: dict[str, str] = {}
    for text in given:
        name, sign, file = text.partition("=")
        if not (name and sign and file) or name in files:
            raise OptionError(f"--earlier takes NAME=FILE, each name once, such as 2024Q1=spring.csv, not {text!r}.")
        files[name] = file
    return files
