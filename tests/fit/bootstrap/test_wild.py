"""Wild replicates of a bootstrap: counted, named, and a robust scale beside the standard error they inflate."""

from __future__ import annotations

import pickle
import re
from html import escape

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.inference.bootstrap_intervals import WILD, interval

MODEL, SURVEY = cs.datasets.retail_survey_model(), cs.datasets.retail_survey()
SCALES = {item: SURVEY.scale_of(item) for item in MODEL.items}


def _small(seed):
    """A clustered survey of some 90 complete rows in 12 stores."""
    frame = cs.datasets.retail_survey().frame
    stores = np.random.default_rng(seed).permutation(frame.store.unique())[:12]
    return cs.Survey(frame[frame.store.isin(stores)].head(400), weights="weight", clusters="store", scale=SCALES)


@pytest.fixture(scope="module", params=[22, 34])
def drawn(request):
    return cs.bootstrap(MODEL.fit(_small(request.param), "MLR"), n=300, seed=1, progress=False)


def test_the_robust_scale_is_sane_where_the_standard_error_is_not(drawn):
    """The bootstrap's standard error of some path is over 8 times the linearised one."""
    paths = drawn.intervals().query("op == '~'").reset_index(drop=True)
    linearised = drawn.fit.paths["se"]
    assert (paths["se"] / linearised).max() > 8
    assert (paths["se_robust"] / linearised).between(0.7, 1.9).all()
    assert ((paths["ci_upper"] - paths["ci_lower"]) / linearised < 16).all()


def test_wild_replicates_are_named(drawn):
    wild, draws = drawn.wild, drawn.draws
    assert list(wild) == ["replicate", "values", "farthest", "distance", "inadmissible"]
    assert 0 < len(wild) < 0.1 * drawn.n
    assert wild["inadmissible"].mean() > 0.7
    scale = (draws.quantile(0.75) - draws.quantile(0.25)) / 1.349
    for row in wild.itertuples():
        away = abs(draws[row.farthest][row.replicate] - draws[row.farthest].median()) / scale[row.farthest]
        assert away == pytest.approx(row.distance, rel=0.1)
        assert row.distance > WILD
    tame = draws.drop(index=wild["replicate"]).dropna()
    assert (tame.std() / scale).max() < 3


def test_they_are_said_in_one_sentence(drawn):
    (said,) = (note for note in drawn.intervals().attrs["notes"] if note.code == "bootstrap.wild")
    assert said.fields["wild"] >= len(drawn.wild)
    assert said.fields["ratio"] > 8
    assert f"; {said.fields['inadmissible']} inadmissible) lie more than 10 robust" in said
    rows = said.fields["rows"]
    assert set(drawn.wild["replicate"][:2]) <= {*rows, *range(max(rows), drawn.n)}
    assert f"of 300 replicates (number {', '.join(map(str, rows))}" in said
    assert "稳健标准差" in said.text("zh")
    assert said.count(". ") == 0
    paths = cs.effects(drawn.fit, bootstrap=drawn)
    assert "bootstrap.wild" in [note.code for note in paths.attrs["notes"]]


def _readings(fit, drawn):
    """Every function that takes ``bootstrap=`` and shows standard errors or intervals, by name."""
    return {
        "effects": cs.effects(fit, bootstrap=drawn),
        "csi": cs.csi(fit, bootstrap=drawn),
        "csi by": cs.csi(fit, by="firm", bootstrap=drawn),
        "ipma": cs.improve.ipma(fit, "Loyalty", bootstrap=drawn),
        "ipma of items": cs.improve.ipma(fit, "Loyalty", of="items", bootstrap=drawn),
    }


@pytest.mark.filterwarnings("ignore::csisem.CsisemWarning")
def test_every_reading_counts_them_and_shows_a_robust_scale(drawn):
    """Where a standard error is inflated, the scale beside it is not, and one sentence says so."""
    for name, table in _readings(drawn.fit, drawn).items():
        errors = [column for column in table if column.endswith("se")]
        assert errors, name
        for column in errors:
            assert (table[f"{column}_robust"].isna() == table[column].isna()).all()
            assert ((table[f"{column}_robust"] == 0) == (table[column] == 0)).all()
        inflated = max((table[column] / table[f"{column}_robust"]).max() for column in errors)
        said = [note for note in table.attrs["notes"] if note.code == "bootstrap.wild"]
        assert len(said) == (inflated > 2) or inflated < 4, name
    found = cs.effects(drawn.fit, bootstrap=drawn)
    said = _wild(found.attrs["notes"])
    kind, value = said.fields["value"].split(" effect of ")
    row = found.set_index(["source", "target"]).loc[tuple(value.split(" on "))]
    assert row[f"{kind}_se"] == pytest.approx(said.fields["se"])
    assert row[f"{kind}_se_robust"] == pytest.approx(said.fields["robust"])


