"""A retailer's programme: a template's questionnaire, and simulated answers of four months."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import csisem as cs

MONTHS = ("2026-08", "2026-09", "2026-10", "2026-11")
SIZES = {"东区": 6000, "西区": 4000}
PARTS = {
    "name": "百货店",
    "organisation": "调查公司",
    "language": "zh",
    "overall": "overall",
    "segments": {"social": ["sex", "age"], "behaviour": ["visits"]},
    "combinations": [["sex", "visits"]],
    "sampling": {"strata": "store", "sizes": SIZES, "margin": 3.0, "response_rate": 0.5, "coverage": 0.95},
    "budget": [
        {"item": "访问", "step": "调查", "quantity": 250, "unit_cost": 30},
        {"item": "印刷", "step": "调查", "unit_cost": 500},
        {"item": "座谈", "step": "内部诊断", "unit_cost": 800},
    ],
    "funds": 9000,
    "schedule": [
        {"activity": "座谈", "step": "diagnosis", "start": "2026-07-01", "end": "2026-07-02"},
        {"activity": "访问", "step": "survey", "start": "2026-08-01", "end": "2026-11-20"},
    ],
    "targets": {"总指数": 60, "服务": 70, "排队时间": 62},
}


def answers(form: cs.Questionnaire, n: int, seed: int, shift: float = 0.0) -> pd.DataFrame:
    """Answers to a Chinese questionnaire, ratings from one factor, and a column of stores."""
    rng = np.random.default_rng(seed)
    factor, found = rng.normal(size=n) + shift, {}
    for question in form.questions:
        if question.kind == "open":
            found[question.name] = "好"
        elif question.kind == "multiple":
            labels = list(question.labels("zh").values())[:3]
            found[question.name] = ["；".join(rng.choice(labels, 2, replace=False)) for _ in range(n)]
        elif question.kind == "likert":
            codes = np.array(question.codes)
            place = np.floor((0.7 * factor + 0.7 * rng.normal(size=n) + 2) / 4 * len(codes))
            found[question.name] = codes[np.clip(place, 0, len(codes) - 1).astype(int)]
        else:
            found[question.name] = rng.choice(list(question.labels("zh").values()), n)
    return pd.DataFrame(found).assign(store=rng.choice(list(SIZES), n))


def write(frame: pd.DataFrame, path: Path) -> Path:
    frame.to_csv(path, index=False)
    return path


def shop(folder: Path, n: int = 120, months: tuple[str, ...] = MONTHS) -> cs.Programme:
    """The programme with its months, of which the last has a record of the fieldwork."""
    form = cs.templates.questionnaire("retail_customers", "zh")
    programme = cs.Programme.new(folder / "shop", form, **PARTS)
    record = cs.Fieldwork("上海", "on_site", "2026-11-01", "2026-11-20", drawn=2 * n, reached=150, answered=n)
    for place, month in enumerate(months):
        file = write(answers(form, n, place, 0.1 * place), folder / f"{month}.csv")
        programme = programme.add_wave(month, file, record if month == months[-1] else None)
    programme.save()
    return programme
