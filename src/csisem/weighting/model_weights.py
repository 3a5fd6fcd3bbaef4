"""Weights of constructs from their effects in a fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, ModelError, listed, nearest, shown
from csisem.fit.fit import Fit, solution_of
from csisem.fit.solution import Solution
from csisem.inference.delta import jacobian
from csisem.option_checks import check_flag, names_of


def from_fit(
    fit: Fit,
    target: str,
    constructs: Sequence[str] | None = None,
    *,
    total: bool = True,
    standardized: bool = True,
    lowers: Sequence[str] = (),
) -> pd.DataFrame:
    """Weights of constructs in proportion to their effects on a target construct.

    Parameters
    ----------
    fit
        A usable fit of one group.
    target
        The construct to be explained, such as ``"Satisfaction"``.
    constructs
        Constructs that share the weight; None takes all with a direct path to the target.
    total
        Whether to take total effects, or direct effects only.
    standardized
        Whether to take effects in standard deviations, or in the items' units.
    lowers
        Constructs of which more lowers the target, such as complaints: the sign of their effects is turned.

    Returns
    -------
    DataFrame
        ``item, weight, se``: weights with sum 1, and their standard errors by the delta method over all parameters, or
        from the fit's replicate weights. ``.attrs["covariance"]`` is the joint covariance, nested lists.

    Raises
    ------
    ModelError
        If there is no such construct, or no path leads to it.
    DataError
        If an effect is negative and therefore not a weight, or if the fit has groups.
    UnusableFitError
        If the fit did not converge or is not identified.

    See Also
    --------
    ahp, entropy, combine

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> cs.weighting.from_fit(fit, "Satisfaction").round(3)
              item  weight     se
    0  Expectation   0.318  0.015
    1      Quality   0.491  0.017
    2        Value   0.191  0.019
    """
    solution = solution_of(fit, "Weights from effects")
    check_flag("total", total)
    check_flag("standardized", standardized)
    if solution.groups:
        raise DataError("Weights from effects are those of one group; fit without groups=, or one group alone.")
    names = solution.table.latents
    outcome = _place(target, names)
    sources = np.array([_place(name, names) for name in _constructs(solution, target, constructs)], dtype=np.intp)
    kind = 2 if total else 0
    turned = names_of("lowers", lowers)
    if odd := [name for name in turned if name not in [names[place] for place in sources]]:
        raise ModelError(f"lowers= names {shown(odd[0])}, which shares no weight.")
    sign = np.array([-1.0 if names[place] in turned else 1.0 for place in sources])

    def shares(theta: FloatArray) -> FloatArray:
        own = solution.effects_at(theta, standardized=standardized)[..., 0, kind, outcome, :][..., sources] * sign
        scaled: FloatArray = own / own.sum(axis=-1, keepdims=True)
        return scaled

    weights = shares(solution.theta[None])[0]
    labels = [names[place] for place in sources]
    if negative := [name for name, weight in zip(labels, weights, strict=True) if not weight >= 0]:
        raise DataError(f"The effect of {listed(negative)} on {target!r} has another sign than the others', so it "
                        "is not a weight; name the constructs= that share the weight.")  # fmt: skip
    covariance = _covariance(solution, shares, weights)
    frame = pd.DataFrame({"item": labels, "weight": weights, "se": np.sqrt(np.maximum(np.diagonal(covariance), 0.0))})
    frame.attrs["covariance"] = covariance.tolist()
    return frame


def _covariance(solution: Solution, function: Callable[[FloatArray], FloatArray], value: FloatArray) -> FloatArray:
    """Joint covariance (k, k) of functions of the parameters, by the method of the fit's own standard errors."""
    if solution.replicates is not None:
        return solution.replicates.rule.variance(function(solution.replicates.theta), value)
    slope = jacobian(function, solution.theta)
    return slope @ solution.vcov @ slope.T


def _place(name: str, names: Sequence[str]) -> int:
    if not isinstance(name, str) or name not in names:
        raise ModelError(f"The model has no construct {shown(name)}{nearest(str(name), names)}.")
    return list(names).index(name)


def _constructs(solution: Solution, target: str, given: Sequence[str] | None) -> list[str]:
    """Those that are named, or all with a free or fixed path to the target."""
    direct = [row.rhs for row in solution.table.rows if row.op == "~" and row.lhs == target and row.fixed != 0]
    found = list(names_of("constructs", given)) if given is not None else direct
    if not found:
        raise ModelError(f"No path leads to {target!r}, so there are no weights.")
    return found
