"""Sentences are values: text in English, with a code and fields from which they are worded in Chinese."""

from __future__ import annotations

import copy
import json
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.display.sentences import Sentence, sentence, text_in
from csisem.display.table import sentence_column

HEYWOOD = {"item": "x6", "group": "North", "variance": np.float64(-0.09235)}


def test_a_sentence_is_its_english_text():
    said = sentence("rows.zero_weight", zero=np.int64(7), used=250)
    assert said == "7 of the 250 rows have weight zero."
    assert hash(said) == hash("7 of the 250 rows have weight zero.")
    assert {said: 1}["7 of the 250 rows have weight zero."] == 1
    assert repr(said) == repr(str(said))
    assert json.dumps([said]) == '["7 of the 250 rows have weight zero."]'
    assert said.text() == said.text("en") == said
    assert type(said.text()) is str


def test_it_knows_what_it_says():
    said = sentence("fit.heywood.residual", **HEYWOOD)
    assert said.code == "fit.heywood.residual"
    assert dict(said.fields) == {"item": "x6", "group": "North", "variance": -0.09235}
    assert type(said.fields["variance"]) is float
    with pytest.raises(TypeError):
        said.fields["item"] = "x7"
    assert said.startswith("The residual variance of x6 in group North is negative (-0.09235): a Heywood case")
    assert said.text("zh").startswith("x6 的残差方差（North 组）为负（-0.09235），属海伍德案例")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_copies_keep_code_and_fields(copied):
    inner = sentence("index.method", estimator="ML", errors=sentence("index.errors.design"), no_design=False)
    said = copied(sentence("index.method.pooled", method=inner, data_sets=5))
    assert isinstance(said, Sentence)
    assert (said, said.code, said.fields["data_sets"]) == (
        "ML, linearised (design), pooled over 5 data sets", "index.method.pooled", 5,
    )  # fmt: skip
    # What a sentence contains is worded in its language.
    assert said.text("zh") == "ML，线性化（抽样设计），由 5 个数据集合并"


def test_fields_become_plain_values():
    said = sentence("fit.not_identified", parameters=[np.str_("A ~ B"), "C ~ D"])
    assert said.fields["parameters"] == ("A ~ B", "C ~ D")
    assert all(type(name) is str for name in said.fields["parameters"])
    assert sentence("rows.ungrouped", ungrouped=np.int64(2)).fields["ungrouped"] == 2


def test_unknown_codes_fields_and_languages_are_refused():
    with pytest.raises(KeyError, match=r"fit\.heywod"):
        sentence("fit.heywod")
    with pytest.raises(KeyError, match="used"):
        sentence("rows.zero_weight", zero=1)
    with pytest.raises(cs.OptionError, match="language='cn'"):
        sentence("design.ignored").text("cn")


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 row was left out"), (2, "2 rows were left out")], ids=["one", "several"]
)
def test_numbers_agree(count, said):
    assert sentence("rows.ungrouped", ungrouped=count).startswith(said)


@pytest.mark.parametrize(("pvalue", "shown"), [(0.0478, "0.048"), (1e-9, "<0.001"), (0.0, "<0.001"), (1.0, "1.000")])
def test_p_values_are_never_printed_as_zero(pvalue, shown):
    for language in ("en", "zh"):
        assert f"p = {shown}" in sentence("factors.bartlett", pvalue=pvalue).text(language)


def test_names_are_listed():
    few = sentence("index.method.no_answers", items=["a", "b"])
    assert few == "nobody in the group answered 'a', 'b'"
    assert few.text("zh") == "该组无人回答“a”、“b”"
    many = sentence("index.method.no_answers", items=list("abcdefgh"))
    assert many.endswith("'f' and 2 more")
    assert many.text("zh").endswith("“f” 等 8 个")
    parts = [sentence("design.part.strata"), sentence("design.part.clusters")]
    unused = sentence("design.unused", parts=parts, estimator="ML", listwise=False)
    assert "The survey's strata, clusters do not enter ML's standard errors" in unused
    assert "ML 的标准误未考虑调查的层、群，可能偏小" in unused.text("zh")


def test_what_is_absent_is_left_out():
    assert sentence("fit.small_sample", group=None, n=90).startswith("The sample is small (90 rows)")
    # The label of a group may be empty, or 0.
    assert sentence("fit.small_sample", group="0", n=90).startswith("The sample in group 0 is small")
    shown = {"estimator": "ML", "engine": None, "likelihood": None}
    assert sentence("fit_summary.covariance", **shown) == "ML"
    wishart = sentence("fit_summary.covariance", **shown | {"likelihood": sentence("fit_summary.wishart")})
    assert wishart == "ML, wishart likelihood"
    assert wishart.text("zh") == "ML，Wishart 似然"


def test_frames_warnings_and_other_text_keep_sentences():
    said = sentence("design.ignored")
    frame = pd.DataFrame({"method": sentence_column([said, ""])})
    assert frame["method"][0].code == "design.ignored"
    assert pickle.loads(pickle.dumps(frame))["method"][0].code == "design.ignored"
    frame.attrs["notes"] = [said]
    assert frame.copy().attrs["notes"][0].code == "design.ignored"
    with pytest.warns(cs.CsisemWarning) as caught:
        warnings.warn(said, cs.CsisemWarning, stacklevel=1)
    assert caught[0].message.args[0].code == "design.ignored"
    assert [text_in(one, "zh") for one in (said, "words")] == ["未采用调查的抽样设计（design=False）。", "words"]
