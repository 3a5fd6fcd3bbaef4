"""The file of a wave, read by the programme's declarations and weighted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import CsisemError, DataError, OptionError, listed, nearest, shown, system_reason
from csisem.options import as_path, check_name
from csisem.programme.decisions import Decision, latest
from csisem.programme.declarations import ROUND
from csisem.programme.declared import Declared
from csisem.programme.steps import STEPS
from csisem.programme.stored_folder import SMALL_SAMPLE, WAVES, answers_file, is_answers, wave_files
from csisem.sampling import rake
from csisem.survey import Fieldwork, Questionnaire, Scale, Survey, read
from csisem.survey.design import Design
from csisem.writing import write_files

WEIGHT = "wave_weight"
"""Column of the weights that a wave was given."""


MOST_CLASSES = 60
"""Most classes of a segment, such as shops; more are identifiers or measurements."""


@dataclass(frozen=True, slots=True, eq=False)
class Wave:
    """The answers of a wave, weighted, and what is to be said of the file."""

    name: str
    survey: Survey
    notes: tuple[Sentence, ...]


def read_wave(programme: Declared, wave: str) -> Wave:
    """Return the answers of a wave in the folder; an unknown wave is refused with the nearest name."""
    check_name("wave", wave, "one wave")
    files = wave_files(programme.folder)
    if wave not in files:
        there = f"there are {listed(files)}" if files else "there are none yet"
        raise DataError(f"There is no wave {shown(wave)}{nearest(wave, files)}; {there}, and a new one is a file in "
                        f"the folder {WAVES} of the programme.")  # fmt: skip
    return read_answers(programme, wave, files[wave])


def read_answers(programme: Declared, wave: str, path: Path) -> Wave:
    """Return the answers in a file as a wave, all of its refusals beginning with the wave's name."""
    with _named(f"The wave {shown(wave)}"):
        answers = _coded(programme, programme.questionnaire, path, (*_grouping(programme), *_columns(programme)))
        scored = answers.answers(programme.questionnaire.items)  # refuses answers off their scale
        blank = [str(name) for name in scored.columns[scored.isna().all()]]
        late = _dropped_later(programme, answers.columns)
        unknown = [one for one in undeclared(programme, answers.columns) if one not in late]
        notes = [*(answers.source.notes if answers.source else ())]
        if blank:
            notes.append(sentence("programme.unanswered", columns=blank))
        if late:
            notes.append(sentence("programme.dropped_columns", columns=late))
        if unknown:
            notes.append(sentence("programme.undeclared_columns", columns=unknown))
        survey = _weighted(programme, wave, answers)
        record = survey.fieldwork
        if record is not None and record.answered is not None and record.answered != survey.n:
            notes.append(sentence("programme.other_count", answered=record.answered, n=survey.n))
    return Wave(wave, survey, tuple(notes))


def read_small_sample(programme: Declared, path: Path) -> Survey:
    """Return the answers of the small sample, which need no columns but the questions."""
    with _named("The small sample"):
        return _coded(programme, programme.asked_in("small_sample"), path, ())


def keep_file(programme: Declared, wave: str, given: str | Path) -> None:
    """Check a file of answers and copy it into the folder; refuse one whose wave is there, or that cannot be read."""
    check_name("wave", wave, "one wave")
    if not wave.strip() or wave.startswith(".") or set(wave) & set('/\\:*?"<>|'):
        raise OptionError(f"wave={shown(wave)} cannot be the name of a file.")
    path = as_path("path", given)
    if wave == SMALL_SAMPLE:
        there = answers_file(programme.folder, SMALL_SAMPLE)
        read_small_sample(programme, path)
    else:
        there = wave_files(programme.folder).get(wave)
        read_answers(programme, wave, path)
    if there is not None:
        raise DataError(f"The programme has a wave {shown(wave)} already, {str(there)!r}; remove that file first.")
    if not is_answers(path):
        raise DataError(f"{path.name!r} is no file of answers.")
    ending = "".join(path.suffixes[-2:] if path.suffix.lower() == ".gz" else path.suffixes[-1:])
    place = programme.folder if wave == SMALL_SAMPLE else programme.folder / WAVES
    try:
        place.mkdir(parents=True, exist_ok=True)
        content = path.read_bytes()
    except OSError as problem:
        raise DataError(f"{str(path)!r} cannot be copied: {system_reason(problem)}.") from None
    write_files({place / f"{wave}{ending}": content})


def undeclared(programme: Declared, columns: Sequence[str]) -> list[str]:
    """Return the columns that neither the questionnaire nor the programme declares."""
    known = {*_grouping(programme), *_columns(programme), WEIGHT, ROUND}
    asked = programme.questionnaire
    names = [*(one.name for one in asked.questions), *(one.name for one in asked.price_tolerance)]
    parts = tuple(f"{name}_" for name in names)
    return [one for one in columns if one not in known and one not in names and not one.startswith(parts)]


def _coded(programme: Declared, asked: Questionnaire, path: Path, needed: Sequence[str]) -> Survey:
    """Return the answers in a file as codes, after its columns and labels were compared with the questionnaire's."""
    texts = tuple(dict.fromkeys(_grouping(programme)))
    try:
        given = read(path, segments=texts, id=programme.id)
    except DataError:
        # A column is missing, which may be right of a small sample; or the file cannot be read at all.
        given = read(path)
    present = tuple(one for one in texts if one in given.columns)
    _check_columns(programme, asked, given.columns, needed)
    _check_labels(asked, given)
    for column in programme.segment_columns:
        if column in present and (count := len(given.grouping(column)[1])) > MOST_CLASSES:
            raise DataError(f"Column {column!r} of segments= has {count} classes, and segments have at most "
                            f"{MOST_CLASSES}; group its values in the file.")  # fmt: skip
    plan = programme.sampling
    strata = plan.strata if plan is not None and plan.strata in needed else None
    clusters = programme.clusters if programme.clusters in needed else None
    return asked.survey(
        given, strata=strata, clusters=clusters, weights=programme.weights if programme.weights in needed else None,
        id=programme.id if programme.id in needed else None, segments=present,
        language=programme.language, checked=False,
    )  # fmt: skip


