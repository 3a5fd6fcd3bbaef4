"""Rules of item screening, by confidence limits of small samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from scipy.special import ndtri, stdtr

from csisem.arrays import FloatArray
from csisem.diagnose.factor_analysis.exploratory_factors import WEAK
from csisem.display.sentences import Sentence, sentence

Answers: TypeAlias = "Mapping[str, FloatArray]"
"""Answers to each item (n,), nan where missing."""

# Item-total correlation below which an item measures something else, and that of a fair item (Nunnally and Bernstein
# 1994).
LOW_TOTAL, FAIR_TOTAL = 0.3, 0.4
# Share of answers at one end of the scale that leaves no room for better or worse ones.
CROWDED = 0.5
UNANSWERED = 0.2
# Gain in alpha from which an item is reported.
GAIN = 0.02
# One-sided level of the limits. By simulation at n = 40 (tests/diagnose/answers/test_pilot_rules.py) higher levels
# miss items of another indicator, lower ones flag sound items.
LEVEL = 0.9


def upper_limit(r: float, n: int) -> float:
    """One-sided upper limit of a correlation by Fisher's z (1921); 1 where n is too small for one."""
    if n <= 3 or not np.isfinite(r):
        return 1.0
    return float(np.tanh(np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)) + float(ndtri(LEVEL)) / (n - 3) ** 0.5))


def reasons_of(
    row: Any, answers: Answers, own: Sequence[str], others: Mapping[str, Sequence[str]], flag: str, alpha: float
) -> list[Sentence]:
    """What speaks against an item.

    From its figures, the answers to all items, the rest of its block, the other blocks, its flag among the factors and
    its block's alpha.
    """
    if not row["sd"] > 0:
        return [sentence("answers.same_answer")]
    item, found = str(row.name), []
    if row["item_total"] < LOW_TOTAL and upper_limit(row["item_total"], int(row["n"])) < FAIR_TOTAL:
        found.append(sentence("answers.item_total", correlation=row["item_total"]))
    if row["alpha_if_deleted"] > alpha + GAIN and _gains(answers, item, own, alpha, row["alpha_if_deleted"]):
        found.append(sentence("answers.alpha_without", alpha=row["alpha_if_deleted"]))
    if own and (nearer := _nearer(answers, item, own, others)):
        found.append(sentence("answers.nearer", other=nearer))
        if flag == "elsewhere":
            found.append(sentence("answers.loads_elsewhere"))
    if flag == "weak" and upper_limit(row["loading"], int(row["n"])) < WEAK:
        found.append(sentence("answers.loads_nowhere", least=WEAK))
    if row["floor"] >= CROWDED:
        found.append(sentence("answers.floor", share=row["floor"]))
    if row["ceiling"] >= CROWDED:
        found.append(sentence("answers.ceiling", share=row["ceiling"]))
    if row["missing_rate"] >= UNANSWERED:
        found.append(sentence("answers.unanswered", share=row["missing_rate"]))
    return found


def verdict_of(row: Any, reasons: list[Sentence]) -> str:
    """``"revise"``, ``"look"`` or ``"keep"``."""
    if not row["sd"] > 0 or upper_limit(row["item_total"], int(row["n"])) < LOW_TOTAL:
        return "revise"
    return "look" if reasons else "keep"


def dependent_correlations(own: float, other: float, between: float, n: int) -> float:
    """Steiger's z (1980, Psychological Bulletin 87, 245-251) of r(x, other) less r(x, own), n rows."""
    mean = (own + other) / 2
    shared = between * (1 - 2 * mean**2) - mean**2 * (1 - 2 * mean**2 - between**2) / 2
    spread = 2 - 2 * shared / max(1 - mean**2, 1e-12) ** 2
    ends = np.arctanh(np.clip([own, other], -1 + 1e-12, 1 - 1e-12))
    return float((ends[1] - ends[0]) * ((n - 3) / max(spread, 1e-12)) ** 0.5)


def dependent_alphas(alpha: float, without: float, r: float, n: int) -> float:
    """Feldt's t (1980, Psychometrika 45, 99-105), n - 2 degrees of freedom, of two totals that correlate at r."""
    ratio = (1 - alpha) / max(1 - without, 1e-12)
    return float((ratio - 1) * (n - 2) ** 0.5 / max(4 * ratio * (1 - r**2), 1e-12) ** 0.5)


def _gains(answers: Answers, item: str, own: Sequence[str], alpha: float, without: float) -> bool:
    """Whether alpha without an item is larger beyond chance."""
    x, rest = _complete([answers[item]], [answers[name] for name in own])
    if len(x) < 4:
        return False
    t = dependent_alphas(alpha, without, _correlation(x + rest, rest), len(x))
    return bool(stdtr(len(x) - 2, t) > LEVEL)


def _nearer(answers: Answers, item: str, own: Sequence[str], others: Mapping[str, Sequence[str]]) -> str | None:
    """The other indicator with which an item correlates more than with its own, beyond chance; None without one.

    Multitrait scaling (Hays and Hayashi 1990, Behavior Research Methods 22, 167-175).
    """
    best, nearest = float(ndtri(LEVEL)), None
    for name, block in others.items():
        x, rest, total = _complete([answers[item]], *([answers[k] for k in names] for names in (own, block)))
        if len(x) < 4:
            continue
        z = dependent_correlations(_correlation(x, rest), _correlation(x, total), _correlation(rest, total), len(x))
        if z > best:
            best, nearest = z, name
    return nearest


def _complete(*blocks: Sequence[FloatArray]) -> FloatArray:
    """Sums of blocks of items, (blocks, n), in the rows that answered all of them."""
    sums = np.array([np.sum(block, axis=0) for block in blocks])
    return np.asarray(sums[:, np.isfinite(sums).all(axis=0)])


def _correlation(x: FloatArray, y: FloatArray) -> float:
    """Pearson's correlation; 0 of a constant."""
    a, b = x - x.mean(), y - y.mean()
    size = float(a @ a) * float(b @ b)
    return float(a @ b) / size**0.5 if size > 0 else 0.0
