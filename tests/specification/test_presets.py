"""The published models: their paths, their names, what may be left out, and the pages that describe them."""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from csisem.errors import ModelError, OptionError
from csisem.models import presets
from csisem.models.model import Model
from csisem.models.published import ACSI, CCSI, ECSI, NCSB, SCSB, CcsiVariant, EcsiVariant, NcsbVariant, PublishedModel

PAGES = Path(__file__).parents[2] / "docs" / "models"

SERVQUAL = ("Tangibles", "Reliability", "Responsiveness", "Assurance", "Empathy")

# facts.md section 1, path by path.
ECSI_BASIC = "Image>Satisfaction Image>Loyalty Expectation>Value Expectation>Satisfaction ProductQuality>Value " \
    "ProductQuality>Satisfaction ServiceQuality>Value ServiceQuality>Satisfaction Value>Satisfaction " \
    "Satisfaction>Loyalty"  # fmt: skip
CCSI_RECURSIVE = "Image>Expectation Image>Quality Image>Value Image>Satisfaction Expectation>Quality " \
    "Expectation>Value Expectation>Satisfaction Quality>Value Quality>Satisfaction Value>Satisfaction " \
    "Satisfaction>Loyalty"  # fmt: skip
NCSB_BASIC = " ".join(f"{quality}>Satisfaction" for quality in SERVQUAL) + (
    " Price>Satisfaction Price>Loyalty ComplaintHandling>Satisfaction ComplaintHandling>Loyalty Satisfaction>Image "
    "Satisfaction>AffectiveCommitment Satisfaction>CalculativeCommitment Satisfaction>Loyalty Image>Loyalty "
    "AffectiveCommitment>Loyalty CalculativeCommitment>Loyalty"
)
CASES: dict[str, tuple[PublishedModel, int, str]] = {
    "scsb": (
        SCSB,
        6,
        "Expectation>Value Expectation>Satisfaction Value>Satisfaction Satisfaction>Complaints "
        "Satisfaction>Loyalty Complaints>Loyalty",
    ),
    "acsi": (
        ACSI,
        9,
        "Expectation>Quality Expectation>Value Expectation>Satisfaction Quality>Value Quality>Satisfaction "
        "Value>Satisfaction Satisfaction>Complaints Satisfaction>Loyalty Complaints>Loyalty",
    ),
    "ecsi mobile": (
        ECSI["mobile"],
        12,
        "Image>Expectation Expectation>Quality Expectation>Value Quality>Value Image>Satisfaction "
        "Expectation>Satisfaction Quality>Satisfaction Value>Satisfaction Satisfaction>Complaints Image>Loyalty "
        "Satisfaction>Loyalty Complaints>Loyalty",
    ),
    "ecsi basic": (ECSI["basic"], 10, ECSI_BASIC),
    "ecsi ordered": (
        ECSI["ordered"],
        13,
        ECSI_BASIC + " Image>Expectation Expectation>ProductQuality Expectation>ServiceQuality",
    ),
    "ccsi recursive": (CCSI["recursive"], 11, CCSI_RECURSIVE),
    "ccsi image_loyalty": (
        CCSI["image_loyalty"],
        11,
        CCSI_RECURSIVE.replace("Expectation>Satisfaction", "Image>Loyalty"),
    ),
    "ncsb basic": (NCSB["basic"], 16, NCSB_BASIC),
    "ncsb image_commitment": (
        NCSB["image_commitment"],
        18,
        NCSB_BASIC + " Image>AffectiveCommitment Image>CalculativeCommitment",
    ),
}
ACSI_ITEMS: dict[str, Any] = {
    "expectation": ["e1", "e2", "e3"],
    "quality": ["q1", "q2", "q3"],
    "value": ["v1", "v2"],
    "satisfaction": ["s1", "s2", "s3"],
    "complaints": "c1",
    "loyalty": ["l1", "l2"],
}


def full(case: str, **options: Any) -> Model:
    """The preset with two items for every construct, called as a user calls it."""
    name, _, variant = case.partition(" ")
    keywords = {keyword(c): [f"{c}_1", f"{c}_2"] for c in CASES[case][0].constructs}
    chosen = {"variant": variant} if variant else {}
    preset: Callable[..., Model] = getattr(presets, name)
    return preset(**keywords, **chosen, **options)


