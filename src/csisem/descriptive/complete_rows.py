"""Complete rows of some items in memory, with their weights, and variances of what rows add up to, under the design."""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import FloatArray, IntArray
from csisem.descriptive.averages import without_group
from csisem.errors import CsisemWarning, DataError, agree, listed
from csisem.inference.design_rules import linearise, rule_of
from csisem.inference.design_variance import added, degrees_of_freedom, variance
from csisem.inference.replicate_variance import replicate_degrees
from csisem.options import names_of
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.fieldwork import warn_unless_random


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The m rows of a survey that answered all of p items and are in a group, if groups are asked for.

    Attributes
    ----------
    survey
        All n rows, under the design in force.
    items
        Names of the items.
    values
        Answers (m, p), as they are read.
    weights
        Sampling weights (m,), 1 without.
    rows
        Positions of the rows in the data (m,).
    codes
        Group of each row (m,), zeros without groups.
    labels
        Labels of the groups, those of which no row is left taken out; ``("all",)`` without groups.
    dropped
        Rows left out for a missing answer or group.
    by
        Columns of the groups.
    emptied
        Labels of the groups of which no row is left.
    ungrouped
        A sentence on the rows in no group, or none.
    """

    survey: Survey
    items: tuple[str, ...]
    values: FloatArray
    weights: FloatArray
    rows: IntArray
    codes: IntArray
    labels: tuple[Hashable, ...]
    dropped: int
    by: tuple[str, ...] = ()
    emptied: tuple[Hashable, ...] = ()
    ungrouped: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, data: object, items: str | Sequence[str], *, by: str | Sequence[str] = (), design: object = None
    ) -> Sample:
        """Read the complete rows; the design is the survey's own (None), none (False) or another.

        Raises
        ------
        DataError, ScaleError, DesignError
            A column is missing or text, answers lie off their scale, no row is complete, or all complete rows have
            weight zero.
        """
        survey = under_design(as_survey(data), design)
        warn_unless_random(survey.fieldwork, stacklevel=3)
        return cls.read(survey, names_of("items", items), names_of("by", by))

    @classmethod
    def read(cls, survey: Survey, names: tuple[str, ...], grouping: tuple[str, ...] = ()) -> Sample:
        """The same under the survey's own design, without the warning of a sample that was not drawn at random."""
        values = survey.answers(names).to_numpy(dtype=np.float64)
        codes, labels = survey.grouping(grouping) if grouping else (np.zeros(survey.n, dtype=np.intp), ("all",))
        kept = np.flatnonzero(~np.isnan(values).any(axis=1) & (codes >= 0))
        if not kept.size:
            if not survey.n:
                raise DataError("The data have no rows.")
            asked = [*names, *grouping]
            raise DataError(f"No row has an answer to {'all of ' * (len(asked) > 1)}{listed(asked)}.")
        return cls.among(survey, names, values[kept], kept, codes, labels, grouping)

    @classmethod
    def among(
        cls,
        survey: Survey,
        items: tuple[str, ...],
        values: FloatArray,
        kept: IntArray,
        codes: IntArray,
        labels: Sequence[Hashable],
        by: tuple[str, ...] = (),
    ) -> Sample:
        """Return the rows ``kept`` (m,) with their values (m, p), of the groups ``codes`` (n,) of all rows.

        Raises
        ------
        DataError, DesignError
            All of them, or all of a group's, have weight zero, or weights are none.
        """
        weights = survey.units().weights if survey.design.weights else None
        weights = np.ones(len(kept)) if weights is None else weights[kept]
        if not weights.any():
            rows = agree(len(kept), "single row", f"{len(kept)} rows")
            raise DataError(
                f"The {rows} that answered {listed(items)} {agree(len(kept), 'has', 'all have')} weight zero."
            )
        present = np.unique(codes[kept])
        left = tuple(labels[code] for code in present)
        place = np.searchsorted(present, codes[kept])
        if (idle := np.flatnonzero(np.bincount(place, weights) == 0)).size:
            names = listed(left[code] for code in idle)
            raise DataError(f"The weights of {names} of {listed(by)} add up to zero, so nobody there counts.")
        emptied = tuple(label for code, label in enumerate(labels) if code not in set(present.tolist()))
        return cls(survey, items, values, weights, kept, place, left, survey.n - len(kept), by, emptied,
                   tuple(without_group(codes, by)))  # fmt: skip

    def without_rows(self) -> tuple[str, ...]:
        """Sentences about groups of which no row is left, which results would pass over."""
        if not self.emptied:
            return ()
        return (f"No row of {listed(self.emptied)} of {listed(self.by)} answered {listed(self.items)}.",)

    def single_rows(self) -> tuple[str, ...]:
        """Sentences about groups of which a single row counts, whose errors are unknown."""
        counted = np.bincount(self.codes, self.weights > 0, minlength=len(self.labels))
        alone = listed(label for label, count in zip(self.labels, counted, strict=True) if count == 1)
        if not alone:
            return ()
        where = f" of {alone} of {listed(self.by)}" if self.by else ""
        return (f"A single row{where} answered {listed(self.items)}, and shows no spread: its errors are unknown.",)

    def warn_of_groups(self, stacklevel: int, *, single: bool = True) -> None:
        """Warn of rows in no group, and of groups with no row or a single one, where the result has no notes."""
        for sentence in (*self.ungrouped, *self.without_rows(), *(self.single_rows() if single else ())):
            warnings.warn(sentence, CsisemWarning, stacklevel=stacklevel + 1)

    def left_out(self) -> tuple[str, ...]:
        """Sentences about rows left out, and groups with them."""
        said = []
        if self.dropped:
            columns = f" or {listed(self.by)}" if self.by else ""
            said.append(f"{self.dropped} of {self.survey.n} rows {agree(self.dropped, 'lacks', 'lack')} "
                        f"{self.items[0]!r}{columns} and {agree(self.dropped, 'was', 'were')} left out.")  # fmt: skip
        return (*said, *self.without_rows())

    def with_values(self, values: FloatArray, items: tuple[str, ...] | None = None) -> Sample:
        """Return the same rows with other values (m, p)."""
        return replace(self, values=values, items=self.items if items is None else items)

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.rows)

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum())

    @property
    def designed(self) -> bool:
        """Whether weights, strata, clusters, finite populations or replicate weights are in force."""
        return bool(self.survey.design)

    def moments(self) -> tuple[FloatArray, FloatArray]:
        """Weighted means (p,) and covariances (p, p) with divisor sum of weights."""
        mean = self.weights @ self.values / self.total
        centred = self.values - mean
        return mean, (centred * self.weights[:, None]).T @ centred / self.total

    def part(self, code: int) -> Sample:
        """Return one group's rows."""
        inside = self.codes == code
        return Sample(self.survey, self.items, self.values[inside], self.weights[inside], self.rows[inside],
                      np.zeros(int(inside.sum()), dtype=np.intp), (self.labels[code],), self.dropped)  # fmt: skip

    def variance(self, influence: FloatArray) -> FloatArray:
        """Covariance (k, k) of the sums of weighted values ``influence`` (m, k), zero on all other rows.

        By Taylor linearisation: totals of the sampling units, also of those without a row here. Without strata and
        clusters rows are the units, with n/(n - 1). Under replicate weights: from the sums under each of them.
        """
        design = self.survey.design
        if design.replicate_weights:
            stack = self._replicates().T @ influence
            return rule_of(design).variance(stack, self.weights @ influence)
        units = linearise(self.survey.units())
        code = units.code[self.rows]
        weighted = influence * self.weights[:, None]
        found = variance(units, added(weighted, code, units.count))
        if units.row_factor is not None:
            found = found + weighted.T @ (units.row_factor[code][:, None] * weighted)
        return found

    def degrees(self) -> float:
        """Degrees of freedom of the design: units less strata that have rows of weight above zero here."""
        if self.survey.design.replicate_weights:
            weights = self._replicates()
            return replicate_degrees(weights.T @ weights)
        units = linearise(self.survey.units())
        counted = (self.weights > 0).astype(np.float64)
        rows = np.asarray(np.bincount(units.code[self.rows], counted, minlength=units.count), dtype=np.float64)
        every, one = np.arange(units.count), np.zeros(units.count, dtype=np.intp)
        return float(degrees_of_freedom(units, rows, every, one, 1)[0])

    def _replicates(self) -> FloatArray:
        """Replicate weights of the rows, (m, R)."""
        names = self.survey.design.replicate_weights
        plain = Survey(self.survey.frame)
        return plain.answers(names).to_numpy(dtype=np.float64)[self.rows]


def labelled(labels: Sequence[Hashable], by: tuple[str, ...]) -> dict[str, list[Hashable]]:
    """Return columns of group labels, one for each ``by`` column; nothing without groups."""
    if not by:
        return {}
    if len(by) == 1:
        return {by[0]: list(labels)}
    return {name: [label[place] for label in labels] for place, name in enumerate(by)}  # type: ignore[index]
