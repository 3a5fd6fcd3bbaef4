"""Item screening by the pilot of a questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from csisem.arrays import pd
from csisem.descriptive.complete_rows import survey_in_force
from csisem.diagnose.factor_analysis.exploratory_factors import WEAK, Factors, factors, most_factors
from csisem.diagnose.measurement.item_blocks import blocks_of
from csisem.diagnose.measurement.item_reliability import alpha, item_statistics
from csisem.display.page import Page
from csisem.display.sentences import Sentence, sentence
from csisem.display.table import sentence_column
from csisem.errors import DataError, OptionError, agree, listed, untold
from csisem.survey import Questionnaire, Survey

FEW, MANY = 30, 50
"""Usual number of rows of a pilot."""

# Item-total correlations below which an item measures something else (Nunnally and Bernstein 1994).
LOW_TOTAL, BAD_TOTAL = 0.3, 0.2
# Share of answers at one end of the scale that leaves no room for better or worse ones.
CROWDED = 0.5
UNANSWERED = 0.2
# Gain in alpha from which an item is reported.
GAIN = 0.02
POOR_ALPHA = 0.7


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pilot(Page):
    """Screening of a questionnaire by its pilot.

    Attributes
    ----------
    n
        Number of rows.
    minutes
        Expected minutes to answer the questionnaire.
    items
        By item: ``indicator, n, missing_rate, mean, sd, floor, ceiling`` (shares of the lowest and highest answer),
        ``item_total, alpha_if_deleted, factor, loading`` (the largest), ``verdict`` (``"keep"``, ``"look"``,
        ``"revise"``) and ``reasons``.
    blocks
        By indicator: ``n_items, n, alpha, alpha_ci_lower, alpha_ci_upper, standardized``.
    loadings
        By item, on as many factors as there are indicators with two items or more; None where there are too few rows.
    notes
        Sentences to read first.
    """

    n: int
    minutes: float
    items: pd.DataFrame
    blocks: pd.DataFrame
    loadings: pd.DataFrame | None
    notes: tuple[Sentence, ...] = ()


def pilot(data: object, questionnaire: Questionnaire, *, indicator_level: int = 1) -> Pilot:
    """Screen the questions of a questionnaire by the answers of its pilot.

    Parameters
    ----------
    data
        The answers: a `Survey`, or a data frame as collected, which the questionnaire codes.
    questionnaire
        The questionnaire, whose indicators are the blocks.
    indicator_level
        Level of these indicators in the questionnaire's tree; 1 is the top.

    Returns
    -------
    Pilot
        With a verdict on each item. ``"revise"``: everybody gave the same answer, or the correlation with the rest of
        its block is below 0.2. ``"look"``: that correlation is below 0.3; alpha gains 0.02 without the item; it loads
        on another factor than most of its block, or on none by 0.4; half of the answers are the lowest or the highest;
        a fifth are missing. With so few answers these are hints: intervals of alpha are wide.

    Raises
    ------
    DataError, ScaleError
        If a question has no column, an answer is not one of its codes, or there are fewer than three rows.
    QuestionnaireError
        If the questionnaire has no such level.
    OptionError
        If ``questionnaire`` is not a questionnaire.

    See Also
    --------
    quality : Doubtful rows.
    factors, item_statistics : The analyses behind the verdicts.

    Examples
    --------
    >>> questions = [cs.Question(name, "How satisfied are you?", points=10) for name in ["s1", "s2", "s3"]]
    >>> form = cs.Questionnaire(questions, [cs.Indicator("Satisfaction", items=["s1", "s2", "s3"])])
    >>> answers = cs.datasets.retail_survey().frame.head(40)
    >>> found = cs.diagnose.pilot(answers, form)
    >>> found.items[["mean", "ceiling", "item_total", "verdict"]].round(2)
          mean  ceiling  item_total verdict
    item
    s1    7.90     0.03        0.75    keep
    s2    7.26     0.03        0.83    keep
    s3    7.16     0.03        0.69    keep
    """
    if not isinstance(questionnaire, Questionnaire):
        raise OptionError(f"questionnaire= must be a Questionnaire; got {type(questionnaire).__name__!r}.")
    survey = data if isinstance(data, Survey) else questionnaire.survey(data, checked=False)
    if survey.n < 3:
        raise DataError(f"A pilot of {survey.n} {agree(survey.n, 'row', 'rows')} is too small; {FEW} to {MANY} are "
                        "usual.")  # fmt: skip
    blocks = blocks_of(questionnaire, indicator_level=indicator_level)
    table = _answers(survey, blocks)
    moving = frozenset(table.index[table["sd"] > 0])
    varying = {name: tuple(item for item in block if item in moving) for name, block in blocks.items()}
    varying = {name: block for name, block in varying.items() if block}
    if not varying:
        raise DataError("Everybody gave the same answer to every question, so there is nothing to screen.")
    notes = [sentence("answers.few_rows", n=survey.n, few=FEW, many=MANY)] if survey.n < FEW else []
    survey = survey_in_force(survey, None)
    with untold():
        # Notes on items stand in the result; the warning of a sample not drawn at random was just issued.
        consistency = alpha(survey, varying).set_index("block").drop(columns="method")
        statistics = item_statistics(survey, varying).drop_duplicates("item").set_index("item")
        found = _explored(survey, {name: block for name, block in varying.items() if len(block) > 1}, notes)
    consistency.index.name = "indicator"
    on_items: list[Sentence] = consistency.attrs.pop("notes")
    against = _against(on_items)
    notes += [*on_items, *(found.improper if found is not None else ())]
    table[["item_total", "alpha_if_deleted"]] = statistics[["item_total", "alpha_if_deleted"]].reindex(table.index)
    loadings = None
    if found is not None:
        columns = [f"F{number}" for number in range(1, found.n_factors + 1)]
        loadings = found.loadings[["construct", *columns]]
        own = found.loadings.reindex(table.index)
        table["factor"] = own["factor"]
        table["loading"] = np.abs(own[columns].to_numpy(dtype=np.float64)).max(axis=1)
    reasons = {
        item: [*against.get(item, ()), *_reasons(item, table.loc[item], consistency["alpha"], found)]
        for item in table.index
    }
    table["verdict"] = [_verdict(table.loc[item], reasons[item]) for item in table.index]
    said = [sentence("answers.reasons", reasons=reasons[item]) for item in table.index]
    table["reasons"] = sentence_column(said).set_axis(table.index)
    poor = consistency.index[consistency["alpha"] < POOR_ALPHA]
    if len(poor):
        notes.append(sentence("answers.low_alpha", least=POOR_ALPHA, indicators=list(poor)))
    return Pilot(survey.n, round(questionnaire.minutes, 1), table, consistency, loadings, tuple(notes))


def _answers(survey: Survey, blocks: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Descriptive statistics, by item."""
    home = {item: name for name in reversed(list(blocks)) for item in blocks[name]}
    names = tuple(dict.fromkeys(item for block in blocks.values() for item in block))
    answers = survey.answers(names)
    if unanswered := [name for name in names if answers[name].isna().all()]:
        raise DataError(f"Nobody answered {listed(unanswered)}: every row is blank or a code of missing answers.")
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


