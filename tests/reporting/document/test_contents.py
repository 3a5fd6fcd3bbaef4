"""What reports say: the numbers of the results, in both languages, and what there is not."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from csisem.errors import untold
from csisem.options import Language
from csisem.reporting.document.contents import Document, Facts, Items, Listing, Paragraph
from csisem.reporting.document.report import document_of
from csisem.reporting.document.request import checked
from csisem.reporting.document.results import collect
from csisem.reporting.tables.report_table import ReportTable

PAIRS = {"overall": ("e1", "q1"), "few faults": ("e3", "q5")}
SCALE = {"*": (1, 10), "c1": (0, 1)}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def made(fit: cs.Fit, **given: object) -> Document:
    """The contents of a report, without a file."""
    usual = dict.fromkeys(("target", "by", "waves", "questionnaire", "fieldwork", "hierarchy", "pairs", "pilot"))
    asked = usual | {"language": "en", "audience": "full", "level": 0.95, "title": ""} | given
    request = checked(fit, **asked)
    return document_of(request, collect(request))


def texts_of(document: Document) -> list[str]:
    """All texts but the captions of pictures."""
    found = [document.title, document.subtitle, *([document.verdict.text] if document.verdict else [])]
    for _, section in document.walk():
        found.append(section.title)
        for block in section.blocks:
            if isinstance(block, Paragraph | Listing):
                found.append(block.text)
            elif isinstance(block, Items):
                found += block.texts
            elif isinstance(block, Facts):
                found += [text for pair in block.pairs for text in pair]
            elif isinstance(block, ReportTable):
                found += [block.title, *block.notes, *(cell for row in block.rows for cell in row)]
    return found


def table_of(document: Document, section: str, place: int = 0) -> ReportTable:
    blocks = next(part.blocks for _, part in document.walk() if part.name == section)
    return [block for block in blocks if isinstance(block, ReportTable)][place]


@pytest.fixture(scope="module")
def fit() -> cs.Fit:
    return cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())


@pytest.fixture(scope="module")
def asked() -> cs.Questionnaire:
    items = [item for item in cs.datasets.retail_survey().items if item != "c1"]
    questions = [cs.Question(item, {"en": f"Is {item} good?", "zh": f"{item} 好吗"}, points=10) for item in items]
    parts = [cs.Indicator("Quality", items=["q1", "q2", "q3", "q4", "q5"], weight=0.6)]
    parts.append(cs.Indicator("Value", items=["v1", "v2"], weight=0.4))
    return cs.Questionnaire(questions, parts, {"en": "Shops", "zh": "超市调查"})


@pytest.fixture(scope="module", params=["en", "zh"])
def full(request: pytest.FixtureRequest, fit: cs.Fit, asked: cs.Questionnaire) -> Document:
    language: Language = request.param
    work = cs.Fieldwork("Leeds", "telephone", "2024-03-01", drawn=3000, reached=2800, answered=2400, selected="quota")
    pilot = cs.diagnose.pilot(cs.datasets.retail_survey().frame.head(40), asked)
    return made(fit, language=language, by="firm", pairs=PAIRS, questionnaire=asked, fieldwork=work, pilot=pilot)


def test_it_has_the_parts_of_a_report_in_their_order(full: Document):
    assert [section.name for section in full.sections] == ["summary", "basics", "body", "advice", "annex"]
    assert [part.name for part in full.sections[2].sections] == [
        "background", "system", "questionnaire", "data", "indices", "distribution", "segment-1", "change",
        "expectation", "causes", "analysis",
    ]  # fmt: skip
    assert [part.name for part in full.sections[4].sections] == ["annex-tables", "computed"]


def test_headings_sentences_and_titles_are_in_the_language(full: Document):
    if full.language == "zh":
        assert full.title == "超市调查"
        # What a user named, and what is the same in all languages, stands beside Chinese words.
        assert all(CHINESE.search(section.title) for _, section in full.walk())
        paragraphs = [block for _, part in full.walk() for block in part.blocks if isinstance(block, Paragraph)]
        assert all(CHINESE.search(block.text) for block in paragraphs)
        facts = [name for _, part in full.walk() for block in part.blocks if isinstance(block, Facts)
                 for name, _ in block.pairs]  # fmt: skip
        assert facts
        assert all(CHINESE.search(name) for name in facts)
    else:
        assert full.title == "Shops"
        assert not CHINESE.search(" ".join(texts_of(full)))


def test_the_index_and_its_interval_are_those_of_csi(full: Document, fit: cs.Fit):
    row = cs.csi(fit).set_index("construct").loc["Satisfaction"]
    lead = full.sections[0].blocks[0].text
    numbers = [float(text) for text in re.findall(r"\d+\.\d", lead)]
    assert numbers == [round(row[name], 1) for name in ("index", "ci_lower", "ci_upper")]
    shown = table_of(full, "indices")
    assert shown.columns[0].cells == tuple(cs.csi(fit)["construct"])
    assert shown.columns[2].cells == tuple(f"{value:.1f}" for value in cs.csi(fit)["index"])


def test_segments_are_those_of_csi_and_anova(full: Document, fit: cs.Fit):
    survey = cs.datasets.retail_survey()
    means = table_of(full, "segment-1")
    found = cs.diagnose.anova(survey, "Satisfaction", by="firm", fit=fit)
    assert means.columns[2].cells == tuple(f"{value:.1f}" for value in found.means["mean"])
    # The name of a column of the data is the reader's own, though results have a heading for "firm".
    assert means.columns[0].header == "firm"
    text = " ".join(texts_of(full))
    assert "Birch" in text
    assert "Cedar" in text


def test_change_gaps_and_targets_are_those_of_their_functions(full: Document, fit: cs.Fit):
    survey = fit.data
    trend = cs.index.trend(survey, fit=fit, constructs="Satisfaction")
    shown = table_of(full, "change")
    assert shown.columns[3].cells == tuple(f"{value:.1f}" for value in trend["index"])
    assert shown.columns[1].header == "wave"
    gaps = cs.improve.gaps(survey, PAIRS)
    header = {column.header: column.cells for column in table_of(full, "expectation").columns}
    assert tuple(f"{value:.1f}" for value in gaps["gap"]) in header.values()
    ranked = cs.improve.targets(survey, cs.index.Hierarchy.from_dict(
        {"Quality": {"weight": 0.6, "children": dict.fromkeys(["q1", "q2", "q3", "q4", "q5"], 0.2)},
         "Value": {"weight": 0.4, "children": {"v1": 0.5, "v2": 0.5}}}).global_weights)  # fmt: skip
    last = table_of(full, "analysis", -1)
    assert [cell.split(" ")[0] for cell in last.columns[1].cells] == list(ranked["item"])


@pytest.mark.parametrize(("stated", "points", "shown"), [
    ({"points": 75}, 75, "75"), ("happy", 700 / 9, "77.78"), (8, 700 / 9, "77.78"), (None, 80, "80"),
])  # fmt: skip
def test_satisfied_is_from_what_the_questionnaire_states(fit: cs.Fit, stated: object, points: float, shown: str):
    labels = {code: "happy" if code == 8 else f"answer {code}" for code in range(1, 11)}
    questions = [cs.Question(item, options=labels) for item in ("s1", "s2", "s3")]
    asked = cs.Questionnaire(questions, satisfied=stated)
    text = " ".join(texts_of(made(fit, by="firm", questionnaire=asked)))
    found = cs.diagnose.crosstab(fit.data, "Satisfaction", by="firm", threshold=points, fit=fit)
    assert f"{found.percent.iloc[0]['total']:.0f} % are satisfied ({shown} of 100 or more)" in text
    assert found.tests["pvalue"].min() < 0.001
    assert "differences this large are not explained by chance (p <0.001)" in text.replace("\u00a0", " ")


def test_what_the_fit_warns_of_is_told(fit: cs.Fit, full: Document):
    text = " ".join(texts_of(full))
    assert fit.status.warnings
    assert all(one.text(full.language) in text for one in fit.status.warnings)


def test_p_values_are_never_zero_and_no_number_is_in_scientific_notation(full: Document):
    text = "\n".join(texts_of(full))
    assert not re.search(r"p\s*=?\s*0\.000", text)
    assert not re.search(r"\d[eE][-+]?\d{2}(?!\w)", re.sub(r"\b[0-9a-f]{64}\b", "", text))


def test_the_annex_tells_how_it_was_computed(full: Document):
    blocks = next(part.blocks for _, part in full.walk() if part.name == "computed")
    facts = next(block for block in blocks if isinstance(block, Facts))
    values = [value for _, value in facts.pairs]
    assert any(f"csisem {cs.__version__}" in value for value in values)
    assert any(re.fullmatch("[0-9a-f]{64}", value) for value in values)
    design = "weights weight; strata region; clusters store"
    assert (design if full.language == "en" else "权重：weight；层：region；群：store") in values


def test_the_hash_is_of_the_answers(fit: cs.Fit):
    def digest(of: cs.Fit) -> str:
        return next(text for text in texts_of(made(of, audience="executive")) if re.fullmatch("[0-9a-f]{64}", text))

    frame = cs.datasets.retail_survey().to_pandas()
    again = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey().with_answers(frame.copy()))
    changed = frame.copy()
    changed.loc[0, "s1"] = 1.0
    other = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey().with_answers(changed))
    assert digest(again) == digest(fit) != digest(other)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("audience", ["executive", "full"])
def test_a_fit_that_must_not_be_read_says_so_first_and_prints_no_path(language: Language, audience: str):
    fit = cs.datasets.mobile_phone_model("full").fit(cs.datasets.mobile_phone())
    assert not fit
    document = made(fit, language=language, audience=audience)
    assert document.verdict is not None
    assert ("must not be read" if language == "en" else "不可使用") in document.verdict.text
    tables = [block for _, part in document.walk() for block in part.blocks if isinstance(block, ReportTable)]
    assert tables == []
    estimates = {f"{value:.3f}" for value in fit.paths["est"]} | {f"{value:.3f}" for value in fit.paths["std"]}
    # The verdict's reasons quote correlations of its own.
    others = [text for text in texts_of(document) if text != document.verdict.text]
    assert not estimates & set(re.findall(r"-?\d+\.\d{3}\b", " ".join(others)))


def test_the_next_wave_tells_the_change_since_the_last():
    survey = cs.datasets.retail_survey()
    frame = survey.to_pandas()
    options = {"scale": SCALE, "weights": "weight", "strata": "region", "clusters": "store"}
    last, now = (frame[frame["wave"] == wave].drop(columns="wave") for wave in ("2024Q3", "2024Q4"))
    fit = cs.datasets.retail_survey_model().fit(cs.Survey(now, **options))
    document = made(fit, waves={"2024Q3": last, "2024Q4": None})
    both = pd.concat([last.assign(wave="2024Q3"), now.assign(wave="2024Q4")])
    with untold():  # of rows with blanks
        trend = cs.index.trend(cs.Survey(both, **options, wave="wave"), fit=fit, constructs="Satisfaction")
    change = trend["change"].iloc[1]
    told = next(text for text in texts_of(document) if text.startswith("From 2024Q3 to 2024Q4"))
    assert f"by {abs(change):.1f} points" in told
    # An earlier survey, or the fit of its report, says the same.
    earlier = cs.Survey(last, **options)
    for given in (earlier, cs.datasets.retail_survey_model().fit(earlier)):
        assert told in texts_of(made(fit, audience="executive", waves={"2024Q3": given, "2024Q4": None}))
    unnamed = texts_of(made(fit, audience="executive", waves=[last], language="zh"))
    assert any(text.startswith("从第 1 期到本期") for text in unnamed)


def test_answers_without_a_scale_have_no_index_and_say_why():
    fit = cs.datasets.retail_survey_model().fit(cs.Survey(cs.datasets.retail_survey().to_pandas()))
    document = made(fit, by="firm")
    assert "could not be computed" in document.sections[0].blocks[0].text
    reasons = next(part.blocks[0].texts for _, part in document.walk() if part.name == "lacking")
    assert len(reasons) == 1
    assert "declare scale=" in reasons[0]


def test_groups_have_a_sentence_and_a_diagram_each(fit: cs.Fit):
    grouped = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), groups="firm")
    document = made(grouped, waves="wave")
    texts = texts_of(document)
    for firm in ("Alder", "Birch", "Cedar"):
        assert any(text.startswith(f"The Satisfaction index in {firm} is ") for text in texts)
    assert any(text.startswith("Change over time: ") and "fit by groups" in text for text in texts)
    assert sum(picture.name.startswith("figure-diagram-") for picture in document.pictures()) == 3
    assert any("6 constructs" in text and "9 paths" in text for text in texts)


@pytest.mark.parametrize("estimator", ["PLS", "MLR"])
def test_other_estimators(estimator: str):
    fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), estimator)
    document = made(fit, by="firm")
    assert [part.name for _, part in document.walk() if part.name == "lacking"] == []
    assert any("Satisfaction index is" in text for text in texts_of(document))


def test_ordered_items_one_construct_and_chinese_names():
    frame = cs.datasets.retail_survey().to_pandas()
    survey = cs.Survey(frame, scale=SCALE)
    ordered = cs.Model.from_syntax("Q =~ q1 + q2 + q3\nS =~ s1 + s2 + s3\nS ~ Q").fit(survey, "WLSMV")
    document = made(ordered, target="S")
    reasons = next(part.blocks[0].texts for _, part in document.walk() if part.name == "lacking")
    assert len(reasons) == 1
    single = made(cs.Model.from_syntax("Only =~ s1 + s2 + s3").fit(survey))
    assert any("The Only index is" in text for text in texts_of(single))
    assert any("1 construct, " in text for text in texts_of(single))
    renamed = frame.rename(columns={"firm": "企业名", "s1": "满意一", "s2": "满意二", "s3": "满意三"})
    syntax = "质量感知 =~ q1 + q2 + q3\n顾客满意 =~ 满意一 + 满意二 + 满意三\n顾客满意 ~ 质量感知"
    fit = cs.Model.from_syntax(syntax).fit(cs.Survey(renamed, scale=SCALE))
    texts = texts_of(made(fit, language="zh", by="企业名"))
    assert any(text.startswith("顾客满意指数为") for text in texts)
    assert any("按“企业名”划分，Birch最高" in text for text in texts)


def test_few_rows_with_blanks():
    frame = cs.datasets.retail_survey().to_pandas().head(250).copy()
    draw = np.random.default_rng(1)
    for item in cs.datasets.retail_survey().items:
        frame.loc[draw.random(250) < 0.05, item] = np.nan
    fit = cs.datasets.retail_survey_model().fit(cs.Survey(frame, scale=SCALE), missing="fiml")
    texts = texts_of(made(fit, by="firm", language="zh"))
    assert "使用全部答案（完全信息极大似然 FIML）" in texts


def test_refusals_are_a_sentence(fit: cs.Fit):
    moments = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    with pytest.raises(cs.DataError, match=r"by= names 'frim', which is not a column of the data \(did you mean"):
        made(fit, by="frim")
    with pytest.raises(cs.OptionError, match="by= needs answers, and the fit holds none"):
        made(moments, by="firm")
    with pytest.raises(cs.OptionError, match="language='fr' is not one of 'en', 'zh'"):
        made(fit, language="fr")
    with pytest.raises(cs.OptionError, match="audience='boss' is not one of 'executive', 'full'"):
        made(fit, audience="boss")
    with pytest.raises(cs.OptionError, match="target='Quailty' is not one of the constructs"):
        made(fit, target="Quailty")
    with pytest.raises(cs.OptionError, match="waves= takes the column of waves"):
        made(fit, waves=3)
    with pytest.raises(cs.OptionError, match="waves= names no earlier wave"):
        made(fit, waves={"now": None})
    with pytest.raises(cs.DataError, match="Wave 'old' has no column 's1'"):
        made(fit, waves={"old": cs.datasets.retail_survey().to_pandas().drop(columns="s1")})
    with pytest.raises(cs.DataError, match=r"The question .overall. needs two columns"):
        made(fit, pairs={"overall": "e1"})
    with pytest.raises(cs.OptionError, match="questionnaire= must be a Questionnaire"):
        made(fit, questionnaire="q.toml")


def test_what_is_to_be_improved_is_not_also_to_be_kept(fit):
    ranked = cs.improve.ipma(fit, "Satisfaction")
    assert ranked["field"].iloc[0] == "strength"
    texts = texts_of(made(fit, audience="executive", by=(), waves=None))
    assert any(f"First to improve: {ranked['construct'].iloc[0]}" in text for text in texts)
    assert not any("Keep up" in text for text in texts)
