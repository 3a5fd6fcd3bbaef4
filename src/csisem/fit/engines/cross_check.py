"""Comparison of a fit with an independent program."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, UnusableFitError, listed, tell
from csisem.fit.checks import check_moments
from csisem.fit.covariance.asymptotic_weights import moment_weight
from csisem.fit.covariance.covariance_fit import as_one_minimum
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.covariance.measures.fit_measures import discrepancies
from csisem.fit.engines.lavaan import TIME_LIMIT, fit_lavaan
from csisem.fit.engines.semopy import fit_semopy
from csisem.fit.fit import Fit
from csisem.fit.frames import parameters
from csisem.fit.read_moments import gather
from csisem.fit.solution import Uncertainty
from csisem.fit.status import not_converged, warn_inadmissible
from csisem.moments.moments import Moments
from csisem.option_checks import check_number
from csisem.options import validate
from csisem.specification.specification import Specification
from csisem.survey import as_survey

if TYPE_CHECKING:
    import pandas as pd


Program = Literal["semopy", "lavaan"]
"""Programs that a fit can be checked against."""

AGREEMENT = 1e-3
"""Two programs agree on a parameter when estimates, and standard errors, differ by at most this share of our standard
error.

Both stop early, by their own rules: semopy when chi-square / n moves by less than 1e-12, nlminb under lavaan at a
relative 1e-10. A chi-square that is c above the minimum leaves every estimate within sqrt(c) standard errors of it, so
that even with a million rows semopy stays within 1e-3. Measured on samples of hundreds: semopy 1e-5, lavaan 2e-4, and
9e-4 in the standard errors of a nearly collinear model. The mistakes to detect are larger: covariances with the wrong
divisor (n - 1 for n) move a variance by 1 / sqrt(2 n) of its standard error.
"""


_SOURCES = {
    "sandwich": "comparison.source.sandwich",
    "design": "comparison.source.design",
    "replicates": "comparison.source.replicates",
}


def cross_check(
    fit: Fit, data: object = None, *, engine: Program = "semopy", time_limit: float = TIME_LIMIT
) -> pd.DataFrame:
    """Fit the same model by an independent program and return the difference per parameter.

    Parameters
    ----------
    fit
        A usable fit, not made by ``engine`` itself.
    data
        Answers to fit instead, in any form that `Model.fit` takes; None: the very moments of the fit.
    engine
        ``"semopy"``, or ``"lavaan"`` where Rscript on the PATH has it (any number of groups, means and linear
        constraints too). R starts with ``--vanilla``: no profile, environment file or workspace is read, so that a
        library of your own is named in the environment variable ``R_LIBS``.
    time_limit
        Seconds that lavaan may take.

    Returns
    -------
    DataFrame
        ``lhs op rhs group label est se <engine>_est <engine>_se est_diff se_diff agrees``. ``est_diff`` is theirs minus
        ours in units of our standard error (in the parameter's own unit where it is fixed), ``se_diff`` the relative
        difference of the standard errors; ``agrees`` is whether both are within 0.001. Standard errors of maximum
        likelihood that come from the rows or a sampling design (MLM, MLR ...) are not compared: those of the other
        program are nan, and ``agrees`` compares estimates only. ``.attrs`` holds ``engine``, ``n``, ``notes``
        (sentences), ``largest_est_diff``, ``largest_se_diff``, and our chi-square at both estimates, ``chisq`` and
        ``<engine>_chisq``, with their difference ``chisq_diff``: positive where our optimum is the lower one.

    Raises
    ------
    OptionError
        If the program is not installed, made the fit itself, or cannot fit such data, or ``time_limit`` is not a
        number of seconds.
    ModelError
        If the program cannot express the model.
    UnusableFitError
        If one of the two fits did not converge or is not identified, or lavaan takes longer than ``time_limit``.

    Examples
    --------
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> table = cs.cross_check(fit)
    >>> table.loc[table["op"] == "~", ["lhs", "rhs", "est", "semopy_est", "agrees"]].round(3)
        lhs  rhs    est  semopy_est  agrees
    10  VAL  EXP  0.939       0.939    True
    11  SAT  EXP  0.472       0.472    True
    12  SAT  VAL  0.246       0.246    True
    13  LOY  SAT  1.711       1.711    True
    """
    engine = validate("engine", engine, Program)
    check_number("time_limit", time_limit, 0)
    solution = as_one_minimum(fit, "Cross-checks").solution
    solution.require_usable("A cross-check")
    if solution.settings.engine == engine:
        raise OptionError(f"The fit is {engine}'s own; cross-check one by engine='native'.")
    if solution.completed:
        raise OptionError("A cross-check is of one data set; take those of fit.imputed.fits.")
    if solution.table.ordered is not None:
        raise OptionError("A cross-check gives the other program covariances of numeric items, and this fit has "
                          "ordered ones; fit without ordered= to compare programs.")  # fmt: skip
    if solution.table.formed and engine == "semopy":
        raise OptionError("engine='semopy' does not take composites ('<~'); cross-check by engine='lavaan'.")
    if solution.patterns is not None:
        raise OptionError("A cross-check is of complete rows; fit with missing='listwise' to compare programs.")
    warn_inadmissible(fit.status, "fit.inadmissible.cross_check")
    ours = solution if data is None else _with_moments(solution, fit.model, data)
    points = solution.recipe.discrepancy == "ML" and solution.settings.errors != "normal theory"
    theirs = _refit(ours, engine, time_limit, points=points)
    frame = fit.parameters[["lhs", "op", "rhs", "group", "label", "est", "se"]].copy()
    other = parameters(theirs)
    unit = frame["se"].where(frame["se"] > 0, 1.0)
    frame[f"{engine}_est"], frame[f"{engine}_se"] = other["est"], np.nan if points else other["se"]
    frame["est_diff"] = (other["est"] - frame["est"]) / unit
    frame["se_diff"] = (frame[f"{engine}_se"] - frame["se"]) / unit
    frame["agrees"] = (frame["est_diff"].abs() <= AGREEMENT) & (points | (frame["se_diff"].abs() <= AGREEMENT))
    notes = [_points(solution, engine)] if points else []
    for note in notes:
        tell([note])
    chisq, their_chisq = discrepancies(ours).chisq, discrepancies(theirs).chisq
    frame.attrs = {
        "engine": engine,
        "n": ours.n,
        "chisq": chisq,
        f"{engine}_chisq": their_chisq,
        "chisq_diff": their_chisq - chisq,
        "largest_est_diff": float(frame["est_diff"].abs().max()),
        "largest_se_diff": float(frame["se_diff"].abs().max()),
        "notes": notes,
    }
    return frame


def _with_moments(solution: CovarianceSolution, model: Specification, data: object) -> CovarianceSolution:
    """The solution with the moments of other answers, weighted where the fit was."""
    by = solution.settings.by if solution.groups else ()
    survey = None if isinstance(data, Moments) else as_survey(data)
    moments = gather(survey or data, model, by, weighted=solution.moments.weighted)
    if moments.groups != solution.groups:
        raise DataError(f"The fit has {_described(solution.groups)}, but the answers in data= have "
                        f"{_described(moments.groups)}.")  # fmt: skip
    check_moments(moments, solution.table)
    weight = moment_weight(solution.estimator, survey, moments, solution.table, solution.settings.by)
    return replace(solution, moments=moments, data=survey, weight=weight)


def _points(solution: CovarianceSolution, engine: Program) -> Sentence:
    return sentence("comparison.estimates_alone", estimator=solution.estimator, engine=engine,
                    source=sentence(_SOURCES[solution.settings.errors]))  # fmt: skip


def _refit(solution: CovarianceSolution, engine: Program, time_limit: float, *, points: bool) -> CovarianceSolution:
    """The same model fitted to the same moments by another program.

    For ``points``, estimates alone, standard errors come from the expected information, which all programs have.
    """
    q = solution.table.npar
    settings = replace(solution.settings, information="expected") if points else solution.settings
    empty = replace(
        solution, theta=np.full(q, np.nan), errors=Uncertainty(np.full((q, q), np.nan)), status=not_converged(0),
        iterations=0, settings=settings, correction=None,
    )  # fmt: skip
    theirs = fit_semopy(empty) if engine == "semopy" else fit_lavaan(empty, time_limit)
    if not theirs.status.usable:
        raise UnusableFitError(f"{engine} has no usable solution to compare with: {' '.join(theirs.status.reasons)}")
    return theirs


def _described(groups: tuple[Hashable, ...]) -> str:
    return f"the groups {listed(groups)} in this order" if groups else "no groups"
