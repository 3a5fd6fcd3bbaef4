"""The file of a wave: read by the programme's declarations, or refused in a sentence with nothing copied."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from refusals import refusal
from shop import PARTS, SIZES, answers, write

FORM = cs.templates.questionnaire("retail_customers", "zh")


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    made = cs.Programme.new(tmp_path_factory.mktemp("one") / "shop", FORM, **PARTS)
    return made.drop("labels", why="看不懂。", step="pretest")


@pytest.fixture(scope="module")
def frame(programme):
    return answers(programme.questionnaire, 60, 1)


def with_cell(frame, column, value):
    changed = frame.astype({column: object})
    changed.loc[3, column] = value
    return changed


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda one: one.drop(columns="queue"), "It has no column 'queue'."),
        (lambda one: one.drop(columns="sex"), "It has no column 'sex'."),
        (lambda one: one.drop(columns="store"), "It has no column 'store'."),
        (
            lambda one: one.rename(columns={"courtesy": "courtsey"}),
            "no column 'courtesy' (did you mean 'courtsey'?), but 'courtsey', which the programme does not declare.",
        ),
        (lambda one: one.assign(labels=3), "It has answers to 'labels', which the programme dropped (看不懂; pretest)"),
        (lambda one: one.assign(queue=2 * one["queue"]), "Question 'queue' has invalid answers: '"),
        (lambda one: with_cell(one, "queue", "非常满易"), "Question 'queue' has invalid answers: '非常满易' in 1 row"),
        (lambda one: one.assign(store="北区"), "'北区'"),
        (lambda one: with_cell(one, "store", None), "'store'"),
        (lambda one: one.head(0), "no rows"),
        (lambda one: pd.concat([one] * 2, ignore_index=True).assign(card=range(120)), "'card' of segments= has 120"),
    ],
    ids=["question", "segment", "stratum", "renamed", "dropped", "scale", "typo", "class", "blank", "empty", "many"],
)
def test_a_wrong_file_is_refused_and_not_copied(programme, frame, tmp_path, spoil, sentence):
    file = write(spoil(frame), tmp_path / "november.csv")
    before = file.read_bytes()
    if "card" in sentence:
        programme = programme.with_parts(segments={"social": ["sex", "card"]}, combinations=[])
    text = refusal(cs.CsisemError, lambda: programme.add_wave("2026-11", file))
    assert text.startswith("The wave '2026-11' cannot be used: ")
    assert sentence in text
    assert file.read_bytes() == before
    assert programme.waves == ()


def test_labels_of_a_file_that_are_not_those_of_the_questionnaire(programme, frame, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    own = {code: text.into("zh") for code, text in FORM["queue"].texts.items()}
    for labels, sentence in (
        ({**own, 5.0: "完美"}, "Its scale of 'queue' was changed: the code 5 is '完美', and"),
        ({**own, 6.0: "完美"}, "Its scale of 'queue' was changed: '完美' has the code 6"),
    ):
        file = tmp_path / "november.sav"
        pyreadstat.write_sav(frame, file, variable_value_labels={"queue": labels})
        assert sentence in refusal(cs.DataError, lambda file=file: programme.add_wave("2026-11", file))


def test_unknown_waves_and_names(programme, frame, tmp_path):
    assert "There is no wave '2026-11'; there are none yet" in refusal(cs.DataError, lambda: programme.round("2026-11"))
    file = write(frame, tmp_path / "a.csv")
    assert "cannot be the name of a file" in refusal(cs.OptionError, lambda: programme.add_wave("../x", file))
    assert "There is no file" in refusal(cs.DataError, lambda: programme.add_wave("2026-11", tmp_path / "b.csv"))


def test_a_wave_is_added_once(tmp_path, frame):
    programme = cs.Programme.new(tmp_path / "shop", FORM, **PARTS).drop("labels", why="x", step="pretest")
    file = write(frame, tmp_path / "a.csv")
    programme = programme.add_wave("2026-11", file)
    assert (programme.folder / "waves" / "2026-11.csv").read_bytes() == file.read_bytes()
    assert "has a wave '2026-11' already" in refusal(cs.DataError, lambda: programme.add_wave("2026-11", file))
    assert "(did you mean '2026-11'?)" in refusal(cs.DataError, lambda: programme.answers("2026-1"))


def test_answers_are_weighted_to_the_strata_of_the_plan_or_to_the_population(programme, frame, tmp_path):
    file = write(frame, tmp_path / "a.csv")
    stored = cs.Programme.new(tmp_path / "shop", programme.questionnaire, **PARTS).add_wave("2026-11", file)
    survey = stored.answers("2026-11")
    weights = survey.to_pandas()[survey.design.weights]
    expected = cs.sampling.poststratify(frame, SIZES, by="store")
    np.testing.assert_allclose(weights, expected, rtol=1e-12)
    assert survey.design.strata == "store"
    margins = {"sex": {"男": 5500, "女": 4500}, "store": SIZES}
    raked = stored.with_parts(population=margins).answers("2026-11")
    np.testing.assert_allclose(raked.to_pandas()["wave_weight"], cs.sampling.rake(frame, margins), rtol=1e-9)
    # A column of weights is taken as it is, without raking.
    with_column = write(frame.assign(w=np.arange(60) + 1.0), tmp_path / "b.csv")
    own = stored.with_parts(weights="w").add_wave("2026-12", with_column)
    assert own.answers("2026-12").design.weights == "w"


def test_columns_that_nothing_declares_are_named(programme, frame, tmp_path):
    file = write(frame.assign(手机=1, 备注="x"), tmp_path / "a.csv")
    stored = cs.Programme.new(tmp_path / "shop", programme.questionnaire, **PARTS).add_wave("2026-11", file)
    notes = stored.round("2026-11").notes
    assert any("'手机', '备注'" in note for note in notes)
    assert any("“手机”、“备注”这些列没有声明" in note.text("zh") for note in notes)


def test_a_question_dropped_after_waves_had_asked_it_stays_in_their_files(tmp_path):
    programme = cs.Programme.new(tmp_path / "shop", FORM, **PARTS)
    programme = programme.add_wave("2026-10", write(answers(FORM, 60, 1), tmp_path / "a.csv"))
    later = programme.drop("queue", why="改为现场观察", step="improvement")
    assert "queue" not in later.hierarchy.items
    assert any("'queue'" in note for note in later.round("2026-10").notes)
    without = answers(later.questionnaire, 60, 2)
    assert later.add_wave("2026-11", write(without, tmp_path / "b.csv")).round("2026-11")["change"].shape[0] > 30


def test_a_scale_that_was_halved_within_its_codes_is_asked_about(tmp_path):
    form = cs.Questionnaire(
        [cs.Question(name, points=10) for name in ("s1", "s2")],
        [cs.Indicator("满意", items="s1"), cs.Indicator("价格", items="s2")],
    )
    programme = cs.Programme.new(tmp_path / "shop", form, indicator_weights="equal")
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.integers(3, 11, (80, 2)), columns=["s1", "s2"])
    for wave, rows in (("1", frame), ("2", frame.assign(s1=(frame["s1"] + 1) // 2))):
        programme = programme.add_wave(wave, write(rows, tmp_path / f"{wave}.csv"))
    said = programme.round("2").notes_on("change")
    assert len(said) == 1
    assert said[0].fields == {"items": ("s1",), "before": "1"}


def test_a_panel_is_followed_by_its_respondents(tmp_path):
    form = cs.Questionnaire([cs.Question("s1", points=10)], [cs.Indicator("满意", items="s1")])
    programme = cs.Programme.new(tmp_path / "shop", form, id="card")
    rng = np.random.default_rng(3)
    first = rng.integers(2, 9, 80)
    second = np.clip(first + rng.integers(0, 2, 80), 1, 10)
    for wave, values in (("1", first), ("2", second)):
        file = write(pd.DataFrame({"card": np.arange(80) + 1000, "s1": values}), tmp_path / f"{wave}.csv")
        programme = programme.add_wave(wave, file)
    change = programme.round("2")["change"].iloc[0]
    points = (second - first) / 9 * 100
    assert change["change"] == pytest.approx(points.mean())
    # The paired differences' standard error; clusters have the factor of their number over one less.
    assert change["change_se"] == pytest.approx(points.std(ddof=1) / np.sqrt(80), rel=1e-6)


def test_stores_and_respondents_that_recur_are_one_unit_in_the_strata_of_the_plan(tmp_path):
    form = cs.Questionnaire([cs.Question("s1", points=10)], [cs.Indicator("满意", items="s1")])
    plan = {"strata": "store", "sizes": SIZES}
    rng = np.random.default_rng(3)
    base = pd.DataFrame({"card": np.arange(80) + 1000, "branch": np.arange(80) % 16, "s1": rng.integers(2, 9, 80)})
    base["store"] = np.where(base["branch"] < 8, "东区", "西区")
    later = base.assign(s1=np.clip(base["s1"] + rng.integers(0, 2, 80), 1, 10))
    errors = {}
    for name, parts in (("none", {}), ("stores", {"clusters": "branch"}), ("panel", {"id": "card"})):
        programme = cs.Programme.new(tmp_path / name, form, sampling=plan, **parts)
        for wave, frame in (("1", base), ("2", later)):
            programme = programme.add_wave(wave, write(frame, tmp_path / f"{wave}.csv"))
        errors[name] = programme.round("2")["change"]["change_se"][0]
    # Of the same people, or the same stores, the change is far surer than of independent samples.
    assert errors["panel"] < 0.4 * errors["none"]
    assert errors["stores"] < 0.6 * errors["none"]


def test_what_the_fieldwork_counts_and_the_file_has_is_compared(programme, frame, tmp_path):
    stored = cs.Programme.new(tmp_path / "shop", programme.questionnaire, **PARTS)
    stored = stored.add_wave("2026-11", write(frame, tmp_path / "a.csv"), cs.Fieldwork(drawn=100, answered=70))
    assert "The fieldwork records 70 answers, and the file has 60 rows." in stored.round("2026-11").notes


def test_a_target_of_the_total_has_its_name_in_either_language(programme):
    assert programme.with_parts(targets={"Total": 60}).targets == {"总指数": 60.0}
