"""Pictures as images, against those that were looked at: ``python tests/plot/test_images.py`` makes them anew."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image, ImageFilter

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

import csisem as cs
from csisem.plot.drawing.fonts import cjk_family
from plot.pictures import LABELS, csi, draw, survey, tree

BASELINE = Path(__file__).parent / "baseline"
BLUR = 5
"""Pixels over which images are smoothed: without hinting of letters everything moves by about one."""
# Root mean square of the differences of 0-255: up to 3.5 where letters are not hinted, 4.7 where intervals are missing.
TOLERANCE = 4.0
# The look of Chinese letters depends on which font is installed; the baseline has Noto Sans CJK.
CHINESE_FONT = "Noto Sans CJK SC"

IMAGES = {
    "index": lambda **options: cs.plot.index(csi("region"), "Satisfaction", **options),
    "ipma": lambda **options: draw("ipma", **options),
    "hierarchy": lambda **options: cs.plot.hierarchy(tree(), tree().score(survey()), **options),
    "likert": lambda **options: draw("likert", **options),
    "radar": lambda **options: draw("radar", **options),
}


def image(name: str, language: str, path: Path) -> Path:
    """Save the picture as a small image; English in the font that matplotlib brings."""
    with mpl.rc_context({"font.family": "DejaVu Sans", "savefig.dpi": 60}):
        labels = LABELS if language == "zh" else None
        ax = IMAGES[name](language=language, labels=labels)
        target = path / f"{name}_{language}.png"
        ax.figure.savefig(target, metadata={"Software": None})
    plt.close("all")
    return target


def difference(found: Path) -> float:
    """Root mean square of the differences from the baseline, both smoothed."""
    both = [Image.open(path).convert("RGB") for path in (BASELINE / found.name, found)]
    assert both[0].size == both[1].size
    one, other = (np.asarray(part.filter(ImageFilter.GaussianBlur(BLUR)), dtype=float) for part in both)
    return float(np.sqrt(((one - other) ** 2).mean()))


@pytest.mark.parametrize("name", IMAGES)
def test_the_picture_looks_as_it_did(name, tmp_path):
    found = image(name, "en", tmp_path)
    assert difference(found) < TOLERANCE


@pytest.mark.skipif(
    cjk_family() != CHINESE_FONT, reason=f"the images were made with {CHINESE_FONT}, which is not installed"
)
@pytest.mark.parametrize("name", ["index", "hierarchy"])
def test_the_chinese_picture_looks_as_it_did(name, tmp_path):
    found = image(name, "zh", tmp_path)
    assert difference(found) < TOLERANCE


def test_a_missing_part_is_seen(tmp_path):
    with mpl.rc_context({"font.family": "DejaVu Sans", "savefig.dpi": 60}):
        ax = IMAGES["index"](language="en")
        ax.collections[0].remove()
        found = tmp_path / "index_en.png"
        ax.figure.savefig(found)
    assert difference(found) > TOLERANCE


if __name__ == "__main__":
    mpl.use("Agg")
    BASELINE.mkdir(exist_ok=True)
    for one in IMAGES:
        image(one, "en", BASELINE)
    for one in ("index", "hierarchy"):
        image(one, "zh", BASELINE)
