"""What holds for every picture: axes, languages, refusals, labels apart."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

import csisem as cs
from csisem.display.words import WORDS
from csisem.plot.drawing.fonts import cjk_family, has_cjk
from plot.pictures import LABELS, PICTURES, WITHOUT_NAMES, anova, csi, draw, fit, results, survey, tree, trend

NEEDS_FONT = pytest.mark.skipif(cjk_family() is None, reason="no installed font has Chinese letters")
# It shows the names of the data alone.
UNTITLED = ("pie",)
# Boxes of texts may touch by a pixel: they are rounded to whole ones.
PIXEL = 1.0


def test_these_are_all_pictures():
    # Path diagrams have tests of their own.
    assert {name for name in cs.plot.__all__ if not name.startswith("path_diagram")} == set(PICTURES)


def test_the_package_and_its_room_of_pictures_load_without_matplotlib():
    code = "import sys, csisem as cs; cs.plot.index; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("name", PICTURES)
def test_it_draws_in_english_on_the_given_axes_and_returns_them(name):
    figure, (left, right) = plt.subplots(1, 2)
    before = len(right.get_children())
    assert draw(name, ax=left) is left
    assert left.has_data() or left.texts
    assert len(right.get_children()) == before
    assert plt.get_fignums() == [figure.number]
    assert not any(has_cjk(text.get_text()) for text in [*left.texts, left.title, left.xaxis.label, left.yaxis.label])


@pytest.mark.parametrize("name", ["index", "hierarchy", "radar", "residuals"])
def test_without_axes_it_takes_the_current_ones_if_they_are_empty(name):
    current = plt.gca()
    assert draw(name) is current
    other = draw(name)
    assert isinstance(other, Axes)
    assert other is not current


@NEEDS_FONT
@pytest.mark.parametrize("name", PICTURES)
def test_it_speaks_chinese(name):
    options = {} if name in WITHOUT_NAMES else {"labels": LABELS}
    ax = draw(name, language="zh", **options)
    # A letter that no font has is a warning of matplotlib, which is an error here.
    ax.figure.draw_without_rendering()
    if name in UNTITLED:
        return
    texts, other = ([part.get_title(), part.get_xlabel(), part.get_ylabel()] for part in (ax, draw(name)))
    assert any(map(has_cjk, texts))
    assert not set(filter(None, texts)) & set(other)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(
    "wrong", [None, 3, "x", pd.DataFrame(), pd.DataFrame({"a": [1.0, 2.0]}), object()],
    ids=["None", "number", "text", "empty", "other frame", "object"],
)  # fmt: skip
def test_another_result_is_refused_in_one_sentence(name, wrong):
    if name in ("bar", "pie", "line") and isinstance(wrong, pd.DataFrame) and len(wrong):
        # These draw any table of numbers.
        assert isinstance(getattr(cs.plot, name)(wrong), Axes)
        return
    with pytest.raises(cs.DataError) as caught:
        getattr(cs.plot, name)(wrong)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    assert not plt.get_fignums()


FRAMES = ("index", "trend", "radar", "ranks", "bar", "pie", "line", "likert", "gaps", "quadrant", "ipma", "kano",
          "loyalty_curve", "pareto")  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_without_numbers_is_refused(name):
    frame = results()[name].copy()
    for column in frame.select_dtypes("number"):
        frame[column] = np.nan
    with pytest.raises(cs.DataError, match=r"no number|must hold numbers|numbers of at least 0"):
        getattr(cs.plot, name)(frame)
    with pytest.raises(cs.DataError, match=r"no rows|no numbers"):
        getattr(cs.plot, name)(results()[name].iloc[:0])


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(
    ("option", "value"), [("language", "fr"), ("ax", "x"), ("labels", {1: 2})], ids=["language", "ax", "labels"]
)
def test_options_are_checked(name, option, value):
    if option == "labels" and name in WITHOUT_NAMES:
        return
    with pytest.raises(cs.OptionError, match=f"{option}="):
        draw(name, **{option: value})


def test_axes_without_pyplot_can_be_drawn_on(tmp_path):
    ax = Figure().subplots()
    cs.plot.ipma(results()["ipma"], ax=ax)
    assert not plt.get_fignums()
    for kind in ("svg", "pdf"):
        ax.figure.savefig(tmp_path / f"map.{kind}")


@NEEDS_FONT
@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_chinese_pictures_are_saved_as_drawings(kind, tmp_path):
    ax = draw("index", language="zh", labels=LABELS)
    ax.figure.savefig(tmp_path / f"index.{kind}")
    assert (tmp_path / f"index.{kind}").stat().st_size > 5000


def test_polar_axes_are_refused():
    ax = plt.subplot(projection="polar")
    with pytest.raises(cs.OptionError, match="projection 'polar'"):
        cs.plot.radar({"a": 1, "b": 2, "c": 3}, ax=ax)


@pytest.mark.parametrize(
    ("result", "picture"),
    [("group_means", "group_means"), ("crosstab", "crosstab"), ("disconfirmation", "disconfirmation"),
     ("histogram", "histogram"), ("scree", "scree"), ("discriminant", "discriminant"), ("bootstrap", "bootstrap"),
     ("hierarchy", "hierarchy")],
)  # fmt: skip
def test_results_draw_their_picture(result, picture):
    ax = plt.gca()
    assert results()[result].plot(ax) is ax
    assert ax.get_title() == draw(picture).get_title()


def boxes(texts, renderer):
    """The boxes of texts alone: those of annotations have their arrows too."""
    return [Text.get_window_extent(text, renderer) for text in texts if text.get_text().strip() and text.get_visible()]


def overlaps(found):
    """Pairs of boxes that share more than a pixel on both sides."""
    pairs = []
    for one, other in combinations(found, 2):
        across = min(one.x1, other.x1) - max(one.x0, other.x0)
        up = min(one.y1, other.y1) - max(one.y0, other.y0)
        if across > PIXEL and up > PIXEL:
            pairs.append((one, other))
    return pairs


def twelve_trends():
    """Four trends, and the same a little higher and lower."""
    four = trend("region")
    parts = [four.assign(region=four["region"] + firm, index=four["index"] + k) for k, firm in enumerate("ABC")]
    return pd.concat(parts, ignore_index=True)


REASONS = cs.index.outcomes.pareto({f"reason {k}": 20 - k for k in range(12)})
TWELVE = {
    "index": lambda **options: cs.plot.index(csi(("region", "firm")), "Satisfaction", **options),
    "trend": lambda **options: cs.plot.trend(twelve_trends(), **options),
    "months": lambda **options: cs.plot.line({f"2024-{1 + k % 12:02d}-{k}": 60 + k % 5 for k in range(40)}, **options),
    "means": lambda **options: cs.plot.group_means(anova(("region", "firm")), **options),
    "gaps": lambda **options: cs.plot.gaps(
        cs.improve.gaps(survey(), {"overall": ("e1", "q1"), "faults": ("e3", "q5"), "needs": ("e2", "q2")}, by="firm"),
        **options,
    ),
    "ipma": lambda **options: cs.plot.ipma(cs.improve.ipma(fit(), "Satisfaction", of="items"), **options),
    "bar": lambda **options: cs.plot.bar({f"segment {k}": 60 + k for k in range(12)}, **options),
    "pareto": lambda **options: cs.plot.pareto(
        cs.index.outcomes.pareto({f"reason {k}": 20 - k for k in range(12)}), **options
    ),
    "tree": lambda **options: cs.plot.hierarchy(tree(), tree().score(survey()), **options),
    "pie": lambda **options: cs.plot.pie({f"segment {k}": 1 + k % 3 for k in range(12)}, **options),
}


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=NEEDS_FONT)])
@pytest.mark.parametrize("name", TWELVE)
def test_labels_of_twelve_segments_do_not_overlap(name, language):
    labels = None
    if language == "zh":
        labels = LABELS | {f"segment {k}": f"第{k}个很长很长的细分市场名称" for k in range(12)}
        labels |= {f"reason {k}": f"第{k}种流失的原因说明" for k in range(12)}
    ax = TWELVE[name](language=language, labels=labels)
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    for axis in (ax.xaxis, ax.yaxis):
        assert not overlaps(boxes(axis.get_ticklabels(), renderer))
    assert not overlaps(boxes(ax.texts, renderer))


def test_words_of_pictures_are_a_catalogue():
    assert sum(code.startswith("plot.") for code in WORDS) > 60
