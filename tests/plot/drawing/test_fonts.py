"""Chinese letters are drawn where a font has them, and one warning names a font where none has."""

from __future__ import annotations

import warnings

import matplotlib.pyplot as plt
import pytest
from matplotlib import font_manager

import csisem as cs
from csisem.plot.drawing import fonts
from plot.pictures import kano

NEEDS_FONT = pytest.mark.skipif(fonts.cjk_family() is None, reason="no installed font has Chinese letters")


@NEEDS_FONT
def test_texts_keep_their_fonts_and_get_one_with_chinese_letters():
    ax = cs.plot.bar({"质量": 70.0, "value": 60.0})
    families = {text.get_text(): text.get_fontfamily() for text in ax.get_yticklabels()}
    assert families["质量"] == ["sans-serif", fonts.cjk_family()]
    assert plt.rcParams["font.family"] == ["sans-serif"]


@NEEDS_FONT
def test_ticks_made_later_can_draw_them_too():
    ax = cs.plot.bar({"质量": 70.0, "value": 60.0})
    ax.set_yticks([0, 1, 2], ["一", "二", "三"])
    ax.figure.draw_without_rendering()


def test_english_pictures_keep_their_fonts():
    ax = cs.plot.bar({"quality": 70.0, "value": 60.0})
    assert {tuple(text.get_fontfamily()) for text in ax.get_yticklabels()} == {("sans-serif",)}


def test_a_missing_font_is_said_once_and_named(monkeypatch):
    monkeypatch.setattr(fonts, "cjk_family", lambda: None)
    monkeypatch.setattr(fonts, "_can_draw", lambda text, letter: False)
    with pytest.warns(cs.CsisemWarning, match="fonts-noto-cjk") as caught:
        # Texts of this map get their fonts twice, before and after the layout.
        cs.plot.kano(kano(), language="zh")
    assert len(caught) == 1
    said = caught[0].message.args[0]
    assert "请安装" in said.text("zh")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cs.plot.bar({"quality": 70.0})


@NEEDS_FONT
def test_a_font_installed_after_matplotlib_listed_the_fonts_is_found(monkeypatch):
    manager = font_manager.fontManager
    kept = [entry for entry in manager.ttflist if entry.name not in fonts.FONTS]
    monkeypatch.setattr(manager, "ttflist", kept)
    fonts._installed.cache_clear()
    try:
        assert fonts.cjk_family() in fonts.FONTS
    finally:
        fonts._installed.cache_clear()


@NEEDS_FONT
def test_the_users_own_chinese_font_is_left(monkeypatch):
    own = fonts.cjk_family()
    with plt.rc_context({"font.sans-serif": [own]}):
        ax = cs.plot.bar({"质量": 70.0})
        assert ax.get_yticklabels()[0].get_fontfamily() == ["sans-serif"]


@pytest.mark.parametrize(
    ("text", "found"), [("abc 1.2", False), ("é–−×", False), ("质", True), ("a。", True), ("한", True)]
)
def test_letters(text, found):
    assert fonts.has_cjk(text) is found
