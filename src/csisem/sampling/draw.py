"""Drawing a probability sample from a list of customers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csisem.arrays import FloatArray, IntArray, pd
from csisem.errors import DataError, OptionError, agree, listed, tell
from csisem.option_checks import check_name, names_of
from csisem.options import Selection, validate
from csisem.sampling.allocation import allocate, by_stratum
from csisem.sampling.arguments import count
from csisem.sampling.selection import Selected, proportional_to_size, simple, systematic
from csisem.survey import Survey
from csisem.survey.columns import as_pandas
from csisem.survey.sampling_units import first_rows


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Units of the first stage: the unit of each row (n,), and the stratum, first row and rows of each unit (U,)."""

    unit: IntArray
    stratum: IntArray
    labels: tuple[Hashable, ...]
    first: IntArray
    rows: IntArray

    @property
    def size(self) -> IntArray:
        """Units in each stratum (H,)."""
        return np.bincount(self.stratum, minlength=len(self.labels))


def draw(
    frame: object,
    n: int | Mapping[Any, int] | pd.Series | pd.DataFrame,
    *,
    seed: int,
    method: Selection = "simple",
    strata: str | Sequence[str] | None = None,
    clusters: str | None = None,
    within: int | None = None,
    size: str | None = None,
    weight: str = "weight",
) -> pd.DataFrame:
    """Draw a probability sample from a list of customers.

    Parameters
    ----------
    frame
        The list (sampling frame), one row per customer: pandas, polars, pyarrow.
    n
        Number of units to draw. With ``strata=`` a number by stratum, or the frame that `allocate` returns, or one
        number that is allocated proportionally (at least two in every stratum).
    seed
        Seed of the random numbers: the same seed draws the same sample from the same list.
    method
        ``"simple"``: at random; ``"systematic"``: at a fixed interval from a random start, in the list's order, which
        spreads the sample over whatever the list is sorted by; ``"pps"``: systematically, with probability proportional
        to size.
    strata
        Column(s) of the strata; units are drawn within each.
    clusters
        Column of clusters, such as stores; the clusters are then the units, and all their rows are taken.
    within
        Number of rows drawn at random in each drawn cluster instead (two-stage sampling); a smaller cluster is taken
        whole, with a warning.
    size
        Column of sizes for ``"pps"``; None: a cluster's number of rows.
    weight
        Name of the column of sampling weights in the result.

    Returns
    -------
    DataFrame
        The drawn rows in the list's order, with the sampling weight (the inverse inclusion probability) and, where
        units are drawn with equal probability, ``fpc``, the units in the row's stratum; with ``within=`` also
        ``fpc_rows``, the rows in its cluster. Together with the answers: ``cs.Survey(answers, weights="weight",
        strata=..., clusters=..., fpc="fpc")``, in two stages ``fpc=["fpc", "fpc_rows"]``.

    Raises
    ------
    OptionError
        If a number or option contradicts the others.
    DataError
        If a column is missing, has blanks, or already has the name of one that is added, if a cluster lies in two
        strata, or if there are too few units.

    See Also
    --------
    allocate, base_weights

    Examples
    --------
    >>> customers = pd.DataFrame({"region": ["east"] * 60 + ["west"] * 40})
    >>> drawn = cs.sampling.draw(customers, {"east": 3, "west": 4}, strata="region", seed=1)
    >>> drawn.groupby("region")[["weight", "fpc"]].first()
            weight  fpc
    region
    east      20.0   60
    west      10.0   40
    """
    method = validate("method", method, Selection)
    if within is not None and clusters is None:
        raise OptionError("within= draws rows inside clusters; name their column with clusters=.")
    if size is not None and method != "pps":
        raise OptionError(f"size= is not used by method={method!r}; 'pps' uses it.")
    survey = Survey(frame)
    if not survey.n:
        raise DataError("The list has no rows to draw from.")
    rng = np.random.default_rng(count("seed", seed, 0))
    check_name("weight", weight, "the column of weights that is made")
    units = _units(survey, names_of("strata", strata), clusters)
    wanted = _wanted(n, units, stratified=strata is not None)
    if method == "pps":
        if size is None and clusters is None:
            raise OptionError("method='pps' needs size=, the column that says how large a unit is.")
        measure = units.rows.astype(np.float64) if size is None else _sizes(survey, units, size)
        selected = proportional_to_size(units.stratum, wanted, measure, rng)
    else:
        selected = (simple if method == "simple" else systematic)(units.stratum, wanted, rng)
    rows, probability = _rows(units, selected, within, rng)
    columns: dict[str, NDArray[np.generic]] = {weight: 1 / probability}
    if method != "pps":
        columns["fpc"] = units.size[units.stratum[units.unit[rows]]]
        if within is not None:
            columns["fpc_rows"] = units.rows[units.unit[rows]]
    if taken := [name for name in columns if name in survey.columns]:
        advice = "; name the weights with weight=" if taken[0] == weight else "; rename it"
        raise DataError(f"The list already has a column {taken[0]!r}{advice}.")
    return as_pandas(frame).iloc[rows].assign(**columns)


