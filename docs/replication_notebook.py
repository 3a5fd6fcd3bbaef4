"""Writes the page of published figures as a notebook: ``python docs/replication_notebook.py``."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "replication.ipynb"
OUTPUT = re.compile(r"^```text\n.*?^```\n", re.M | re.S)
CODE = re.compile(r"^```python\n(.*?)^```\n", re.M | re.S)
LINK = re.compile(r"\[([^\]]+)\]\((?!http)[^)]+\)")


def cells(page: str) -> list[dict[str, object]]:
    """The page's prose and code as cells; outputs are left out, as are links that lead to other pages."""
    parts = CODE.split(OUTPUT.sub("", page))
    kinds = [("code" if k % 2 else "markdown", part.strip()) for k, part in enumerate(parts)]
    made = []
    for number, (kind, text) in enumerate((kind, text) for kind, text in kinds if text):
        cell: dict[str, object] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        shown = text if kind == "code" else LINK.sub(r"\1", text)
        made.append(cell | {"source": shown.splitlines(keepends=True)})
    return made


def notebook() -> str:
    """The text of the notebook."""
    page = (ROOT / "docs" / "replication.md").read_text(encoding="utf-8")
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    book = {"cells": cells(page), "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    NOTEBOOK.write_text(notebook(), encoding="utf-8")
