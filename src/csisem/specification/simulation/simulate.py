"""Simulation of answers from a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.errors import DesignError, ModelError, OptionError, nearest, shown
from csisem.moments.correlations import correlations_of
from csisem.option_checks import MOST_NUMBERS, check_whole
from csisem.specification.simulation import response_scales
from csisem.specification.simulation.parameter_values import Values, row_values
from csisem.specification.simulation.population import Population, population
from csisem.specification.simulation.response_scales import Margins, Skew, is_number
from csisem.specification.simulation.sample_design import Places, SampleDesign, Shift

if TYPE_CHECKING:
    import pandas as pd

    from csisem.specification.specification import Specification
    from csisem.survey.scale import Scale, ScaleOption


def simulate(
    model: Specification,
    n: int,
    values: Values | None,
    *,
    scale: ScaleOption,
    skew: Skew,
    design: SampleDesign | None,
    missing: float,
    seed: int,
) -> pd.DataFrame:
    """Draw n rows of answers; see `Model.simulate`."""
    check_reflective(model)
    _check_model(model, design)
    _check_numbers(n, len(model.items), missing, seed)
    scales = response_scales.scales_of(scale, model.items)
    table = model.table(meanstructure=True)
    people = population(table, row_values(table, values), response_scales.centres(scales))
    plan = SampleDesign() if design is None else design
    places = plan.places(n)
    # One stream per purpose, so that missing answers or clusters do not change the other numbers.
    respondents, clusters, blanks = np.random.default_rng(seed).spawn(3)
    margins = response_scales.margins(skew, people.items)
    drawn = _responses(people, margins, plan, places, respondents=respondents, clusters=clusters)
    for i, one in enumerate(scales):
        if one is not None:
            drawn[:, i] = response_scales.on_scale(drawn[:, i], one)
    if missing:
        response_scales.blank(drawn, missing, blanks)
    frame = _framed(drawn, people.items, scales)
    return frame if design is None else _with_design(frame, design, places)


def _responses(
    people: Population,
    margins: Margins,
    plan: SampleDesign,
    places: Places,
    *,
    respondents: np.random.Generator,
    clusters: np.random.Generator,
) -> FloatArray:
    """Continuous responses (n, p): deviates of the respondent and of the cluster, and the stratum's shift."""
    n, p = len(places.stratum), len(people.items)
    sd = np.sqrt(np.diag(people.cov))
    between, within = response_scales.factors(correlations_of(people.cov), plan.icc, margins, people.items)
    deviates = respondents.standard_normal((n, p)) @ within.T
    if plan.icc:
        effects = clusters.standard_normal((int(places.cluster[-1]) + 1, p)) @ between.T
        deviates += effects[places.cluster]
    shifts = np.stack([_shift(plan.shifts.get(label, 0.0), people, sd) for label in plan.labels])
    responses: FloatArray = people.mean + sd * margins.bend(deviates)
    return responses + shifts[places.stratum] if plan.shifts else responses


def _shift(shift: Shift, people: Population, sd: FloatArray) -> FloatArray:
    """Shifts (p,) of the items' means in a stratum."""
    if not isinstance(shift, Mapping):
        return _finite(shift, "every item") * sd
    total = np.zeros(len(people.items))
    for name, size in shift.items():
        number = _finite(size, repr(name))
        if name in people.latents:
            j = people.latents.index(name)
            total += number * people.latent_sd[j] * people.reach[:, j]
        elif name in people.items:
            i = people.items.index(name)
            total[i] += number * sd[i]
        else:
            known = (*people.latents, *people.items)
            raise DesignError(f"shifts= names {name!r}, which is not a construct or item{nearest(str(name), known)}.")
    return total


def _finite(size: object, what: str) -> float:
    if not is_number(size):
        raise DesignError(f"The shift of {what} must be a number of standard deviations; got {shown(size)}.")
    return float(size)


def _framed(drawn: FloatArray, items: Sequence[str], scales: Sequence[Scale | None]) -> pd.DataFrame:
    """Answers as a frame; complete answers in whole numbers are integers."""
    import pandas as pd

    frame = pd.DataFrame(drawn, columns=list(items))
    whole = [item for item, scale in zip(items, scales, strict=True) if scale is not None and scale.low.is_integer()]
    return frame if np.isnan(drawn).any() else frame.astype(dict.fromkeys(whole, np.int64))


def _with_design(frame: pd.DataFrame, design: SampleDesign, places: Places) -> pd.DataFrame:
    if design.strata:
        frame["stratum"] = [design.labels[h] for h in places.stratum]
    if design.clusters is not None:
        frame["cluster"] = places.cluster + 1
    frame["weight"] = places.weight
    return frame


def check_reflective(model: Specification) -> None:
    """Refuse composites, which do not imply the covariances of their items."""
    formed = [construct.name for construct in model.constructs if construct.composite]
    if formed:
        raise ModelError(f"{formed[0]!r} is a composite, formed by its items ('<~'), and the model does not imply "
                         "their covariances; simulation needs reflective constructs ('=~').")  # fmt: skip


def _check_model(model: Specification, design: SampleDesign | None) -> None:
    if design is not None and not isinstance(design, SampleDesign):
        raise OptionError(
            f"design= takes a SampleDesign, which describes a sample to draw, not {type(design).__name__!r}."
        )
    taken = [name for name in ("stratum", "cluster", "weight") if name in model.items]
    if design is not None and taken:
        raise DesignError(f"The item {taken[0]!r} has the name of a column that design= adds; rename the item.")


def _check_numbers(n: object, items: int, missing: object, seed: object) -> None:
    check_whole("n", n, 1, MOST_NUMBERS // items)
    check_whole("seed", seed, 0)
    if not is_number(missing) or not 0.0 <= missing < 1.0:
        raise OptionError(f"missing={shown(missing)} is not a share; it must be at least 0 and below 1.")
