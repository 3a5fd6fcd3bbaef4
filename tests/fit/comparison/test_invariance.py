"""Measurement invariance: lavaan's ladder, populations with known differences, and requests that cannot be met."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.fit.comparison.equality_tests import equality_tests
from csisem.fit.comparison.latent_means import mean_differences
from lavaan_golden import answers

GOLDEN = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-invariance"
LADDER, SECOND = (json.loads((GOLDEN / f"{name}.json").read_text()) for name in ("ladder", "second_order"))
SYNTAX = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
MODEL = cs.Model.from_syntax(SYNTAX)
LEVELS = ("configural", "metric", "scalar", "strict", "means")
# lavaan's optimiser stops at a relative change of 1e-10, which leaves five or six digits.
LAVAAN = 2e-5
# A p-value far in the tail moves by more shares than its chi-square.
TAIL = 1e-3
# Scores, which are zero at the optimum, and means of constructs keep a digit less.
FEWER = 1e-4


@pytest.fixture(scope="module", params=["ML", "MLR"])
def ladder(request):
    data = answers("holzinger")
    return request.param, cs.invariance(MODEL, data, groups="school", levels=LEVELS, estimator=request.param)


def test_levels_are_lavaans(ladder):
    estimator, found = ladder
    table = found.table.set_index("level")
    for record in (r for r in LADDER if r["estimator"] == estimator):
        row = table.loc[record["level"]]
        for name in ("df", "chisq", "pvalue", "cfi", "rmsea", "srmr"):
            assert row[name] == pytest.approx(record[name], rel=LAVAAN, abs=1e-7), (record["level"], name)
        if "chisq_diff" in record:
            assert row["chisq_diff"] == pytest.approx(record["chisq_diff"], rel=LAVAAN)
            assert row["pvalue_diff"] == pytest.approx(record["pvalue_diff"], rel=TAIL)


@pytest.mark.parametrize("record", [r for r in LADDER if "tests" in r], ids=lambda r: r["level"])
def test_score_tests_are_lavaans(record):
    equal = {"metric": 1, "scalar": 2, "strict": 3, "means": 4}[record["level"]]
    kinds = ("loadings", "intercepts", "residuals", "means")[:equal]
    tests = equality_tests(MODEL.fit(answers("holzinger"), groups="school", equal=kinds).solution)
    ours = {f"{row.lhs} {row.op} {row.rhs}".strip(): row.mi for row in tests.itertuples()}
    theirs = {name.strip(): value for name, value in record["tests"].items()}
    assert ours == pytest.approx(theirs, rel=FEWER, abs=1e-5)


def test_means_are_lavaans(ladder):
    estimator, found = ladder
    (record,) = (r for r in LADDER if r["estimator"] == estimator and "means" in r)
    means = mean_differences("strict", found.fits["strict"], 0.95).set_index("construct")
    for construct, (est, se) in record["means"].items():
        # Both take the schools in the order of the data.
        assert means.loc[construct, "difference"] == pytest.approx(est, rel=FEWER, abs=1e-5)
        assert means.loc[construct, "se"] == pytest.approx(se, rel=FEWER)


def test_markers_and_means_are_tested_as_what_they_are_equal_with():
    """A marker's test is that of its loading with another marker; a mean that is zero has the test of its own value."""
    data = answers("holzinger")
    found = cs.invariance(MODEL, data, groups="school", levels=LEVELS).release
    tests = {(row.level, f"{row.lhs} {row.op} {row.rhs}".strip()): row.mi for row in found.itertuples()}
    for name, value in SECOND["markers"].items():
        assert tests["metric", name] == pytest.approx(value, rel=FEWER)
    moved = cs.Model.from_syntax(SYNTAX.replace("x1 + x2", "NA*x1 + 1*x2"))
    other = cs.invariance(moved, data, groups="school", levels="metric").release
    other = {f"{row.lhs} {row.op} {row.rhs}": row.mi for row in other.itertuples()}
    metric = {name: mi for (level, name), mi in tests.items() if level == "metric"}
    assert metric == pytest.approx(other, rel=FEWER, abs=1e-6)
    held = cs.invariance(MODEL, data, groups="school", levels=["scalar", "means"]).release
    means = held[held["level"] == "means"].set_index("lhs")["mi"]
    for name, value in SECOND["means"].items():
        assert means[name.split()[0]] == pytest.approx(value, rel=FEWER)


