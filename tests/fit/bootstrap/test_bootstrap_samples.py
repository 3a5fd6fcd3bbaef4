"""Bootstraps under designs, of small samples and of skewed statistics; what fails, and what is refused."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.errors import CsisemError
from csisem.fit.bootstrap.covariance_replicates import scored
from csisem.inference.bootstrap_intervals import acceleration_of, interval
from lavaan_golden import answers
from replicates_golden import by_the_rule, drawn_frame

# Standard deviations of B draws are compared within five of their own relative errors, 1/sqrt(2 B).
SIGMAS = 5.0
# Linearised and bootstrap errors of paths agree to first order only; with 60 clusters a tenth is left.
SECOND_ORDER = 0.12
# Differences of refits at weights 1 +- 1e-4 have an error of 1e-8 times their third derivative, and lose digits.
DIFFERENCED = 1e-5
TEXT = "Q =~ x1 + x2 + x3\nS =~ x4 + x5 + x6\nS ~ Q"
ITEMS = ["x1", "x2", "x3", "x4", "x5", "x6"]
MODEL = cs.Model.from_syntax(TEXT)


@pytest.fixture(scope="module")
def frame():
    """300 rows in 60 clusters of 5, 30 clusters a stratum, with weights."""
    rows = np.arange(300)
    return answers("holzinger")[:300][ITEMS].reset_index(drop=True).astype(float).assign(
        branch=rows // 5, area=np.where(rows < 150, "east", "west"), w=1 + rows % 3, half=rows % 2,
        size=np.where(rows < 150, 40, 75),
    )  # fmt: skip


def _survey(frame, **columns):
    return cs.Survey(frame, scale=dict.fromkeys(ITEMS, (0, 10)), **columns)


DESIGNS = {
    "clusters": {"clusters": "branch"},
    "strata": {"clusters": "branch", "strata": "area"},
    "finite": {"clusters": "branch", "strata": "area", "fpc": "size"},
    "weights": {"clusters": "branch", "strata": "area", "weights": "w"},
    "rows": {"strata": "area"},
}


@pytest.mark.parametrize("name", DESIGNS)
def test_clusters_are_drawn_within_strata(frame, name):
    fit = MODEL.fit(_survey(frame, **DESIGNS[name]), estimator="MLR")
    drawn = cs.bootstrap(fit, n=2000, seed=5)
    assert "Rao-Wu" in drawn.intervals().attrs["method"]
    error = SIGMAS / np.sqrt(2 * 2000)
    ratio = np.nanstd(drawn.replicates.theta, axis=0, ddof=1) / np.sqrt(np.diagonal(fit.vcov))
    assert (np.abs(ratio - 1) < error + SECOND_ORDER).all(), ratio
    # An index with equal weights is a mean, whose error the scheme reproduces (as a ratio where weights differ).
    linear, bootstrap = (cs.csi(fit, item_weights="equal", bootstrap=b)["se"] for b in (None, drawn))
    assert (np.abs(bootstrap / linear - 1) < error + 0.01 * (name == "weights")).all()


def test_weights_alone_draw_rows(frame):
    fit = MODEL.fit(_survey(frame, weights="w"), estimator="MLR")
    drawn = cs.bootstrap(fit, n=1000, seed=6)
    assert drawn.intervals().attrs["method"] == "bootstrap, percentile, 1000 replicates"
    ratio = np.nanstd(drawn.replicates.theta, axis=0, ddof=1) / np.sqrt(np.diagonal(fit.vcov))
    assert (np.abs(ratio - 1) < SIGMAS / np.sqrt(2 * 1000) + SECOND_ORDER).all()


def test_weighted_replicates_by_refitting(frame, monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.replicate_moments.counts", by_the_rule)
    monkeypatch.setattr("csisem.fit.bootstrap.refit.TOLERANCE", 1e-20)
    drawn = cs.bootstrap(MODEL.fit(_survey(frame, weights="w"), groups="area"), n=3, seed=1)
    for b in range(3):
        again = MODEL.fit(_survey(drawn_frame(frame, b + 1, "area"), weights="w"), groups="area")
        np.testing.assert_allclose(drawn.replicates.theta[b], again.solution.theta, rtol=1e-6)
        assert drawn.replicates.chisq[b] == pytest.approx(again.fit_measures()["chisq"], rel=1e-6)


def _by_weights(frame, units, design, **options):
    """Influence of units (U, q) on all free parameters, from refits with a unit's rows weighted up and down."""
    values = []
    for unit in pd.unique(units):
        ends = []
        for step in (1e-4, -1e-4):
            weight = np.where(units == unit, 1 + step, 1.0) * (frame[design["weights"]] if design else 1.0)
            ends.append(MODEL.fit(_survey(frame.assign(u=weight), weights="u"), **options).solution.theta)
        values.append((ends[0] - ends[1]) / 2e-4)
    return np.array(values)


