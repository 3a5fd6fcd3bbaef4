"""What SPSS and Stata files declare: ranges of missing codes, tagged missing values, value labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

import csisem as cs
from csisem.survey import CodeRange, as_survey

LABELS = {"region": {2.0: "South", 1.0: "North", 3.0: "West"}}


def spss(path: Path, answers: list[float], ranges: object) -> Path:
    frame = pd.DataFrame({"q": answers, "w": [1.0] * len(answers)})
    pyreadstat.write_sav(frame, path, missing_ranges={"q": ranges})
    return path


def test_a_range_of_codes_is_kept_whichever_of_them_occur(tmp_path):
    survey = cs.read(spss(tmp_path / "1.sav", [1, 5, 97, 3], [{"lo": 97, "hi": 99}]), scale=(1, 10))
    assert survey.scale_of("q").missing_codes == (CodeRange(97, 99),)
    assert survey.counts("q").loc["q", ["answered", "refused"]].tolist() == [3, 1]
    # The next wave's 98 is a refusal too, in a frame and in a file that declares nothing or another range.
    other = pd.DataFrame({"q": [1.0, 98, 99, 4], "w": 1.0})
    assert survey.with_answers(other).counts("q").loc["q", "refused"] == 2
    for ranges in ([99], [{"lo": 95, "hi": 96}]):
        second = as_survey(
            spss(tmp_path / "2.sav", [1, 98, 95, 4] if ranges != [99] else [1, 98, 99, 4], ranges), survey
        )
        assert second.counts("q").loc["q", "refused"] == 2
        assert second.answers("q")["q"].isna().tolist() == [False, True, True, False]


def test_a_range_open_at_one_end(tmp_path):
    survey = cs.read(spss(tmp_path / "1.sav", [1, 5, -2, 3], [{"lo": float("-inf"), "hi": 0}]), scale=(1, 10))
    assert survey.answers("q")["q"].isna().tolist() == [False, False, True, False]
    with pytest.raises(cs.ScaleError, match=r"Code -inf thru 0 lies within the scale 0-10"):
        cs.read(tmp_path / "1.sav", scale=(0, 10), items=["q"])


def test_codes_of_the_design_in_a_second_file_are_blank(tmp_path):
    frame = pd.DataFrame({"q": [1.0, 2, 3], "w": [1.0, 2.0, 98.0]})
    pyreadstat.write_sav(frame, tmp_path / "2.sav", missing_ranges={"w": [98.0]})
    like = cs.Survey(frame, weights="w")
    with pytest.raises(cs.DesignError, match="missing"):
        as_survey(tmp_path / "2.sav", like).units()


def test_the_survey_shows_blanks_and_refusals(tmp_path):
    frame = pd.DataFrame({"q": [1.0, 97, 98, np.nan], "g": [1.0, 9, 2, 1], "t": ["a", "b", "c", "d"]})
    pyreadstat.write_sav(frame, tmp_path / "1.sav", missing_ranges={"q": [{"lo": 97, "hi": 99}], "g": [9]})
    shown = repr(cs.read(tmp_path / "1.sav"))
    assert "blanks    1 empty cell\n" in shown
    assert "refusals  2 in 'q'; 1 in 'g'\n" in shown
    many = pd.DataFrame({f"q{i}": [1, 5, 99] for i in range(9)})
    assert "1 in 'q5'; and in 3 more columns" in repr(cs.Survey(many, missing_codes=dict.fromkeys(many, 99)))
    assert "refusals" not in repr(cs.Survey(frame, missing_codes={"t": 9}))


def test_empty_texts_and_texts_declared_missing_are_blank(tmp_path):
    frame = pd.DataFrame({"q": [1.0, 2, 3, 4], "g": ["a", "", "a", "z"]})
    pyreadstat.write_sav(frame, tmp_path / "1.sav", missing_ranges={"g": ["z"]})
    pyreadstat.write_dta(frame, tmp_path / "1.dta")
    survey = cs.read(tmp_path / "1.sav")
    assert survey.frame["g"].isna().tolist() == [False, True, False, True]
    assert survey.source.blanks == 2
    assert survey.source.notes == ("1 cell of 'g' holds a text that the file declares missing, read as blank: 'z'.",)
    with pytest.warns(cs.CsisemWarning, match="2 of the 4 rows are in no group"):
        assert cs.diagnose.means(survey, "q", by="g")["g"].tolist() == ["a"]
    assert cs.read(tmp_path / "1.dta").frame["g"].isna().tolist() == [False, True, False, False]


def stata(path: Path, values: list[object], labels: dict[object, str] | None = None, tags: str = "ab") -> Path:
    frame = pd.DataFrame({"other": np.arange(len(values), dtype=float)})
    frame["q"] = pd.Series(values, dtype=object)
    pyreadstat.write_dta(
        frame, path, version=14, missing_user_values={"q": list(tags)},
        variable_value_labels={"q": labels or {1: "low", 5: "high", "a": "refused"}},
    )  # fmt: skip
    return path


def test_tagged_missing_values_are_refusals_with_labels(tmp_path):
    survey = cs.read(stata(tmp_path / "1.dta", [1, 5, "a", 2, "b", "a"]), scale=(1, 5))
    assert survey.counts("q").loc["q"].tolist() == [6, 3, 3, 0, 0, 0]
    assert survey.value_labels["q"] == {1: "low", 5: "high", -1000001: "refused"}
    np.testing.assert_array_equal(survey.answers("q")["q"], [1, 5, np.nan, 2, np.nan, np.nan])
    (note,) = survey.source.notes
    assert note == (
        "3 cells of 'q' hold tagged missing values (.a to .z), read as the refusal codes -1000001 to -1000026."
    )
    table = cs.diagnose.frequencies(survey, "q")
    assert table["answer"].tolist()[0] == "low"


def test_other_tags_of_a_second_file_are_refusals_too(tmp_path):
    survey = cs.read(stata(tmp_path / "1.dta", [1, 5, "a", 2, 3, 4]))
    second = as_survey(stata(tmp_path / "2.dta", [1, "c", "a", 2, 3, 4], tags="ac"), survey)
    assert second.counts("q").loc["q", "refused"] == 2
    plain = cs.read(stata(tmp_path / "3.dta", [1, 5, 5, 2, 3, 4], {1: "low"}))
    assert as_survey(tmp_path / "2.dta", plain).counts("q").loc["q", "refused"] == 2


@pytest.fixture
def labelled() -> cs.Survey:
    draw = np.random.default_rng(0)
    factor = draw.normal(size=240)
    items = {f"s{k}": np.clip(np.round(5 + 2 * (factor + draw.normal(size=240))), 1, 10) for k in (1, 2, 3)}
    frame = pd.DataFrame(items | {"region": np.resize([3.0, 1, 2], 240), "plain": np.resize([2, 1], 240)})
    return cs.Survey(frame, scale=dict.fromkeys(items, (1, 10)), value_labels=LABELS)


ORDER = ["North", "South", "West"]


def test_every_table_shows_the_labels_of_by_in_the_order_of_codes(labelled):
    items = ["s1", "s2", "s3"]
    fit = cs.Model.from_syntax("S =~ s1 + s2 + s3").fit(labelled)
    tables = {
        "means": cs.diagnose.means(labelled, "s1", by="region"),
        "totals": cs.diagnose.totals(labelled, "s1", by="region"),
        "frequencies": cs.diagnose.frequencies(labelled, "s1", by="region"),
        "alpha": cs.diagnose.alpha(labelled, items, by="region"),
        "reliability": cs.diagnose.reliability(labelled, {"S": items}, by="region"),
        "top_box": cs.index.top_box(labelled, "s1", by="region"),
        "csi": cs.csi(fit, by="region"),
    }
    for name, table in tables.items():
        assert table["region"].drop_duplicates().tolist() == ORDER, name
    assert cs.diagnose.crosstab(labelled, "s1", by="region", threshold=50).counts.columns.tolist()[:3] == ORDER
    assert cs.diagnose.anova(labelled, "s1", by="region").means["region"].tolist() == ORDER
    assert list(cs.Model.from_syntax("S =~ s1 + s2 + s3").fit(labelled, groups="region").groups) == ORDER


def test_several_columns_are_in_the_order_of_their_labels(labelled):
    table = cs.diagnose.means(labelled, "s1", by=["region", "plain"])
    assert table[["region", "plain"]].apply(tuple, axis=1).tolist() == [
        (region, plain) for region in ORDER for plain in (2, 1)
    ]


def test_columns_without_labels_stay_as_they_appear(labelled):
    assert cs.diagnose.means(labelled, "s1", by="plain")["plain"].tolist() == [2, 1]


def test_two_codes_of_one_label_stay_apart():
    frame = pd.DataFrame({"s1": np.arange(30) % 7, "region": np.resize([9, 1, 4], 30)})
    survey = cs.Survey(frame, value_labels={"region": {1: "Other", 9: "Other"}})
    assert cs.diagnose.means(survey, "s1", by="region")["region"].tolist() == ["Other (1)", 4, "Other (9)"]


def test_labels_and_codes_both_name_a_class():
    frame = pd.DataFrame({"region": [1, 1, 2, 3]})
    survey = cs.Survey(frame, value_labels=LABELS)
    named = cs.sampling.poststratify(survey, {"North": 10, "South": 20, "West": 30}, by="region")
    coded = cs.sampling.poststratify(survey, {1: 10, 2: 20, 3: 30}, by="region")
    assert named.tolist() == coded.tolist() == [5, 5, 20, 30]


def test_waves_are_ordered_by_label_or_code():
    frame = pd.DataFrame({"s1": [1, 5, 9, 4, 6, 8] * 20, "wave": [1, 2, 3] * 40})
    survey = cs.Survey(
        frame, scale={"s1": (1, 10)}, wave="wave", value_labels={"wave": {1: "pre", 2: "mid", 3: "post"}}
    )
    by_code, by_label = (
        cs.index.trend(survey, items="s1", measure="top-box", order=order)
        for order in ([3, 1, 2], ["post", "pre", "mid"])
    )
    assert by_code["wave"].tolist() == ["post", "pre", "mid"]
    pd.testing.assert_frame_equal(by_code, by_label)


def test_the_two_groups_of_a_discriminant_have_their_labels():
    draw = np.random.default_rng(2)
    frame = pd.DataFrame({"x": draw.normal(size=60), "again": [0.0, 1.0] * 30})
    labelled = cs.Survey(frame, value_labels={"again": {0: "no", 1: "yes"}})
    found = cs.diagnose.discriminant(labelled, "again", "x")
    assert (found.inside, found.outside) == ("yes", "no")
    assert found.confusion.columns.tolist() == ["taken for yes", "taken for no"]
    for inside in (0, "0", "no"):
        assert cs.diagnose.discriminant(labelled, "again", "x", inside=inside).inside == "no"
    with pytest.raises(cs.OptionError, match="inside='never' is not one of the two values of 'again', 'no', 'yes'"):
        cs.diagnose.discriminant(labelled, "again", "x", inside="never")
    assert cs.diagnose.discriminant(frame, "again", "x").inside == "1"


def test_roles_that_a_call_does_not_use_are_not_required():
    draw = np.random.default_rng(0)
    factor = draw.normal(size=200)
    frame = pd.DataFrame(
        {f"s{k}": np.clip(np.round(5 + 2 * (factor + draw.normal(size=200))), 1, 10) for k in (1, 2, 3)}
    )
    whole = frame.assign(gender=np.resize([1, 2], 200), id=range(200), wave=1, q9=np.resize([1, 5], 200), w=1.5)
    survey = cs.Survey(
        whole, scale={"s1": (1, 10), "s2": (1, 10), "s3": (1, 10), "q9": (1, 5)}, items=["s1", "s2", "s3", "q9"],
        segments="gender", id="id", wave="wave", weights="w", item_texts={"q9": "?"},
        value_labels={"gender": {1: "f", 2: "m"}}, missing_codes={"q9": 9},
    )  # fmt: skip
    fit = cs.Model.from_syntax("S =~ s1 + s2 + s3").fit(survey)
    other = survey.with_answers(frame)
    assert other.n == 200
    assert fit.scores(frame).shape == (200, 1)
    assert cs.csi(fit, frame.assign(w=1.0)).shape[0] == 1
    # What a call uses is refused by name.
    with pytest.raises(cs.DataError, match=r"There is no column 'gender' \(named in by=\)"):
        cs.diagnose.means(other, "s1", by="gender", design=False)
    with pytest.raises(cs.DataError, match="There is no column 'w'"):
        cs.diagnose.means(other, "s1")
    # Columns that are there are checked as before.
    with pytest.raises(cs.ScaleError, match="s1 has 1"):
        survey.with_answers(frame.assign(s1=frame["s1"].mask(frame.index == 3, 77)))
