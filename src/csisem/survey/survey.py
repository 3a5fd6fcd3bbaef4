"""A survey: what came back, with what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.errors import DataError, listed
from csisem.options import check_name, names_of
from csisem.survey.columns import Table, as_table, check_names, cross, without
from csisem.survey.design import Design, DesignCounts, as_design, weights_of
from csisem.survey.item_counts import tally
from csisem.survey.rows.rows import Column, Gather, Memory, Rows, Spread
from csisem.survey.sampling_units import Units, check_design, units_of
from csisem.survey.scale import CodesOption, Coding, Scale, ScaleOption, as_coding
from csisem.survey.summary import as_html, as_text

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from csisem.options import Lonely, ReplicateType
    from csisem.survey.fieldwork import Fieldwork


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Survey:
    """Answers to a questionnaire, with their scales, their codes and the design of the sample.

    Parameters
    ----------
    frame
        The answers, a row a respondent: pandas, polars, pyarrow, or anything with an Arrow stream. Kept, not copied.
    scale
        ``(low, high)`` or a `Scale` for every item, or a mapping from item to those (``"*"``: all items not named).
        Only the index and 0-100 functions need it.
    items
        The question columns. Those named here are checked at once, others when a model names them; other columns
        are never judged.
    weights, strata, clusters, fpc, replicate_weights, replicate_type, lonely, nest
        The columns of the sampling `Design` and how they are read.
    design
        The whole `Design` instead of those.
    segments, id, wave
        The columns that describe respondents, name them, and say when they were asked.
    fieldwork
        How the answers were collected, a `Fieldwork`; intervals of a sample that chance did not draw carry a warning.
    missing_codes, not_applicable
        Numbers that stand for a refusal and for a question that did not apply: for every item, or by item.
    reverse
        Items asked in the negative: an answer ``x`` is read as ``low + high - x``.
    ordered
        Items to be taken as ordered categories.
    item_texts, value_labels
        The questions' texts by column, and the answers' texts by column and number.

    Raises
    ------
    DataError
        When a named column does not exist, or an item in ``items`` is text, constant, unanswered or infinite.
    ScaleError
        When a scale contradicts itself or answers to ``items`` lie off it.
    DesignError
        When weights are negative, missing or all zero, a stratum has a single cluster, a cluster lies in two strata, or
        a finite population is smaller than its sample.
    """

    frame: Any
    items: tuple[str, ...]
    design: Design
    design_counts: DesignCounts
    segments: tuple[str, ...]
    id: str | None
    wave: str | None
    fieldwork: Fieldwork | None
    ordered: tuple[str, ...]
    item_texts: Mapping[str, str]
    value_labels: Mapping[str, Mapping[float, str]]
    coding: Coding
    _table: Table = field(repr=False)
    _units: Units | None = field(repr=False)

    def __init__(
        self,
        frame: object,
        *,
        scale: ScaleOption = None,
        items: Sequence[str] | None = None,
        weights: str | None = None,
        strata: str | Sequence[str] | None = None,
        clusters: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        replicate_weights: Sequence[str] = (),
        replicate_type: ReplicateType | None = None,
        lonely: Lonely | None = None,
        nest: bool | None = None,
        design: Design | None = None,
        segments: str | Sequence[str] = (),
        id: str | None = None,
        wave: str | None = None,
        fieldwork: Fieldwork | None = None,
        missing_codes: CodesOption = (),
        not_applicable: CodesOption = (),
        reverse: str | Sequence[str] = (),
        ordered: str | Sequence[str] = (),
        item_texts: Mapping[str, str] | None = None,
        value_labels: Mapping[str, Mapping[float, str]] | None = None,
    ) -> None:
        table = as_table(frame)
        design = as_design(
            design, weights=weights, strata=strata, clusters=clusters, fpc=fpc, replicate_weights=replicate_weights,
            replicate_type=replicate_type, lonely=lonely, nest=nest,
        )  # fmt: skip
        for option, column in (("id", id), ("wave", wave)):
            if column is not None:
                check_name(option, column)
        counts, units = check_design(design, table)
        labels = value_labels or {}
        coding = as_coding(scale, missing_codes, not_applicable, names_of("reverse", reverse), labels)
        known: dict[str, object] = {
            "frame": frame,
            "items": names_of("items", items, once=False),
            "design": design,
            "design_counts": counts,
            "segments": names_of("segments", segments),
            "id": id,
            "wave": wave,
            "fieldwork": fieldwork,
            "ordered": names_of("ordered", ordered),
            "item_texts": item_texts or {},
            "value_labels": labels,
            "coding": coding,
            "_table": table,
            "_units": units,
        }
        for name, value in known.items():
            object.__setattr__(self, name, value)
        self._check()

    def with_answers(self, frame: object) -> Survey:
        """Return the same questionnaire and design with other answers, such as the next wave's.

        Raises
        ------
        DataError, DesignError
            As for a new `Survey`.
        """
        table = as_table(frame)
        counts, units = check_design(self.design, table)
        other = self._changed({"frame": frame, "design_counts": counts, "_table": table, "_units": units})
        other._check()
        return other

    def with_design(self, design: Design) -> Survey:
        """Return the same answers under another design; an empty `Design` takes rows for a simple random sample.

        Raises
        ------
        DataError, DesignError
            As for a new `Survey`.
        """
        counts, units = check_design(design, self._table)
        return self._changed({"design": design, "design_counts": counts, "_units": units})

    def same_rows(self, other: Survey) -> bool:
        """Whether both read the same frame in the same way, under whatever design."""
        return self.frame is other.frame and self.coding == other.coding

    def units(self, design: Design | None = None) -> Units:
        """Return the sampling units of all rows under ``design``; None takes the survey's own.

        Raises
        ------
        DataError, DesignError
            A column is missing or contradicts the design.
        """
        if design is not None and design != self.design:
            return self.with_design(design).units()
        return self._own_units

    @cached_property
    def _own_units(self) -> Units:
        return units_of(self.design, self._table) if self._units is None else self._units

    def _changed(self, changed: Mapping[str, object]) -> Survey:
        other = object.__new__(Survey)
        for name in self.__dataclass_fields__:
            object.__setattr__(other, name, changed.get(name, getattr(self, name)))
        return other

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns of the frame."""
        return self._table.names

    @property
    def n(self) -> int:
        """Rows of the frame."""
        return self._table.n

    def scale_of(self, item: str) -> Scale | None:
        """Return the scale of ``item`` with its codes, reversal and labels; None where none is declared."""
        return self.coding.scale_of(item)

    def numeric(self, name: str) -> bool:
        """Whether a column holds numbers; False for text.

        Raises
        ------
        DataError
            There is no such column.
        """
        check_names((name,), self._table, "named as an item")
        try:
            self._table.numbers((name,))
        except DataError:
            return False
        return True

    def rows(
        self,
        items: str | Sequence[str],
        *,
        by: str | Sequence[str] = (),
        weights: bool = True,
        units: IntArray | None = None,
        replicates: bool = False,
        others: Sequence[str] = (),
    ) -> Rows:
        """Return the answers to p items, ready to be read by a kernel.

        Parameters
        ----------
        items
            Question columns.
        by
            Columns whose values, or combinations of values, define groups.
        weights
            Whether batches carry the design's weights.
        units
            Codes (n,) that batches carry as their units.
        replicates
            Whether batches carry the design's replicate weights.
        others
            Numeric columns that are no questions and follow the items; what is declared for every item is not meant
            for them.

        Raises
        ------
        DataError
            When a column does not exist, an item is named twice or is text.
        DesignError
            When weights are negative, missing or infinite.
        """
        names, grouping = (*names_of("items", items, once=False), *others), names_of("by", by)
        columns = self._columns(names, others)
        sampling = weights_of(self.design.weights, self._table) if weights and self.design.weights else None
        repeated = self.design.replicate_weights if replicates else ()
        codes, labels = self.grouping(grouping) if grouping else (None, ())
        return Rows(
            items=names,
            scales=tuple(column.scale for column in columns),
            n=self.n,
            source=Memory(
                columns, self.n, sampling, codes, labels, units,
                tuple(weights_of(name, self._table) for name in repeated),
            ),
            by=grouping,
            labels=labels,
            weighted=sampling is not None,
            ungrouped=0 if codes is None else int(np.count_nonzero(codes < 0)),
        )  # fmt: skip

    def grouping(self, by: str | Sequence[str]) -> tuple[IntArray, tuple[Hashable, ...]]:
        """Return the group of each row (n,), -1 for none, and the groups' labels in order of first appearance.

        Raises
        ------
        DataError
            When a column does not exist or cannot define groups.
        """
        names = names_of("by", by)
        check_names(names, self._table, "named in by=")
        return cross([self._groups(name) for name in names])

    def answers(self, items: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return the answers as they are read, a pandas frame (n, p): codes as NaN, reversed items turned.

        Raises
        ------
        DataError
            When an item does not exist, is text or infinite, or when neither ``items`` nor the survey names items.
        ScaleError
            When answers lie off their scale.
        """
        import pandas as pd

        rows = self.rows(self._declared(items))
        values = np.concatenate(rows.reduce(Gather()), axis=1).T
        index = self.frame.index if isinstance(self.frame, pd.DataFrame) else None
        return pd.DataFrame(values, columns=list(rows.items), index=index)

    def to_pandas(self) -> pd.DataFrame:
        """Return all columns as they were given, as a pandas frame."""
        return self._table.to_pandas()

    def counts(self, items: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return, for each item, how many rows answered, refused, were not asked, left a blank or are off the scale.

        Returns
        -------
        pandas.DataFrame
            A row an item; columns ``n answered refused not_applicable blank off_scale``. ``answered`` holds finite
            answers on the scale, so that the last five add up to ``n``.
        """
        import pandas as pd

        names = self._declared(items)
        records = [
            tally(column.values, *self.coding.codes_of(name), self.scale_of(name))
            for name, column in zip(names, self._columns(names), strict=True)
        ]
        return pd.DataFrame(records, index=pd.Index(names, name="item"))

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)

    def _check(self) -> None:
        one_by_one = (name for name in (self.id, self.wave) if name is not None)
        for role, names in (
            ("named in segments=", self.segments),
            ("named in id= or wave=", one_by_one),
            ("named in ordered=", self.ordered),
            ("named in scale=, missing_codes=, not_applicable= or reverse=", self.coding.named),
            ("named in item_texts=", self.item_texts),
            ("named in value_labels=", self.value_labels),
        ):
            check_names(names, self._table, role)
        if self.items:
            if not self.n:
                raise DataError("The data have no rows.")
            rows = self.rows(self.items, weights=False)
            _check_vary(rows.items, rows.reduce(Spread()))

    def _columns(self, names: tuple[str, ...], others: Sequence[str] = ()) -> tuple[Column, ...]:
        if not names:
            raise DataError("No items are named.")
        if len(set(names)) < len(names):
            twice = dict.fromkeys(name for name in names if names.count(name) > 1)
            raise DataError(f"Items named more than once: {listed(twice)}; each item is taken once.")
        check_names(names, self._table, "named as an item")
        numbers = self._table.numbers(names)
        if self.coding.plain:
            return tuple(map(Column, numbers))
        columns = []
        for name, values in zip(names, numbers, strict=True):
            own = name in others and name not in self.coding.named
            scale = None if own else self.scale_of(name)
            codes = self.coding.own_codes(name) if own else sum(self.coding.codes_of(name), ())
            columns.append(Column(values, codes, scale))
        return tuple(columns)

    def _groups(self, name: str) -> tuple[IntArray, list[Hashable]]:
        codes, labels = self._table.groups(name)
        blank = self.coding.own_codes(name)
        return without(codes, labels, lambda label: label in blank) if blank else (codes, labels)

    def _declared(self, items: str | Sequence[str] | None) -> tuple[str, ...]:
        names = self.items if items is None else names_of("items", items, once=False)
        if not names:
            raise DataError("Name the items: this survey was made without items=.")
        return names


def _check_vary(items: tuple[str, ...], spread: FloatArray) -> None:
    low, high = spread
    if unanswered := [name for name, value in zip(items, low, strict=True) if np.isnan(value)]:
        raise DataError(f"Nobody answered {listed(unanswered)}: every row is blank or a refusal code.")
    if constant := [f"{items[i]!r} (always {low[i]:g})" for i in np.flatnonzero(low == high)]:
        raise DataError(f"Constant items carry no information: {', '.join(constant)}; leave them out.")
