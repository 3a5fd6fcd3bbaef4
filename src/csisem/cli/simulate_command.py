"""The command ``csisem simulate``: answers drawn from a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csisem.cli import fit_options as options
from csisem.cli.commands import language_of
from csisem.cli.error_messages import say

if TYPE_CHECKING:
    from csisem.models.model import Model

_ITEMS = 3
_LOADING, _ERROR, _DISTURBANCE, _EXOGENOUS, _SHARED, _PATHS = 1.0, 1.1, 1.0, 2.0, 0.8, 0.8


@dataclass(frozen=True, kw_only=True)
class SimulateRequest:
    """The options of ``csisem simulate``."""

    model: options.ModelFile
    constructs: options.ConstructItems = field(default_factory=list)
    variant: options.VariantName = None
    n: Annotated[int, typer.Option("--n", metavar="NUMBER", help="Respondents.")] = 1000
    out: Annotated[str, typer.Option(metavar="FILE.csv", help="Where the answers are written.")]
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="The same number gives the same answers; default: by chance.")
    ] = None
    values: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Values of the parameters, columns lhs, op, rhs, est as 'csisem fit --out FILE.csv' writes them; "
            "without it the same example value for all parameters of a kind.",
        ),
    ] = None
    scale: Annotated[tuple[float, float], typer.Option(metavar="LOW HIGH", help="Lowest and highest answer.")] = (1, 10)
    item_scales: options.ItemScale = field(default_factory=list)
    continuous: Annotated[
        bool, typer.Option("--continuous", help="Answers are numbers of any size, not steps of a scale.")
    ] = False
    missing: Annotated[float, typer.Option(metavar="SHARE", help="Share of answers that are left blank.")] = 0.0
    skew: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="Skewness of the answers before they are rounded.")
    ] = None
    language: options.LanguageName = None


def simulate(request: SimulateRequest) -> None:
    """Write answers of respondents who were never asked, drawn from a model, to try an analysis or plan one."""
    from csisem.cli.read_answers import check_respondents, scales_of
    from csisem.cli.written_files import check_out
    from csisem.display.labels import said
    from csisem.option_checks import check_seed
    from csisem.survey.files.inert_text import inert_frame
    from csisem.writing import write_files

    language = language_of(request.language)
    check_out(request.out, [".csv"], [request.model, request.values or ""])
    check_respondents(request.n, 1)
    check_seed(request.seed)
    model = _model(request)
    seed = request.seed if request.seed is not None else _by_chance()
    values = example_values(model) if request.values is None else _read_values(request.values)
    scales: Any = None if request.continuous else scales_of(request)
    frame = model.simulate(request.n, values, scale=scales, skew=request.skew, missing=request.missing, seed=seed)
    write_files({Path(request.out): inert_frame(frame).to_csv(index=False, lineterminator="\n")})
    say(said("screen.simulated", language, n=len(frame), columns=frame.shape[1], name=request.out, seed=seed))


def example_values(model: Model) -> Mapping[str, float]:
    """A value for every free parameter by its kind; paths to and from complaints are negative."""
    from csisem.errors import ModelError
    from csisem.models.construct_names import other_language

    table = model.table()
    if table.formed or any(row.op in ("|", "<~", "~*~") for row in table.rows):
        raise ModelError(
            "There are example values for reflective constructs and their paths alone; give --values for this model."
        )
    constructs = model.roles.constructs
    causes = {name: sum(row.op == "~" and row.lhs == name for row in table.rows) for name in constructs}
    negative = {name for name in constructs if "Complaints" in (name, other_language(name, ("Complaints",)))}
    found = {}
    for row in table.rows:
        if row.fixed is not None or row.op == "~1":
            continue
        if row.op == "=~":
            value = _LOADING
        elif row.op == "~":
            value = _PATHS / causes.get(row.lhs, 1) * (-1 if negative & {row.lhs, row.rhs} else 1)
        elif row.lhs != row.rhs:
            value = _SHARED
        elif row.lhs in causes:
            value = _DISTURBANCE if causes[row.lhs] else _EXOGENOUS
        else:
            value = _ERROR
        found[row.label or row.name] = value
    return found


def _model(request: SimulateRequest) -> Model:
    """The model; a published one without items has three of each construct, ``quality1`` to ``quality3``."""
    from csisem.cli.read_model import construct_keys, read_model

    preset = request.model.casefold()
    columns: list[str] = []
    if preset in options.PRESETS:
        columns = [f"{key}{k}" for key in construct_keys(preset, request.variant) for k in range(1, _ITEMS + 1)]
    return read_model(request.model, request.constructs, columns, request.variant, language_of(request.language))


def _read_values(path: str) -> Any:
    """The parameters that ``csisem fit --out`` wrote."""
    from csisem.errors import DataError, system_reason
    from csisem.survey import read

    try:
        return read(path).to_pandas()
    except OSError as problem:
        raise DataError(f"{path!r} cannot be read: {system_reason(problem)}.") from None


def _by_chance() -> int:
    import secrets

    return secrets.randbelow(10**6)
