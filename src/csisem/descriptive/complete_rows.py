"""Complete rows of some items with weights, groups and design variances."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.descriptive.averages import without_group
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, agree, listed, tell
from csisem.inference.design_rules import linearise, rule_of
from csisem.inference.design_variance import added, degrees_of_freedom, variance
from csisem.inference.replicate_variance import replicate_degrees
from csisem.option_checks import names_of
from csisem.survey import Survey, as_survey
from csisem.survey.design_in_force import under_design
from csisem.survey.undeclared_codes import undeclared_warnings


def survey_in_force(data: object, design: object) -> Survey:
    """Return the answers under the design in force."""
    return under_design(as_survey(data), design)


def groups_in(survey: Survey, by: tuple[str, ...]) -> tuple[IntArray, tuple[Hashable, ...]]:
    """Group (n,) of each row, -1 in none, and the labels of the groups; a single group ``"all"`` without ``by``."""
    return survey.grouping(by) if by else (np.zeros(survey.n, dtype=np.intp), ("all",))


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The m rows of a survey that answered all of p items and, with ``by``, are in a group.

    Attributes
    ----------
    survey
        All n rows, under the design in force.
    items
        Names of the items.
    values
        Answers (m, p), as they are read.
    weights
        Sampling weights (m,); 1 without weights.
    rows
        Positions of the rows in the data (m,).
    codes
        Group of each row (m,), zeros without groups.
    labels
        Labels of the groups that have rows; ``("all",)`` without groups.
    dropped
        Number of rows left out for a missing answer or group.
    by
        Columns of the groups.
    emptied
        Labels of the groups without complete rows.
    ungrouped
        A sentence on the rows in no group; empty if there are none.
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
    ungrouped: tuple[Sentence, ...] = ()

    @classmethod
    def of(
        cls, data: object, items: str | Sequence[str], *, by: str | Sequence[str] | None = None, design: object = None
    ) -> Sample:
        """Read the complete rows under the survey's own design (None), none (False) or another."""
        survey, names = survey_in_force(data, design), names_of("items", items)
        tell(undeclared_warnings(survey, names))
        return cls.read(survey, names, names_of("by", by))

    @classmethod
    def read(cls, survey: Survey, names: tuple[str, ...], grouping: tuple[str, ...] = ()) -> Sample:
        """Read the complete rows of a survey whose design is in force."""
        values = survey.answers(names).to_numpy(dtype=np.float64)
        codes, labels = groups_in(survey, grouping)
        kept = np.flatnonzero(~np.isnan(values).any(axis=1) & (codes >= 0))
        if not kept.size:
            if not survey.n:
                raise DataError("The data have no rows.")
            asked = [*names, *grouping]
            raise DataError(sentence("answers.no_complete_row", items=asked, several=len(asked) > 1))
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
        """Return the rows ``kept`` (m,) with their values (m, p); ``codes`` (n,) are the groups of all rows."""
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
            raise DataError(f"The weights of {names} of {listed(by)} add up to zero, so there is no estimate.")
        emptied = tuple(label for code, label in enumerate(labels) if code not in set(present.tolist()))
        return cls(survey, items, values, weights, kept, place, left, survey.n - len(kept), by, emptied,
                   tuple(without_group(codes, by)))  # fmt: skip

    def without_rows(self) -> tuple[Sentence, ...]:
        """Notes on groups without complete rows, which the results leave out."""
        if not self.emptied:
            return ()
        return (sentence("rows.group_without_rows", groups=self.emptied, by=self.by, items=self.items),)

    def single_rows(self) -> tuple[Sentence, ...]:
        """Notes on groups in which a single row counts, whose standard errors are unknown."""
        counted = np.bincount(self.codes, self.weights > 0, minlength=len(self.labels))
        alone = [label for label, count in zip(self.labels, counted, strict=True) if count == 1]
        if not alone:
            return ()
        return (sentence("rows.single_row", groups=alone if self.by else None, by=self.by, items=self.items),)

    def warn_of_groups(self, *, single: bool = True) -> None:
        """Warn of rows in no group, and of groups with no row or a single one, where the result has no notes."""
        tell([*self.ungrouped, *self.without_rows(), *(self.single_rows() if single else ())])

    def left_out(self) -> tuple[Sentence, ...]:
        """Notes on rows left out, and about groups left without rows."""
        if not self.dropped:
            return self.without_rows()
        said = sentence("rows.left_out", dropped=self.dropped, n=self.survey.n, item=self.items[0], by=self.by)
        return (said, *self.without_rows())

    def with_values(self, values: FloatArray, items: tuple[str, ...] | None = None) -> Sample:
        """Return the same rows with other values (m, p)."""
        return replace(self, values=values, items=self.items if items is None else items)

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def counted(self) -> int:
        """Number of rows with a weight above zero."""
        return int(np.count_nonzero(self.weights > 0))

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return float(self.weights.sum())

    @property
    def designed(self) -> bool:
        """Whether weights, strata, clusters, finite populations or replicate weights are in force."""
        return bool(self.survey.design)

    def moments(self) -> tuple[FloatArray, FloatArray]:
        """Weighted means (p,) and covariances (p, p), with the sum of the weights as divisor."""
        mean = self.weights @ self.values / self.total
        centred = self.values - mean
        return mean, (centred * self.weights[:, None]).T @ centred / self.total

    def part(self, code: int) -> Sample:
        """Return the rows of one group."""
        inside = self.codes == code
        return Sample(self.survey, self.items, self.values[inside], self.weights[inside], self.rows[inside],
                      np.zeros(int(inside.sum()), dtype=np.intp), (self.labels[code],), self.dropped)  # fmt: skip

    def among_rows(self, inside: BoolArray) -> Sample:
        """Return some of the rows, (m,)."""
        return replace(self, values=self.values[inside], weights=self.weights[inside], rows=self.rows[inside],
                       codes=self.codes[inside])  # fmt: skip

    def variance(self, influence: FloatArray) -> FloatArray:
        """Covariance (k, k) of the sums of weighted values ``influence`` (m, k), which are zero on all other rows.

        By Taylor linearisation: from totals of all sampling units, also of those without a row here. Without strata
        and clusters rows are the units, with n/(n - 1). Under replicate weights: from the sums under each of them.
        """
        design = self.survey.design
        if design.replicate_weights:
            stack = self.replicates().T @ influence
            return rule_of(design).variance(stack, self.weights @ influence)
        units = linearise(self.survey.units())
        code = units.code[self.rows]
        weighted = influence * self.weights[:, None]
        found = variance(units, added(weighted, code, units.count))
        if units.row_factor is not None:
            found = found + weighted.T @ (units.row_factor[code][:, None] * weighted)
        return found

    def degrees(self) -> float:
        """Degrees of freedom of the design: units less strata that have rows with a weight above zero here."""
        if self.survey.design.replicate_weights:
            weights = self.replicates()
            return replicate_degrees(weights.T @ weights)
        units = linearise(self.survey.units())
        counted = (self.weights > 0).astype(np.float64)
        rows = np.asarray(np.bincount(units.code[self.rows], counted, minlength=units.count), dtype=np.float64)
        every, one = np.arange(units.count), np.zeros(units.count, dtype=np.intp)
        return float(degrees_of_freedom(units, rows, every, one, 1)[0])

    def replicates(self) -> FloatArray:
        """Replicate weights of the rows, (m, R)."""
        names = self.survey.design.replicate_weights
        plain = Survey(self.survey.frame)
        return plain.answers(names).to_numpy(dtype=np.float64)[self.rows]
