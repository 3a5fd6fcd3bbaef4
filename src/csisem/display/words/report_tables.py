"""Titles of tables for papers, and notes below them."""

from csisem.display.wording import Wording

WORDS = {
    "report_tables.parameters": Wording("Parameters of the model", "模型参数"),
    "report_tables.measures": Wording("Fit of the model", "模型拟合"),
    "report_tables.effects": Wording("Direct, indirect and total effects", "直接效应、间接效应与总效应"),
    "report_tables.validity": Wording("Loadings, reliability and validity", "载荷、信度与效度"),
    "report_tables.comparison": Wording("Comparison of models", "模型比较"),
    "report_tables.index": Wording("Satisfaction indices", "满意度指数"),
    "report_tables.reliability": Wording("Reliability", "信度"),
    "report_tables.table": Wording("Table", "表"),
    "report_tables.part": Wording("{page}: {part}", "{page}：{part}"),
    "report_tables.note": Wording("Note. {note}", "注：{note}"),
    "report_tables.measurement": Wording(
        "Loadings are standardised; HTMT is the heterotrait-monotrait ratio, AVE the average variance extracted.",
        "载荷为标准化值；HTMT 为异质-单质比率，平均方差提取量即 AVE。",
    ),
    "report_tables.percent": Wording(
        "Percentages of the columns in brackets{weighted:?, weighted; the counts are not}.",
        "括号内为列百分比{weighted:?（已加权，频数未加权）}。",
    ),
    "report_tables.test": Wording(
        "{method}: {statistic} (df {df}), p {pvalue}; Cramer's V {v}.",
        "{method}：{statistic}（自由度 {df}），p {pvalue}；Cramer V 系数 {v}。",
    ),
}
