"""Notes on the power of a study."""

from csisem.display.wording import Wording

WORDS = {
    "monte_carlo.method": Wording(
        "Monte Carlo, {estimator}, {replications} samples of each size",
        "蒙特卡罗模拟，{estimator}，每种样本量 {replications} 个样本",
    ),
    "monte_carlo.lost": Wording(
        "n = {n}: {lost} of {replications} samples have no solution and are left out: {reason}",
        "n = {n}：{replications} 个样本中有 {lost} 个没有解，未计入：{reason}",
    ),
    "monte_carlo.no_errors": Wording(
        "n = {n}: {lost} of {replications} samples have no standard error of some parameter; coverage and power leave "
        "them out.",
        "n = {n}：{replications} 个样本中有 {lost} 个缺少某些参数的标准误；计算覆盖率和检验功效时未计入。",
    ),
    "monte_carlo.inadmissible": Wording(
        "n = {n}: {share:.1%} of the samples with a solution are inadmissible; they are kept.",
        "n = {n}：有解的样本中 {share:.1%} 为不可接受的解；它们仍计入。",
    ),
    "monte_carlo.on_scales": Wording(
        "Answers are rounded to their scales, which changes covariances: bias and coverage are about the values given, "
        "which hold for the responses before rounding; those of an index are about the means of the answers.",
        "答案取整到各自的量表，协方差因此改变：偏差和覆盖率针对所给的值，这些值属于取整前的反应；指数则针对答案的均值。",
    ),
}
