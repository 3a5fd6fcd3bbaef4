"""Item screening by the pilot of a questionnaire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from csisem.arrays import pd
from csisem.descriptive.complete_rows import survey_in_force
from csisem.diagnose.answers.item_screening import reasons_of, verdict_of
from csisem.diagnose.factor_analysis.exploratory_factors import Factors, factors, most_factors
from csisem.diagnose.measurement.item_blocks import blocks_of
from csisem.diagnose.measurement.item_reliability import alpha, item_statistics
from csisem.display.page import Page
from csisem.display.sentences import Sentence, sentence
from csisem.display.table import sentence_column
from csisem.errors import DataError, OptionError, agree, listed, untold
from csisem.survey import Questionnaire, Survey
from csisem.survey.declared import joined
from csisem.survey.one_direction import in_one_direction
from csisem.survey.questionnaire.declare import declared_of

FEW, MANY = 30, 50
"""Usual number of rows of a pilot."""

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
        its block is surely below 0.3. ``"look"``: that correlation is below 0.3 and surely below 0.4; alpha is surely
        higher without the item, by 0.02 or more; it surely correlates more with another indicator; its largest loading
        is surely below 0.4; half of the answers are the lowest or the highest; a fifth are missing.

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

    Notes
    -----
    Surely: by a one-sided 90 % limit, since point cut-offs flag a fifth of the items of a sound model at n = 40.
    Correlations by Fisher's z; alpha by Feldt's test of dependent alphas (1980); another indicator by multitrait
    scaling (Hays and Hayashi 1990) with Steiger's test of dependent correlations (1980).

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
    survey, turned = in_one_direction(survey.with_declared(joined(survey, declared_of(questionnaire))), varying)
    if turned:
        notes.append(sentence("measurement.turned", items=turned))
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
    screened = _screened(survey, table, varying, {} if found is None else found.loadings["flag"].to_dict(), consistency)
    reasons = {item: [*against.get(item, ()), *told] for item, told in screened.items()}
    table["verdict"] = [verdict_of(table.loc[item], reasons[item]) for item in table.index]
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


def _screened(
    survey: Survey, table: pd.DataFrame, blocks: Mapping[str, tuple[str, ...]], flags: Mapping[Any, Any], alphas: Any
) -> dict[str, list[Sentence]]:
    """What speaks against each item, by item."""
    names = tuple(map(str, table.index))
    answers = {str(name): column.to_numpy(dtype=np.float64) for name, column in survey.answers(names).items()}
    found = {}
    for item, home in zip(names, table["indicator"].astype(str), strict=True):
        own = [other for other in blocks.get(home, ()) if other != item]
        others = {name: block for name, block in blocks.items() if item not in block and len(block) > 1}
        alpha = float(alphas["alpha"].get(home, np.nan))
        found[item] = reasons_of(table.loc[item], answers, own, others, flags.get(item, ""), alpha)
    return found


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
