"""Columns under the survey's coding: items as numbers, others as groups."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from itertools import chain
from types import MappingProxyType

from csisem.arrays import IntArray
from csisem.errors import DataError, listed
from csisem.survey.code_range import is_code
from csisem.survey.columns import Table, check_names, cross, without
from csisem.survey.rows.rows import Column
from csisem.survey.scale import Coding
from csisem.survey.value_labels import in_order_of_options, in_order_of_parts, labelled


def item_columns(items: Sequence[str], table: Table, coding: Coding, others: Sequence[str] = ()) -> tuple[Column, ...]:
    """Return the columns of items; codes and scales declared for every item do not apply to ``others``."""
    if not items:
        raise DataError("No items are named.")
    if len(set(items)) < len(items):
        twice = dict.fromkeys(name for name in items if items.count(name) > 1)
        raise DataError(f"Items named more than once: {listed(twice)}; name each item once.")
    check_names(items, table, "named as an item")
    numbers = table.numbers(items)
    if coding.plain:
        return tuple(map(Column, numbers))
    columns = []
    for name, values in zip(items, numbers, strict=True):
        own = name in others and name not in coding.named
        codes = coding.own_codes(name) if own else tuple(chain(*coding.codes_of(name)))
        columns.append(Column(values, codes, None if own else coding.scale_of(name)))
    return tuple(columns)


def group_codes(
    by: Sequence[str], table: Table, coding: Coding, options: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[IntArray, tuple[Hashable, ...]]:
    """Return the group of each row (n,), -1 where missing or coded as missing, and the labels of the groups.

    Groups of a column with value labels are named by these, in the order of their codes; those of a questionnaire's
    choice have the order of its options; others appear as they do in the data.
    """
    check_names(by, table, "named in by=")
    parts, named = [], False
    for name in by:
        codes = coding.own_codes(name)
        part = without(*table.groups(name), partial(is_code, codes=codes)) if codes else table.groups(name)
        own = options.get(name)
        parts.append(in_order_of_options(part, own) if own else labelled(part, coding.texts_of(name)))
        named |= parts[-1] is not part
    groups, crossed = cross(parts)
    return in_order_of_parts(groups, crossed, parts) if named and len(parts) > 1 else (groups, crossed)


def is_numeric(name: str, table: Table) -> bool:
    """Whether a column holds numbers; False for text."""
    check_names((name,), table, "named as an item")
    try:
        table.numbers((name,))
    except DataError:
        return False
    return True
