"""Outer weights and scores; samples are the last axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csisem.arrays import BoolArray, FloatArray, IntArray
from csisem.composite.blueprint import Blueprint
from csisem.composite.regression import eliminate


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Weights and correlations of scores of unit variance.

    Attributes
    ----------
    weights
        Outer weights, (E, R).
    cross
        Correlations of the columns with the scores, (E, J, R).
    correlations
        Correlations of the scores, (J, J, R).
    """

    weights: FloatArray
    cross: FloatArray
    correlations: FloatArray

    def take(self, kept: IntArray) -> Scored:
        return Scored(self.weights[:, kept], self.cross[..., kept], self.correlations[..., kept])


def score(blueprint: Blueprint, columns: FloatArray, raw: FloatArray) -> Scored:
    """Scale weights (E, R) to scores of unit variance; ``columns`` (E, E, R) are correlations of the columns."""
    members, count = raw.shape[-1], len(blueprint.blocks)
    dtype = np.result_type(columns, raw)
    cross = np.empty((blueprint.size, count, members), dtype=dtype)
    between = np.empty((count, count, members), dtype=dtype)
    for j, block in enumerate(blueprint.blocks):
        np.einsum("ikr,kr->ir", columns[:, block], raw[block], out=cross[:, j])
    for j, block in enumerate(blueprint.blocks):
        np.einsum("ir,ijr->jr", raw[block], cross[block], out=between[j])
    with np.errstate(all="ignore"):
        own = between[np.arange(count), np.arange(count)]
        scale = 1.0 / np.sqrt(np.where(own.real > 0, own, np.nan))
        cross *= scale
        between *= scale[:, None] * scale
        weights = raw * scale[blueprint.owner]
    return Scored(weights, cross, between)


def block_inverses(blueprint: Blueprint, columns: FloatArray) -> tuple[dict[int, FloatArray], BoolArray]:
    """Inverse correlations of the columns of every mode B construct, and which samples (R,) have none."""
    inverses: dict[int, FloatArray] = {}
    singular = np.zeros(columns.shape[-1], dtype=bool)
    for j, block in enumerate(blueprint.blocks):
        if blueprint.modes[j] == "B":
            among = columns[block, block]
            identity = np.broadcast_to(np.eye(among.shape[0])[..., None], among.shape)
            inverses[j] = eliminate(among, identity)
            singular |= np.isnan(inverses[j]).any(axis=(0, 1))
    return inverses, singular


def start(blueprint: Blueprint, columns: FloatArray) -> FloatArray:
    """Starting weights (E, R): equal, or the first principal component for mode ``"pca"``."""
    raw = np.ones((blueprint.size, columns.shape[-1]))
    for j, block in enumerate(blueprint.blocks):
        if blueprint.modes[j] == "pca":
            among = np.moveaxis(columns[block, block], -1, 0)
            known = np.isfinite(among).all(axis=(-1, -2))
            raw[block] = np.nan
            raw[block, known] = np.linalg.eigh(among[known])[1][..., -1].T
    return raw


def update(blueprint: Blueprint, inverses: dict[int, FloatArray], scored: Scored, inner: FloatArray) -> FloatArray:
    """New raw weights (E, R) from inner weights (J, J, R).

    Mode A takes the covariances of a construct's columns with its proxy, mode B the coefficients of the proxy's
    regression on them (Wold 1982). Multiplication by the correlations leaves a principal component unchanged.
    """
    raw = np.ones(scored.weights.shape, dtype=scored.weights.dtype)
    for j, block in enumerate(blueprint.blocks):
        mode = blueprint.modes[j]
        if mode == "pca":
            raw[block] = scored.cross[block, j]
        elif mode != "unit":
            covariances = np.einsum("kr,ikr->ir", inner[j], scored.cross[block])
            raw[block] = covariances if mode == "A" else np.einsum("ikr,kr->ir", inverses[j], covariances)
    return raw
