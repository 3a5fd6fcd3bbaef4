"""Fonts with Chinese, Japanese and Korean letters."""

from __future__ import annotations

import re
import warnings
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from csisem.display.sentences import sentence
from csisem.errors import tell
from csisem.library_settings import global_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

FONTS = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Source Han Sans", "PingFang SC",
    "Hiragino Sans GB", "Heiti SC", "STHeiti", "Microsoft YaHei", "DengXian", "SimHei", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Noto Sans CJK JP", "Noto Sans CJK TC", "Noto Sans CJK HK", "Noto Sans CJK KR", "PingFang HK",
    "Microsoft JhengHei", "Droid Sans Fallback", "Arial Unicode MS", "SimSun", "Songti SC", "Noto Serif CJK SC",
)  # fmt: skip
"""Families looked for, the best for Chinese first."""

_FILES = re.compile(r"cjk|sourcehan|notosanssc|pingfang|hiragino|heiti|msyh|deng|simhei|simsun|wqy|fallback", re.I)
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


_told: WeakSet[object] = WeakSet()
"""Figures whose letters no font has, which was said."""


def has_cjk(text: str) -> bool:
    """Whether a text has Chinese, Japanese or Korean letters or their punctuation."""
    return _CJK.search(text) is not None


def cjk_family() -> str | None:
    """The best installed family with Chinese letters; None where there is none."""
    found = _installed()
    if found is None:
        # A font may be installed meanwhile.
        _installed.cache_clear()
    return found


@cache
def _installed() -> str | None:
    from matplotlib import font_manager

    manager = font_manager.fontManager
    if found := _best(manager.get_font_names()):
        return found
    # Matplotlib lists the fonts once and keeps the list in a file, so that one installed later is not on it.
    for path in font_manager.findSystemFonts():
        if _FILES.search(Path(path).stem.replace("-", "")):
            manager.addfont(path)
    return _best(manager.get_font_names())


def _best(names: Sequence[str]) -> str | None:
    return next((name for name in FONTS if name in names), None)


def give_fonts(ax: Axes) -> None:
    """Let every text of the axes draw Chinese letters, if any has them; warn once where no font has them."""
    from matplotlib.text import Text

    axes_of_ticks = (ax.xaxis, ax.yaxis)
    # Tick labels are made when they are asked for.
    ticks = [label for axis in axes_of_ticks for label in axis.get_ticklabels()]
    texts: list[Text] = [*ax.findobj(Text), *ticks]
    letters = [found.group() for text in texts if (found := _CJK.search(text.get_text()))]
    if not letters or all(_can_draw(text, letters[0]) for text in texts if has_cjk(text.get_text())):
        return
    family = cjk_family()
    if family is None:
        figure = ax.get_figure(root=True)
        if figure not in _told:
            _told.add(figure)
            tell([sentence("plot.no_cjk_font")])
        return
    for text in texts:
        text.set_fontfamily(_with(text.get_fontfamily(), family))
    for axis in axes_of_ticks:
        # Ticks that are made later, such as those of a larger figure.
        axis.set_tick_params(labelfontfamily=_with(texts[0].get_fontfamily(), family))


def settle(figure: Figure) -> None:
    """Lay a figure out, without a warning for each letter that no font has: that is said once."""
    with global_settings(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.draw_without_rendering()


def _with(families: Sequence[str], family: str) -> list[str]:
    """Families that a text is drawn with, letter by letter the first that has it."""
    return [*(name for name in families if name != family), family]


def _can_draw(text: Text, letter: str) -> bool:
    """Whether the fonts of a text have a letter."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    paths = (findfont(FontProperties(family=[name])) for name in text.get_fontfamily())
    return any(get_font(path).get_char_index(ord(letter)) for path in paths)