@pytest.mark.parametrize("kind", ["rows", "clusters", "incomplete"])
def test_acceleration_is_the_skewness_of_the_influence(frame, kind):
    some = frame[:150] if kind == "clusters" else frame[::5].reset_index(drop=True)
    if kind == "incomplete":
        some = _with_gaps(some)
    design = {"clusters": "branch", "weights": "w"} if kind == "clusters" else {}
    options = {"missing": "fiml"} if kind == "incomplete" else {}
    fit = MODEL.fit(_survey(some, **design), estimator="MLR" if design else "ML", **options)
    units = some["branch"].to_numpy() if design else np.arange(len(some))
    influence = _by_weights(some, units, design, **options)
    powers = np.stack([influence, influence**2, influence**3]).sum(axis=1)
    expected = acceleration_of(powers[:, None], np.array([len(influence)]))
    found = cs.bootstrap(fit, n=2, seed=1).replicates.accelerations(
        scored(fit.solution, np.eye(fit.solution.structure.q))
    )
    np.testing.assert_allclose(found, expected, rtol=DIFFERENCED * 10, atol=DIFFERENCED)
    assert np.abs(expected).max() > 0.02


def test_bca_takes_this_acceleration(frame):
    fit = MODEL.fit(frame)
    drawn = cs.bootstrap(fit, n=1000, seed=8)
    skewed = drawn.replicates.accelerations(scored(fit.solution, np.eye(fit.solution.structure.q)))
    expected = interval(drawn.replicates.theta, fit.solution.theta, "bca", acceleration=skewed)
    table = drawn.intervals(interval="bca")
    free = table[fit.parameters["se"] > 0]
    np.testing.assert_allclose(free["ci_lower"], expected.lower, rtol=1e-10)
    np.testing.assert_allclose(free["ci_upper"], expected.upper, rtol=1e-10)
    assert table.attrs["method"] == "bootstrap, BCa, 1000 replicates"
    plain = interval(drawn.replicates.theta, fit.solution.theta, "bca")
    assert (plain.upper != expected.upper).mean() > 0.5


