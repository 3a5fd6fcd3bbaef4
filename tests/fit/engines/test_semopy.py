"""semopy's estimates and errors in our Fit, against our own engine and against semopy used by hand."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.fit.engines import semopy as semopy_engine
from csisem.fit.engines.semopy import STOP
from lavaan_golden import answers, golden

# What semopy's syntax expresses: one group, no means, no constraints beyond equal labels.
EXPRESSIBLE = [
    "abilities", "abilities_second_order", "abilities_std_lv", "covariate_and_latent", "covariate_and_latent_cov",
    "covariate_on_indicator", "covariates_fixed", "covariates_random", "democracy", "democracy_labels",
    "heywood_correlation", "heywood_disturbance", "heywood_indicator", "higher_order_direct", "higher_order_paths",
    "mobi_full", "mobi_small", "mobi_small_wishart", "observed_predictor", "outcomes_latent_and_observed",
    "outcomes_latent_and_single", "outcomes_three", "path_chain", "path_two_outcomes", "single_item_predictor",
]  # fmt: skip


def _both(name, **more):
    case = golden(name)
    model = cs.Model.from_syntax(case.text)
    fit = {engine: model.fit(answers(case.data), engine=engine, **case.arguments(), **more)
           for engine in ("native", "semopy")}  # fmt: skip
    return fit["native"], fit["semopy"]


def _excess(n):
    """Chi-square that semopy may leave: the last step moved chi-square / n by STOP, and the rest may be ten such."""
    return 10 * n * STOP


def _assert_close(ours, theirs):
    """Estimates within sqrt(excess) errors: (a - b)' V^-1 (a - b) is the excess, and bounds each term."""
    tolerance = np.sqrt(_excess(ours.n))
    mine, other = ours.parameters, theirs.parameters
    unit = mine["se"].where(mine["se"] > 0, 1.0)
    assert ((other["est"] - mine["est"]).abs() <= tolerance * unit).all()
    assert ((other["se"] - mine["se"]).abs() <= tolerance * unit).all()
    gap = theirs.fit_measures()["chisq"] - ours.fit_measures()["chisq"]
    assert -1e-9 < gap <= _excess(ours.n)
    assert (theirs.status.converged, theirs.status.identified, theirs.status.admissible) == (
        ours.status.converged, ours.status.identified, ours.status.admissible,
    )  # fmt: skip


@pytest.mark.parametrize("name", EXPRESSIBLE)
def test_agrees_with_our_engine(name):
    native, semopy = _both(name)
    _assert_close(native, semopy)
    assert semopy.settings.engine == "semopy"
    assert semopy.iterations > 0


def test_is_what_semopy_gives_by_hand():
    from semopy import Model
    from semopy.examples import political_democracy
    from semopy.stats import calc_se

    data = political_democracy.get_data()
    text = political_democracy.get_model()
    hand = Model(text)
    hand.fit(data, options={"ftol": STOP})
    inspected = hand.inspect()
    fit = cs.Model.from_syntax(text).fit(data, engine="semopy")
    ours = {(row.lhs, row.op, row.rhs): row for row in fit.parameters.itertuples()}
    tolerance = 2 * np.sqrt(_excess(len(data)))
    compared = 0
    for row in inspected.to_dict("records"):
        if row["Std. Err"] == "-":
            continue
        lhs, op, rhs = row["lval"], row["op"], row["rval"]
        # semopy lists a loading as a regression of the item on its construct.
        mine = next(ours[key] for key in ((lhs, op, rhs), (rhs, "=~", lhs), (rhs, op, lhs)) if key in ours)
        assert abs(mine.est - row["Estimate"]) <= tolerance * mine.se
        assert abs(mine.se - row["Std. Err"]) <= tolerance * mine.se
        compared += 1
    assert compared == fit.solution.table.npar == len(calc_se(hand))


def test_single_item_keeps_its_zero_residual():
    frame = _both("mobi_full")[1].parameters
    row = frame[(frame.lhs == "CUSCO") & (frame.op == "~~") & (frame.rhs == "CUSCO")].iloc[0]
    assert row.est == 0
    assert row.se == 0


def test_moments_and_rows_are_the_same():
    case = golden("democracy")
    model, data = cs.Model.from_syntax(case.text), answers(case.data)
    rows = model.fit(data, engine="semopy")
    items = list(model.items)
    moments = cs.Moments.from_table(n=len(data), cov=data[items].cov(), mean=data[items].mean())
    # The two divide by n and n - 1 in another order, which changes the last digits that the optimiser sees.
    _assert_close(rows, model.fit(moments, engine="semopy"))


