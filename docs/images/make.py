"""Makes the README's picture: ``python docs/images/make.py`` writes index.png beside this file."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

import csisem as cs

mpl.use("Agg")
import matplotlib.pyplot as plt


def draw(fit: cs.Fit, path: Path) -> None:
    """Draw the index of satisfaction by firm and by region, with that of all customers as a line."""
    figure, axes = plt.subplots(1, 2, figsize=(9.6, 2.6), dpi=160, layout="constrained", sharex=True)
    whole = cs.csi(fit)
    total = float(whole.loc[whole["construct"] == "Satisfaction", "index"].iloc[0])
    for ax, by in zip(axes, ("firm", "region"), strict=True):
        cs.plot.index(cs.csi(fit, by=by), "Satisfaction", total=total, ax=ax)
    figure.savefig(path)


if __name__ == "__main__":
    draw(cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey()), Path(__file__).parent / "index.png")
