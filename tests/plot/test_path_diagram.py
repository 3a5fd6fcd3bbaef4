"""Path diagrams of models and fits as they are drawn, on axes and as SVG."""

from __future__ import annotations

import sys
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import PathPatch
from matplotlib.testing.compare import compare_images

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import csisem as cs
from csisem.plot.drawing.fonts import cjk_family
from diagram_models import COMPOSITE, INTERACTION, PRESETS, SECOND_ORDER, presets

BASELINE = Path(__file__).parent / "baseline"
# As in test_images.py: letters move by fractions of a pixel between versions, a missing arrow or number is 9 and more.
TOLERANCE = 8.0
NEEDS_FONT = pytest.mark.skipif(cjk_family() is None, reason="no installed font has Chinese letters")
CHINESE = {"EXP": "顾客期望", "VAL": "价值感知", "SAT": "顾客满意", "LOY": "顾客忠诚"}


@cache
def fitted(estimator="ML", variant="small"):
    return cs.datasets.mobile_phone_model(variant).fit(cs.datasets.mobile_phone(), estimator)


@cache
def simulated(syntax, estimator="ML", groups=None):
    """A fit of a small model to answers in which everything correlates."""
    model = cs.Model.from_syntax(syntax)
    random = np.random.default_rng(1)
    common, other = random.normal(size=(2, 300, 1))
    noise = random.normal(size=(300, len(model.items)))
    answers = dict(zip(model.items, (common + 0.8 * noise + 0.3 * other).T, strict=True))
    import pandas as pd

    return model.fit(pd.DataFrame(answers).assign(half=["a", "b"] * 150), estimator, groups=groups)


def texts(ax):
    return [text.get_text() for text in ax.texts]


def by_id(ax):
    return {part.get_gid(): part for part in ax.get_children() if part.get_gid()}


def rendered(ax):
    """Boxes of all texts that stand in the diagram, and points of all lines, in pixels."""
    figure = ax.figure
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in ax.texts if text.get_gid() not in ("caption", "refusal")]
    points = []
    for patch in ax.patches:
        if isinstance(patch, PathPatch):
            path = patch.get_path()
            # A piece begins where a move does.
            for (a, b), code in zip(pairwise(ax.transData.transform(path.vertices)), path.codes[1:], strict=True):
                if code == path.LINETO:
                    points.append(a + np.linspace(0, 1, 200)[:, None] * (b - a))
    return boxes, np.concatenate(points)


def assert_apart(ax):
    boxes, points = rendered(ax)
    for k, box in enumerate(boxes):
        inside = (points > (box.x0, box.y0)) & (points < (box.x1, box.y1))
        assert not inside.all(axis=1).any(), ax.texts[k].get_text()
        for other in boxes[:k]:
            wide, high = min(box.x1, other.x1) - max(box.x0, other.x0), min(box.y1, other.y1) - max(box.y0, other.y0)
            # Boxes of letters are whole pixels.
            assert min(wide, high) <= 1.0


@pytest.mark.parametrize("name", PRESETS)
def test_no_text_of_a_published_model_crosses_a_line_or_a_text(name):
    assert_apart(cs.plot.path_diagram(PRESETS[name]))


@pytest.mark.parametrize("fit", [("ML", "small"), ("PLS", "full")], ids=str)
@pytest.mark.parametrize("errors", ["stars", "se"])
def test_no_number_of_a_fit_crosses_a_line_or_a_text(fit, errors):
    assert_apart(cs.plot.path_diagram(fitted(*fit), errors=errors))


@NEEDS_FONT
def test_a_chinese_model_draws_its_names():
    ax = cs.plot.path_diagram(presets("zh")["acsi"], language="zh")
    assert {"顾客期望", "质量感知", "价值感知", "顾客满意", "顾客抱怨", "顾客忠诚"} <= set(texts(ax))
    # A letter that no font has is a warning of matplotlib, which is an error here.
    assert_apart(ax)


def test_numbers_are_those_of_the_fit():
    fit = fitted()
    shown = texts(cs.plot.path_diagram(fit))
    for row in fit.paths.itertuples():
        star = "*" * sum(row.pvalue < limit for limit in (0.05, 0.01, 0.001))
        assert f"{row.std:.2f}{star}" in shown
    for value in fit.loadings["std"]:
        assert f"{value:.2f}" in shown
    for name, value in fit.r_squared[["VAL", "SAT", "LOY"]].items():
        assert f"R² = {value:.2f}" in shown, name
    assert "ECSI, mobile phones, four constructs: ML, n = 250; standardised estimates" in shown


