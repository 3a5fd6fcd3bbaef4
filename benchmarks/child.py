"""Calls in a fresh process: nothing in memory yet, and as many BLAS threads as asked for."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ParamSpec, TypeVar

from benchmarks import THREADS

P = ParamSpec("P")
T = TypeVar("T")

ROOT = Path(__file__).parent.parent


def call(threads: int, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function of a module in a fresh process and return what it returned."""
    with TemporaryDirectory() as folder:
        task, answer = Path(folder) / "task", Path(folder) / "answer"
        task.write_bytes(pickle.dumps((function, args, kwargs)))
        subprocess.run(
            [sys.executable, "-m", "benchmarks.child", str(task), str(answer)],
            cwd=ROOT,
            env=os.environ | dict.fromkeys(THREADS, str(threads)),
            check=True,
        )
        found: T = pickle.loads(answer.read_bytes())
        return found


def main(task: Path, answer: Path) -> None:
    """Do what `call` asked for."""
    # semopy logs and warns about its baseline models; that belongs to semopy, not to the tables.
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    function, args, kwargs = pickle.loads(task.read_bytes())
    answer.write_bytes(pickle.dumps(function(*args, **kwargs)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
