"""The index against worked figures, and the identities it must satisfy."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import SMALL, answers

# Worked independently at the polished optimum, printed to six digits behind the point.
INDEX = {"EXP": 72.590850, "VAL": 64.596961, "SAT": 71.920725, "LOY": 73.613535}
STANDARD = {"EXP": 0.889019, "VAL": 1.454667, "SAT": 0.992544, "LOY": 1.487432}
ROBUST = {"EXP": 0.8912, "VAL": 1.4222, "SAT": 1.0393, "LOY": 1.5015}


@pytest.fixture(scope="module")
def survey():
    frame = answers("mobi")
    return cs.Survey(frame.assign(region=np.arange(len(frame)) % 3, half=np.arange(len(frame)) // 125), scale=(1, 10))


@pytest.fixture(scope="module")
def fit(survey):
    return cs.Model.from_syntax(SMALL).fit(survey)


def _column(frame, name):
    return dict(zip(frame["construct"], frame[name], strict=True))


def test_worked_index_and_normal_theory_errors(fit):
    frame = cs.csi(fit)
    assert list(frame.columns) == ["construct", "n", "index", "se", "ci_lower", "ci_upper", "method"]
    for name, value in INDEX.items():
        # Half a unit of the last printed digit.
        assert _column(frame, "index")[name] == pytest.approx(value, abs=5e-7)
        assert _column(frame, "se")[name] == pytest.approx(STANDARD[name], abs=5e-7)
    assert set(frame["method"]) == {"ML, normal theory"}


def test_sandwich_errors(fit):
    errors = _column(cs.csi(fit, se="robust"), "se")
    for name, value in ROBUST.items():
        assert errors[name] == pytest.approx(value, abs=5e-5)


def test_weights_used_are_shown(fit):
    weights = cs.csi(fit).attrs["weights"][""]
    assert weights["VAL"]["PERV1"] == pytest.approx(0.1346, abs=5e-5)
    assert weights["VAL"]["PERV2"] == pytest.approx(0.8654, abs=5e-5)
    assert all(sum(block.values()) == pytest.approx(1.0, abs=1e-12) for block in weights.values())
    assert _column(cs.csi(fit, item_weights="loadings"), "index")["VAL"] == pytest.approx(61.668, abs=5e-4)


def test_moments_give_the_same_index_and_errors_as_rows(fit, survey):
    moments = fit.moments
    table = cs.Moments.from_table(
        n=250, cov=moments.cov * 250 / 249, mean=moments.mean, items=moments.items, scale=(1, 10)
    )
    frame = cs.csi(fit.model.fit(table))
    pd.testing.assert_frame_equal(frame, cs.csi(fit), rtol=1e-9)


def test_equal_weights_are_the_mean_of_rescaled_answers(fit, survey):
    frame = cs.csi(fit, item_weights="equal")
    for construct in fit.model.constructs:
        scores = (survey.answers(list(construct.items)) - 1) / 9 * 100
        value = _column(frame, "index")[construct.name]
        assert value == pytest.approx(scores.to_numpy().mean(), rel=1e-12)
        # With nothing estimated the linearised error is that of a mean (divisor n).
        error = _column(cs.csi(fit, item_weights="equal", se="robust"), "se")[construct.name]
        assert error == pytest.approx(scores.mean(axis=1).std(ddof=0) / 250**0.5, rel=1e-9)


def test_columns_share_the_pooled_weights_and_average_to_the_whole(fit):
    whole = _column(cs.csi(fit), "index")
    frame = cs.csi(fit, by="region")
    assert list(frame.columns) == ["construct", "region", "n", "index", "se", "ci_lower", "ci_upper", "method"]
    for name, value in whole.items():
        part = frame[frame["construct"] == name]
        assert np.average(part["index"], weights=part["n"]) == pytest.approx(value, rel=1e-12)
    assert set(frame["method"]) == {"ML, linearised"}


def test_joint_covariance_reproduces_the_error_of_the_whole(fit):
    # The whole is a fixed mixture of the regions here, so the joint covariance must give its linearised error, up to
    # the variation of the shares that the mixture holds fixed.
    frame = cs.csi(fit, by="region")
    covariance = np.array(frame.attrs["covariance"])
    assert np.allclose(covariance, covariance.T, rtol=0, atol=1e-12)
    assert np.allclose(np.sqrt(np.diag(covariance)), frame["se"])
    overall = _column(cs.csi(fit, se="robust"), "se")
    for name, value in overall.items():
        chosen = np.flatnonzero(frame["construct"] == name)
        share = frame["n"].to_numpy()[chosen] / 250
        within = float(share @ covariance[np.ix_(chosen, chosen)] @ share)
        means = frame["index"].to_numpy()[chosen]
        between = float(share @ (means - share @ means) ** 2) / 250
        # The mixture lacks only the covariance of group membership with the scores.
        assert within + between == pytest.approx(value**2, rel=0.02)


def test_a_single_row_has_an_index_and_no_error(fit, survey):
    frame = cs.csi(fit, by="CUSA1")
    lone = frame[frame["n"] == 1]
    assert len(lone)
    assert lone["index"].notna().all()
    assert lone[["se", "ci_lower", "ci_upper"]].isna().all(axis=None)
    assert set(lone["method"]) == {"a single row has no standard error"}


def test_combinations_of_columns(fit, survey):
    frame = cs.csi(fit, by=["region", "half"])
    assert len(frame) == 6 * 4
    sat = frame[(frame["construct"] == "SAT") & (frame["region"] == 1) & (frame["half"] == 0)]
    used = cs.csi(fit).attrs["weights"][""]["SAT"]
    part = survey.frame[(survey.frame["region"] == 1) & (survey.frame["half"] == 0)]
    mean = sum(w * (part[item].mean() - 1) / 9 * 100 for item, w in used.items())
    assert sat["index"].item() == pytest.approx(mean, rel=1e-12)


def test_a_fit_by_group_keeps_each_groups_weights(survey):
    model = cs.Model.from_syntax(SMALL)
    fit = model.fit(survey, groups="half")
    frame = cs.csi(fit, invariance=False)
    for half in (0, 1):
        alone = cs.csi(model.fit(cs.Survey(survey.frame[survey.frame["half"] == half], scale=(1, 10))))
        mine = frame[frame["half"] == half]
        # Without equalities the groups are fitted apart.
        assert np.allclose(mine["index"], alone["index"], rtol=1e-8)
        assert np.allclose(mine["se"], alone["se"], rtol=1e-6)
    finer = cs.csi(fit, by="region")
    assert len(finer) == 2 * 3 * 4
    assert list(finer.columns[:4]) == ["construct", "half", "region", "n"]


def test_other_answers_are_an_independent_sample(fit, survey):
    other = survey.frame.iloc[:100]
    frame = cs.csi(fit, data=other)
    assert set(frame["n"]) == {100}
    assert set(frame["method"]) == {"ML, normal theory"}
    used = cs.csi(fit).attrs["weights"][""]["EXP"]
    mean = sum(w * (other[item].mean() - 1) / 9 * 100 for item, w in used.items())
    assert _column(frame, "index")["EXP"] == pytest.approx(mean, rel=1e-12)


def test_sampling_weights_move_the_means(survey):
    frame = survey.frame.assign(w=1 + (np.arange(250) + 1) % 5 / 2)
    fit = cs.Model.from_syntax(SMALL).fit(cs.Survey(frame, scale=(1, 10), weights="w"))
    shown = cs.csi(fit)
    used = shown.attrs["weights"][""]["SAT"]
    mean = sum(v * (np.average(frame[item], weights=frame["w"]) - 1) / 9 * 100 for item, v in used.items())
    assert _column(shown, "index")["SAT"] == pytest.approx(mean, rel=1e-12)
    assert set(shown["method"]) == {"ML, linearised"}
    assert any("weights" in sentence for sentence in fit.status.warnings)


def test_an_unpickled_fit_is_given_its_rows_back(survey):
    frame = survey.frame.assign(w=1 + (np.arange(250) + 1) % 5 / 2)
    answers_again = cs.Survey(frame, scale=(1, 10), weights="w")
    fit = cs.Model.from_syntax(SMALL).fit(answers_again)
    bare = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(cs.csi(bare, data=answers_again), cs.csi(fit), rtol=1e-12)
    assert set(cs.csi(bare)["method"]) == {"ML, normal theory"}
    # Answers that are moved are others, though their covariances are the same.
    moved = frame.assign(CUEX1=frame["CUEX1"] + 1)
    other = cs.csi(bare, data=cs.Survey(moved, scale={"*": (1, 10), "CUEX1": (1, 11)}, weights="w"))
    assert _column(other, "index")["EXP"] > _column(cs.csi(fit), "index")["EXP"] + 1


def test_many_domains_keep_their_errors_and_not_their_joint_covariance(fit, survey):
    frame = survey.frame.assign(cell=np.arange(250) // 3)
    many = cs.csi(fit.model.fit(survey.with_answers(frame)), by="cell")
    assert len(many) == 84 * 4
    assert many["se"].notna().sum() == 84 * 4 - 4  # the last cell has a single row
    assert many.attrs["covariance"] == []
    few = cs.csi(fit, by="region")
    assert np.allclose(np.sqrt(np.diag(np.array(few.attrs["covariance"]))), few["se"], rtol=1e-12)


def test_a_single_item_has_weight_one(survey):
    model = cs.Model.from_syntax(SMALL + "COM =~ CUSCO\nCOM ~ SAT")
    frame = cs.csi(model.fit(survey))
    mean = (survey.frame["CUSCO"].mean() - 1) / 9 * 100
    assert _column(frame, "index")["COM"] == pytest.approx(mean, rel=1e-12)


def test_a_negative_weight_is_named(survey):
    frame = survey.frame.assign(CUSA1=11 - survey.frame["CUSA1"])
    fit = cs.Model.from_syntax(SMALL).fit(cs.Survey(frame, scale=(1, 10)))
    with pytest.warns(cs.CsisemWarning, match="'CUSA2', 'CUSA3' a negative weight|'CUSA1' a negative weight"):
        cs.csi(fit)
    turned = cs.Model.from_syntax(SMALL).fit(cs.Survey(frame, scale=(1, 10), reverse=["CUSA1"]))
    assert _column(cs.csi(turned), "index")["SAT"] == pytest.approx(INDEX["SAT"], abs=5e-7)


def test_an_item_without_residual_has_no_model_weight(survey):
    heywood = "SAT =~ CUSA1 + CUSA2 + CUSA3\nCUSA1 ~~ 0*CUSA1"
    fit = cs.Model.from_syntax(heywood).fit(survey)
    with pytest.warns(cs.CsisemWarning, match="item_weights='equal'"):
        frame = cs.csi(fit)
    assert np.isnan(frame["index"].item())
    assert "item_weights='equal'" in frame["method"].item()
    assert np.isfinite(cs.csi(fit, item_weights="equal")["index"].item())


def test_a_higher_order_construct_is_indexed_over_its_lower_indices():
    model = cs.Model.from_syntax(
        "ability =~ visual + textual + speed\nvisual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
    )
    fit = model.fit(cs.Survey(answers("holzinger"), scale=(0, 10)))
    for kind in ("model", "loadings", "equal"):
        index = _column(cs.csi(fit, item_weights=kind), "index")
        parts = [index[k] for k in ("visual", "textual", "speed")]
        assert min(parts) < index["ability"] < max(parts)
    assert index["ability"] == pytest.approx(np.mean(parts), rel=1e-12)


def test_items_beside_a_lower_construct_have_bartletts_weights():
    """Weights lambda / theta (Bartlett 1937) of items whose residuals are uncorrelated, also beside a construct."""
    model = cs.Model.from_syntax("ability =~ x7 + x8 + x9 + visual\nvisual =~ x1 + x2 + x3")
    fit = model.fit(cs.Survey(answers("holzinger"), scale=(0, 10)))
    shown = cs.csi(fit).attrs["weights"][""]["ability"]
    assert list(shown) == ["x7", "x8", "x9", "visual"]
    found = fit.parameters.set_index(["lhs", "op", "rhs"])["est"]
    expected = [found["ability", "=~", x] / found[x, "~~", x] for x in ("x7", "x8", "x9")]
    np.testing.assert_allclose([shown[x] / shown["x7"] for x in ("x7", "x8", "x9")], np.divide(expected, expected[0]))


def test_a_higher_order_index_does_not_depend_on_the_marker():
    syntax = "ability =~ visual + textual + speed\nvisual =~ {}\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
    survey = cs.Survey(answers("holzinger"), scale=(0, 10))
    one, other = (
        cs.csi(cs.Model.from_syntax(syntax.format(items)).fit(survey)) for items in ("x1 + x2 + x3", "x3 + x1 + x2")
    )
    # Two optima found apart, each within 1e-10 of its errors.
    assert np.allclose(one["index"], other["index"], rtol=1e-8)
    assert np.allclose(one["se"], other["se"], rtol=1e-7)
