"""Every picture of the room on a small example, for the tests that hold for all of them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

import csisem as cs

LABELS = {
    "Satisfaction": "顾客满意", "Quality": "质量感知", "Expectation": "顾客期望", "Value": "价值感知",
    "Complaints": "顾客抱怨", "Loyalty": "顾客忠诚", "region": "地区", "firm": "企业", "s1": "总体满意程度",
    "q1": "商品质量满足个人需求的程度", "q2": "员工服务态度和专业水平", "q3": "购物环境的整洁与舒适",
}  # fmt: skip
"""Texts for names, some of them long."""


@cache
def survey():
    return cs.datasets.retail_survey()


@cache
def fit():
    return cs.datasets.retail_survey_model().fit(survey())


@cache
def pls():
    return cs.datasets.retail_survey_model().fit(survey(), "PLS")


@cache
def csi(by=None):
    return cs.csi(fit(), by=list(by) if isinstance(by, tuple) else by)


@cache
def trend(by=None):
    by = list(by) if isinstance(by, tuple) else by
    return cs.index.trend(survey(), fit=fit(), constructs="Satisfaction", by=by)


@cache
def normality():
    return cs.diagnose.normality(None, "index", fit=fit())


@cache
def tree():
    quality = {"weight": 0.6, "children": {"q1": 0.5, "q2": 0.3, "q3": 0.2}}
    return cs.index.Hierarchy.from_dict(
        {"Quality": quality, "Value": {"weight": 0.4, "children": {"v1": 0.7, "v2": 0.3}}}
    )


@cache
def kano():
    rng = np.random.default_rng(1)
    pairs = {f"q{k}": (f"has{k}", f"lacks{k}") for k in range(1, 5)}
    answers = pd.DataFrame({name: rng.integers(1, 6, 120) for pair in pairs.values() for name in pair})
    return cs.improve.kano(answers.assign(has1=1, lacks2=5), pairs)


@cache
def anova(by):
    return cs.diagnose.anova(survey(), "s1", by=list(by) if isinstance(by, tuple) else by)


@cache
def results():
    """The first argument of each picture; made once."""
    data, diagnose = survey(), cs.diagnose
    gaps = {"overall": ("e1", "q1"), "few faults": ("e3", "q5")}
    firms = csi("firm")[lambda frame: frame["construct"] == "Satisfaction"]
    lost = {"died": 1, "moved": 3, "taste": 4, "friends": 5, "cheaper": 9, "product": 10, "indifference": 68}
    items = ["s1", "s2", "s3"]
    return {
        "index": csi(), "trend": trend(), "hierarchy": tree(), "radar": csi("firm"),
        "ranks": cs.index.rank(firms, by="firm"), "bar": diagnose.frequencies(data, "q1"),
        "pie": diagnose.frequencies(data, "q1"), "line": csi("firm"), "likert": diagnose.frequencies(data, items),
        "crosstab": diagnose.crosstab(data, "s1", by="firm"), "gaps": cs.improve.gaps(data, gaps),
        "disconfirmation": diagnose.disconfirmation(data, gaps, by="firm"),
        "quadrant": cs.improve.quadrant({"q1": 0.5, "q2": 0.3, "q3": 0.2}, {"q1": 68, "q2": 76, "q3": 72}),
        "ipma": cs.improve.ipma(fit(), "Satisfaction"), "kano": kano(),
        "loyalty_curve": cs.index.outcomes.loyalty_curve(data, items, "l1", loyal=9, method="logistic"),
        "pareto": cs.index.outcomes.pareto(lost), "group_means": anova("firm"),
        "discriminant": diagnose.discriminant(data, "s1", ["q1", "q3", "v1"], threshold=70), "histogram": normality(),
        "pp": normality(), "probability_paper": normality(),
        "scree": diagnose.factors(data, ["e1", "e2", "e3", *items], seed=1), "loadings": fit(), "weights": pls(),
        "residuals": fit(), "bootstrap": cs.bootstrap(fit(), n=50, seed=1),
    }  # fmt: skip


PICTURES = ("index", "trend", "hierarchy", "radar", "ranks", "bar", "pie", "line", "likert", "crosstab", "gaps",
            "disconfirmation", "quadrant", "ipma", "kano", "loyalty_curve", "pareto", "group_means", "discriminant",
            "histogram", "pp", "probability_paper", "scree", "loadings", "weights", "residuals",
            "bootstrap")  # fmt: skip
WITHOUT_NAMES = ("loyalty_curve", "scree")


def draw(name, **options):
    """The picture of that name."""
    return getattr(cs.plot, name)(results()[name], **options)
