"""Item weights of latent responses, applied to the numeric codes of answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.covariance.casewise.casewise_scores import RowScores, ScoreKernel
from csisem.covariance.lisrel.implied import implied
from csisem.covariance.lisrel.latent_responses import with_responses
from csisem.covariance.lisrel.matrices import Matrices
from csisem.errors import DataError, OptionError
from csisem.fit.bootstrap.covariance_replicates import CovarianceReplicates
from csisem.fit.bootstrap.replicates import BootstrapReplicates
from csisem.fit.covariance.ordered.code_moments import answers_of
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.ordered.parameter_influence import ParameterInfluence, parameter_influence
from csisem.fit.fitted_rows import require_rows
from csisem.index.construct.item_weights import Block, Weighting, blocks, weigh
from csisem.inference.delta import jacobian
from csisem.moments.patterns import Patterns
from csisem.options import ItemWeights


@dataclass(frozen=True, slots=True, eq=False)
class OrderedRowInfluence:
    """Influence of rows on the parameters of an ordered fit, then on the variances of the codes (G, p).

    Attributes
    ----------
    parameters
        Influence on the parameters.
    mean, variance
        Of the codes, (G, p).
    share
        Share in the sum of weights of the rows of each group that answer each item, (G, p).
    """

    parameters: ParameterInfluence
    mean: FloatArray
    variance: FloatArray
    share: FloatArray

    @property
    def q(self) -> int:
        return self.parameters.q + self.mean.size

    def kept(self, values: FloatArray) -> BoolArray:
        return self.parameters.kept(values)

    def filled(self, group: int, centred: FloatArray) -> FloatArray:
        return self.parameters.filled(group, centred)

    def __call__(self, group: int, centred: FloatArray) -> FloatArray:
        spread = np.zeros((*self.mean.shape, centred.shape[1]))
        away = centred - self.mean[group][:, None]
        # Missing answers have no influence.
        spread[group] = np.nan_to_num((away**2 - self.variance[group][:, None]) / self.share[group][:, None])
        return np.concatenate([self.parameters(group, centred), spread.reshape(-1, centred.shape[1])])


@dataclass(frozen=True, eq=False)
class OrderedWeights:
    """Item weights as functions of an ordered fit's free parameters, then the variances of the codes (G, p).

    The model of the latent responses, in units of the codes' standard deviations, is taken as that of the codes: the
    weights of a block are ``Theta^-1 lambda`` of latent responses of variance 1, divided by those deviations.
    """

    solution: OrderedSolution
    ranges: FloatArray
    kind: ItemWeights

    @cached_property
    def measured(self) -> tuple[Block, ...]:
        return blocks(self.solution.table)

    @cached_property
    def at(self) -> FloatArray:
        return np.concatenate([self.solution.theta, self.solution.code_variances.ravel()])

    def weigh(self, parameters: FloatArray) -> Weighting:
        theta, variance = np.split(parameters, [len(self.solution.theta)], axis=-1)
        matrices = self.solution.structure.matrices(theta)
        variance = variance.reshape(*variance.shape[:-1], *self.solution.code_variances.shape)
        return weigh(self.measured, self._of_codes(matrices, variance), self.ranges, self.kind)

    def _of_codes(self, matrices: Matrices, variance: FloatArray) -> Matrices:
        """Matrices in the units of the codes."""
        table, ordered = self.solution.table, self.solution.objective.vector.responses.ordered
        unit = np.where(ordered, with_responses(matrices).scales * np.sqrt(variance), 1.0)
        latent = np.ones((*unit.shape[:-1], len(table.latents)), dtype=unit.dtype)
        for j, name in enumerate(table.latents[table.constructs :], start=table.constructs):
            latent[..., j] = unit[..., table.observed.index(name)]
        return replace(
            matrices,
            loadings=matrices.loadings * unit[..., :, None] / latent[..., None, :],
            residual=matrices.residual * unit[..., :, None] * unit[..., None, :],
            paths=matrices.paths * latent[..., :, None] / latent[..., None, :],
            latent=matrices.latent * latent[..., :, None] * latent[..., None, :],
        )

    def derivatives(self, function: Callable[[FloatArray], FloatArray], group: IntArray) -> FloatArray:
        del group
        return jacobian(function, self.at)

    def scores(self) -> tuple[RowScores, FloatArray]:
        solution = self.solution
        size = np.asarray(solution.group_size / solution.n, dtype=np.float64)
        share = np.broadcast_to(size[:, None], solution.centre.shape)
        if solution.settings.missing == "pairwise":
            survey = require_rows(solution.data, "an index by an ordered fit needs")
            rows = solution.rows(survey, by=solution.settings.by)
            share = share * answers_of(Patterns.from_rows(rows, solution.table.exogenous)).answered
        own = parameter_influence(solution)
        influence = OrderedRowInfluence(own, solution.centre, solution.code_variances, share)
        return influence, np.zeros_like(solution.centre)

    def inverse(self) -> FloatArray:
        return np.eye(len(self.at))

    def covariance(self) -> FloatArray:
        solution = self.solution
        survey = require_rows(solution.data, "an index by an ordered fit needs")
        if survey.design.drawn:
            raise DataError("The index of other answers by an ordered fit takes its rows as independent, and they were "
                            "drawn by strata or clusters; fit the model to those answers.")  # fmt: skip
        scores, centre = self.scores()
        labels = solution.groups or (None,)
        kernel = ScoreKernel(scores, centre, {label: g for g, label in enumerate(labels)},
                             dict(zip(labels, centre, strict=True)))  # fmt: skip
        sums = solution.rows(survey, by=solution.settings.by).reduce(kernel)
        return np.asarray(sums.scores / float(solution.moments.weight.sum()) ** 2)

    def by_covariance(self) -> FloatArray:
        # Means of answers depend on no parameter.
        return np.zeros((len(self.solution.centre), 0, len(self.at)))

    def repeated(self) -> Weighting:
        raise OptionError("The index of an ordered fit has no standard errors by replicate weights; fit with strata "
                          "and clusters.")  # fmt: skip

    def drawn(self, drawn: BootstrapReplicates, inside: IntArray) -> Weighting:
        if not isinstance(drawn, CovarianceReplicates):
            raise TypeError("replicates of a covariance structure are meant")
        matrices = drawn.structure.take(inside).matrices(drawn.theta[inside])
        return weigh(self.measured, self._of_codes(matrices, self._implied_variances(matrices)), self.ranges, self.kind)

    def _implied_variances(self, matrices: Matrices) -> FloatArray:
        """Variances of the codes (..., G, p) that thresholds imply: the sample's, where thresholds are free."""
        own, moments = with_responses(matrices), implied(matrices)
        first, item = self.solution.first, self.solution.objective.vector.responses.item
        below = ndtr((own.thresholds - moments.mean[..., item]) * own.scales[..., item])
        variance = np.ones(moments.mean.shape)
        for name, codes in zip(first.items, first.answers, strict=True):
            if not codes:
                continue
            column = self.solution.table.observed.index(name)
            share = np.diff(below[..., item == column], prepend=0.0, append=1.0, axis=-1)
            away = np.array(codes) - (share @ np.array(codes))[..., None]
            variance[..., column] = (share * away**2).sum(axis=-1)
        return variance
