"""An analysis by the package's public functions, step by step."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import csisem as cs
from csisem.app.journey import OWN, AnswerFile, Findings, Journey, ModelChoice, Settings
from csisem.errors import CsisemError, CsisemWarning, DataError, ModelError, OptionError
from csisem.fit.fit import Fit
from csisem.models.model import Model
from csisem.survey import Survey

if TYPE_CHECKING:
    from csisem.arrays import pd

_SATISFACTION = ("satisf", "满意")


def read_answers(file: AnswerFile, settings: Settings = Settings()) -> Survey:  # noqa: B008 (frozen)
    """The answers of a file, under the sampling design that the settings name."""
    return cs.read(file.path, **read_options(file, settings))


def read_options(file: AnswerFile, settings: Settings) -> Mapping[str, Any]:
    """The options of `csisem.read` that differ from its defaults, as they stand in the script too."""
    scales: dict[str, tuple[float, float]] = {} if file.scale is None else {"*": file.scale}
    scales |= dict(file.other_scales)
    options = {
        "sheet": file.sheet, "encoding": file.encoding, "scale": scales, "weights": settings.weights,
        "strata": settings.strata, "clusters": settings.clusters, "segments": list(settings.by),
        "missing_codes": list(file.missing_codes), "not_applicable": list(file.not_applicable),
    }  # fmt: skip
    return {name: value for name, value in options.items() if value}


def build_model(choice: ModelChoice) -> Model:
    """The model that was chosen; refused where no column was given to a construct."""
    if choice.preset == OWN:
        return Model.from_syntax(choice.syntax)
    build = getattr(cs.models, choice.preset)
    made: Model = build(**model_options(choice))
    return made


def model_options(choice: ModelChoice) -> Mapping[str, Any]:
    """The options of the published model's function, as they stand in the script too."""
    items = choice.items()
    if "Satisfaction" not in items:
        raise ModelError("No column measures satisfaction; give it at least one.")
    columns: dict[str, Any] = {keyword(construct): list(given) for construct, given in items.items()}
    return {**columns, **({} if choice.language == "en" else {"language": choice.language})}


def items_of(choice: ModelChoice) -> tuple[str, ...]:
    """The columns that the model names; none of a text that cannot be read yet."""
    if choice.preset != OWN:
        return tuple(choice.construct_of)
    with suppress(CsisemError):
        return tuple(build_model(choice).items)
    return ()


def keyword(construct: str) -> str:
    """The option of a published model's function for a construct, such as ``complaint_handling``."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in construct).lstrip("_")


def run(journey: Journey, report: Callable[[int, int, str], None] = lambda *_: None) -> Findings:
    """Compute all findings; ``report`` hears of each step: its place, how many there are, and its name."""
    if journey.file is None:
        raise DataError("There are no answers yet; load a file first.")
    total = 5 + 2 * len(journey.settings.by)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", CsisemWarning)
        report(0, total, "read")
        survey = read_answers(journey.file, journey.settings)
        model = build_model(journey.model)
        target = target_of(model, journey.settings.target)
        report(1, total, "fit")
        fit = model.fit(survey, journey.settings.estimator, missing=journey.settings.missing)
        made: dict[str, Any] = {}
        lacking: list[tuple[str, str, CsisemError]] = []
        for place, (name, part, compute) in enumerate(_steps(fit, target, journey.settings, made) if fit else (), 2):
            report(place, total, name)
            try:
                found = compute()
            except CsisemError as problem:
                lacking.append((name, part, problem))
            else:
                if part:
                    made.setdefault(name, {})[part] = found
                else:
                    made[name] = found
        report(total, total, "done")
    said = dict.fromkeys(one.message.args[0] for one in caught if isinstance(one.message, CsisemWarning))
    told = {*fit.status.reasons, *fit.status.warnings}
    return Findings(fit, target, **made, lacking=tuple(lacking), warned=tuple(one for one in said if one not in told))


def target_of(model: Model, asked: str) -> str:
    """The construct of satisfaction: the one that is asked for, or whose name says so."""
    names = [one.name for one in model.constructs]
    if asked in names:
        return asked
    for part in _SATISFACTION:
        if found := [name for name in names if part in name.casefold()]:
            return found[0]
    if asked:
        raise OptionError(f"The model has no construct {asked!r}.")
    return names[-1]


def _steps(
    fit: Fit, target: str, settings: Settings, made: Mapping[str, Any]
) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """Names of findings, the column of those by group, and how they are computed; ``made`` holds those before."""
    yield "index", "", lambda: cs.csi(fit)
    for column in settings.by:
        yield "by", column, lambda column=column: cs.csi(fit, by=column)  # type: ignore[misc]
        yield "means", column, lambda column=column: cs.diagnose.anova(None, target, by=column, fit=fit)  # type: ignore[misc]
    yield "priorities", "", lambda: cs.improve.ipma(fit, target)
    if "priorities" in made:
        yield "targets", "", lambda: _targets(fit, target, list(made["priorities"]["construct"]))


def _targets(fit: Fit, target: str, causes: Collection[str]) -> pd.DataFrame:
    """The items of the causes by what they can add; overall satisfaction is the mean of the target's items."""
    model = fit.model
    items = [item for one in model.constructs if one.name in causes for item in one.items]
    return cs.improve.targets(fit.data, method="precise", items=items, outcome=list(model.construct(target).items))
