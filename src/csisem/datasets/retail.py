"""A simulated survey of retail customers."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from csisem.specification.simulation.sample_design import SampleDesign
from csisem.specification.specification import Model
from csisem.survey.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

_SEED = 20241231
_ROWS = 2400

_MODEL = """
Expectation  =~ e1 + e2 + e3
Quality      =~ q1 + q2 + q3 + q4 + q5
Value        =~ v1 + v2
Satisfaction =~ s1 + s2 + s3
Complaints   =~ c1
Loyalty      =~ l1 + l2

Quality      ~ Expectation
Value        ~ Expectation + Quality
Satisfaction ~ Expectation + Quality + Value
Complaints   ~ Satisfaction
Loyalty      ~ Satisfaction + Complaints
"""

_VALUES = {
    "Expectation =~ e2": 1.05, "Expectation =~ e3": 0.80,
    "Quality =~ q2": 0.95, "Quality =~ q3": 1.10, "Quality =~ q4": 0.85, "Quality =~ q5": 0.90,
    "Value =~ v2": 0.95,
    "Satisfaction =~ s2": 1.00, "Satisfaction =~ s3": 1.10,
    "Loyalty =~ l2": 0.80,
    "Quality ~ Expectation": 0.50,
    "Value ~ Expectation": 0.10, "Value ~ Quality": 0.70,
    "Satisfaction ~ Expectation": 0.10, "Satisfaction ~ Quality": 0.55, "Satisfaction ~ Value": 0.30,
    "Complaints ~ Satisfaction": -0.12,
    "Loyalty ~ Satisfaction": 0.85, "Loyalty ~ Complaints": -0.50,
    "Expectation ~~ Expectation": 1.20, "Quality ~~ Quality": 0.80, "Value ~~ Value": 0.70,
    "Satisfaction ~~ Satisfaction": 0.25, "Complaints ~~ Complaints": 0.13, "Loyalty ~~ Loyalty": 0.70,
    "e1 ~~ e1": 0.80, "e2 ~~ e2": 0.90, "e3 ~~ e3": 1.60,
    "q1 ~~ q1": 0.60, "q2 ~~ q2": 0.90, "q3 ~~ q3": 0.80, "q4 ~~ q4": 1.30, "q5 ~~ q5": 1.10,
    "v1 ~~ v1": 0.60, "v2 ~~ v2": 0.70,
    "s1 ~~ s1": 0.50, "s2 ~~ s2": 0.80, "s3 ~~ s3": 0.90,
    "l1 ~~ l1": 0.70, "l2 ~~ l2": 1.50,
    "e1 ~1": 7.7, "e2 ~1": 7.6, "e3 ~1": 7.2,
    "q1 ~1": 7.6, "q2 ~1": 7.4, "q3 ~1": 7.3, "q4 ~1": 7.8, "q5 ~1": 7.1,
    "v1 ~1": 6.9, "v2 ~1": 7.1,
    "s1 ~1": 7.5, "s2 ~1": 7.2, "s3 ~1": 6.9,
    "c1 ~1": 0.17,
    "l1 ~1": 7.4, "l2 ~1": 6.8,
}  # fmt: skip

# Shares of customers, and the shift of Quality from the model's mean in its standard deviations.
_REGIONS = {"North": (0.30, 0.10), "East": (0.35, 0.00), "South": (0.20, 0.05), "West": (0.15, -0.20)}
_FIRMS = {"Alder": (0.50, 0.05), "Birch": (0.30, 0.35), "Cedar": (0.20, -0.40)}
_WAVES = {"2024Q1": (0.25, -0.10), "2024Q2": (0.25, -0.05), "2024Q3": (0.25, 0.05), "2024Q4": (0.25, 0.10)}

_TEXTS = {
    "e1": "购物前,您对该超市总体质量的期望",
    "e2": "购物前,您对该超市满足您个人需要的期望",
    "e3": "购物前,您对该超市少出差错的期望",
    "q1": "您对该超市总体质量的评价",
    "q2": "您对商品满足您个人需要的程度的评价",
    "q3": "您对店员服务的评价",
    "q4": "您对购物环境的评价",
    "q5": "您对结账与售后的可靠程度的评价",
    "v1": "就所付的价格而言,您对质量的评价",
    "v2": "就所得的质量而言,您对价格的评价",
    "s1": "您对该超市的总体满意程度",
    "s2": "与您的期望相比,您的满意程度",
    "s3": "与您心目中理想的超市相比,您的满意程度",
    "c1": "过去一年您是否投诉或抱怨过(0 否,1 是)",
    "l1": "您今后继续光顾该超市的可能性",
    "l2": "该超市提价后您仍然光顾的可能性",
}


def retail_survey() -> Survey:
    """Return a simulated survey of 2,400 customers of three retailers; no real customer was interviewed.

    The model is the ACSI model with 16 items (`retail_survey_model`) at the values of `retail_survey_values`. In each
    of four quarters, for each firm, four stores were drawn in each of four regions and 12 or 13 customers in each
    store; weights restore the shares of regions and firms among customers. Within a region, firm and quarter 5 % of
    the variance lies between stores. Firms, regions and quarters differ in Quality, and thus in its consequences. Items
    are left-skewed on 1-10, the complaint ``c1`` is 0 or 1, and 3 % of the answers are blank.

    Returns
    -------
    Survey
        Columns ``region store firm wave weight`` and the items ``e1`` to ``l2``, with Chinese question texts; strata
        ``region``, clusters ``store``.

    See Also
    --------
    retail_survey_model, retail_survey_values : The model and its parameters.
    Model.simulate : The simulation of answers.

    Notes
    -----
    Fornell, Johnson, Anderson, Cha and Bryant (1996, Journal of Marketing 60, 7-18).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> survey.n, survey.items[:3]
    (2400, ('e1', 'e2', 'e3'))
    >>> print(survey.design)
    weights weight; strata region; clusters store
    """
    return Survey(
        _frame(),
        scale={"*": (1, 10), "c1": (0, 1)},
        items=list(_TEXTS),
        weights="weight",
        strata="region",
        clusters="store",
        segments="firm",
        wave="wave",
        item_texts={item: f"{text}(模拟数据 synthetic)" for item, text in _TEXTS.items()},
    )


def retail_survey_model() -> Model:
    """Return the model of `retail_survey`.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), estimator="MLR")
    >>> fit.paths[["lhs", "rhs", "est"]].round(2).tail(2)
           lhs           rhs   est
    7  Loyalty  Satisfaction  0.80
    8  Loyalty    Complaints -0.48
    """
    model = Model.from_syntax(_MODEL)
    return Model(
        model.constructs, model.relations, title="ACSI, synthetic retail survey", source="Fornell et al. (1996)"
    )


def retail_survey_values() -> dict[str, float]:
    """Return the parameter values of `retail_survey`, before answers were rounded to the scale.

    Examples
    --------
    >>> cs.datasets.retail_survey_values()["Quality ~ Expectation"]
    0.5
    """
    return dict(_VALUES)


def _frame() -> pd.DataFrame:
    cells = list(product(_REGIONS, _FIRMS, _WAVES))
    parts = {(r, f, w): (_REGIONS[r], _FIRMS[f], _WAVES[w]) for r, f, w in cells}
    design = SampleDesign(
        strata={cell: region[0] * firm[0] * wave[0] for cell, (region, firm, wave) in parts.items()},
        clusters=4,
        icc=0.05,
        allocation="equal",
        shifts={cell: {"Quality": region[1] + firm[1] + wave[1]} for cell, (region, firm, wave) in parts.items()},
    )
    frame = retail_survey_model().simulate(
        _ROWS,
        _VALUES,
        scale={"*": (1, 10), "c1": (0, 1)},
        skew={"*": -0.8, "c1": 0.0},
        design=design,
        missing=0.03,
        seed=_SEED,
    )
    for position, name in enumerate(("region", "firm", "wave")):
        frame[name] = [cell[position] for cell in frame["stratum"]]
    frame["store"] = [f"S{number:03d}" for number in frame["cluster"]]
    return frame[["region", "store", "firm", "wave", "weight", *_TEXTS]]
