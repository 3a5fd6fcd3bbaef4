"""Notes on an index, and the column ``method``."""

from csisem.display.wording import Wording

WORDS = {
    "index.no_model_weights": Wording(
        "The index of {construct}{group:? in group {group}} cannot be computed: a residual variance of {items:quoted} "
        "is not positive, so it has no model weights; use item_weights='equal'.",
        "{construct} 的指数{group:?（{group} 组）}无法计算：{items:quoted}中有残差方差不为正，因而没有模型权重；"
        "请用 item_weights='equal'。",
    ),
    "index.negative_weights": Wording(
        "The index of {construct}{group:? in group {group}} gives {items:quoted} a negative weight, so it may leave "
        "0-100; reverse= an item asked the other way round, or use item_weights='equal'.",
        "{construct} 的指数{group:?（{group} 组）}对{items:quoted}赋予负权重，可能超出 0-100；"
        "如题项为反向提问，请用 reverse= 反转，或用 item_weights='equal'。",
    ),
    "index.rows_without_group": Wording(
        "{lost} of the {n} fitted rows {lost:is|are} in no group of {by:quoted}, which is missing there; they enter "
        "the weights, but no index.",
        "拟合所用 {n} 行中有 {lost} 行的{by:quoted}缺失，不属于任何组；它们参与权重的估计，但不进入任何指数。",
    ),
    "index.groups_without_rows": Wording(
        "No row of {groups:quoted} of {by:, } answered {complete:?all of }the items, so {groups:it has|they have} no "
        "index.",
        "{by:、} 的{groups:quoted}没有任何一行{complete:?全部}作答，因而没有指数。",
    ),
    "index.groups_of_weight_zero": Wording(
        "In {empty} of {groups} groups all rows have weight zero, so they have no index.",
        "{groups} 个组中有 {empty} 个组的所有行权重均为零，因而没有指数。",
    ),
    "index.groups_without_answers": Wording(
        "In {count} of {groups} groups nobody answered some item ({items:quoted}), so indices that rest on it are nan "
        "there.",
        "{groups} 个组中有 {count} 个组无人回答某个题项（{items:quoted}），该组中依赖它的指数为 nan。",
    ),
    # Groups compared.
    "index.not_examined": Wording(
        "Whether the questions measure alike in the groups of {by:, } was not examined; give the result of "
        "cs.invariance as invariance=.",
        "尚未检验题目在 {by:、} 各组中的测量是否等值；请以 invariance= 给出 cs.invariance 的结果。",
    ),
    "index.not_examined.composites": Wording(
        "Whether the composites are the same in the groups of {by:, } was not examined; see cs.micom.",
        "尚未检验合成变量在 {by:、} 各组中是否相同；见 cs.micom。",
    ),
    "index.not_examinable": Wording(
        "Whether the questions measure alike in the groups of {by:, } could not be examined: {why}",
        "无法检验题目在 {by:、} 各组中的测量是否等值：{why}",
    ),
    "index.not_comparable": Wording(
        "A difference between the groups' indices may be one of the questions, not of satisfaction. {verdict}",
        "各组指数的差异可能来自题目本身，而非满意度。{verdict}",
    ),
    # The column ``method``: where the standard error comes from, or why there is none.
    "index.errors.standard": Wording("normal theory", "正态理论"),
    "index.errors.robust": Wording("linearised", "线性化"),
    "index.errors.design": Wording("linearised (design)", "线性化（抽样设计）"),
    "index.errors.replicates": Wording("replicate weights", "重复权重"),
    "index.method": Wording(
        "{estimator}, {errors}{no_design:? (no design)}",
        "{estimator}，{errors}{no_design:?（未计抽样设计）}",
    ),
    "index.of_codes": Wording(
        "{estimator} (codes weighted as latent responses)",
        "{estimator}（按潜在反应的权重合成答案编码）",
    ),
    "index.method.pooled": Wording(
        "{method}, pooled over {data_sets} data sets",
        "{method}，由 {data_sets} 个数据集合并",
    ),
    "index.method.no_degrees": Wording(
        "{method}: no degrees of freedom for an interval",
        "{method}：没有自由度，无法给出置信区间",
    ),
    "index.method.single_row": Wording("a single row has no standard error", "只有一行，没有标准误"),
    "index.method.replicates_lost": Wording(
        "more than {most:g} % of the replicates have no value",
        "超过 {most:g}% 的重复样本没有数值",
    ),
    "index.method.no_rows": Wording("no row of the group answered all of the items", "该组没有任何一行全部作答"),
    "index.method.weight_zero": Wording("all rows of the group have weight zero", "该组所有行的权重均为零"),
    "index.method.no_answers": Wording("nobody in the group answered {items:quoted}", "该组无人回答{items:quoted}"),
    # Hierarchies, waves and series.
    "index.unanswered_nodes": Wording(
        "Nobody answered {nodes:quoted}: no index there, and the weight goes to the siblings.",
        "无人回答{nodes:quoted}：那里没有指数，其权重分给同级指标。",
    ),
    "index.unanswered_nodes_in_a_group": Wording(
        "In some group of {by:quoted} nobody answered {nodes:quoted}: no index there, and the weight goes to the "
        "siblings.",
        "{by:quoted}的某个组中无人回答{nodes:quoted}：那里没有指数，其权重分给同级指标。",
    ),
    "index.scattered_respondents": Wording(
        "{respondents} respondents ({id!r}) have rows in several clusters; the correlation of their answers does not "
        "enter the standard errors of changes.",
        "{respondents} 名被调查者（{id!r}）的行分属多个群；其答案之间的相关没有计入变化的标准误。",
    ),
    "index.joint_not_kept": Wording(
        "Of {rows} rows, more than {most}, the joint covariance is not kept; changes take waves as independent. Take "
        "fewer groups at a time.",
        "共 {rows} 行，超过 {most} 行，不保留联合协方差；变化的检验把各期视为独立。请一次少取一些组。",
    ),
    "index.few_points": Wording(
        "{points} points are few: a correlation may come from a common trend or from chance, and the best "
        "of several lags is not a test.",
        "只有 {points} 个时间点：相关可能来自共同趋势或偶然，而多个滞后期中取最好的一个不是检验。",
    ),
    "index.short_lags": Wording(
        "The {lags:lag|lags} {lags:, } {lags:is|are} left out: {points:, } points, and a correlation needs {least}.",
        "没有计算滞后 {lags:、} 期：只有 {points:、} 个时间点，而相关系数至少需要 {least} 个。",
    ),
    # Hierarchies.
    "index.level": Wording("Level {number}", "第{number}级指标"),
    "index.level_total": Wording("Total", "总指标"),
    "index.level_question": Wording("Question", "题目"),
    "index.turned": Wording(
        "{nodes:quoted} {nodes:lowers|lower} the total: {nodes:its index is|their indices are} 100 less the points, so "
        "that more is better in every index.",
        "{nodes:quoted}为逆向指标（越高总指数越低）：其指数为 100 减去得分，因此所有指数均为越高越好。",
    ),
    "index.doubtful_names": Wording(
        "{nodes:quoted} {nodes:is|are} named like a complaint or fault ({words:quoted}), and nothing says whether more "
        "of it raises or lowers the total; declare direction='lowers' or direction='raises' for it.",
        "{nodes:quoted}的名称像是抱怨或缺陷（{words:quoted}），但未声明其越高是提高还是降低总指数；"
        "请声明 direction='lowers' 或 direction='raises'。",
    ),
    "index.falling_answers": Wording(
        "Answers to {nodes:quoted} fall as those of {nodes:its|their} siblings rise, and nothing says that more of it "
        "lowers the total; declare direction='lowers' (or direction='raises', to keep it) for {columns:quoted}.",
        "{nodes:quoted}的回答与同级指标负相关，但未声明其方向；请为{columns:quoted}声明 direction='lowers'"
        "（如确为同向，则声明 direction='raises'）。",
    ),
    "index.rising_answers": Wording(
        "Answers to {nodes:quoted} rise as those of {nodes:its|their} siblings do, although the indicator is "
        "declared to lower the total; declare for {columns:quoted} itself direction='raises', or "
        "direction='lowers' to keep it.",
        "{nodes:quoted}的回答与同级指标正相关，但其指标被声明为逆向；请为{columns:quoted}本身声明 direction='raises'"
        "（如确为逆向，则声明 direction='lowers'）。",
    ),
    "index.turned_twice": Wording(
        "{nodes:quoted} {nodes:is|are} reverse-coded and also {nodes:lowers|lower} the total, so {nodes:its|their} "
        "answers are turned twice, and fall as those of {nodes:its|their} siblings rise; leave out reverse= or "
        "direction='lowers' of {columns:quoted}.",
        "{nodes:quoted}既反向计分，又为逆向指标，因此回答被反转了两次，并与同级指标负相关；"
        "请去掉{columns:quoted}的 reverse= 或 direction='lowers' 之一。",
    ),
}
