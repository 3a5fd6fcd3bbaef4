"""Verdicts and conventions of several estimators side by side."""

from csisem.display.wording import Wording

WORDS = {
    "estimators.verdict": Wording("{verdict}.{said:? {said: }}", "{verdict}。{said}"),
    "estimators.refused": Wording("refused: {error}", "不能估计：{error}"),
    "estimators.barred": Wording(
        "The estimates by {estimators: and } must not be read as results: {verdicts: }",
        "{estimators:、} 的估计值不可作为结果解读：{verdicts}",
    ),
    "estimators.barred.verdict": Wording("{estimator} is {verdict}", "{estimator} 的结论：{verdict}"),
    "estimators.note": Wording("{estimator}: {note}", "{estimator}：{note}"),
    "estimators.no_index": Wording("There is no index: {error}", "没有指数：{error}"),
    "estimators.scaling": Wording("Scaling: all estimates are standardised.", "尺度：所有估计值均已标准化。"),
    "estimators.factors": Wording(
        "{estimators:, }: constructs are common factors, standardised by the variances that the model implies; the "
        "index weighs items by inverse residual covariances times loadings.",
        "{estimators:、}：结构变量为公因子，按模型隐含方差标准化；指数以残差协方差矩阵的逆乘以载荷为题项的权重。",
    ),
    "estimators.composites": Wording(
        "{estimators:, }: constructs are weighted sums of their items, with weights by the {scheme}; the index "
        "takes these weights.",
        "{estimators:、}：结构变量为题项的加权和，权重按{scheme}求得；指数采用这些权重。",
    ),
    "estimators.attenuation": Wording(
        "Attenuation: PLS relates scores, which contain the error of their items, so that correlations are too "
        "small{column:? by the factor in the column {column!r}}; its loadings are correlations with a score that "
        "contains the item, and too large.",
        "衰减：PLS 以得分计算关系，得分含有题项的误差，故相关系数偏小{column:?（衰减系数见 {column!r} 列）}；"
        "其载荷是题项与包含该题项的得分的相关系数，故偏大。",
    ),
    "estimators.corrected": Wording(
        "{estimator}: correlations and loadings are corrected for attenuation{own:?; {own:, } {own:is|are} not "
        "corrected}.",
        "{estimator}：相关系数与载荷已作衰减校正{own:?；{own:、} 未作校正（单题项或合成变量）}。",
    ),
    "estimators.errors": Wording("Standard errors of {estimator}: {errors}.", "{estimator} 的标准误：{errors}。"),
    "estimators.errors.normal_theory": Wording("normal theory", "正态理论"),
    "estimators.errors.sandwich": Wording("sandwich", "三明治估计"),
    "estimators.errors.design": Wording("design", "抽样设计"),
    "estimators.errors.replicates": Wording("replicates", "重复权重"),
}
