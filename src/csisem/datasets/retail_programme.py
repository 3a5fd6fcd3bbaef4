"""A programme of measurement over the quarters of the synthetic retail survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csisem.arrays import pd
from csisem.datasets.retail import retail_survey
from csisem.survey import Indicator, Question, Questionnaire

_ASKED = {
    "e1": "Before you shopped here: what overall quality did you expect?",
    "q1": "How do you rate the overall quality?",
    "q2": "How well do the goods meet your needs?",
    "q3": "How do you rate the staff?",
    "q4": "How do you rate the shop itself?",
    "v1": "Given the price, how do you rate the quality?",
    "v2": "Given the quality, how do you rate the price?",
    "s1": "How satisfied are you overall?",
}

PARTS: Mapping[str, Any] = {
    "name": "Retail (synthetic)",
    "overall": "s1",
    "weights": "weight",
    "clusters": "store",
    "segments": {"social": ["region"], "product_class": ["firm"]},
    "combinations": [["firm", "region"]],
    "expectations": {"Quality": ["e1", "q1"]},
    "targets": {"Total": 72, "Quality": 76},
    "budget": [
        {"item": "Interviews", "step": "survey", "quantity": 2400, "unit_cost": 12},
        {"item": "Pretest", "step": "pretest", "quantity": 1, "unit_cost": 900},
    ],
    "funds": 30_000,
    "schedule": [
        {"activity": "Pretest", "step": "pretest", "start": "2023-11-06", "end": "2023-11-17"},
        {"activity": "Interviews", "step": "survey", "start": "2024-01-08", "end": "2024-12-13"},
    ],
    "fieldwork": {
        "2024Q4": {"place": "4 regions", "mode": "on_site", "drawn": 900, "reached": 780, "answered": 600},
    },
}
"""What the programme declares."""


def retail_questionnaire() -> Questionnaire:
    """Return eight of the synthetic survey's questions, with indicators."""
    chinese = {name: text.partition("(")[0] for name, text in retail_survey().item_texts.items()}
    asked = [Question(name, {"en": text, "zh": chinese[name]}, points=10) for name, text in _ASKED.items()]
    indicators = (
        Indicator("Quality", items=("q1", "q2", "q3", "q4"), weight=0.6),
        Indicator("Value", items=("v1", "v2"), weight=0.4),
        Indicator("Satisfaction", items=("s1",), weight=0.0),
    )
    return Questionnaire(tuple(asked), indicators, {"en": "Customers of a shop", "zh": "商店顾客"})


def quarters() -> dict[str, pd.DataFrame]:
    """Return the answers to those questions by quarter, with segments, stores and weights."""
    frame = retail_survey().to_pandas()[["region", "firm", "store", "weight", "wave", *_ASKED]]
    return {str(wave): rows.drop(columns="wave") for wave, rows in frame.groupby("wave", sort=True)}
