"""The six steps of a programme, and what is recorded of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, nearest, shown
from csisem.option_checks import check_flag, check_text, names_of
from csisem.options import ProgrammeStep, validate

STEPS: tuple[ProgrammeStep, ...] = get_args(ProgrammeStep)

NAMES: Mapping[ProgrammeStep, Sentence] = {
    "diagnosis": sentence("programme.step.diagnosis"),
    "pretest": sentence("programme.step.pretest"),
    "small_sample": sentence("programme.step.small_sample"),
    "survey": sentence("programme.step.survey"),
    "analysis": sentence("programme.step.analysis"),
    "improvement": sentence("programme.step.improvement"),
}


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What is recorded of a step: whether it is done, the names of its documents, and remarks."""

    done: bool = False
    documents: tuple[str, ...] = ()
    notes: str = ""

    def __post_init__(self) -> None:
        check_flag("done", self.done)
        object.__setattr__(self, "documents", names_of("documents", self.documents))
        check_text("notes", self.notes)


def step_of(value: object) -> ProgrammeStep:
    """Return a step by its name, also written with a blank or in Chinese."""
    for step, name in NAMES.items():
        if isinstance(value, str) and value.strip() in (name, name.text("zh")):
            return step
    found: ProgrammeStep = validate("step", value, ProgrammeStep)
    return found


def step_records(given: object) -> dict[ProgrammeStep, StepRecord]:
    """Return the records of all steps from a mapping from step to record, or to the record's fields."""
    if not isinstance(given, Mapping):
        raise OptionError(f"steps= takes a mapping from step to what is recorded of it, not {shown(given)}.")
    records = {step_of(step): _record(step, value) for step, value in given.items()}
    return {step: records.get(step, StepRecord()) for step in STEPS}


def _record(step: object, value: object) -> StepRecord:
    if isinstance(value, StepRecord):
        return value
    known = ("done", "documents", "notes")
    if not isinstance(value, Mapping):
        raise OptionError(f"Step {shown(step)} takes done, documents and notes, not {shown(value)}.")
    if odd := [key for key in value if key not in known]:
        raise OptionError(f"Step {shown(step)} has an unknown key {shown(odd[0])}{nearest(str(odd[0]), known)}.")
    return StepRecord(**value)
