"""The fit, and the replicates, that a request asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from csisem.cli.commands import language_of
from csisem.cli.fit_options import PRESETS
from csisem.cli.read_answers import moments_of, survey_of
from csisem.cli.read_model import read_model
from csisem.errors import OptionError
from csisem.fit.bootstrap.bootstrap import bootstrap
from csisem.moments.moments import Moments
from csisem.option_checks import MOST_REPLICATES, check_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csisem.cli.requests import ModelRequest
    from csisem.fit.bootstrap.bootstrap_result import Bootstrap
    from csisem.fit.fit import Fit
    from csisem.models.model import Model
    from csisem.survey import Survey


class Fitted(NamedTuple):
    """A fit, the answers it is of (None: published moments), and its replicates where they are asked for."""

    fit: Fit
    survey: Survey | None
    replicates: Bootstrap | None


def fitted(request: ModelRequest, segments: Sequence[str] = (), moments: int | bool | None = None) -> Fitted:
    """Read data and model and fit; ``moments``: the data are published moments, of so many answers."""
    check_replicates(request)
    model, data = model_and_data(request, segments, moments)
    fit = fit_of(request, model, data)
    survey = None if moments else data
    replicates = None
    if request.bootstrap is not None and fit.status.usable:
        replicates = bootstrap(fit, n=request.bootstrap, seed=request.seed)
    return Fitted(fit, survey, replicates)  # type: ignore[arg-type]


def model_and_data(
    request: ModelRequest, segments: Sequence[str] = (), moments: int | bool | None = None
) -> tuple[Model, Survey | Moments]:
    """The model and what it is fitted to; a published model without items takes them from the columns."""

    def data() -> Survey | Moments:
        if moments:
            return moments_of(request, None if moments is True else moments)
        return survey_of(request, (*segments, *request.groups))

    language = language_of(request.language)
    by_columns = request.model.casefold() in PRESETS and not request.constructs
    found = data() if by_columns else None
    columns = () if found is None else found.items if isinstance(found, Moments) else found.columns
    model = read_model(request.model, request.constructs, columns, request.variant, language)
    return model, data() if found is None else found


def fit_of(request: ModelRequest, model: Model, data: object) -> Fit:
    """The fit, by the options of the request."""
    names = ("likelihood", "scheme", "parameterization", "missing", "information", "higher_order", "moderation")
    words: Any = {name: getattr(request, name) for name in ("estimator", *names)}
    lists: Any = {name: tuple(getattr(request, name)) for name in ("equal", "release", "auxiliary")}
    groups, ordered = tuple(request.groups) or None, tuple(request.ordered) or None
    return model.fit(data, groups=groups, ordered=ordered, **words, **lists)


def check_replicates(request: ModelRequest) -> None:
    """Refuse options of a bootstrap that is not asked for, and too few or too many replicates."""
    if request.bootstrap is not None:
        check_whole("bootstrap", request.bootstrap, 2, MOST_REPLICATES)
    if request.bootstrap is None:
        for option, given in (("--seed", request.seed), ("--interval", request.interval)):
            if given is not None:
                raise OptionError(f"{option} is of a bootstrap; give --bootstrap NUMBER, such as 2000.")
