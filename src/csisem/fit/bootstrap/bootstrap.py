"""The bootstrap of a fit, all replicates as one batch."""

from __future__ import annotations

from csisem.errors import ModelError, OptionError, tell
from csisem.fit.bootstrap.bootstrap_result import Bootstrap, CompositeBootstrap, CovarianceBootstrap
from csisem.fit.bootstrap.composite_replicates import composite_replicates, group_moments
from csisem.fit.bootstrap.covariance_replicates import covariance_replicates
from csisem.fit.bootstrap.ordered_replicates import OrderedDraws, check_ordered
from csisem.fit.bootstrap.ordered_row_replicates import OrderedRowDraws, draws_of
from csisem.fit.bootstrap.refit import Refitted, refit
from csisem.fit.bootstrap.refit_ordered import refit_ordered
from csisem.fit.bootstrap.replicate_moments import source_of
from csisem.fit.bootstrap.run_blocks import check_drawing, map_blocks, seed_or_new
from csisem.fit.bootstrap.simulated_answers import SimulatedAnswers
from csisem.fit.covariance.covariance_fit import as_covariance
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.ordered.ordered_solution import OrderedSolution
from csisem.fit.covariance.restricted import origin
from csisem.fit.fit import Fit
from csisem.fit.fitted_rows import fitted_rows, require_rows
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.fit.solution import Solution
from csisem.fit.status import warn_inadmissible
from csisem.options import BootstrapMethod, validate
from csisem.survey.survey import Survey


def bootstrap(
    fit: Fit,
    data: object = None,
    n: int = 5000,
    *,
    method: BootstrapMethod = "nonparametric",
    under: Fit | None = None,
    seed: int | None = None,
    workers: int = 1,
    progress: bool | None = None,
) -> Bootstrap:
    """Fit the model again to ``n`` replicates of the sample.

    Parameters
    ----------
    fit
        A usable fit by PLS, PLSc, SAM, maximum likelihood (also ``missing="fiml"``), GLS or ULS; estimators that differ
        in their standard errors alone (ML, MLM, MLR ...) have the same replicates. An inadmissible fit is resampled
        with a warning. Of ordered items: by WLSMV and the other estimators of DWLS and ULS.
    data
        None: the rows that were fitted. An unpickled fit holds no rows; give them again.
    n
        Number of replicates.
    method
        ``"nonparametric"`` draws rows with replacement within groups (Efron 1979); under a design, clusters within
        strata, one less than there are, with rescaled weights (Rao and Wu 1988; Rao, Wu and Yue 1992).
        ``"bollen-stine"`` draws rows transformed so that the model holds, for the test of the model (Bollen and Stine
        1992; for PLS, Beran and Srivastava 1985). ``"parametric"`` draws normal samples from the model, and needs no
        rows. Of ordered answers: normal
        latent responses, cut at the thresholds; they take no ``"bollen-stine"``.
    under
        The fit whose model ``"bollen-stine"`` and ``"parametric"`` replicates follow; None: the fit itself. `compare`
        takes both models' replicates under the stricter one.
    seed
        A whole number makes the replicates repeatable, whatever the number of workers; None takes a new seed, which the
        result reports.
    workers
        Threads.
    progress
        True, False, or None: a bar in a terminal or notebook when it takes longer than two seconds.

    Returns
    -------
    Bootstrap
        Replicates of all parameters, failures, intervals. Functions that take ``bootstrap=`` evaluate on all replicates
        and never fit again. A replicate that does not converge is left out, an inadmissible one is kept; both are
        counted by reason.

    Raises
    ------
    UnusableFitError
        If the fit did not converge or is not identified.
    DataError
        If there are no rows, or they are not those that were fitted.
    DesignError
        If the design does not allow the method.
    OptionError
        If an option is unknown, the fit is pooled over completed data sets, or it is by WLS or DWLS.

    See Also
    --------
    effects, compare, csi : Take the result as ``bootstrap=``.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> table = cs.bootstrap(fit, n=100, seed=1).intervals()
    >>> columns = ["lhs", "rhs", "est", "se", "ci_lower", "ci_upper"]
    >>> table.loc[table["op"] == "~", columns].head(3).round(2)
            lhs          rhs   est    se  ci_lower  ci_upper
    16  Quality  Expectation  0.46  0.03      0.39      0.54
    17    Value  Expectation  0.13  0.05      0.04      0.23
    18    Value      Quality  0.79  0.06      0.67      0.91
    """
    method = validate("method", method, BootstrapMethod)
    if not isinstance(fit, Fit):
        raise OptionError(f"bootstrap() takes a fit, not {type(fit).__name__!r}; give the result of fit().")
    fit.solution.require_usable("A bootstrap")
    _check_estimator(fit.solution)
    check_drawing(n, seed, workers, progress)
    if under is not None:
        _check_under(fit.solution, under, method)
    warn_inadmissible(fit.status, "fit.inadmissible.bootstrap")
    survey = fitted_rows(fit.solution, data, "bootstrap")
    entropy = seed_or_new(seed)
    parent = None if under is None else under.solution

    result: Bootstrap
    if isinstance(fit.solution, OrderedSolution):
        parts = _ordered_parts(fit.solution, survey, method, parent or fit.solution, entropy, n, workers, progress)
        result = CovarianceBootstrap(
            fit, under, covariance_replicates(fit.solution, parent, method, entropy, survey, parts)
        )
    elif isinstance(fit, CompositeFit):
        composite = fit.solution
        source = source_of(composite, survey, method, parent or composite)
        moments = map_blocks(
            lambda block: group_moments(composite, source.moments(block)), entropy, n, workers, progress
        )
        result = CompositeBootstrap(
            fit, under, composite_replicates(composite, parent, method, entropy, survey, moments)
        )
    else:
        own = as_covariance(fit, "Bootstraps").solution
        source, refitted = source_of(own, survey, method, parent or own), origin(own)
        parts = map_blocks(lambda block: refit(refitted, source.moments(block)), entropy, n, workers, progress)
        result = CovarianceBootstrap(fit, under, covariance_replicates(own, parent, method, entropy, survey, parts))
    tell(result.notes)
    return result


