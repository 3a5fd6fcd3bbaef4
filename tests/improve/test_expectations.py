"""The template of eight service expectations against paired differences, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from refusals import refusal

# Names made up for the test; counts as far as the texts print them: 2, 3, 6, 4 ... 6.
COUNTS = (2, 3, 6, 4, 1, 2, 3, 6)
TREE = {
    f"期望{k + 1}": {f"项{k + 1}.{j}": (f"e{k}_{j}", f"a{k}_{j}") for j in range(count)}
    for k, count in enumerate(COUNTS)
}


@pytest.fixture(scope="module")
def survey():
    generator = np.random.default_rng(8)
    n = 120
    answers = {}
    for place, (expected, actual) in enumerate(pair for items in TREE.values() for pair in items.values()):
        answers[expected] = generator.integers(4, 11, size=n).astype(float)
        # Items take turns: below what is expected, as expected, above it.
        moved = answers[expected] + (-4, 0, 2)[place % 3] + generator.integers(-1, 2, size=n)
        answers[actual] = np.clip(moved, 0, 10)
    frame = pd.DataFrame(answers).mask(generator.uniform(size=(n, len(answers))) < 0.05)
    return cs.Survey(frame.assign(shop=np.arange(n) // 6, city=np.arange(n) % 2), scale=(0, 10), items=list(frame))


def test_means_gaps_and_signs_by_hand(survey):
    found = cs.improve.service_expectations(survey, TREE).set_index("item")
    assert found["level"].value_counts().to_dict() == {"item": sum(COUNTS), "expectation": 8, "total": 1}
    both = survey.frame[["e0_0", "a0_0"]].dropna()
    own = found.loc["项1.0"]
    assert own["n"] == len(both)
    assert own["expected"] == pytest.approx(both["e0_0"].mean(), rel=1e-12)
    assert own["actual"] == pytest.approx(both["a0_0"].mean(), rel=1e-12)
    # Of the 120 rows those that lack an answer count as zeros.
    away = (both["a0_0"] - both["e0_0"]) - (both["a0_0"] - both["e0_0"]).mean()
    assert own["se"] == pytest.approx(((away**2).sum() / len(both) ** 2 * 120 / 119) ** 0.5, rel=1e-10)
    items = found[found["level"] == "item"]
    assert items["sign"].tolist()[:3] == ["<", "=", ">"]
    assert (np.sign(items["gap"])[items["sign"] != "="] == items["sign"].map({"<": -1, ">": 1}).dropna()).all()
    assert ((items["pvalue"] < 0.05) == (items["sign"] != "=")).all()
    six = [f"项3.{j}" for j in range(6)]
    assert found.loc["期望3", "gap"] == pytest.approx(found.loc[six, "gap"].mean(), rel=1e-11)
    every = [f"期望{k + 1}" for k in range(8)]
    assert found.loc["Total", "gap"] == pytest.approx(found.loc[every, "gap"].mean(), rel=1e-11)
    np.testing.assert_allclose(np.sqrt(np.diag(found.attrs["covariance"])), found["se"], rtol=1e-10)


def test_words_follow_the_actual_mean(survey):
    words = ("失望", "还可以", "眼睛一亮")
    found = cs.improve.service_expectations(survey, TREE, language="zh", cuts=(4, 7), by="city")
    place = (found["actual"] >= 4).astype(int) + (found["actual"] >= 7)
    assert found["word"].tolist() == [words[k] for k in place]
    assert set(found["word"]) == set(words)
    english = cs.improve.service_expectations(survey, TREE, cuts=(4, 7), by="city")
    names = dict(zip(words, ("disappointing", "all right", "delightful"), strict=True))
    assert english["word"].tolist() == [names[word] for word in found["word"]]


def test_weights_and_designs_are_those_of_gaps(survey):
    weights = dict(zip(TREE, (0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), strict=True))
    design = cs.Design(clusters="shop")
    found = cs.improve.service_expectations(survey, TREE, weights=weights, design=design)
    pairs = {item: pair for items in TREE.values() for item, pair in items.items()}
    members = {name: list(items) for name, items in TREE.items()}
    theirs = cs.improve.gaps(survey, pairs, dimensions=members, weights=weights, design=design)
    np.testing.assert_allclose(found[["gap", "se"]] * 10, theirs[["gap", "se"]], rtol=1e-12)


@pytest.mark.parametrize(
    ("tree", "options", "words"),
    [
        (dict(list(TREE.items())[:7]), {}, "The template has eight expectations, and there are 7; gaps() takes any"),
        (TREE | {"期望2": {}}, {}, "The expectation '期望2' has no items."),
        (TREE | {"期望2": TREE["期望1"]}, {}, "Items '项1.0', '项1.1' are in '期望2' and in another expectation."),
        (TREE | {"期望2": {"x": ("e0_0",)}}, {}, "The item 'x' needs two columns"),
        (TREE | {"期望2": ["e0_0"]}, {}, "expectations['期望2']= must be a mapping or a Series"),
        (5, {}, "expectations= must be a mapping or a Series, from each name to its items; got 5."),
        (TREE | {"期望2": {"x": ("e0_0", "a0_00")}}, {}, "There is no column 'a0_00' (named as an item) (did you mean"),
        (TREE, {"cuts": (7, 4)}, "cuts=(7, 4) must rise."),
        (TREE, {"cuts": 5}, "cuts= takes two numbers"),
        (TREE, {"cuts": (3, 11)}, "cuts=11 is not a finite number from 0 to 10."),
        (TREE, {"language": "de"}, "language='de' is not one of 'en', 'zh'"),
    ],
)
def test_refusals(survey, tree, options, words):
    assert words in refusal(cs.CsisemError, lambda: cs.improve.service_expectations(survey, tree, **options))


def test_another_scale_is_refused(survey):
    other = cs.Survey(survey.frame, scale=(0, 11), items=["e0_0"])
    text = refusal(cs.ScaleError, lambda: cs.improve.service_expectations(other, TREE))
    assert text == "Expectations are asked on 0-10; 'e0_0' has the scale 0-11."
