"""Direct, indirect and total effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from csisem.fit.bootstrap.bootstrap_result import replicates_of
from csisem.fit.effect_estimates import affected_pairs, effect_errors, effect_function, reachable
from csisem.fit.fit import solution_of
from csisem.fit.status import warn_inadmissible
from csisem.inference.intervals import wald_interval
from csisem.option_checks import check_flag, check_share, interval_kind
from csisem.options import IntervalKind

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.bootstrap.bootstrap_result import Bootstrap
    from csisem.fit.fit import Fit


def effects(
    fit: Fit,
    *,
    bootstrap: Bootstrap | None = None,
    standardized: bool = False,
    level: float = 0.95,
    interval: IntervalKind | None = None,
) -> pd.DataFrame:
    """Return the effects of every structural variable on every other that it reaches.

    Parameters
    ----------
    fit
        A usable fit.
    bootstrap
        The fit's replicates. Standard errors and intervals are then computed from them.
    standardized
        Effects in standard deviations of both variables instead of the items' units; those of PLS always are.
    level
        Confidence level of the intervals.
    interval
        Kind of the bootstrap's intervals: ``"percentile"`` (the default), ``"bca"`` or ``"normal"``.

    Returns
    -------
    DataFrame
        ``source, target, direct, direct_se, direct_ci_lower, direct_ci_upper``, and the same of ``indirect`` and
        ``total``, with ``group`` first for a fit by group. Standard errors are by the delta method over all free
        parameters, or from the replicates of a fit under replicate weights; intervals are then estimates plus and minus
        normal quantiles (under a design t) times standard errors. A bootstrap adds ``direct_se_robust``,
        ``indirect_se_robust`` and ``total_se_robust`` (`Bootstrap.intervals`), and ``method`` and ``notes`` (sentences)
        to ``.attrs``.

    Raises
    ------
    UnusableFitError
        If the fit did not converge or is not identified.
    OptionError
        If the bootstrap is of another fit, ``level`` is not between 0 and 1, the kind of interval is unknown or given
        without ``bootstrap``, or ``standardized`` is not True or False.

    See Also
    --------
    bootstrap : Replicates. Indirect effects are products of estimates and not normal in small samples; their intervals
        should be from a bootstrap.

    Notes
    -----
    Direct effects are B, total effects (I - B)^-1 - I, and indirect effects their difference (Bollen 1987).

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> effects = cs.effects(fit).set_index(["source", "target"])
    >>> columns = ["direct", "indirect", "indirect_se", "indirect_ci_lower", "indirect_ci_upper"]
    >>> effects.loc[("Value", "Loyalty"), columns].round(2)
    direct               0.00
    indirect             0.23
    indirect_se          0.03
    indirect_ci_lower    0.18
    indirect_ci_upper    0.28
    Name: (Value, Loyalty), dtype: float64
    """
    import pandas as pd

    solution = solution_of(fit, "Effects")
    check_flag("standardized", standardized)
    check_share("level", level)
    kind = interval_kind(interval, bootstrap)
    replicates = None if bootstrap is None else replicates_of(solution, bootstrap)
    warn_inadmissible(fit.status, "fit.inadmissible.effects")
    function = effect_function(solution, standardized=standardized)
    value = function(solution.theta)
    found = None if replicates is None else replicates.effects(kind, level, standardized=standardized)
    if found is None:
        se = effect_errors(solution, function)
        ends = wald_interval(value, se, level=level, df=solution.degrees_of(function))
        lower, upper = ends.lower, ends.upper
    else:
        se, lower, upper = found.se, found.lower, found.upper
    names = solution.table.latents
    indirect, _ = reachable(solution.table)
    # Rounding in (I - B)^-1 - I - B must not appear as an effect without a path.
    for array in (value, se, lower, upper):
        array[:, 1, ~indirect] = 0.0
    if found is not None:
        found.robust[:, 1, ~indirect] = 0.0
        found.wild[:, :, 1, ~indirect] = False
    rows = affected_pairs(solution.table)
    g, source, target = (np.array([row[k] for row in rows], dtype=np.intp) for k in range(3))
    columns: dict[str, object] = {"group": [fit.groups[k] for k in g]} if fit.groups else {}
    columns |= {"source": [names[k] for k in source], "target": [names[k] for k in target]}
    for position, effect in enumerate(("direct", "indirect", "total")):
        columns[effect] = value[g, position, target, source]
        columns[f"{effect}_se"] = se[g, position, target, source]
        if found is not None:
            columns[f"{effect}_se_robust"] = found.robust[g, position, target, source]
        columns[f"{effect}_ci_lower"] = lower[g, position, target, source]
        columns[f"{effect}_ci_upper"] = upper[g, position, target, source]
    frame = pd.DataFrame(columns)
    if replicates is not None and found is not None:
        shown = found.at(g, slice(None), target, source)
        labels = [
            f"{effect} effect of {names[row[1]]} on {names[row[2]]}"
            + (f" [{fit.groups[row[0]]}]" if fit.groups else "")
            for row in rows
            for effect in ("direct", "indirect", "total")
        ]
        frame.attrs = {
            "method": replicates.described(kind),
            "notes": [*replicates.notes, *replicates.gaps(shown, labels)],
        }
    return frame
