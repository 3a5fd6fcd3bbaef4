"""The small survey and model that the tests of bad input spoil."""

from __future__ import annotations

import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers
from refusals import ITEMS, SMALL


@pytest.fixture(scope="module")
def mobi() -> pd.DataFrame:
    return answers("mobi")[ITEMS].assign(region=["a"] * 120 + ["b"] * 130)


@pytest.fixture(scope="module")
def model() -> cs.Model:
    return cs.Model.from_syntax(SMALL)


@pytest.fixture(scope="module")
def cov(mobi) -> pd.DataFrame:
    return mobi[ITEMS].cov()


@pytest.fixture(scope="module")
def scaled(mobi, model) -> cs.Fit:
    return model.fit(cs.Survey(mobi, scale=dict.fromkeys(ITEMS, (1, 10))))