def keyword(construct: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", construct).lower()


def paths(model: Model) -> list[str]:
    return [f"{r.rhs}>{r.lhs}" for r in model.relations if r.op == "~"]


def symbols(model: Model) -> dict[tuple[str, str], str]:
    """Cause and outcome of every path with its Greek name."""
    matrices = model.matrices()
    return {
        (str(cause), str(outcome)): symbol
        for frame in (matrices.B, matrices.Gamma)
        for outcome, row in frame.to_dict("index").items()
        for cause, symbol in row.items()
        if symbol != "0"
    }


@pytest.mark.parametrize("case", CASES)
def test_paths(case: str) -> None:
    _, count, expected = CASES[case]
    drawn = paths(full(case))
    assert len(drawn) == count
    assert sorted(drawn) == sorted(expected.split())


@pytest.mark.parametrize("case", CASES)
def test_constructs_stand_in_causal_order(case: str) -> None:
    model = full(case)
    order = [construct.name for construct in model.constructs]
    assert order == list(CASES[case][0].constructs)
    for path in paths(model):
        cause, outcome = path.split(">")
        assert order.index(cause) < order.index(outcome)


def test_every_variant_of_the_signatures_exists() -> None:
    assert set(get_args(EcsiVariant)) == set(ECSI)
    assert set(get_args(CcsiVariant)) == set(CCSI)
    assert set(get_args(NcsbVariant)) == set(NCSB)


@pytest.mark.parametrize("case", ["ecsi mobile", "ccsi recursive", "ncsb basic"])
def test_default_variant(case: str) -> None:
    name = case.partition(" ")[0]
    items = {keyword(c): [f"{c}_1", f"{c}_2"] for c in CASES[case][0].constructs}
    assert getattr(presets, name)(**items) == full(case)


def test_acsi_has_fornells_numbering() -> None:
    model = presets.acsi(**ACSI_ITEMS)
    free = symbols(model)
    assert set(free.values()) == {"β21", "β31", "β32", "β43", "β53", "β54", "γ11", "γ21", "γ31"}
    assert free["Complaints", "Loyalty"] == "β54"
    assert free["Expectation", "Value"] == "γ21"
    assert free["Expectation", "Satisfaction"] == "γ31"
    assert model.matrices().B.index.tolist() == ["Quality", "Value", "Satisfaction", "Complaints", "Loyalty"]
    assert model.items == ("e1", "e2", "e3", "q1", "q2", "q3", "v1", "v2", "s1", "s2", "s3", "c1", "l1", "l2")


def test_three_zero_paths_of_the_training_texts() -> None:
    model = presets.acsi(**ACSI_ITEMS)
    fewer = model.fix(("Complaints", "Loyalty"), ("Expectation", "Value"), ("Expectation", "Satisfaction"))
    # Fixed and not left out: no covariance may come in their place, so exactly three parameters go.
    assert fewer.table().npar == model.table().npar - 3
    assert set(symbols(fewer).values()) == {"β21", "β31", "β32", "β43", "β53", "γ11"}
    assert fewer.source == model.source
    assert Model.from_syntax(fewer.to_syntax()) == fewer


def test_english_names_of_a_chinese_model_are_understood() -> None:
    model = presets.acsi(**ACSI_ITEMS, language="zh")
    with pytest.raises(ModelError, match=r"\('Complaints' is '顾客抱怨' here\) \('Loyalty' is '顾客忠诚' here\)\.$"):
        model.fix(("Complaints", "Loyalty"))
    with pytest.raises(ModelError, match=r"no construct 'Satisfaction' \('Satisfaction' is '顾客满意' here\)"):
        model.construct("Satisfaction")
    with pytest.raises(ModelError, match=r"\('顾客抱怨' is 'Complaints' here\)"):
        presets.acsi(**ACSI_ITEMS).fix(("顾客抱怨", "Loyalty"))
    ccsi = presets.ccsi(satisfaction=["s1", "s2", "s3"], quality=["q1", "q2"], language="zh")
    with pytest.raises(ModelError, match=r"\('顾客满意' is '顾客满意度' here\)"):
        ccsi.construct("顾客满意")
    with pytest.raises(ModelError, match=r"did you mean '顾客抱怨'"):
        model.fix(("顾客报怨", "顾客忠诚"))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_syntax_round_trip(case: str, language: str) -> None:
    model = full(case, language=language)
    assert Model.from_syntax(model.to_syntax()) == model


# Free parameters that lavaan 0.6-14 counts for the written syntax (lavaanify with sem()'s defaults), two items each.
NPAR = {
    "scsb": 26, "acsi": 33, "ecsi mobile": 40, "ecsi basic": 44, "ecsi ordered": 41, "ccsi recursive": 35,
    "ccsi image_loyalty": 35, "ncsb basic": 85, "ncsb image_commitment": 87,
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_free_parameters_are_lavaans(case: str) -> None:
    assert full(case).table().npar == NPAR[case]


def test_chinese_names() -> None:
    model = presets.acsi(**ACSI_ITEMS, language="zh")
    names = [construct.name for construct in model.constructs]
    assert names == ["顾客期望", "质量感知", "价值感知", "顾客满意", "顾客抱怨", "顾客忠诚"]
    assert "顾客忠诚 ~ 顾客满意 + 顾客抱怨" in model.to_syntax()
    national = full("ccsi recursive", language="zh")
    assert [c.name for c in national.constructs] == [
        "品牌形象", "预期质量", "感知质量", "感知价值", "顾客满意度", "顾客忠诚",
    ]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_construct_has_a_chinese_name_of_its_own(case: str) -> None:
    names = [construct.name for construct in full(case, language="zh").constructs]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[\u4e00-\u9fff]+", name) for name in names)


def test_renaming() -> None:
    model = presets.acsi(**ACSI_ITEMS, names={"Satisfaction": "满意", "Loyalty": "Value 2"})
    assert model.construct("满意").items == ("s1", "s2", "s3")
    assert "Complaints>Value 2" in paths(model)
    assert Model.from_syntax(model.to_syntax()) == model
    assert presets.acsi(**ACSI_ITEMS, language="zh", names={"Satisfaction": "满意"}).construct("顾客期望")
    swapped = presets.acsi(**ACSI_ITEMS, names={"Quality": "Value", "Value": "Quality"})
    assert swapped.construct("Value").items == ("q1", "q2", "q3")
    # A mapping kept for a full questionnaire serves the model without complaints too.
    left = presets.acsi(**{**ACSI_ITEMS, "complaints": None}, names={"Complaints": "抱怨"})
    assert len(left.constructs) == 5


def test_leaving_out() -> None:
    model = presets.acsi(**{**ACSI_ITEMS, "complaints": None})
    assert repr(model) == "Model(ACSI without Complaints: 5 constructs, 13 observed, 7 paths)"
    assert not any("Complaints" in path for path in paths(model))
    smallest = presets.ecsi(satisfaction=["s1", "s2"], quality=["q1", "q2"])
    assert paths(smallest) == ["Quality>Satisfaction"]
    assert smallest.title == "ECSI (mobile) without Image, Expectation, Value, Complaints, Loyalty"


def test_items_are_taken_as_given() -> None:
    model = presets.scsb(satisfaction=("s1", "s2"), value=["v1", "s1"], loyalty="l1")
    assert model.construct("Value").items == ("v1", "s1")
    assert model.construct("Loyalty").items == ("l1",)
    assert all(construct.mode == "A" for construct in model.constructs)


@pytest.mark.parametrize("case", CASES)
def test_title_and_source(case: str) -> None:
    name, _, variant = case.partition(" ")
    model = full(case)
    assert model.title == (f"{name.upper()} ({variant})" if variant else name.upper())
    assert re.search(r"\b(19|20)\d\d\b", model.source)
    assert re.search("read|inferred|from memory", model.source)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("scsb", ["Fornell, C. (1992)", "Journal of Marketing", "from memory"]),
        ("acsi", ["Fornell, C., Johnson", "60(4), 7-18", "from memory"]),
        ("ecsi", ["Tenenhaus", "159-205", "ECSI Technical Committee (1998)", "are inferred", "from memory"]),
        ("ccsi", ["GB/T 19038-2009", "eleven paths are inferred", "not read in the standard"]),
        ("ncsb", ["Johnson, M. D., Gustafsson", "22, 217-245", "sixteen paths are inferred"]),
    ],
)
def test_docstrings_name_the_source(name: str, said: list[str]) -> None:
    text = " ".join((getattr(presets, name).__doc__ or "").split())
    for words in said:
        assert words in text


