"""Makes the README's pictures, overview.png and overview_zh.png: ``python docs/images/make.py``."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
from PIL import Image

import csisem as cs
from csisem.options import Language

mpl.use("Agg")
import matplotlib.pyplot as plt

CHINESE = {
    "Expectation": "顾客期望",
    "Quality": "质量感知",
    "Value": "价值感知",
    "Satisfaction": "顾客满意",
    "Complaints": "顾客抱怨",
    "Loyalty": "顾客忠诚",
    "firm": "企业",
    "Alder": "甲超市",
    "Birch": "乙超市",
    "Cedar": "丙超市",
    "region": "地区",
    "North": "北部",
    "East": "东部",
    "South": "南部",
    "West": "西部",
}


def draw(fit: cs.Fit, path: Path, language: Language, labels: dict[str, str]) -> None:
    """Draw the path diagram and, beside it, the index of satisfaction by firm and by region."""
    figure = plt.figure(figsize=(13, 5.4), dpi=110, layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=(2.3, 1))
    cs.plot.path_diagram(fit, ax=left.subplots(), language=language, labels=labels)
    whole = cs.csi(fit)
    total = float(whole.loc[whole["construct"] == "Satisfaction", "index"].iloc[0])
    upper, lower = right.subplots(2, 1, sharex=True)
    for ax, by in ((upper, "firm"), (lower, "region")):
        cs.plot.index(cs.csi(fit, by=by), "Satisfaction", total=total, ax=ax, language=language, labels=labels)
    upper.set_xlabel("")
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)
    # Few colours make small files.
    Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    folder = Path(__file__).parent
    survey, english = cs.datasets.retail_survey(), cs.datasets.retail_survey_model()
    chinese = cs.Model(english.constructs, english.relations, title="ACSI 模型，模拟的零售调查")
    draw(english.fit(survey), folder / "overview.png", "en", {})
    draw(chinese.fit(survey), folder / "overview_zh.png", "zh", CHINESE)