def test_numbers_in_other_units_and_with_errors():
    fit = fitted()
    shown = texts(cs.plot.path_diagram(fit, estimates="unstandardized", errors="se"))
    for row in fit.paths.itertuples():
        assert f"{row.est:.2f}\n({row.se:.2f})" in shown
    # A loading that is fixed at 1 has no error.
    assert shown.count("1.00") == 4
    bare = texts(cs.plot.path_diagram(fit, estimates="none"))
    assert not any("0." in text for text in bare if "R²" not in text and "p <" not in text and "p >" not in text)


def test_lines_are_wide_by_strength_and_coloured_by_sign():
    fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    parts = by_id(cs.plot.path_diagram(fit))
    std = fit.paths.set_index(["rhs", "lhs"])["std"]
    lines = {pair: parts[f"path-{pair[0]}-{pair[1]}"] for pair in std.index}
    widths = np.array([lines[pair].get_linewidth() for pair in std.index])
    assert (np.argsort(widths) == np.argsort(np.abs(std.to_numpy()))).all()
    colours = {pair: mpl.colors.to_hex(line.get_edgecolor()) for pair, line in lines.items()}
    negative = {pair for pair, value in std.items() if value < 0}
    assert negative
    assert {colours[pair] for pair in negative}.isdisjoint(colours[pair] for pair in lines if pair not in negative)


def test_lines_are_broken_where_p_is_large():
    fit = fitted("PLS", "full")
    parts = by_id(cs.plot.path_diagram(fit))
    for row in fit.paths.itertuples():
        broken = parts[f"path-{row.rhs}-{row.lhs}"].get_linestyle() != "-" and (
            parts[f"path-{row.rhs}-{row.lhs}"]._dash_pattern[1] is not None
        )
        assert broken == (row.pvalue >= 0.05), (row.rhs, row.lhs)


def test_a_refused_fit_is_marked_and_prints_no_number():
    fit = fitted("ML", "full")
    assert not fit
    ax = cs.plot.path_diagram(fit)
    shown = texts(ax)
    assert shown[-1].startswith("and ") or fit.status.verdict in shown
    assert fit.status.verdict in shown
    assert not any(text.startswith(("0.", "1.", "2.", "−", "R²")) for text in shown)
    assert "refusal" in by_id(ax)
    assert {mpl.colors.to_hex(part.get_edgecolor()) for gid, part in by_id(ax).items()
            if gid.startswith("path-") and not gid.endswith("-head")} == {"#9aa3ab"}  # fmt: skip
    assert fit.status.verdict.text("zh") in texts(cs.plot.path_diagram(fit, language="zh"))
    assert "2.19" not in cs.plot.path_diagram_svg(fit).replace("standardised path is 2.19", "")


def test_a_fit_that_is_not_identified():
    fit = cs.Model.from_syntax("A =~ CUEX1 + CUEX2\nA ~~ a * A\nCUEX1 ~~ b * CUEX1").fit(cs.datasets.mobile_phone())
    assert not fit.status.usable
    assert fit.status.verdict in texts(cs.plot.path_diagram(fit))


def test_groups():
    fit = simulated("A =~ a1 + a2 + a3; S =~ s1 + s2 + s3; S ~ A", groups="half")
    for group in "ab":
        row = fit.paths[fit.paths["group"] == group].iloc[0]
        shown = texts(cs.plot.path_diagram(fit, group=group, errors="none"))
        assert f"{row['std']:.2f}" in shown
        assert any(f"n = 150, group {group}" in text for text in shown)
    assert texts(cs.plot.path_diagram(fit)) == texts(cs.plot.path_diagram(fit, group="a"))
    with pytest.raises(cs.OptionError, match=r"no group 'c': its groups are 'a', 'b'"):
        cs.plot.path_diagram(fit, group="c")
    with pytest.raises(cs.OptionError, match="it has no groups"):
        cs.plot.path_diagram(fitted(), group="a")