def test_only_models_are_offered() -> None:
    assert dir(presets) == ["acsi", "ccsi", "ecsi", "ncsb", "scsb"]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"satisfaction": None}, ModelError, "ACSI needs items for Satisfaction; it cannot be left out."),
        (
            dict.fromkeys(["expectation", "quality", "value", "complaints", "loyalty"]),
            ModelError,
            "leaves 'Satisfaction' without any path; give items for a construct next to it.",
        ),
        (
            {"names": {"Satisfacton": "S"}},
            ModelError,
            "names= renames 'Satisfacton', which is not a construct of ACSI (did you mean 'Satisfaction'?).",
        ),
        (
            {"names": {"顾客满意": "满意"}, "language": "zh"},
            ModelError,
            "names= renames '顾客满意', which is not a construct of ACSI (its key is 'Satisfaction').",
        ),
        (
            {"names": ["Satisfaction"]},
            ModelError,
            "names= must map construct names to new ones; got a value of type list.",
        ),
        ({"names": {"Value": 3}}, ModelError, "names= gives 'Value' the name 3, which is not text."),
        ({"names": {"Value": " "}}, ModelError, "The name of a construct must be text that is not empty; got ' '."),
        ({"names": {"Value": "Quality"}}, ModelError, "Two constructs have the name 'Quality'."),
        ({"language": "cn"}, OptionError, "language='cn' is not one of 'en', 'zh'"),
        ({"quality": []}, ModelError, "Construct 'Quality' has no items."),
        ({"quality": ["q1", "q1"]}, ModelError, "Construct 'Quality' names the item 'q1' 2 times."),
        ({"quality": [1, 2]}, ModelError, "Construct 'Quality' has an item that is not a column name: 1."),
        ({"quality": [["q1"], "q2"]}, ModelError, "Construct 'Quality' has an item that is not a column name: ['q1']."),
        ({"quality": 5}, ModelError, "Quality takes one column name or a list of them, not a value of type int."),
        (
            {"quality": {"q1", "q2"}},
            ModelError,
            "Quality takes one column name or a list of them, not a value of type set.",
        ),
        (
            {"quality": "Quality"},
            ModelError,
            "Quality has the item 'Quality', which is also the name of a construct; "
            "rename the construct, names={'Quality': ...}.",
        ),
        ({"value": ["v1", "Loyalty"]}, ModelError, "Value has the item 'Loyalty', which is also the name of a"),
    ],
)
def test_bad_input_gets_one_sentence(change: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        presets.acsi(**{**ACSI_ITEMS, **change})
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_constructs_of_another_variant_are_refused() -> None:
    with pytest.raises(ModelError, match=r"ECSI \(basic\) has no construct 'Quality', 'Complaints'; it has Image, "):
        presets.ecsi(quality="q", complaints="c", satisfaction="s", variant="basic")
    with pytest.raises(ModelError, match=r"ECSI \(mobile\) has no construct 'ProductQuality'; it has Image, "):
        presets.ecsi(product_quality="q", satisfaction="s")
    with pytest.raises(OptionError, match=r"variant='ordred' is not one of .* \(did you mean 'ordered'\?\)"):
        presets.ecsi(quality="q", satisfaction="s", variant="ordred")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="variant='full'"):
        presets.ccsi(quality="q", satisfaction="s", variant="full")  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="variant='full'"):
        presets.ncsb(price="q", satisfaction="s", variant="full")  # type: ignore[arg-type]


