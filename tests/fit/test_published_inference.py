"""The worked figures of robust, incomplete and weighted fits of the mobile-phone survey, as they were printed."""

from __future__ import annotations

import numpy as np
import pytest

import csisem as cs
from lavaan_golden import SMALL, answers

# Figure and half a unit of its last printed digit; unpolished ones were printed by a run that stopped early.
SCALED = {
    "MLM": {
        "chisq.scaled": (36.7015887, 5e-8), "chisq.scaling.factor": (1.41103624, 5e-9), "cfi.robust": (0.99049, 1e-5),
        "rmsea.robust": (0.03221931, 5e-9),
    },
    "MLMV": {"chisq.scaled": (35.0923707, 5e-8)},
    "MLMVS": {"chisq.scaled": (18.9078882, 5e-8), "df.scaled": (15.9705494, 5e-8)},
    "MLR": {
        "chisq.scaled": (39.6073553, 5e-8), "chisq.scaling.factor": (1.3075165, 5e-8),
        "cfi.robust": (0.9866838136, 1e-6), "rmsea.robust": (0.0381072735, 1e-6),
    },
    "GLS": {"chisq": (47.1814492124, 1e-8), "cfi": (0.894574, 5e-7), "srmr": (0.050322, 1e-6)},
    "ULS": {"chisq": (260.643299, 1e-6)},
    "WLS": {"chisq": (50.5944624544, 1e-7)},
    "DWLS": {"chisq": (18.289694200, 1e-8)},
}  # fmt: skip
WEIGHTED = {
    "chisq": (46.2293510, 1e-6), "chisq.scaled": (33.1771170, 5e-5), "chisq.scaling.factor": (1.3934107, 2e-6),
    "cfi": (0.98134419, 1e-7), "rmsea": (0.044329194, 1e-7), "srmr": (0.042458092, 1e-6), "logl": (-4672.7859, 5e-5),
}  # fmt: skip
PATHS = {
    "VAL ~ EXP": (0.815600, 0.264155),
    "SAT ~ EXP": (0.395853, 0.146836),
    "SAT ~ VAL": (0.227713, 0.066733),
    "LOY ~ SAT": (1.758315, 0.254947),
}


@pytest.mark.parametrize("estimator", SCALED)
def test_scaled_and_robust_figures(estimator):
    measures = cs.Model.from_syntax(SMALL).fit(answers("mobi"), estimator=estimator).fit_measures()
    for name, (figure, half) in SCALED[estimator].items():
        assert measures[name] == pytest.approx(figure, abs=half), name


def test_weighted_figures():
    frame = answers("mobi").assign(w=1 + (np.arange(250) + 1) % 5 / 2)
    fit = cs.Model.from_syntax(SMALL).fit(cs.Survey(frame, weights="w"), estimator="MLR")
    measures = fit.fit_measures()
    for name, (figure, half) in WEIGHTED.items():
        assert measures[name] == pytest.approx(figure, abs=half), name
    paths = fit.paths.set_index(fit.paths["lhs"] + " ~ " + fit.paths["rhs"])
    for name, (est, se) in PATHS.items():
        assert paths.loc[name, "est"] == pytest.approx(est, rel=1e-5)
        assert paths.loc[name, "se"] == pytest.approx(se, rel=1e-5)
