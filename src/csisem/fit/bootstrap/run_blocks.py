"""Blocks of replicates in sequence or in threads, with a progress bar."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

from csisem.inference.resample import ReplicateBlock, blocks
from csisem.option_checks import MOST_REPLICATES, check_flag, check_seed, check_whole

P = TypeVar("P")

# Seconds after which a progress bar appears.
_PATIENCE = 2.0

# GNU's allocator returns freed memory to the system until a block of up to 32 MB was freed once; the loop would request
# the same pages again at every step, which takes longer than its arithmetic.
_KEPT_BYTES = 31 * 2**20


def check_drawing(n: object, seed: object, workers: object = 1, progress: object = None, *, name: str = "n") -> None:
    """Refuse invalid numbers of replicates, called ``name``, seeds, numbers of threads and progress options."""
    check_whole(name, n, 2, MOST_REPLICATES)
    check_whole("workers", workers, 1)
    check_seed(seed)
    check_flag("progress", progress, unset=True)


def seed_or_new(seed: int | None) -> int:
    """The seed, or a new one, which can be reported."""
    return int(np.random.SeedSequence(seed).entropy)  # type: ignore[arg-type]


def map_blocks(
    function: Callable[[ReplicateBlock], P],
    seed: int,
    n: int,
    workers: int,
    progress: bool | None,
    what: str = "bootstrap",
) -> list[P]:
    """Apply a function to the blocks of n replicates, in their order; the progress bar is labelled ``what``."""
    np.empty(_KEPT_BYTES, dtype=np.uint8)
    parts, given = [], blocks(seed, n)
    with _bar(n, progress, what) as advance, _mapped(function, given, workers) as found:
        for block, part in zip(given, found, strict=True):
            parts.append(part)
            advance(block.count)
    return parts


@contextmanager
def _mapped(
    function: Callable[[ReplicateBlock], P], given: list[ReplicateBlock], workers: int
) -> Iterator[Iterator[P]]:
    """Apply a function to blocks, in their order; BLAS lets threads run in parallel."""
    if workers == 1:
        yield map(function, given)
        return
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield pool.map(function, given)
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _bar(n: int, progress: bool | None, what: str) -> Iterator[Callable[[int], object]]:
    """The function that advances the progress bar, or does nothing without a bar."""
    watched = progress or (progress is None and (sys.stderr.isatty() or "ipykernel" in sys.modules))
    if not watched:
        yield lambda _: None
        return
    from tqdm import tqdm

    with tqdm(total=n, desc=what, unit="draw", delay=0.0 if progress else _PATIENCE) as bar:
        yield bar.update
