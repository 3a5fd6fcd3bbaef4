"""Makes the README's picture: ``python docs/images/make.py`` writes index.png beside this file."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pandas as pd

import csisem as cs

mpl.use("Agg")
import matplotlib.pyplot as plt

INK, GREY = "#1b3a57", "#6b7680"
GAP = 0.7
"""Space between blocks, in rows."""


def satisfaction(fit: cs.Fit, by: str | None) -> list[tuple[str, pd.Series]]:
    """Return the rows of the satisfaction index, with the name to print, for all customers or by a column."""
    frame = cs.csi(fit, by=by)
    rows = frame[frame["construct"] == "Satisfaction"]
    return [("All customers" if by is None else str(row[by]), row) for _, row in rows.iterrows()]


def draw(fit: cs.Fit, path: Path) -> None:
    """Draw index and interval for all customers, by region and by firm."""
    blocks = {heading: satisfaction(fit, heading.lower() or None) for heading in ("", "Region", "Firm")}
    figure, axes = plt.subplots(figsize=(7.2, 3.9), dpi=200)
    y, ticks, names = 0.0, [], []
    for heading, rows in blocks.items():
        if heading:
            axes.annotate(heading, (0, y), xycoords=("axes fraction", "data"), xytext=(-3.5, 0), fontsize=9.5,
                          textcoords="offset points", ha="right", va="center", color=GREY)  # fmt: skip
            y += 1
        for name, row in rows:
            axes.plot([row["ci_lower"], row["ci_upper"]], [y, y], color=INK, linewidth=2, solid_capstyle="butt")
            axes.plot(row["index"], y, "o", color=INK, markersize=6)
            axes.annotate(f"{row['index']:.1f}", (1, y), xycoords=("axes fraction", "data"), xytext=(6, 0),
                          textcoords="offset points", va="center", color=INK)  # fmt: skip
            ticks.append(y)
            names.append(name)
            y += 1
        y += GAP
    axes.axvline(blocks[""][0][1]["index"], color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.set_yticks(ticks, names)
    axes.set_ylim(y - GAP, -1)
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.set_xlabel("Satisfaction index, 0-100, with 95 % intervals")
    axes.set_title(f"Synthetic retail survey, {fit.n:,} complete questionnaires", loc="left", fontsize=10, color=GREY)
    figure.tight_layout()
    figure.savefig(path)


if __name__ == "__main__":
    draw(cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey()), Path(__file__).parent / "index.png")