def test_kinds_of_constructs():
    second = by_id(cs.plot.path_diagram(simulated(SECOND_ORDER)))
    assert {"dimension-Q-A", "dimension-Q-B", "dimension-Q-C", "path-Q-S", "loading-A-a1"} <= second.keys()
    ax = cs.plot.path_diagram(simulated(INTERACTION, "PLS"))
    assert "A × P" in texts(ax)
    assert "path-A_P-S" in by_id(ax)
    formed = by_id(cs.plot.path_diagram(simulated(COMPOSITE)))
    assert {"weight-A-a1", "path-A-p1", "path-p1-S", "construct-p1"} <= formed.keys()
    assert len(formed["construct-A"].get_path().vertices) == 7


def test_weights_of_composites_and_loadings_of_others():
    fit = simulated(COMPOSITE)
    shown = texts(cs.plot.path_diagram(fit, errors="none"))
    for table in (fit.weights, fit.loadings[fit.loadings["lhs"] == "S"]):
        assert {f"{value:.2f}" for value in table["std"]} <= set(shown)


def test_covariances_that_are_drawn():
    factors = cs.Model.from_syntax("A =~ a1 + a2; B =~ b1 + b2; C =~ c1 + c2")
    assert {"covariance-A-B", "covariance-A-C", "covariance-B-C"} <= by_id(cs.plot.path_diagram(factors)).keys()
    text = "A =~ a1 + a2; B =~ b1 + b2; S =~ s1 + s2; S ~ A + B; a1 ~~ b1"
    ax = cs.plot.path_diagram(cs.Model.from_syntax(text))
    assert "covariance-a1-b1" in by_id(ax)
    assert "covariance-A-B" not in by_id(ax)
    assert "1 covariance that the model leaves free by default is not drawn" in texts(ax)
    every = by_id(cs.plot.path_diagram(cs.Model.from_syntax(text), covariances=True))
    assert {"covariance-a1-b1", "covariance-A-B"} <= every.keys()
    none = by_id(cs.plot.path_diagram(cs.Model.from_syntax(text), covariances=False))
    assert not any(gid.startswith("covariance") for gid in none)


def test_an_item_of_two_constructs_stands_beside_the_first():
    parts = by_id(cs.plot.path_diagram(cs.Model.from_syntax("A =~ x1 + x2; B =~ y1 + y2 + x2; B ~ A")))
    assert {"loading-A-x2", "loading-B-x2"} <= parts.keys()
    assert sum(gid == "item-x2" for gid in parts) == 1


def test_symbols_of_a_model_and_labels():
    model = cs.datasets.mobile_phone_model("small")
    assert {"γ₁₁", "γ₂₁", "β₂₁", "β₃₂"} <= set(texts(cs.plot.path_diagram(model)))
    assert not any("β" in text for text in texts(cs.plot.path_diagram(model, estimates="none")))
    without = cs.plot.path_diagram(model, items=False)
    assert "CUEX1" not in texts(without)
    shown = texts(cs.plot.path_diagram(model, labels={"SAT": "Satisfied?", "CUSA1": "overall"}))
    assert "Satisfied?" in shown
    assert "overall" in shown
    assert "SAT" not in shown


def test_long_names_are_broken_and_shortened():
    model = cs.Model.from_syntax("CalculativeCommitment =~ question_number_one_of_the_form + q2; S =~ s1 + s2; "
                                 "S ~ CalculativeCommitment")  # fmt: skip
    ax = cs.plot.path_diagram(model)
    assert "Calculative\nCommitment" in texts(ax)
    assert "question_number…" in texts(ax)
    assert_apart(ax)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"estimates": "standardised"}, "estimates='standardised' is not one of .*did you mean 'standardized'"),
        ({"estimates": "symbols"}, "estimates='symbols' is for a model"),
        ({"errors": "bars"}, "errors='bars' is not one of"),
        ({"estimates": "none", "errors": "se"}, "needs numbers to stand by"),
        ({"items": 1}, "items=1 is not one of True, False"),
        ({"covariances": "all"}, "covariances='all' is not one of True, False, None"),
        ({"language": "de"}, "language='de'"),
        ({"labels": ["SAT"]}, "labels= maps names"),
        ({"ax": 3}, "ax= must be matplotlib axes"),
    ],
)
def test_options_that_cannot_be_used(options, said):
    with pytest.raises(cs.OptionError, match=said):
        cs.plot.path_diagram(fitted(), **options)


