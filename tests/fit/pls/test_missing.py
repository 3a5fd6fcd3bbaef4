"""Missing answers under PLS: moments against pandas, errors and bootstraps against refits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from composites import FULL, mobi_frame, paths
from csisem.covariance.full_information import saturated_em
from csisem.fit.bootstrap.replicate_moments import Resampled
from csisem.fit.pls.missing_answers import replicate_moments
from csisem.fit.pls.standard_errors import row_influence, slopes_of
from csisem.inference.resample import blocks, counts
from csisem.moments.resampled_moments import ReplicateMoments
from csisem.specification.construct import Construct
from csisem.survey.rows.rows import Gather

KINDS = ["mean", "pairwise", "em"]
# Derivatives by differences keep half of the digits of the fits, whose moments by maximum likelihood end at 1e-10.
DIFFERENCES = {"mean": 1e-6, "pairwise": 1e-6, "em": 1e-5}


def _constructs(*names, **modes):
    given = {construct.name: construct for construct in FULL.constructs}
    return [Construct(name, given[name].items, modes.get(name, "A")) for name in names]


MODEL = cs.Model(
    _constructs("Image", "Value", "Satisfaction", Value="B"), paths("Image Value -> Satisfaction", "Image -> Value")
)
ITEMS = list(MODEL.items)
# Rows that answer something.
USED = 228


@pytest.fixture(scope="module")
def frame():
    data = mobi_frame()
    # Blanks that go with the answers, so that no two kinds of moments are the same.
    for i, item in enumerate(ITEMS):
        blank = ((np.arange(250) * (i + 3)) % 13 == 0) | ((data["PERQ1"] < 6) & (np.arange(250) % 4 == i % 4))
        data.loc[blank, item] = np.nan
    data.loc[[17, 190], ITEMS] = np.nan
    return data.assign(half=np.where(np.arange(250) % 3 == 0, "a", "b"), w=1 + (np.arange(250) % 5) / 2)


def _cov(frame, kind):
    items = frame[ITEMS].dropna(how="all")
    return items.fillna(items.mean()).cov() if kind == "mean" else items.cov()


@pytest.mark.parametrize("kind", ["mean", "pairwise"])
def test_moments_are_those_of_pandas(frame, kind):
    fit = MODEL.fit(frame, "PLS", missing=kind)
    assert fit.n == USED
    wanted = MODEL.fit(cs.Moments.from_table(n=USED, cov=_cov(frame, kind)), "PLS")
    assert fit.solution.theta == pytest.approx(wanted.solution.theta, rel=1e-10)
    assert fit.implied_mean.to_numpy() == pytest.approx(frame[ITEMS].mean(), rel=1e-12)


def test_em_has_the_moments_of_full_information(frame):
    fit = MODEL.fit(frame, "PLS", missing="em")
    saturated = cs.Model([], [cs.Relation(a, "~~", b) for i, a in enumerate(ITEMS) for b in ITEMS[: i + 1]])
    free = saturated.fit(frame, missing="fiml")
    # Found by another optimisation, which stops at its own tolerance.
    assert fit.implied_mean.to_numpy() == pytest.approx(free.implied_mean[ITEMS], rel=1e-8)
    wanted = MODEL.fit(cs.Moments.from_table(n=USED, cov=free.implied_cov.loc[ITEMS, ITEMS]), "PLS")
    assert fit.solution.theta == pytest.approx(wanted.solution.theta, rel=1e-7)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("mean", "were replaced by their items' means"), ("pairwise", "pair by pair"), ("em", "maximum likelihood")],
)
def test_a_line_says_so(frame, kind, words):
    fit = MODEL.fit(frame, "PLS", missing=kind)
    blanks = int(frame[ITEMS].dropna(how="all").isna().sum().sum())
    assert fit.status.warnings[0].startswith("22 of 250 rows were left out because they hold none of the answers")
    assert fit.status.warnings[1].startswith(f"{blanks} blank answers in ")
    assert words in fit.status.warnings[1]
    assert fit.settings.missing == kind
    assert len(fit.judged(cs.Thresholds(small_sample=1000)).status.warnings) > len(fit.status.warnings)


@pytest.mark.parametrize("kind", KINDS)
def test_complete_answers_are_complete(kind):
    data = mobi_frame()
    fit, plain = MODEL.fit(data, "PLS", missing=kind), MODEL.fit(data, "PLS")
    columns = ["est", "se", "ci_lower"]
    # EM ends at 1e-10 of the moments.
    wanted = plain.parameters[columns].to_numpy()
    assert fit.parameters[columns].to_numpy() == pytest.approx(wanted, rel=1e-7, abs=1e-9)
    assert fit.status.warnings == plain.status.warnings


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("kind", KINDS)
def test_influence_is_the_derivative_of_refits(frame, kind, weighted):
    weights = frame["w"].to_numpy() if weighted else np.ones(250)
    fit = MODEL.fit(cs.Survey(frame, weights="w") if weighted else frame, "PLS", missing=kind)
    scores_of = row_influence(fit.solution, slopes_of(fit.solution, fit.solution.free))
    answers = np.concatenate(cs.Survey(frame).rows(fit.solution.table.observed).reduce(Gather()), axis=1)
    chosen = [1, 7, 11, 44, 121, 200]
    used = weights[scores_of.kept(answers)].sum()
    exact = scores_of(0, answers[:, chosen] - fit.solution.centre[0][:, None]).T / used
    h, numerical, data = 1e-3, [], frame.copy()
    for i in chosen:
        moved = []
        for sign in (1, -1):
            data["moved"] = weights
            data.loc[i, "moved"] = weights[i] + sign * h
            moved.append(MODEL.fit(cs.Survey(data, weights="moved"), "PLS", missing=kind).solution.theta)
        numerical.append((moved[0] - moved[1]) / (2 * h))
    assert np.abs(np.array(numerical) - exact).max() < DIFFERENCES[kind] * np.abs(exact).max()


@pytest.mark.parametrize("kind", KINDS)
def test_errors_from_the_influence(frame, kind):
    data = frame.assign(cluster=np.arange(250) // 6)
    fit = MODEL.fit(cs.Survey(data, weights="w", clusters="cluster"), "PLS", missing=kind)
    scores_of = row_influence(fit.solution, slopes_of(fit.solution, fit.solution.free))
    answers = np.concatenate(cs.Survey(frame).rows(fit.solution.table.observed).reduce(Gather()), axis=1)
    kept = scores_of.kept(answers)
    w = data["w"].to_numpy()[kept]
    own = w[:, None] * scores_of(0, answers[:, kept] - fit.solution.centre[0][:, None]).T / w.sum()
    totals = pd.DataFrame(own).groupby(data["cluster"].to_numpy()[kept]).sum().to_numpy()
    m = len(totals)
    away = totals - totals.mean(axis=0)
    assert fit.vcov == pytest.approx(m / (m - 1) * away.T @ away, rel=1e-9, abs=1e-13)
    plain = MODEL.fit(frame, "PLS", missing=kind)
    own = scores_of_plain(plain, answers[:, kept]) / kept.sum()
    assert plain.vcov == pytest.approx(own.T @ own, rel=1e-9, abs=1e-13)


def scores_of_plain(fit, answers):
    return row_influence(fit.solution, slopes_of(fit.solution, fit.solution.free))(
        0, answers - fit.solution.centre[0][:, None]
    ).T


PAIR = cs.Model(_constructs("Value", "Satisfaction"), paths("Value -> Satisfaction"))


@pytest.mark.parametrize("by", [None, "half"])
@pytest.mark.parametrize("kind", KINDS)
def test_index_is_a_statistic_of_the_weighted_rows(frame, kind, by):
    scale, few = dict.fromkeys(ITEMS, (1, 10)), frame.iloc[:70]
    fit = PAIR.fit(cs.Survey(few, scale=scale), "PLS", missing=kind)
    index = cs.csi(fit, by=by)
    if kind != "em":
        # Means of the answers there are.
        used = index.attrs["weights"][""]["Satisfaction"]
        groups = [few] if by is None else [few[few["half"] == label] for label in index["half"].unique()]
        wanted = [sum(w * (group[item].mean() - 1) / 9 * 100 for item, w in used.items()) for group in groups]
        assert index[index["construct"] == "Satisfaction"]["index"].to_numpy() == pytest.approx(wanted, rel=1e-12)
    h, numerical, data = 1e-3, [], few.copy()
    for i in few.index:
        moved = []
        for sign in (1, -1):
            data["moved"] = 1.0
            data.loc[i, "moved"] = 1 + sign * h
            one = PAIR.fit(cs.Survey(data, scale=scale, weights="moved"), "PLS", missing=kind)
            moved.append(cs.csi(one, by=by, se="standard")["index"].to_numpy())
        numerical.append((moved[0] - moved[1]) / (2 * h))
    variance = (np.array(numerical) ** 2).sum(axis=0)
    assert index["se"].to_numpy() ** 2 == pytest.approx(variance, rel=1e-4)


@pytest.mark.filterwarnings("ignore:The index of Value gives 'PERV1' a negative weight")
@pytest.mark.parametrize("kind", KINDS)
def test_replicates_are_fits_of_the_drawn_rows(frame, kind):
    survey = cs.Survey(frame, scale=dict.fromkeys(ITEMS, (1, 10)))
    fit = MODEL.fit(survey, "PLS", missing=kind)
    drawn = cs.bootstrap(fit, n=12, seed=3)
    resampled = Resampled.of(fit.solution, fit.data)
    often = np.concatenate(
        [counts(resampled.scheme, block)[:, resampled.unit] for block in blocks(drawn.seed, 12)]
    ).astype(np.intp)
    often[:, resampled.cell < 0] = 0
    again = [
        MODEL.fit(survey.with_answers(frame.iloc[np.repeat(np.arange(250), row)]), "PLS", missing=kind) for row in often
    ]
    assert drawn.replicates.theta == pytest.approx(np.array([one.solution.theta for one in again]), rel=1e-6)
    for by in (None, "half"):
        index = cs.csi(fit, by=by, bootstrap=drawn, interval="normal")
        keys = ["construct"] if by is None else ["half", "construct"]
        stack = np.array([cs.csi(one, by=by, se="standard").set_index(keys)["index"]
                          .reindex(index.set_index(keys).index) for one in again])  # fmt: skip
        assert index["se"].to_numpy() == pytest.approx(stack.std(axis=0, ddof=1), rel=1e-6)


def test_replicates_that_em_is_slow_with_are_finished_by_newton(frame, monkeypatch):
    fit = MODEL.fit(frame, "PLS", missing="em")
    drawn = cs.bootstrap(fit, n=20, seed=3)
    monkeypatch.setattr(saturated_em, "_MOST_STEPS", 3)
    finished = cs.bootstrap(fit, n=20, seed=3)
    assert not np.array_equal(finished.replicates.theta, drawn.replicates.theta)
    assert finished.replicates.theta == pytest.approx(drawn.replicates.theta, rel=1e-7)


def test_a_replicate_in_which_nobody_answers_two_items_is_lost():
    few = mobi_frame().astype(float)
    others = few.index[few.index % 6 != 0]
    few.loc[others[::2], "IMAG1"] = np.nan
    few.loc[others[1::2], "PERV1"] = np.nan
    fit = MODEL.fit(few, "PLS", missing="em")
    patterns = fit.solution.patterns
    weight = np.stack([patterns.weight, np.where(patterns.answered.all(axis=1), 0, patterns.weight)])
    twice = ReplicateMoments(weight, *(np.stack([part, part]) for part in (patterns.mean, patterns.cov)))
    found = replicate_moments(fit.solution, patterns, twice)
    assert found.cov[0] == pytest.approx(fit.solution.column_cov, rel=1e-8)
    assert found.weight[0] == pytest.approx([250.0])
    assert np.isnan(found.cov[1]).all()


def test_draws_in_which_nobody_answers_two_items_are_counted_as_such():
    few = mobi_frame().astype(float)
    both = [60, 120, 180, 240]
    others = few.index.difference(both)
    few.loc[others[::2], "IMAG1"] = np.nan
    few.loc[others[1::2], "PERV1"] = np.nan
    fit = MODEL.fit(few, "PLS", missing="pairwise")
    with pytest.warns(cs.CsisemWarning, match="replicates"):
        drawn = cs.bootstrap(fit, n=128, seed=2)
    resampled = Resampled.of(fit.solution, fit.data)
    often = np.concatenate([counts(resampled.scheme, block)[:, resampled.unit] for block in blocks(drawn.seed, 128)])
    # A covariance of a pair takes two rows; the same row twice has a covariance of nothing with itself.
    nobody = often[:, both].sum(axis=1) < 2
    assert nobody.any()
    told = drawn.failures.set_index("reason")["replicates"]
    reason = "The moments of the incomplete answers do not exist, or nobody answered some pair of items."
    assert told[reason] == nobody.sum()


@pytest.mark.parametrize("kind", KINDS)
def test_scores_of_rows_with_blanks(frame, kind):
    fit = MODEL.fit(frame, "PLS", missing=kind)
    scores = fit.scores()
    assert scores.loc[[0, 13, 17, 190]].isna().to_numpy().all()
    complete = frame[ITEMS].notna().all(axis=1)
    weights = fit.solution.found.raw_weights[0, :, 2]
    centred = frame[ITEMS] - fit.solution.sample_mean[0]
    assert scores["Satisfaction"][complete].to_numpy() == pytest.approx(centred[complete].to_numpy() @ weights)
    if kind == "mean":
        some = frame[ITEMS].notna().any(axis=1)
        assert scores["Satisfaction"][some].to_numpy() == pytest.approx(centred.fillna(0)[some].to_numpy() @ weights)
    assert scores["Satisfaction"].notna().sum() == (complete.sum() if kind == "pairwise" else USED)


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"PERV1": np.nan}, {"missing": "mean"}, "Nobody answered 'PERV1'; leave it out."),
        ({}, {"missing": "fiml"}, "takes 'em', the moments by maximum likelihood without a model"),
    ],
)
def test_refusals(frame, change, options, words):
    with pytest.raises((cs.DataError, cs.OptionError), match=words):
        MODEL.fit(frame.assign(**change), "PLS", **options)


def test_what_needs_complete_rows(frame):
    moderated = cs.Model(
        _constructs("Image", "Value", "Satisfaction"), paths("Image Value Image:Value -> Satisfaction")
    )
    with pytest.raises(cs.OptionError, match="no products of blank answers, and the model has the interaction 'Image:"):
        moderated.fit(frame, "PLS", missing="em")
    with pytest.raises(cs.DataError, match="missing='mean' needs rows, and moments hold none"):
        MODEL.fit(cs.datasets.mobile_phone(), "PLS", missing="mean")
    rest = frame.copy()
    rest.loc[rest["CUSA1"].notna(), "CUSA2"] = np.nan
    with pytest.raises(cs.DataError, match=r"No row answers both '.*', so nothing is known of their covariance"):
        MODEL.fit(rest, "PLS", missing="pairwise")