def filled_groups(survey: Survey, names: tuple[str, ...], role: str) -> tuple[IntArray, tuple[Hashable, ...]]:
    """Return codes (n,) and labels of columns that must be filled in every row; messages call them by their role."""
    codes, labels = survey.grouping(names)
    if blank := int(np.count_nonzero(codes < 0)):
        raise DataError(
            f"The {role} {listed(names)} {agree(len(names), 'is', 'are')} blank in {blank} "
            f"{agree(blank, 'row', 'rows')} (first in row {int(np.argmax(codes < 0)) + 1}, counting from 1)."
        )
    return codes, labels


def _units(survey: Survey, strata: tuple[str, ...], clusters: str | None) -> _Units:
    n = survey.n
    codes, labels = (
        filled_groups(survey, strata, "stratum column") if strata else (np.zeros(n, dtype=np.intp), ("all",))
    )
    if clusters is None:
        every = np.arange(n)
        return _Units(every, codes, labels, every, np.ones(n, dtype=np.intp))
    unit, names = filled_groups(survey, (clusters,), "cluster column")
    first = first_rows(unit, len(names))
    stratum = codes[first]
    astray = np.flatnonzero(stratum[unit] != codes)
    if astray.size:
        name, places = names[unit[astray[0]]], listed([labels[stratum[unit[astray[0]]]], labels[codes[astray[0]]]])
        raise DataError(f"Cluster {str(name)!r} of {clusters!r} lies in several strata, {places}; clusters that start "
                        "their numbers again in every stratum need a column that tells them apart.")  # fmt: skip
    return _Units(unit, stratum, labels, first, np.bincount(unit, minlength=len(names)))


def _wanted(n: object, units: _Units, *, stratified: bool) -> IntArray:
    """Units to draw in each stratum (H,)."""
    if isinstance(n, pd.DataFrame):
        if "n" not in n.columns:
            raise OptionError("n= as a frame needs a column 'n', as allocate() returns it.")
        n = n["n"]
    sizes = dict(zip(units.labels, units.size.tolist(), strict=True))
    if isinstance(n, Mapping | pd.Series):
        if not stratified:
            raise OptionError("n= holds numbers by stratum; name their column with strata=.")
        found = by_stratum("n=", n, units.labels)
    elif stratified:
        found = allocate(n, sizes)["n"].to_numpy(dtype=np.float64)  # type: ignore[arg-type]
    else:
        found = np.array([float(count("n", n))])
    wanted = found.astype(np.intp)
    if (found != wanted).any():
        raise OptionError("n= holds numbers that are not whole.")
    if not wanted.any():
        raise OptionError("n= draws nothing: it is zero in every stratum.")
    if (short := np.flatnonzero(wanted > units.size)).size:
        where = f" in stratum {str(units.labels[short[0]])!r}" if stratified else ""
        raise DataError(f"{wanted[short[0]]} are to be drawn{where}, and there are {units.size[short[0]]}.")
    return wanted


def _sizes(survey: Survey, units: _Units, name: str) -> FloatArray:
    values = survey.answers([name])[name].to_numpy(dtype=np.float64)
    if (wrong := np.flatnonzero(~(values > 0))).size:
        raise DataError(f"Size {name!r} is missing or not above zero in {wrong.size} "
                        f"{agree(wrong.size, 'row', 'rows')} (first in row "
                        f"{wrong[0] + 1}, counting from 1); such a unit could never be drawn.")  # fmt: skip
    own = values[units.first]
    if (mixed := np.flatnonzero(own[units.unit] != values)).size:
        raise DataError(f"Size {name!r} differs within a cluster (row {mixed[0] + 1}, counting from 1); it must be the "
                        "cluster's own.")  # fmt: skip
    return own


def _rows(
    units: _Units, selected: Selected, within: int | None, rng: np.random.Generator
) -> tuple[IntArray, FloatArray]:
    """Drawn rows, ascending, and their probabilities of being drawn."""
    probability = np.zeros(len(units.first))
    probability[selected.position] = selected.probability
    rows = np.flatnonzero(probability[units.unit] > 0)
    if within is None:
        return rows, probability[units.unit[rows]]
    asked = count("within", within)
    codes = np.searchsorted(selected.position, units.unit[rows])
    available = units.rows[selected.position]
    small = int(np.count_nonzero(available < asked))
    if small:
        tell([f"{small} of the {len(available)} drawn clusters {'has' if small == 1 else 'have'} fewer than {asked} "
              f"rows and {'is' if small == 1 else 'are'} taken whole."])  # fmt: skip
    second = simple(codes, np.minimum(available, asked), rng)
    kept = rows[second.position]
    return kept, probability[units.unit[kept]] * second.probability
