"""The pilot of a questionnaire: 30 to 50 answers, and what they say about each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from csisem.diagnose.factor_analysis.explore import WEAK, Factors, factors, most_factors
from csisem.diagnose.measurement.item_reliability import alpha, item_statistics
from csisem.display.page import Page
from csisem.errors import DataError, OptionError, agree, listed
from csisem.survey import Questionnaire, Survey

if TYPE_CHECKING:
    import pandas as pd

FEW, MANY = 30, 50
"""Answers that a pilot has."""

# An item that correlates less with the rest of its block measures something else (Nunnally and Bernstein 1994).
LOW_TOTAL, BAD_TOTAL = 0.3, 0.2
# Half of the answers at one end leave no room for better or worse ones.
CROWDED = 0.5
UNANSWERED = 0.2
# How much alpha must gain for an item to stand in its way.
GAIN = 0.02
POOR_ALPHA = 0.7


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pilot(Page):
    """What a pilot says about a questionnaire.

    Attributes
    ----------
    n
        Rows.
    minutes
        Minutes that the questionnaire is reckoned to take.
    items
        By item: ``indicator, n, missing_rate, mean, sd, floor, ceiling`` (shares of the lowest and highest answer),
        ``item_total, alpha_if_deleted, factor, loading`` (the largest), ``verdict`` (``"keep"``, ``"look"``,
        ``"revise"``) and ``reasons``.
    blocks
        By indicator: ``n_items, n, alpha, alpha_low, alpha_high, standardized``.
    loadings
        By item on as many factors as there are indicators with two items or more; None where there are too few rows.
    notes
        Sentences to read first.
    """

    n: int
    minutes: float
    items: pd.DataFrame
    blocks: pd.DataFrame
    loadings: pd.DataFrame | None
    notes: tuple[str, ...] = ()


def pilot(data: object, questionnaire: Questionnaire, *, level: int = 1) -> Pilot:
    """Screen the questions of a questionnaire by the answers of its pilot.

    Parameters
    ----------
    data
        The answers: a `Survey`, or a frame as it came, which the questionnaire codes.
    questionnaire
        Whose indicators are the blocks.
    level
        Level of those indicators.

    Returns
    -------
    Pilot
        With a verdict on each item. To ``"revise"``: everybody gave the same answer; the correlation with the rest of
        its block is below 0.2. To ``"look"`` at: that correlation is below 0.3; alpha gains 0.02 without it; it loads
        on another factor than most of its block, or on none by 0.4; half of the answers are the lowest or the highest;
        a fifth are missing. With so few answers these are hints: intervals of alpha are wide.

    Raises
    ------
    DataError, ScaleError
        A question has no column, an answer is none of its codes, or fewer than three rows are there.
    QuestionnaireError
        There is no such level.
    OptionError
        ``questionnaire`` is none.
    """
    if not isinstance(questionnaire, Questionnaire):
        raise OptionError(f"questionnaire= takes a Questionnaire, not {type(questionnaire).__name__!r}.")
    survey = data if isinstance(data, Survey) else questionnaire.survey(data, checked=False)
    if survey.n < 3:
        raise DataError(f"A pilot of {survey.n} {agree(survey.n, 'row', 'rows')} says nothing; 30 to 50 are usual.")
    blocks = questionnaire.blocks(level)
    table = _answers(survey, blocks)
    moving = frozenset(table.index[table["sd"] > 0])
    varying = {name: tuple(item for item in block if item in moving) for name, block in blocks.items()}
    varying = {name: block for name, block in varying.items() if block}
    if not varying:
        raise DataError("Everybody gave the same answer to every question, so there is nothing to screen.")
    notes = [f"{survey.n} rows; a pilot has {FEW} to {MANY}."] if survey.n < FEW else []
    consistency = alpha(survey, varying).set_index("block").drop(columns="method")
    consistency.index.name = "indicator"
    statistics = item_statistics(survey, varying).drop_duplicates("item").set_index("item")
    table[["item_total", "alpha_if_deleted"]] = statistics[["item_total", "alpha_if_deleted"]].reindex(table.index)
    found = _explored(survey, {name: block for name, block in varying.items() if len(block) > 1}, notes)
    loadings = None
    if found is not None:
        columns = [f"F{number}" for number in range(1, found.n_factors + 1)]
        loadings = found.loadings[["construct", *columns]]
        own = found.loadings.reindex(table.index)
        table["factor"] = own["factor"]
        table["loading"] = np.abs(own[columns].to_numpy(dtype=np.float64)).max(axis=1)
    reasons = {item: _reasons(item, table.loc[item], consistency["alpha"], found) for item in table.index}
    table["verdict"] = [_verdict(table.loc[item], reasons[item]) for item in table.index]
    table["reasons"] = ["; ".join(reasons[item]) for item in table.index]
    poor = consistency.index[consistency["alpha"] < POOR_ALPHA]
    if len(poor):
        notes.append(f"Alpha is below {POOR_ALPHA:g} for {listed(poor)}.")
    return Pilot(survey.n, round(questionnaire.minutes, 1), table, consistency, loadings, tuple(notes))


def _answers(survey: Survey, blocks: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """What single items look like, by item."""
    import pandas as pd

    home = {item: name for name in reversed(list(blocks)) for item in blocks[name]}
    names = tuple(dict.fromkeys(item for block in blocks.values() for item in block))
    answers = survey.answers(names)
    if unanswered := [name for name in names if answers[name].isna().all()]:
        raise DataError(f"Nobody answered {listed(unanswered)}: every row is blank or a refusal code.")
    ends = [survey.scale_of(name) for name in names]
    low = [answers[name].min() if scale is None else scale.low for name, scale in zip(names, ends, strict=True)]
    high = [answers[name].max() if scale is None else scale.high for name, scale in zip(names, ends, strict=True)]
    answered = answers.notna().sum()
    return pd.DataFrame(
        {
            "indicator": [home[name] for name in names],
            "n": answered,
            "missing_rate": 1 - answered / survey.n,
            "mean": answers.mean(),
            "sd": answers.std(),
            "floor": (answers == low).sum() / answered,
            "ceiling": (answers == high).sum() / answered,
        },
        index=pd.Index(names, name="item"),
    )


def _explored(survey: Survey, blocks: Mapping[str, tuple[str, ...]], notes: list[str]) -> Factors | None:
    """Factors of the blocks with two items or more; None, with a note, where they cannot be found."""
    if len(blocks) < 2:
        return None
    items = sum(map(len, blocks.values()))
    if len(blocks) > most_factors(items):
        notes.append(f"No factors: {items} items are too few for {len(blocks)} factors, one for each indicator.")
        return None
    try:
        return factors(survey, dict(blocks), n_factors=len(blocks), rotation="promax")
    except DataError as problem:
        notes.append(f"No factors: {problem}")
        return None


def _reasons(item: str, row: Any, alphas: Any, found: Factors | None) -> list[str]:
    reasons = []
    if not row["sd"] > 0:
        return ["everybody gave the same answer"]
    if row["item_total"] < LOW_TOTAL:
        reasons.append(f"correlates {row['item_total']:.2f} with the rest of its block")
    if row["alpha_if_deleted"] > alphas[row["indicator"]] + GAIN:
        reasons.append(f"without it alpha is {row['alpha_if_deleted']:.2f}")
    flag = "" if found is None or item not in found.loadings.index else found.loadings.loc[item, "flag"]
    if flag == "elsewhere":
        reasons.append("loads on another factor than most of its block")
    elif flag == "weak":
        reasons.append(f"loads on no factor by {WEAK:g}")
    for end, told in (("floor", "lowest"), ("ceiling", "highest")):
        if row[end] >= CROWDED:
            reasons.append(f"{row[end]:.0%} give the {told} answer")
    if row["missing_rate"] >= UNANSWERED:
        reasons.append(f"{row['missing_rate']:.0%} do not answer")
    return reasons


def _verdict(row: Any, reasons: list[str]) -> str:
    if not row["sd"] > 0 or row["item_total"] < BAD_TOTAL:
        return "revise"
    return "look" if reasons else "keep"
