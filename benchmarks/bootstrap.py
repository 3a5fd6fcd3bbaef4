"""Bootstrap draws of the ACSI by maximum likelihood: rates, not lengths, since lavaan's 5,000 draws take a minute."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Final

from benchmarks import acsi
from benchmarks.child import call
from benchmarks.experiment import (
    Agreement,
    Experiment,
    Outcome,
    Result,
    Target,
    Timing,
    Tolerance,
    compare,
    ratio,
    take_turns,
)
from benchmarks.machine import require_threads
from benchmarks.rivals import Rival
from benchmarks.rivals.lavaan_ import LavaanSession

if TYPE_CHECKING:
    from csisem.fit.fit import Fit

DRAWS: Final = 5000
THEIRS: Final = 200
"""Draws of lavaan in a turn; the time of one does not depend on how many there are."""
ROUNDS: Final = 5
TOLERANCE: Final = Tolerance(
    0.3,
    0.3,
    1e-8,
    f"of {THEIRS} random draws the mean has an error of 0.07 standard errors and their spread one of 0.05 to 0.08, and "
    "the largest of 47 differences is looked at.",
)


def run(contenders: tuple[Rival, ...], rounds: int) -> list[Result]:
    """Compare with lavaan, where there is one."""
    if all(rival.name != "lavaan" for rival in contenders):
        return []
    experiment = Experiment(
        "bootstrap", f"ML bootstrap of {acsi.N_SMALL} answers, seconds a draw", min(rounds, ROUNDS), 0.0
    )
    agreement, (ours, *others) = call(1, _take_turns, experiment)
    ratios = tuple(ratio(other, ours, Target(25, "at least")) for other in others)
    setting = f"csisem draws {DRAWS:,} in one call, lavaan {THEIRS}; 1 BLAS thread, 1 worker"
    notes = (
        f"Allowed: {TOLERANCE.estimate:g} standard errors and {TOLERANCE.error:g} of a standard error, because "
        f"{TOLERANCE.reason} That the same rows give lavaan's estimates, replicate by replicate, is held by the golden "
        "tests.",
        f"`cs.bootstrap(fit, n={DRAWS})` from the rows to all draws; `bootstrapLavaan(fit, R = {THEIRS})`, "
        "coefficients only; the fit they start from is excluded in both.",
    )
    return [Result(experiment, setting, agreement, (ours, *others), ratios, (), notes)]


def _take_turns(experiment: Experiment) -> tuple[tuple[Agreement, ...], tuple[Timing, ...]]:
    import csisem as cs

    frame = acsi.frame(acsi.N_SMALL)
    fit = cs.Model.from_syntax(acsi.syntax()).fit(frame)
    session = LavaanSession(frame)
    _, theirs = session.bootstrap(THEIRS)
    agreement = compare("lavaan", theirs, _ours(fit), TOLERANCE)
    require_threads(1)

    def our_turn(_: float) -> Sequence[float]:
        start = perf_counter()
        cs.bootstrap(fit, n=DRAWS, progress=False)
        return [(perf_counter() - start) / DRAWS]

    def their_turn(_: float) -> Sequence[float]:
        return [session.bootstrap(THEIRS)[0] / THEIRS]

    turns = {"csisem": our_turn} if agreement.problem else {"csisem": our_turn, "lavaan": their_turn}
    try:
        return (agreement,), take_turns(experiment, turns)
    finally:
        session.close()


def _ours(fit: Fit) -> Outcome:
    import csisem as cs

    draws = cs.bootstrap(fit, n=DRAWS, seed=acsi.SEED, progress=False).draws
    names, measures = draws.columns.tolist(), fit.fit_measures()
    mean, spread = (dict(zip(names, values.tolist(), strict=True)) for values in (draws.mean(), draws.std()))
    # lavaan's draws are unstandardised, so that nothing standardised is compared.
    return Outcome(mean, spread, {}, spread, float(measures["chisq"]), float(measures["df"]))