def test_what_a_model_has_not():
    model = cs.datasets.mobile_phone_model("small")
    with pytest.raises(cs.OptionError, match="a model has none yet"):
        cs.plot.path_diagram(model, estimates="standardized")
    with pytest.raises(cs.OptionError, match="errors= is for a fit") as caught:
        cs.plot.path_diagram(model, errors="stars")
    assert caught.value.text("zh").startswith("errors= 用于拟合结果")
    with pytest.raises(cs.OptionError, match="group= is for a fit by groups"):
        cs.plot.path_diagram(model, group="a")
    with pytest.raises(cs.OptionError, match="takes a model, or the result of fit"):
        cs.plot.path_diagram(fitted().parameters)


def test_it_is_as_large_as_the_axes():
    _, ax = plt.subplots(figsize=(4, 3))
    assert cs.plot.path_diagram(fitted(), ax=ax) is ax
    assert_apart(ax)
    other = cs.plot.path_diagram(fitted())
    assert other is not ax
    assert other.texts[0].get_fontsize() == pytest.approx(10.0, rel=1e-6)
    assert ax.texts[0].get_fontsize() < 7


def test_plot_is_the_path_diagram():
    fit = fitted()
    assert texts(fit.plot(errors="se")) == texts(cs.plot.path_diagram(fit, errors="se"))
    assert texts(fit.model.plot()) == texts(cs.plot.path_diagram(fit.model))


def test_svg_has_an_id_and_full_numbers_for_every_arrow():
    fit = fitted()
    root = ElementTree.fromstring(cs.plot.path_diagram_svg(fit, prefix="d-"))
    groups = {group.get("id"): group for group in root.iter("{http://www.w3.org/2000/svg}g")}
    assert groups.keys() == {f"d-{gid}" for gid in by_id(cs.plot.path_diagram(fit))
                             if not gid.endswith("-head") and gid != "caption"}  # fmt: skip
    row = fit.paths[fit.paths["rhs"] == "VAL"].iloc[0]
    title = groups["d-path-VAL-SAT"].find("{http://www.w3.org/2000/svg}title").text
    assert title.startswith(f"SAT ~ VAL; est {row['est']:.3f} ± {row['se']:.3f}")
    assert f"[{row['ci_lower']:.3f}, {row['ci_upper']:.3f}]; p < 0.001; std {row['std']:.3f}" in title
    drawn = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert drawn == [line for text in texts(cs.plot.path_diagram(fit)) for line in text.split("\n")]
    assert " id=" not in cs.plot.path_diagram_svg(fit)


def test_svg_escapes_all_texts():
    name, item = '<script>alert("1")</script>', "a&'b"
    model = cs.Model([cs.Construct(name, [item, "x2"]), cs.Construct("S", ["s1", "s2"])], [(name, "S")], title="<b>")
    text = cs.plot.path_diagram_svg(model, prefix='"><')
    assert "<script" not in text
    ElementTree.fromstring(text)
    assert item in "".join(ElementTree.fromstring(text).itertext())


def image(path, language):
    """Save the small fit's diagram as a small image; English in the font that matplotlib brings."""
    with mpl.rc_context({"font.family": "DejaVu Sans", "savefig.dpi": 60}):
        labels = CHINESE if language == "zh" else None
        target = path / f"path_diagram_{language}.png"
        cs.plot.path_diagram(fitted(), language=language, labels=labels).figure.savefig(
            target, metadata={"Software": None}
        )
    plt.close("all")
    return target


@pytest.mark.parametrize(
    "language",
    [
        "en",
        pytest.param("zh", marks=pytest.mark.skipif(cjk_family() != "Noto Sans CJK SC", reason="the image was made "
                                                    "with Noto Sans CJK SC, which is not installed")),
    ],
)  # fmt: skip
def test_the_picture_looks_as_it_did(language, tmp_path):
    found = image(tmp_path, language)
    assert compare_images(str(BASELINE / found.name), str(found), TOLERANCE) is None


if __name__ == "__main__":
    mpl.use("Agg")
    for spoken in ("en", "zh"):
        image(BASELINE, spoken)
