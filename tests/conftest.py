"""The small survey and model that the tests of bad input spoil, and how pictures are drawn."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pandas as pd
import pytest

import csisem as cs
from lavaan_golden import answers
from refusals import ITEMS, SMALL

# Pictures are drawn without a screen, with matplotlib's own settings whatever the user's are.
os.environ["MATPLOTLIBRC"] = str(Path(__file__).with_name("matplotlibrc"))


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


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
