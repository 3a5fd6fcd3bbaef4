"""A survey: answers, their scales and the sampling design."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from csisem.arrays import IntArray
from csisem.options import check_flags, check_name, names_of
from csisem.survey.answer_tables import AnswerTables
from csisem.survey.coded_columns import group_codes, is_numeric, item_columns
from csisem.survey.columns import Table, as_table
from csisem.survey.design import Design, DesignCounts, as_design, weights_of
from csisem.survey.roles import INTERNAL, check_items, check_roles, other_answers
from csisem.survey.rows.rows import Column, Memory, Rows
from csisem.survey.sampling_units import Units, check_design, units_of
from csisem.survey.scale import CodesOption, Coding, Scale, ScaleOption, as_coding
from csisem.survey.summary import as_html, as_text, lines_of
from csisem.survey.undeclared_codes import CodeSearch, Undeclared
from csisem.survey.value_labels import as_item_texts

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from csisem.options import Lonely, ReplicateType
    from csisem.survey.declared import Declared
    from csisem.survey.fieldwork import Fieldwork
    from csisem.survey.files.source import FileSource


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Survey(AnswerTables):
    """Answers to a questionnaire, with their scales, missing codes and sampling design.

    Parameters
    ----------
    frame
        The answers, one row per respondent: a pandas, polars or pyarrow table, or anything with an Arrow stream. It is
        referenced, not copied.
    scale
        ``(low, high)`` or a `Scale` for every item, or a mapping from item to those (``"*"``: all items not named).
        Only the index and other functions on 0-100 need it.
    items
        The question columns. Items named here are checked at once, others when a model names them; other columns are
        never checked.
    weights, strata, clusters, fpc, replicate_weights, replicate_type, lonely, nest
        The sampling design, as for `Design`.
    design
        The whole `Design` instead of those.
    segments, id, wave
        The columns that describe respondents, identify them, and give the time of the interview.
    fieldwork
        How the answers were collected, a `Fieldwork`. Without random selection, intervals issue a warning.
    missing_codes, not_applicable
        Numbers that code a refusal and a question that did not apply: for every item, or a mapping by item.
    reverse
        Items with negative wording, which are reverse-coded: an answer ``x`` is read as ``low + high - x``.
    ordered
        Items of ordered categories, which ``"WLSMV"`` and its relatives take as such; other estimators take numbers.
    item_texts, value_labels
        The wording of the questions by column, and the labels of the answers by column and number.

    Raises
    ------
    DataError
        If a named column does not exist, or an item in ``items`` is text, constant, unanswered or infinite.
    ScaleError
        If a scale contradicts itself or answers to ``items`` lie off it.
    DesignError
        If weights are negative, missing or all zero, a stratum has a single cluster, a cluster lies in two strata, or
        a finite population is smaller than its sample.

    See Also
    --------
    read : The survey in a file.
    Questionnaire.survey : The survey of answers to a questionnaire.

    Examples
    --------
    >>> answers = pd.DataFrame({"s1": [9, 3, 99], "shop": ["a", "b", "b"]})
    >>> survey = cs.Survey(answers, scale=(1, 10), items=["s1"], missing_codes=99)
    >>> survey
    Survey
      rows      3
      columns   2 (pandas DataFrame)
      items     1 on scale 1-10: 's1'
      refusals  1 in 's1'
      design    none declared
    """

    _internal = INTERNAL

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
    source: FileSource | None
    declared: Mapping[str, Declared]
    _table: Table = field(repr=False)
    _units: Units | None = field(repr=False)
    _search: CodeSearch = field(repr=False)

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
        counts, units = check_design(design, table)
        coding = as_coding(scale, missing_codes, not_applicable, reverse, value_labels)
        vars(self).update(
            frame=frame,
            items=names_of("items", items, once=False),
            design=design,
            design_counts=counts,
            segments=names_of("segments", segments),
            id=id,
            wave=wave,
            fieldwork=fieldwork,
            ordered=names_of("ordered", ordered),
            item_texts=as_item_texts(item_texts),
            value_labels=coding.labels,
            coding=coding,
            source=None,
            declared={},
            _table=table,
            _units=units,
            _search=CodeSearch(),
        )
        check_roles(self, self._table)
        check_items(self, self.items)

    def with_answers(self, frame: object) -> Survey:
        """Return other answers, such as the next wave's, under the same scales and design.

        Raises
        ------
        DataError, DesignError
            As for a new `Survey`; a declared column that ``frame`` lacks is refused where it is used.

        Examples
        --------
        >>> survey = cs.datasets.retail_survey()
        >>> survey.with_answers(survey.frame.head(600)).n
        600
        """
        other = self._changed(**other_answers(self, frame))
        check_items(other, tuple(item for item in self.items if item in other.columns))
        return other

    def with_design(self, design: Design) -> Survey:
        """Return the same answers under another design; an empty `Design` treats rows as a simple random sample.

        Raises
        ------
        DataError, DesignError
            As for a new `Survey`.

        Examples
        --------
        >>> survey = cs.datasets.retail_survey().with_design(cs.Design(clusters="store"))
        >>> print(survey.design)
        clusters store
        """
        counts, units = check_design(design, self._table)
        return self._changed(design=design, design_counts=counts, _units=units)

    def with_source(self, source: FileSource | None) -> Survey:
        """Return the same survey, with what was understood of the file that holds its answers."""
        return self._changed(source=source)

    def with_declared(self, declared: Mapping[str, Declared]) -> Survey:
        """Return the same survey, with what a questionnaire says of its items."""
        return self._changed(declared=declared)

    def same_rows(self, other: Survey) -> bool:
        """Whether both read the same frame with the same coding."""
        return self.frame is other.frame and self.coding == other.coding

    def units(self, design: Design | None = None) -> Units:
        """Return the sampling units of all rows under ``design``, by default the survey's own."""
        if design is not None and design != self.design:
            return self.with_design(design).units()
        units = units_of(self.design, self._table) if self._units is None else self._units
        vars(self).update(_units=units)
        return units

    def _changed(self, **changed: object) -> Survey:
        other = object.__new__(Survey)
        vars(other).update({name: getattr(self, name) for name in self.__dataclass_fields__} | changed)
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
        """Return the scale of an item with its codes, reverse coding and labels; None where none is declared."""
        check_name("item", item)
        return self.coding.scale_of(item)

    def numeric(self, name: str) -> bool:
        """Whether a column holds numbers; False for text."""
        return is_numeric(name, self._table)

    def numbers(self, names: tuple[str, ...]) -> tuple[Column, ...]:
        """Return numeric columns with their coding."""
        return item_columns(names, self._table, self.coding)

    def rows(
        self,
        items: str | Sequence[str],
        *,
        by: str | Sequence[str] | None = None,
        weights: bool = True,
        units: IntArray | None = None,
        replicates: bool = False,
        others: Sequence[str] = (),
    ) -> Rows:
        """Return the answers to p items, ready to be reduced by a kernel.

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
            Numeric columns that are not questions, appended to the items. Scales and codes declared for every item do
            not apply to them.

        Raises
        ------
        DataError, DesignError
            If a column does not exist, an item is named twice or is text, or a weight is negative, missing or infinite.

        Examples
        --------
        >>> cs.datasets.retail_survey().rows(["s1", "s2"], by="region").labels
        ('North', 'East', 'South', 'West')
        """
        check_flags(weights=weights, replicates=replicates)
        others, grouping = names_of("others", others), names_of("by", by)
        names = (*names_of("items", items, once=False), *others)
        columns = item_columns(names, self._table, self.coding, others)
        sampling = weights_of(self.design.weights, self._table) if weights and self.design.weights else None
        repeated = self.design.replicate_weights if replicates else ()
        codes, labels = self.grouping(grouping) if grouping else (None, ())
        return Rows(
            items=names,
            scales=tuple(column.scale for column in columns),
            n=self.n,
            source=Memory(columns, self.n, sampling, codes, labels, units,
                          tuple(weights_of(name, self._table) for name in repeated)),
            by=grouping,
            labels=labels,
            weighted=sampling is not None,
            ungrouped=0 if codes is None else int(np.count_nonzero(codes < 0)),
        )  # fmt: skip

    def grouping(self, by: str | Sequence[str]) -> tuple[IntArray, tuple[Hashable, ...]]:
        """Return the group of each row (n,), -1 where missing, and the labels as declared or as they appear."""
        columns = names_of("by", by)
        options = {name: self.declared[name].options for name in columns if name in self.declared}
        return group_codes(columns, self._table, self.coding, options)

    def undeclared(self, items: tuple[str, ...] | None = None) -> tuple[Undeclared, ...]:
        """Return the findings of `undeclared_codes`."""
        return self._search.among(items or self.items, self)

    def __repr__(self) -> str:
        return as_text(lines_of(self))

    def _repr_html_(self) -> str:
        return as_html(lines_of(self))
