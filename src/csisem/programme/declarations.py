"""What a programme declares, checked one part at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from csisem.arrays import pd
from csisem.display.sentences import sentence
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.option_checks import check_name, check_number, listing_of, names_of, real
from csisem.options import SegmentSchema, validate
from csisem.survey import Fieldwork, Questionnaire
from csisem.survey.named_numbers import is_figures

TOTAL = sentence("programme.total")
"""Name of the total of the indicators."""

ROUND = "round"
"""Column of the waves in the answers to several."""

SCHEMAS: tuple[SegmentSchema, ...] = get_args(SegmentSchema)


def segments_of(given: object) -> dict[SegmentSchema, tuple[str, ...]]:
    """Return the columns of segments by schema, each column once."""
    found: dict[SegmentSchema, tuple[str, ...]] = {}
    for schema, columns in _entries("segments", given, "the columns of that schema").items():
        own: SegmentSchema = validate("segments", schema, SegmentSchema)
        found[own] = names_of("segments", columns)
    every = [column for columns in found.values() for column in columns]
    if twice := [one for one in dict.fromkeys(every) if every.count(one) > 1]:
        raise OptionError(f"segments= names {listed(twice)} under two schemas; leave one.")
    if ROUND in every:
        raise OptionError(f"segments= names {ROUND!r}, the column of the waves; rename it in the data.")
    return {schema: found[schema] for schema in SCHEMAS if schema in found}


def combinations_of(given: object, columns: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return combinations of declared columns, two or more each."""
    listing = None if isinstance(given, Mapping) else listing_of(given)
    if listing is None:
        raise OptionError(f"combinations= takes a list of lists of columns, not {shown(given)}.")
    found = tuple(names_of("combinations", one) for one in listing)
    for one in found:
        if len(one) < 2:
            raise OptionError(f"combinations= crosses two columns or more; got {shown(list(one))}.")
        if odd := [name for name in one if name not in columns]:
            raise OptionError(f"combinations= names {odd[0]!r}, which is not a column of segments="
                              f"{nearest(odd[0], columns)}.")  # fmt: skip
    return tuple(dict.fromkeys(found))


def population_of(given: object) -> dict[str, dict[str, float]]:
    """Return the customers in each class by column."""
    found: dict[str, dict[str, float]] = {}
    for column, totals in _entries("population", given, "the customers in each class").items():
        if not is_figures(totals):
            raise OptionError(
                f"population= takes for {column!r} a mapping from class to customers; got {shown(totals)}."
            )
        for label, number in dict(totals).items():
            check_number(f"population[{column!r}][{str(label)!r}]", number, 0)
        found[column] = {str(label): real(number) for label, number in dict(totals).items()}
    return found


def expectations_of(given: object, questionnaire: Questionnaire) -> dict[str, tuple[str, str]]:
    """Return pairs of questions, the expected and the perceived quality, by what they are about."""
    found = {}
    for name, pair in _entries("expectations", given, "the expected and the perceived question").items():
        both = names_of("expectations", pair)
        if len(both) != 2:
            raise OptionError(
                f"expectations= takes for {name!r} two questions, expected and perceived; got {shown(pair)}."
            )
        for one in both:
            check_scored("expectations", one, questionnaire)
        found[name] = (both[0], both[1])
    return found


def check_scored(option: str, name: str, questionnaire: Questionnaire) -> None:
    """Refuse a name that is no scored question of the questionnaire."""
    check_name(option, name, "one question")
    if name not in questionnaire.items:
        raise DataError(f"{option}= names {shown(name)}, which is not a question with a scale"
                        f"{nearest(name, questionnaire.items)}.")  # fmt: skip


def numbers_of(option: str, given: object, low: float, high: float) -> dict[str, float]:
    """Return numbers by name, each from ``low`` to ``high``."""
    found = _entries(option, given, "a number")
    for name, value in found.items():
        check_number(f"{option}[{name!r}]", value, low, high)
    return {name: float(value) for name, value in found.items()}


def weights_of(given: object, draft: Questionnaire) -> dict[str, float]:
    """Return weights within siblings by indicator or question, also those of a hierarchy."""
    if isinstance(given, Hierarchy):
        given = dict(zip(given.tree.names[1:], given.tree.local[1:].tolist(), strict=True))
    if isinstance(given, pd.Series):
        given = given.to_dict()
    found = numbers_of("indicator_weights", given, 0, 1e6)
    known = [*(node.name for _, node in draft.walk()), *draft.items]
    if odd := [name for name in found if name not in known]:
        raise DataError(f"indicator_weights= names {odd[0]!r}, no indicator or question{nearest(odd[0], known)}.")
    return found


def fieldwork_of(given: object) -> dict[str, Fieldwork]:
    """Return the fieldwork by wave, from records or from mappings with their fields."""
    known = [name for name in Fieldwork.__dataclass_fields__ if name != "_"]
    found = {}
    for wave, one in _entries("fieldwork", given, "the record of a wave").items():
        if isinstance(one, Fieldwork):
            found[wave] = one
            continue
        if not isinstance(one, Mapping):
            raise OptionError(f"fieldwork= takes for {wave!r} {', '.join(known)}; got {shown(one)}.")
        if odd := [key for key in one if key not in known]:
            raise OptionError(f"The fieldwork of {wave!r} has the key {shown(odd[0])}{nearest(str(odd[0]), known)}.")
        found[wave] = Fieldwork(**one)
    return found


def _entries(option: str, given: object, what: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise OptionError(f"{option}= takes a mapping from name to {what}, not {shown(given)}.")
    for name in given:
        check_name(option, name, "each entry")
    return dict(given)
