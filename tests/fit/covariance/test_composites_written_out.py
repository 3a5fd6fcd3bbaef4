"""Composites under maximum likelihood, written out with excrescent variables (Henseler and Ogasawara)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers

FOLDER = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-composites"
# lavaan's optimiser ends this close to the minimum, in standard errors.
OPTIMISER = 1e-4
EXACT = 1e-8


@cache
def case(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


@pytest.mark.parametrize("name", ["mixed", "two_composites", "mixed_mlr"])
def test_lavaan(name):
    record = case(name)
    call = record["call"]
    fit = cs.Model.from_syntax(record["syntax"]).fit(answers("mobi"), call["estimator"] if call else "ML")
    assert fit.status.admissible
    theirs = pd.DataFrame(record["parameters"])
    ours = fit.parameters.set_index(["lhs", "op", "rhs"])
    seen = 0
    for _, row in theirs.iterrows():
        key = (row["lhs"], row["op"], "".join(row["rhs"].split()) if row["op"] == ":=" else row["rhs"])
        if row["op"] == ":=":
            found = fit.parameters.query("op == ':=' and lhs == @row['lhs']").iloc[0]
        elif key in ours.index:
            found = ours.loc[key]
        else:
            found = ours.loc[(row["rhs"], row["op"], row["lhs"])]
        unit = row["se"] or 1.0
        assert abs(found["est"] - row["est"]) < OPTIMISER * unit, key
        assert abs(found["se"] - row["se"]) < OPTIMISER * unit, key
        seen += 1
    assert seen == len(theirs)
    measures = fit.fit_measures()
    for measure in ("chisq", "df", "cfi", "srmr"):
        assert measures[measure] == pytest.approx(record["fit"][measure], rel=1e-6), measure


def test_a_population_of_known_weights_is_recovered():
    # The composite is formed with these weights; its items covary freely, other variables see it alone.
    weights = np.array([0.5, 0.3, 0.4])
    items = np.array([[1.0, 0.3, 0.1], [0.3, 1.0, -0.2], [0.1, -0.2, 1.0]])
    composite = weights @ items @ weights
    loadings, path, residual = np.array([1.0, 0.8, 1.2]), 0.6, np.diag([0.5, 0.6, 0.4])
    across = np.outer(items @ weights, path * loadings)
    outcome = np.outer(loadings, loadings) * (path**2 * composite + 0.3) + residual
    names = ["PERQ1", "PERQ2", "PERQ3", "CUSA1", "CUSA2", "CUSA3"]
    cov = pd.DataFrame(np.block([[items, across], [across.T, outcome]]), names, names)
    fit = cs.Model.from_syntax(case("mixed")["syntax"]).fit(cs.Moments.from_table(cov=cov, n=400, divisor="n"))
    found = fit.parameters.query("op == ':='").set_index("lhs")["est"]
    # The unit of the composite is such that its first item loads 1.
    unit = (items @ weights)[0] / composite
    np.testing.assert_allclose(found[["w1", "w2", "w3"]], weights * unit, atol=EXACT)
    measures = fit.fit_measures()
    assert measures["chisq"] == pytest.approx(0, abs=1e-6)
    # 9 covariances across, of which the path and 2 loadings on the composite are left.
    assert measures["df"] == 6
    beta = fit.paths["est"].iloc[0]
    assert beta == pytest.approx(path / unit, abs=EXACT)
