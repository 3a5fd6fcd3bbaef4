"""Do 95 % intervals of the index by WLSMV cover? Skewed answers on five points, items of unequal means.

``python -m benchmarks.coverage --only index`` prints this table.
"""

from __future__ import annotations

import warnings
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from benchmarks.coverage import BAND, in_parts
from benchmarks.coverage_ordered import LOADINGS, PATHS, SEED, SHARES, SIZES, SYNTAX
from benchmarks.report import table
from csisem.arrays import FloatArray

SHIFTS: Final = (-0.5, 0.0, 0.5)
"""What is added to the thresholds of the three items of each construct, so that the index depends on their weights."""
MARKS: Final = (
    "<!-- results: written by python -m benchmarks.coverage --only index --docs -->",
    "<!-- end of results of the index -->",
)


def latent_cov() -> FloatArray:
    """Correlations of the three constructs."""
    a, b, c = PATHS.values()
    return np.array([[1, a, b + a * c], [a, 1, a * b + c], [b + a * c, a * b + c, 1]])


def truth() -> FloatArray:
    """Indices of the population: weights of latent responses over the codes' standard deviations."""
    found = []
    for own in LOADINGS.values():
        loading = np.array(own)
        cut = ndtri(np.cumsum(SHARES)[:-1]) + np.array(SHIFTS)[:, None]
        below = ndtr(cut)
        share = np.diff(below, prepend=0.0, append=1.0, axis=1)
        codes = np.arange(1, 6)
        mean = share @ codes
        sd = np.sqrt(share @ codes**2 - mean**2)
        weight = loading / (1 - loading**2) / sd
        found.append(25 * (weight @ (mean - 1)) / weight.sum())
    return np.array(found)


def draw(first: int, last: int) -> list[tuple[FloatArray, FloatArray]]:
    """For each size indices and standard errors (samples, 3) of samples ``first`` to ``last``, nan without a fit."""
    import pandas as pd

    import csisem as cs

    warnings.simplefilter("ignore")
    model = cs.Model.from_syntax(SYNTAX)
    root, loadings = np.linalg.cholesky(latent_cov()), np.array(list(LOADINGS.values()))
    cuts = ndtri(np.cumsum(SHARES)[:-1])
    names = [f"{name[0].lower()}{k}" for name in LOADINGS for k in (1, 2, 3)]
    parts = []
    for size in SIZES:
        found = np.full((2, last - first, 3), np.nan)
        for k, sample in enumerate(range(first, last)):
            rng = np.random.default_rng([SEED, size, sample])
            constructs = rng.standard_normal((size, 3)) @ root.T
            noise = rng.standard_normal((size, 3, 3)) * np.sqrt(1 - loadings**2)
            latent = constructs[:, :, None] * loadings + noise - np.array(SHIFTS)
            frame = pd.DataFrame(np.digitize(latent, cuts).reshape(size, 9) + 1, columns=names)
            try:
                index = cs.csi(model.fit(cs.Survey(frame, scale=cs.Scale(1, 5)), "WLSMV", ordered=True))
            except cs.CsisemError:
                continue
            found[:, k] = index["index"], index["se"]
        parts.append((found[0], found[1]))
    return parts


def answer(samples: int, workers: int) -> tuple[str, bool]:
    """The table, and whether the indices cover as they must."""
    parts = in_parts(draw, samples, workers)
    true, columns, judged, lost = truth(), [], [], []
    for place, size in enumerate(SIZES):
        values, errors = (np.concatenate([part[place][kind] for part in parts]) for kind in (0, 1))
        known = ~np.isnan(errors).any(axis=1)
        values, errors = values[known], errors[known]
        shares = (np.abs(values - true) <= ndtri(0.975) * errors).mean(axis=0)
        sd = values.std(axis=0, ddof=1)
        ratio, bias = errors.mean(axis=0) / sd, (values.mean(axis=0) - true) / sd
        columns.append([f"**{s:.1%}** ({r:.3f}; {b:+.2f})" for s, r, b in zip(shares, ratio, bias, strict=True)])
        judged += shares.tolist()
        lost.append(f"{int((~known).sum())} at n = {size:,}")
    head = ("index", "population", *(f"n = {n:,}: coverage (standard error / spread; bias / spread)" for n in SIZES))
    rows = [(name, f"{true[k]:.4g}", *(own[k] for own in columns)) for k, name in enumerate(LOADINGS)]
    within = all(BAND[0] <= one <= BAND[1] for one in judged)
    text = (
        f"{samples:,} samples of each size; left out, without a solution or an answer: {', '.join(lost)}. Coverage of "
        f"the indices lies between {min(judged):.1%} and {max(judged):.1%}: {'all' if within else 'NOT all'} within "
        f"{BAND[0]:.0%} to {BAND[1]:.0%}."
    )
    return "\n".join([table(head, rows), "", text]), within
