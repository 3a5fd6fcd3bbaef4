"""The commands ``csisem programme``: new, status, round, report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from csisem.cli.error_messages import plain_sentences, say
from csisem.cli.questionnaire_file import questionnaire_of
from csisem.cli.spoken_language import speak

if TYPE_CHECKING:
    from csisem.options import Language
    from csisem.programme.programme import Programme

programme = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="A programme of measurement in its folder.")

Folder = Annotated[str, typer.Argument(metavar="FOLDER", help="Folder of the programme.")]
Wave = Annotated[str, typer.Argument(metavar="WAVE", help="Name of the wave, such as 2026-11.")]
Data = Annotated[
    str | None,
    typer.Option("--data", metavar="FILE", help="Answers of a new wave: checked, and copied into the folder."),
]
In = Annotated[str | None, typer.Option("--language", metavar="NAME", help="en or zh; default: the programme's.")]


@programme.command()
def new(
    folder: Folder,
    questionnaire: Annotated[
        str, typer.Option(metavar="FILE", help="Questionnaire (.toml or .qsf), or the name of a template.")
    ],
    name: Annotated[str, typer.Option(metavar="TEXT", help="What is measured.")] = "",
    organisation: Annotated[str, typer.Option(metavar="TEXT", help="Who measures it.")] = "",
    language: Annotated[str, typer.Option(metavar="NAME", help="en or zh.")] = "en",
) -> None:
    """Create a folder with programme.toml, questionnaire.toml and waves."""
    with plain_sentences():
        from csisem.options import Language, validate
        from csisem.programme.programme import Programme

        asked: Language = validate("language", language, Language)
        speak(asked)
        made = Programme.new(
            folder, questionnaire_of(questionnaire, asked), name=name, organisation=organisation, language=asked
        )
        _say_written(asked, made.folder / "programme.toml", made.folder / "questionnaire.toml")
        _print_status(made, asked)


@programme.command()
def status(folder: Folder, language: In = None) -> None:
    """Print what each step has produced, and what is missing."""
    with plain_sentences():
        found, words = _read(folder, language)
        _print_status(found, words)


@programme.command("round")
def round_(
    folder: Folder,
    wave: Wave,
    data: Data = None,
    result: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Print this result, or this part; may repeat.")
    ] = None,
    language: In = None,
) -> None:
    """Compute all results of a wave and list them; or print some. Of small_sample, print what it speaks for."""
    with plain_sentences():
        found, words = _read(folder, language)
        if data is not None:
            found.add_wave(wave, data)
        from csisem.display.table import text_table, worded
        from csisem.programme.results import reason_in

        if wave == "small_sample":
            say(text_table(worded(found.proposals(), words), index=False))
            return
        this = found.round(wave)
        if result:
            say(this.text(words, names=_named(this.names, result)).rstrip())
            return
        for note in this.notes:
            say(f"* {note.text(words)}")
        listing = this.contents().drop(columns="computed")
        listing["reason"] = [reason_in(one, words) for one in listing["reason"]]
        say(text_table(worded(listing, words), index=False))


@programme.command()
def report(
    folder: Folder,
    wave: Wave,
    data: Data = None,
    language: In = None,
    out: Annotated[str | None, typer.Option(metavar="FILE", help="Write it there; default: print it.")] = None,
) -> None:
    """Write all results of a wave as Markdown."""
    with plain_sentences():
        found, words = _read(folder, language)
        if data is not None:
            found.add_wave(wave, data)
        text = found.round(wave).text(words)
        if out is None:
            say(text.rstrip())
            return
        from csisem.programme.stored_folder import ASKED, SETTINGS, wave_files
        from csisem.writing import refuse_inputs, write_files

        read = [found.folder / ASKED, found.folder / SETTINGS, *wave_files(found.folder).values()]
        refuse_inputs("--out", [Path(out)], read)
        write_files({Path(out): text})
        _say_written(words, out)


def _read(folder: str, language: str | None) -> tuple[Programme, Language]:
    """The programme of a folder, and the language that is asked for or its own, in which refusals are worded too."""
    from csisem.options import Language, validate
    from csisem.programme.programme import Programme

    found = Programme.read(folder)
    words: Language = found.language if language is None else validate("language", language, Language)
    speak(words)
    return found, words


def _say_written(language: Language, *files: object) -> None:
    from csisem.display.labels import said

    for file in files:
        say(said("screen.wrote", language, name=str(file)))


def _print_status(found: Programme, language: Language) -> None:
    from csisem.display.table import worded

    for row in worded(found.status(), language).to_dict("records"):
        say(f"{row['step']}: {row['state']}")
        for text in (row["produced"], row["missing"]):
            if text:
                say(f"  {text}")


def _named(names: tuple[str, ...], wanted: list[str]) -> tuple[str, ...]:
    """The results of these names, and those whose names begin with one and a stroke."""
    found = [name for one in wanted for name in names if name == one or name.startswith(f"{one}/")]
    unknown = [one for one in wanted if not any(name == one or name.startswith(f"{one}/") for name in names)]
    return tuple(dict.fromkeys([*found, *unknown]))
