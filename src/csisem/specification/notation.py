"""Structural and measurement matrices in Fornell's notation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csisem.display.table import text_table
from csisem.specification.parameters import Parameter, ParameterTable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class FornellMatrices:
    """The structural and measurement matrices as labelled frames, in the notation of Fornell et al. (1996).

    The structural model is ``eta = B eta + Gamma xi + zeta``.

    Attributes
    ----------
    B
        Paths among endogenous variables, row = outcome, column = predictor.
    Gamma
        Paths from exogenous to endogenous variables.
    Lambda_x, Lambda_y
        Loadings of items on exogenous and on endogenous constructs.
    """

    B: pd.DataFrame
    Gamma: pd.DataFrame
    Lambda_x: pd.DataFrame
    Lambda_y: pd.DataFrame

    def __repr__(self) -> str:
        parts = (("B", self.B), ("Γ", self.Gamma), ("Λx", self.Lambda_x), ("Λy", self.Lambda_y))
        return "\n\n".join(f"{name}\n{text_table(frame)}" for name, frame in parts if frame.size)

    def _repr_html_(self) -> str:
        parts = (("B", self.B), ("Γ", self.Gamma), ("Λ<sub>x</sub>", self.Lambda_x), ("Λ<sub>y</sub>", self.Lambda_y))
        return "".join(f"<h4>{name}</h4>{frame.to_html()}" for name, frame in parts if frame.size)


Cell = Callable[[Parameter, str, int, int], str | float]


def symbols(table: ParameterTable) -> FornellMatrices:
    """Matrices with ``β21`` for a free path, ``λ31`` for a free loading, and fixed values as numbers."""

    def cell(row: Parameter, letter: str, i: int, j: int) -> str:
        if row.fixed is not None:
            return f"{row.fixed:g}"
        return f"{letter}{i}{j}" if max(i, j) < 10 else f"{letter}{i},{j}"

    return _fill(table, 0, cell, "0")


def numbers(table: ParameterTable, values: list[float], group: int = 0) -> FornellMatrices:
    """Matrices with the values of the table's rows, for one group."""
    lookup = {id(row): value for row, value in zip(table.rows, values, strict=True)}
    return _fill(table, group, lambda row, _letter, _i, _j: lookup[id(row)], 0.0)


def _fill(table: ParameterTable, group: int, cell: Cell, empty: str | float) -> FornellMatrices:
    import pandas as pd

    hidden = {name for one in table.formed for name in one.excrescent}
    rows = [row for row in table.rows if row.group == group and row.lhs not in hidden]
    pointed = dict.fromkeys(table.latents[row.row] for row in rows if row.matrix == "beta")
    endogenous = [name for name in table.latents if name in pointed]
    exogenous = [name for name in table.latents if name not in pointed and name not in hidden]
    loads = [row for row in rows if row.matrix == "lambda"]
    # Interactions may be measured by products of items.
    constructs = {*table.latents[: table.constructs], *(row.lhs for row in loads)}
    x_names = [name for name in exogenous if name in constructs]
    y_names = [name for name in endogenous if name in constructs]
    x_items = list(dict.fromkeys(row.rhs for row in loads if row.lhs in x_names))
    y_items = list(dict.fromkeys(row.rhs for row in loads if row.lhs in y_names))
    frames = {
        "B": pd.DataFrame(empty, index=endogenous, columns=endogenous, dtype=object),
        "Gamma": pd.DataFrame(empty, index=endogenous, columns=exogenous, dtype=object),
        "Lambda_x": pd.DataFrame(empty, index=x_items, columns=x_names, dtype=object),
        "Lambda_y": pd.DataFrame(empty, index=y_items, columns=y_names, dtype=object),
    }
    for row in rows:
        if row.matrix == "beta":
            target, source = table.latents[row.row], table.latents[row.col]
            name, letter = ("B", "β") if source in pointed else ("Gamma", "γ")
        elif row.matrix == "lambda":
            target, source = row.rhs, row.lhs
            name, letter = ("Lambda_x", "λ") if source in x_names else ("Lambda_y", "λ")
        else:
            continue
        frame = frames[name]
        i, j = list(frame.index).index(target) + 1, list(frame.columns).index(source) + 1
        frame.loc[target, source] = cell(row, letter, i, j)
    if isinstance(empty, float):
        frames = {name: frame.astype(float) for name, frame in frames.items()}
    return FornellMatrices(frames["B"], frames["Gamma"], frames["Lambda_x"], frames["Lambda_y"])
