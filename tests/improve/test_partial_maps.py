"""Importance-performance maps of models and answers that have only part of one, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from composites import FULL, drawn_mobi, paths
from csisem.specification.construct import Construct
from lavaan_golden import answers
from map_cases import ITEMS, SMALL, survey_of


@pytest.fixture(scope="module")
def frame():
    return drawn_mobi()


def test_higher_order_items_are_those_of_its_dimensions(frame):
    given = {construct.name: construct for construct in FULL.constructs}
    own = [Construct(name, given[name].items) for name in ("Image", "Value", "Quality", "Loyalty")]
    model = cs.Model(
        [*own, Construct("Satisfaction", ["Image", "Value"])],
        paths("Quality -> Satisfaction", "Satisfaction -> Loyalty"),
    )
    fit = model.fit(survey_of(frame), "PLS")
    spread = fit.scores()
    found = cs.improve.ipma(fit, "Loyalty").set_index("construct")
    assert set(found.index) == {"Quality", "Satisfaction"}
    used = cs.csi(fit).attrs["weights"][""]
    points = {
        name: sum((frame[i] - 1) / 9 * 100 * w for i, w in used[name].items()) for name in ("Image", "Value", "Loyalty")
    }
    satisfaction = sum(points[name] * weight for name, weight in used["Satisfaction"].items())
    assert np.corrcoef(satisfaction, spread["Satisfaction"])[0, 1] == pytest.approx(1, abs=1e-12)
    path = fit.paths.set_index("rhs").loc["Satisfaction", "est"]
    wanted = path * points["Loyalty"].std() / satisfaction.std()
    assert found.loc["Satisfaction", "importance"] == pytest.approx(wanted, rel=1e-10)
    items = cs.improve.ipma(fit, "Loyalty", of="items")
    below = items[items["construct"] == "Satisfaction"]
    assert set(below["item"]) == {"IMAG1", "IMAG2", "IMAG3", "IMAG4", "IMAG5", "PERV1", "PERV2"}
    assert below["importance"].sum() == pytest.approx(wanted, rel=1e-10)


def test_what_has_no_index_is_said(frame):
    given = {construct.name: construct for construct in FULL.constructs}
    own = [Construct(name, given[name].items) for name in ("Image", "Value", "Satisfaction")]
    fit = cs.Model(own, paths("Image Value Image:Value -> Satisfaction")).fit(survey_of(frame), "PLS")
    with pytest.warns(cs.CsisemWarning, match="either factor of 'Image:Value' is that at the mean of the other"):
        found = cs.improve.ipma(fit, "Satisfaction")
    assert set(found["construct"]) == {"Image", "Value"}
    assert len(found.attrs["notes"]) == 1
    text = "S =~ CUSA1 + CUSA2 + CUSA3\nQ =~ PERQ1 + PERQ2\nS ~ Q + CUSCO\nCUSL1 ~ S"
    fit = cs.Model.from_syntax(text).fit(survey_of(frame))
    with pytest.warns(cs.CsisemWarning, match="'CUSCO' is observed on a path, without an index"):
        found = cs.improve.ipma(fit, "S")
    assert list(found["construct"]) == ["Q"]
    with pytest.raises(cs.OptionError, match="'CUSL1' is not a construct of the model, but an observed variable"):
        cs.improve.ipma(fit, "CUSL1")


@pytest.mark.filterwarnings("ignore::csisem.errors.InadmissibleFitWarning")
def test_a_construct_without_weights_is_off_the_map():
    """A negative residual variance leaves no model weights; the others keep their fields."""
    data = answers("holzinger")[:40]
    items = [f"x{k}" for k in range(1, 10)]
    model = cs.Model.from_syntax("V =~ x1 + x2 + x3\nT =~ x4 + x5 + x6\nP =~ x7 + x8 + x9\nP ~ V + T")
    fit = model.fit(cs.Survey(data[items], scale=dict.fromkeys(items, (0, 10))))
    with pytest.warns(cs.CsisemWarning, match="is not positive, so it has no model weights"):
        found = cs.improve.ipma(fit, "P").set_index("construct")
    gone = found.index[found["importance"].isna()]
    assert len(gone) == 1
    assert found.loc[gone[0], "field"] == ""
    assert "cannot be computed" in found.loc[gone[0], "method"]
    kept = found.drop(index=gone)
    assert kept["field"].iloc[0] == "strength"
    assert kept["rank"].iloc[0] == 1


@pytest.mark.filterwarnings("ignore::csisem.errors.InadmissibleFitWarning")
def test_without_effects_there_is_a_reason(frame):
    fit = SMALL.fit(survey_of(frame[:70], ITEMS, weights="w"), "PLSc")
    found = cs.improve.ipma(fit, "S")
    assert found["importance"].isna().all()
    assert set(found["field"]) == {""}
    assert found["method"].str.contains("no total effect. The reliability rho_A of Q does not exist").all()


def test_chinese_names(frame):
    chinese = ["质量一", "质量二", "质量三", "价值一", "价值二", "满意一", "满意二", "满意三"]
    rename = dict(zip(ITEMS, chinese, strict=True))
    text = "感知质量 =~ 质量一 + 质量二 + 质量三\n感知价值 =~ 价值一 + 价值二\n顾客满意 =~ 满意一 + 满意二 + 满意三\n"
    model = cs.Model.from_syntax(text + "感知价值 ~ 感知质量\n顾客满意 ~ 感知质量 + 感知价值")
    fit = model.fit(survey_of(frame.rename(columns=rename), list(rename.values())), "PLS")
    found = cs.improve.ipma(fit, "顾客满意")
    same = cs.improve.ipma(SMALL.fit(survey_of(frame, ITEMS), "PLS"), "S")
    assert set(found["construct"]) == {"感知质量", "感知价值"}
    np.testing.assert_allclose(found["importance"], same["importance"], rtol=1e-9)
    with pytest.raises(cs.OptionError, match=r"'顾客满意度' is not a construct of the model \(did you mean '顾客满意'"):
        cs.improve.ipma(fit, "顾客满意度")


def test_refusals(frame):
    fit = SMALL.fit(survey_of(frame, ITEMS), "PLS")
    with pytest.raises(cs.OptionError, match="'Sat' is not a construct"):
        cs.improve.ipma(fit, "Sat")
    with pytest.raises(cs.DataError, match="No path leads to 'Q'"):
        cs.improve.ipma(fit, "Q")
    for options, sentence in (
        ({"of": "item"}, r"of='item' is not one of 'constructs', 'items' \(did you mean 'items'"),
        ({"cut": "mode"}, "neither 'mean' nor 'median'"),
        ({"cut": (0.5,)}, "neither 'mean' nor 'median'"),
        ({"cut": ("a", 70)}, "neither 'mean' nor 'median'"),
        ({"item_weights": "modell"}, "did you mean 'model'"),
        ({"interval": "percent"}, "interval='percent' is not one of"),
        ({"bootstrap": 500}, r"bootstrap= takes the result of bootstrap\(\)"),
    ):
        with pytest.raises(cs.OptionError, match=sentence):
            cs.improve.ipma(fit, "S", **options)
    other = cs.bootstrap(SMALL.fit(survey_of(frame[:200], ITEMS), "PLS"), n=50, seed=1, progress=False)
    with pytest.raises(cs.OptionError, match="replicates of another fit"):
        cs.improve.ipma(fit, "S", bootstrap=other)
    with pytest.raises(cs.ScaleError, match="declare scale= for"):
        cs.improve.ipma(SMALL.fit(frame[ITEMS], "PLS"), "S")