def test_the_page_of_the_bootstrap_counts_them(drawn):
    page, html, chinese = repr(drawn), drawn._repr_html_(), drawn.text("zh")
    assert page.startswith("Bootstrap (Rao-Wu), ")
    last = page.splitlines()[-1]
    assert last.startswith(
        f"{len(drawn.wild)} of 300 replicates (number {', '.join(map(str, drawn.wild['replicate'][:5]))}"
    )
    assert escape(last) in html
    assert "稳健标准差" in chinese
    assert not re.search("[a-z]{4,} [a-z]{3,}", chinese.replace("Loyalty", ""))
    assert pickle.loads(pickle.dumps(drawn)).text() == page


def _wild(notes):
    (said,) = (note for note in notes if getattr(note, "code", "") == "bootstrap.wild")
    return said


def test_groups_the_inner_model_and_the_measurement_count_them():
    """Sixty rows in two groups, with nearly collinear constructs."""
    rng = np.random.default_rng(4)
    scores = rng.normal(size=(60, 3))
    scores[:, 1] += 1.5 * scores[:, 0]
    scores[:, 1] /= scores[:, 1].std()
    scores[:, 2] += scores[:, 1] + scores[:, 0]
    answers = scores[:, [0, 0, 1, 1, 2, 2]] + 0.8 * rng.normal(size=(60, 6))
    frame = pd.DataFrame(answers, columns=["a1", "a2", "b1", "b2", "c1", "c2"]).assign(g=list("xy") * 30)
    model = cs.Model.from_syntax("A =~ a1 + a2\nB =~ b1 + b2\nC =~ c1 + c2\nB ~ A\nC ~ A + B")
    fit = model.fit(frame, "PLSc", groups="g")
    drawn = cs.bootstrap(fit, n=200, seed=1, progress=False)
    groups, inner = cs.compare_groups(fit, bootstrap=drawn), cs.diagnose.inner_model(fit, bootstrap=drawn)
    assert " [x - y]" in _wild(groups.attrs["notes"]).fields["value"]
    assert (groups["se"] / groups["se_robust"]).max() == pytest.approx(_wild(groups.attrs["notes"]).fields["ratio"])
    ratios = pd.concat([inner["se"] / inner["se_robust"], inner["f2_se"] / inner["f2_se_robust"]])
    assert ratios.max() == pytest.approx(_wild(inner.attrs["notes"]).fields["ratio"])
    for notes in (cs.diagnose.validity(fit, bootstrap=drawn).notes,
                  cs.diagnose.reliability(fit, bootstrap=drawn).attrs["notes"]):  # fmt: skip
        assert " of " in _wild(notes).fields["value"]


@pytest.mark.filterwarnings("ignore:The drivers 'c' are nearly:csisem.CsisemWarning")
def test_drivers_count_them():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(14, 4)), columns=["y", "a", "b", "c"]).assign(
        c=lambda f: f["a"] + f["b"] + np.where(np.arange(14) < 3, f["c"], 0.01 * f["c"])
    )
    found = cs.improve.drivers(frame, "y", ["a", "b", "c"], measures="regression", n=300, seed=1)
    said = _wild(found.attrs["notes"])
    assert (found["se"] / found["se_robust"]).max() == pytest.approx(said.fields["ratio"])
    assert "of a" in said.fields["value"] or "of b" in said.fields["value"] or "of c" in said.fields["value"]


def test_a_sane_bootstrap_says_nothing():
    fit = MODEL.fit(cs.datasets.retail_survey(), "MLR")
    drawn = cs.bootstrap(fit, n=200, seed=1, progress=False)
    assert drawn.text().splitlines() == ["Bootstrap (Rao-Wu), 200 replicates, seed 1"]
    said = {note.code for table in _readings(fit, drawn).values() for note in table.attrs["notes"]}
    # Of groups it is said that their measurement was not compared.
    assert said <= {"index.not_examined"}
    codes = [note.code for note in cs.diagnose.validity(fit, bootstrap=drawn).notes]
    assert "bootstrap.wild" not in codes
    table = drawn.intervals()
    assert table.attrs["notes"] == []
    assert drawn.wild.empty
    free = table["se"] > 0
    assert (table["se_robust"] / table["se"])[free].between(0.75, 1.3).all()
    assert (table.loc[~free, "se_robust"] == 0).all()


def test_the_rule():
    normal = np.random.default_rng(1).normal(size=(5000, 3))
    normal[7, 1], normal[8, 1], normal[9, 2] = 40, -40, np.inf
    found = interval(normal, np.zeros(3), "percentile")
    assert np.argwhere(found.wild).tolist() == [[7, 1], [8, 1]]
    assert found.robust == pytest.approx(np.ones(3), abs=0.03)
    assert found.se == pytest.approx([1, np.sqrt(1 + 3200 / 5000), 1], abs=0.03)
    assert found.lost == pytest.approx([0, 0, 1 / 5000])
    pd.testing.assert_frame_equal(
        pd.DataFrame(found.robust), pd.DataFrame(interval(normal, np.zeros(3), "normal").robust)
    )


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_quantiles_shrug_off_what_inflates_a_standard_deviation(share):
    values = np.random.default_rng(2).normal(size=(1000, 1))
    values[: int(share * 1000)] += 1e6
    found = interval(values, np.zeros(1), "percentile")
    assert found.robust.item() == pytest.approx(1, abs=0.6)
    assert found.wild.sum() == share * 1000
