"""Satisfaction of Copenhagen's tenants with their housing: a real contingency table."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {"Sat": "satisfaction", "Infl": "influence", "Type": "type", "Cont": "contact"}


def copenhagen_housing() -> pd.DataFrame:
    """Return what 1,681 tenants of Copenhagen said of their housing, a row a tenant.

    Returns
    -------
    DataFrame
        ``satisfaction`` (Low, Medium, High), ``influence`` on the management as felt (Low, Medium, High), ``type`` of
        dwelling (Tower, Apartment, Atrium, Terrace), ``contact`` with other residents (Low, High).

    Notes
    -----
    Madsen (1976, Statistical analysis of multiple contingency tables: two examples, Scandinavian Journal of Statistics
    3, 97-106), as printed in Cox and Snell (1984, Applied Statistics) and shipped as ``housing`` of R's MASS.
    """
    import pandas as pd

    with (files("csisem.datasets") / "housing.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file)
    return (
        table.loc[table.index.repeat(table["Freq"])].drop(columns="Freq").rename(columns=_NAMES).reset_index(drop=True)
    )