def test_a_construct_that_would_hang_loose_is_refused() -> None:
    # Without quality and value, expectation points to nothing where it has no path to satisfaction.
    with pytest.raises(ModelError, match="leaves 'Expectation' without any path"):
        presets.ccsi(expectation="e", satisfaction="s", loyalty="l", variant="image_loyalty")


@pytest.mark.parametrize("page", ["index", "scsb", "acsi", "ecsi", "ccsi", "ncsb"])
def test_sessions_on_the_pages_run(page: str) -> None:
    sessions = re.findall(r"```pycon\n(.*?)```", (PAGES / f"{page}.md").read_text("utf-8"), re.DOTALL)
    assert sessions
    for number, session in enumerate(sessions):
        test = doctest.DocTestParser().get_doctest(session, {}, f"{page} {number}", page, 0)
        reported: list[str] = []
        results = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=reported.append)
        assert results.failed == 0, "".join(reported)


@pytest.mark.parametrize("case", CASES)
def test_pages_list_the_paths_and_names_that_are_shipped(case: str) -> None:
    name, _, variant = case.partition(" ")
    text = (PAGES / f"{name}.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    header = next(row for row in rows if row[0] == "Path")
    column = header.index(f'`"{variant}"`' if variant else "Symbol")
    listed = {tuple(row[0].split(" → ")): row[column] for row in rows if "→" in row[0] and row[column]}
    assert listed == symbols(full(case))
    described = {tuple(row[:3]) for row in rows}
    chinese = full(case, language="zh")
    for english, construct in zip(full(case).constructs, chinese.constructs, strict=True):
        assert (english.name, construct.name, f"`{keyword(english.name)}`") in described
