"""Customer value: classes by sales, lifetime value, scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.option_checks import LARGEST, check_number, check_whole, names_of
from csisem.survey.named_numbers import by_name, entries_of, is_figures, number, numbers, parts_of_one


def abc(
    sales: Mapping[str, float] | pd.Series[float],
    *,
    cuts: Sequence[float] = (0.70, 0.90),
    names: Sequence[str] = ("A", "B", "C"),
) -> pd.DataFrame:
    """Classify customers by their share of the sales (ABC analysis).

    Parameters
    ----------
    sales
        Sales by customer, at least 0.
    cuts
        Cumulative shares of the sales at which the next class begins: with the usual 0.70 and 0.90, A customers account
        for 70 % (15-20 % of customers, as a rule), B for the next 20 % (20-30 %), C for the last 10 % (50 %).
    names
        Names of the classes, one more than cuts.

    Returns
    -------
    DataFrame
        ``customer, sales, share, cumulative, class``, the largest first; the customer who crosses a cut still belongs
        to the class before it. ``.attrs["classes"]`` has ``customers`` and ``sales`` of each class, as shares.

    Raises
    ------
    DataError
        If sales are negative, missing or all zero.
    OptionError
        If cuts do not rise within 0-1, or the number of names does not match.

    See Also
    --------
    value_score : Several components of value.

    Examples
    --------
    >>> cs.index.outcomes.abc({"a": 500, "b": 200, "c": 150, "d": 100, "e": 50})
      customer  sales  share  cumulative class
    0        a  500.0   0.50        0.50     A
    1        b  200.0   0.20        0.70     A
    2        c  150.0   0.15        0.85     B
    3        d  100.0   0.10        0.95     B
    4        e   50.0   0.05        1.00     C
    """
    edges = _edges(cuts)
    names = names_of("names", names)
    if not edges.size or (np.diff(edges) <= 0).any() or edges[0] <= 0 or edges[-1] >= 1:
        raise OptionError(f"cuts={shown(cuts)} must rise between 0 and 1.")
    if len(names) != len(edges) + 1:
        raise OptionError(f"{len(edges)} cuts make {len(edges) + 1} classes; names= has {len(names)}.")
    if not is_figures(sales):
        raise DataError(f"Sales must be a mapping or a Series by customer, not {shown(sales)}.")
    series = pd.Series(sales)
    figures = pd.Series(numbers(series.to_numpy(), "A customer's sales"), index=series.index)
    values = figures.sort_values(ascending=False, kind="stable")
    if not (values >= 0).all() or not 0 < values.sum() < np.inf:
        raise DataError("Sales must be finite numbers of at least 0, not all zero.")
    share = values.to_numpy() / values.sum()
    cumulative = np.cumsum(share)
    # Rounding must not move a customer who exactly completes a class over its cut.
    place = np.searchsorted(edges - 1e-12, cumulative - share, side="right")
    classes = np.array(names, dtype=object)[place]
    frame = pd.DataFrame(
        {
            "customer": values.index,
            "sales": values.to_numpy(),
            "share": share,
            "cumulative": cumulative,
            "class": classes,
        }
    )
    frame.attrs["classes"] = {
        name: {"customers": float((place == k).mean()), "sales": float(share[place == k].sum())}
        for k, name in enumerate(names)
    }
    return frame


def _edges(cuts: object) -> FloatArray:
    try:
        edges = np.atleast_1d(np.asarray(cuts, dtype=np.float64))
    except (TypeError, ValueError, OverflowError):
        edges = np.zeros((0, 0))
    if edges.ndim > 1:
        raise OptionError(f"cuts={shown(cuts)} are not numbers between 0 and 1.")
    return edges


def lifetime_value(
    margin: float,
    retention: float,
    *,
    discount: float = 0.10,
    periods: int | None = None,
    acquisition: float = 0.0,
    referrals: float = 0.0,
) -> float:
    """Customer lifetime value: discounted margins of all periods, times the probability of retention.

    Parameters
    ----------
    margin
        Profit in each period, at its start.
    retention
        Probability of staying for one more period, 0-1.
    discount
        Discount rate per period.
    periods
        Number of periods; None: infinitely many.
    acquisition
        Cost of acquiring the customer.
    referrals
        Number of new customers of the same kind whom the customer brings in each period of the relation, without
        acquisition cost and further referrals.

    Returns
    -------
    float

    Raises
    ------
    DataError
        If a figure is not a number.
    OptionError
        If retention is outside 0-1, the discount is not above -1, or the sum is infinite.

    Notes
    -----
    ``m (1 + r) sum_t (s/(1 + i))^t - a`` with margin m, referrals r (each worth one period's margin), retention s,
    discount i and acquisition cost a (Berger and Nasr 1998, Journal of Interactive Marketing 12, 17-30, case 1, with
    margins at the start of periods).

    Examples
    --------
    >>> round(cs.index.outcomes.lifetime_value(100, 0.8, discount=0.1, acquisition=50), 1)
    316.7
    """
    margin, acquisition = number(margin, "margin"), number(acquisition, "acquisition")
    for name, value in (("margin", margin), ("acquisition", acquisition)):
        check_number(name, value)
    retention, discount = number(retention, "retention"), number(discount, "discount")
    if not 0 <= retention <= 1 or not discount > -1:
        raise OptionError(f"retention={retention} must be within 0-1 and discount={discount} above -1.")
    check_number("referrals", referrals, 0)
    if periods is not None:
        check_whole("periods", periods, 1, 1_000_000)
    kept = retention / (1 + discount)
    if periods is None:
        if kept >= 1:
            raise OptionError("With this retention and discount the value is infinite; give periods=.")
        total = 1 / (1 - kept)
    else:
        total = float((kept ** np.arange(periods)).sum())
    return float(margin * (1 + referrals) * total - acquisition)


def value_score(
    components: pd.DataFrame,
    weights: Mapping[str, float] | None = None,
    *,
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> pd.DataFrame:
    """Score customers on components of value: sales, length of the relation, referrals, credit, profit.

    Parameters
    ----------
    components
        A row for each customer, a column for each component, more being better.
    weights
        Weights of all components, summing to 1; None takes equal weights.
    bounds
        The values of a component that are 0 and 100 points; None takes the lowest and the highest customer.

    Returns
    -------
    DataFrame
        The components in points of 0-100 (clipped), and ``score``, their weighted sum; index as given.

    Raises
    ------
    DataError
        If a component is text, missing or constant, or weights do not match the components or do not sum to 1.
    OptionError
        If ``bounds`` is not a mapping.

    See Also
    --------
    abc : Classes by sales alone.

    Examples
    --------
    >>> customers = pd.DataFrame({"sales": [500, 200, 150], "years": [2, 9, 4]}, index=["a", "b", "c"])
    >>> cs.index.outcomes.value_score(customers, {"sales": 0.7, "years": 0.3}).round(1)
       sales  years  score
    a  100.0    0.0   70.0
    b   14.3  100.0   40.0
    c    0.0   28.6    8.6
    """
    if not isinstance(components, pd.DataFrame):
        raise DataError(f"Components of value must be a frame with a row for each customer, not {shown(components)}.")
    labels = [str(name) for name in components.columns]
    if not labels or not len(components):
        raise DataError(f"There are {len(components)} customers and {len(labels)} components; a score needs both.")
    try:
        values = components.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise DataError("Components of value are numbers; a column holds text.") from None
    if twice := [name for name in dict.fromkeys(labels) if labels.count(name) > 1]:
        raise DataError(f"Several components are named {listed(twice)}.")
    if (np.abs(values) > LARGEST).any():
        column = labels[int(np.argwhere(np.abs(values) > LARGEST)[0][1])]
        raise DataError(f"Component {shown(column)} holds infinite numbers, or numbers beyond {LARGEST:g}.")
    if np.isnan(values).any():
        column = labels[int(np.argwhere(np.isnan(values))[0][1])]
        raise DataError(f"Component {column!r} is missing for {int(np.isnan(values).any(axis=1).sum())} customers.")
    given = {} if bounds is None else entries_of("bounds", bounds, "its 0 and its 100 points")
    stated = dict.fromkeys(labels, 1 / len(labels)) if weights is None else by_name(weights, "Weight")
    if odd := [name for name in (*given, *stated) if name not in labels]:
        raise DataError(f"There is no component {odd[0]!r}{nearest(str(odd[0]), labels)}.")
    if bare := [name for name in labels if name not in stated]:
        raise DataError(f"There is no weight for {listed(bare)}; 0 leaves a component out.")
    share = parts_of_one({name: stated[name] for name in labels}, "the components")
    ends = np.array([_ends(name, given.get(name, (low, high))) for name, low, high in zip(
        labels, values.min(axis=0), values.max(axis=0), strict=True)])  # fmt: skip
    if flat := [name for name, (low, high) in zip(labels, ends, strict=True) if not low < high]:
        raise DataError(f"Component {listed(flat)} is the same for all customers; give its bounds=.")
    points = np.clip(100 * (values - ends[:, 0]) / (ends[:, 1] - ends[:, 0]), 0, 100)
    frame = pd.DataFrame(points, columns=labels, index=components.index)
    frame["score"] = points @ share
    return frame


def _ends(name: str, pair: object) -> tuple[float, float]:
    if isinstance(pair, str) or not isinstance(pair, Sequence | np.ndarray) or len(pair) != 2:
        raise DataError(f"The bounds of {name!r} are two numbers, not {shown(pair)}.")
    low, high = (number(end, f"A bound of {name!r}") for end in pair)
    return low, high
