"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info

PACKAGES = ("csisem", "numpy", "scipy", "pandas", "semopy", "seminr", "openpls-engine")


@dataclass(frozen=True, slots=True)
class Machine:
    """Facts that decide speed.

    Attributes
    ----------
    processor, cores, system, python
        As the system reports them.
    blas
        Library and threads of the Python contenders; R brings its own.
    versions
        Of every package that is measured.
    load
        Average number of running processes in the last minute, before and after: above 1 a core, distrust the seconds.
    """

    processor: str
    cores: int
    system: str
    python: str
    blas: str
    versions: dict[str, str]
    load: tuple[float, ...]


def look(extra_versions: dict[str, str], load: tuple[float, ...]) -> Machine:
    """Describe this machine; numpy is imported, so its BLAS shows."""
    np.ones((2, 2)) @ np.ones((2, 2))
    pools = _blas()
    blas = ", ".join(dict.fromkeys(f"{p['internal_api']} {p['version']}" for p in pools))
    return Machine(
        _processor(),
        os.cpu_count() or 1,
        f"{platform.system()} {platform.machine()}",
        platform.python_version(),
        blas,
        {name: found for name in PACKAGES if (found := _version(name))} | extra_versions,
        load,
    )


def load_now() -> float:
    """Running processes in the last minute; nan where the system does not say."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def require_threads(count: int) -> None:
    """Refuse to time with other threads than said; call it once all libraries are loaded.

    Raises
    ------
    RuntimeError
        A BLAS has another number of threads.
    """
    for pool in _blas():
        if pool["num_threads"] != count:
            raise RuntimeError(f"{pool['filepath']} has {pool['num_threads']} threads instead of {count}.")


def _blas() -> list[dict[str, Any]]:
    return [pool for pool in threadpool_info() if pool["user_api"] == "blas"]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        # Run from the source tree.
        return str(__import__(package).__version__)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def peak_extra(action: Callable[[], object]) -> float:
    """Bytes of resident memory that an action needs at its peak beyond what was resident; nan off Linux."""
    status = Path("/proc/self/status")
    if not status.exists():
        action()
        return float("nan")
    # 5 resets the high-water mark (man 5 proc).
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _kilobytes(status, "VmRSS")
    action()
    return 1024.0 * (_kilobytes(status, "VmHWM") - before)


def _kilobytes(status: Path, name: str) -> int:
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])


def timed(action: Callable[[], object], seconds: float) -> list[float]:
    """Run an action for about ``seconds``, at least once; the seconds of every run."""
    runs: list[float] = []
    while not runs or sum(runs) < seconds:
        start = perf_counter()
        action()
        runs.append(perf_counter() - start)
    return runs
