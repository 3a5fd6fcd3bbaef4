"""A simulated survey of retail customers."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from itertools import product
from typing import TYPE_CHECKING, Any, TypedDict

from csisem.models.model import Model
from csisem.specification.simulation.sample_design import SampleDesign
from csisem.survey.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

_SEED = 20241231
_ROWS = 2400
_FACTORS = ("region", "firm", "wave")
_SCALE = {"*": (1, 10), "c1": (0, 1)}


class _Part(TypedDict):
    """A region, firm or wave: its share of the customers, and its shift of Quality in standard deviations."""

    share: float
    shift: float


class _Population(TypedDict):
    """The model, the values of its parameters, the cells of the sample and the wording of the items."""

    model: str
    values: dict[str, float]
    region: dict[str, _Part]
    firm: dict[str, _Part]
    wave: dict[str, _Part]
    wording: dict[str, str]


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
    wording = _population()["wording"]
    return Survey(
        _frame(),
        scale=_SCALE,
        items=list(wording),
        weights="weight",
        strata="region",
        clusters="store",
        segments="firm",
        wave="wave",
        item_texts={item: f"{text}(模拟数据 synthetic)" for item, text in wording.items()},
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
    model = Model.from_syntax(_population()["model"])
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
    return dict(_population()["values"])


@cache
def _population() -> _Population:
    stored: Any = tomllib.loads((files("csisem.datasets") / "retail.toml").read_text(encoding="utf-8"))
    population: _Population = stored
    return population


def _frame() -> pd.DataFrame:
    population = _population()
    factors = (population["region"], population["firm"], population["wave"])
    cells = {
        tuple(name for name, _ in parts): tuple(stated for _, stated in parts)
        for parts in product(*(factor.items() for factor in factors))
    }
    design = SampleDesign(
        strata={cell: math.prod(part["share"] for part in parts) for cell, parts in cells.items()},
        clusters=4,
        icc=0.05,
        allocation="equal",
        shifts={cell: {"Quality": sum(part["shift"] for part in parts)} for cell, parts in cells.items()},
    )
    frame = retail_survey_model().simulate(
        _ROWS,
        population["values"],
        scale=_SCALE,
        skew={"*": -0.8, "c1": 0.0},
        design=design,
        missing=0.03,
        seed=_SEED,
    )
    for position, name in enumerate(_FACTORS):
        frame[name] = [cell[position] for cell in frame["stratum"]]
    frame["store"] = [f"S{number:03d}" for number in frame["cluster"]]
    return frame[["region", "store", "firm", "wave", "weight", *population["wording"]]]
