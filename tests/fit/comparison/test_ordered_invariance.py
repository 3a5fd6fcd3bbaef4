"""Invariance of ordered items: semTools' ladder, identifications that agree, and what few answers cannot test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.fit.comparison.equality_tests import equality_tests
from csisem.fit.comparison.latent_means import mean_differences
from ordered_golden import FOLDER, ordered_answers, ordered_case

MARKED = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
UNIT = """
visual =~ NA*x1 + x2 + x3
textual =~ NA*x4 + x5 + x6
speed =~ NA*x7 + x8 + x9
visual ~~ 1*visual
textual ~~ 1*textual
speed ~~ 1*speed
"""
MIXED = UNIT.replace("x3", "n3").replace("x4", "n4").replace("x7", "n7").replace("x8", "n8")
SCHOOL = {"groups": "school", "estimator": "WLSMV"}
THETA = ("configural", "thresholds", "metric", "scalar", "strict", "means")
THEIRS = dict(zip(THETA, ("configural", "thresholds", "loadings", "intercepts", "residuals", "means"), strict=True))
# lavaan's first step ends within 1e-8 of its maximum; its optimiser at its defaults leaves five or six digits.
POLISHED, LAVAAN = 1e-6, 2e-5
# A p-value far in the tail moves by more shares than its chi-square.
TAIL = 1e-3
LADDERS = json.loads(
    (Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-invariance" / "ordered.json").read_text(encoding="utf-8")
)


def ladder(syntax: str, data: str, **options: object) -> cs.Invariance:
    return cs.invariance(cs.Model.from_syntax(syntax), ordered_answers(data), **({"ordered": True} | SCHOOL | options))


@pytest.fixture(scope="module", params=[("theta", THETA), ("delta", THETA[:4])], ids=lambda param: param[0])
def polished(request):
    parameterization, levels = request.param
    return parameterization, ladder(MARKED, "hs5", parameterization=parameterization, levels=levels)


def test_levels_and_differences_are_those_of_semtools(polished):
    """A marker gives what unit variances gave there."""
    parameterization, found = polished
    for row in found.table.set_index("level").itertuples():
        name = f"wu_std_{THEIRS[row.Index]}_{parameterization}"
        measures = ordered_case(name).record["fit_measures"]
        assert row.df == measures["df"]
        for ours, theirs in (
            ("chisq", "chisq.scaled"),
            ("cfi", "cfi.scaled"),
            ("rmsea", "rmsea.scaled"),
            ("srmr", "srmr"),
        ):
            assert getattr(row, ours) == pytest.approx(measures[theirs], rel=POLISHED), (row.Index, ours)
        if row.Index != "configural":
            own = json.loads((FOLDER / f"nested_{name}.json").read_text())["difference"]["default"]
            assert row.chisq_diff == pytest.approx(own["chisq_diff"], rel=10 * POLISHED)
            assert row.df_diff == own["df_diff"]
            assert row.pvalue_diff == pytest.approx(own["pvalue"], rel=TAIL, abs=1e-12)


@pytest.mark.parametrize(("data", "levels"), [("hs3", THETA[:5]), ("hs2", THETA[:3])])
def test_few_answers_are_those_of_semtools(data, levels):
    found = ladder(UNIT, data, levels=levels)
    for row in found.table.itertuples():
        theirs = ordered_case(f"wu{data[2]}_std_{THEIRS[row.level]}_theta").record["fit_measures"]
        assert (row.df, row.chisq) == (theirs["df"], pytest.approx(theirs["chisq.scaled"], rel=POLISHED))


@pytest.mark.parametrize(
    ("case", "syntax", "data", "options"),
    [
        ("mixed", MIXED, "hs5", {"ordered": ["x1", "x2", "x5", "x6", "x9"]}),
        ("three", UNIT, "hs3", {}),
        ("partial", UNIT, "hs5", {"release": ["x3 ~1", "x7 ~1", "x1 | t2"]}),
    ],
)
def test_ladders_are_those_of_semtools(case, syntax, data, options):
    found = ladder(syntax, data, **options)
    assert found.table["level"].tolist() == list(LADDERS[case])
    for row in found.table.itertuples():
        record = LADDERS[case][row.level]
        for name, value in record["measures"].items():
            tolerance = TAIL if name == "pvalue" else LAVAAN
            assert getattr(row, name) == pytest.approx(value, rel=tolerance), (row.level, name)
        if "means" in record:
            means = mean_differences(row.level, found.fits[row.level], 0.95).set_index("construct")
            for construct, expected in record["means"].items():
                # Means near zero keep a digit less.
                assert means.loc[construct, ["difference", "se"]].tolist() == pytest.approx(
                    expected, rel=1e-4, abs=2e-5
                )


def test_identifications_agree():
    for data, levels in (("hs2", THETA[2:4]), ("hs3", THETA[2:])):
        first, second = (ladder(syntax, data, levels=levels).table for syntax in (MARKED, UNIT))
        assert first["chisq"].to_numpy() == pytest.approx(second["chisq"].to_numpy(), rel=1e-8)
        assert first["df"].tolist() == second["df"].tolist()
    numbers = [
        cs.invariance(cs.Model.from_syntax(syntax), ordered_answers("hs5"), groups="school").table
        for syntax in (MARKED, UNIT)
    ]
    assert numbers[0]["chisq"].to_numpy() == pytest.approx(numbers[1]["chisq"].to_numpy(), rel=1e-8)
    assert numbers[0]["df"].tolist() == numbers[1]["df"].tolist()


def test_score_tests_are_lavaans_but_for_their_unit():
    """lavaan multiplies the groups' scores by (n - 1) / n, and not their information; see `cs.modification_indices`."""
    for parameterization in ("theta", "delta"):
        found = ladder(UNIT, "hs5", parameterization=parameterization, levels=["metric"])
        tests = equality_tests(found.fits["metric"].solution)
        ours = {(row.lhs, row.op, row.rhs): row.mi for row in tests.itertuples()}
        record = ordered_case(f"wu_std_loadings_{parameterization}").record
        parameters, univariate = record["parameters"], record["score_tests"]["univariate"]
        rows = list(zip(parameters["lhs"], parameters["op"], parameters["rhs"], strict=True))
        names = {plabel: row for plabel, row in zip(parameters["plabel"], rows, strict=True) if plabel}
        ratios = [value / ours[names[name]] for name, value in zip(univariate["lhs"], univariate["X2"], strict=True)]
        assert len(ratios) == len(ours)
        sizes = np.sort(found.fits["metric"].group_n)
        assert (sizes[0] - 1) / sizes[0] < min(ratios) <= max(ratios) < (sizes[-1] - 1) / sizes[-1]