@pytest.mark.filterwarnings("ignore::csisem.errors.CsisemWarning")
def test_inadmissible_replicates_are_those_the_verdict_refuses(frame, monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.replicate_moments.counts", by_the_rule)
    some = frame[100:150].reset_index(drop=True)
    drawn = cs.bootstrap(MODEL.fit(some), n=40, seed=1)
    flagged = np.any(list(drawn.replicates.inadmissible.values()), axis=0)
    assert 2 < flagged.sum() < 38
    for b in drawn.replicates.fitted:
        again = MODEL.fit(drawn_frame(some, int(b) + 1))
        # From the parent's estimate some samples converge that do not from their own start.
        assert not again.status.converged or again.status.admissible != flagged[b], b
    assert drawn.draws.notna().any(axis=1).sum() == len(drawn.replicates.fitted)


def test_failed_replicates_are_counted_and_many_leave_no_intervals(frame):
    some = pd.concat([frame[100:107]] * 2)
    fit = cs.Model.from_syntax("Q =~ x1 + x2 + x3 + x4 + x5").fit(some)
    assert fit
    with pytest.warns(cs.CsisemWarning, match="have no solution, more than 10%"):
        drawn = cs.bootstrap(fit, n=200, seed=1)
    failures = drawn.failures
    lost = failures[~failures["kept"]]
    assert lost["replicates"].sum() == 200 - len(drawn.replicates.fitted) > 20
    assert "The covariances of the drawn rows are singular." in set(lost["reason"])
    table = drawn.intervals()
    assert table[["se", "ci_lower", "ci_upper", "std_se"]].isna().all(axis=None)
    assert table["est"].notna().all()
    assert "so there are no bootstrap standard errors and intervals." in table.attrs["notes"][0]
    assert "have no solution" in repr(drawn)
    assert drawn.draws.isna().all(axis=1).sum() == lost["replicates"].sum()
    assert cs.effects(fit, bootstrap=drawn).attrs["notes"] == list(drawn.notes)


def test_progress(frame, capsys):
    fit = MODEL.fit(frame)
    cs.bootstrap(fit, n=40, seed=1, progress=True)
    assert "40/40" in capsys.readouterr().err
    cs.bootstrap(fit, n=40, seed=1)
    assert not capsys.readouterr().err


def _refused(kind, call):
    with pytest.raises(kind) as caught:
        call()
    text = str(caught.value)
    assert isinstance(caught.value, CsisemError)
    assert re.fullmatch(r"[^\n]*\.", text)
    return text


def test_refusals(frame):
    fit = MODEL.fit(_survey(frame))
    again = partial(cs.bootstrap, fit)
    said = partial(_refused, cs.OptionError)
    assert "(did you mean 'parametric'?)" in said(lambda: again(method="parametrc"))
    assert "n=1 is not a whole number of at least 2" in said(lambda: again(n=1))
    assert "n=True is not" in said(lambda: again(n=True))
    assert "seed='a' is not" in said(lambda: again(seed="a"))
    assert "workers=0 is not" in said(lambda: again(workers=0))
    assert "progress=2 is not" in said(lambda: again(progress=2))
    assert "progress=array([1, 1]) is not" in said(lambda: again(progress=np.ones(2, dtype=int)))
    assert "takes a fit, not 'DataFrame'" in said(lambda: cs.bootstrap(frame))
    assert "under= belongs to" in said(lambda: again(under=fit))
    other = MODEL.fit(frame[:200])
    assert "other items, groups or rows" in _refused(cs.ModelError, lambda: again(method="bollen-stine", under=other))
    drawn = cs.bootstrap(fit, n=38, seed=1)
    assert "takes at least 39 replicates" in said(drawn.intervals)
    assert "level=95 is not between 0 and 1" in said(lambda: drawn.intervals(level=95))
    assert "(did you mean 'percentile'?)" in said(lambda: drawn.intervals(interval="percentil"))
    assert "replicates of another fit" in said(lambda: cs.effects(other, bootstrap=drawn))
    assert "bootstrap= takes the result of bootstrap()" in said(lambda: cs.csi(fit, bootstrap=500))
    assert "takes results of bootstrap()" in said(lambda: cs.compare(fit, fit, bootstrap=500))


def test_fits_that_are_not_bootstrapped(frame):
    said = partial(_refused, cs.OptionError)
    assert "fourth moments" in said(lambda: cs.bootstrap(MODEL.fit(frame, estimator="DWLS")))
    assert "fit.imputed.fits" in said(lambda: cs.bootstrap(MODEL.fit([frame, frame.copy()])))
    moments = cs.Moments.from_table(n=300, cov=frame[ITEMS].cov())
    assert "use method='parametric'" in _refused(cs.DataError, lambda: cs.bootstrap(MODEL.fit(moments)))


def test_designs_that_a_method_does_not_take(frame):
    said = partial(_refused, cs.DesignError)
    fit = MODEL.fit(_survey(frame, clusters="branch"), estimator="MLR")
    for method in ("bollen-stine", "parametric"):
        assert "these answers have a sampling design" in said(lambda method=method: cs.bootstrap(fit, method=method))
    replicated = frame.assign(r1=frame["w"], r2=1.0, r3=frame["w"] * 1.5)
    survey = _survey(replicated, weights="w", replicate_weights=["r1", "r2", "r3"], replicate_type="bootstrap")
    assert "replicates already" in said(lambda: cs.bootstrap(MODEL.fit(survey, estimator="MLR")))
    weighted = MODEL.fit(_survey(frame, weights="w"), estimator="MLR")
    assert "simple random samples" in said(lambda: cs.bootstrap(weighted, method="parametric"))
    staged = frame.assign(person=np.arange(300), many=100)
    survey = _survey(staged, clusters=["branch", "person"], fpc=["size", "many"], strata="area")
    assert "later stages" in said(lambda: cs.bootstrap(MODEL.fit(survey, estimator="MLR")))
    lone = frame.assign(area=np.where(frame["branch"] == 0, "islet", frame["area"]))
    survey = cs.Survey(lone, clusters="branch", strata="area", lonely="adjust")
    assert "a stratum with a single unit" in said(lambda: cs.bootstrap(MODEL.fit(survey, estimator="MLR")))


def _with_gaps(frame):
    """Every third row lacks an item, every tenth another."""
    blank = frame.copy()
    for i in range(0, len(blank), 3):
        blank.loc[i, ITEMS[i % 5]] = np.nan
    for i in range(0, len(blank), 10):
        blank.loc[i, ITEMS[(i // 10 + 2) % 6]] = np.nan
    return blank


UNANSWERED = [4, 151, 152, 153, 299]
INCOMPLETE = {
    "plain": (TEXT, {}, {}),
    "groups": (TEXT, {"groups": "area", "equal": ["loadings", "residuals"]}, {}),
    "weights": (TEXT, {}, {"weights": "w"}),
    "auxiliary": (TEXT.replace(" + x6", ""), {"auxiliary": ["x6"]}, {}),
    "exogenous": (TEXT + " + size + w", {}, {}),
}


@pytest.mark.filterwarnings("ignore::csisem.errors.InadmissibleFitWarning")
@pytest.mark.parametrize("name", INCOMPLETE)
def test_incomplete_rows_by_refitting(frame, name, monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.replicate_moments.counts", by_the_rule)
    monkeypatch.setattr("csisem.fit.bootstrap.refit.TOLERANCE", 1e-20)
    text, options, columns = INCOMPLETE[name]
    blank, model = _with_gaps(frame), cs.Model.from_syntax(text)
    blank.loc[UNANSWERED, ITEMS] = np.nan
    # A row without any answer is not fitted and not drawn; with predictors it has answers.
    used = blank if name == "exogenous" else blank.drop(index=UNANSWERED)
    fit = model.fit(_survey(blank, **columns), missing="fiml", **options)
    assert len(fit.solution.patterns.n) >= 8
    drawn = cs.bootstrap(fit, n=3, seed=1)
    again = [model.fit(_survey(drawn_frame(used, b + 1, options.get("groups")), **columns), missing="fiml", **options)
             for b in range(3)]  # fmt: skip
    for b in range(3):
        np.testing.assert_allclose(drawn.draws.loc[b], again[b].parameters["est"], rtol=1e-6, atol=1e-7)
    assert np.isnan(drawn.replicates.chisq).all()
    if name == "exogenous":
        return
    for by in (None, "half"):
        found = cs.csi(fit, by=by, item_weights="loadings", bootstrap=drawn, interval="normal", invariance=False)
        keys = list(found.columns[: found.columns.get_loc("n")])
        place = found.sort_values(keys).index
        refits = [
            cs.csi(one, by=by, item_weights="loadings", invariance=False).sort_values(keys)["index"] for one in again
        ]
        covariance = np.array(found.attrs["covariance"])[np.ix_(place, place)]
        np.testing.assert_allclose(covariance, np.cov(np.array(refits).T), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("columns", [{}, {"clusters": "branch", "strata": "area", "weights": "w"}])
def test_rows_without_any_answer_change_no_replicate(frame, columns):
    """Also where whole clusters are drawn, with these rows in them."""
    blank = _with_gaps(frame)
    blank.loc[UNANSWERED, ITEMS] = np.nan
    with_them, without = (
        cs.bootstrap(MODEL.fit(_survey(some, **columns), missing="fiml", estimator="MLR"), n=4, seed=1).draws
        for some in (blank, blank.drop(index=UNANSWERED))
    )
    np.testing.assert_allclose(with_them, without, rtol=1e-6, atol=1e-8)


def test_strata_that_were_counted_in_full_have_no_skewness(frame):
    """With the finite population sampled whole in one stratum, only the other's clusters move the estimates."""
    half = np.where(frame["area"] == "east", 30, 10**9)
    survey = _survey(frame.assign(many=half), clusters="branch", strata="area", fpc="many")
    fit = MODEL.fit(survey, estimator="MLR")
    found = cs.bootstrap(fit, n=2, seed=1).replicates.accelerations(
        scored(fit.solution, np.eye(fit.solution.structure.q))
    )
    influence = _by_weights(frame, frame["branch"].to_numpy(), {})[30:]
    away = influence - influence.mean(axis=0)
    expected = (away**3).sum(axis=0) / (6 * (away**2).sum(axis=0) ** 1.5)
    np.testing.assert_allclose(found, expected, rtol=DIFFERENCED * 10, atol=DIFFERENCED)
