"""How a report's numbers were computed: estimator, design, versions, data."""

from __future__ import annotations

from hashlib import sha256
from importlib.metadata import version

import numpy as np

from csisem import __version__
from csisem.arrays import pd
from csisem.display.sentences import text_in
from csisem.options import Errors, Missing
from csisem.reporting.document.contents import Block, Facts, Items, Listing, Paragraph, Section
from csisem.reporting.document.request import Request
from csisem.reporting.document.results import Results
from csisem.reporting.document.wording import Words, reason
from csisem.survey.design import several

_RESULTS = {
    "index": "report.result.index", "by": "report.result.by", "means": "report.result.means",
    "spreads": "report.result.spreads", "satisfied": "report.result.satisfied", "trend": "report.result.trend",
    "gaps": "report.result.gaps", "gaps_by": "report.result.gaps_by", "effects": "report.result.effects",
    "reliability": "report.result.reliability", "priorities": "report.result.priorities",
    "item_priorities": "report.result.item_priorities", "correlated": "report.result.correlated",
    "distribution": "report.result.distribution", "nodes": "report.result.nodes", "ranked": "report.result.ranked",
    "quality": "report.result.quality", "frequencies": "report.result.frequencies",
}  # fmt: skip
_MISSING: dict[Missing, str] = {
    "listwise": "report.missing.listwise", "fiml": "report.missing.fiml", "pairwise": "report.missing.pairwise",
    "mean": "report.missing.mean", "em": "report.missing.em",
}  # fmt: skip
_ERRORS: dict[Errors, str] = {
    "normal theory": "report.errors.normal", "sandwich": "report.errors.sandwich", "design": "report.errors.design",
    "replicates": "report.errors.replicates",
}  # fmt: skip
_PACKAGES = ("numpy", "scipy", "pandas", "statsmodels")


def computed(request: Request, results: Results, words: Words) -> Section:
    """Estimator, errors, treatment of blanks, design, level, versions, seed, hash of the data, and the model."""
    fit, language = request.fit, request.language
    versions = ", ".join([f"csisem {__version__}", *(f"{name} {version(name)}" for name in _PACKAGES)])
    source = request.survey.source if request.survey is not None else None
    pairs = [
        (words("report.estimator"), fit.solution.estimation.text(language)),
        (words("report.errors"), words(_ERRORS[fit.settings.errors])),
        # A published table of moments has no blanks to treat.
        *([(words("report.missing"), words(_MISSING[fit.settings.missing]))] if request.survey is not None else []),
        (words("report.design"), _design(request, words)),
        (words("report.level"), f"{100 * request.level:g} %"),
        (words("report.seed"), words("report.no_seed")),
        (words("report.versions"), versions),
        _data(request, words),
    ]
    if source is not None:
        pairs.insert(0, (words("report.source"), source.name))
    blocks: list[Block] = [Facts(tuple(pairs)), Paragraph(words("report.model_syntax")), Listing(fit.model.to_syntax())]
    if warned := dict.fromkeys(str(text_in(one, language)) for one in (*fit.status.warnings, *results.warned)):
        blocks.append(Paragraph(words("report.warned")))
        blocks.append(Items(tuple(warned)))
    return Section("computed", words("report.computed"), tuple(blocks))


def lacking(results: Results, words: Words) -> Section | None:
    """Results that there are not, and why."""
    if not results.lacking:
        return None
    alike: dict[str, list[str]] = {}
    for name, column, problem in results.lacking:
        what = words("report.lacking", name=words(_RESULTS[name]), by=words.item(column) if column else None)
        alike.setdefault(reason(problem, words.language), []).append(what)
    texts = tuple(
        words("report.reason", names=tuple(dict.fromkeys(names)), reason=told) for told, names in alike.items()
    )
    return Section("lacking", words("report.not_computed"), (Items(texts),))


def _design(request: Request, words: Words) -> str:
    """The columns of the sampling design, each by what it is."""
    design = request.survey.design if request.survey is not None else None
    if design is None or not design or not request.fit.settings.design:
        return words("report.no_design")
    parts = {
        words("report.design_weights"): () if design.weights is None else (design.weights,),
        words("design.part.strata"): several(design.strata),
        words("design.part.clusters"): design.stages,
        words("design.part.fpc"): several(design.fpc),
        words("design.part.replicate_weights"): (str(len(design.replicate_weights)),) * bool(design.replicate_weights),
    }
    between, colon = ("；", "：") if words.language == "zh" else ("; ", " ")
    return between.join(f"{role}{colon}{words.listed(names)}" for role, names in parts.items() if names)


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
