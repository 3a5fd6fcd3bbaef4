"""Words of every sentence in English and Chinese, a file a subject."""

from collections.abc import Mapping

from csisem.display.wording import Wording
from csisem.display.words import (
    answers,
    app,
    bootstrap,
    cells,
    columns,
    comparison,
    demo,
    design,
    estimators,
    factors,
    file,
    fit,
    fit_indices,
    fit_summary,
    improvement,
    index,
    measurement,
    model_page,
    monte_carlo,
    ordered,
    page_titles,
    path_diagram,
    plot,
    pls,
    programme,
    questionnaire,
    report,
    report_tables,
    rows,
    screen,
    strata,
    tables,
    weighting,
)

_SUBJECTS = (
    file, rows, design, fit, pls, fit_summary, bootstrap, comparison, index, estimators, answers, tables, strata,
    measurement, factors, improvement, weighting, ordered, monte_carlo,
    questionnaire, programme, columns, cells, fit_indices, page_titles, report_tables, screen, plot, path_diagram,
    model_page, report, app, demo,
)  # fmt: skip

WORDS: Mapping[str, Wording] = {code: wording for subject in _SUBJECTS for code, wording in subject.WORDS.items()}
