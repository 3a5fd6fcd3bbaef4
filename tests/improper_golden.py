"""Golden figures of improper solutions by R's psych; see tests/golden/psych-2.2.9-improper/README.md."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent / "golden" / "psych-2.2.9-improper"
FIGURES = json.loads((FOLDER / "figures.json").read_text())
ROWS = pd.read_csv(FOLDER / "rows.csv")
