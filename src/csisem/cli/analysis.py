"""Options and results of ``csisem fit``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from csisem.arrays import pd
from csisem.cli.fitting import Fitted, fitted
from csisem.cli.further_results import Further, further_results
from csisem.cli.read_answers import check_columns, check_respondents, scales_of
from csisem.cli.requests import FitRequest
from csisem.errors import OptionError
from csisem.fit.effects import effects
from csisem.fit.fit import Fit
from csisem.index.construct.csi import csi
from csisem.options import ItemWeights, validate


@dataclass(frozen=True, slots=True)
class Results:
    """A fit and its reported results.

    Attributes
    ----------
    fit
        The fit, usable or not.
    settings
        The options given and those in force.
    effects
        Direct, indirect and total effects; None if the fit is unusable.
    index
        The index of all rows (of each group of a fit by group); None without a scale, or if the fit is unusable.
    index_by
        A frame for each column of ``--by``.
    further
        What is asked for beside them: intervals of the bootstrap, reliability, analyses of variance and so on.
    """

    fit: Fit
    settings: Mapping[str, object]
    effects: pd.DataFrame | None = None
    index: pd.DataFrame | None = None
    index_by: Mapping[str, pd.DataFrame] | None = None
    further: tuple[Further, ...] = ()


def analyse(request: FitRequest) -> Results:
    """Read the data, fit the model and compute the index and what else is asked for."""
    chosen: Any = validate("item_weights", request.item_weights, ItemWeights)
    request = replace(request, item_weights=chosen)
    scales = scales_of(request)
    if request.by and not scales:
        raise OptionError("--by computes the index of each group, which needs the bounds of the answers: give --scale.")
    _check_moments(request)
    wave = [] if request.wave is None else [request.wave]
    columns = {"by": request.by, "anova": request.anova, "crosstab": request.crosstab, "wave": wave}
    done = fitted(
        request, [one for own in columns.values() for one in own], (request.n or True) if request.moments else None
    )
    if done.survey is not None:
        check_columns(done.survey, **columns)
    fit = done.fit
    results = Results(fit, _settings(request, fit))
    if not fit.status.usable:
        return results
    kind: Any = {} if done.replicates is None else {"bootstrap": done.replicates, "interval": request.interval}
    results = replace(results, effects=effects(fit, **kind))
    if scales:
        whole = csi(fit, item_weights=chosen, **kind)
        by = {column: csi(fit, by=column, item_weights=chosen, **kind) for column in request.by}
        results = replace(results, index=whole, index_by=by)
    return replace(results, further=_further(request, done))


def _further(request: FitRequest, done: Fitted) -> tuple[Further, ...]:
    return tuple(
        further_results(
            done, interval=request.interval, reliable=request.reliability, anova=request.anova,
            crosstab=request.crosstab, target=request.target, ipma=request.ipma, wave=request.wave,
        )
    )  # fmt: skip


def _check_moments(request: FitRequest) -> None:
    """Refuse what needs rows where the data are published moments, and a number of answers where they are not."""
    if not request.moments:
        if request.n is not None:
            raise OptionError("--n is the number of respondents of published moments; give --moments, or leave it out.")
        return
    if request.n is not None:
        check_respondents(request.n, 2)
    rows = {"--by": request.by, "--groups": request.groups, "--anova": request.anova, "--crosstab": request.crosstab,
            "--wave": request.wave, "--bootstrap": request.bootstrap}  # fmt: skip
    if named := [option for option, given in rows.items() if given]:
        raise OptionError(f"{named[0]} needs the answers; published moments (--moments) have none.")


def _settings(request: FitRequest, fit: Fit) -> dict[str, object]:
    """Options under the names of the command line, then the settings in force."""
    asked = asdict(request)
    # What is written is the same in every language, wherever it is written to.
    del asked["out"], asked["language"]
    asked["by"] = list(dict.fromkeys(request.by))
    inforce = {name: value for name, value in asdict(fit.settings).items() if name != "by"}
    return asked | inforce | {"syntax": fit.model.to_syntax(), "n": fit.n, "n_dropped": int(fit.moments.dropped)}
