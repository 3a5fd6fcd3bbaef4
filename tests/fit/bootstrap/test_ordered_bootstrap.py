"""Bootstraps of ordered answers: each replicate is the fit to its rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import csisem as cs
from replicates_golden import by_the_rule, drawn_frame

# Replicates and fits both stop at 1e-20, where the parameters are exact to rounding in the polychorics (1e-10).
POLISHED = 1e-7
TEXT = "Q =~ q1 + q2 + q3\nS =~ s1 + s2 + s3\nS ~ Q"
MODEL = cs.Model.from_syntax(TEXT)
ITEMS = list(MODEL.items)


@pytest.fixture(scope="module")
def frame():
    """300 rows with 3 to 5 answers, some missing, weights and two areas of 30 branches."""
    generator = np.random.default_rng(4)
    quality = generator.normal(size=300)
    satisfaction = 0.6 * quality + 0.8 * generator.normal(size=300)
    latent = 0.8 * np.stack([quality] * 3 + [satisfaction] * 3) + 0.6 * generator.normal(size=(6, 300))
    cuts = [[-1, 0, 1], [-0.5, 0.5], [-1.2, -0.4, 0.3, 1], [0], [-1, 0, 0.8], [-0.6, 0.4]]
    answers = [np.digitize(own, cut) + 1.0 for own, cut in zip(latent, cuts, strict=True)]
    rows = np.arange(300)
    return pd.DataFrame(dict(zip(ITEMS, answers, strict=True))).assign(
        w=1.0 + rows % 3, area=np.where(rows < 140, "east", "west"), branch=rows // 5
    )


def _fit(frame, estimator="WLSMV", *, weights=False, **options):
    survey = cs.Survey(frame, weights="w") if weights else frame
    return MODEL.fit(survey, estimator, ordered=True, **options)


@pytest.fixture
def named_rows(monkeypatch):
    monkeypatch.setattr("csisem.fit.bootstrap.ordered_replicates.counts", by_the_rule)
    monkeypatch.setattr("csisem.fit.bootstrap.refit_ordered.TOLERANCE", 1e-20)
    monkeypatch.setattr("csisem.fit.bootstrap.ordered_replicates._SETTLED", 1e-10)


CASES = {
    "plain": {},
    "uls": {"estimator": "ULSMV"},
    "theta": {"parameterization": "theta"},
    "weights": {"weights": True},
    "groups": {"groups": "area"},
    "equal": {"groups": "area", "equal": ("loadings", "thresholds"), "weights": True},
}


@pytest.mark.parametrize("name", CASES)
def test_replicates_are_fits_to_their_rows(frame, name, named_rows):
    fit = _fit(frame, **CASES[name])
    drawn = cs.bootstrap(fit, n=2, seed=1)
    by = "area" if "groups" in CASES[name] else None
    for b in range(2):
        again = _fit(drawn_frame(frame, b + 1, by), **CASES[name])
        np.testing.assert_allclose(drawn.replicates.theta[b], again.solution.theta, rtol=POLISHED, atol=POLISHED)
        chisq = again.fit_measures()["chisq"]
        np.testing.assert_allclose(drawn.replicates.chisq[b], chisq, rtol=1e-5)


@pytest.mark.parametrize("weights", [False, True])
def test_incomplete_rows_by_pairs(frame, weights, named_rows):
    holes = frame.copy()
    generator = np.random.default_rng(7)
    holes[ITEMS] = holes[ITEMS].mask(generator.random((300, 6)) < 0.1)
    fit = _fit(holes, missing="pairwise", weights=weights)
    drawn = cs.bootstrap(fit, n=2, seed=1)
    for b in range(2):
        again = _fit(drawn_frame(holes, b + 1), missing="pairwise", weights=weights)
        np.testing.assert_allclose(drawn.replicates.theta[b], again.solution.theta, rtol=POLISHED, atol=POLISHED)
