"""ACSI's price tolerance, one item from two questions."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import ArrayLike

from csisem.arrays import FloatArray
from csisem.errors import DataError, QuestionnaireError, shown
from csisem.option_checks import real
from csisem.survey.named_numbers import numbers


@dataclass(frozen=True, slots=True)
class PriceTolerance:
    """One item from two questions about the price.

    Customers who would buy again state by how many per cent the price may rise before they would not; the others, by
    how many it would have to fall before they would.

    Parameters
    ----------
    name
        Column of the new item.
    increase, decrease
        Columns of the two questions, in per cent of at least 0.
    most
        Largest percentage; larger answers are read as ``most``. The scale of the item is -most to most.

    Raises
    ------
    QuestionnaireError
        If two columns are the same, or ``most`` is not above zero.

    Examples
    --------
    >>> tolerance = cs.PriceTolerance("tolerance", increase="up", decrease="down")
    >>> tolerance.of([5, np.nan, 60], [np.nan, 10, np.nan])
    array([  5., -10.,  25.])
    """

    name: str
    increase: str
    decrease: str
    _: KW_ONLY
    most: float = 25.0

    def __post_init__(self) -> None:
        for part in ("name", "increase", "decrease"):
            if not isinstance(getattr(self, part), str):
                raise QuestionnaireError(
                    f"{part}= of a price tolerance must be a name, as text; got {shown(getattr(self, part))}."
                )
        if len({self.name, self.increase, self.decrease}) < 3:
            raise QuestionnaireError(f"Price tolerance {self.name!r} needs two questions and a name of its own.")
        if not 0 < real(self.most) < np.inf:
            raise QuestionnaireError(
                f"Price tolerance {shown(self.name)}: most= must be above zero; got {shown(self.most)}."
            )

    def of(self, increase: ArrayLike, decrease: ArrayLike) -> FloatArray:
        """Return ``min(increase, most)`` or ``-min(decrease, most)`` (n,), nan where neither was answered.

        Raises
        ------
        DataError
            If a row has both, a percentage is negative or not a number, or there are not as many of both.
        """
        up = numbers(increase, f"A percentage in {shown(self.increase)}")
        down = numbers(decrease, f"A percentage in {shown(self.decrease)}")
        if up.shape != down.shape:
            raise DataError(f"{shown(self.increase)} has {up.size} answers and {shown(self.decrease)} {down.size}; "
                            "give one of each a customer.")  # fmt: skip
        for column, values in ((self.increase, up), (self.decrease, down)):
            if (wrong := np.flatnonzero(values < 0)).size:
                raise DataError(f"Column {column!r} holds {wrong.size} percentages below zero (first in row "
                                f"{wrong[0] + 1}, counting from 1); a fall is written without a sign.")  # fmt: skip
        if (both := np.flatnonzero(~np.isnan(up) & ~np.isnan(down))).size:
            raise DataError(f"{both.size} rows answer both {self.increase!r} and {self.decrease!r} (first row "
                            f"{both[0] + 1}, counting from 1); a customer is asked one of the two.")  # fmt: skip
        return np.where(np.isnan(up), -np.minimum(down, self.most), np.minimum(up, self.most))
