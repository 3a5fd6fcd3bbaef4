"""Robust errors and scaled tests against lavaan at the polished ML optimum."""

from __future__ import annotations

import math

import numpy as np
import pytest

import csisem as cs
from lavaan_golden import ROBUST, answers, golden, unlike

# The figures are lavaan's at the exact optimum; its standardised errors and RMSEA intervals are numerical.
POLISHED = 1e-6
RMSEA_INTERVAL = 1e-5
SUFFIXES = ("_mlm", "_mlmv", "_mlmvs", "_mlr")
OTHER_TOPICS = ("cluster", "fiml", "nested", "weighted")
CASES = sorted(
    path.stem
    for path in ROBUST.glob("*.json")
    if path.stem.endswith(SUFFIXES) and not path.stem.startswith(OTHER_TOPICS)
)
# lavaan defines no NFI and RFI with adjusted degrees of freedom; ours follow the same formula as the others.
UNDEFINED = {"nfi.scaled", "rfi.scaled"}


def _fit(name):
    case = golden(name, ROBUST)
    return case, cs.Model.from_syntax(case.text).fit(answers(case.data), **case.arguments())


def _close(ours, theirs, scale):
    return abs(ours - theirs) <= POLISHED * max(abs(theirs), scale)


@pytest.mark.parametrize("name", CASES)
def test_errors(name):
    case, fit = _fit(name)
    assert not unlike(case, fit.parameters, _close)


@pytest.mark.parametrize("name", CASES)
def test_scaled_and_robust_measures(name):
    case, fit = _fit(name)
    measures = fit.fit_measures()
    compared = [key for key in case.record["fit_measures"] if "scaled" in key or "scaling" in key or "robust" in key]
    wrong = []
    for key in compared:
        theirs = case.record["fit_measures"][key]
        if key in ("scaling.factor.h0", "scaling.factor.h1"):
            continue
        if theirs is None:
            assert key in UNDEFINED or math.isnan(measures[key]), key
        elif "rmsea.ci" in key:
            if abs(measures[key] - theirs) > RMSEA_INTERVAL:
                wrong.append((key, measures[key], theirs))
        elif not _close(measures[key], theirs, 1e-3):
            wrong.append((key, measures[key], theirs))
    assert not wrong


def test_weights_are_scaled_to_the_sample():
    case = golden("weighted_mlr", ROBUST)
    frame = answers("mobi").assign(w=1 + (np.arange(250) + 1) % 5 / 2)
    model = cs.Model.from_syntax(case.syntax)
    fit = model.fit(cs.Survey(frame, weights="w"), estimator="MLR")
    for key in ("chisq", "chisq.scaled", "chisq.scaling.factor", "cfi.robust", "rmsea.robust", "srmr", "logl"):
        assert _close(fit.fit_measures()[key], case.record["fit_measures"][key], 1e-3), key
    theirs = {(row["lhs"], row["rhs"]): row["se"] for row in case.record["parameters"] if row["op"] == "~"}
    for row in fit.paths.itertuples():
        assert _close(row.se, theirs[row.lhs, row.rhs], 1e-3)
    doubled = model.fit(cs.Survey(frame.assign(w=frame["w"] * 7), weights="w"), estimator="MLR")
    assert np.allclose(doubled.parameters["se"], fit.parameters["se"], rtol=1e-9)


def test_groups_count_by_their_share_of_the_weights():
    case = golden("weighted_metric_mlr", ROBUST)
    frame = answers("holzinger").assign(w=1 + (np.arange(301) + 1) % 5 / 2)
    fit = cs.Model.from_syntax(case.syntax).fit(
        cs.Survey(frame, weights="w"), estimator="MLR", groups="school", equal=["loadings"]
    )
    for key in ("chisq", "chisq.scaled", "chisq.scaling.factor", "cfi", "rmsea", "srmr", "logl", "gfi"):
        assert _close(fit.fit_measures()[key], case.record["fit_measures"][key], 1e-3), key
    theirs = [row["se"] for row in case.record["parameters"] if row["op"] == "=~"]
    assert np.allclose(fit.loadings["se"], theirs, rtol=POLISHED)


def test_what_is_said_of_a_design_fits_the_estimator():
    frame = answers("mobi").assign(w=1 + (np.arange(250) + 1) % 5 / 2, region=np.arange(250) % 4)
    survey = cs.Survey(frame, weights="w", strata="region")
    model = cs.datasets.mobile_phone_model("small")
    plain = " ".join(model.fit(survey).status.warnings)
    assert "simple random sample" in plain
    assert "The survey's strata do not enter ML's standard errors" in plain
    assert "estimator='MLR' uses them" in plain
    # MLR's errors take the whole design in.
    assert not model.fit(survey, estimator="MLR").status.warnings
    with pytest.raises(cs.OptionError, match="estimator='MLM' does not take sampling weights; use 'MLR'"):
        model.fit(survey, estimator="MLM")
    with pytest.raises(cs.OptionError, match="'MLMV' does not take strata, clusters or finite populations; use 'MLR'"):
        model.fit(frame, estimator="MLMV", design=cs.Design(strata="region"))
    assert model.fit(survey, estimator="MLM", design=False)


def test_robust_estimators_need_rows_and_the_normal_likelihood():
    moments = cs.datasets.mobile_phone()
    model = cs.datasets.mobile_phone_model("small")
    with pytest.raises(cs.DataError, match="estimator='MLR' needs rows, and moments hold none"):
        model.fit(moments, estimator="MLR")
    with pytest.raises(cs.OptionError, match="likelihood='wishart' belongs to 'ML'"):
        model.fit(answers("mobi"), estimator="MLM", likelihood="wishart")
    with pytest.raises(cs.OptionError, match="engine='semopy' estimates by 'ML' only"):
        model.fit(answers("mobi"), estimator="MLM", engine="semopy")


@pytest.mark.parametrize("estimator", ["MLM", "MLMV", "MLMVS", "MLR", "ULSM", "ULSMV", "WLSM"])
def test_a_saturated_model_has_nothing_to_scale(estimator):
    fit = cs.Model.from_syntax("visual =~ x1 + x2 + x3").fit(answers("holzinger"), estimator=estimator)
    measures = fit.fit_measures()
    # As in lavaan: chi-square 0 on 0 degrees of freedom, no p-value, no factor.
    assert abs(measures["chisq.scaled"]) < 1e-10
    assert measures["df.scaled"] == 0
    assert math.isnan(measures["pvalue.scaled"])
    assert math.isnan(measures["chisq.scaling.factor"])
    assert measures["cfi.scaled"] == 1
