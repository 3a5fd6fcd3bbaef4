"""Estimators side by side: each column is its own fit's, and the gaps are as the conventions say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from composites import FULL, golden, mobi, paths

SMALL = cs.Model(
    [c for c in FULL.constructs if c.name in ("Image", "Value", "Satisfaction", "Complaints")],
    paths("Image -> Value", "Image Value -> Satisfaction", "Satisfaction -> Complaints"),
)


@pytest.fixture(scope="module")
def frame():
    names, values = mobi()
    return pd.DataFrame(values, columns=list(names))


@pytest.fixture(scope="module")
def survey(frame):
    return cs.Survey(frame, scale=(1, 10))


def test_columns_are_fits_of_their_own(survey):
    found = cs.compare_estimators(SMALL, survey).set_index(["kind", "lhs", "op", "rhs"])
    assert list(found.columns) == ["ML", "ML_se", "PLS", "PLS_se", "PLSc", "PLSc_se", "attenuation"]
    for name in ("ML", "PLS", "PLSc"):
        fit = SMALL.fit(survey, name)
        for kind, rows in (("path", fit.paths), ("loading", fit.loadings)):
            for row in rows.itertuples():
                own = found.loc[(kind, row.lhs, row.op, row.rhs)]
                assert (own[name], own[f"{name}_se"]) == pytest.approx((row.std, row.std_se))
        for row in cs.csi(fit).rename(columns={"index": "value"}).itertuples():
            own = found.loc[("index", row.construct, "", "")]
            assert (own[name], own[f"{name}_se"]) == pytest.approx((row.value, row.se))
        assert found.attrs["verdicts"][name].startswith("admissible")
    assert list(found.index.get_level_values("kind").unique()) == ["path", "loading", "correlation", "index"]


def test_attenuation_is_what_separates_the_two_correlations(survey):
    found = cs.compare_estimators(SMALL, survey)
    own = found[found["kind"] == "correlation"]
    assert len(own) == 6
    assert own["PLS"].to_numpy() == pytest.approx((own["PLSc"] * own["attenuation"]).to_numpy(), abs=1e-12)
    # So is the path to a construct with one predictor.
    path = found[(found["kind"] == "path") & (found["lhs"] == "Value")].iloc[0]
    assert path["PLS"] == pytest.approx(path["PLSc"] * path["attenuation"], abs=1e-12)
    assert found.loc[found["kind"].isin(["loading", "index"]), "attenuation"].isna().all()
    assert any("Complaints is not corrected" in sentence for sentence in found.attrs["conventions"])


def test_attenuation_needs_no_consistent_fit(survey):
    both, alone = (cs.compare_estimators(SMALL, survey, names) for names in (["PLSc", "PLS"], ["GLS", "PLS"]))
    keys = ["kind", "lhs", "op", "rhs"]
    joined = both.merge(alone, on=keys, suffixes=("", "_alone"))
    wanted = joined["kind"].isin(["path", "correlation"])
    assert wanted.sum() > 8
    assert joined["attenuation_alone"][wanted].to_numpy() == pytest.approx(joined["attenuation"][wanted], abs=1e-12)
    neither = cs.compare_estimators(SMALL, survey, ["GLS", "ML"])
    assert neither["attenuation"].isna().all()


def test_the_published_trap_is_told(frame):
    with pytest.warns(cs.InadmissibleFitWarning, match=r"^The estimates by ML and PLSc must not .* ML is INADMISSIBLE"):
        found = cs.compare_estimators(FULL, cs.datasets.mobile_phone(), scheme="path")
    verdicts = found.attrs["verdicts"]
    assert "collinear" in verdicts["ML"]
    assert verdicts["PLS"] == "admissible."
    assert "are impossible together" in verdicts["PLSc"]
    table = golden("smartpls-2.0.M3/ecsi.json")["paths"]
    for text, values in table.items():
        source, target = text.split("->")
        row = found[(found["kind"] == "path") & (found["lhs"] == target) & (found["rhs"] == source)]
        assert row["PLS"].item() == pytest.approx(values["path"], abs=1e-7)


def test_schemes(survey):
    one, two = (cs.compare_estimators(SMALL, survey, ["PLS", "PLSc"], scheme=s) for s in ("path", "centroid"))
    assert (one["PLS"] - two["PLS"]).abs().max() > 1e-4
    assert any("by the centroid scheme" in sentence for sentence in two.attrs["conventions"])


def test_what_an_estimator_refuses_is_told_and_nan(survey):
    model = SMALL.with_relations([cs.Relation("Satisfaction", "~", "Image:Value")])
    found = cs.compare_estimators(model, survey)
    assert found[["ML", "ML_se"]].isna().all().all()
    assert found.attrs["verdicts"]["ML"].startswith("refused: The interaction 'Image:Value' belongs to PLS")
    assert found["PLS"].notna().all()
    with pytest.raises(cs.ModelError, match="The interaction 'Image:Value'"):
        cs.compare_estimators(model, survey, ["ML", "MLR"])


def test_no_scale_no_index(frame):
    found = cs.compare_estimators(SMALL, frame, ["ML", "PLS"])
    assert "index" not in set(found["kind"])
    assert any("There is no index" in note for note in found.attrs["notes"])


def test_an_estimator_without_a_solution_is_nan(frame):
    data = frame.copy()
    # Two constructs with the same answers: their correlations, and the regressions on both, do not exist.
    data["V1"], data["V2"] = data["IMAG1"], data["IMAG2"]
    twin = cs.Model.from_syntax("A =~ IMAG1 + IMAG2\nB =~ V1 + V2\nS =~ CUSA1 + CUSA2 + CUSA3\nS ~ A + B")
    with pytest.warns(cs.InadmissibleFitWarning, match="^The estimates by PLS and PLSc must not be read as results"):
        found = cs.compare_estimators(twin, data, ["PLS", "PLSc"])
    assert found.empty
    assert found.attrs["verdicts"]["PLS"].startswith("NOT CONVERGED")


@pytest.mark.parametrize(
    ("estimators", "words"),
    [
        (["PLS"], "are not two or more"),
        ("PLS", "are not two or more"),
        (["PLS", "ML", "PLS"], "names 'PLS' twice"),
        (["PLS", "mll"], "did you mean 'ML'"),
    ],
)
def test_options(survey, estimators, words):
    with pytest.raises(cs.OptionError, match=words):
        cs.compare_estimators(SMALL, survey, estimators)


def test_answers_that_cannot_be_used(frame):
    with pytest.raises(cs.OptionError, match="needs a model, not 'str'"):
        cs.compare_estimators("V =~ PERV1", frame)
    with pytest.raises(cs.DataError, match="CUSA3"):
        cs.compare_estimators(SMALL, frame.drop(columns="CUSA3"))
    assert np.isfinite(cs.compare_estimators(SMALL, frame)["PLS"]).all()
