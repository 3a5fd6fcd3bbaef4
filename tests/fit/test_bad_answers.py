"""Bad answers, designs, groups and tables get one clear sentence with column and count, and lose nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import csisem as cs
from refusals import ITEMS, SMALL, refusal, with_value

# ---- columns


def test_an_unknown_column_is_named_with_the_nearest(model, mobi):
    text = refusal(cs.DataError, lambda: model.fit(mobi.rename(columns={"CUEX3": "CUEX_3"})))
    assert text == "There is no column 'CUEX3' (named as an item) (did you mean 'CUEX_3'?)."


def test_the_nearest_name_is_found_whatever_its_case(model, mobi):
    text = refusal(cs.DataError, lambda: model.fit(mobi.rename(columns={"CUEX3": "cuex3"})))
    assert "(did you mean 'cuex3'?)" in text


def test_a_mistyped_construct_in_a_path_is_told_the_construct(mobi):
    model = cs.Model([cs.Construct("EXP", ITEMS[:3]), cs.Construct("SAT", ITEMS[3:])], [("EXP", "SATT")])
    text = refusal(cs.DataError, lambda: model.fit(mobi))
    assert "'SATT'" in text
    assert "no construct either" in text
    assert "(did you mean 'SAT'?)" in text


def test_an_unknown_column_of_the_design_or_the_groups(model, mobi):
    text = refusal(cs.DataError, lambda: cs.Survey(mobi, weights="regoin"))
    assert "'regoin'" in text
    assert "(did you mean 'region'?)" in text
    text = refusal(cs.DataError, lambda: model.fit(mobi, groups="Region"))
    assert text == "There is no column 'Region' (named in groups=) (did you mean 'region'?)."


def test_two_columns_of_one_name(model, mobi):
    text = refusal(cs.DataError, lambda: model.fit(pd.concat([mobi, mobi[["CUEX1"]]], axis=1)))
    assert "2 columns named 'CUEX1'" in text


def test_columns_named_by_numbers(mobi):
    frame = mobi[ITEMS].set_axis(range(6), axis=1)
    # Their text is their name ...
    one = cs.Model([cs.Construct("EXP", ["0", "1", "2"])]).fit(frame)
    assert list(one.solution.table.observed) == ["0", "1", "2"]
    # ... and what is no text is refused in words, as are names that the frame lacks.
    assert "not a column name: 0" in refusal(cs.ModelError, lambda: cs.Construct("EXP", [0, 1, 2]))
    assert "no column 'CUEX1'" in refusal(cs.DataError, lambda: cs.Model.from_syntax(SMALL).fit(frame))
    assert "'0'" in refusal(cs.ModelSyntaxError, lambda: cs.Model.from_syntax("EXP =~ 0 + 1 + 2"))
    assert "groups= takes a name" in refusal(cs.OptionError, lambda: cs.Model.from_syntax(SMALL).fit(frame, groups=5))


@pytest.mark.parametrize("data", [None, 3, {"CUEX1": [1]}, np.zeros((3, 3))], ids=repr)
def test_what_is_no_frame(model, data):
    with pytest.raises(cs.DataError, match="is not a data frame; pass a pandas, polars or pyarrow table"):
        model.fit(data)


def test_a_file_that_does_not_exist(tmp_path, model, mobi):
    mobi.to_csv(tmp_path / "wave1.csv")
    text = refusal(cs.DataError, lambda: cs.read(tmp_path / "wave_1.csv"))
    assert "'wave_1.csv'" in text
    assert "(did you mean 'wave1.csv'?)" in text
    assert refusal(cs.DataError, lambda: model.fit(str(tmp_path / "wave_1.csv"))) == text


# ---- answers


def test_text_in_a_numeric_item(model, mobi):
    text = refusal(cs.DataError, lambda: model.fit(with_value(mobi, [3, 5], "CUEX1", "high")))
    assert "Column 'CUEX1' is text" in text
    assert "'high' in row 4 (counting from 1), 2 such rows" in text


def test_text_read_from_a_file(tmp_path, model, mobi):
    with_value(mobi, [3], "CUEX1", "high").to_csv(tmp_path / "wave.csv")
    text = refusal(cs.DataError, lambda: model.fit(cs.read(tmp_path / "wave.csv")))
    assert "Column 'CUEX1' is text" in text


def test_answers_off_the_scale_are_counted_by_item_and_value(model, mobi):
    frame = with_value(with_value(mobi, [0, 1, 2], "CUEX1", 99), [7], "CUSA2", -1)
    survey = cs.Survey(frame, scale=dict.fromkeys(ITEMS, (1, 10)))
    text = refusal(cs.ScaleError, lambda: model.fit(survey))
    assert "off the scale 1-10" in text
    assert "CUEX1 has 3 (99 in 3 rows)" in text
    assert "CUSA2 has 1 (-1 once)" in text
    assert "missing_codes=" in text


def test_declared_codes_are_left_out_and_counted(model, mobi):
    frame = with_value(mobi, [0, 1, 2], "CUEX1", 99)
    fit = model.fit(cs.Survey(frame, scale=dict.fromkeys(ITEMS, (1, 10)), missing_codes=99))
    assert fit.n == 247
    assert any(sentence.startswith("3 of 250 rows") for sentence in fit.status.warnings)


def test_an_infinite_answer(model, mobi):
    text = refusal(cs.DataError, lambda: model.fit(with_value(mobi, [4, 9], "CUEX1", np.inf)))
    assert "Column 'CUEX1' holds 2 infinite values (first in row 5" in text


def test_an_answer_too_large_to_be_squared(model, mobi):
    # The number SPSS writes for a blank.
    text = refusal(cs.DataError, lambda: model.fit(with_value(mobi, [4], "CUEX1", -1.7e308)))
    assert "'CUEX1'" in text
    assert "missing value" in text


@pytest.mark.parametrize("value", [5, 0.1, 1e9])
def test_a_constant_item(model, mobi, value):
    text = refusal(cs.DataError, lambda: model.fit(mobi.assign(CUEX1=value)))
    assert text == "The item 'CUEX1' has the same answer in all 250 complete rows; leave it out."


def test_an_item_constant_within_a_group(model, mobi):
    frame = mobi.assign(CUSA2=mobi["CUSA2"].where(mobi["region"] == "a", 7))
    assert model.fit(frame).status.usable
    text = refusal(cs.DataError, lambda: model.fit(frame, groups="region"))
    assert text == "The item 'CUSA2' has the same answer in all 130 complete rows in group b; leave it out."


def test_rows_left_out_are_counted_in_warnings_and_summary(model, mobi):
    fit = model.fit(with_value(with_value(mobi, [0, 1], "CUEX1", np.nan), [1, 2, 3], "CUSA3", np.nan))
    assert fit.n == 246
    said = "4 of 250 rows were left out because an answer is missing (listwise); 246 were used."
    assert said in fit.status.warnings
    assert said in repr(fit)
    assert said in fit._repr_html_()
    assert bool(fit)


def test_all_rows_incomplete(model, mobi):
    frame = mobi.copy().astype(dict.fromkeys(ITEMS, float))
    for row in range(len(frame)):
        frame.iloc[row, row % 6] = np.nan
    for groups in (None, "region"):
        text = refusal(cs.DataError, lambda groups=groups: model.fit(frame, groups=groups))
        assert text.startswith("None of the 250 rows has an answer to all of 'CUEX1', ")


def test_an_item_that_nobody_answered(model, mobi):
    text = refusal(cs.DataError, lambda: model.fit(mobi.assign(CUSA2=np.nan)))
    assert text == "Nobody answered 'CUSA2': every one of the 250 rows is blank or a refusal code there."


def test_an_empty_frame(model, mobi):
    assert refusal(cs.DataError, lambda: model.fit(mobi[:0])) == "The data have no rows."
    assert refusal(cs.DataError, lambda: model.fit(mobi[:0], groups="region")) == "The data have no rows."
    assert refusal(cs.DataError, lambda: cs.Survey(mobi[:0], items=ITEMS)) == "The data have no rows."
    assert "no column 'CUEX1'" in refusal(cs.DataError, lambda: model.fit(pd.DataFrame()))


@pytest.mark.parametrize("rows", [2, 6])
def test_no_more_rows_than_items(model, mobi, rows):
    text = refusal(cs.DataError, lambda: model.fit(mobi[:rows]))
    assert text == f"The covariance matrix is singular: {rows} complete rows cannot determine 6 items."
    text = refusal(cs.DataError, lambda: model.fit(mobi[:rows], missing="fiml"))
    assert text == f"There are {rows} rows, which cannot determine the covariances of 6 items."


def test_fewer_rows_than_parameters(model, mobi):
    fit = model.fit(mobi[:12])
    assert fit.status.usable
    assert fit.status.warnings[0].startswith("There are only 12 rows for 13 free parameters: estimates, standard err")
    assert fit.judged(cs.Thresholds(rows_per_parameter=1)).status.warnings[0] == fit.status.warnings[0]
    assert fit.status.warnings[0].text("zh").startswith("只有 12 行，而自由参数有 13 个")
    # The scores of n rows add up to zero, so that their products have rank n - 1.
    for rows in (12, 13):
        text = refusal(cs.DataError, lambda rows=rows: model.fit(mobi[:rows], estimator="MLR"))
        assert text == (f"There are {rows} rows for 13 free parameters, and standard errors by estimator='MLR' take "
                        "more rows than parameters; use 'ML', or fix some.")  # fmt: skip
    assert model.fit(mobi[:14], estimator="MLR").status.warnings[0].code != "fit.fewer_rows_than_parameters"


def test_a_single_row(model, mobi):
    assert refusal(cs.DataError, lambda: model.fit(mobi[:1])) == "There is 1 complete row; a fit needs more."


def test_fewer_rows_than_items(mobi):
    # With its loadings and variances fixed the model has fewer parameters than rows, but the rows have no full rank.
    fixed = [cs.Relation("EXP", "=~", item, fixed=(1.0,)) for item in ITEMS]
    fixed += [cs.Relation(item, "~~", item, label=("v",)) for item in ITEMS]
    model = cs.Model([cs.Construct("EXP", ITEMS)], fixed)
    text = refusal(cs.DataError, lambda: model.fit(mobi[:5]))
    assert text == "The covariance matrix is singular: 5 complete rows cannot determine 6 items."


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda f: f["CUEX1"], {"CUEX1", "CUEX2"}),
        (lambda f: 3 * f["CUEX1"] + 2, {"CUEX1", "CUEX2"}),
        (lambda f: f["CUEX1"] + f["CUEX3"], {"CUEX1", "CUEX2", "CUEX3"}),
    ],
    ids=["copy", "rescaled copy", "sum"],
)
def test_dependent_items(model, mobi, make, named):
    text = refusal(cs.DataError, lambda: model.fit(mobi.assign(CUEX2=make(mobi))))
    assert text.startswith("The covariance matrix is singular")
    assert {item for item in ITEMS if repr(item) in text} == named


@pytest.mark.parametrize("library", ["pandas", "nullable", "objects", "polars", "pyarrow"])
def test_blanks_of_every_library_are_counted(model, mobi, library):
    blank = with_value(mobi, [3, 8], "CUEX3", np.nan)
    frame = {
        "pandas": blank,
        "nullable": blank.astype(dict.fromkeys(ITEMS, "Int64")),
        "objects": blank.astype(object).where(blank.notna(), None),
        "polars": pl.from_pandas(blank),
        "pyarrow": pa.Table.from_pandas(blank),
    }[library]
    fit = model.fit(frame)
    assert fit.n == 248
    assert fit.status.warnings[0].startswith("2 of 250 rows were left out")
    # The same numbers whatever held them, to rounding.
    np.testing.assert_allclose(fit.solution.theta, model.fit(blank.dropna()).solution.theta, rtol=1e-12)


# ---- weights and design


@pytest.mark.parametrize(("value", "word"), [(-1.0, "negative"), (np.nan, "missing"), (np.inf, "infinite")])
def test_impossible_weights_are_counted(mobi, value, word):
    weights = np.ones(250)
    weights[[3, 7]] = value
    text = refusal(cs.DesignError, lambda: cs.Survey(mobi.assign(w=weights), weights="w"))
    assert f"Weights 'w' must be finite numbers of at least 0, but hold 2 {word} (first in row 4)" in text


def test_zero_weights_are_kept_and_counted(model, mobi):
    weights = np.ones(250)
    weights[:7] = 0
    fit = model.fit(cs.Survey(mobi.assign(w=weights), weights="w"))
    assert fit.n == 250
    assert "7 of the 250 rows have weight zero." in fit.status.warnings
    # They carry nothing: the estimates are those without them, to the last step's precision.
    np.testing.assert_allclose(fit.solution.theta, model.fit(mobi[7:]).solution.theta, rtol=1e-9)


def test_weights_that_are_all_zero(mobi):
    text = refusal(cs.DesignError, lambda: cs.Survey(mobi.assign(w=0), weights="w"))
    assert text == "Weights 'w' are all zero (250 rows); at least one must be positive."


def test_too_few_rows_with_a_weight(model, mobi):
    weights = np.zeros(250)
    weights[:10] = 1
    survey = cs.Survey(mobi.assign(w=weights), weights="w")
    assert model.fit(survey).status.warnings[0].startswith("There are only 10 rows for 13 free parameters")
    assert "There are 10 rows for 13 free" in refusal(cs.DataError, lambda: model.fit(survey, estimator="MLR"))
    weights[5:] = 0
    survey = cs.Survey(mobi.assign(w=weights), weights="w")
    text = refusal(cs.DataError, lambda: model.fit(survey))
    assert text == "Only 5 complete rows have a weight above zero, which cannot determine the covariances of 6 items."


def test_a_group_without_weight(model, mobi):
    survey = cs.Survey(mobi.assign(w=np.where(mobi["region"] == "a", 0, 1)), weights="w")
    text = refusal(cs.DataError, lambda: model.fit(survey, groups="region"))
    assert text == "All 120 complete rows in group a have weight zero, so none of them counts."


def test_weights_of_text(mobi):
    assert "Column 'region' is text" in refusal(cs.DesignError, lambda: cs.Survey(mobi, weights="region"))


def test_a_stratum_with_one_cluster(mobi):
    frame = mobi.assign(stratum=["x"] * 240 + ["y"] * 10, store=[*range(240), *[240] * 10])
    text = refusal(cs.DesignError, lambda: cs.Survey(frame, strata="stratum", clusters="store"))
    assert text == ("Stratum 'y' of 'stratum' has a single cluster of 'store'; merge it with a similar stratum, or "
                    "choose a rule with lonely=.")  # fmt: skip


def test_a_design_that_ml_does_not_use_is_said(model, mobi):
    frame = mobi.assign(stratum=["x", "y"] * 125, store=np.arange(250) // 2)
    survey = cs.Survey(frame, strata="stratum", clusters="store", nest=True)
    said = " ".join(model.fit(survey).status.warnings)
    assert "strata, clusters do not enter ML's standard errors" in said
    assert model.fit(survey, design=False).status.warnings == ("The survey's design was ignored (design=False).",)


# ---- groups


def test_a_group_too_small(model, mobi):
    fit = model.fit(mobi.assign(region=["a"] * 240 + ["b"] * 10), groups="region")
    assert fit.status.warnings[0].startswith("There are only 10 rows in group b for 19 free parameters")
    text = refusal(cs.DataError, lambda: model.fit(mobi.assign(region=["a"] * 249 + ["b"]), groups="region"))
    assert text == "There is 1 complete row in group b; a fit needs more."


def test_a_group_without_a_complete_row(model, mobi):
    frame = mobi.assign(CUEX1=mobi["CUEX1"].where(mobi["region"] == "a"))
    text = refusal(cs.DataError, lambda: model.fit(frame, groups="region"))
    assert text == "There are no complete rows in group b; a fit needs more."


def test_missing_groups_are_counted_apart_from_missing_answers(model, mobi):
    frame = with_value(with_value(mobi, [3, 4, 5], "region", None), [3, 8], "CUEX1", np.nan)
    fit = model.fit(frame, groups="region")
    # Row 4 lacks both and is counted once.
    assert fit.n == 246
    assert fit.group_n.tolist() == [116, 130]
    assert fit.status.warnings[:2] == (
        "2 of 250 rows were left out because an answer is missing (listwise); 246 were used.",
        "2 rows were left out because their group is missing.",
    )


def test_a_grouping_column_that_is_blank_throughout(model, mobi):
    text = refusal(cs.DataError, lambda: model.fit(mobi.assign(region=None), groups="region"))
    assert text == "None of the 250 complete rows is in a group: 'region' is blank in all of them."


# ---- tables of moments


def test_an_asymmetric_covariance(cov):
    table = cov.copy()
    table.loc["CUEX1", "CUSA1"] += 0.2
    text = refusal(cs.DataError, lambda: cs.Moments.from_table(n=250, cov=table))
    assert "not symmetric: 'CUEX1' with 'CUSA1' is 0.849558 on one side and 0.649558 on the other" in text


def test_a_covariance_that_is_not_positive(cov):
    table = cov.copy()
    table.loc["CUEX1", "CUSA1"] = table.loc["CUSA1", "CUEX1"] = 9.0
    text = refusal(cs.DataError, lambda: cs.Moments.from_table(n=250, cov=table))
    assert "smallest eigenvalue" in text
    table = cov.copy()
    table.loc["CUEX2", "CUEX2"] = -1.0
    text = refusal(cs.DataError, lambda: cs.Moments.from_table(n=250, cov=table))
    assert text == "The variance of 'CUEX2' is not positive."


def test_a_singular_covariance(model, mobi):
    table = mobi.assign(CUEX2=mobi["CUEX1"])[ITEMS].cov()
    text = refusal(cs.DataError, lambda: model.fit(cs.Moments.from_table(n=250, cov=table)))
    assert "singular: 'CUEX1', 'CUEX2' are linearly dependent" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n": 1}, "n must be a whole number of at least 2; got 1."),
        ({"n": 250.5}, "at least 2; got 250.5."),
        ({"n": None}, "at least 2; got None."),
        ({"n": "many"}, "at least 2; got 'many'."),
        ({"cov": None}, "needs cov=, or corr= together with sd="),
        ({"cov": 3.0, "items": ["CUEX1"]}, "holds something that is not a number"),
        ({"cov": np.eye(6)}, "without column names needs items="),
        ({"cov": np.eye(3), "items": ITEMS}, "has 3 rows, but 6 items are named"),
        ({"cov": np.eye(2), "items": ["CUEX1", "CUEX1"]}, "twice in the table: 'CUEX1'"),
        ({"mean": [1.0, 2.0]}, "mean has 2 numbers, but 6 items are named"),
        ({"mean": ["x"] * 6}, "mean holds something that is not a number"),
        ({"mean": pd.Series({"CUEX1": 5.0})}, "mean has no number for 'CUEX2'"),
        (
            {"scale": {"CUEX9": (1, 10)}},
            "scale= names 'CUEX9', which is not an item of the table (did you mean 'CUEX3'?)",
        ),
        ({"divisor": "N"}, "divisor='N' is not one of 'n-1', 'n'"),
        ({"cov": None, "corr": np.eye(6), "items": ITEMS}, "Correlations need the standard deviations"),
        ({"cov": None, "corr": np.eye(6), "sd": -np.ones(6), "items": ITEMS}, "deviation of 'CUEX1' is not positive"),
        ({"cov": None, "corr": 2 * np.eye(6), "sd": np.ones(6), "items": ITEMS}, "with itself is 2, not 1"),
    ],
    ids=lambda value: None if isinstance(value, dict) else value,
)
def test_tables_that_cannot_be_read(cov, change, words):
    assert words in refusal(cs.DataError, lambda: cs.Moments.from_table(**({"n": 250, "cov": cov} | change)))


def test_a_table_with_a_hole_or_a_word(cov):
    table = cov.copy()
    table.loc["CUEX1", "CUEX2"] = np.nan
    text = refusal(cs.DataError, lambda: cs.Moments.from_table(n=250, cov=table))
    assert text == "The table has no number for 'CUEX1' and 'CUEX2'."
    table = cov.astype(object)
    table.loc["CUEX1", "CUEX2"] = "0,5"
    text = refusal(cs.DataError, lambda: cs.Moments.from_table(n=250, cov=table))
    assert text == "The table holds something that is not a number."


def test_moments_have_no_rows_to_group(model, cov):
    text = refusal(cs.DataError, lambda: model.fit(cs.Moments.from_table(n=250, cov=cov), groups="region"))
    assert text == "Moments carry no rows, so they cannot be grouped by 'region'; give the answers."


def test_moments_that_lack_an_item(cov):
    model = cs.Model.from_syntax("EXP =~ CUEX1 + CUEX2 + CUEX33")
    text = refusal(cs.DataError, lambda: model.fit(cs.Moments.from_table(n=250, cov=cov)))
    assert text == "There is no item 'CUEX33' in the moments (did you mean 'CUEX3'?)."


def test_intercepts_need_a_table_with_means(model, cov):
    table = cs.Moments.from_table(n=250, cov=cov)
    wanted = "The model has intercepts, but the table of moments gives no means; give mean=."
    assert refusal(cs.DataError, lambda: cs.Model.from_syntax(SMALL + "\nCUEX1 ~ 1").fit(table)) == wanted
    assert refusal(cs.DataError, lambda: model.fit(table, meanstructure=True)) == wanted


@pytest.fixture(scope="module")
def blank_group():
    """The retail survey, in which no customer of one firm answered anything."""
    survey, model = cs.datasets.retail_survey(), cs.datasets.retail_survey_model()
    frame = survey.frame.copy()
    frame.loc[frame["firm"] == "Cedar", list(model.items)] = np.nan
    return cs.Survey(frame, scale={item: survey.scale_of(item) for item in model.items}), model


@pytest.mark.parametrize(
    ("estimator", "missing"),
    [("ML", "fiml"), ("PLS", "em"), ("PLS", "pairwise"), ("PLS", "mean"), ("PLSc", "em")],
)
def test_a_group_without_answers_is_named(blank_group, estimator, missing):
    survey, model = blank_group
    with pytest.raises(cs.DataError, match=r"^No row of group 'Cedar' has an answer that can be used; leave the group"):
        model.fit(survey, estimator, groups="firm", missing=missing)


@pytest.mark.parametrize(
    ("estimator", "missing", "what"),
    [("ML", "fiml", "answered the items"), ("PLS", "em", "answered the items"), ("ML", "listwise", "answered all of")],
)
def test_a_group_of_an_index_without_answers_is_named(blank_group, estimator, missing, what):
    survey, model = blank_group
    fit = model.fit(survey, estimator, missing=missing)
    with pytest.warns(cs.CsisemWarning, match=rf"^No row of 'Cedar' of firm {what}.* so it has no index\.$"):
        table = cs.csi(fit, by="firm")
    (note,) = [one for one in table.attrs["notes"] if not one.code.startswith("index.not_examined")]
    assert note.code == "index.groups_without_rows"
    assert "“Cedar”" in note.text("zh")
    assert table.loc[table["firm"] != "Cedar", "index"].notna().all()
    assert table.loc[table["firm"] == "Cedar", "index"].isna().all()
