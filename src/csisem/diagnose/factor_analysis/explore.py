"""Exploratory factor analysis of the items, held against the constructs that they were written for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.factor_analysis.factor_analyzer_adapter import Loadings, explore
from csisem.diagnose.factor_analysis.factorability import bartlett_sphericity, chance_eigenvalues, kmo
from csisem.diagnose.measurement.alpha import correlations_of
from csisem.diagnose.measurement.item_blocks import blocks_of
from csisem.display.page import Page
from csisem.errors import DataError, OptionError, agree, listed
from csisem.options import FactorMethod, Rotation, check_share, validate
from csisem.sampling.arguments import count
from csisem.survey import as_survey

if TYPE_CHECKING:
    import pandas as pd


# Below it a loading says little, and items of one construct should meet in one factor (Hair et al. 2019).
WEAK = 0.4
# Share of the variance in one factor from which a common method is suspected (Harman 1976, Podsakoff et al. 2003).
HARMAN = 0.5
# Kaiser's (1974) "miserable", below which items do not belong together.
POOR_KMO = 0.6
# Draws of random data up to which they are held at once.
MOST_DRAWS = 20_000
# Determinants of correlation matrices that are singular but for rounding.
_SINGULAR = 1e-12


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Factors(Page):
    """What an exploratory factor analysis found.

    Attributes
    ----------
    n
        Complete rows.
    n_factors
        Factors that were taken.
    loadings
        By item: ``construct``, a column for each factor, ``communality, factor`` (of its largest loading), ``home``
        (the factor of most of its construct's items) and ``flag`` (``""``, ``"weak"``, ``"elsewhere"``, ``"several"``);
        sorted by construct, factor and size.
    correlations
        Of the factors.
    variance
        By factor: ``loadings`` (what it explains, in items), ``share, cumulative``.
    eigenvalues
        By number: ``eigenvalue, chance`` (the quantile of random data), ``kept`` (above chance, as are all before it).
    adequacy
        ``kmo`` by item, and ``"overall"``.
    sphericity
        Bartlett's test: ``statistic, df, pvalue``.
    harman
        Share of the variance in one component, and in one factor.
    notes
        Sentences to read first.
    """

    n: int
    n_factors: int
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    variance: pd.DataFrame
    eigenvalues: pd.DataFrame
    adequacy: pd.Series[float]
    sphericity: pd.Series[float]
    harman: pd.Series[float]
    notes: tuple[str, ...] = ()


def factors(
    data: object,
    model: object = None,
    *,
    n_factors: int | None = None,
    rotation: Rotation = "varimax",
    method: FactorMethod = "minres",
    draws: int = 500,
    quantile: float = 0.95,
    seed: int = 1,
    level: int = 1,
    design: object = None,
) -> Factors:
    """Explore which items go together, and whether they are those of one construct.

    Parameters
    ----------
    data
        A `Survey`, a frame or a path; rows that answered all items are used, with their sampling weights.
    model
        The declared constructs: a model, a questionnaire or a mapping from name to items; or a list of items; None: the
        survey's items.
    n_factors
        Factors to take; None: as many as parallel analysis keeps, one at least.
    rotation
        ``"none"``; orthogonal ``"varimax"``, ``"quartimax"``, ``"equamax"``; oblique ``"promax"``, ``"oblimin"``,
        ``"quartimin"``, ``"geomin"``.
    method
        ``"minres"`` (least squares of residual correlations) or ``"ml"``.
    draws, quantile, seed
        Of parallel analysis (Horn 1965, Psychometrika 30, 179-185): random normal data sets of the same size, and the
        quantile of their eigenvalues that an eigenvalue must exceed.
    level
        Level of a questionnaire's indicators that are the constructs.
    design
        None takes the survey's own weights, False none, or another `Design`.

    Raises
    ------
    DataError, ScaleError
        A column is missing, text or off its scale, an item is constant, there are fewer than three items or no more
        rows than items, items repeat each other exactly, or the search does not converge.
    OptionError
        An option is none of those above.
    """
    rotation = validate("rotation", rotation, Rotation)
    method = validate("method", method, FactorMethod)
    check_share("quantile", quantile)
    draws, seed = count("draws", draws), count("seed", seed, 0)
    if draws > MOST_DRAWS:
        raise OptionError(f"draws={draws} are more than {MOST_DRAWS:,}, which settle every eigenvalue.")
    survey = as_survey(data)
    blocks = blocks_of(model, survey, level)
    items = tuple(dict.fromkeys(item for block in blocks.values() for item in block))
    sample = Sample.of(survey, items, design=design)
    correlations = checked_correlations(sample)
    values = np.linalg.eigvalsh(correlations)[::-1]
    chance = np.quantile(chance_eigenvalues(sample.n, len(items), draws, np.random.default_rng(seed)), quantile, axis=0)
    kept = np.logical_and.accumulate(values > chance)
    taken = _taken(n_factors, int(kept.sum()), len(items))
    found = explore(correlations, taken, method, rotation)
    one = explore(correlations, 1, method, "none") if taken > 1 else found
    return _result(sample, blocks, correlations, found, one, np.column_stack([values, chance, kept]))


def checked_correlations(sample: Sample) -> FloatArray:
    """Correlations (p, p) of a sample that factor analysis can use."""
    _, cov = sample.moments()
    p = len(sample.items)
    if p < 3:
        raise DataError(f"Factor analysis needs three items, and there {'is' if p == 1 else 'are'} {p}.")
    if constant := [name for name, own in zip(sample.items, np.diagonal(cov), strict=True) if not own > 0]:
        raise DataError(f"Constant items carry no information: {listed(constant)}; leave "
                        f"{agree(len(constant), 'it', 'them')} out.")  # fmt: skip
    if sample.n <= p:
        raise DataError(f"{sample.n} {agree(sample.n, 'row', 'rows')} answered all {p} items; factor analysis needs "
                        "more rows than items.")  # fmt: skip
    correlations = correlations_of(cov)
    if np.linalg.det(correlations) < _SINGULAR:
        size = np.abs(np.triu(correlations, 1))
        i, j = np.unravel_index(int(size.argmax()), size.shape)
        raise DataError(
            "The items repeat each other (their correlation matrix is singular); the closest are "
            f"{sample.items[i]!r} and {sample.items[j]!r}, correlated at {correlations[i, j]:.3f}; leave one out."
        )
    return correlations


def _taken(asked: int | None, kept: int, p: int) -> int:
    if asked is None:
        return max(kept, 1)
    most = most_factors(p)
    if not isinstance(asked, int) or isinstance(asked, bool) or not 1 <= asked <= most:
        raise OptionError(
            f"n_factors={asked!r} is not a whole number from 1 to {most}, the most that {p} items can show."
        )
    return asked


def most_factors(p: int) -> int:
    """The most factors that p items can show (Ledermann 1937): beyond it there are more loadings than correlations."""
    return max(int((2 * p + 1 - np.sqrt(8 * p + 1)) / 2), 1)


def _result(
    sample: Sample,
    blocks: dict[str, tuple[str, ...]],
    correlations: FloatArray,
    found: Loadings,
    one: Loadings,
    eigenvalues: FloatArray,
) -> Factors:
    import pandas as pd

    p, m = found.pattern.shape
    names = [f"F{number}" for number in range(1, m + 1)]
    explained = (found.pattern * (found.pattern @ found.correlations)).sum(axis=0)
    adequacy = kmo(correlations)
    sphericity = bartlett_sphericity(correlations, sample.n)
    harman = {"component": eigenvalues[0, 0] / p, "factor": float((one.pattern**2).sum() / p)}
    numbers = pd.RangeIndex(1, p + 1, name="number")
    table = _loadings(sample.items, blocks, found, names)
    return Factors(
        sample.n,
        m,
        table,
        pd.DataFrame(found.correlations, names, names),
        pd.DataFrame({"loadings": explained, "share": explained / p, "cumulative": explained.cumsum() / p}, names),
        pd.DataFrame({"eigenvalue": eigenvalues[:, 0], "chance": eigenvalues[:, 1],
                      "kept": eigenvalues[:, 2].astype(bool)}, numbers),
        pd.Series([*adequacy.items, adequacy.overall], [*sample.items, "overall"], name="kmo"),
        pd.Series({"statistic": sphericity.statistic, "df": sphericity.df, "pvalue": sphericity.pvalue}),
        pd.Series(harman, name="share"),
        _notes(sample, blocks, table, (adequacy.overall, sphericity.pvalue, harman["factor"], eigenvalues[:, 2].sum())),
    )  # fmt: skip


def _loadings(
    items: tuple[str, ...], blocks: dict[str, tuple[str, ...]], found: Loadings, names: list[str]
) -> pd.DataFrame:
    import pandas as pd

    home_of = {item: name for name, block in reversed(blocks.items()) for item in block}
    size = np.abs(found.pattern)
    best = size.argmax(axis=1)
    order = {name: place for place, name in enumerate(blocks)}
    frame = pd.DataFrame(found.pattern, pd.Index(items, name="item"), names)
    frame.insert(0, "construct", [home_of[item] for item in items])
    frame["communality"] = found.communality
    frame["factor"] = [names[place] for place in best]
    homes = {name: _home(frame, name) for name in blocks}
    frame["home"] = frame["construct"].map(homes)
    second = np.sort(size, axis=1)[:, -2] if size.shape[1] > 1 else np.zeros(len(items))
    weak, elsewhere = size.max(axis=1) < WEAK, (frame["factor"] != frame["home"]).to_numpy()
    frame["flag"] = np.select([weak, elsewhere, second >= WEAK], ["weak", "elsewhere", "several"], "")
    # Sorted to be read: constructs as declared, within them by factor, the largest loading first.
    keys = np.lexsort((-size.max(axis=1), best, [order[name] for name in frame["construct"]]))
    return frame.iloc[keys]


def _home(frame: pd.DataFrame, construct: str) -> str:
    """The factor in which most items of a construct have their largest loading."""
    own = frame.loc[frame["construct"] == construct, "factor"].value_counts()
    return str(own.index[0])


def _notes(
    sample: Sample,
    blocks: dict[str, tuple[str, ...]],
    table: pd.DataFrame,
    numbers: tuple[float, float, float, float],
) -> tuple[str, ...]:
    """Sentences; ``numbers`` are KMO, Bartlett's p-value, the share of one factor and the factors kept by chance."""
    overall, pvalue, one, kept = numbers
    notes = []
    if sample.dropped:
        notes.append(f"{sample.dropped} of {sample.survey.n} rows {agree(sample.dropped, 'was', 'were')} left out for "
                     "a missing answer.")  # fmt: skip
    if overall < POOR_KMO:
        notes.append(f"The items share little (KMO {overall:.2f}, below {POOR_KMO:g}): factors mean little.")
    if pvalue > 0.05:
        notes.append(f"Bartlett's test (p = {pvalue:.3f}) does not tell the correlations from zero.")
    if one >= HARMAN:
        notes.append(f"One factor holds {one:.0%} of the variance (Harman): the answers may share a method more than a "
                     "meaning.")  # fmt: skip
    if len(blocks) > 1 and kept != len(blocks):
        factors_kept = agree(int(kept), "one factor", f"{kept:.0f} factors")
        notes.append(f"Parallel analysis keeps {factors_kept}, and {len(blocks)} constructs are declared.")
    for flag, told in (("elsewhere", "on another factor than most of {} construct"),
                       ("several", f"on several factors ({WEAK:g} or more)"),
                       ("weak", f"on none ({WEAK:g} or more)")):  # fmt: skip
        if own := list(table.index[table["flag"] == flag]):
            load, whose = agree(len(own), "loads", "load"), agree(len(own), "its", "their")
            notes.append(f"{listed(own)} {load} {told.format(whose)}.")
    return tuple(notes)
