"""The tables of a fit's full summary: parameters and effects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from csisem.display.labels import heading
from csisem.display.sentences import Sentence, sentence
from csisem.display.text_layout import number, table
from csisem.display.wording import p_text
from csisem.fit import frames
from csisem.fit.effect_estimates import affected_pairs, effect_errors, effect_function
from csisem.fit.solution import Solution
from csisem.inference.intervals import wald_interval
from csisem.options import Language

if TYPE_CHECKING:
    import pandas as pd

_SECTIONS = (
    ("~", "fit_summary.paths"),
    ("=~", "fit_summary.loadings"),
    ("<~", "fit_summary.weights"),
    (":=", "fit_summary.defined"),
    ("~~", "fit_summary.covariances"),
    ("variance", "fit_summary.variances"),
    ("~1", "fit_summary.intercepts"),
    ("|", "fit_summary.thresholds"),
    ("~*~", "fit_summary.scales"),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A table of text: the first ``names`` columns are aligned left.

    Attributes
    ----------
    title
        What it lists.
    columns
        Names of the columns after the first, as `csisem.display.labels.heading` takes them, or sentences.
    rows
        Cells as text; columns that are empty in every row are left out when it is shown.
    names
        Number of columns with names instead of numbers.
    """

    title: Sentence
    columns: tuple[str | Sentence, ...]
    rows: tuple[tuple[str, ...], ...]
    names: int = 1

    def lines(self, language: Language) -> list[str]:
        """The table as lines of text."""
        header, rows = self._worded(language)
        return table((self.title.text(language), *header[1:]), rows, self.names)

    def html(self, language: Language, *, folded: bool = False) -> str:
        """The table as HTML, folded away if asked; all text is escaped."""
        header, rows = self._worded(language)

        def line(cells: tuple[str, ...], tag: str) -> str:
            side = ["left" if k < self.names else "right" for k in range(len(cells))]
            shown = (
                f'<{tag} style="text-align:{side[k]};padding:1px 8px">{escape(cell)}</{tag}>'
                for k, cell in enumerate(cells)
            )
            return f"<tr>{''.join(shown)}</tr>"

        body = "".join(line(row, "td") for row in rows)
        shown = f"<table><thead>{line(header, 'th')}</thead><tbody>{body}</tbody></table>"
        title = escape(self.title.text(language))
        if folded:
            return f"<details><summary>{title}</summary>{shown}</details>"
        return f"<h4>{title}</h4>{shown}"

    def _worded(self, language: Language) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
        kept = [k for k in range(len(self.columns) + 1) if k < self.names or any(row[k] for row in self.rows)]
        # Effects are the one listing with "indirect", beside which the total is an effect.
        words = ["", *(_word(one, language, self.columns) for one in self.columns)]
        return tuple(words[k] for k in kept), [tuple(row[k] for k in kept) for row in self.rows]


def _word(column: str | Sentence, language: Language, among: tuple[str | Sentence, ...]) -> str:
    return column.text(language) if isinstance(column, Sentence) else heading(column, language, among=among)


def parameter_listings(solution: Solution, frame: pd.DataFrame, level: float) -> Iterator[Listing]:
    """All parameters by kind: estimates, standard errors, tests, intervals and standardised values."""
    ends = frames.intervals(solution, frame, level)
    shown = frame.assign(ci_lower=ends["ci_lower"], ci_upper=ends["ci_upper"])
    return listings_by_kind(shown, bool(solution.groups), level, usable=solution.status.usable)


def listings_by_kind(frame: pd.DataFrame, by: bool, level: float, *, usable: bool = True) -> Iterator[Listing]:
    """Parameters with intervals by kind, such as those of a bootstrap, with their group if there are several."""
    own_variance = (frame["op"] == "~~") & (frame["lhs"] == frame["rhs"])
    kinds = frame["op"].where(~own_variance, "variance")
    # Estimates of PLS are standardised already.
    standardised = not ((frame["op"] == "<~").any() and not own_variance.any())
    interval = sentence("fit_summary.interval", level=100 * level)
    columns = (*(["group"] if by else []), "est", "se", "z", "pvalue", interval, *(["std"] if standardised else []))
    for kind, code in _SECTIONS:
        rows = frame[kinds == kind].to_dict("records")
        if not rows:
            continue
        cells = tuple(_parameter(row, by=by, usable=usable, standardised=standardised) for row in rows)
        title = sentence(code)
        if not usable:
            title = sentence("fit_summary.not_to_be_used", heading=title)
        yield Listing(title, columns, cells, 2 if by else 1)


def _parameter(row: dict[object, object], *, by: bool, usable: bool, standardised: bool) -> tuple[str, ...]:
    est, se, z, pvalue, lower, upper, std = (
        float(row[name])  # type: ignore[arg-type]
        for name in ("est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std")
    )
    label = f" ({row['label']})" if row["label"] and row["op"] != ":=" else ""
    # A fixed parameter has the standard error 0.
    free = usable and se > 0
    return (
        f"{row['lhs']} {row['op']} {row['rhs']}".rstrip() + label,
        *([group_label(row["group"])] if by else []),
        number(est),
        number(se) if free else "",
        number(z, 2) if free else "",
        p_text(pvalue) if free else "",
        between(lower, upper) if free else "",
        *([number(std)] if standardised else []),
    )


def effect_listing(solution: Solution) -> Listing | None:
    """Direct, indirect and total effects, the total with its standard error and test; None without paths."""
    table, function = solution.table, effect_function(solution, standardized=False)
    pairs = affected_pairs(table)
    if not pairs:
        return None
    value, se = function(solution.theta), effect_errors(solution, function)
    tests = wald_interval(value, se, df=solution.degrees_of(function))
    names, by, rows = table.latents, bool(solution.groups), []
    for g, source, target in pairs:
        direct, indirect, total = value[g, :, target, source]
        chain = abs(indirect) > _ROUNDING
        rows.append((
            f"{names[source]} -> {names[target]}",
            *([group_label(solution.groups[g])] if by else []),
            number(direct) if abs(direct) > _ROUNDING else "",
            number(indirect) if chain else "",
            number(total),
            number(float(se[g, 2, target, source])),
            number(float(tests.z[g, 2, target, source]), 2),
            p_text(float(tests.pvalue[g, 2, target, source])),
        ))  # fmt: skip
    columns = (*(["group"] if by else []), "direct", "indirect", "total", "se", "z", "pvalue")
    return Listing(sentence("fit_summary.effects"), columns, tuple(rows), 2 if by else 1)


# A smaller indirect effect is rounding of one without a path.
_ROUNDING = 1e-12


def between(lower: float, upper: float, digits: int = 3) -> str:
    """An interval in brackets; empty where it is not known."""
    return "" if np.isnan(lower) else f"[{number(lower, digits)}, {number(upper, digits)}]"


def group_label(value: object) -> str:
    """A group's label; the parts of a combination side by side."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
