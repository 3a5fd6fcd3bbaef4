"""Headings of a model's page in Jupyter."""

from csisem.display.wording import Wording

WORDS = {
    "model_page.structural": Wording("Structural equations", "结构方程"),
    "model_page.measurement": Wording("Measurement", "测量模型"),
}