TEXTS = {
    "saturated": "visual =~ x1 + x2 + x3",
    "saturated paths": "x1 ~ x2 + x3\nx2 ~ x3",
    "covariances alone": "x1 ~~ x2\nx1 ~~ x3\nx2 ~~ x3",
    "beside a construct": "v =~ x1 + x2 + x3\nx4 ~~ x1\nx5 ~~ x4",
    "with a construct": "v =~ x1 + x2 + x3\nx4 ~~ v\nx5 ~~ x4",
    "fixed values": "v =~ 1*x1 + 0.7*x2 + x3\nv ~~ 0.5*v\nx1 ~~ .8*x1\nx2 ~~ -0.00001*x3",
    "first loading free, variance given": "v =~ NA*x1 + x2 + x3 + x4\nv ~~ 1*v\nx1 ~~ start(0.4)*x1",
    "ties of several kinds": "v =~ x1 + a*x2 + a*x3\nt =~ x4 + a*x5 + x6\nx1 ~~ e*x1\nx2 ~~ e*x2\nv ~~ e*t",
    "defined": "v =~ x1 + a*x2 + b*x3 + x4\nd := a - b",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_unusual_models(text):
    model, data = cs.Model.from_syntax(text), answers("holzinger")
    _assert_close(model.fit(data), model.fit(data, engine="semopy"))


def test_any_name():
    data = answers("holzinger").rename(columns={"x1": "第 1 题", "x2": "满意度", "ageyr": "age.yr", "x3": "p0"})
    model = cs.Model.from_syntax("视觉 =~ `第 1 题` + 满意度 + p0\n视觉 ~ age.yr")
    _assert_close(model.fit(data), model.fit(data, engine="semopy"))


@pytest.fixture
def uneven():
    """Political democracy with one item in thousandths and another in thousands."""
    data = answers("political_democracy")
    return data.assign(y1=data["y1"] * 1e3, x2=data["x2"] * 1e-3)


def test_units_do_not_matter(uneven):
    model = cs.Model.from_syntax(golden("democracy").text)
    _assert_close(model.fit(uneven), model.fit(uneven, engine="semopy"))


def test_ties_across_units_are_right_or_refused(uneven):
    model = cs.Model.from_syntax(golden("democracy_labels").text)
    fit = model.fit(uneven, engine="semopy")
    if fit.status.converged:
        _assert_close(model.fit(uneven), fit)
    else:
        assert np.isnan(fit.parameters["se"]).all()


def test_success_far_from_the_minimum_is_not_convergence(monkeypatch):
    monkeypatch.setattr(semopy_engine, "STOP", 1e-2)
    fit = _both("democracy")[1]
    assert not fit.status.converged
    assert np.isnan(fit.fit_measures()["chisq"])


@pytest.mark.parametrize("name", ["unidentified_loop", "unidentified_pair", "unidentified_scale"])
def test_unidentified(name):
    native, semopy = _both(name)
    assert (semopy.status.converged, semopy.status.identified) == (native.status.converged, native.status.identified)
    assert not semopy.status.identified


@pytest.mark.parametrize(
    ("name", "more", "error", "sentence"),
    [
        ("mobi_small_means", {}, cs.ModelError, "engine='semopy' fits covariances only"),
        ("democracy", {"meanstructure": True}, cs.ModelError, "engine='semopy' fits covariances only"),
        ("linear_double", {}, cs.ModelError, "'SAT ~ VAL' follows another '==' constraint"),
        ("democracy", {"information": "observed"}, cs.OptionError, "expected information"),
        ("abilities_metric", {}, cs.OptionError, "engine='semopy' fits one group"),
    ],
)
def test_refusals(name, more, error, sentence):
    case = golden(name)
    with pytest.raises(error, match=sentence):
        cs.Model.from_syntax(case.text).fit(answers(case.data), engine="semopy", **case.arguments(), **more)


def test_a_model_without_free_parameters_is_refused():
    fixed = "v =~ 1*x1 + 1*x2 + 1*x3\nv ~~ 0.5*v\nx1 ~~ 0.8*x1\nx2 ~~ 0.8*x2\nx3 ~~ 0.8*x3"
    with pytest.raises(cs.ModelError, match="needs a free parameter"):
        cs.Model.from_syntax(fixed).fit(answers("holzinger"), engine="semopy")


def test_an_equality_of_labels_is_an_equal_label():
    data = answers("holzinger")
    said = cs.Model.from_syntax("v =~ x1 + a*x2 + b*x3 + x4\na == b").fit(data, engine="semopy")
    tied = cs.Model.from_syntax("v =~ x1 + a*x2 + a*x3 + x4").fit(data, engine="semopy")
    assert said.solution.table.npar == tied.solution.table.npar
    pd.testing.assert_series_equal(said.parameters["est"], tied.parameters["est"])


def test_pickles():
    fit = _both("mobi_small")[1]
    again = pickle.loads(pickle.dumps(fit))
    assert again.data is None
    pd.testing.assert_frame_equal(again.parameters, fit.parameters)
    pd.testing.assert_series_equal(again.fit_measures(), fit.fit_measures())


def test_leaves_logging_alone_and_says_nothing():
    """Nothing is printed, no warning issued, and the root logger is as before, semopy's import included."""
    script = (
        "import logging\n"
        "import numpy as np\n"
        "import csisem as cs\n"
        "x = np.random.default_rng(1).normal(size=(200, 1)) + np.random.default_rng(2).normal(size=(200, 3))\n"
        "import pandas as pd\n"
        "data = pd.DataFrame(x, columns=['a', 'b', 'c'])\n"
        "fit = cs.Model.from_syntax('F =~ NA*a + b + c\\nF ~~ 1*F').fit(data, engine='semopy')\n"
        "print(bool(fit), logging.getLogger().handlers)\n"
    )
    ended = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert (ended.stdout, ended.stderr) == ("True []\n", "")
