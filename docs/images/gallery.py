"""Makes the pictures of the gallery and the tutorials from their own code: ``python docs/images/gallery.py``."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import matplotlib as mpl
from PIL import Image

mpl.use("Agg")
import matplotlib.pyplot as plt

DOCS = Path(__file__).parents[1]
PAGES = ("gallery.md", "tutorial.md", "tutorial.zh.md")
BLOCK = re.compile(
    r"^```py(?:thon)?\n(?P<code>.*?)^```\n(?:\n```text\n.*?^```\n)?(?:\n!\[[^\]]*\]\((?P<image>[^)]+)\))?", re.M | re.S
)
"""A block of code, what it prints, and the picture of its ``ax`` below."""


def make(page: str) -> list[Path]:
    """Run the blocks of a page in order, and save the picture of each."""
    namespace: dict[str, object] = {}
    made = []
    for block in BLOCK.finditer((DOCS / page).read_text(encoding="utf-8")):
        with redirect_stdout(StringIO()):
            exec(block["code"], namespace)
        if not block["image"]:
            continue
        target = DOCS / block["image"]
        namespace["ax"].figure.savefig(target, dpi=96, metadata={"Software": None})  # type: ignore[attr-defined]
        plt.close("all")
        # Few colours make small files.
        Image.open(target).convert("RGB").quantize(128).save(target, optimize=True)
        made.append(target)
    return made


if __name__ == "__main__":
    for page in PAGES:
        for path in make(page):
            print(path.relative_to(DOCS))
