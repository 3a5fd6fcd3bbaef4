"""Golden figures of R's psych and semTools; see tests/golden/psych-2.2.9/README.md."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "golden" / "psych-2.2.9"
FIGURES = json.loads((FOLDER / "figures.json").read_text())
BLOCKS = {
    "Image": [f"IMAG{k}" for k in range(1, 6)],
    "Expectation": [f"CUEX{k}" for k in range(1, 4)],
    "Quality": [f"PERQ{k}" for k in range(1, 8)],
    "Value": [f"PERV{k}" for k in range(1, 3)],
    "Satisfaction": [f"CUSA{k}" for k in range(1, 4)],
}
