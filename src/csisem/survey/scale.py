"""Response scales, missing codes and the conversion to 0-100."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import TypeAlias, TypeGuard, overload

import numpy as np
from numpy.typing import ArrayLike

from csisem.arrays import FloatArray
from csisem.completion import Completion
from csisem.errors import ScaleError, shown
from csisem.option_checks import LARGEST, names_of, real
from csisem.survey.code_range import Code, CodeRange, coded, overlap
from csisem.survey.value_labels import as_value_labels

SMALLEST = 1e-100
"""Answers that differ by less have a variance that no float holds."""


@dataclass(frozen=True, slots=True)
class Scale(Completion):
    """The lowest and highest answer to a question, and how its column is read.

    Parameters
    ----------
    low, high
        The ends of the scale in the question's own unit, ``low < high``.
    reverse
        Whether an answer ``x`` is read as ``low + high - x`` (reverse coding of a question with negative wording).
    missing_codes, not_applicable
        Numbers in the data, or a `CodeRange` of them, that code a refusal ("don't know", "no answer") and a question
        that did not apply. Both are read as missing and counted separately.
    labels
        The labels of the answers by their number in the data. Scales that differ only in labels are equal.

    Raises
    ------
    ScaleError
        If the bounds are not finite or not in order, or a code lies within the bounds or is named twice.

    Examples
    --------
    >>> scale = cs.Scale(1, 10, reverse=True, missing_codes=99)
    >>> scale.clean([1, 4, 99])
    array([10.,  7., nan])
    >>> scale.to_100([10, 7])
    array([100.        ,  66.66666667])
    """

    _internal = frozenset({"turn"})

    low: float
    high: float
    _: KW_ONLY
    reverse: bool = False
    missing_codes: tuple[Code, ...] = ()
    not_applicable: tuple[Code, ...] = ()
    labels: Mapping[float, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        ends_known = _is_number(self.low) and _is_number(self.high)
        if not (ends_known and -LARGEST <= self.low < self.high <= LARGEST):
            raise ScaleError(
                f"A scale must have finite bounds low < high; got low={shown(self.low)} and high={shown(self.high)}."
            )
        object.__setattr__(self, "low", float(self.low))
        object.__setattr__(self, "high", float(self.high))
        object.__setattr__(self, "missing_codes", as_codes(self.missing_codes, "missing_codes"))
        object.__setattr__(self, "not_applicable", as_codes(self.not_applicable, "not_applicable"))
        check_apart(self.missing_codes, self.not_applicable)
        for code in self.codes:
            if overlap(code, CodeRange(self.low, self.high)):
                raise ScaleError(
                    f"Code {code:g} lies within the scale {self}, so it cannot be distinguished from an answer; "
                    "give such items their own scale or code, or recode the data to a number outside the scale."
                )

    def __str__(self) -> str:
        return f"{self.low:g}-{self.high:g}" if self.low >= 0 else f"{self.low:g} to {self.high:g}"

    @property
    def codes(self) -> tuple[Code, ...]:
        """All numbers that are read as missing."""
        return self.missing_codes + self.not_applicable

    @property
    def turn(self) -> float | None:
        """The number that reverse-coded answers are subtracted from; None without reverse coding."""
        return self.low + self.high if self.reverse else None

    def clean(self, values: ArrayLike) -> FloatArray:
        """Return raw answers of any shape, with codes as NaN and reversed items reverse-coded."""
        raw = _floats(values)
        clean = np.array(raw if self.turn is None else self.turn - raw)
        clean[coded(raw, self.codes)] = np.nan
        return clean

    @overload
    def to_100(self, values: float) -> float: ...
    @overload
    def to_100(self, values: ArrayLike) -> FloatArray | float: ...
    def to_100(self, values: ArrayLike) -> FloatArray | float:
        """Return answers on 0-100, ``100 (x - low) / (high - low)``; reversed items are already reverse-coded.

        See Also
        --------
        from_100 : The inverse.

        Examples
        --------
        >>> cs.Scale(1, 5).to_100([1, 3, 5])
        array([  0.,  50., 100.])
        """
        x = _floats(values)
        with np.errstate(over="ignore"):
            points = 100.0 * ((x - self.low) / (self.high - self.low))
        return points if x.ndim else float(points)

    @overload
    def from_100(self, values: float) -> float: ...
    @overload
    def from_100(self, values: ArrayLike) -> FloatArray | float: ...
    def from_100(self, values: ArrayLike) -> FloatArray | float:
        """Return points on 0-100 in the scale's own unit, the inverse of `to_100`.

        Examples
        --------
        >>> cs.Scale(1, 10).from_100(50)
        5.5
        """
        points = _floats(values)
        with np.errstate(over="ignore"):
            x = self.low + (self.high - self.low) * (points / 100.0)
        return x if points.ndim else float(x)


def as_scale(value: object) -> Scale:
    """Return a `Scale` from a `Scale` or a ``(low, high)`` pair of numbers; raise `ScaleError` for anything else."""
    if isinstance(value, Scale):
        return value
    if isinstance(value, tuple | list) and len(value) == 2:
        return Scale(value[0], value[1])
    raise ScaleError(f"A scale must be a pair (low, high) or a csisem.Scale; got {shown(value)}.")


def as_codes(value: object, option: str) -> tuple[Code, ...]:
    """Return numbers and ranges as a tuple; raise `ScaleError` naming ``option`` for anything else."""
    listed = isinstance(value, tuple | list | set | frozenset | range) or (isinstance(value, np.ndarray) and value.ndim)
    several = tuple(value) if listed else (value,)  # type: ignore[arg-type]
    codes: list[Code] = []
    for code in several:
        if isinstance(code, CodeRange):
            codes.append(code)
            continue
        if not _is_number(code):
            raise ScaleError(f"{option}= must be finite numbers; got {shown(code)}; an empty cell needs no code.")
        codes.append(float(code))
    return tuple(dict.fromkeys(codes))


def check_apart(missing_codes: tuple[Code, ...], not_applicable: tuple[Code, ...]) -> None:
    """Raise `ScaleError` if one code is declared both a refusal and not applicable."""
    for code in missing_codes:
        if any(overlap(code, other) for other in not_applicable):
            raise ScaleError(
                f"Code {code:g} is both in missing_codes and in not_applicable; declare it in one of them."
            )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float | np.integer | np.floating) and math.isfinite(real(value))


def _floats(values: object) -> FloatArray:
    """Answers of any shape as floats."""
    try:
        raw = np.asarray(values)
        if raw.dtype.kind not in "cSUMm":
            return np.asarray(raw, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ScaleError(f"Answers must be numbers, missing ones nan; got {shown(values)}.")


ScaleLike: TypeAlias = Scale | tuple[float, float]
ScaleOption: TypeAlias = ScaleLike | Mapping[str, ScaleLike] | None
"""One scale for every item, or a mapping from item to scale in which ``"*"`` stands for all items not named."""

CodesOption: TypeAlias = Code | Sequence[Code] | Mapping[str, Code | Sequence[Code]]
"""Codes for every item, or a mapping from item to codes in which ``"*"`` stands for all items not named."""

EVERY = "*"


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """The coding of a survey's columns: scales, codes and reversal by column, ``"*"`` for all others."""

    scales: Mapping[str, Scale] = field(default_factory=dict)
    missing_codes: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    not_applicable: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    reverse: frozenset[str] = frozenset()
    labels: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    _known: dict[str, Scale | None] = field(default_factory=dict, init=False, repr=False)
    _codes: dict[str, tuple[tuple[Code, ...], tuple[Code, ...]]] = field(default_factory=dict, init=False, repr=False)

    @property
    def named(self) -> tuple[str, ...]:
        """The columns named one by one."""
        several = (*self.scales, *self.missing_codes, *self.not_applicable, *sorted(self.reverse))
        return tuple(name for name in dict.fromkeys(several) if name != EVERY)

    @property
    def plain(self) -> bool:
        """Whether nothing is declared, so that every column is read as it is."""
        return not (self.scales or self.missing_codes or self.not_applicable or self.reverse)

    def codes_of(self, name: str) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
        """Return the refusal codes and the not-applicable codes of a column, its scale's own included."""
        if name not in self._codes:
            self._codes[name] = self._codes_of(name)
        return self._codes[name]

    def _codes_of(self, name: str) -> tuple[tuple[Code, ...], tuple[Code, ...]]:
        declared = self.scales.get(name, self.scales.get(EVERY))
        refused = self.missing_codes.get(name, self.missing_codes.get(EVERY, ()))
        skipped = self.not_applicable.get(name, self.not_applicable.get(EVERY, ()))
        if declared is not None:
            refused = tuple(dict.fromkeys((*declared.missing_codes, *refused)))
            skipped = tuple(dict.fromkeys((*declared.not_applicable, *skipped)))
        check_apart(refused, skipped)
        return refused, skipped

    def with_file(self, other: Coding) -> Coding:
        """Return this coding with the codes and labels that a file declares for its columns added."""
        codes = {
            name: tuple(dict.fromkeys((*self.missing_codes.get(name, self.missing_codes.get(EVERY, ())), *own)))
            for name, own in other.missing_codes.items()
            if name != EVERY
        }
        labels = {name: {**own, **self.labels.get(name, {})} for name, own in other.labels.items()}
        return replace(self, missing_codes={**self.missing_codes, **codes}, labels={**self.labels, **labels})

    def own_codes(self, name: str) -> tuple[Code, ...]:
        """Return the codes declared for this column by name, which also apply where it defines groups."""
        return (*self.missing_codes.get(name, ()), *self.not_applicable.get(name, ()))

    def texts_of(self, name: str) -> Mapping[float, str]:
        """Return the labels of a column's numbers: those declared for it, or those of its own scale."""
        scale = self.scales.get(name)
        return self.labels.get(name, {} if scale is None or scale.reverse else scale.labels)

    def scale_of(self, name: str) -> Scale | None:
        """Return the scale of a column with its codes, reverse coding and labels; None where none is declared."""
        if name not in self._known:
            self._known[name] = self._scale(name)
        return self._known[name]

    def _scale(self, name: str) -> Scale | None:
        declared = self.scales.get(name, self.scales.get(EVERY))
        where = "" if name == EVERY else f"Item {shown(name)}: "
        if declared is None:
            if name in self.reverse:
                raise ScaleError(f"{where}a reversed item needs a scale, since x is read as low + high - x.")
            return None
        try:
            refused, skipped = self.codes_of(name)
            return Scale(
                declared.low,
                declared.high,
                reverse=declared.reverse or name in self.reverse,
                missing_codes=refused,
                not_applicable=skipped,
                labels=self.labels.get(name, declared.labels),
            )
        except ScaleError as problem:
            raise ScaleError(f"{where}{problem}") from None


def as_coding(
    scale: ScaleOption,
    missing_codes: CodesOption,
    not_applicable: CodesOption,
    reverse: str | Sequence[str],
    labels: Mapping[str, Mapping[float, str]] | None,
) -> Coding:
    """Return the `Coding` of a survey's options, with every named scale checked."""
    if scale is None:
        scales: dict[str, Scale] = {}
    elif isinstance(scale, Mapping):
        scales = {str(name): as_scale(value) for name, value in scale.items()}
    else:
        scales = {EVERY: as_scale(scale)}
    coding = Coding(
        scales,
        _codes_by_name(missing_codes, "missing_codes"),
        _codes_by_name(not_applicable, "not_applicable"),
        frozenset(names_of("reverse", reverse)),
        as_value_labels(labels),
    )
    for name in (EVERY, *scales, *coding.reverse):
        coding.scale_of(name)
    return coding


def _codes_by_name(option: CodesOption, name: str) -> dict[str, tuple[Code, ...]]:
    if isinstance(option, Mapping):
        return {str(item): as_codes(codes, name) for item, codes in option.items()}
    codes = as_codes(option, name)
    return {EVERY: codes} if codes else {}