def test_what_equality_fixes_is_tested_too(polished):
    """Intercepts that are 0 and residual variances that are 1 in all groups; the fall foretold is that of the refit."""
    parameterization, found = polished
    scalar = found.release[found.release["level"] == "scalar"].set_index("lhs")
    assert set(scalar.index) == {f"x{i}" for i in range(1, 10)}
    assert found.supported == "metric"
    text = " ".join(found.notes)
    assert "do not support scalar invariance (thresholds, loadings and intercepts)" in text
    assert "Release first 'x3 ~1' in Grant-White" in text
    freed = ladder(MARKED, "hs5", parameterization=parameterization, levels=["scalar"], release=["x3 ~1"])
    plain = [one.fits["scalar"].fit_measures()["chisq"] for one in (found, freed)]
    # Scores are of first order.
    assert plain[0] - plain[1] == pytest.approx(scalar.loc["x3", "mi"], rel=0.1)
    value = freed.fits["scalar"].parameters.query("lhs == 'x3' and op == '~1'")["est"].tolist()
    assert value[0] == 0
    assert value[1] == pytest.approx(scalar.loc["x3", "epc"], rel=0.15)
    if parameterization == "theta":
        strict = found.release[found.release["level"] == "strict"]
        assert (strict["op"].unique().tolist(), len(strict)) == (["~~"], 9)


def test_few_answers_are_said():
    three, two = (ladder(MARKED, data, levels=THETA[:5]) for data in ("hs3", "hs2"))
    for found in (three, two):
        row = found.table.set_index("level").loc["thresholds"]
        assert row["df_diff"] == 0
        assert np.isnan(row["chisq_diff"])
        assert any(note.startswith("Equal thresholds of x1, x2") for note in found.notes)
    assert not any("Residual variances of" in note for note in three.notes)
    assert any(note.startswith("Residual variances of x1, x2") for note in two.notes)
    assert "x1、x2" in two.text("zh")
    table = two.table.set_index("level")
    # With residual variances equal throughout, strict invariance is scalar invariance, which lavaan's words give too.
    assert table.loc["scalar", "chisq"] == table.loc["strict", "chisq"]
    options = {"ordered": True, "parameterization": "theta", "groups": "school"}
    equal = ["thresholds", "loadings", "residuals"]
    plain = cs.Model.from_syntax(MARKED).fit(ordered_answers("hs2"), "WLSMV", equal=equal, **options)
    assert table.loc["scalar", "chisq"] == pytest.approx(plain.fit_measures()["chisq.scaled"], rel=1e-8)


