"""The solution of a covariance structure with ordered items."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from csisem.arrays import FloatArray, IntArray
from csisem.covariance.cholesky import symmetric_inverse
from csisem.covariance.estimation.discrepancy import ScaledMoments
from csisem.covariance.estimation.starting_values import start_values
from csisem.covariance.lisrel import derived
from csisem.covariance.lisrel.implied import Implied, implied
from csisem.covariance.lisrel.latent_responses import with_responses
from csisem.covariance.lisrel.matrices import row_places
from csisem.covariance.ordered.ordered_objective import OrderedQuadratic
from csisem.covariance.ordered.response_derivatives import part_derivatives, response_derivatives
from csisem.display.sentences import Sentence, sentence
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.ordered.code_moments import code_moments
from csisem.inference.delta import jacobian
from csisem.moments.moments import Moments
from csisem.moments.ordered.ordered_moments import OrderedMoments
from csisem.survey.rows.rows import Rows


@dataclass(frozen=True, eq=False, repr=False)
class OrderedSolution(CovarianceSolution):
    """The estimates of a covariance structure with ordered items.

    Means and covariances are those of latent responses and numeric variables. The discrepancy is of their moments given
    the observed predictors; ``implied_moments`` includes these.

    Attributes
    ----------
    first
        Thresholds, means, slopes and covariances estimated in the first step.
    codes
        Moments of the answers themselves: of rows that answer everything, or of those that answer each pair.
    """

    first: OrderedMoments = field(kw_only=True)
    codes: Moments = field(kw_only=True)

    @property
    def row_moments(self) -> Moments:
        return self.codes

    def moments_of(self, rows: Rows) -> Moments:
        return code_moments(rows, self.table.exogenous, self.settings.missing)

    @cached_property
    def centre(self) -> FloatArray:
        return self.codes.mean.reshape(self.table.n_groups, -1)

    @cached_property
    def code_variances(self) -> FloatArray:
        """Variances of the answers with divisor n, (G, p)."""
        p = len(self.table.observed)
        return np.diagonal(self.codes.cov.reshape(-1, p, p), axis1=-2, axis2=-1)

    @property
    def estimation(self) -> Sentence:
        return sentence(
            "fit_summary.ordered",
            estimator=self.estimator,
            ordered=sum(1 for answers in self.first.answers if answers),
            parameterization="delta" if self.table.ordered is None else self.table.ordered.parameterization,
        )

    @cached_property
    def sample_cov(self) -> FloatArray:
        """Covariances of latent responses and numeric variables, (G, p, p), with divisor n."""
        p = len(self.table.observed)
        return self.moments.cov.reshape(self.table.n_groups, p, p)

    @cached_property
    def weight_of_moments(self) -> FloatArray:
        """V: the inverse of Gamma (G, s, s), that of its diagonal (G, s), or ones (G, s)."""
        gamma = self.first.weighing_gamma
        if self.recipe.discrepancy == "WLS":
            return symmetric_inverse(gamma)
        diagonal = np.diagonal(gamma, axis1=-2, axis2=-1)
        return np.ones_like(diagonal) if self.recipe.discrepancy == "ULS" else 1 / diagonal

    @cached_property
    def objective(self) -> OrderedQuadratic:
        """What was minimised, a batch of one."""
        return OrderedQuadratic(self.structure, self.sample, self.first.vector[None], self.weight_of_moments[None])

    def objective_for(self, sample: ScaledMoments) -> OrderedQuadratic:
        """The discrepancy with other shares of the groups."""
        return OrderedQuadratic(self.structure, sample, self.first.vector[None], self.weight_of_moments[None])

    @property
    def unit(self) -> float:
        return 1.0

    @property
    def start(self) -> FloatArray:
        thresholds, cov, mean = self.first.thresholds, self.sample_cov, self.sample_mean
        plain = start_values(self.table, self.structure, mean, cov, thresholds)
        at = self.objective.vector.responses
        if not at.scaled:
            return plain
        # Latent responses in units of their residuals: the variance that the plain start explains says how large.
        explained = implied(at.conditional(self.structure.matrices(plain))).cov
        share = np.diagonal(explained, axis1=-2, axis2=-1) - 1
        scale = np.where(at.ordered, 1 / np.sqrt(np.clip(1 - share, 0.1, 1.0)), 1.0)
        cov = cov * (scale[:, :, None] * scale[:, None, :])
        return start_values(self.table, self.structure, mean * scale, cov, thresholds * scale[:, at.item])

    @cached_property
    def implied_moments(self) -> Implied:
        """Implied moments of latent responses, with the groups as leading axis."""
        return implied(self.structure.matrices(self.theta))

    @cached_property
    def scales(self) -> FloatArray:
        """Scale factors of the observed variables, (G, p), 1 for numeric ones."""
        return with_responses(self.lisrel).scales

    @cached_property
    def response_cov(self) -> FloatArray:
        """Implied covariances (G, p, p) in the units of the sample's: latent responses times their scale factors."""
        return self.implied_moments.cov * (self.scales[:, :, None] * self.scales[:, None, :])

    @cached_property
    def conditional_cov(self) -> FloatArray:
        """Implied covariances (G, y, y) in the units of the sample's, given the observed predictors."""
        kept = self.objective.vector.responses.kept
        scale = self.scales[:, kept]
        cov = self.point.moments.member(0).cov[:, kept[:, None], kept]
        return np.asarray(cov * (scale[:, :, None] * scale[:, None, :]))

    @property
    def implied_covariances(self) -> FloatArray:
        return self.response_cov

    def population(self) -> tuple[FloatArray, FloatArray]:
        return self.implied_moments.mean * self.scales, self.response_cov

    @cached_property
    def moment_derivatives(self) -> FloatArray:
        """Derivatives of the moments by the free parameters, (G, s, q)."""
        vector = self.objective.vector
        parts = part_derivatives(vector, self.structure, self.point, self.slope)
        by_entry = response_derivatives(vector, self.point, parts)[0]
        return np.asarray(by_entry @ self.structure.whole_map())

    @cached_property
    def implied_vector(self) -> FloatArray:
        """The moments that the model implies, given the observed predictors, in the order of the sample's, (G, s)."""
        return self.objective.vector.of(self.point.moments.member(0))

    def places_of(self, observed: tuple[str, ...]) -> IntArray:
        """Places of the moments in the order that they have in a model with the same variables in another order."""
        vector, names = self.objective.vector, self.table.observed
        at, position = vector.responses, {name: i for i, name in enumerate(observed)}
        rank = np.array([position[name] for name in names])
        kept, covariates = at.kept, at.covariates
        latents = [self.table.latents[j] for j in covariates]
        row, col = (rank[side] for side in vector.products)
        keys: list[tuple[int, int, int]] = [(0, int(rank[i]), t) for t, i in enumerate(at.item)]
        keys += [(1, int(rank[i]), 0) for i in vector.numeric]
        keys += [(2, int(rank[i]), position[name]) for i in kept for name in latents]
        keys += [(3, max(i, j), min(i, j)) for i, j in zip(row.tolist(), col.tolist(), strict=True)]
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.intp)

    @cached_property
    def values(self) -> FloatArray:
        return row_places(self.table).gather(self.lisrel)

    def standardized(self) -> tuple[FloatArray, csr_array]:
        derivative = np.nan_to_num(jacobian(self.standardized_at, self.theta))
        return self.standardized_at(self.theta), csr_array(derivative)

    def standardized_at(self, theta: FloatArray) -> FloatArray:
        with np.errstate(invalid="ignore"):
            matrices = self.structure.matrices(theta)
            whole = derived.standardized(matrices, self.table.promoted, self.objective.vector.responses.item)
            return row_places(self.table).gather(whole)
