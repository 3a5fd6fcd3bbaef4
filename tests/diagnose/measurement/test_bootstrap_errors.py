"""Bootstrap intervals of reliability and validity: the two kinds of fits against each other, refits, and formulas."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from composites import drawn_mobi
from csisem.diagnose.measurement.alpha import cronbach
from lavaan_golden import SMALL

BLOCKS = {"EXP": ["CUEX1", "CUEX2", "CUEX3"], "VAL": ["PERV1", "PERV2"], "SAT": ["CUSA1", "CUSA2", "CUSA3"]}
MODEL = cs.Model.from_syntax(SMALL)
KINDS = ["percentile", "normal", "bca"]
IDENTITY = 1e-9
# Replicates stop within a thousandth of their standard errors.
STOPPED = 1e-3
QUANTILE = 1.959963984540054


@pytest.fixture(scope="module")
def frame():
    return drawn_mobi()


@pytest.fixture(scope="module")
def ml(frame):
    fit = MODEL.fit(frame)
    return fit, cs.bootstrap(fit, n=400, seed=4, progress=False)


@pytest.fixture(scope="module")
def pls(frame):
    fit = MODEL.fit(frame, "PLS")
    return fit, cs.bootstrap(fit, n=400, seed=4, progress=False)


@pytest.mark.parametrize("kind", KINDS)
def test_both_kinds_of_fits_draw_the_same_rows(ml, pls, kind):
    assert len(ml[1].replicates.fitted) == len(pls[1].replicates.fitted) == 400
    one, two = (cs.diagnose.reliability(fit, bootstrap=drawn, interval=kind) for fit, drawn in (ml, pls))
    for column in ("alpha", "alpha_ci_lower", "alpha_ci_upper"):
        np.testing.assert_allclose(one[column], two[column], rtol=IDENTITY)
    one, two = (cs.diagnose.validity(fit, bootstrap=drawn, interval=kind).pairs for fit, drawn in (ml, pls))
    for column in ("htmt", "htmt_ci_lower", "htmt_ci_upper", "htmt2", "htmt2_ci_lower", "htmt2_ci_upper"):
        np.testing.assert_allclose(one[column], two[column], rtol=IDENTITY)


def test_draws_are_refits(frame, ml):
    fit, drawn = ml
    covariances = drawn.replicates.covariances()
    table = cs.diagnose.reliability(fit, bootstrap=drawn, interval="normal")
    items = list(fit.solution.table.observed)
    for name, own in BLOCKS.items():
        block = np.array([items.index(item) for item in own])
        stack = cronbach(covariances[:, 0][:, block[:, None], block])
        row = table.set_index("construct").loc[name]
        # The normal interval: the estimate less the bias, and 1.96 standard deviations.
        middle = 2 * row["alpha"] - stack.mean()
        assert row["alpha_ci_upper"] + row["alpha_ci_lower"] == pytest.approx(2 * middle, rel=IDENTITY)
        assert row["alpha_ci_upper"] - row["alpha_ci_lower"] == pytest.approx(2 * QUANTILE * stack.std(ddof=1))
    # The covariances drawn again are those that a replicate was fitted to.
    cov = pd.DataFrame(covariances[7, 0] * 250 / 249, items, items)
    again = MODEL.fit(cs.Moments.from_table(n=250, cov=cov)).parameters["est"].to_numpy()
    np.testing.assert_allclose(drawn.draws.iloc[7].to_numpy()[: len(again)], again, rtol=STOPPED)


@pytest.mark.parametrize(("estimator", "groups"), [("ML", None), ("PLS", None), ("PLS", "half")])
@pytest.mark.parametrize("kind", KINDS)
def test_every_measure_lies_within_its_ends(frame, estimator, groups, kind):
    fit = MODEL.fit(frame, estimator, groups=groups)
    drawn = cs.bootstrap(fit, n=400, seed=1, progress=False)
    table = cs.diagnose.reliability(fit, bootstrap=drawn, interval=kind)
    assert len(table) == 4 * (1 if groups is None else 2)
    # In the smaller group three weak items leave rho_A without a value in many replicates.
    own = ["omega"] if estimator == "ML" else ["rho_a"] if groups is None else []
    for name in ["alpha", "rho_c", "ave", *own]:
        assert (table[f"{name}_ci_lower"] < table[name]).all()
        assert (table[name] < table[f"{name}_ci_upper"]).all()
        # The ends stand beside their figure.
        place = list(table.columns).index(name)
        assert list(table.columns[place + 1 : place + 3]) == [f"{name}_ci_lower", f"{name}_ci_upper"]
    assert table.attrs["method"].startswith("bootstrap, ")
    notes = cs.diagnose.validity(fit, bootstrap=drawn, interval=kind).notes
    assert [note.code for note in notes].count("measurement.intervals") == 1


def test_errors_are_those_of_the_influence(frame):
    fit = MODEL.fit(frame)
    drawn = cs.bootstrap(fit, n=4000, seed=2, progress=False)
    pairs = cs.diagnose.validity(fit, bootstrap=drawn, interval="normal").pairs
    linear = cs.diagnose.validity(fit).pairs
    widths = [(part["htmt_ci_upper"] - part["htmt_ci_lower"]).to_numpy() for part in (pairs, linear)]
    # To first order; the ratio's curvature and 4,000 draws leave some per cent.
    np.testing.assert_allclose(widths[0], widths[1], rtol=0.1)


def test_designs_and_single_items(frame):
    survey = cs.Survey(frame, design=cs.Design(weights="w", clusters="cluster"))
    model = cs.Model.from_syntax(SMALL + "C =~ CUSCO\nC ~ SAT")
    fit = model.fit(survey, "PLS")
    drawn = cs.bootstrap(fit, n=200, seed=1, progress=False)
    table = cs.diagnose.reliability(fit, bootstrap=drawn).set_index("construct")
    assert table.loc["C", ["alpha_ci_lower", "rho_c_ci_lower", "ave_ci_lower", "rho_a_ci_upper"]].isna().all()
    assert (
        table.drop(index="C")[["alpha_ci_lower", "rho_c_ci_lower", "ave_ci_lower", "rho_a_ci_upper"]]
        .notna()
        .all()
        .all()
    )


def test_incomplete_answers_say_what_has_no_interval(frame):
    blank = frame.astype({"CUEX1": float})
    blank.loc[::9, "CUEX1"] = np.nan
    fit = MODEL.fit(blank, missing="fiml")
    drawn = cs.bootstrap(fit, n=40, seed=1, progress=False)
    table = cs.diagnose.reliability(fit, bootstrap=drawn)
    assert table["alpha_ci_lower"].isna().all()
    assert table.loc[table["construct"] == "EXP", "omega_ci_lower"].notna().all()
    assert any("Alpha, HTMT and HTMT2 have no bootstrap intervals" in note for note in table.attrs["notes"])
    fit = MODEL.fit(blank, "PLS", missing="pairwise")
    table = cs.diagnose.reliability(fit, bootstrap=cs.bootstrap(fit, n=40, seed=1, progress=False))
    assert table[["rho_c_ci_lower", "rho_c_ci_upper"]].notna().all().all()


def test_alpha_of_a_listwise_fit_is_that_of_its_rows(frame):
    blank = frame.astype({"CUEX1": float})
    blank.loc[::9, "CUEX1"] = np.nan
    fit = MODEL.fit(blank, "PLS")
    table = cs.diagnose.reliability(fit)
    assert (table["n"] == fit.n).all()
    same = cs.diagnose.reliability(MODEL.fit(blank.dropna(subset=["CUEX1"]), "PLS"))
    np.testing.assert_allclose(table["alpha"], same["alpha"], rtol=IDENTITY)


def test_refusals(frame, ml, pls):
    fit, drawn = ml
    stine = cs.bootstrap(fit, n=20, method="bollen-stine", seed=1, progress=False)
    cases = [
        (lambda: cs.diagnose.reliability(fit, bootstrap=pls[1]), cs.OptionError, "another fit"),
        (lambda: cs.diagnose.reliability(frame, BLOCKS, bootstrap=drawn), cs.OptionError, "replicates of a fit"),
        (lambda: cs.diagnose.validity(frame, BLOCKS, bootstrap=drawn), cs.OptionError, "replicates of a fit"),
        (lambda: cs.diagnose.validity(fit, bootstrap=500), cs.OptionError, "the result of bootstrap\\(\\), not 'int'"),
        (lambda: cs.diagnose.validity(fit, bootstrap=stine), cs.OptionError, "answers as they are"),
        (lambda: cs.diagnose.validity(fit, bootstrap=drawn, interval="bcas"), cs.OptionError, "did you mean 'bca'"),
        (lambda: cs.diagnose.validity(fit, bootstrap=pickle.loads(pickle.dumps(drawn))), cs.DataError, "make it again"),
    ]
    for call, kind, words in cases:
        with pytest.raises(kind, match=words):
            call()


# Errors of the first order against draws of 250 rows; those of the complete rows alone are a quarter too large.
FIRST_ORDER = 0.12


@pytest.mark.parametrize("missing", ["pairwise", "em", "mean"])
def test_incomplete_rows_under_pls(frame, missing):
    blank, random = frame.copy(), np.random.default_rng(5)
    items = [item for block in BLOCKS.values() for item in block]
    blank[items] = blank[items].astype(float).mask(random.random((len(blank), len(items))) < 0.08)
    fit = MODEL.fit(blank, "PLS", missing=missing)
    drawn = cs.bootstrap(fit, n=1000, seed=1, progress=False)
    widths = []
    for options in ({}, {"bootstrap": drawn, "interval": "normal"}):
        pairs = cs.diagnose.validity(fit, **options).pairs
        widths.append((pairs["htmt_ci_upper"] - pairs["htmt_ci_lower"]).to_numpy())
    assert widths[0] == pytest.approx(widths[1], rel=FIRST_ORDER)
    table = cs.diagnose.reliability(fit, bootstrap=drawn)
    assert table["alpha"].notna().all()
    assert table[["alpha_ci_lower", "alpha_ci_upper"]].isna().all(axis=None)
    assert table[["rho_a_ci_lower", "rho_a_ci_upper"]].notna().all(axis=None)
    assert any("Alpha is that of the rows that answered all" in note for note in table.attrs["notes"])
