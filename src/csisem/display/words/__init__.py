"""Every sentence by its code, in English and Chinese; one file a subject, which begins the code."""

from collections.abc import Mapping

from csisem.display.wording import Wording
from csisem.display.words import (
    answers,
    bootstrap,
    comparison,
    design,
    estimators,
    factors,
    fit,
    fit_summary,
    index,
    measurement,
    pls,
    rows,
    strata,
    tables,
)

_SUBJECTS = (
    rows, design, fit, pls, fit_summary, bootstrap, comparison, index, estimators, answers, tables, strata, measurement,
    factors,
)  # fmt: skip

WORDS: Mapping[str, Wording] = {code: wording for subject in _SUBJECTS for code, wording in subject.WORDS.items()}
