"""What a benchmark is: contenders that take turns, agreement before time, ratios before seconds."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal, TypeAlias

Scenario: TypeAlias = Literal["new", "same"]
"""``"new"``: from the model's text (or seminr's objects) and the frame to everything a user reads, no cache warm.
``"same"``: the model was read before and is fitted again, for instance to the next wave."""

Task: TypeAlias = Literal["ML", "MLR", "FIML", "WLSMV"]
"""``"ML"``: complete answers, normal theory. ``"MLR"``: complete answers, robust standard errors and the scaled test.
``"FIML"``: incomplete answers, every row with what it answers, observed information. ``"WLSMV"``: ordered answers."""

ROUNDING = 1e-10
"""A standard error below this belongs to a constant, such as a standardised variance that is always 1."""

Turn: TypeAlias = Callable[[float], Sequence[float]]
"""Runs for about the given seconds, at least once, and returns the seconds of every run."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """How a comparison is made.

    Attributes
    ----------
    name, question
        A short name, and what the numbers answer.
    rounds
        How often every contender has its turn. Turns alternate, so that a busy moment of the machine hits all alike,
        and every round starts with another contender.
    turn_seconds
        Length of a turn: quick contenders run several times in it, so that none is measured only with a cold cache.
    """

    name: str
    question: str
    rounds: int
    turn_seconds: float = 0.05


@dataclass(frozen=True, slots=True)
class Target:
    """A ratio that the project set itself: at least, or at most, ``bound``."""

    bound: float
    kind: Literal["at least", "at most"]

    def met(self, ratio: float) -> bool:
        return ratio >= self.bound if self.kind == "at least" else ratio <= self.bound

    def __str__(self) -> str:
        return f"{self.kind} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a rival's numbers may be from ours, and why not nearer.

    Attributes
    ----------
    estimate
        Largest difference of an estimate, in standard errors.
    error
        Largest relative difference of a standard error.
    chisq
        Relative difference of the chi-square.
    reason
        One sentence.
    """

    estimate: float
    error: float
    chisq: float
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool found, by lavaan's parameter names (``"Quality =~ q1"``); a mapping is empty where it reports none.

    Attributes
    ----------
    est, se
        Estimates and their standard errors with the first loading fixed at 1.
    std, std_se
        The completely standardised solution, which no choice of units changes.
    chisq, df
        The test of the model; the scaled one under MLR.
    """

    est: Mapping[str, float]
    se: Mapping[str, float]
    std: Mapping[str, float]
    std_se: Mapping[str, float]
    chisq: float
    df: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """Largest differences between a rival and us; nan where the rival reports nothing to compare.

    Attributes
    ----------
    rival
        Its name.
    parameters
        How many free parameters were compared, by estimate or by standardised estimate.
    estimate, error
        Unstandardised estimates (in standard errors) and standard errors (relative).
    std, std_error
        The same for the standardised solution.
    chisq
        Relative difference of the chi-square.
    tolerance
        What is allowed.
    problem
        Empty, or why no time may be printed.
    """

    rival: str
    parameters: int
    estimate: float
    error: float
    std: float
    std_error: float
    chisq: float
    tolerance: Tolerance
    problem: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of every run of one contender, by round."""

    name: str
    turns: tuple[tuple[float, ...], ...]

    @property
    def by_round(self) -> tuple[float, ...]:
        """Mean seconds of a run in each round."""
        return tuple(sum(turn) / len(turn) for turn in self.turns)

    @property
    def median(self) -> float:
        """Median over the rounds."""
        return median(self.by_round)

    @property
    def minimum(self) -> float:
        """The quickest single run."""
        return min(min(turn) for turn in self.turns)


