"""The commands ``csisem sample-size``: how many customers to ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from csisem.cli import fit_options as options
from csisem.cli.commands import add_command, language_of
from csisem.cli.error_messages import say
from csisem.errors import OptionError
from csisem.options import AllocationMethod

sample_size = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="How many customers to ask.")

Level = Annotated[float, typer.Option(metavar="SHARE", help="Confidence level of the interval.")]
Population = Annotated[float | None, typer.Option(metavar="NUMBER", help="Customers; without it very many.")]
DesignEffect = Annotated[float, typer.Option(metavar="NUMBER", help="Design effect of clusters and weights.")]
ResponseRate = Annotated[float, typer.Option(metavar="SHARE", help="Share of those asked who answer.")]
Power = Annotated[float, typer.Option(metavar="SHARE", help="Probability of detecting it.")]
Alpha = Annotated[float, typer.Option(metavar="SHARE", help="Significance level of the test.")]
Sides = Annotated[int, typer.Option(metavar="NUMBER", help="1 or 2: one-sided or two-sided test.")]
Ratio = Annotated[float, typer.Option(metavar="NUMBER", help="Size of the second group over that of the first.")]


@dataclass(frozen=True, kw_only=True)
class _Size:
    deff: DesignEffect = 1.0
    response_rate: ResponseRate = 1.0
    language: options.LanguageName = None


@dataclass(frozen=True, kw_only=True)
class _Margin(_Size):
    level: Level = 0.95
    population: Population = None


@dataclass(frozen=True, kw_only=True)
class MeanRequest(_Margin):
    """The options of ``csisem sample-size mean``."""

    sd: Annotated[float, typer.Option(metavar="NUMBER", help="Standard deviation of the answers.")]
    margin: Annotated[float, typer.Option(metavar="NUMBER", help="Half the length of the interval, in their unit.")]


@dataclass(frozen=True, kw_only=True)
class ProportionRequest(_Margin):
    """The options of ``csisem sample-size proportion``."""

    p: Annotated[float, typer.Option("--p", metavar="SHARE", help="Expected proportion.")] = 0.5
    margin: Annotated[float, typer.Option(metavar="SHARE", help="Half the length of the interval, such as 0.05.")]


@dataclass(frozen=True, kw_only=True)
class IndexRequest(_Margin):
    """The options of ``csisem sample-size index``."""

    sd: Annotated[float | None, typer.Option(metavar="POINTS", help="Standard deviation of a customer's index.")] = None
    margin: Annotated[float, typer.Option(metavar="POINTS", help="Half the length of the interval, in points.")]
    pilot: Annotated[
        tuple[float, int] | None,
        typer.Option(metavar="SE N", help="Instead of --sd: standard error and rows of a known index."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class DifferenceRequest(_Size):
    """The options of ``csisem sample-size difference``."""

    sd: Annotated[
        list[float], typer.Option(metavar="NUMBER", help="Standard deviation; twice for one of each group.")
    ] = field(default_factory=list)
    difference: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="Smallest difference of means or indices to detect.")
    ] = None
    p: Annotated[
        tuple[float, float] | None,
        typer.Option("--p", metavar="SHARE SHARE", help="Instead of --sd: two proportions to tell apart."),
    ] = None
    power: Power = 0.8
    alpha: Alpha = 0.05
    sides: Sides = 2
    ratio: Ratio = 1.0
    correlation: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="Of the same customers' answers, who are asked twice.")
    ] = None


@dataclass(frozen=True, kw_only=True)
class StrataRequest(_Size):
    """The options of ``csisem sample-size strata``."""

    stratum: Annotated[
        list[str],
        typer.Option(metavar="NAME=SIZE:SD", help="Customers and standard deviation of a stratum; repeat for each."),
    ] = field(default_factory=list)
    margin: Annotated[float, typer.Option(metavar="NUMBER", help="Half the length of the interval of the mean.")]
    method: Annotated[
        str, typer.Option(metavar="NAME", help=f"Allocation, one of: {options.names(AllocationMethod)}")
    ] = "proportional"
    level: Level = 0.95


@dataclass(frozen=True, kw_only=True)
class SemRequest:
    """The options of ``csisem sample-size sem``."""

    df: Annotated[int, typer.Option(metavar="NUMBER", help="Degrees of freedom of the model.")]
    null: Annotated[float, typer.Option(metavar="RMSEA", help="RMSEA under the null hypothesis.")] = 0.05
    alternative: Annotated[float, typer.Option(metavar="RMSEA", help="RMSEA to detect.")] = 0.08
    power: Power = 0.8
    alpha: Alpha = 0.05
    language: options.LanguageName = None


@dataclass(frozen=True, kw_only=True)
class PlsRequest:
    """The options of ``csisem sample-size pls``."""

    beta: Annotated[float, typer.Option(metavar="NUMBER", help="Smallest standardised path to detect.")]
    power: Power = 0.8
    alpha: Alpha = 0.05
    language: options.LanguageName = None


def mean(request: MeanRequest) -> None:
    """Customers to ask for a mean with a margin of error."""
    from csisem.sampling import size_mean

    _say(size_mean(**_given(request)), request.language)


def proportion(request: ProportionRequest) -> None:
    """Customers to ask for a proportion with a margin of error."""
    from csisem.sampling import size_proportion

    _say(size_proportion(**_given(request)), request.language)


def index(request: IndexRequest) -> None:
    """Customers to ask for a 0-100 index with a margin of error."""
    from csisem.sampling import size_index

    _say(size_index(**_given(request)), request.language)


def difference(request: DifferenceRequest) -> None:
    """Customers to ask in each of two groups or waves for a difference to be detected."""
    from csisem.display.labels import said
    from csisem.sampling import size_difference, size_difference_proportions

    given = _given(request)
    sd, p, gap = given.pop("sd"), given.pop("p"), given.pop("difference")
    if p is not None:
        if sd or gap is not None or given.pop("correlation") is not None:
            raise OptionError("--p compares two proportions; leave --sd, --difference and --correlation out.")
        sizes = size_difference_proportions(*p, **given)
    elif gap is None or len(sd) not in (1, 2):
        raise OptionError("Give --sd, once or once for each group, and --difference; or --p with two proportions.")
    else:
        sizes = size_difference(sd[0] if len(sd) == 1 else tuple(sd), difference=gap, **given)
    language = language_of(request.language)
    say(said("screen.two_sizes", language, first=sizes[0], second=sizes[1]))


def strata(request: StrataRequest) -> None:
    """Customers to ask in all strata for the mean of the population, and in each."""
    from csisem.cli.printed_frame import printed_frame
    from csisem.display.labels import said
    from csisem.sampling import allocate, size_strata

    sizes, sds = _strata(request.stratum)
    method: Any = request.method
    n = size_strata(
        sizes, sds, margin=request.margin, method=method, level=request.level, deff=request.deff,
        response_rate=request.response_rate,
    )  # fmt: skip
    _say(n, request.language)
    language = language_of(request.language)
    parts = allocate(min(n, int(sum(sizes.values()))), sizes, sds=sds, method=method)
    say("")
    for line in printed_frame(parts, said("screen.allocation", language), language):
        say(line)


def sem(request: SemRequest) -> None:
    """Respondents that the RMSEA test of a covariance structure needs."""
    from csisem.sampling import size_sem

    _say(size_sem(**_given(request)), request.language)


def pls(request: PlsRequest) -> None:
    """Respondents that a path of a PLS model needs (inverse square root method)."""
    from csisem.sampling import size_pls

    _say(size_pls(**_given(request)), request.language)


def _given(request: object) -> dict[str, Any]:
    return {name: value for name, value in vars(request).items() if name != "language"}


def _say(n: int, language: str | None) -> None:
    from csisem.display.labels import said

    say(said("screen.size", language_of(language), n=n))


def _strata(given: list[str]) -> tuple[dict[object, float], dict[object, float]]:
    sizes, sds = dict[object, float](), dict[object, float]()
    for text in given:
        name, _, numbers = text.rpartition("=")
        size, _, sd = numbers.partition(":")
        try:
            sizes[name], sds[name] = float(size), float(sd)
        except ValueError:
            name = ""
        if not name:
            raise OptionError(f"--stratum takes NAME=SIZE:SD, such as east=40000:18, not {text!r}.")
    if not sizes:
        raise OptionError("--stratum must name each stratum, such as --stratum east=40000:18 --stratum west=20000:25.")
    return sizes, sds


add_command(sample_size, MeanRequest, "mean")(mean)
add_command(sample_size, ProportionRequest, "proportion")(proportion)
add_command(sample_size, IndexRequest, "index")(index)
add_command(sample_size, DifferenceRequest, "difference")(difference)
add_command(sample_size, StrataRequest, "strata")(strata)
add_command(sample_size, SemRequest, "sem")(sem)
add_command(sample_size, PlsRequest, "pls")(pls)
