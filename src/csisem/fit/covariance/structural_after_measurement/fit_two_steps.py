"""Estimation by structural after measurement, with standard errors and verdict."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from csisem.arrays import FloatArray
from csisem.covariance.structural_after_measurement.latent_moments import LatentMoments
from csisem.covariance.structural_after_measurement.measurement_blocks import MeasurementBlock, Plan, plan_of
from csisem.covariance.structural_after_measurement.structural_step import TwoSteps, estimate_two_steps
from csisem.display.sentences import Sentence, sentence
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.identification import inverse_or_flat
from csisem.fit.covariance.structural_after_measurement.two_step_solution import TwoStepSolution
from csisem.fit.covariance.verdict import judge
from csisem.fit.solution import Uncertainty
from csisem.fit.status import USUAL, Status, not_identified
from csisem.moments.moments import Moments
from csisem.specification.parameters import ParameterTable


def fit_two_steps(
    empty: CovarianceSolution, blocks: tuple[tuple[str, ...], ...]
) -> tuple[TwoStepSolution, tuple[Sentence, ...]]:
    """The solution by structural after measurement, and sentences about its measurement blocks."""
    table, plan = empty.table, plan_of(empty.table, blocks)
    found = estimate_two_steps(plan, table, empty.structure, empty.sample, empty.group_size[None])
    solution = _solution(empty, plan, found)
    if not found.converged[0]:
        lost = [
            one.constructs for one, minimum in zip(plan.blocks, found.blocks, strict=True) if not minimum.converged[0]
        ]
        reason = (
            sentence("fit.sam.block_not_converged", constructs=lost[0]) if lost
            else sentence("fit.sam.structure_not_converged")
        )  # fmt: skip
        return replace(solution, status=Status(False, False, False, (reason,))), ()
    return with_two_step_errors(solution), _said(solution)


def _solution(empty: CovarianceSolution, plan: Plan, found: TwoSteps) -> TwoStepSolution:
    own = {one.name: getattr(empty, one.name) for one in fields(empty)}
    own["theta"] = found.theta[0]
    latent = LatentMoments(*(part[0] for part in found.latent))
    measurement = tuple(
        _part(empty, block.table, minimum.theta[0], _selected(empty.moments, block))
        for block, minimum in zip(plan.blocks, found.blocks, strict=True)
    )
    structural = _part(empty, plan.structural, found.structural[0], _latent(empty.moments, plan, latent))
    held = tuple(minimum.held[0] for minimum in found.blocks)
    solved = TwoStepSolution(**own, plan=plan, measurement=measurement, held=held, latent=latent, structural=structural)
    solved.__dict__["structure"] = empty.structure
    return solved


def _part(empty: CovarianceSolution, table: ParameterTable, theta: FloatArray, moments: Moments) -> CovarianceSolution:
    """A block or the structural part as a converged solution of its own, without standard errors."""
    status = Status(True, True, True)
    settings = replace(empty.settings, estimator="ML")
    return CovarianceSolution(table, settings, moments, theta.copy(), status, 0, None, None,
                              Uncertainty.unknown(table.npar))  # fmt: skip


def _selected(moments: Moments, block: MeasurementBlock) -> Moments:
    own = block.items
    return replace(moments, mean=moments.mean[..., own], cov=moments.cov[..., own[:, None], own],
                   items=tuple(moments.items[i] for i in own.tolist()),
                   scales=tuple(moments.scales[i] for i in own.tolist()))  # fmt: skip


def _latent(moments: Moments, plan: Plan, latent: LatentMoments) -> Moments:
    """The constructs' moments in the shape of the items'."""
    names = plan.structural.observed
    lead = moments.n.shape
    m = len(names)
    return replace(moments, mean=latent.mean.reshape(*lead, m), cov=latent.cov.reshape(*lead, m, m), items=names,
                   scales=(None,) * m)  # fmt: skip


def with_two_step_errors(solution: TwoStepSolution) -> TwoStepSolution:
    """Add the covariance of the parameters and the verdict.

    With I the information of the whole model at the estimate and V11 the covariance of the measurement parameters, of
    each block alone, the structural ones have ``I22^-1 + I22^-1 I21 V11 I12 I22^-1`` (Rosseel and Loh 2022).
    """
    table, total = solution.table, float(solution.counted.sum())
    first, second = np.zeros((table.npar, table.npar)), solution.plan.second
    for block, part in zip(solution.plan.blocks, solution.measurement, strict=True):
        inverse, flat = inverse_or_flat(part.grouped_information("expected"))
        if inverse is None:
            return replace(solution, status=not_identified(part.table.names(), flat))
        own = len(block.parameters)
        first[np.ix_(block.parameters, block.parameters)] = inverse.dense()[:own, :own] / total
    inverse, flat = inverse_or_flat(solution.structural.grouped_information("expected"))
    if inverse is None:
        return replace(solution, status=not_identified(solution.structural.table.names(), flat))
    information = solution.unit_information("expected")
    within = np.linalg.inv(information[np.ix_(second, second)])
    pulled = within @ information[second]
    covariance = first.copy()
    covariance[np.ix_(second, second)] = within / total + pulled @ first @ pulled.T
    across = -pulled @ first
    covariance[second] += across
    covariance[:, second] += across.T
    status = judge(table, solution.lisrel, solution.implied_moments, solution.group_n, USUAL)
    if reasons := _negative(solution):
        status = replace(status, admissible=False, reasons=reasons + status.reasons)
    return replace(solution, errors=Uncertainty(covariance), status=status)


def _negative(solution: TwoStepSolution) -> tuple[Sentence, ...]:
    """Constructs whose items have no common variance in their block."""
    said = []
    for part in solution.measurement:
        table = part.table
        for row, value in zip(table.rows, part.values.tolist(), strict=True):
            if row.matrix == "psi" and row.row == row.col and value <= 0:
                where = str(table.groups[row.group]) if table.n_groups > 1 else None
                said.append(sentence("fit.sam.no_variance", construct=row.lhs, group=where, variance=value))
    return tuple(said)


def _said(solution: TwoStepSolution) -> tuple[Sentence, ...]:
    """What was done to the blocks: joined, held at zero, corrected less."""
    said = []
    for block, part, held in zip(solution.plan.blocks, solution.measurement, solution.held, strict=True):
        for name in block.joined:
            others = tuple(other for other in block.constructs if other != name)
            said.append(sentence("fit.sam.joined", construct=name, others=others))
        for k in np.flatnonzero(held):
            row = part.table.rows[part.table.representatives[k]]
            where = str(part.table.groups[row.group]) if part.table.n_groups > 1 else None
            said.append(sentence("fit.sam.held", item=row.lhs, group=where))
    for group, factor in enumerate(solution.latent.factor.tolist()):
        if factor < 1:
            label = str(solution.groups[group]) if solution.table.n_groups > 1 else None
            said.append(sentence("fit.sam.less_error", share=factor, group=label))
    return tuple(said)