@dataclass(frozen=True, slots=True)
class Ratio:
    """Time of one contender over another's, paired by round so that a slow moment cancels.

    Attributes
    ----------
    above, below
        Whose time is divided by whose.
    median, low, high
        Median, first and ninth decile over the rounds.
    of_minima
        The quickest run of one over the quickest of the other.
    target
        What was aimed at, if anything.
    """

    above: str
    below: str
    median: float
    low: float
    high: float
    of_minima: float
    target: Target | None = None

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        return "met" if self.target.met(self.median) else "NOT met"


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory that a fit took at its peak, beyond what was there before; bytes."""

    name: str
    extra: float
    data: float


@dataclass(frozen=True, slots=True)
class Result:
    """One experiment with one setting, ready to be printed."""

    experiment: Experiment
    setting: str
    agreement: tuple[Agreement, ...] = ()
    timings: tuple[Timing, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    memory: tuple[Memory, ...] = ()
    notes: tuple[str, ...] = ()


def take_turns(experiment: Experiment, contenders: Mapping[str, Turn]) -> tuple[Timing, ...]:
    """Let every contender run once unmeasured, then in alternating turns."""
    names = list(contenders)
    for name in names:
        contenders[name](0.0)
    turns: dict[str, list[tuple[float, ...]]] = {name: [] for name in names}
    for number in range(experiment.rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            # Garbage that another contender left must not be collected in this one's time.
            gc.collect()
            turns[name].append(tuple(contenders[name](experiment.turn_seconds)))
    return tuple(Timing(name, tuple(turns[name])) for name in names)


def compare(rival: str, theirs: Outcome, ours: Outcome, tolerance: Tolerance) -> Agreement:
    """Compare all free parameters that a rival reports with ours."""
    estimate, error, free = _distances(theirs.est, theirs.se, ours.est, ours.se)
    std, std_error, free_std = _distances(theirs.std, theirs.std_se, ours.std, ours.std_se)
    chisq = abs(theirs.chisq - ours.chisq) / max(ours.chisq, 1.0)
    wanted = {name for name, se in ours.se.items() if se > ROUNDING}
    # The standardised variance of an exogenous construct is always 1, so it is no number to compare.
    wanted_std = {name for name in wanted if ours.std_se[name] > ROUNDING}
    problems = []
    if not (wanted <= free or wanted_std <= free_std):
        missing = wanted - free if free else wanted_std - free_std
        problems.append(f"it reports no {', '.join(sorted(missing)[:3])}")
    if theirs.df != ours.df:
        problems.append(f"its model has {theirs.df:g} degrees of freedom, ours {ours.df:g}")
    for what, found, allowed in (
        ("estimates", estimate, tolerance.estimate),
        ("standard errors", error, tolerance.error),
        ("standardised estimates", std, tolerance.estimate),
        ("their standard errors", std_error, tolerance.error),
        ("chi-square", chisq, tolerance.chisq),
    ):
        if found > allowed:
            problems.append(f"{what} differ by {found:.1e}, more than {allowed:.0e}")
    return Agreement(
        rival, max(len(free & wanted), len(free_std & wanted_std)), estimate, error, std, std_error, chisq, tolerance,
        "; ".join(problems),
    )  # fmt: skip


def _distances(
    est: Mapping[str, float], se: Mapping[str, float], our_est: Mapping[str, float], our_se: Mapping[str, float]
) -> tuple[float, float, set[str]]:
    """Largest difference of estimates in our standard errors, of standard errors relatively, and what was compared."""
    shared = {name for name in est if name in our_est and our_se[name] > ROUNDING}
    with_error = {name for name in shared if name in se}
    return (
        max((abs(est[name] - our_est[name]) / our_se[name] for name in shared), default=math.nan),
        max((abs(se[name] / our_se[name] - 1) for name in with_error), default=math.nan),
        shared,
    )


def ratio(above: Timing, below: Timing, target: Target | None = None) -> Ratio:
    """Divide one contender's times by another's, round by round."""
    paired = [a / b for a, b in zip(above.by_round, below.by_round, strict=True)]
    deciles = quantiles(paired, n=10, method="inclusive") if len(paired) > 1 else paired * 9
    return Ratio(above.name, below.name, median(paired), deciles[0], deciles[-1], above.minimum / below.minimum, target)
