"""Copenhagen housing satisfaction, a published contingency table."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {"Sat": "satisfaction", "Infl": "influence", "Type": "type", "Cont": "contact"}


def copenhagen_housing() -> pd.DataFrame:
    """Return the satisfaction of 1,681 tenants of Copenhagen with their housing, a row per tenant.

    Returns
    -------
    pandas.DataFrame
        ``satisfaction`` (Low, Medium, High), perceived ``influence`` on the management (Low, Medium, High), ``type`` of
        dwelling (Tower, Apartment, Atrium, Terrace), ``contact`` with other residents (Low, High).

    See Also
    --------
    diagnose.crosstab : The chi-square test of such a table.

    Notes
    -----
    Madsen (1976, Statistical analysis of multiple contingency tables: two examples, Scandinavian Journal of Statistics
    3, 97-106), as printed in Cox and Snell (1984, Applied Statistics) and shipped as ``housing`` of R's MASS.

    Examples
    --------
    >>> tenants = cs.datasets.copenhagen_housing()
    >>> pd.crosstab(tenants["influence"], tenants["satisfaction"])
    satisfaction  High  Low  Medium
    influence
    High           229   79      87
    Low            175  282     170
    Medium         264  206     189
    """
    import pandas as pd

    with (files("csisem.datasets") / "housing.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file)
    return (
        table.loc[table.index.repeat(table["Freq"])].drop(columns="Freq").rename(columns=_NAMES).reset_index(drop=True)
    )
