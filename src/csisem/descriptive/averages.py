"""Means, totals and ratios of domains, with their joint design covariance."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, listed, tell
from csisem.inference.design_rules import linearise, rule_of
from csisem.inference.design_variance import degrees_of_freedom
from csisem.inference.influence import Covariance, JointCovariance, StackCovariance, UnitCovariance
from csisem.inference.replicate_variance import replicate_degrees
from csisem.moments.domain_ratios import Answered, Influence, Quotients, Squares, SquaresKernel
from csisem.moments.unit_totals import Cells, ReplicateTotals, UnitTotals
from csisem.survey import Survey
from csisem.survey.undeclared_codes import undeclared_warnings


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Request for k quotients of sums of the answers to some items, in D domains of a survey.

    Attributes
    ----------
    survey, items, parts
        The rows, the items that are read, and the quotients of their sums.
    by, codes, labels
        The columns that define domains, each row's domain (n,), and the domains' labels; empty for a single domain.
    total
        Whether to estimate the totals of the numerators instead.
    combine
        Weights (c, k) of sums of the quotients to estimate instead of these.
    """

    survey: Survey
    items: tuple[str, ...]
    parts: Quotients
    by: tuple[str, ...] = ()
    codes: IntArray | None = None
    labels: tuple[Hashable, ...] = ()
    total: bool = False
    combine: FloatArray | None = None

    @property
    def count(self) -> int:
        """Number of estimates in each domain: c, or k."""
        return self.parts.count if self.combine is None else len(self.combine)

    @property
    def domains(self) -> int:
        return max(len(self.labels), 1) if self.by else 1


def ask(
    survey: Survey,
    items: tuple[str, ...],
    parts: Quotients,
    by: tuple[str, ...],
    *,
    total: bool = False,
    combine: FloatArray | None = None,
) -> Asked:
    """Return the request for averages by the values of the columns ``by``."""
    if not survey.n:
        raise DataError("The data have no rows.")
    tell(undeclared_warnings(survey, items))
    codes, labels = survey.grouping(by) if by else (None, ())
    if by and not labels:
        raise DataError(f"No row is in a group of {', '.join(map(repr, by))}: every value is blank.")
    return Asked(survey, items, parts, by, codes, labels, total, combine)


def ungrouped(asked: Asked) -> list[Sentence]:
    """A note on the rows outside all domains; empty if there are none."""
    return [] if asked.codes is None else without_group(asked.codes, asked.by)


def without_group(codes: IntArray, by: tuple[str, ...]) -> list[Sentence]:
    """A note on the rows whose group (n,) is -1, since ``by`` is blank there; empty if there are none."""
    lost = int(np.count_nonzero(codes < 0))
    return [sentence("rows.without_group", lost=lost, n=len(codes), by=by)] if lost else []


def refuse_empty(asked: Asked, empty: BoolArray, who: Callable[[int], str | Sentence]) -> None:
    """Refuse estimates (D, k) without answers; ``who`` words what nobody did, by the place of the first of them."""
    if empty.any():
        domain, place = (int(k) for k in np.argwhere(empty)[0])
        did = who(place)
        if isinstance(did, Sentence):
            raise DataError(
                sentence("answers.nobody_did", groups=asked.labels[domain : domain + 1] if asked.by else (), did=did)
            )
        where = f" in {listed([asked.labels[domain]])}" if asked.by else ""
        raise DataError(f"Nobody{where} {did}.")


def label_columns(by: tuple[str, ...], labels: Sequence[Hashable], count: int = 1) -> dict[str, list[Hashable]]:
    """Columns of the groups' values of ``by``, each group ``count`` times; empty without groups."""
    rows = [label if isinstance(label, tuple) and len(by) > 1 else (label,) for label in labels]
    return {column: [row[k] for row in rows for _ in range(count)] for k, column in enumerate(by)}


