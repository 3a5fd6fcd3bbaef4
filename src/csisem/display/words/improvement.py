"""Notes on importance-performance maps and drivers."""

from csisem.display.wording import Wording

WORDS = {
    "improvement.no_effect": Wording(
        "There is no total effect.{reasons:? {reasons: }}",
        "没有总效应。{reasons}",
    ),
    "improvement.no_index": Wording(
        "{variables:quoted} {variables:is|are} observed on a path, without an index, so not on the map; make a "
        "construct of each such column.",
        "{variables:quoted}是路径上的观测变量，没有指数，因而不在图上；请把这样的列各设为一个结构变量。",
    ),
    "improvement.moderated": Wording(
        "The importance of either factor of {terms:quoted} is that at the mean of the other.",
        "{terms:quoted}中任一因子的重要性，是另一因子取均值时的重要性。",
    ),
    "improvement.collinear_drivers": Wording(
        "The drivers {drivers:quoted} are nearly collinear (variance inflation up to {vif:.1f}); their regression "
        "coefficients are unreliable.",
        "影响因素{drivers:quoted}近乎共线（方差膨胀因子最高 {vif:.1f}）；其回归系数不可靠。",
    ),
}
