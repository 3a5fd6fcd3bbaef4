"""Axes that pictures are drawn on."""

from __future__ import annotations

import matplotlib.pyplot as plt

import csisem as cs
from plot.pictures import PICTURES, draw
from refusals import refusal


def test_axes_that_were_removed_from_their_figure_are_refused():
    ax = plt.subplots()[1]
    ax.remove()
    for name in PICTURES:
        said = refusal(cs.OptionError, lambda name=name: draw(name, ax=ax))
        assert said == "ax= was removed from its figure; give axes of a figure."
