"""Warnings about the sampling design of a fit."""

from csisem.display.wording import Wording

WORDS = {
    "design.part.strata": Wording("strata", "层"),
    "design.part.clusters": Wording("clusters", "群"),
    "design.part.fpc": Wording("fpc", "有限总体校正"),
    "design.part.replicate_weights": Wording("replicate weights", "重复权重"),
    "design.ignored": Wording(
        "The survey's design was ignored (design=False).",
        "未采用调查的抽样设计（design=False）。",
    ),
    "design.replicates_alone": Wording(
        "Standard errors come from the replicate weights alone, not from {parts:, }.",
        "标准误只由重复权重得出，未使用{parts:、}。",
    ),
    "design.weights_alone": Wording(
        "Estimates use the sampling weights; ML's standard errors and chi-square treat the weighted rows as a simple "
        "random sample.",
        "估计值使用了抽样权重；ML 的标准误与卡方把加权后的行当作简单随机样本。",
    ),
    "design.unused": Wording(
        "The survey's {parts:, } do not enter {estimator}'s standard errors, which may be too small; "
        "estimator='MLR'{listwise:? with missing='listwise'} uses them.",
        "{estimator} 的标准误未考虑调查的{parts:、}，可能偏小；"
        "请用 estimator='MLR'{listwise:? 与 missing='listwise'}。",
    ),
    # Of ordered items, which MLR does not take.
    "design.unused.ordered": Wording(
        "The survey's {parts:, } do not enter {estimator}'s standard errors, which may be too small; "
        "estimator='{instead}' uses them.",
        "{estimator} 的标准误未考虑调查的{parts:、}，可能偏小；请用 estimator='{instead}'。",
    ),
    "design.replicates_left_out": Wording(
        "{failed} of {replicates} replicates did not converge; standard errors come from the others.",
        "{replicates} 个重复样本中有 {failed} 个未收敛；标准误由其余重复样本得出。",
    ),
    "design.replicates_lost": Wording(
        "{failed} of {replicates} replicates did not converge, more than {most:g} %, so there are no standard errors.",
        "{replicates} 个重复样本中有 {failed} 个未收敛，超过 {most:g}%，因而没有标准误。",
    ),
    "design.no_sampling_error": Wording(
        "The design leaves no sampling error, since every unit of the population was drawn, all replicates are alike, "
        "or strata with a single unit contribute no variance (lonely=): standard errors are 0, without tests and "
        "intervals.",
        "该设计没有抽样误差：总体的全部单元都被抽中，或各重复样本完全相同，或只有一个单元的层不计方差（lonely=）；"
        "标准误为 0，没有检验和置信区间。",
    ),
    "design.no_degrees": Wording(
        "The design has no degrees of freedom, so that standard errors come without tests and intervals.",
        "该设计没有自由度，标准误因而没有相应的检验和置信区间。",
    ),
    "design.few_degrees": Wording(
        "The design has {df:.0f} degrees of freedom for {parameters} free parameters: single standard errors hold, "
        "with t intervals, but joint tests and the scaled chi-square are rough.",
        "该设计有 {df:.0f} 个自由度，自由参数有 {parameters} 个：单个标准误（配 t 区间）成立，"
        "但联合检验与校正卡方只是粗略的近似。",
    ),
}
