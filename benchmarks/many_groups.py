"""Fits of many groups: `python -m benchmarks.many_groups [groups ...]`.

Nineteen items in six constructs. Without equalities every group is a fit of its own: estimates and standard errors are
compared with single fits of some groups first. Then the time and the memory of the whole fit, in a process of its own,
without and with equal loadings; both should grow with the number of groups, not with its square.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

import csisem as cs

ROWS = 300
BLOCKS = {"expectation": 3, "quality": 5, "value": 3, "satisfaction": 3, "complaints": 2, "loyalty": 3}
NAMES = {name: [f"{name[0]}{i}" for i in range(1, count + 1)] for name, count in BLOCKS.items()}
MODEL = cs.models.acsi(
    expectation=NAMES["expectation"],
    quality=NAMES["quality"],
    value=NAMES["value"],
    satisfaction=NAMES["satisfaction"],
    complaints=NAMES["complaints"],
    loyalty=NAMES["loyalty"],
)


def answers(groups: int) -> pd.DataFrame:
    """Answers with one common factor and one of each construct; the group is the column ``group``."""
    rng = np.random.default_rng(1)
    n = groups * ROWS
    common = rng.normal(size=(n, 1))
    columns: dict[str, np.ndarray] = {}
    for name, items in NAMES.items():
        own = 0.7 * common + 0.7 * rng.normal(size=(n, 1))
        values = (own + rng.normal(size=(n, len(items)))) * (-1 if name == "complaints" else 1)
        columns |= dict(zip(items, values.T, strict=True))
    return pd.DataFrame(columns).assign(group=np.repeat(np.arange(groups), ROWS))


def disagreement(groups: int = 6) -> float:
    """Largest difference between the groups of one fit and fits of each, relative to the standard error."""
    frame = answers(groups)
    together = MODEL.fit(frame, groups="group").parameters
    worst = 0.0
    for group, own in together.groupby("group"):
        alone = MODEL.fit(frame[frame["group"] == group], meanstructure=True).parameters
        moved = own["se"].to_numpy() > 0
        for column in ("est", "se"):
            apart = np.abs(own[column].to_numpy() - alone[column].to_numpy())[moved]
            worst = max(worst, float((apart / alone["se"].to_numpy()[moved]).max()))
    return worst


def once(groups: int, equal: str) -> dict[str, float]:
    """Seconds and megabytes of one fit in this process."""
    frame = answers(groups)
    MODEL.fit(frame[frame["group"] == 0])
    before = time.perf_counter()
    fit = MODEL.fit(frame, groups="group", equal=(equal,) if equal else ())
    seconds = time.perf_counter() - before
    if not fit.status.usable:
        raise RuntimeError(str(fit.status))
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def main() -> None:
    if sys.argv[1:2] == ["--once"]:
        print(json.dumps(once(int(sys.argv[2]), sys.argv[3])))
        return
    counts = [int(text) for text in sys.argv[1:]] or [10, 50, 200]
    print(f"groups of one fit against fits of their own: {disagreement():.1e} standard errors")
    for equal in ("", "loadings"):
        for count in counts:
            command = [sys.executable, "-m", "benchmarks.many_groups", "--once", str(count), equal]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            print(f"{count:4d} groups{', equal ' + equal if equal else '':17s} {found['seconds']:6.2f} s "
                  f"{found['megabytes']:6.0f} MB")  # fmt: skip


if __name__ == "__main__":
    main()
