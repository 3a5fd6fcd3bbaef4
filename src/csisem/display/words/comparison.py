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
