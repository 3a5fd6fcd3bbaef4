"""Words of every sentence in English and Chinese, a file a subject."""

from collections.abc import Mapping

from csisem.display.wording import Wording
from csisem.display.words import (
    answers,
    bootstrap,
    comparison,
    design,
    estimators,
    factors,
    file,
    fit,
    fit_summary,
    improvement,
    index,
    measurement,
    monte_carlo,
    ordered,
    pls,
    programme,
    questionnaire,
    rows,
    strata,
    tables,
    weighting,
)

_SUBJECTS = (
    file, rows, design, fit, pls, fit_summary, bootstrap, comparison, index, estimators, answers, tables, strata,
    measurement, factors, improvement, weighting, ordered, monte_carlo,
    questionnaire, programme,
)  # fmt: skip

WORDS: Mapping[str, Wording] = {code: wording for subject in _SUBJECTS for code, wording in subject.WORDS.items()}