def _grouping(programme: Declared) -> tuple[str, ...]:
    """Columns that divide respondents."""
    plan = () if programme.sampling is None else (programme.sampling.strata,)
    return tuple(dict.fromkeys((*programme.segment_columns, *programme.population, *plan)))


def _columns(programme: Declared) -> tuple[str, ...]:
    """Columns besides questions and segments."""
    own = (programme.weights, programme.clusters, programme.id, programme.duration)
    return tuple(name for name in own if name is not None)


def _check_columns(programme: Declared, asked: Questionnaire, columns: Sequence[str], needed: Sequence[str]) -> None:
    """Refuse a question that was dropped, and a column that is missing; name what is there instead."""
    names = [one.name for one in asked.questions]
    there = [name.strip() for name in columns]
    spared = {*names, *needed, *_dropped_later(programme, there)}
    if gone := [one.name for one in programme.draft.questions if one.name in there and one.name not in spared]:
        one = _dropped(programme, gone[0])
        why = f" ({one.why.rstrip('.。')}; {one.step})" if one is not None else ""
        raise DataError(f"It has answers to {listed(gone)}, which the programme dropped{why}; leave these columns out, "
                        "or keep the questions in the programme.")  # fmt: skip
    parts = [name for name in names if name not in there and not any(one.startswith(f"{name}_") for one in there)]
    missing = [*parts, *(name for name in needed if name not in there and name not in names)]
    if missing:
        unknown = undeclared(programme, there)
        others = f", but {listed(unknown)}, which the programme does not declare" if unknown else ""
        raise DataError(f"It has no column {listed(missing)}{nearest(missing[0], unknown)}{others}.")


def _dropped(programme: Declared, name: str) -> Decision | None:
    """The decision that dropped a question, or an indicator above it; None for one that is asked."""
    dropped = {own: one for own, one in latest(programme.decisions).items() if one.state == "dropped"}
    above = [node.name for _, node in programme.draft.walk() if name in node.all_items]
    return next((dropped[one] for one in (name, *above) if one in dropped), None)


def _dropped_later(programme: Declared, columns: Sequence[str]) -> list[str]:
    """Questions that were dropped after waves had asked them, so that earlier files have them rightly."""
    asked = [one.name for one in programme.draft.questions if one.name in columns]
    found = [(name, _dropped(programme, name)) for name in asked]
    return [name for name, one in found if one is not None and one.step in STEPS[3:]]


def _check_labels(asked: Questionnaire, given: Survey) -> None:
    """Refuse a file whose own labels of answers are not those of the questionnaire."""
    for question in asked.questions:
        for code, label in given.value_labels.get(question.name, {}).items():
            own = question.texts.get(code)
            words = [] if own is None else [text.casefold().strip() for _, text in own.by_language]
            missing = {*question.refusal_codes, *question.skip_codes}
            if own is None and question.codes and code not in question.codes and code not in missing:
                raise DataError(f"Its scale of {question.name!r} was changed: {label!r} has the code {code:g}, "
                                "which is not in the questionnaire.")  # fmt: skip
            if any(words) and label.casefold().strip() not in words:
                raise DataError(f"Its scale of {question.name!r} was changed: the code {code:g} is {label!r}, and "
                                f"{own.into() if own else ''!r} in the questionnaire.")  # fmt: skip


def _weighted(programme: Declared, wave: str, answers: Survey) -> Survey:
    """Return the answers with the column of waves, raked to the population, or to the strata of the plan."""
    frame = answers.to_pandas().assign(**{ROUND: wave})
    margins: dict[str | tuple[str, ...], Mapping[Any, float]] = dict(programme.population.items())
    plan = programme.sampling
    if not margins and programme.weights is None and plan is not None:
        margins = {plan.strata: dict(plan.sizes)}
    design = answers.design
    if margins:
        frame[WEIGHT] = rake(answers, margins, weights=programme.weights).to_numpy()
        design = Design(weights=WEIGHT, strata=design.strata, clusters=design.clusters)
    return with_columns(answers, frame, design, programme.fieldwork.get(wave))


def with_columns(
    answers: Survey,
    frame: pd.DataFrame,
    design: Design,
    fieldwork: Fieldwork | None = None,
    scales: dict[str, Scale] | None = None,
) -> Survey:
    """Return answers under their scales with further columns, of which those in ``scales`` have a scale too."""
    own = {name: answers.scale_of(name) for name in answers.columns}
    return (
        Survey(
            frame,
            scale={**{name: scale for name, scale in own.items() if scale is not None}, **(scales or {})},
            design=design,
            segments=answers.segments,
            id=answers.id,
            item_texts=answers.item_texts,
            fieldwork=fieldwork or answers.fieldwork,
        )
        .with_source(answers.source)
        .with_declared(answers.declared)
    )


@contextmanager
def _named(what: str) -> Iterator[None]:
    """Begin a refusal with what it is about."""
    try:
        yield
    except CsisemError as problem:
        raise type(problem)(f"{what} cannot be used: {problem}") from None
