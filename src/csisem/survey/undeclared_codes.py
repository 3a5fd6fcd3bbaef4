"""Reports of refusal codes that nobody declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError
from csisem.survey.adjacent_codes import MOST_ROWS, adjacent, cuts
from csisem.survey.isolated_values import Ends, Tally, isolated, tally_of
from csisem.survey.rows.rows import Column

if TYPE_CHECKING:
    from csisem.survey.survey import Survey


@dataclass(frozen=True, slots=True)
class Undeclared:
    """Numbers in an item's answers that look like codes, and the lowest and highest of its other answers."""

    item: str
    codes: tuple[float, ...]
    counts: tuple[int, ...]
    low: float
    high: float
    adjacent: bool

    @property
    def clause(self) -> Sentence:
        """What was found, without the advice."""
        pairs = zip(self.codes, self.counts, strict=True)
        values = [sentence("rows.undeclared.value", number=_short(code), count=count) for code, count in pairs]
        code = "rows.undeclared.adjacent" if self.adjacent else "rows.undeclared.isolated"
        return sentence(code, item=self.item, values=values, low=self.low, high=self.high)


class CodeSearch:
    """The search for undeclared codes among the columns of a survey; each column is counted once."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[Tally, Ends] | None] = {}
        self._found: dict[tuple[str, ...], tuple[Undeclared, ...]] = {}

    def among(self, items: tuple[str, ...], survey: Survey) -> tuple[Undeclared, ...]:
        """Return what looks like codes in the items without a scale; without items, in all columns without a role.

        Items are compared with each other too; columns that nobody named may have nothing in common.
        """
        compared = bool(items)
        roles = {*survey.design.columns, *survey.segments, survey.id, survey.wave}
        items = tuple(dict.fromkeys(items or (name for name in survey.columns if name not in roles)))
        key = items if compared else ("", *items)
        if key not in self._found:
            self._found[key] = self._search(items, survey, compared=compared)
        return self._found[key]

    def _search(self, items: tuple[str, ...], survey: Survey, *, compared: bool) -> tuple[Undeclared, ...]:
        known_names = set(survey.columns)
        bare = tuple(item for item in items if item in known_names and survey.scale_of(item) is None)
        columns = _numeric(bare, survey)
        for item, column in columns.items():
            if item not in self._columns:
                self._columns[item] = _counted(column)
        known = {item: own for item in columns if (own := self._columns[item]) is not None}
        ends = {item: own for item, (_, own) in known.items()}
        beside = _beside(known, columns) if compared else {}
        found = []
        for item, (tally, _) in known.items():
            low, high = beside.get(item, (0, 0))
            below, above = ends[item][0] + low, ends[item][1] + high
            if below or above:
                found.append(_undeclared(item, tally, below, above, adjacent=not any(ends[item])))
        return tuple(found)


def _numeric(items: tuple[str, ...], survey: Survey) -> dict[str, Column]:
    """The columns that hold numbers; text, and a name that two columns share, are refused where they are used."""
    if not items:
        return {}
    try:
        return dict(zip(items, survey.numbers(items), strict=True))
    except DataError:
        half = len(items) // 2
        return {} if not half else _numeric(items[:half], survey) | _numeric(items[half:], survey)


def _counted(column: Column) -> tuple[Tally, Ends] | None:
    answers = column.values if not column.codes else column.every()
    tally = tally_of(answers)
    return None if tally is None or not tally.n else (tally, isolated(tally))


def _beside(known: dict[str, tuple[Tally, Ends]], columns: dict[str, Column]) -> dict[str, Ends]:
    """Codes next to the scale, of the items that have the numbers for it."""
    cores = {item: tally.without(*own) for item, (tally, own) in known.items()}
    cores = {item: core for item, core in cores.items() if core.whole and len(core.values) > 1}
    if len(cores) < 2 or not any(map(cuts, cores.values())):
        return {}
    answers = np.array([columns[item].every(MOST_ROWS) for item in cores])
    for row, core in zip(answers, cores.values(), strict=True):
        row[(row < core.values[0]) | (row > core.values[-1])] = np.nan
    return dict(zip(cores, adjacent(list(cores.values()), answers), strict=True))


def _undeclared(item: str, tally: Tally, below: int, above: int, *, adjacent: bool) -> Undeclared:
    core, last = tally.without(below, above), len(tally.values) - above
    places = [*range(below), *range(last, len(tally.values))]
    return Undeclared(
        item,
        tuple(tally.values[places].tolist()),
        tuple(tally.counts[places].tolist()),
        float(core.values[0]),
        float(core.values[-1]),
        adjacent,
    )


def undeclared_frame(found: Sequence[Undeclared]) -> pd.DataFrame:
    """Return a row for each number found: the item, the number, its rows, and the range of the other answers."""
    records = [
        (one.item, code, count, one.low, one.high)
        for one in found
        for code, count in zip(one.codes, one.counts, strict=True)
    ]
    frame = pd.DataFrame(records, columns=["item", "code", "rows", "low", "high"])
    return frame.astype({"code": float, "rows": int, "low": float, "high": float})


MOST_SHOWN = 6


def undeclared_warnings(survey: Survey | None, items: Sequence[str]) -> tuple[Sentence, ...]:
    """A warning of numbers that look like undeclared codes, with the declaration to write; none without rows."""
    found = () if survey is None else survey.undeclared(tuple(items))
    if survey is None or not found:
        return ()
    scales = {one.item: (_short(min(one.low, *one.codes)), _short(max(one.high, *one.codes))) for one in found}
    return (
        sentence(
            "rows.undeclared",
            items=[one.clause for one in found[:MOST_SHOWN]],
            more=max(len(found) - MOST_SHOWN, 0) or None,
            codes=_codes_to_write(survey, items, found),
            scales=_mapping({item: repr(ends) for item, ends in scales.items()}),
        ),
    )


def _codes_to_write(survey: Survey, items: Sequence[str], found: Sequence[Undeclared]) -> str:
    """The codes of all items at once where no other item has them as answers, else by item."""
    codes = {one.item: tuple(map(_short, one.codes)) for one in found}
    if len(found) > 3 and len(set(codes.values())) == 1:
        (shared,) = set(codes.values())
        others = [item for item in items if item not in codes and survey.numeric(item)]
        if not any(np.isin(survey.numbers((item,))[0].values, shared).any() for item in others):
            return _written(shared)
    return _mapping({item: _written(own) for item, own in codes.items()})


def _written(codes: tuple[float, ...]) -> str:
    return repr(codes[0] if len(codes) == 1 else codes)


def _mapping(texts: dict[str, str]) -> str:
    shown = [f"{name!r}: {text}" for name, text in list(texts.items())[:MOST_SHOWN]]
    return f"{{{', '.join(shown)}{', ...' if len(texts) > MOST_SHOWN else ''}}}"


def _short(value: float) -> float:
    return int(value) if float(value).is_integer() else value
