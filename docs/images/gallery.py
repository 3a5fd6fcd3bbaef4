"""Makes the pictures of the gallery from its own code: ``python docs/images/gallery.py``."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib as mpl
from PIL import Image

mpl.use("Agg")
import matplotlib.pyplot as plt

DOCS = Path(__file__).parents[1]
BLOCK = re.compile(r"^```py(?:thon)?\n(?P<code>.*?)^```\n\n!\[[^\]]*\]\((?P<image>[^)]+)\)", re.M | re.S)
"""A block of code, and the picture of its ``ax`` below it."""


def make(page: str = "gallery.md") -> list[Path]:
    """Run the blocks of a page in order, and save the picture of each."""
    namespace: dict[str, object] = {}
    made = []
    for block in BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        exec(block["code"], namespace)
        target = DOCS / block["image"]
        namespace["ax"].figure.savefig(target, dpi=96, metadata={"Software": None})  # type: ignore[attr-defined]
        plt.close("all")
        # Few colours make small files.
        Image.open(target).convert("RGB").quantize(128).save(target, optimize=True)
        made.append(target)
    return made


if __name__ == "__main__":
    for path in make():
        print(path.relative_to(DOCS))
