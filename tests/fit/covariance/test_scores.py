"""Factor scores against lavaan, and what they must be whatever the data."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import csisem as cs
from csisem.survey.rows.rows import BATCH_ROWS
from lavaan_golden import SMALL, answers, golden

FOLDER = Path(__file__).parents[2] / "golden" / "lavaan-0.6-14-diagnosis"
# Both programs at the same optimum; scores are of the order of the answers.
POLISHED = 1e-6
# Identities of matrices of answers of order 1 to 10.
IDENTITY = 1e-10
WITHOUT_CONSTRUCTS = ("comparisons", "path_saturated", "path_two_outcomes_means")
CASES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem not in WITHOUT_CONSTRUCTS)
# An observed outcome: see the folder's README. Only Bartlett's scores with means are lavaan's.
OUTCOME, OUTCOME_MEANS = "outcomes_latent_and_observed", "outcomes_latent_and_observed_means"
FIGURES = [(name, "regression") for name in CASES if name not in (OUTCOME, OUTCOME_MEANS)]
FIGURES += [(name, "bartlett") for name in CASES if name != OUTCOME]
MEASURED = "EXP =~ CUEX1 + CUEX2 + CUEX3\nSAT =~ CUSA1 + CUSA2 + CUSA3\nSAT ~ EXP"


def _fit(name):
    if name == OUTCOME_MEANS:
        return cs.Model.from_syntax(golden(OUTCOME).text).fit(answers("mobi"), meanstructure=True)
    case = golden(name)
    return cs.Model.from_syntax(case.text).fit(answers(case.data), **case.arguments())


def _refusal(kind, call):
    with pytest.raises(kind) as caught:
        call()
    text = str(caught.value)
    assert text.endswith(".")
    assert ". " not in text
    return text


@pytest.fixture(scope="module")
def mobi():
    return answers("mobi").assign(region=["a"] * 120 + ["b"] * 130)


@pytest.fixture(scope="module")
def model():
    return cs.Model.from_syntax(MEASURED)


@pytest.mark.filterwarnings("ignore::csisem.InadmissibleFitWarning")
@pytest.mark.parametrize(("name", "method"), FIGURES)
def test_lavaan(name, method):
    fit = _fit(name)
    scores = fit.scores(method=method)
    assert list(scores.columns) == list(fit.latent_correlations.columns)
    for block in json.loads((FOLDER / f"{name}.json").read_text())[method]:
        ours = scores[block["names"]].to_numpy()[np.array(block["rows"]) - 1]
        theirs = np.array(block["values"], dtype=float)
        higher = [all(item in block["names"] for item in fit.model.construct(c).items) for c in block["names"]]
        if method == "bartlett" and any(higher):
            assert np.isnan(ours[:, higher]).all()
            ours, theirs = ours[:, ~np.array(higher)], theirs[:, ~np.array(higher)]
        assert np.abs(ours - theirs).max() <= POLISHED * max(1.0, np.abs(theirs).max())


def test_polished_figures():
    fit = _fit("mobi_small")
    # facts.md 3.3(a), row 1, ten digits printed.
    for method, row in (
        ("regression", [-0.7849761208, -3.300784236, -1.097880502, -1.661257241]),
        ("bartlett", [-0.7368085142, -3.700828296, -1.094739637, -1.444652398]),
    ):
        assert np.allclose(fit.scores(method=method).iloc[0][["EXP", "VAL", "SAT", "LOY"]], row, rtol=1e-9, atol=0)


def test_an_observed_outcome_is_a_single_item_construct_by_another_name():
    observed, single = _fit(OUTCOME), _fit("outcomes_latent_and_single")
    expected = single.scores()[["EXP", "SAT", "LOY"]]
    assert np.abs(observed.scores() - expected).to_numpy().max() <= 1e-8  # two optima of one discrepancy
    assert np.abs(observed.scores().mean()).max() <= IDENTITY


@pytest.mark.parametrize("method", ["regression", "bartlett"])
@pytest.mark.parametrize("name", ["mobi_small", OUTCOME])
def test_saturated_means_change_nothing(name, method):
    case = golden(name)
    fits = [cs.Model.from_syntax(case.text).fit(answers(case.data), meanstructure=means) for means in (False, True)]
    apart = fits[0].scores(method=method) - fits[1].scores(method=method)
    assert np.abs(apart).to_numpy().max() <= 1e-8  # two optima of one discrepancy


def test_regression_scores_shrink_and_bartlett_scores_are_unbiased():
    fit = _fit("outcomes_latent_and_single")
    data = answers("mobi")[list(fit.solution.table.observed)]
    loadings = fit.solution.lisrel.loadings[0]
    bartlett = fit.scores(data.mean() + pd.DataFrame(loadings.T, columns=data.columns), method="bartlett")
    # Answers that are exactly one construct's loadings have that construct's score 1 and no other.
    assert np.abs(bartlett.to_numpy() - np.eye(len(bartlett))).max() <= IDENTITY
    regression = fit.scores()
    variance = np.diag(fit.solution.implied_moments.latent_cov[0])
    assert (regression.var(ddof=0) < variance)[["EXP", "SAT", "LOY"]].all()
    # A single item without residual is the construct, by either method.
    for scores in (regression, fit.scores(method="bartlett")):
        assert np.abs(scores["COMP"] - (data["CUSCO"] - data["CUSCO"].mean())).max() <= IDENTITY


def test_rows_with_a_missing_answer_keep_their_place(mobi, model):
    data = mobi.set_index(pd.Index(range(1000, 1250), name="person"))
    data.loc[1003, "CUEX2"] = np.nan
    scores = model.fit(data).scores()
    assert scores.index.equals(data.index)
    assert scores.loc[1003].isna().all()
    assert scores.drop(index=1003).notna().all(axis=None)
    other = model.fit(mobi.drop(index=3)).scores()
    assert np.abs(scores.drop(index=1003).to_numpy() - other.to_numpy()).max() <= IDENTITY


def test_groups(mobi, model):
    blank = mobi.assign(region=mobi.region.mask(mobi.index == 7))
    fit = model.fit(blank, groups="region")
    scores = fit.scores()
    assert scores.iloc[7].isna().all()
    for label in ("a", "b"):
        alone = model.fit(blank[blank.region == label], meanstructure=True)
        own = scores[blank.region == label]
        assert np.abs(own - alone.scores()).to_numpy().max() <= 1e-8  # two optima of one discrepancy
    text = _refusal(cs.DataError, lambda: fit.scores(mobi.assign(region="c")))
    assert "no group 'c'" in text
    assert "'a', 'b'" in text
    assert "'region'" in _refusal(cs.DataError, lambda: fit.scores(mobi.drop(columns="region")))


def test_other_answers(mobi, model):
    fit = model.fit(mobi)
    own = fit.scores()
    pd.testing.assert_frame_equal(fit.scores(mobi.iloc[[5]]), own.iloc[[5]])
    foreign = fit.scores(pl.from_pandas(mobi[list(model.items)]))
    pd.testing.assert_frame_equal(foreign, own)
    many = fit.scores(pd.concat([mobi] * (BATCH_ROWS // len(mobi) + 2), ignore_index=True))
    assert np.abs(many.to_numpy()[-len(mobi) :] - own.to_numpy()).max() <= IDENTITY
    assert "'CUSA3'" in _refusal(cs.DataError, lambda: fit.scores(mobi.drop(columns="CUSA3")))


def test_a_bare_frame_is_read_as_the_fitted_questionnaire(mobi, model):
    turned = mobi.assign(CUSA2=11 - mobi.CUSA2)
    survey = cs.Survey(turned, scale=dict.fromkeys(model.items, (1, 10)), reverse="CUSA2")
    plain = model.fit(mobi).scores()
    pd.testing.assert_frame_equal(model.fit(survey).scores(turned), plain, rtol=1e-8)
    pd.testing.assert_frame_equal(model.fit(survey).scores(), plain, rtol=1e-8)


def test_weights_enter_the_fit_and_not_the_scores(mobi, model):
    weighted = mobi.assign(w=1 + np.arange(250) % 5 / 2)
    fit = model.fit(cs.Survey(weighted, weights="w"))
    scores = fit.scores()
    # Scores average zero where the weights that made the centre are applied.
    assert np.abs(weighted.w @ scores).max() / weighted.w.sum() <= IDENTITY


def test_refusals(mobi, model):
    fit = model.fit(mobi)
    assert "did you mean 'regression'" in _refusal(cs.OptionError, lambda: fit.scores(method="regresion"))
    moments = cs.Moments.from_table(n=250, cov=mobi[list(model.items)].cov())
    assert "moments hold no rows" in _refusal(cs.DataError, lambda: fit.scores(moments))
    for rowless in (model.fit(moments), pickle.loads(pickle.dumps(fit))):
        assert "give data=" in _refusal(cs.DataError, rowless.scores)
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(fit)).scores(mobi), fit.scores())
    assert "has no construct" in _refusal(cs.ModelError, _fit("path_saturated").scores)
    with pytest.raises(cs.UnusableFitError, match=r"^Factor scores cannot be computed: "):
        _fit("unidentified_loop").scores()
    with pytest.warns(cs.InadmissibleFitWarning, match="scores come from an inadmissible fit"):
        _fit("heywood_indicator").scores()


def test_ten_berge_scores_have_the_covariances_of_the_constructs():
    fit = cs.Model.from_syntax(SMALL).fit(answers("mobi"))
    found = fit.scores(method="tenBerge")
    own = slice(fit.solution.table.constructs)
    latent = fit.solution.implied_moments.latent_cov[0, own, own]
    np.testing.assert_allclose(np.cov(found.T, ddof=0), latent, atol=1e-10 * np.abs(latent).max())
    np.testing.assert_allclose(found.mean(), 0.0, atol=1e-10)


def test_ten_berge_scores_are_psychs():
    folder = FOLDER.parent
    theirs = json.loads((folder / "lavaan-0.6-14-ordered-readings" / "figures.json").read_text())["ten_berge"]
    frame = pd.read_csv(folder / "lavaan-0.6-14-ordered" / "hs5.csv")
    model = cs.Model.from_syntax("visual =~ n1 + n2 + n3\ntextual =~ n4 + n5 + n6\nspeed =~ n7 + n8 + n9")
    scores = model.fit(frame).scores(method="tenBerge")
    # Of a default run of lavaan; psych's have variance 1 with divisor n - 1.
    np.testing.assert_allclose((scores / scores.std())[:20], theirs, atol=1e-4)


def test_scores_that_do_not_exist_are_refused():
    frame = pd.read_csv(FOLDER.parent / "lavaan-0.6-14-ordered" / "hs5.csv")
    model = cs.Model.from_syntax("visual =~ n1 + n2 + n3\ntextual =~ n4 + n5 + n6\nspeed =~ n7 + n8 + n9\n"
                                 "g =~ visual + textual + speed")  # fmt: skip
    fit = model.fit(frame)
    with pytest.raises(cs.ModelError, match="one construct is determined by others, or there are too few items"):
        fit.scores(method="tenBerge")
    # Of numeric answers the posterior is normal, and its mode the regression score.
    pd.testing.assert_frame_equal(fit.scores(method="EBM"), fit.scores(method="regression"))
