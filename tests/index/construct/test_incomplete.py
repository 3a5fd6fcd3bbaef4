"""The index after full-information maximum likelihood: means, weights and errors from rows that lack answers."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import ROBUST, answers, golden

# Central differences with step 1e-4 of indices around 70: truncation and the fits' own tolerance leave six digits.
DIFFERENCE, STEP = 1e-5, 1e-4


@pytest.fixture(scope="module")
def model():
    return cs.Model.from_syntax(golden("fiml_ml", ROBUST).syntax)


def blanked():
    frame = answers("mobi_blank").drop(columns="w").reset_index(drop=True)
    return frame.assign(地区=np.where(np.arange(250) % 3 == 0, "北", "南"))


def survey(frame, **options):
    return cs.Survey(frame, scale=dict.fromkeys(answers("mobi").columns, (1, 10)), **options)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_complete_rows_have_the_usual_index(model, estimator):
    rows = survey(answers("mobi"))
    usual = cs.csi(model.fit(rows, estimator=estimator, meanstructure=True, information="observed"))
    whole = cs.csi(model.fit(rows, estimator=estimator, missing="fiml"))
    np.testing.assert_allclose(whole["index"], usual["index"], rtol=1e-10)
    np.testing.assert_allclose(whole["se"], usual["se"], rtol=1e-8)


def test_errors_are_those_of_refits_with_moved_row_weights(model):
    # The influence of a row is what moving its weight does to the index; the errors are the root of the squares' sum.
    frame = blanked()
    # One shop in three was not asked an item: what does not rest on it stays.
    frame["店"] = np.array(["甲", "乙", "丙"])[np.arange(250) % 7 % 3]
    frame.loc[frame["店"] == "丙", "CUSA3"] = np.nan

    def every(fit, column):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "In 1 of 3 groups nobody answered some item", cs.CsisemWarning)
            return np.concatenate([cs.csi(fit, by=by)[column] for by in (None, "地区", "店")])

    def indices(weights):
        return every(model.fit(survey(frame.assign(w=weights), weights="w"), missing="fiml"), "index")

    squares = 0.0
    for row in range(250):
        moved = np.ones(250)
        moved[row] += STEP
        up = indices(moved)
        moved[row] -= 2 * STEP
        squares = squares + ((up - indices(moved)) / (2 * STEP)) ** 2
    fit = model.fit(survey(frame), estimator="MLR", missing="fiml")
    errors = every(fit, "se")
    assert np.isnan(errors).sum() == 1
    np.testing.assert_allclose(errors, np.sqrt(squares), rtol=DIFFERENCE)


def test_the_overall_index_rests_on_the_models_means(model):
    fit = model.fit(survey(blanked()), missing="fiml")
    index = cs.csi(fit, item_weights="equal").set_index("construct")["index"]
    mean = fit.implied_mean
    for construct, items in {"EXP": ["CUEX1", "CUEX2", "CUEX3"], "LOY": ["CUSL1", "CUSL3"]}.items():
        assert index[construct] == pytest.approx((mean[items].mean() - 1) / 9 * 100, rel=1e-9)


def test_every_row_counts_in_its_domain(model):
    frame = blanked()
    index = cs.csi(model.fit(survey(frame), missing="fiml", estimator="MLR"), by="地区")
    assert index.groupby("地区", sort=False)["n"].first().to_dict() == frame["地区"].value_counts(sort=False).to_dict()


def test_clusters_of_one_row_change_an_error_by_the_design_factor(model):
    frame = blanked().assign(row=np.arange(250))
    plain = cs.csi(model.fit(survey(frame), missing="fiml", estimator="MLR"))
    drawn = cs.csi(model.fit(survey(frame, clusters="row"), missing="fiml", estimator="MLR"))
    np.testing.assert_allclose(drawn["index"], plain["index"], rtol=1e-12)
    np.testing.assert_allclose(drawn["se"], plain["se"] * np.sqrt(250 / 249), rtol=1e-9)


def test_other_answers_with_blanks_are_indexed(model):
    frame = blanked()
    fit = model.fit(survey(frame), missing="fiml", estimator="MLR")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        other = cs.csi(fit, survey(frame.iloc[:100]))
    assert (other["n"] == 100).all()
    assert other["se"].gt(cs.csi(fit)["se"]).all()


def test_moments_do_not_stand_for_incomplete_rows(model):
    fit = model.fit(survey(blanked()), missing="fiml", estimator="MLR")
    other = answers("mobi")[list(model.items)]
    moments = cs.Moments.from_table(n=250, cov=other.cov(), mean=other.mean())
    with pytest.raises(cs.DataError, match="an index of other answers, or by column, needs the rows"):
        cs.csi(fit, moments)


def test_an_auxiliary_variable_takes_no_part_in_the_index(model):
    frame = blanked()
    helped = model.fit(survey(frame), missing="fiml", estimator="MLR", auxiliary=["IMAG1"])
    index = cs.csi(helped)
    assert index["construct"].tolist() == ["EXP", "VAL", "SAT", "LOY"]
    pd.testing.assert_series_equal(index["index"], cs.csi(model.fit(survey(frame), missing="fiml"))["index"], atol=0.5)


@pytest.mark.filterwarnings("ignore::csisem.InadmissibleFitWarning")
@pytest.mark.parametrize("groups", [None, "地区"])
def test_an_unpickled_fit_knows_its_incomplete_rows_again(model, groups):
    rows = survey(blanked().assign(store=np.arange(250) % 25), clusters="store")
    fit = model.fit(rows, "MLR", missing="fiml", groups=groups)
    bare = pickle.loads(pickle.dumps(fit))
    for by in (None, "店"):
        given = survey(rows.frame.assign(店=np.arange(250) % 3), clusters="store")
        again = cs.csi(bare, given, by=by)
        assert set(again["method"]) == {"MLR, linearised (design)"}
        pd.testing.assert_frame_equal(again, cs.csi(model.fit(given, "MLR", missing="fiml", groups=groups), by=by))
    assert set(cs.csi(bare)["method"]) == {"MLR, normal theory (no design)"}
    # With an answer more, or other answers, they are an independent sample.
    error = cs.csi(fit)["se"].to_numpy()
    for change in ({"CUEX1": rows.frame["CUEX1"].fillna(5)}, {"CUEX1": 11 - rows.frame["CUEX1"]}):
        other = cs.csi(bare, survey(rows.frame.assign(**change), clusters="store"))
        assert np.abs(other["se"] - error).max() > 0.01
