"""Full-information maximum likelihood against lavaan at the polished optimum, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import ROBUST, answers, golden, unlike

# The figures are lavaan's at the exact optimum; its standardised errors and RMSEA intervals are numerical.
POLISHED = 1e-6
RMSEA_INTERVAL = 1e-5
# One case keeps lavaan's default EM, which stops early.
DEFAULT = 1e-5
CASES = sorted(path.stem for path in ROBUST.glob("fiml_*.json"))
# lavaan's GFI takes pairwise moments for the sample's; ours, as its other measures, the maximum-likelihood ones.
OTHERWISE = {"gfi", "agfi", "pgfi"}
UNREPORTED = {"scaling.factor.h0", "scaling.factor.h1"}


def _fit(name):
    case = golden(name, ROBUST)
    data = answers(case.data)
    arguments = {key: value for key, value in case.arguments().items() if not key.startswith("em.")}
    survey = cs.Survey(data, weights=arguments.pop("sampling.weights", None), clusters=arguments.pop("cluster", None))
    return case, cs.Model.from_syntax(case.text).fit(survey, **arguments)


def _close(ours, theirs, scale, tolerance=POLISHED):
    return abs(ours - theirs) <= tolerance * max(abs(theirs), scale)


@pytest.mark.parametrize("name", CASES)
def test_estimates_and_errors(name):
    case, fit = _fit(name)
    assert not unlike(case, fit.parameters, _close)


@pytest.mark.parametrize("name", CASES)
def test_measures(name):
    case, fit = _fit(name)
    measures = fit.fit_measures()
    wrong, compared = [], 0
    for key, theirs in case.record["fit_measures"].items():
        if key in OTHERWISE | UNREPORTED or theirs is None:
            continue
        tolerance = RMSEA_INTERVAL if "rmsea.ci" in key else DEFAULT if name == "fiml_default_mlr" else POLISHED
        compared += 1
        if not _close(measures[key], theirs, 1e-3, tolerance):
            wrong.append((key, measures[key], theirs))
    assert not wrong
    assert compared > 40


def test_published_figures():
    case = golden("fiml_ml", ROBUST)
    fit = cs.Model.from_syntax(case.syntax).fit(answers("mobi_blank"), missing="fiml")
    measures = fit.fit_measures()
    figures = {"logl": -4499.42676, "unrestricted.logl": -4479.88004, "chisq": 39.0934298, "cfi": 0.989899503,
               "rmsea": 0.0323158401, "npar": 34}  # fmt: skip
    for key, figure in figures.items():
        assert measures[key] == pytest.approx(figure, rel=1e-8), key
    assert fit.paths["est"].round(3).tolist() == [0.992, 0.518, 0.233, 1.675]
    assert fit.paths["se"].round(3).tolist() == [0.266, 0.165, 0.054, 0.229]


def test_saturated_moments_are_lavaans():
    case, fit = _fit("fiml_ml")
    saturated = case.record["saturated"][0]
    order = [saturated["names"].index(item) for item in fit.solution.table.observed]
    mean, cov = np.asarray(saturated["mu"], dtype=float)[order], np.asarray(saturated["sigma"], dtype=float)
    cov = cov[np.ix_(order, order)]
    np.testing.assert_allclose(fit.moments.mean, mean, rtol=POLISHED)
    np.testing.assert_allclose(fit.moments.cov, cov, rtol=POLISHED, atol=POLISHED)


def test_complete_rows_give_what_listwise_deletion_gives():
    case = golden("mobi_small_means", ROBUST.parent / "lavaan-0.6-14")
    model, frame = cs.Model.from_syntax(case.syntax), answers("mobi")
    whole = model.fit(frame, missing="fiml", information="expected")
    usual = model.fit(frame, meanstructure=True)
    columns = ["est", "se", "std", "std_se"]
    np.testing.assert_allclose(whole.parameters[columns], usual.parameters[columns], rtol=1e-7, atol=1e-9)
    ours, theirs = whole.fit_measures(), usual.fit_measures()
    np.testing.assert_allclose(ours[theirs.index], theirs, rtol=1e-8, atol=1e-8)


def test_scores_are_lavaans():
    # lavPredict() of the default run, whose estimates keep five digits.
    _, fit = _fit("fiml_ml")
    theirs = [
        [-0.824947223, -3.377477456, -1.153355738, -1.729143471],
        [1.340731179, 2.817848843, 1.292023346, 2.165529286],
        [-0.257709630, 0.117913511, -0.159221245, -0.495335901],
    ]
    np.testing.assert_allclose(fit.scores()[["EXP", "VAL", "SAT", "LOY"]].to_numpy()[:3], theirs, atol=3e-5)


def test_bartletts_scores_are_lavaans():
    # lavPredict(method = "Bartlett"), default run; rows 1, 4, 7, 10 and 11 lack an answer.
    _, fit = _fit("fiml_ml")
    theirs = [
        [-0.7609811616, -3.73673934643, -1.17299937067, -1.4424553111],
        [2.2965319626, 3.03507826768, 1.22643124550, 2.1666120614],
        [-0.5623082333, 0.18573429399, -0.11989030712, -0.7521946786],
        [0.1011725767, -1.71382835514, 1.77937550894, 2.1666120614],
        [0.5005997759, -0.76404703058, 0.82630168639, 0.7645082851],
        [1.5455772170, 3.03507826768, -0.11989030712, 2.1666120614],
        [-0.6708469434, -0.06096239033, 0.37338696150, 0.1527699784],
        [-3.0417331407, -0.06096239033, -0.54641244912, -0.2550555593],
        [-0.5623082333, -0.06096239033, -0.34634766957, -0.7521946786],
        [-0.8901107225, -0.84952601800, -1.33290220682, -0.6375954912],
        [-0.7172441938, 0.18573429399, 0.42863132659, 0.7645082851],
    ]
    order = ["EXP", "VAL", "SAT", "LOY"]
    scores = fit.scores(method="bartlett")
    np.testing.assert_allclose(scores[order].to_numpy()[:11], theirs, atol=6e-5)
    assert scores.notna().all(axis=None)
    # Whoever answered no item of a construct has no score of it, and keeps the others.
    blank = fit.data.frame.copy()
    blank.iloc[4, [blank.columns.get_loc(item) for item in ("PERV1", "PERV2")]] = np.nan
    blank.iloc[5] = np.nan
    found = fit.scores(blank, method="bartlett")[order]
    assert found.iloc[4].isna().tolist() == [False, True, False, False]
    np.testing.assert_allclose(found.iloc[4].dropna(), scores[order].iloc[4].drop("VAL"), rtol=1e-10)
    assert found.iloc[5].isna().all()


def test_bartletts_scores_of_complete_rows_are_the_usual():
    case = golden("fiml_covariates_ml", ROBUST)
    model, frame = cs.Model.from_syntax(case.syntax), answers("holzinger")
    options = {"meanstructure": True, "information": "observed"}
    for groups in (None, "school"):
        usual, whole = model.fit(frame, groups=groups, **options), model.fit(frame, groups=groups, missing="fiml")
        np.testing.assert_allclose(
            whole.scores(method="bartlett"), usual.scores(method="bartlett"), rtol=1e-6, atol=1e-8
        )


def test_modification_indices_are_lavaans():
    _, fit = _fit("fiml_ml")
    indices = cs.modification_indices(fit).sort_values("mi", ascending=False)
    # modindices() of the default run prints three decimals.
    assert indices["mi"].round(3).tolist()[:4] == [6.933, 5.011, 4.018, 3.989]
    assert indices["epc"].round(3).tolist()[:4] == [0.624, -0.554, 1.098, -0.239]


def _blank_rows(count):
    frame = answers("mobi").astype(float).copy()
    frame.iloc[:count] = np.nan
    return frame


def test_rows_without_any_answer_are_left_out_and_said():
    case = golden("fiml_ml", ROBUST)
    fit = cs.Model.from_syntax(case.syntax).fit(_blank_rows(3), missing="fiml")
    assert fit.n == 247
    assert "3 of 250 rows were left out" in " ".join(fit.status.warnings)


def _some(frame):
    """A few blanks in every column."""
    return np.add.outer(np.arange(len(frame)), 3 * np.arange(frame.shape[1])) % 17 == 0


def _dependent(*items):
    return f"The covariance matrix is singular: {', '.join(map(repr, items))} are linearly dependent ("


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        (lambda f: f.assign(CUEX1=np.nan), {}, "Nobody answered 'CUEX1'"),
        (lambda f: f.assign(CUEX1=np.where(f.index < 125, 5.0, np.nan)), {}, "'CUEX1' has the same answer"),
        (
            lambda f: f.assign(
                CUEX1=np.where(f.index < 125, f["CUEX1"], np.nan), CUEX2=np.where(f.index < 125, np.nan, f["CUEX2"])
            ),
            {},
            "No row answers both 'CUEX1' and 'CUEX2'",
        ),
        (lambda f: f.assign(CUSA3=2 * f["CUSA1"] + 3).mask(_some(f)), {}, _dependent("CUSA1", "CUSA3")),
        (lambda f: f.assign(CUSA3=f["CUSA1"] + f["PERV2"]), {}, _dependent("PERV2", "CUSA1", "CUSA3")),
        (lambda f: f.assign(IMAG1=f["CUEX2"]).mask(_some(f)), {"auxiliary": ["IMAG1"]}, _dependent("CUEX2", "IMAG1")),
        (
            lambda f: f.assign(
                CUSA3=np.where(f.index < 125, f["CUSA1"], f["CUSA3"]), region=np.where(f.index < 125, "a", "b")
            ),
            {"groups": "region"},
            "The covariance matrix in group a is singular: 'CUSA1', 'CUSA3' are linearly dependent",
        ),
        (lambda f: f.assign(CUEX1=np.where(f.index < 4, f["CUEX1"], np.nan)), {}, "only 4 rows answered 'CUEX1'"),
        (
            lambda f: (
                f.iloc[100:150].assign(CUEX1=lambda g: g["CUEX1"].where(g.index < 106)).mask(_some(f.iloc[100:150]))
            ),
            {},
            # Which is said first, few rows for a pair or for several, hangs on where rounding ends the iterations.
            ("Only 3 rows answered all of", "only 4 rows answered both 'CUEX1'"),
        ),
        *(
            (lambda f, n=n: f.iloc[:n].mask(_some(f.iloc[:n])), {}, f"There are {n} rows, which cannot determine the")
            for n in (4, 10)
        ),
        (lambda f: f, {"estimator": "MLM"}, "missing='fiml' is used by 'ML' and 'MLR'"),
        (lambda f: f, {"meanstructure": False}, "missing='fiml' estimates the means"),
        (lambda f: f, {"likelihood": "wishart"}, "likelihood='wishart' needs complete rows"),
        (lambda f: f, {"engine": "semopy"}, "engine='semopy' takes complete rows only"),
    ],
)
def test_refusals(change, options, sentence):
    case = golden("fiml_ml", ROBUST)
    frame = change(answers("mobi").astype(float).reset_index(drop=True))
    with pytest.raises(cs.CsisemError) as caught:
        cs.Model.from_syntax(case.syntax).fit(frame, missing="fiml", **options)
    assert any(words in str(caught.value) for words in ((sentence,) if isinstance(sentence, str) else sentence))
    assert "\n" not in str(caught.value)


def test_moments_have_no_rows_to_use():
    moments = cs.datasets.mobile_phone()
    case = golden("fiml_ml", ROBUST)
    with pytest.raises(cs.DataError, match="missing='fiml' needs rows, and moments hold none"):
        cs.Model.from_syntax(case.syntax).fit(moments, missing="fiml")


def test_the_order_of_rows_and_columns_is_no_matter():
    case = golden("fiml_mlr", ROBUST)
    frame = answers("mobi_blank")
    model = cs.Model.from_syntax(case.syntax)
    one = model.fit(frame, missing="fiml", estimator="MLR")
    two = model.fit(frame.sample(frac=1, random_state=3)[frame.columns[::-1]], missing="fiml", estimator="MLR")
    pd.testing.assert_frame_equal(one.parameters, two.parameters, rtol=1e-8)
    assert math.isclose(one.fit_measures()["chisq.scaled"], two.fit_measures()["chisq.scaled"], rel_tol=1e-8)


def _with_predictors(lost):
    draw = np.random.default_rng(0)
    factor = draw.normal(size=300)
    frame = pd.DataFrame({name: factor + draw.normal(size=300) for name in ("a", "b", "c", "y", "x", "z")})
    frame.loc[:9, ["a", "b", "c", "y", "x", "z"]] = np.nan
    frame.loc[100:119, "a"] = np.nan
    for name, rows in lost.items():
        frame.loc[rows, name] = np.nan
    return frame


def test_rows_without_a_fixed_predictor_are_told_from_empty_ones_and_the_cure_works():
    frame = _with_predictors({"x": slice(20, 49), "z": slice(40, 59)})
    text = "F =~ a + b + c\nF ~ x + z\ny ~ F"
    fit = cs.Model.from_syntax(text).fit(frame, missing="fiml")
    assert fit.n == 250
    assert fit.status.row_warnings == (
        "40 of 300 rows were left out because they lack 'x', 'z', whose moments are taken as given; 250 were used. To "
        "use these rows too, make the predictors random: write 'x ~~ x + z; z ~~ z'.",
        "10 of 300 rows were left out because they hold none of the answers needed; 250 were used.",
    )
    cure = fit.status.row_warnings[0].fields["statements"]
    random = cs.Model.from_syntax(f"{text}\n{cure}").fit(frame, missing="fiml")
    assert random.n == 290
    assert random.fit_measures()["df"] == fit.fit_measures()["df"]
    assert list(random.status.row_warnings) == [
        "10 of 300 rows were left out because they hold none of the answers needed; 290 were used."
    ]
    # The cure frees the moments of complete predictors without changing what is estimated.
    whole = frame.dropna(subset=["x", "z"])
    one, two = (cs.Model.from_syntax(t).fit(whole, missing="fiml").paths["est"] for t in (text, f"{text}\n{cure}"))
    np.testing.assert_allclose(one, two, rtol=1e-6)


def test_only_predictors_that_rows_lack_are_named_and_groups_too():
    frame = _with_predictors({"z": slice(20, 49)}).assign(g=lambda f: np.where(f.index % 2, "odd", "even"))
    fit = cs.Model.from_syntax("F =~ a + b + c\nF ~ x + z\ny ~ F").fit(frame, missing="fiml", groups="g")
    assert fit.status.row_warnings[0].startswith("30 of 300 rows were left out because they lack 'z', whose")


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        ({"x": slice(0, 299)}, "None of the 300 rows answers 'x'."),
        ({"x": slice(0, 99), "y": slice(100, 299)}, "No row with 'x' answers 'y'; leave it out."),
    ],
)
def test_what_nobody_answered_is_said_of_the_rows_with_their_predictors(lost, sentence):
    with pytest.raises(cs.DataError) as caught:
        cs.Model.from_syntax("F =~ a + b + c\nF ~ x\ny ~ F").fit(_with_predictors(lost), missing="fiml")
    assert sentence in str(caught.value)