def _ordered_parts(
    solution: OrderedSolution, survey: Survey | None, method: BootstrapMethod, under: Solution, seed: int, n: int,
    workers: int, progress: bool | None,
) -> list[Refitted]:  # fmt: skip
    check_ordered(solution, method, under)
    source: OrderedDraws | OrderedRowDraws | SimulatedAnswers
    if method == "parametric" and isinstance(under, OrderedSolution):
        source = SimulatedAnswers.of(solution, under)
    else:
        source = draws_of(solution, require_rows(survey, f"method={method!r} needs", "give data="))
    refitted = origin(solution)
    return map_blocks(lambda block: refit_ordered(refitted, source.moments(block)), seed, n, workers, progress)


def _check_estimator(solution: Solution) -> None:
    if solution.completed:
        raise OptionError("A bootstrap is of one data set; take those of fit.imputed.fits.")
    if isinstance(solution, CovarianceSolution) and solution.weight is not None:
        raise OptionError(f"estimator={solution.estimator!r} takes weights from the fourth moments of its rows, and a "
                          "bootstrap draws the first two; use 'MLR', 'GLS' or 'ULSM'.")  # fmt: skip


def _check_under(solution: Solution, under: object, method: object) -> None:
    if method == "nonparametric":
        raise OptionError("under= belongs to method='bollen-stine' and 'parametric'; 'nonparametric' follows no "
                          "model.")  # fmt: skip
    if not isinstance(under, Fit):
        raise OptionError(f"under= takes a fit, not {type(under).__name__!r}.")
    under.solution.require_usable("A bootstrap under another model")
    same = set(under.solution.table.observed) == set(solution.table.observed) and under.groups == solution.groups
    if not same or (under.group_n != solution.group_n).any():
        raise ModelError("under= was fitted to other items, groups or rows than the fit; give a fit to the same data.")
