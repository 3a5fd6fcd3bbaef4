"""Draw rows.csv: five items of which one is the rounded mean of three, and two that are reversed. Run once."""

from pathlib import Path

import numpy as np
import pandas as pd

rng = np.random.default_rng(20261130)
common = rng.normal(size=(120, 1))
a, b, c, d, e, f = (common + rng.normal(size=(120, 6))).round(3).T
frame = pd.DataFrame({"a": a, "b": b, "c": c, "d": d, "mean": ((a + b + c) / 3).round(1), "e": -e, "f": -f})
frame["g"] = np.repeat(["u", "v", "w"], 40)
frame["flat"] = np.where(frame["g"] == "v", 3.0, (4 + d).round(0))
frame.to_csv(Path(__file__).parent / "rows.csv", index=False)