def test_a_marker_that_differs_is_named_and_released():
    frame = two_groups().rename(columns={"x4": "x1", "x1": "x4"})
    changed = frame["g"] == "b"
    frame.loc[changed, "x1"] += 0.8 * frame.loc[changed, ["x2", "x3"]].mean(axis=1)
    model = cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4")
    found = cs.invariance(model, frame, groups="g", levels="metric")
    assert found.supported == "configural"
    assert "Release first 'F =~ x1' in b" in " ".join(found.notes)
    released = cs.invariance(model, frame, groups="g", levels="metric", release=["F =~ x1"])
    assert released.supported == "metric"
    assert released.table["df"].tolist() == [4, 6]
    fit = released.fits["metric"].loadings.set_index(["rhs", "group"])["est"]
    assert fit["x1", "a"] == 1
    assert fit["x1", "b"] > 1.5


def test_a_released_marker_is_lavaans():
    fit = MODEL.fit(answers("holzinger"), groups="school", equal=["loadings"], release=["visual =~ x1"])
    measures = fit.fit_measures()
    assert measures["df"] == SECOND["x1 free"]["df"]
    assert measures["chisq"] == pytest.approx(SECOND["x1 free"]["chisq"], rel=LAVAAN)


def test_dimensions_of_the_second_order():
    """Their intercepts are zero in all groups from the scalar level on, and tested there."""
    data, model = answers("holzinger"), cs.Model.from_syntax(f"{SYNTAX}\ng =~ visual + textual + speed")
    found = cs.invariance(model, data, groups="school")
    table = found.table.set_index("level")
    for level, record in SECOND["levels"].items():
        for name, value in record["measures"].items():
            assert table.loc[level, name] == pytest.approx(value, rel=LAVAAN), (level, name)
        if "mean" in record:
            means = mean_differences(level, found.fits[level], 0.95).set_index("construct")
            assert means.loc["g", ["difference", "se"]].tolist() == pytest.approx(record["mean"], rel=20 * FEWER)
    scalar = found.release[
        (found.release["level"] == "scalar") & found.release["lhs"].isin(["visual", "textual", "speed"])
    ]
    tests = {f"{row.lhs} {row.op}": row.mi for row in scalar.itertuples()}
    assert tests == pytest.approx(SECOND["levels"]["scalar"]["intercepts"], rel=FEWER)
    assert "Release first 'textual ~1' in Grant-White" in " ".join(found.notes)
    partial = cs.invariance(model, data, groups="school", levels="scalar", release=["textual ~1"])
    freed = partial.fits["scalar"].fit_measures()
    assert freed["df"] == SECOND["textual ~1 free"]["df"]
    assert freed["chisq"] == pytest.approx(SECOND["textual ~1 free"]["chisq"], rel=LAVAAN)