def _against(notes: Iterable[Sentence]) -> dict[str, list[Sentence]]:
    """A reason for each item that looks reversed, by item."""
    found: dict[str, list[Sentence]] = {}
    for note in notes:
        sides: tuple[Any, Any] = note.fields.get("items", ()), note.fields.get("others", ())
        for own, other in (sides, sides[::-1]):
            said = sentence("answers.runs_against", others=other) if other else sentence("answers.looks_reversed")
            found |= {item: [said] for item in own}
    return found


def _explored(survey: Survey, blocks: Mapping[str, tuple[str, ...]], notes: list[Sentence]) -> Factors | None:
    """Factors of the blocks with two items or more; None, with a note, where they cannot be found."""
    if len(blocks) < 2:
        return None
    items = sum(map(len, blocks.values()))
    if len(blocks) > most_factors(items):
        notes.append(sentence("answers.too_few_items", items=items, indicators=len(blocks)))
        return None
    try:
        return factors(survey, dict(blocks), n_factors=len(blocks), rotation="promax", seed=1)
    except DataError as problem:
        notes.append(sentence("answers.no_factors", problem=str(problem)))
        return None


def _reasons(item: str, row: Any, alphas: Any, found: Factors | None) -> list[Sentence]:
    reasons = []
    if not row["sd"] > 0:
        return [sentence("answers.same_answer")]
    if row["item_total"] < LOW_TOTAL:
        reasons.append(sentence("answers.item_total", correlation=row["item_total"]))
    if row["alpha_if_deleted"] > alphas[row["indicator"]] + GAIN:
        reasons.append(sentence("answers.alpha_without", alpha=row["alpha_if_deleted"]))
    flag = "" if found is None or item not in found.loadings.index else found.loadings.loc[item, "flag"]
    if flag == "elsewhere":
        reasons.append(sentence("answers.loads_elsewhere"))
    elif flag == "weak":
        reasons.append(sentence("answers.loads_nowhere", least=WEAK))
    if row["floor"] >= CROWDED:
        reasons.append(sentence("answers.floor", share=row["floor"]))
    if row["ceiling"] >= CROWDED:
        reasons.append(sentence("answers.ceiling", share=row["ceiling"]))
    if row["missing_rate"] >= UNANSWERED:
        reasons.append(sentence("answers.unanswered", share=row["missing_rate"]))
    return reasons


def _verdict(row: Any, reasons: list[Sentence]) -> str:
    if not row["sd"] > 0 or row["item_total"] < BAD_TOTAL:
        return "revise"
    return "look" if reasons else "keep"
