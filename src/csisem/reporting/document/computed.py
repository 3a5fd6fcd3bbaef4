"""How a report's numbers were computed: estimator, design, versions, data."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version

import numpy as np

from csisem import __version__
from csisem.arrays import pd
from csisem.display.labels import cell
from csisem.display.sentences import text_in
from csisem.reporting.document.contents import Block, Facts, Items, Listing, Paragraph, Section
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import Words

_PACKAGES = ("numpy", "scipy", "pandas", "statsmodels")


def computed(request: Request, results: Results, words: Words) -> Section:
    """Estimator, errors, treatment of blanks, design, level, versions, seed, hash of the data, and the model."""
    fit, language = request.fit, request.language
    versions = ", ".join([f"csisem {__version__}", *(f"{name} {version(name)}" for name in _PACKAGES)])
    source = request.survey.source if request.survey is not None else None
    pairs = [
        (words("report.estimator"), fit.solution.estimation.text(language)),
        (words("report.errors"), str(cell(fit.settings.errors, "method", language))),
        (words("report.missing"), str(cell(fit.settings.missing, "method", language))),
        (words("report.design"), str(fit.settings.design)),
        (words("report.level"), f"{100 * request.level:g} %"),
        (words("report.seed"), words("report.no_seed")),
        (words("report.versions"), versions),
        _data(request, words),
    ]
    if source is not None:
        pairs.insert(0, (words("report.source"), str(source.path)))
    blocks: list[Block] = [Facts(tuple(pairs)), Paragraph(words("report.model_syntax")), Listing(fit.model.to_syntax())]
    if results.warned:
        blocks.append(Items(tuple(str(text_in(one, language)) for one in results.warned)))
    return Section("computed", words("report.computed"), tuple(blocks))


def lacking(results: Results, words: Words) -> Section | None:
    """Results that there are not, and why."""
    if not results.lacking:
        return None
    texts = tuple(
        words("report.reason", name=name.replace("_", " "), reason=reason) for name, reason in results.lacking
    )
    return Section("lacking", words("report.not_computed"), (Items(texts),))


def _data(request: Request, words: Words) -> tuple[str, str]:
    """A hash of the answers, which another report of the same answers shares."""
    survey, names = request.survey, request.fit.solution.table.observed
    if survey is not None and set(names) <= set(survey.columns):
        frame = survey.to_pandas()[list(names)]
        digest = sha256(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
        return words("report.data_hash"), digest.hexdigest()
    moments = request.fit.moments
    digest = sha256(np.ascontiguousarray(moments.cov).tobytes())
    digest.update(np.ascontiguousarray(moments.mean).tobytes())
    return words("report.moments_hash"), digest.hexdigest()
