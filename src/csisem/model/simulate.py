"""Answers drawn from the population a model describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csisem.errors import DesignError, ModelError, OptionError, listed, nearest
from csisem.model.answers import (
    Skew,
    blank,
    centres,
    check_share,
    factors,
    is_number,
    margins,
    on_scale,
    scales_of,
)
from csisem.model.population import Population, correlations, population
from csisem.model.sample_design import Places, SampleDesign, Shift
from csisem.model.stated import Values, row_values

if TYPE_CHECKING:
    import pandas as pd

    from csisem.model.specification import Model
    from csisem.survey.scale import Scale, ScaleOption

FloatArray = NDArray[np.float64]


def simulate(
    model: Model,
    n: int,
    values: Values | None,
    *,
    scale: ScaleOption,
    skew: Skew,
    design: SampleDesign | None,
    missing: float,
    seed: int,
) -> pd.DataFrame:
    """Draw n answers; see `Model.simulate`."""
    import pandas as pd

    _check_counts(n, seed)
    check_share(missing)
    _check_reflective(model)
    scales = scales_of(scale, model.items)
    table = model.table(meanstructure=True)
    people = population(table, row_values(table, values), centres(scales))
    shape = margins(skew, people.items)
    plan = SampleDesign() if design is None else design
    shifts = _shifts(plan, people)
    places = plan.places(n)
    # One stream for each purpose: asking for blanks or clusters leaves the other draws as they are.
    respondents, clusters, blanks = np.random.default_rng(seed).spawn(3)
    between, within = factors(correlations(people.cov), plan.icc, shape, people.items)
    deviates = respondents.standard_normal((n, len(people.items))) @ within.T
    if plan.icc:
        effects = clusters.standard_normal((places.cluster[-1] + 1, len(people.items))) @ between.T
        deviates += effects[places.cluster]
    answers = people.mean + np.sqrt(np.diag(people.cov)) * shape.bend(deviates)
    if plan.shifts:
        answers += shifts[places.stratum]
    for i, one in enumerate(scales):
        if one is not None:
            answers[:, i] = on_scale(answers[:, i], one)
    if missing:
        blank(answers, missing, blanks)
    frame = pd.DataFrame(answers, columns=list(people.items))
    if not missing:
        frame = _as_integers(frame, scales)
    return frame if design is None else _with_design(frame, design, places)


def _shifts(design: SampleDesign, people: Population) -> FloatArray:
    """What each stratum adds to the items' means, shape (strata, p)."""
    sd = np.sqrt(np.diag(people.cov))
    rows = [_shift(design.shifts.get(label, 0.0), people, sd) for label in design.labels]
    return np.stack(rows)


def _shift(shift: Shift, people: Population, sd: FloatArray) -> FloatArray:
    named = shift if isinstance(shift, dict) else None
    moved: FloatArray = np.zeros(len(people.items))
    if named is None:
        return sd * _finite(shift, "every item")
    for name, size in named.items():
        number = _finite(size, repr(name))
        if name in people.latents:
            j = people.latents.index(name)
            moved += number * people.latent_sd[j] * people.reach[:, j]
        elif name in people.items:
            i = people.items.index(name)
            moved[i] += number * sd[i]
        else:
            known = (*people.latents, *people.items)
            raise DesignError(f"shifts= names {name!r}, which is no construct or item of the model{nearest(name, known)}.")
    return moved
