"""Strata of which nobody answered, or nobody counts: all of `cs.diagnose` says so, and keeps the others' results."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs

ITEMS = ["e1", "e2", "e3"]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return cs.datasets.retail_survey().frame


def _survey(frame, **design):
    return cs.Survey(frame, scale=dict.fromkeys([*ITEMS, "q1"], (1, 10)), design=cs.Design(**design))


@pytest.fixture(scope="module")
def silent(frame):
    """Nobody of Alder answered e1."""
    blank = frame.copy()
    blank.loc[blank["firm"] == "Alder", "e1"] = np.nan
    return _survey(blank, weights="weight", strata="region", clusters="store")


@pytest.fixture(scope="module")
def weightless(frame):
    """Alder's weights are all zero."""
    return _survey(frame.assign(weight=frame["weight"].where(frame["firm"] != "Alder", 0.0)), weights="weight")


FRAMES = {
    "alpha": lambda s: cs.diagnose.alpha(s, ITEMS, by="firm"),
    "omega": lambda s: cs.diagnose.omega(s, ITEMS, by="firm"),
    "ordinal_alpha": lambda s: cs.diagnose.ordinal_alpha(s, ITEMS, by="firm"),
    "split_half": lambda s: cs.diagnose.split_half(s, ITEMS, by="firm"),
    "item_statistics": lambda s: cs.diagnose.item_statistics(s, ITEMS, by="firm"),
    "reliability": lambda s: cs.diagnose.reliability(s, {"E": ITEMS}, by="firm"),
    "frequencies": lambda s: cs.diagnose.frequencies(s, "e1", by="firm"),
}
PAGES = {
    "anova": lambda s: cs.diagnose.anova(s, "e1", by="firm"),
    "variances": lambda s: cs.diagnose.variances(s, "e1", by="firm"),
    "crosstab": lambda s: cs.diagnose.crosstab(s, "e1", by="firm"),
    "disconfirmation": lambda s: cs.diagnose.disconfirmation(s, [("e1", "q1")], by="firm"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_warns_of_a_stratum_without_answers(silent, name):
    with pytest.warns(cs.CsisemWarning, match=r"^No row of 'Alder' of 'firm' answered 'e1'"):
        found = FRAMES[name](silent)
    assert set(found["firm"]) == {"Birch", "Cedar"}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_notes_a_stratum_without_answers(silent, name):
    assert any("No row of 'Alder' of 'firm' answered 'e1'" in note for note in PAGES[name](silent).notes)


@pytest.mark.parametrize("name", [*FRAMES, *PAGES])
def test_a_stratum_without_weight_is_refused_by_name(weightless, name):
    with pytest.raises(
        cs.DataError, match=r"^The weights of 'Alder' of 'firm' add up to zero, so there is no estimate"
    ):
        (FRAMES | PAGES)[name](weightless)


@pytest.mark.parametrize("drawn", [False, True])
def test_omega_of_a_stratum_does_not_hang_on_the_others(frame, drawn):
    design = {"weights": "weight", "strata": "region", "clusters": "store"} if drawn else {}
    whole = cs.diagnose.omega(_survey(frame, **design), ITEMS, by="firm").set_index("firm")
    few = frame.copy()
    answered = few.index[(few["firm"] == "Alder") & few[ITEMS].notna().all(axis=1)]
    few.loc[few["firm"] == "Alder", "e1"] = few["e1"].where(few.index.isin(answered[:3]))
    found = cs.diagnose.omega(_survey(few, **design), ITEMS, by="firm").set_index("firm")
    assert np.isnan(found.loc["Alder", "omega"])
    assert "in group Alder is singular: 3 complete rows" in found.loc["Alder", "method"]
    for firm in ("Birch", "Cedar"):
        assert found.loc[firm, "omega"] == pytest.approx(whole.loc[firm, "omega"], rel=1e-6)
        assert found.loc[firm, "method"] == "one factor"


def test_strata_of_numbers_keep_their_labels(frame):
    blank = frame.assign(firm=frame["firm"].map({"Alder": 1, "Birch": 2, "Cedar": 3}))
    blank.loc[blank["firm"] == 1, "e1"] = np.nan
    with pytest.warns(cs.CsisemWarning, match="No row of '1' of 'firm'"):
        found = cs.diagnose.omega(_survey(blank), ITEMS, by="firm")
    assert found["firm"].tolist() == [2, 3]
    assert found["omega"].notna().all()


@pytest.mark.parametrize("call", [
    lambda s: cs.diagnose.alpha(s, ITEMS, level=95), lambda s: cs.diagnose.omega(s, ITEMS, level=95),
    lambda s: cs.diagnose.icc(s, ITEMS, level=95), lambda s: cs.diagnose.variances(s, "e1", by="firm", level=95),
    lambda s: cs.diagnose.anova(s, "e1", by="firm", level="0.95"),
])  # fmt: skip
def test_levels_are_shares(frame, call):
    with pytest.raises(cs.OptionError, match=r"^level=\S+ is not between 0 and 1\.$"):
        call(_survey(frame))


def test_ties_outlast_rounding():
    """Sums of the same answers in another order of adding up differ in their last digits, and are ties all the same."""
    generator = np.random.default_rng(5)
    frame = pd.DataFrame({"x": generator.integers(1, 8, size=300) / 7, "group": np.arange(300) % 3})
    shaken = frame.assign(x=frame["x"] * (1 + generator.choice([-1, 0, 1], size=300) * 2.0**-52))
    assert shaken["x"].nunique() > frame["x"].nunique()
    for test in (cs.diagnose.variances, cs.diagnose.anova):
        one, other = (test(data, "x", by="group").table.iloc[:, 1:4] for data in (frame, shaken))
        np.testing.assert_allclose(other.to_numpy(dtype=float), one.to_numpy(dtype=float), rtol=1e-9)