def test_warnings_of_the_levels_reach_the_notes():
    found = cs.invariance(MODEL, answers("holzinger"), groups="school")
    (said,) = (note for note in found.notes if note.code == "comparison.invariance.warned")
    assert said.startswith(
        "Under configural invariance (nothing is equal): There are 145 rows in group Grant-White for 30"
    )
    assert "在构型等值（不设相等约束）下：" in found.text("zh")
    # What every level warns of is said once.
    frame = two_groups(n=400)
    frame.loc[frame["g"] == "b", "x1"] = frame["x2"] + 1e-3 * frame["x1"]
    poor = cs.invariance(cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4"), frame, groups="g")
    for fit in poor.fits.values():
        for warning in (*fit.status.reasons, *fit.status.warnings) if fit.status.usable else ():
            assert sum(warning in note for note in poor.notes) == 1


def test_the_verdict_names_what_to_release(ladder):
    _, found = ladder
    # Loadings may be equal; the intercepts of x3 and x7 are known to differ between the schools.
    assert found.supported == "metric"
    text = " ".join(found.notes)
    assert "support metric invariance" in text
    assert "do not support scalar invariance" in text
    assert "Release first 'x3 ~1'" in text
    scalar = found.release[found.release["level"] == "scalar"]
    assert scalar["lhs"].iloc[:2].tolist() == ["x3", "x7"]
    assert "强等值" in found.text("zh")


def test_partial_invariance():
    data = answers("holzinger")
    found = cs.invariance(MODEL, data, groups="school", release=["x3 ~1", "x7 ~1"])
    assert found.supported == "strict"
    assert found.table["df"].tolist() == [48, 54, 58, 67]
    assert "support partial strict invariance" in found.notes[0]
    assert "x3 ~1, x7 ~1 free" in found.notes[0]
    assert any("indices can not" in note for note in found.notes)


def test_only_what_a_level_holds_equal_makes_it_partial():
    """A mean that no level holds equal frees nothing, and a residual variance leaves indices comparable."""
    frame = two_groups(n=400)
    model = cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4")
    for release, said in (([], "strict"), (["F ~1"], "strict"), (["x2 ~~ x2"], "partial strict")):
        found = cs.invariance(model, frame, groups="g", release=release)
        assert found.supported == "strict"
        assert f" support {said} invariance" in found.notes[0]
        assert ("free" in found.notes[0]) == (said != "strict")
        assert any("Means and indices of the groups can be compared" in note for note in found.notes)


def test_equality_is_judged_from_nothing_equal():
    model = cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4")
    found = cs.invariance(model, two_groups(shift=0.8), groups="g", levels="scalar")
    assert found.table["level"].tolist() == ["configural", "scalar"]
    assert found.supported == "configural"


def test_a_poor_model_is_said_to_be_poor():
    rng = np.random.default_rng(7)
    frame = two_groups()
    extra = rng.normal(size=(len(frame), 1)) * 1.5
    frame[["x1", "x2"]] += extra
    frame = frame.assign(x5=frame["x3"] + rng.normal(size=len(frame)))
    found = cs.invariance(cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4 + x5"), frame, groups="g")
    assert any("fits poorly even with nothing equal" in note for note in found.notes)


def two_groups(shift: float = 0.0, loading: float = 0.0, n: int = 2000) -> pd.DataFrame:
    """Two groups that differ by 0.5 in the construct's mean, and in the last item's intercept or loading."""
    rng = np.random.default_rng(3)
    frames = []
    for g in (0, 1):
        f = rng.normal(0.5 * g, 1.0, n)
        items = {f"x{i}": f + rng.normal(0, 0.8, n) for i in range(1, 5)}
        items["x4"] += g * (shift + loading * f)
        frames.append(pd.DataFrame(items).assign(g="ab"[g]))
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize(
    ("changes", "supported", "first"),
    [({}, "strict", None), ({"loading": 0.8}, "configural", "F =~ x4"), ({"shift": 0.8}, "metric", "x4 ~1")],
)
def test_known_differences_are_found(changes, supported, first):
    model = cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4")
    found = cs.invariance(model, two_groups(**changes), groups="g")
    assert found.supported == supported
    if first is None:
        row = found.means.iloc[0]
        assert row["ci_lower"] < 0.5 < row["ci_upper"]
        assert row["difference"] == pytest.approx(0.5, abs=4 * row["se"])
    else:
        assert f"Release first '{first}' in b" in " ".join(found.notes)
        # The released parameter takes the value that was planted.
        released = cs.invariance(model, two_groups(**changes), groups="g", release=[first])
        assert released.supported == "strict"


def test_paths_may_be_part_of_the_model():
    survey = cs.datasets.retail_survey()
    found = cs.invariance(cs.datasets.retail_survey_model(), survey, groups="firm", estimator="MLR")
    assert found.supported == "strict"
    # Means of constructs that depend on others include what comes through the paths.
    fit = found.fits["strict"]
    rows = fit.parameters
    means = rows[(rows["op"] == "~1") & (rows["lhs"] == "Quality") & (rows["group"] == "Cedar")]["est"].item()
    paths = rows[(rows["op"] == "~") & (rows["lhs"] == "Quality") & (rows["group"] == "Cedar")]["est"].item()
    source = rows[(rows["op"] == "~1") & (rows["lhs"] == "Expectation") & (rows["group"] == "Cedar")]["est"].item()
    ours = found.means.set_index(["construct", "group"]).loc[("Quality", "Cedar"), "difference"]
    assert ours == pytest.approx(means + paths * source, rel=1e-9)


def test_requests_that_cannot_be_met():
    data = answers("holzinger")
    with pytest.raises(cs.OptionError, match="levels="):
        cs.invariance(MODEL, data, groups="school", levels=["scaler"])
    with pytest.raises(cs.OptionError, match="each once"):
        cs.invariance(MODEL, data, groups="school", levels=["metric", "configural"])
    with pytest.raises(cs.OptionError, match=r"cs\.micom"):
        cs.invariance(MODEL, data, groups="school", estimator="PLS")
    with pytest.raises(cs.DataError, match="schol"):
        cs.invariance(MODEL, data, groups="schol")
    with pytest.raises(cs.OptionError, match="no column"):
        cs.invariance(MODEL, data, groups=())
    with pytest.raises(cs.OptionError, match="no test of a difference"):
        cs.invariance(MODEL, data, groups="school", estimator="ULS")
    with pytest.raises(cs.DataError, match="one group"):
        cs.invariance(MODEL, data[data["school"] == "Pasteur"], groups="school")
    with pytest.raises(cs.ModelError, match="no constructs"):
        cs.invariance(cs.Model.from_syntax("x2 ~ x1"), data, groups="school")


def test_a_level_that_is_skipped_is_tested_with_the_next():
    model = cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4")
    found = cs.invariance(model, two_groups(loading=0.8), groups="g", levels=["configural", "scalar"])
    assert found.supported == "configural"
    assert set(found.release["op"]) == {"=~", "~1"}
    assert "Release first 'F =~ x4' in b" in " ".join(found.notes)


def test_means_are_those_of_a_level_that_is_supported():
    frame = two_groups()
    rng = np.random.default_rng(1)
    # Much more noise in the second group: strict invariance fails, scalar does not.
    noisy = frame["g"] == "b"
    frame.loc[noisy, ["x1", "x2"]] += rng.normal(0, 2, (int(noisy.sum()), 2))
    found = cs.invariance(cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4"), frame, groups="g")
    assert found.supported == "scalar"
    assert found.means["level"].unique().tolist() == ["scalar"]
    shifted = cs.invariance(cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4"), two_groups(shift=0.8), groups="g")
    assert shifted.means.empty


def test_copies_are_refused_as_in_a_fit():
    frame = two_groups(n=150)
    with pytest.raises(cs.DataError, match="x4"):
        cs.invariance(cs.Model.from_syntax("F =~ x1 + x2 + x3 + x4"), frame.assign(x4=frame["x1"]), groups="g")


def test_a_level_that_cannot_be_used_ends_the_ladder():
    # A factor that is not identified in any group.
    found = cs.invariance(cs.Model.from_syntax("F =~ NA*x1 + x2 + x3 + x4"), two_groups(n=300), groups="g")
    assert found.supported is None
    assert not found.table["supported"].any()
    assert "cannot be used" in found.notes[0]


def test_what_no_level_holds_is_said_to_be_released_in_vain():
    found = cs.invariance(MODEL, answers("holzinger"), groups="school", release=["x3 ~1", "visual ~~ textual"])
    (said,) = [note for note in found.notes if note.code == "comparison.invariance.idle_release"]
    assert "'visual ~~ textual'" in said
    assert "x3" not in said
    assert "不起作用" in said.text("zh")


@pytest.mark.parametrize("options", [{"std_lv": True}, {"bounds": "wide"}])
def test_units_and_bounds_that_hold_nothing_leave_the_ladder(options):
    data = answers("holzinger")
    usual = cs.invariance(MODEL, data, groups="school").table
    found = cs.invariance(MODEL, data, groups="school", **options)
    # Polished optima of two parameterisations.
    pd.testing.assert_frame_equal(found.table, usual, rtol=1e-6, atol=1e-9)
    settings = found.fits["scalar"].solution.settings
    assert settings.units.std_lv == options.get("std_lv", False)
    assert settings.bounds == options.get("bounds")


def test_orthogonal_constructs_stay_so_at_every_level():
    data = answers("holzinger")
    found = cs.invariance(MODEL, data, groups="school", orthogonal=True)
    alone = MODEL.fit(data, groups="school", equal=["loadings", "intercepts"], orthogonal=True)
    assert found.table["df"].tolist() == [54.0, 60.0, 66.0, 75.0]
    assert found.table["chisq"][2] == pytest.approx(alone.fit_measures()["chisq"], rel=1e-9)
