"""Captions of path diagrams."""

from csisem.display.wording import Wording

WORDS = {
    "path_diagram.fit": Wording(
        "{title:?{title}: }{estimation}, n = {n}{group:?, group {group}}{numbers:?; {numbers}}",
        "{title:?{title}：}{estimation}，n = {n}{group:?，组：{group}}{numbers:?；{numbers}}",
    ),
    "path_diagram.standardized": Wording("standardised estimates", "标准化估计值"),
    "path_diagram.unstandardized": Wording(
        "estimates in the units of the items, widths by standardised values", "非标准化估计值，线宽按标准化值"
    ),
    "path_diagram.none": Wording("widths by standardised estimates", "线宽按标准化估计值"),
    "path_diagram.stars": Wording(
        "* p < 0.05, ** p < 0.01, *** p < 0.001; broken lines: p >= 0.05",
        "* p < 0.05，** p < 0.01，*** p < 0.001；虚线：p ≥ 0.05",
    ),
    "path_diagram.se": Wording("(standard errors); broken lines: p >= 0.05", "（括号内为标准误）；虚线：p ≥ 0.05"),
    "path_diagram.broken": Wording("broken lines: p >= 0.05", "虚线：p ≥ 0.05"),
    "path_diagram.weights": Wording(
        "Hexagons are formed by their items: the arrows from these have weights",
        "六边形为由题项合成的变量：自题项出发的箭头标注权重",
    ),
    "path_diagram.covariances": Wording(
        "{count} {count:covariance|covariances} that the model leaves free by default {count:is|are} not drawn",
        "未画出默认自由估计的 {count} 个协方差",
    ),
    "path_diagram.more_reasons": Wording(
        "and {count} more {count:reason|reasons} in fit.status", "另有 {count} 条原因，见 fit.status"
    ),
    "path_diagram.about": Wording(
        "Path diagram of {constructs} constructs and {paths} paths", "{constructs} 个结构变量、{paths} 条路径的路径图"
    ),
}
