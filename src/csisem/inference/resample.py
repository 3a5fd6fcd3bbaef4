"""Bootstrap resampling of sampling units within strata, and parametric samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray

Counts = NDArray[np.uint16]

BLOCK = 64
"""Replicates that share a stream of random numbers and are computed together: their arrays stay in a core's cache."""

# Most random numbers held at a time; there are many where the units are the rows of a large file.
_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """Resampling with replacement of U units in H strata; a unit drawn t times has the multiplier ``base + slope t``.

    Attributes
    ----------
    order
        Positions of the units, those of a stratum together, (U,).
    start, size, draws
        For each stratum the place of its first unit in ``order``, its number of units and how many are drawn, (H,).
    base, slope
        Coefficients of the multiplier of each unit, (U,).
    """

    order: IntArray
    start: IntArray
    size: IntArray
    draws: IntArray
    base: FloatArray
    slope: FloatArray

    @property
    def units(self) -> int:
        """Number U of units."""
        return len(self.order)


def with_replacement(stratum: IntArray, strata: int) -> Scheme:
    """Draw as many units as there are in each of the ``strata`` (Efron 1979); ``stratum`` is that of each unit (U,)."""
    size = np.bincount(stratum, minlength=strata)
    return _scheme(stratum, size, size, np.zeros(strata), np.ones(strata))


def rescaled(stratum: IntArray, strata: int, fraction: FloatArray) -> Scheme:
    """Draw one unit less than there are in each stratum and rescale (Rao and Wu 1988; Rao, Wu and Yue 1992).

    Of n units, sampled from the population with fraction f, n - 1 are drawn; one drawn t times has the multiplier
    ``1 - r + r n / (n - 1) t`` with ``r^2 = 1 - f``, so that the variance of a total over the replicates is that of
    sampling without replacement. The multiplier of a single unit is always 1.

    Parameters
    ----------
    stratum
        Stratum of each unit, (U,).
    strata
        Number H of strata.
    fraction
        Sampling fractions of the strata, (H,); zero for no finite population correction.
    """
    size = np.bincount(stratum, minlength=strata)
    draws = np.maximum(size - 1, 0)
    rest = np.where(draws > 0, np.sqrt(1 - fraction), 0.0)
    return _scheme(stratum, size, draws, 1 - rest, rest * size / np.maximum(draws, 1))


def _scheme(stratum: IntArray, size: IntArray, draws: IntArray, base: FloatArray, slope: FloatArray) -> Scheme:
    order = np.argsort(stratum, kind="stable")
    return Scheme(order, np.cumsum(size) - size, size, draws, base[stratum], slope[stratum])


@dataclass(frozen=True, slots=True)
class ReplicateBlock:
    """Some consecutive replicates and the seed of their random numbers."""

    first: int
    count: int
    seed: np.random.SeedSequence


def blocks(seed: int, n: int) -> list[ReplicateBlock]:
    """The blocks of ``n`` replicates; the random numbers of each depend on ``seed`` and its place alone."""
    starts = range(0, n, BLOCK)
    seeds = np.random.SeedSequence(seed).spawn(len(starts))
    return [ReplicateBlock(start, min(BLOCK, n - start), own) for start, own in zip(starts, seeds, strict=True)]


def counts(scheme: Scheme, block: ReplicateBlock) -> Counts:
    """Number of times that each unit is drawn in the replicates of a block, (replicates, U)."""
    random = np.random.default_rng(block.seed)
    stratum = np.repeat(np.arange(len(scheme.size)), scheme.draws)
    size, start = scheme.size[stratum].astype(np.float64), scheme.start[stratum]
    drawn = np.empty((block.count, scheme.units), dtype=np.uint16)
    step = max(1, _AT_ONCE // max(len(stratum), 1))
    for first in range(0, block.count, step):
        some = drawn[first : first + step]
        places = (random.random((len(some), len(stratum))) * size).astype(np.intp) + start
        cells = scheme.order[places] + scheme.units * np.arange(len(some))[:, None]
        some[...] = np.bincount(cells.ravel(), minlength=some.size).reshape(some.shape)
    return drawn


def normal_moments(
    mean: FloatArray, cov: FloatArray, n: IntArray, block: ReplicateBlock
) -> tuple[FloatArray, FloatArray]:
    """Means (R, G, p) and covariances (R, G, p, p), divisor n, of samples of ``n`` (G,) rows from normal populations.

    The populations of the G groups have ``mean`` (G, p) and ``cov`` (G, p, p). Means are normal and, independently,
    covariances Wishart by the Bartlett decomposition.
    """
    random = np.random.default_rng(block.seed)
    groups, p = mean.shape
    factor = np.linalg.cholesky(cov)
    # A shorter block has the first samples of a whole one.
    shape, kept = (BLOCK, groups, p), slice(block.count)
    shift = random.standard_normal(shape)[kept] / np.sqrt(n)[:, None]
    lower = np.tril(random.standard_normal((*shape, p))[kept], -1)
    diagonal = np.arange(p)
    lower[..., diagonal, diagonal] = np.sqrt(random.chisquare((n - 1)[:, None] - diagonal, shape)[kept])
    root = factor @ lower / np.sqrt(n)[:, None, None]
    return mean + np.matmul(factor, shift[..., None])[..., 0], root @ root.mT
