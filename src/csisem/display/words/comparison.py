"""Notes on comparisons of models, groups and programs."""

from csisem.display.wording import Wording

WORDS = {
    "comparison.no_test": Wording(
        "The scaled difference of {freer!r} and {stricter!r} cannot be tested: its scaling factor by {method!r} is "
        "{factor:.4g}, which is not positive; use method={other!r}.",
        "“{freer}”与“{stricter}”的校正的卡方差异检验不成立：按 {method!r} 计算的校正因子为 {factor:.4g}，不是正数；"
        "请用 method={other!r}。",
    ),
    "comparison.no_test_in_some": Wording(
        "In {bad} of {data_sets} data sets: {reason}",
        "{data_sets} 个数据集中有 {bad} 个：{reason}",
    ),
    "comparison.conservative": Wording(
        "{name!r} holds parameters by inequalities or bounds: where the stricter model fixes them there, the "
        "difference is a mixture of chi-squares (chi-bar-square), and its p-value here is conservative.",
        "“{name}”含有不等式约束或参数边界：若更严格的模型把这些参数固定在边界上，卡方差异服从混合卡方分布（chi-bar-square），"
        "此处的 p 值偏保守。",
    ),
    "comparison.at_bound": Wording(
        "{name!r} lies on an inequality or bound, which its degrees of freedom do not count: the p-value of the "
        "difference may be too small.",
        "“{name}”的解落在不等式约束或参数边界上，而自由度不计入该约束：差异检验的 p 值可能偏小。",
    ),
    "comparison.replicates_lost": Wording(
        "{lost} of {n} replicates have no solution of {freer!r} and {stricter!r} both, more than {most:.0%}, so there "
        "is no bootstrap p-value.",
        "{n} 个自助样本中有 {lost} 个不能同时得出“{freer}”与“{stricter}”的解，超过 {most:.0%}，因而没有自助法 p 值。",
    ),
    "comparison.permutation": Wording("{n} permutations", "置换检验，共 {n} 次"),
    "comparison.permutations_left_out": Wording(
        "{lost} of {n} permutations of {first} and {second} have no solution and are left out.",
        "{first} 与 {second} 的 {n} 次置换中有 {lost} 次没有解，未予采用。",
    ),
    "comparison.permutations_lost": Wording(
        "{lost} of {n} permutations of {first} and {second} have no solution and are more than {most:.0%}, so there "
        "are no p-values.",
        "{first} 与 {second} 的 {n} 次置换中有 {lost} 次没有解，超过 {most:.0%}，因而没有 p 值。",
    ),
    "comparison.henseler": Wording("Henseler, {bootstrap}", "Henseler 检验，{bootstrap}"),
    # Prediction.
    "comparison.training_sets_lost": Wording(
        "In {lost} training sets the weights did not converge; their repetitions (of {repetitions}) are left out.",
        "有 {lost} 个训练集的权重未收敛；相应的重复（共 {repetitions} 次）未予采用。",
    ),
    "comparison.no_linear_model": Wording(
        "The linear model of the items of {constructs:quoted} does not exist: the items that predict are linearly "
        "dependent in some training rows.",
        "无法为{constructs:quoted}的题项建立线性回归模型（LM）：在某些训练样本中，用于预测的题项线性相关。",
    ),
    # Invariance.
    "comparison.invariance.level.configural": Wording(
        "configural invariance (nothing is equal)", "构型等值（不设相等约束）"
    ),
    "comparison.invariance.level.metric": Wording("metric invariance (loadings)", "弱等值（载荷相等）"),
    "comparison.invariance.level.scalar": Wording(
        "scalar invariance (loadings and intercepts)", "强等值（载荷与截距相等）"
    ),
    "comparison.invariance.level.strict": Wording(
        "strict invariance (loadings, intercepts and residual variances)", "严格等值（载荷、截距与残差方差相等）"
    ),
    "comparison.invariance.level.means": Wording(
        "equality of the constructs' means beside loadings and intercepts", "结构变量均值相等（载荷与截距亦相等）"
    ),
    "comparison.invariance.ordered.thresholds": Wording("equality of thresholds", "阈值等值"),
    "comparison.invariance.ordered.metric": Wording(
        "metric invariance (thresholds and loadings)", "弱等值（阈值与载荷相等）"
    ),
    "comparison.invariance.ordered.scalar": Wording(
        "scalar invariance (thresholds, loadings and intercepts)", "强等值（阈值、载荷与截距相等）"
    ),
    "comparison.invariance.ordered.strict": Wording(
        "strict invariance (thresholds, loadings, intercepts and residual variances)",
        "严格等值（阈值、载荷、截距与残差方差相等）",
    ),
    "comparison.invariance.ordered.means": Wording(
        "equality of the constructs' means beside thresholds, loadings and intercepts",
        "结构变量均值相等（阈值、载荷与截距亦相等）",
    ),
    "comparison.invariance.few_answers": Wording(
        "Equal thresholds of {items:, } are not tested: with two or three answers they are no restriction.",
        "{items:、} 的阈值相等未作检验：只有两个或三个选项时，阈值相等不构成约束。",
    ),
    "comparison.invariance.two_answers": Wording(
        "Residual variances of {items:, } are equal in every level after the first: with two answers, equal loadings "
        "cannot be tested without them.",
        "从第二级起，{items:、} 的残差方差均设为相等：只有两个选项时，载荷相等须与残差方差相等一并检验。",
    ),
    "comparison.invariance.supported": Wording(
        "The groups of {groups:, } support {freed:?partial }{level}{freed:?, with {freed:, } free}.",
        "按 {groups:、} 分组的数据支持{freed:?部分}{level}{freed:?（{freed:、} 不设相等约束）}。",
    ),
    "comparison.invariance.poor": Wording(
        "The model fits poorly even with nothing equal (CFI {cfi:.3f}, RMSEA {rmsea:.3f}), so that little can be said "
        "of what is.",
        "即使不设相等约束，模型拟合也较差（CFI {cfi:.3f}，RMSEA {rmsea:.3f}），关于等值性的结论因此不可靠。",
    ),
    "comparison.invariance.compare.partial": Wording(
        "Means of the constructs can be compared; indices can not, where an item of theirs is free.",
        "可以比较结构变量的均值；含有未设相等约束题项的指数不能比较。",
    ),
    "comparison.invariance.compare.responses": Wording(
        "Means of the constructs can be compared; indices can not, since answers to ordered items depend on residual "
        "variances too.",
        "可以比较结构变量的均值；有序题项的回答还取决于残差方差，因此指数不能比较。",
    ),
    "comparison.invariance.rejected": Wording(
        "They do not support {level}: CFI falls by {cfi:.3f}, RMSEA changes by {rmsea:+.3f} and SRMR by {srmr:+.3f}.",
        "但不支持{level}：CFI 下降 {cfi:.3f}，RMSEA 变化 {rmsea:+.3f}，SRMR 变化 {srmr:+.3f}。",
    ),
    "comparison.invariance.unusable": Wording(
        "The fit under {level} cannot be used: {reasons: }", "{level}下的拟合结果不可使用：{reasons: }"
    ),
    "comparison.invariance.idle_release": Wording(
        "release= names {names:quoted}, which no level holds equal over groups: it changes nothing.",
        "release= 中的{names:quoted}在任何层次都没有跨组相等约束，因而不起作用。",
    ),
    "comparison.invariance.warned": Wording("Under {levels:, }: {warning}", "在{levels:、}下：{warning}"),
    "comparison.invariance.release": Wording(
        "Release first '{relation}' in {group}: chi-square would fall by about {mi:.1f}, and its value there change by "
        "{epc:+.3g}; write release=['{relation}'].",
        "可先放开 {group} 组的“{relation}”：卡方约下降 {mi:.1f}，该组的值约变化 {epc:+.3g}；"
        "写作 release=['{relation}']。",
    ),
    "comparison.invariance.compare.means": Wording(
        "Means and indices of the groups can be compared.", "可以比较各组的均值与指数。"
    ),
    "comparison.invariance.compare.paths": Wording(
        "Paths and covariances of the groups can be compared; a difference of their means or indices may be one of the "
        "questions, not of satisfaction.",
        "可以比较各组的路径与协方差；均值或指数的差异可能来自题目本身，而非满意度。",
    ),
    "comparison.invariance.compare.nothing": Wording(
        "A difference between groups, of paths as of means or indices, may be one of the questions, not of "
        "satisfaction.",
        "各组之间路径、均值或指数的差异都可能来自题目本身，而非满意度。",
    ),
    # Another program.
    "comparison.source.sandwich": Wording("rows", "逐行数据"),
    "comparison.source.design": Wording("sampling design", "抽样设计"),
    "comparison.source.replicates": Wording("replicate weights", "重复权重"),
    "comparison.estimates_alone": Wording(
        "Estimates alone are compared: {estimator}'s standard errors come from the {source}, and {engine} is given the "
        "moments.",
        "只比较估计值：{estimator} 的标准误由{source}得出，而 {engine} 只使用样本矩。",
    ),
}