def test_indices_of_ordered_items_need_strict_invariance():
    found = ladder(MARKED, "hs5", levels=THETA[:4], release=["x3 ~1", "x7 ~1", "x2 ~1"])
    assert found.supported == "scalar"
    assert any("indices can not, since answers to ordered items" in note for note in found.notes)


def population(n: int, *, shift: float = 0.0, cut: float = 0.0) -> pd.DataFrame:
    """Two groups that differ by 0.5 in the construct's mean, and in the last item's intercept or third threshold."""
    rng = np.random.default_rng(5)
    frames = []
    for g in (0, 1):
        f = rng.normal(0.5 * g, 1.0, n)
        responses = {f"x{i}": f + rng.normal(0, 0.8, n) for i in range(1, 6)}
        responses["x5"] += g * shift
        cuts = {name: np.array([-1.5, -0.5, 0.4, 1.3]) for name in responses}
        cuts["x5"] = cuts["x5"] + np.array([0, 0, g * cut, 0])
        frames.append(pd.DataFrame({k: np.digitize(v, cuts[k]) + 1 for k, v in responses.items()}).assign(g="ab"[g]))
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize(
    ("changes", "supported", "first"),
    [({}, "strict", None), ({"shift": 0.8}, "metric", "x5 ~1"), ({"cut": 0.5}, "configural", "x5 | t3")],
)
def test_known_differences_are_found(changes, supported, first):
    model, frame = cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4 + x5"), population(3000, **changes)
    found = cs.invariance(model, frame, groups="g", estimator="WLSMV", ordered=True)
    assert found.supported == supported
    if first is None:
        row = found.means.iloc[0]
        # In units of a residual, of standard deviation 0.8, times the marker's loading.
        assert row["difference"] == pytest.approx(0.5 / 0.8, abs=4 * row["se"])
        assert row["ci_lower"] < 0.5 / 0.8 < row["ci_upper"]
    else:
        assert f"Release first '{first}' in b" in " ".join(found.notes)
        released = cs.invariance(model, frame, groups="g", estimator="WLSMV", ordered=True, release=[first])
        assert released.supported == "strict"


def test_a_released_dimension_is_free_where_intercepts_are_equal():
    found = ladder(
        MARKED + "\ng =~ visual + textual + speed", "hs3", levels=["metric", "scalar"], release=["textual ~1"]
    )
    assert found.table["df"].tolist() == [48, 56, 63]
    metric, scalar = (
        found.fits[level].parameters.query("lhs == 'textual' and op == '~1'")["est"].tolist()
        for level in ("metric", "scalar")
    )
    assert metric == [0, 0]
    assert scalar[0] == 0
    assert abs(scalar[1]) > 0.1


def test_a_lone_item_with_two_answers_has_no_residual_variance():
    frame = ordered_answers("hs3").assign(x9=ordered_answers("hs2")["x9"])
    model = cs.Model.from_syntax("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nlone =~ x9\nlone ~ visual")
    found = cs.invariance(model, frame, ordered=True, levels=["metric"], **SCHOOL)
    assert found.table["df"].tolist() == [26, 30]
    assert not any("Residual variances of" in note for note in found.notes)


def test_labels_of_loadings_that_are_no_level_are_refused():
    """Equal loadings by label, with scales that the level of thresholds frees, are another model."""
    with pytest.raises(cs.ModelError, match="'configural' and 'thresholds' both have"):
        ladder(MARKED.replace("x3", "c(a, a)*x3"), "hs3", release=["x1 | t2"])


def test_requests_that_cannot_be_met():
    with pytest.raises(cs.OptionError, match="'thresholds' is about ordered items"):
        ladder(MARKED, "hs5", ordered=None, estimator="ML", levels=["thresholds"])
    with pytest.raises(cs.OptionError, match="use 'theta'"):
        ladder(MARKED, "hs5", parameterization="delta", levels=["strict"])
    with pytest.raises(cs.OptionError, match=r"Fewer than two thresholds of 'x1', .* are equal"):
        ladder(MARKED, "hs2", parameterization="delta")
    with pytest.raises(cs.OptionError, match=r"release= names 'x1\|t9'"):
        ladder(MARKED, "hs5", release=["x1 | t9"])
    with pytest.raises(cs.OptionError, match="no test of a difference"):
        ladder(MARKED, "hs5", estimator="DWLS")
    lacking = ordered_answers("hs5").assign(x1=lambda d: d["x1"].where(d["school"] == "Pasteur", d["x1"].clip(upper=4)))
    with pytest.raises(cs.DataError, match="x1"):
        cs.invariance(cs.Model.from_syntax(MARKED), lacking, ordered=True, **SCHOOL)
