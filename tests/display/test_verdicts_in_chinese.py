"""What is said of a fit and an index, read in Chinese from the results themselves."""

from __future__ import annotations

import pickle

import pytest

import csisem as cs
from lavaan_golden import answers


@pytest.fixture(scope="module")
def small():
    return cs.datasets.mobile_phone_model("small").fit(answers("mobi").head(90))


def test_a_status_reads_in_both_languages(small):
    status = small.status
    codes = [said.code for said in (status.verdict, *status.warnings)]
    assert codes == ["fit.verdict.warnings", "fit.small_sample"]
    assert status.warnings[0].fields["n"] == 90
    assert status.text() == repr(status)
    assert status.text("zh") == "可接受解，但有警告\n  - 样本较小（90 行）；卡方与标准误只在大样本下成立。"
    assert pickle.loads(pickle.dumps(small)).status.text("zh") == status.text("zh")
    with pytest.raises(cs.OptionError, match="language='de' is not one of 'en', 'zh'"):
        status.text("de")


def test_an_unusable_fit():
    fit = cs.Model.from_syntax("A =~ CUEX1 + CUEX2\nA ~~ a * A\nCUEX1 ~~ b * CUEX1").fit(answers("mobi"))
    assert fit.status.verdict.text("zh") == "模型不可识别：结果不可使用"
    assert fit.status.reasons[0].code in ("fit.not_identified", "fit.too_many_parameters")
    assert fit.status.reasons[0].text("zh").startswith("模型不可识别：")


def test_a_summary_in_chinese(small):
    summary = small._summary()
    text, html = summary.text("zh"), summary.html("zh")
    for words in ("结论：可接受解，但有警告", "卡方 ", "路径系数", "载荷", "自由参数 24 个"):
        assert words in text
    for words in ("<h4>路径系数</h4>", "<li>样本较小（90 行）"):
        assert words in html
    assert summary.text() == repr(small)
    # In a notebook the same head stands above the picture and the tables.
    assert small._repr_html_().startswith(summary.html().split("<h4>")[0].rstrip())


def test_columns_of_chinese_names_stay_aligned():
    model = cs.models.acsi(
        expectation=["CUEX1", "CUEX2", "CUEX3"], satisfaction=["CUSA1", "CUSA2", "CUSA3"], language="zh"
    )
    lines = repr(model.fit(answers("mobi"))).splitlines()
    start = next(k for k, line in enumerate(lines) if line == "Loadings")
    table = lines[start + 1 : start + 8]
    # A Chinese letter takes two columns of the screen.
    wide = {len(line) + sum("\u4e00" <= letter <= "\u9fff" for letter in line) for line in table}
    assert len(wide) == 1


def test_methods_and_notes_of_an_index(small):
    data = cs.Survey(answers("mobi").assign(half=[0, 1] * 125), scale=(1, 10))
    fit = cs.datasets.mobile_phone_model("small").fit(data)
    frame = cs.csi(fit, by="half")
    assert {said.code for said in frame["method"]} == {"index.method"}
    assert {said.text("zh") for said in frame["method"]} == {"ML，线性化"}
    survey = cs.Survey(answers("mobi").assign(half=[0, 1, None, 1, 0] * 50), scale=(1, 10))
    with pytest.warns(cs.CsisemWarning, match="50 of the 250 fitted rows are in no group of 'half'"):
        lost = cs.csi(cs.datasets.mobile_phone_model("small").fit(survey), by="half")
    note, other = lost.attrs["notes"]
    assert (note.code, other.code) == ("index.rows_without_group", "index.not_examined")
    assert note.text("zh").startswith("拟合所用 250 行中有 50 行的“half”缺失")


def test_bootstraps_say_how_they_were_made():
    fit = cs.datasets.mobile_phone_model("small").fit(answers("mobi"))
    drawn = cs.bootstrap(fit, n=40, seed=1)
    method = drawn.intervals().attrs["method"]
    assert (method, method.code) == ("bootstrap, percentile, 40 replicates", "bootstrap.method")
    assert method.text("zh") == "自助法，百分位数法，共 40 次"


def test_warnings_of_an_inadmissible_fit_know_their_words():
    fit = cs.datasets.mobile_phone_model().fit(answers("mobi"))
    assert fit.status.usable
    assert not fit
    with pytest.warns(cs.InadmissibleFitWarning, match="^The effects come from an inadmissible fit: In the") as caught:
        cs.effects(fit)
    said = caught[0].message.args[0]
    assert said.code == "fit.inadmissible.effects"
    assert said.fields["reasons"] == fit.status.reasons
    assert said.text("zh").startswith("效应所用的拟合为不可接受解：方程 ")
    assert caught[0].filename == __file__


def test_options_are_worded_in_titles():
    fit = cs.datasets.mobile_phone_model("small").fit(answers("mobi"), estimator="PLS", scheme="centroid")
    title = fit._summary().title
    assert "PLS, centroid scheme, n = 250" in title
    assert "PLS，形心加权方案，n = 250" in title.text("zh")


def test_weights_from_ranks_say_whose_consistency_it_is():
    found = cs.weighting.ahp_from_ranking([[1, 2, 3], [1, 3, 2], [2, 1, 3]], names=["a", "b", "c"])
    text, chinese = found.text(), found.text("zh")
    assert "the consistency ratio is that of the rule, not of the respondents." in text
    assert "3 名被调查者，Kendall 协和系数 W 为 " in chinese
    assert "<summary>weights</summary>" in found.html()
