"""A mobile-phone survey of the European Customer Satisfaction Index, as moments."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Literal, TypedDict

from csisem.models.model import Model
from csisem.moments.moments import Moments
from csisem.options import validate

Variant = Literal["full", "small"]
"""``full``: seven constructs and twelve paths; ``small``: four constructs, well conditioned."""

_FULL = """
Image        =~ IMAG1 + IMAG2 + IMAG3 + IMAG4 + IMAG5
Expectation  =~ CUEX1 + CUEX2 + CUEX3
Quality      =~ PERQ1 + PERQ2 + PERQ3 + PERQ4 + PERQ5 + PERQ6 + PERQ7
Value        =~ PERV1 + PERV2
Satisfaction =~ CUSA1 + CUSA2 + CUSA3
Complaints   =~ CUSCO
Loyalty      =~ CUSL1 + CUSL2 + CUSL3

Expectation  ~ Image
Quality      ~ Expectation
Value        ~ Expectation + Quality
Satisfaction ~ Image + Expectation + Quality + Value
Complaints   ~ Satisfaction
Loyalty      ~ Image + Satisfaction + Complaints
"""

_SMALL = """
EXP =~ CUEX1 + CUEX2 + CUEX3
VAL =~ PERV1 + PERV2
SAT =~ CUSA1 + CUSA2 + CUSA3
LOY =~ CUSL1 + CUSL3

VAL ~ EXP
SAT ~ EXP + VAL
LOY ~ SAT
"""

_SOURCE = "Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), Computational Statistics & Data Analysis 48, 159-205"


class _Table(TypedDict):
    """The moments and the wording of the items, as they stand in the file."""

    n: int
    divisor: str
    items: list[str]
    scale: tuple[float, float]
    mean: list[float]
    cov: list[list[float]]
    wording: dict[str, str]


def mobile_phone() -> Moments:
    """Return the moments of 250 customers' answers to 24 questions about their mobile-phone provider, scale 1-10.

    Means and covariances suffice for estimation by maximum likelihood or PLS. Methods that need rows, such as robust
    standard errors and the bootstrap, cannot be computed from moments.

    Returns
    -------
    Moments
        n = 250, 24 items.

    See Also
    --------
    mobile_phone_items : The wording of the items.
    mobile_phone_model : Models for these data.

    Notes
    -----
    Complete rows of Tenenhaus, Esposito Vinzi, Chatelin and Lauro (2005, Computational Statistics & Data Analysis 48,
    159-205).

    Examples
    --------
    >>> moments = cs.datasets.mobile_phone()
    >>> moments.items[:3], moments.mean[:3].round(2)
    (('CUEX1', 'CUEX2', 'CUEX3'), array([7.58, 7.53, 7.42]))
    """
    table = _table()
    low, high = table["scale"]
    return Moments.from_table(
        n=table["n"],
        mean=table["mean"],
        cov=table["cov"],
        items=table["items"],
        scale=(low, high),
        divisor=table["divisor"],
    )


def mobile_phone_items() -> dict[str, str]:
    """Return a short wording of each item of `mobile_phone` by column, in the order of the model.

    Examples
    --------
    >>> cs.datasets.mobile_phone_items()["CUSA1"]
    'Overall satisfaction'
    """
    return dict(_table()["wording"])


def mobile_phone_model(variant: Variant = "full") -> Model:
    """Return a model for `mobile_phone`.

    Parameters
    ----------
    variant
        ``"full"``: the ECSI model with seven constructs and twelve paths, designed for PLS; under maximum likelihood
        its constructs are nearly collinear. ``"small"``: expectation, value, satisfaction and loyalty with ten items,
        which maximum likelihood fits well.

    Returns
    -------
    Model
        The model, with title and source.

    Raises
    ------
    OptionError
        If the variant is neither.

    Examples
    --------
    >>> fit = cs.datasets.mobile_phone_model("small").fit(cs.datasets.mobile_phone())
    >>> fit.paths[["lhs", "op", "rhs", "est"]].round(2)
       lhs op  rhs   est
    0  VAL  ~  EXP  0.94
    1  SAT  ~  EXP  0.47
    2  SAT  ~  VAL  0.25
    3  LOY  ~  SAT  1.71
    """
    chosen = validate("variant", variant, Variant)
    model = Model.from_syntax(_FULL if chosen == "full" else _SMALL)
    title = "ECSI, mobile phones" if chosen == "full" else "ECSI, mobile phones, four constructs"
    return Model(model.constructs, model.relations, title=title, source=_SOURCE)


def _table() -> _Table:
    table: _Table = json.loads((files("csisem.datasets") / "mobile_phone.json").read_text(encoding="utf-8"))
    return table
