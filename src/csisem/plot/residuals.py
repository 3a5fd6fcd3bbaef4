"""Residual correlations as a heat map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError, listed, nearest, shown
from csisem.fit.fit import Fit
from csisem.options import Language, Residuals, validate
from csisem.plot.drawing.axes import figure_of, finish, open_axes
from csisem.plot.drawing.colours import text_colour, two_sided
from csisem.plot.drawing.fonts import give_fonts
from csisem.plot.drawing.labels import check_labels, decimal, show_names, speaks, word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_WRITTEN = 20
"""Items up to which each cell has room for its number."""


def residuals(
    fit: Fit | pd.DataFrame,
    kind: Residuals = "cor",
    *,
    group: object = None,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw residuals as a heat map: what the sample has less what the model implies.

    Parameters
    ----------
    fit
        A fit, or a table of its residuals, items by items.
    kind
        Kind of the residuals of a fit, as for its ``residuals``.
    group
        The group to draw, of a fit by group.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of the title.
    labels
        Texts to show for names of items.

    Returns
    -------
    matplotlib.axes.Axes
        The lower triangle, brown below zero and blue above; numbers for up to 20 items.

    Raises
    ------
    DataError
        If ``fit`` is neither, the table is not square or has no number, or the fit has several groups.
    UnusableFitError
        If the fit did not converge or is not identified.
    OptionError
        If an option is invalid, or the fit has no residuals of this kind.

    Examples
    --------
    >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    >>> ax = cs.plot.residuals(fit)
    >>> ax.images[0].get_array().shape
    (16, 16)
    """
    spoken, texts = speaks(language), check_labels(labels)
    kind = validate("kind", kind, Residuals)
    table = _of_group(fit.residuals(kind) if isinstance(fit, Fit) else fit, group)
    values = _numbers(table)
    hidden = np.triu(np.ones(values.shape, dtype=bool), 1)
    seen = np.where(hidden, np.nan, values)
    reach = max(float(np.nanmax(np.abs(seen))), 1e-9)
    size = 2.2 + 0.38 * min(len(values), 40)
    axes = open_axes(ax, (size + 0.8, size))
    image = axes.imshow(np.ma.masked_invalid(seen), cmap=two_sided(), vmin=-reach, vmax=reach)
    names = show_names([name[-1] if isinstance(name, tuple) else name for name in table.columns], texts, columns=16)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(length=0, labelsize="small")
    axes.spines[:].set_visible(False)
    if len(names) <= _MOST_WRITTEN:
        scale = two_sided()
        for row, column in zip(*np.nonzero(np.isfinite(seen)), strict=True):
            value = float(seen[row, column])
            axes.text(column, row, _short(value, reach), ha="center", va="center", fontsize=5.5,
                      color=text_colour(scale(0.5 + 0.5 * value / reach)))  # fmt: skip
    bar = figure_of(axes).colorbar(image, ax=axes, shrink=0.6, aspect=24, pad=0.02)
    bar.outline.set_visible(False)
    give_fonts(bar.ax)
    codes = {"raw": "plot.residuals.raw", "cor": "plot.residuals.cor", "normalized": "plot.residuals.normalized",
             "standardized": "plot.residuals.standardized"}  # fmt: skip
    return finish(axes, title=word(codes[kind] if isinstance(fit, Fit) else "plot.residuals.title", spoken))


def _short(value: float, reach: float) -> str:
    """A number as short as a cell: without the zero before the point."""
    text = decimal(value, 1 if reach >= 1 else 2)
    return text.replace("0.", ".") if reach < 1 and text not in ("0.00", "0.0") else text


def _of_group(table: object, group: object) -> pd.DataFrame:
    if not isinstance(table, pd.DataFrame):
        raise DataError(f"fit= must be a fit, or a table of its residuals; got {shown(table)}.")
    if table.index.nlevels == 1:
        if group is not None:
            raise DataError(f"group={shown(group)} is for fits by group, and this has none.")
        return table
    known = list(dict.fromkeys(table.index.get_level_values(0)))
    if group is None and len(known) == 1:
        group = known[0]
    if group not in known:
        near = "" if group is None else nearest(str(group), map(str, known))
        raise DataError(f"group={shown(group)} is not one of the fit's groups, {listed(known)}{near}.")
    return table[table.index.get_level_values(0) == group]


def _numbers(table: pd.DataFrame) -> np.ndarray:
    if table.shape[0] != table.shape[1] or not len(table):
        raise DataError(f"fit= must be a fit, or a square table of residuals; got one of {table.shape}.")
    try:
        values = table.to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError):
        raise DataError("fit= must be a fit, or a table of its residuals; the table holds other values.") from None
    if not np.isfinite(values[np.tril_indices(len(values))]).any():
        raise DataError("The residuals hold no number to draw.")
    return np.where(np.isfinite(values), values, np.nan)
