"""Colours that colour-blind readers tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.colors import LinearSegmentedColormap

BLUE, ORANGE, GREEN, VERMILION, SKY, PURPLE = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7",
)  # fmt: skip
"""Okabe and Ito (2008), the colours of series."""

INK, GREY, LIGHT = "#222222", "#6B7680", "#D9DEE3"
"""Text and marks, second lines and text, and fillings that stand back."""

SERIES = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, SKY, INK, GREY)
"""Colours of series, those with the most contrast first; yellow is too pale for lines and text."""

LOW, MIDDLE, HIGH = "#B35806", "#F2F2F2", "#2166AC"
"""Ends and middle of scales with two sides: brown and blue."""

GOOD, BAD = BLUE, VERMILION
"""What is above and below a standard."""


def series_colours(count: int) -> list[str]:
    """Colours of ``count`` series; past eight they repeat, and line styles must tell them apart."""
    return [SERIES[place % len(SERIES)] for place in range(count)]


def two_sided() -> LinearSegmentedColormap:
    """Brown for the lowest, nearly white in the middle, blue for the highest."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("csisem", [LOW, MIDDLE, HIGH])


def answer_colours(count: int) -> list[str]:
    """Colours of the answers of a scale, from the worst to the best."""
    from matplotlib.colors import to_hex

    scale = two_sided()
    return [to_hex(scale(place / max(count - 1, 1))) for place in range(count)]


def text_colour(filling: str | Sequence[float]) -> str:
    """Black or white, whichever is read better on a filling."""
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(filling)  # type: ignore[arg-type]
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else INK
