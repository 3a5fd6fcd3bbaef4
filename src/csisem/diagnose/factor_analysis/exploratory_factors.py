"""Exploratory factor analysis of items, compared with the declared constructs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.complete_rows import Sample, survey_in_force
from csisem.diagnose.factor_analysis.factor_analyzer_adapter import Loadings, explore
from csisem.diagnose.factor_analysis.factorability import bartlett_sphericity, chance_eigenvalues, kmo
from csisem.diagnose.factor_analysis.improper import improper_notes
from csisem.diagnose.measurement.item_blocks import blocks_of, check_vary
from csisem.display.page import Page
from csisem.display.picture import Pictured
from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, OptionError, agree, shown, tell
from csisem.moments.correlations import correlations_of
from csisem.moments.dependence import equations_of
from csisem.option_checks import check_seed, check_share
from csisem.options import FactorMethod, Rotation, validate
from csisem.sampling.arguments import count
from csisem.survey.undeclared_codes import undeclared_warnings

# Smallest loading that matters (Hair et al. 2019).
WEAK = 0.4
# Share of the variance in one factor from which a common method is suspected (Harman 1976, Podsakoff et al. 2003).
HARMAN = 0.5
# Kaiser's (1974) "miserable": below it items have little in common.
POOR_KMO = 0.6
# Most random data sets, all of which are held at once.
MOST_SETS = 20_000
# Smallest eigenvalue below which a correlation matrix is singular but for rounding, however many items there are.
_SINGULAR = 1e-10


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Factors(Pictured, Page):
    """Exploratory factor analysis.

    Attributes
    ----------
    n
        Number of complete rows.
    n_factors
        Number of factors extracted.
    loadings
        By item: ``construct``, a column for each factor, ``communality, factor`` (of its largest loading),
        ``expected_factor`` (the factor of most of its construct's items) and ``flag`` (``""``, ``"weak"``,
        ``"elsewhere"``, ``"several"``); sorted by construct, factor and size.
    correlations
        Correlations of the factors.
    variance
        By factor: ``loadings`` (variance explained, in items), ``share, cumulative``.
    eigenvalues
        By number: ``eigenvalue, chance`` (the quantile of random data), ``kept`` (above chance, as are all before it).
    adequacy
        ``kmo`` by item, and ``"overall"``.
    sphericity
        Bartlett's test: ``statistic, df, pvalue``.
    harman
        Share of the variance in one component, and in one factor.
    notes
        Sentences to read first: inadmissible estimates (also in ``improper``), then others.
    """

    _picture = "scree"

    n: int
    n_factors: int
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    variance: pd.DataFrame
    eigenvalues: pd.DataFrame
    adequacy: pd.Series[float]
    sphericity: pd.Series[float]
    harman: pd.Series[float]
    notes: tuple[Sentence, ...] = ()
    improper: tuple[Sentence, ...] = field(default=(), repr=False)


def factors(
    data: object,
    items: object = None,
    *,
    n_factors: int | None = None,
    rotation: Rotation = "varimax",
    method: FactorMethod = "minres",
    n: int = 500,
    quantile: float = 0.95,
    seed: int | None = None,
    indicator_level: int = 1,
    design: object = None,
) -> Factors:
    """Exploratory factor analysis: do items load together with those of their construct?

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path; rows that answered all items are used, with their sampling weights.
    items
        The declared constructs: a model, a questionnaire or a mapping from name to items; or a list of items; None: the
        survey's items.
    n_factors
        Number of factors; None: as many as parallel analysis keeps, but at least one.
    rotation
        ``"none"``; orthogonal ``"varimax"``, ``"quartimax"``, ``"equamax"``; oblique ``"promax"``, ``"oblimin"``,
        ``"quartimin"``, ``"geomin"``.
    method
        ``"minres"`` (least squares of residual correlations) or ``"ml"``.
    n, quantile, seed
        Parallel analysis: the number of random normal data sets of the same size, the quantile of their eigenvalues
        that an eigenvalue must exceed, and the seed; None takes a new one, which ``eigenvalues.attrs`` reports.
    indicator_level
        Level of a questionnaire's indicators that are the constructs; 1 is the top.
    design
        None uses the survey's own weights, False none; or another `Design`.

    Returns
    -------
    Factors

    Raises
    ------
    DataError, ScaleError
        If a column is missing, is text or has answers off its scale, an item is constant, there are fewer than three
        items or no more rows than items, items repeat each other exactly, or the extraction does not converge.
    OptionError
        If an option is invalid.

    See Also
    --------
    validity : Discriminant validity of declared constructs.
    pilot : Factors of a pilot with verdicts on its questions.

    Notes
    -----
    Parallel analysis: Horn (1965, Psychometrika 30, 179-185). Flags: a largest loading below 0.4 is weak, two of 0.4 or
    more are several (Hair et al. 2019). Half of the variance in one factor suggests a common method (Harman 1976,
    Podsakoff et al. 2003).

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> blocks = {"Expectation": ["e1", "e2", "e3"], "Satisfaction": ["s1", "s2", "s3"]}
    >>> found = cs.diagnose.factors(survey, blocks, rotation="promax", seed=1)
    >>> found.loadings[["construct", "F1", "F2", "communality", "factor"]].round(2)
             construct    F1    F2  communality factor
    item
    e1     Expectation -0.03  0.80         0.61     F2
    e2     Expectation  0.03  0.71         0.53     F2
    e3     Expectation  0.01  0.51         0.27     F2
    s1    Satisfaction  0.81  0.00         0.65     F1
    s2    Satisfaction  0.74 -0.01         0.55     F1
    s3    Satisfaction  0.74  0.02         0.56     F1
    """
    rotation = validate("rotation", rotation, Rotation)
    method = validate("method", method, FactorMethod)
    check_share("quantile", quantile)
    n = count("n", n)
    check_seed(seed)
    if n > MOST_SETS:
        raise OptionError(f"n={n} is more than {MOST_SETS:,} random data sets, which settle every eigenvalue.")
    survey = survey_in_force(data, design)
    blocks = blocks_of(items, survey, indicator_level)
    names = tuple(dict.fromkeys(item for block in blocks.values() for item in block))
    tell(undeclared_warnings(survey, names))
    sample = Sample.read(survey, names)
    correlations = checked_correlations(sample)
    values = np.linalg.eigvalsh(correlations)[::-1]
    drawn = np.random.SeedSequence(seed)
    chance = np.quantile(chance_eigenvalues(sample.n, len(values), n, np.random.default_rng(drawn)), quantile, axis=0)
    kept = np.logical_and.accumulate(values > chance)
    extracted = _number(n_factors, int(kept.sum()), len(values))
    found = explore(correlations, extracted, method, rotation)
    one = explore(correlations, 1, method, "none") if extracted > 1 else found
    result = _result(sample, blocks, correlations, found, one, np.column_stack([values, chance, kept]))
    result.eigenvalues.attrs["seed"] = drawn.entropy
    return result


def checked_correlations(sample: Sample) -> FloatArray:
    """Correlations (p, p) of a sample, fit for factor analysis."""
    _, cov = sample.moments()
    p = len(sample.items)
    if p < 3:
        raise DataError(f"Factor analysis needs three items, and there {'is' if p == 1 else 'are'} {p}.")
    check_vary(sample.items, np.diagonal(cov))
    if sample.n <= p:
        raise DataError(f"{sample.n} {agree(sample.n, 'row', 'rows')} answered all {p} items; factor analysis needs "
                        "more rows than items.")  # fmt: skip
    correlations = correlations_of(cov)
    if np.linalg.eigvalsh(correlations)[0] < _SINGULAR:
        raise DataError(f"The items repeat each other (their correlation matrix is singular): "
                        f"{equations_of(cov, sample.items)}; leave one out.")  # fmt: skip
    return correlations


def _number(given: int | None, kept: int, p: int) -> int:
    """The number of factors to extract."""
    if given is None:
        return max(kept, 1)
    most = most_factors(p)
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= most:
        raise OptionError(
            f"n_factors={shown(given)} is not a whole number from 1 to {most}, the most that {p} items can identify."
        )
    return given


def most_factors(p: int) -> int:
    """The most factors that p items can identify (Ledermann 1937); more have more loadings than correlations."""
    return max(int((2 * p + 1 - np.sqrt(8 * p + 1)) / 2), 1)


def _result(
    sample: Sample,
    blocks: dict[str, tuple[str, ...]],
    correlations: FloatArray,
    found: Loadings,
    one: Loadings,
    eigenvalues: FloatArray,
) -> Factors:
    p, m = found.pattern.shape
    names = [f"F{number}" for number in range(1, m + 1)]
    explained = (found.pattern * (found.pattern @ found.correlations)).sum(axis=0)
    adequacy = kmo(correlations)
    improper = improper_notes(sample.items, found, one, sample.moments()[1])
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
        (*improper, *_notes(sample, blocks, table, (adequacy.overall, sphericity.pvalue, harman["factor"],
                                                    eigenvalues[:, 2].sum()))),
        improper,
    )  # fmt: skip


def _loadings(
    items: tuple[str, ...], blocks: dict[str, tuple[str, ...]], found: Loadings, names: list[str]
) -> pd.DataFrame:
    home_of = {item: name for name, block in reversed(blocks.items()) for item in block}
    size = np.abs(found.pattern)
    best = size.argmax(axis=1)
    order = {name: place for place, name in enumerate(blocks)}
    frame = pd.DataFrame(found.pattern, pd.Index(items, name="item"), names)
    frame.insert(0, "construct", [home_of[item] for item in items])
    frame["communality"] = found.communality
    frame["factor"] = [names[place] for place in best]
    expected = {name: _expected_factor(frame, name) for name in blocks}
    frame["expected_factor"] = frame["construct"].map(expected)
    second = np.sort(size, axis=1)[:, -2] if size.shape[1] > 1 else np.zeros(len(items))
    weak, elsewhere = size.max(axis=1) < WEAK, (frame["factor"] != frame["expected_factor"]).to_numpy()
    frame["flag"] = np.select([weak, elsewhere, second >= WEAK], ["weak", "elsewhere", "several"], "")
    # Sorted to be read: constructs as declared, within them by factor, the largest loading first.
    keys = np.lexsort((-size.max(axis=1), best, [order[name] for name in frame["construct"]]))
    return frame.iloc[keys]


def _expected_factor(frame: pd.DataFrame, construct: str) -> str:
    """The factor on which most items of a construct have their largest loading."""
    own = frame.loc[frame["construct"] == construct, "factor"].value_counts()
    return str(own.index[0])


def _notes(
    sample: Sample,
    blocks: dict[str, tuple[str, ...]],
    table: pd.DataFrame,
    numbers: tuple[float, float, float, float],
) -> tuple[Sentence, ...]:
    """Notes; ``numbers`` are KMO, Bartlett's p-value, the share of one factor, and the factors above chance."""
    overall, pvalue, one, kept = numbers
    notes = []
    if sample.dropped:
        notes.append(sentence("factors.left_out", dropped=sample.dropped, n=sample.survey.n))
    if overall < POOR_KMO:
        notes.append(sentence("factors.little_in_common", kmo=overall, least=POOR_KMO))
    if pvalue > 0.05:
        notes.append(sentence("factors.bartlett", pvalue=pvalue))
    if one >= HARMAN:
        notes.append(sentence("factors.harman", share=one))
    if len(blocks) > 1 and kept != len(blocks):
        notes.append(sentence("factors.parallel", kept=kept, constructs=len(blocks)))
    flagged = {flag: list(table.index[table["flag"] == flag]) for flag in ("elsewhere", "several", "weak")}
    if flagged["elsewhere"]:
        notes.append(sentence("factors.elsewhere", items=flagged["elsewhere"]))
    if flagged["several"]:
        notes.append(sentence("factors.several", items=flagged["several"], least=WEAK))
    if flagged["weak"]:
        notes.append(sentence("factors.weak", items=flagged["weak"], least=WEAK))
    return tuple(notes)
