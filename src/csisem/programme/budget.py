"""Budget and schedule of a programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import pairwise
from typing import TypeVar

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.errors import OptionError, nearest, shown
from csisem.option_checks import check_number, check_text, listing_of
from csisem.options import ProgrammeStep
from csisem.programme.sentence_frames import sentence_frame
from csisem.programme.steps import NAMES, STEPS, step_of


@dataclass(frozen=True, slots=True)
class BudgetItem:
    """An item of the budget: what, for which step, how many, and the cost of one."""

    item: str
    step: ProgrammeStep = "survey"
    quantity: float = 1.0
    unit_cost: float = 0.0

    def __post_init__(self) -> None:
        _check_named("item", self.item)
        object.__setattr__(self, "step", step_of(self.step))
        check_number("quantity", self.quantity, 0)
        check_number("unit_cost", self.unit_cost, 0)

    @property
    def cost(self) -> float:
        """Quantity times unit cost."""
        return self.quantity * self.unit_cost


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of the schedule: what, in which step, and its first and last day."""

    activity: str
    start: date
    end: date
    step: ProgrammeStep = "survey"

    def __post_init__(self) -> None:
        _check_named("activity", self.activity)
        object.__setattr__(self, "step", step_of(self.step))
        for name in ("start", "end"):
            object.__setattr__(self, name, _day(name, getattr(self, name)))
        if self.end < self.start:
            raise OptionError(f"Activity {shown(self.activity)} ends on {self.end}, before it starts on {self.start}.")


def budget_items(given: object) -> tuple[BudgetItem, ...]:
    """Return the items of a budget from a list of items, or of mappings with their fields."""
    return _entries("budget", given, BudgetItem)


def activities(given: object) -> tuple[Activity, ...]:
    """Return the activities of a schedule; refuse a step that starts before an earlier one."""
    found = _entries("schedule", given, Activity)
    starts = {step: min(one.start for one in found if one.step == step) for step in STEPS if _of(found, step)}
    order = [step for step in STEPS if step in starts]
    for before, after in pairwise(order):
        if starts[after] < starts[before]:
            raise OptionError(f"The schedule starts the step {after!r} on {starts[after]}, before {before!r} on "
                              f"{starts[before]}.")  # fmt: skip
    return found


def budget_frame(items: Sequence[BudgetItem], funds: float | None) -> pd.DataFrame:
    """Return the items with their costs, a total for each step of several, and the whole; against the funds, if any."""
    rows: list[tuple[object, ...]] = []
    for step in STEPS:
        own = [one for one in items if one.step == step]
        rows += [(NAMES[step], one.item, one.quantity, one.unit_cost, one.cost) for one in own]
        if len(own) > 1:
            rows.append((NAMES[step], sentence("programme.subtotal"), None, None, sum(one.cost for one in own)))
    if items:
        whole = sum(one.cost for one in items)
        rows.append(("", sentence("programme.whole"), None, None, whole))
        if funds is not None:
            rows.append(("", sentence("programme.funds"), None, None, funds))
            rows.append(("", sentence("programme.left"), None, None, funds - whole))
    frame = sentence_frame(("step", "item", "quantity", "unit_cost", "cost"), rows)
    return frame.astype(dict.fromkeys(("quantity", "unit_cost", "cost"), float))


def schedule_frame(schedule: Sequence[Activity]) -> pd.DataFrame:
    """Return the activities by step and first day, with their days, and the whole time in the last row."""
    ordered = sorted(schedule, key=lambda one: (STEPS.index(one.step), one.start))
    rows: list[tuple[object, ...]] = [
        (NAMES[one.step], one.activity, one.start, one.end, _days(one.start, one.end)) for one in ordered
    ]
    if ordered:
        start, end = min(one.start for one in ordered), max(one.end for one in ordered)
        rows.append(("", sentence("programme.whole"), start, end, _days(start, end)))
    names = ("step", "activity", "start", "end", "days")
    return sentence_frame(names, rows).astype({"days": int})


Entry = TypeVar("Entry", BudgetItem, Activity)


def _entries(name: str, given: object, kind: type[Entry]) -> tuple[Entry, ...]:
    listing = None if isinstance(given, Mapping) else listing_of(given)
    if listing is None:
        raise OptionError(f"{name}= takes a list of mappings, not {shown(given)}.")
    known = [part.name for part in fields(kind)]
    found = []
    for one in listing:
        if isinstance(one, kind):
            found.append(one)
            continue
        if not isinstance(one, Mapping):
            raise OptionError(f"An entry of {name}= takes {', '.join(known)}, not {shown(one)}.")
        if odd := [key for key in one if key not in known]:
            raise OptionError(f"An entry of {name}= has the key {shown(odd[0])}{nearest(str(odd[0]), known)}; it may "
                              f"have {', '.join(known)}.")  # fmt: skip
        needed = known[:1] if kind is BudgetItem else known[:3]
        if lacking := [key for key in needed if key not in one]:
            raise OptionError(f"An entry of {name}= lacks {lacking[0]!r}: {shown(dict(one))}.")
        found.append(kind(**one))
    return tuple(found)


def _of(found: Sequence[Activity], step: ProgrammeStep) -> bool:
    return any(one.step == step for one in found)


def _check_named(name: str, value: object) -> None:
    check_text(name, value)
    if not str(value).strip():
        raise OptionError(f"{name}= is blank.")


def _day(name: str, value: object) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise OptionError(f"{name}= must be a day, written as 2026-11-30; got {shown(value)}.") from None


def _days(start: date, end: date) -> int:
    return (end - start).days + 1
