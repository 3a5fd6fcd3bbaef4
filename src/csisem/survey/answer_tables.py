"""Frames of a survey's answers: read, counted, and searched for undeclared codes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from csisem.arrays import pd
from csisem.completion import Completion
from csisem.option_checks import names_of
from csisem.survey.columns import Table
from csisem.survey.item_counts import count_answers
from csisem.survey.roles import declared_items
from csisem.survey.rows.rows import Gather, Rows
from csisem.survey.scale import Coding
from csisem.survey.undeclared_codes import Undeclared, undeclared_frame


class AnswerTables(Completion, ABC):
    """What a `Survey` shows of its answers as frames."""

    frame: Any
    items: tuple[str, ...]
    coding: Coding
    _table: Table

    @abstractmethod
    def rows(self, items: str | Sequence[str]) -> Rows:
        """The answers to items, ready to be reduced by a kernel."""

    @abstractmethod
    def undeclared(self, items: tuple[str, ...] | None = None) -> tuple[Undeclared, ...]:
        """The findings of `undeclared_codes`."""

    def answers(self, items: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return the answers as a pandas frame (n, p), codes as NaN and reversed items reverse-coded.

        Parameters
        ----------
        items
            Question columns, by default the survey's ``items``.

        Raises
        ------
        DataError
            If an item does not exist, is text or infinite, or if neither ``items`` nor the survey names items.
        ScaleError
            If answers lie off their scale.

        Examples
        --------
        >>> survey = cs.Survey(pd.DataFrame({"q": [1, 5, 9]}), scale=(1, 5), missing_codes=9, reverse="q")
        >>> survey.answers("q")["q"].tolist()
        [5.0, 1.0, nan]
        """
        rows = self.rows(declared_items(self.items, items))
        values = np.concatenate(rows.reduce(Gather()), axis=1).T
        index = self.frame.index if isinstance(self.frame, pd.DataFrame) else None
        return pd.DataFrame(values, columns=list(rows.items), index=index)

    def to_pandas(self) -> pd.DataFrame:
        """Return all columns as they were given, as a pandas frame."""
        return self._table.to_pandas()

    def counts(self, items: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return how many rows answered each item, refused, were not asked, left a blank or are off the scale.

        Parameters
        ----------
        items
            Question columns, by default the survey's ``items``.

        Returns
        -------
        pandas.DataFrame
            A row per item; columns ``n answered refused not_applicable blank off_scale``. ``answered`` counts finite
            answers on the scale, so that the last five sum to ``n``.

        Raises
        ------
        DataError
            If an item does not exist or is text, or if neither ``items`` nor the survey names items.

        Examples
        --------
        >>> cs.datasets.retail_survey().counts(["s1", "c1"])
                 n  answered  refused  not_applicable  blank  off_scale
        item
        s1    2400      2330        0               0     70          0
        c1    2400      2317        0               0     83          0
        """
        return count_answers(declared_items(self.items, items), self._table, self.coding)

    def undeclared_codes(self, items: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return the numbers that look like refusal codes in items without a scale.

        Parameters
        ----------
        items
            Question columns, by default the survey's ``items``, or all columns without another role.

        Returns
        -------
        pandas.DataFrame
            ``item code rows low high`` of each number that lies far from the other answers, or next to them; ``low``
            and ``high`` are the ends of these answers.

        Examples
        --------
        >>> answers = pd.DataFrame({"s1": [1, 2, 3, 4, 5] * 8 + [99, 99]})
        >>> cs.Survey(answers).undeclared_codes()
          item  code  rows  low  high
        0   s1  99.0     2  1.0   5.0
        """
        return undeclared_frame(self.undeclared(None if items is None else names_of("items", items, once=False)))
