"""Labels of coded values, in tables ordered by their codes."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Self, TypeVar

import numpy as np

from csisem.arrays import IntArray
from csisem.errors import OptionError, shown
from csisem.options import real

T = TypeVar("T")

Part = tuple[IntArray, list[Hashable]]
"""Codes of rows (n,), -1 where missing, and the labels they index."""


class ValueLabel(str):
    """The label of a coded value: equal to its text, ordered in tables by its ``code``."""

    code: float

    def __new__(cls, text: str, code: float) -> Self:
        made = super().__new__(cls, text)
        made.code = code
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, float]]:
        return type(self), (str(self), self.code)


def as_item_texts(given: object) -> Mapping[str, str]:
    """Return the texts of items; refuse what is not a mapping from column to text."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise OptionError(f"item_texts= must be a mapping from column to text; got {shown(given)}.")
    for name, text in given.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise OptionError(f"item_texts= must map names to texts; got {shown(text)} for {shown(name)}.")
    return given


def as_value_labels(given: object) -> Mapping[str, Mapping[float, str]]:
    """Return labels of codes by column; refuse what is not a mapping from column to a mapping from code to text."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise OptionError(f"value_labels= must be a mapping from column to labels by code; got {shown(given)}.")
    for name, labels in given.items():
        if not isinstance(name, str) or not isinstance(labels, Mapping):
            raise OptionError(
                f"value_labels= of {shown(name)} must be a mapping from code to text, such as {{1: 'poor'}}; "
                f"got {shown(labels)}."
            )
        for code, text in labels.items():
            if not math.isfinite(real(code)) or not isinstance(text, str):
                raise OptionError(
                    f"value_labels= of {shown(name)} must map numbers to texts; got {shown(text)} for {shown(code)}."
                )
    return given


def code_of(label: Hashable) -> float | None:
    """Return the number of a label, or of a value that is one; None for text."""
    if isinstance(label, ValueLabel):
        return label.code
    number = isinstance(label, int | float | np.number) and not isinstance(label, bool | np.bool_)
    return float(label) if number else None  # type: ignore[arg-type]


def shown_labels(labels: Sequence[Hashable], texts: Mapping[float, str]) -> list[Hashable]:
    """Return values with the texts of their codes; two codes of one text are told apart by their numbers."""
    codes = [code_of(label) for label in labels]
    own = [texts.get(code, "") if code is not None else "" for code in codes]
    return [
        label
        if code is None or not text.strip()
        else ValueLabel(text if own.count(text) == 1 else f"{text} ({code:g})", code)
        for label, code, text in zip(labels, codes, own, strict=True)
    ]


def labelled(part: Part, texts: Mapping[float, str]) -> Part:
    """Return groups under the texts of their codes, in the order of the codes; unchanged where there are no texts."""
    codes, labels = part
    numbers = [code_of(label) for label in labels]
    known = [number for number in numbers if number is not None]
    if len(known) < len(labels) or not any(texts.get(number, "").strip() for number in known):
        return part
    order = np.argsort(known, kind="stable")
    shown = shown_labels(labels, texts)
    return renumbered(codes, order, len(labels)), [shown[k] for k in order]


def in_order_of_options(part: Part, options: Sequence[str]) -> Part:
    """Return groups in the order of a question's options, others after them; unchanged where none is an option."""
    codes, labels = part
    places = {text: place for place, text in reversed(list(enumerate(options)))}
    if not any(label in places for label in labels):
        return part
    order = sorted(range(len(labels)), key=lambda k: places.get(labels[k], len(options)))  # type: ignore[call-overload]
    return renumbered(codes, order, len(labels)), [labels[k] for k in order]


def renumbered(codes: IntArray, kept: Sequence[int] | IntArray, count: int) -> IntArray:
    """Return codes (n,) of ``count`` labels as places among those that are ``kept``, -1 where missing or not kept."""
    # One place more than labels: code -1 reads the last one.
    place = np.full(count + 1, -1, dtype=np.intp)
    place[kept] = np.arange(len(kept))
    return place[codes]


def in_order_of_parts(codes: IntArray, labels: tuple[Hashable, ...], parts: Sequence[Part]) -> tuple[
    IntArray, tuple[Hashable, ...]
]:  # fmt: skip
    """Return combinations of several columns in the order of each column's own labels, the first column first."""
    places = [{label: k for k, label in enumerate(own)} for _, own in parts]
    keys = [tuple(place[value] for place, value in zip(places, label, strict=True)) for label in labels]  # type: ignore[call-overload]
    order = sorted(range(len(labels)), key=keys.__getitem__)
    return renumbered(codes, order, len(labels)), tuple(labels[k] for k in order)


def by_label(given: Mapping[Hashable, T], labels: Sequence[Hashable]) -> dict[Hashable, T]:
    """Return what is given by label or by code, keyed by label; other keys stay as they are."""
    own = frozenset(labels)
    coded = {label.code: label for label in own if isinstance(label, ValueLabel) and label.code not in own}
    return {key if key in own else coded.get(key, key): value for key, value in given.items()}  # type: ignore[call-overload]
