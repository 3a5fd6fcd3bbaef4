"""Arguments of trees, aggregates, waves and ranks that are of the wrong kind get one clear sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from refusals import refusal

index = cs.index
TREE = index.Hierarchy.from_dict({"产品": {"weight": 0.6, "children": {"特性": 0.5, "价格": 0.5}}, "服务": 0.4})
FIGURES = {"特性": 70.0, "价格": 80.0, "服务": 60.0}
NAMES = list(FIGURES)
FIRMS = pd.DataFrame({"firm": ["甲", "乙", "丙"], "index": [70.0, 80, 60], "se": 1.0, "revenue": [1.0, 2, 3]})
BASIS = {"firm": "revenue"}
SERIES = {wave: float(wave % 3) for wave in range(9)}
SKEW = pd.DataFrame(np.eye(3) + np.triu(np.ones((3, 3)), 1), index=NAMES, columns=NAMES)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: index.Hierarchy.from_dict({"a": 2.0}, normalize="no"), "normalize='no' is not one of True, False."),
        (lambda: index.Hierarchy.from_dict({"a": 1.0}, name=["T"]), "name= takes the name of the root"),
        (lambda: index.Hierarchy.from_dict(FIRMS), "must be a mapping from name to weight, not"),
        (lambda: index.Hierarchy.from_toml(5), "takes the path of a file, not 5."),
        (lambda: TREE.with_weight_errors([1]), "covariances= must be a mapping or a Series"),
        (lambda: TREE.with_weight_errors({"产品": [[1, 0], [0, 1]]}), "a frame with rows and columns '特性', '价格'"),
        (lambda: TREE.score(FIGURES, covariance=1.0), "covariance= must be a frame with rows and columns"),
        (lambda: TREE.score(FIGURES, covariance=SKEW), "covariance= is not symmetric."),
        (lambda: TREE.score(FIGURES, covariance=SKEW.astype(str) + "?"), "covariance= holds something that is not a"),
        (lambda: TREE.contributions(FIGURES, FIGURES, earlier=FIGURES), "earlier= takes a Hierarchy"),
        (lambda: TREE.contributions(FIGURES, FIGURES, missing=FIRMS), "is not one of 'refuse', 'renormalize'"),
        (lambda: index.aggregate([1], ["firm"], BASIS), "The indices must be a pandas frame"),
        (lambda: index.aggregate(FIRMS, None, BASIS), "and there are none."),
        (lambda: index.aggregate(FIRMS, ["firm"], "revenue"), "weights= must be a mapping or a Series"),
        (lambda: index.aggregate(FIRMS, ["firm"], {"firm": 3}), "There is no column 3 for level 'firm'."),
        (lambda: index.aggregate(FIRMS, ["firm"], BASIS, value=["index"]), "no column ['index'] (did you mean"),
        (lambda: index.aggregate(FIRMS, ["firm"], BASIS, covariance=[[1]]), "has shape (1, 1) for 3 rows."),
        (lambda: index.aggregate(FIRMS, ["firm"], BASIS, covariance="x"), "holds something that is not a number."),
        (lambda: index.aggregate(FIRMS, ["firm"], BASIS, total=3), "total= takes the name of the total"),
        (lambda: index.aggregate(FIRMS.assign(index="x"), ["firm"], BASIS), "Column 'index' of the frame holds text."),
        (lambda: index.aggregate(FIRMS.assign(firm=["a", None, ""]), ["firm"], BASIS), "'firm' is blank in 2 rows"),
        (lambda: index.contributions(3, 3), "before must be a pandas frame"),
        (lambda: index.rank(FIRMS, by=[]), "Name the column(s) that identify rows."),
        (lambda: index.rank("x", by="firm"), "The indices must be a pandas frame"),
        (lambda: index.rank(FIRMS, by="firm", level=95), "level=95 is not between 0 and 1."),
    ],
)
def test_trees_and_aggregates_refuse(call, words):
    assert words in refusal(cs.CsisemError, call)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": 95}, "level=95 is not between 0 and 1."),
        ({"boxes": 1.5}, "boxes=1.5 is not a whole number of at least 1."),
        ({"wave": 5}, "wave= takes a name or a list of names, as text"),
        ({"order": "123"}, "order= takes a list of the waves, not '123'."),
        ({"order": 3}, "order= takes a list of the waves, not 3."),
        ({"measure": "index", "items": None, "fit": 3}, "a fit is needed, not 'int'"),
    ],
)
def test_trends_refuse(options, words):
    survey = cs.Survey(pd.DataFrame({"s": [1, 5, 9] * 4, "wave": [1, 2] * 6}), scale=(1, 10))
    given = {"wave": "wave", "measure": "top-box", "items": "s"} | options
    assert words in refusal(cs.CsisemError, lambda: index.trend(survey, **given))
    if "boxes" in options:
        assert words in refusal(cs.OptionError, lambda: index.top_box(survey, "s", **options))