@dataclass(frozen=True, slots=True, eq=False)
class Averages:
    """Estimates of k quotients, or of c sums of these, in D domains.

    Attributes
    ----------
    value
        Estimates, (D, c).
    covariance
        Their joint covariance.
    degrees
        Degrees of freedom of each domain, (D,).
    spread
        Weighted squared deviations of the rows, (D, c).
    n, weight, squares
        Number of rows with a weight above zero in each quotient, the sums of their weights and of the squared weights,
        (D, k).
    empty
        Whether a quotient has no row, or denominators that add up to zero, (D, k).
    """

    value: FloatArray
    covariance: Covariance
    degrees: FloatArray
    spread: FloatArray
    n: FloatArray
    weight: FloatArray
    squares: FloatArray
    empty: BoolArray


def averages(asked: Asked) -> Averages:
    """Estimate by Taylor linearisation of the sampling units' totals, or from the replicate weights."""
    survey, k = asked.survey, asked.parts.count
    every = np.arange(asked.domains)
    codes = np.zeros(survey.n, dtype=np.intp) if asked.codes is None else asked.codes
    kernel = UnitTotals(asked.parts, asked.domains)
    sums = kernel.spread(survey.rows(asked.items, units=codes).reduce(kernel)).sums
    over, under = sums[:, :k], sums[:, k:]
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = over / under
    nothing, whole = np.zeros_like(quotient), np.ones_like(quotient)
    influence = Influence(asked.parts, nothing, whole, every, asked.combine) if asked.total else None
    deviation = Influence(asked.parts, quotient, whole if asked.total else under, every, asked.combine)
    used = influence or deviation
    value = _combined(asked, over if asked.total else quotient)
    covariance: Covariance
    if survey.design.replicate_weights:
        squares = _squares(asked, used, deviation, None, None)
        covariance, degrees = _replicates(asked, value)
    else:
        squares, covariance, degrees = _linearised(asked, used, deviation)
    n, weight, square = survey.rows(asked.items, by=asked.by).reduce(Answered(asked.parts, asked.domains))
    return Averages(value, covariance, degrees, squares.spread, n, weight, square, under == 0)


def _combined(asked: Asked, values: FloatArray) -> FloatArray:
    return values if asked.combine is None else np.asarray(values @ asked.combine.T)


def _squares(
    asked: Asked, influence: Influence, deviation: Influence, factor: FloatArray | None, units: IntArray | None
) -> Squares:
    rows = asked.survey.rows(asked.items, by=asked.by, units=units)
    return rows.reduce(SquaresKernel(influence, deviation, factor))


def _linearised(asked: Asked, influence: Influence, deviation: Influence) -> tuple[Squares, UnitCovariance, FloatArray]:
    """Squares of rows, covariance and degrees of freedom from the sampling units."""
    survey, domains = asked.survey, asked.domains
    design = linearise(survey.units())
    cells = Cells.of(design.code, design.count, asked.codes, domains)
    placed = replace(influence, domain=cells.group)
    kernel = UnitTotals(placed, cells.count)
    totals = kernel.spread(survey.rows(asked.items, units=cells.code).reduce(kernel))
    squares = _squares(asked, influence, deviation, design.row_factor, design.code)
    none = np.zeros((domains * asked.count, 0))
    rows = None
    if design.row_factor is not None:
        rows = JointCovariance(none, np.zeros((0, 0)), none.T, squares.products)
    covariance = UnitCovariance(design, rows, none, None, totals.sums, cells.unit, cells.group, domains)
    return squares, covariance, degrees_of_freedom(design, totals.rows, cells.unit, cells.group, domains)


def _replicates(asked: Asked, value: FloatArray) -> tuple[StackCovariance, FloatArray]:
    """Covariance and degrees of freedom from the replicate weights."""
    rows = asked.survey.rows(asked.items, by=asked.by, weights=False, replicates=True)
    found = rows.reduce(ReplicateTotals(asked.parts, asked.domains))
    k = asked.parts.count
    # A domain may be empty under some replicate weights.
    with np.errstate(divide="ignore", invalid="ignore"):
        stack = _combined(asked, found.sums[..., :k] if asked.total else found.sums[..., :k] / found.sums[..., k:])
    covariance = StackCovariance(stack.reshape(len(stack), -1), value.ravel(), rule_of(asked.survey.design))
    return covariance, np.full(asked.domains, replicate_degrees(found.gram))
