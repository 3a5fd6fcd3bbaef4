"""Titles, axes and legends of pictures."""

from csisem.display.wording import Wording

WORDS = {
    "plot.no_cjk_font": Wording(
        "No installed font has the Chinese letters of this picture; install one, such as Noto Sans CJK SC (package "
        "fonts-noto-cjk) or WenQuanYi Zen Hei (fonts-wqy-zenhei), and draw again.",
        "未安装可显示图中中文的字体；请安装一种，如 Noto Sans CJK SC（软件包 fonts-noto-cjk）或 WenQuanYi Zen Hei"
        "（fonts-wqy-zenhei），然后重新作图。",
    ),
    "plot.index.segments": Wording("{construct} by {by: and }", "{construct}：按 {by:、} 分组"),
    "plot.index.constructs": Wording("Indices of the constructs", "各结构变量的指数"),
    "plot.index.axis": Wording("Index, 0-100, with interval", "指数（0-100）及置信区间"),
}
