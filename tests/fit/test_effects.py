"""Intervals of effects without a bootstrap."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from lavaan_golden import answers

# Arithmetic on the same estimates.
IDENTITY = 1e-10
SMALL = "Q =~ CUEX1 + CUEX2 + CUEX3\nS =~ CUSA1 + CUSA2 + CUSA3\nL =~ CUSL1 + CUSL3\nS ~ a*Q\nL ~ b*S\nab := a*b"
ITEMS = ["CUEX1", "CUEX2", "CUEX3", "CUSA1", "CUSA2", "CUSA3", "CUSL1", "CUSL3"]


@pytest.fixture(scope="module")
def mobi():
    number = np.arange(250)
    return answers("mobi")[ITEMS].assign(stratum=number % 2, cluster=number // 5)


def complete(frame):
    return cs.Model.from_syntax(SMALL).fit(frame)


def designed(frame):
    return cs.Model.from_syntax(SMALL).fit(cs.Survey(frame, clusters="cluster"), "MLR")


def completed(frame):
    sets = []
    for k in range(3):
        one = frame.copy()
        one.loc[one.index[:40], "CUSA1"] = frame["CUSA1"].to_numpy()[k + 40 : k + 80]
        sets.append(one)
    return cs.Model.from_syntax(SMALL).fit(sets)


@pytest.mark.parametrize("fitted", [complete, designed, completed])
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_effects_have_the_intervals_of_parameters_and_defined_quantities(mobi, fitted, level):
    fit = fitted(mobi)
    found = cs.effects(fit, level=level).set_index(["source", "target"])
    table = fit.intervals(level=level).set_index("label")
    for end in ("est", "se", "ci_lower", "ci_upper"):
        after = "" if end == "est" else f"_{end}"
        assert found.loc[("Q", "S"), f"direct{after}"] == pytest.approx(table.loc["a", end], rel=IDENTITY)
        assert found.loc[("Q", "L"), f"indirect{after}"] == pytest.approx(table.loc["ab", end], rel=IDENTITY)
    # There is no indirect effect beside a single path.
    assert (found.loc[("Q", "S"), ["indirect", "indirect_ci_lower", "indirect_ci_upper"]] == 0).all()


def test_a_level_outside_0_and_1_is_refused(mobi):
    with pytest.raises(cs.OptionError, match="level=95 is not between 0 and 1"):
        cs.effects(complete(mobi), level=95)
