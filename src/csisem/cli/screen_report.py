"""The printed report of a fit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from csisem.arrays import pd
from csisem.cli.analysis import Results
from csisem.display.text_layout import number, paragraph, table
from csisem.display.wording import p_text
from csisem.fit.fit import Fit
from csisem.fit.summary import measures_line

Record = Mapping[Any, Any]


def report(results: Results) -> Iterator[str]:
    """Lines of the whole report."""
    fit = results.fit
    yield from verdict(fit)
    yield ""
    yield from summary(fit, results.settings)
    yield from parameters(fit, results.index)
    if results.effects is not None:
        yield from effects(results.effects, _group_heading(fit))
    if results.index is not None:
        yield from index(results.index)
        for column, frame in (results.index_by or {}).items():
            yield from index(frame, f"Index by {column}")
    elif fit.status.usable:
        yield from ("", "No index: give --scale LOW HIGH, the lowest and the highest answer.")


def verdict(fit: Fit) -> Iterator[str]:
    """The verdict with its reasons and warnings."""
    yield f"Verdict: {fit.status.verdict}"
    for sentence in fit.status.reasons + fit.status.warnings:
        yield from paragraph(sentence, "  - ")


def summary(fit: Fit, settings: Mapping[str, object]) -> Iterator[str]:
    """Model, data, fit measures and R-squared."""
    yield from paragraph(_title(fit, settings))
    if fit.status.usable:
        yield from _measures(fit)
        yield from _r_squared(fit)


def _measures(fit: Fit) -> list[str]:
    """The fit measures in one or two lines."""
    m = fit.fit_measures()
    # Those of SAM are given the measurement.
    head = "Fit of the structural part: " if fit.estimator == "SAM" else "Fit: "
    # Least squares has no likelihood.
    criteria = f", AIC {m['aic']:.1f}, BIC {m['bic']:.1f}" if "aic" in m.index else ""
    if "chisq" not in m.index or "chisq.scaled" in m.index:
        return paragraph(measures_line(m) + criteria, head)
    text = (
        f"chi-square {m['chisq']:.3f} on {m['df']:.0f} df, p {p_text(m['pvalue']) or '-'}; CFI {_short(m['cfi'])}, "
        f"TLI {_short(m['tli'])}, RMSEA {_short(m['rmsea'])} [{_short(m['rmsea.ci.lower'])}, "
        f"{_short(m['rmsea.ci.upper'])}], SRMR {_short(m['srmr'])}"
    )
    return paragraph(text + criteria, head)


def _r_squared(fit: Fit) -> Iterator[str]:
    """R-squared of the constructs, a line for each group."""
    shares: dict[Any, float] = fit.r_squared.to_dict()
    endogenous = list(dict.fromkeys(fit.paths["lhs"]))
    for group in (fit.groups or (None,)) if endogenous else ():
        heading = "R-squared: " if group is None else f"R-squared, {_label(group)}: "
        places = [(name, name if group is None else (group, name)) for name in endogenous]
        yield from paragraph(", ".join(f"{name} {number(shares[place])}" for name, place in places), heading)


def parameters(fit: Fit, index: pd.DataFrame | None) -> Iterator[str]:
    """Paths, loadings (with each item's weight in the index) and defined quantities."""
    frame = fit.parameters
    weights = None if index is None else index.attrs["weights"]
    for operator, heading in (("~", "Paths"), ("=~", "Loadings"), (":=", "Defined quantities")):
        rows = frame[frame["op"] == operator].to_dict("records")
        if not rows:
            continue
        by = _group_heading(fit) if operator != ":=" else []
        used = weights if operator == "=~" else None
        header = [heading, *by, "est", "se", "z", "p", "std", *(["weight"] if used else [])]
        yield ""
        yield from table(header, [_parameter(row, bool(by), used) for row in rows], 1 + len(by))


def effects(frame: pd.DataFrame, by: Sequence[str]) -> Iterator[str]:
    """Direct, indirect and total effects."""
    rows = [
        (
            f"{row['source']} -> {row['target']}",
            *([_label(row["group"])] if by else []),
            number(row["direct"]) if row["direct"] != 0 else "",
            number(row["indirect"]) if row["indirect"] != 0 else "",
            number(row["total"]),
            number(row["total_se"]),
        )
        for row in frame.to_dict("records")
    ]
    if rows:
        yield ""
        yield from table(("Effects", *by, "direct", "indirect", "total", "se"), rows, 1 + len(by))


def index(frame: pd.DataFrame, heading: str = "Index (0-100)") -> Iterator[str]:
    """The index with its interval and standard-error method."""
    columns = list(frame.columns)
    by = columns[1 : columns.index("n")]
    rows = [
        (
            str(row["construct"]),
            *(_label(row[name]) for name in by),
            str(row["n"]),
            number(row["index"], 2),
            number(row["se"], 2),
            "" if math.isnan(row["se"]) else f"[{number(row['ci_lower'], 2)}, {number(row['ci_upper'], 2)}]",
        )
        for row in frame.to_dict("records")
    ]
    yield ""
    yield from table((heading, *map(str, by), "n", "index", "se", "95 % interval"), rows, 1 + len(by))
    # Where there is no index, ``method`` is the reason, which is printed as a warning.
    if methods := dict.fromkeys(frame["method"][frame["index"].notna()]):
        yield f"  standard errors: {'; '.join(map(str, methods))}"


def _group_heading(fit: Fit) -> list[str]:
    """The heading of the column of groups, where the fit has groups."""
    return [", ".join(fit.settings.by)] if fit.groups else []


def _title(fit: Fit, settings: Mapping[str, object]) -> str:
    model = fit.model.title or settings.get("model", "model")
    data = f" on {settings['data']}" if "data" in settings else ""
    groups = f" in {len(fit.groups)} groups" if fit.groups else ""
    return (
        f"{model}{data}: {fit.solution.estimation}, n = {fit.n}{groups}, {fit.solution.table.counted} free parameters"
    )


def _parameter(
    row: Record, grouped: bool, weights: Mapping[str, Mapping[str, Mapping[str, float]]] | None
) -> tuple[str, ...]:
    fixed = row["se"] == 0
    cells = [
        f"{row['lhs']} {row['op']} {row['rhs']}",
        *([_label(row["group"])] if grouped else []),
        number(row["est"]),
        *(("", "", "") if fixed else (number(row["se"]), number(row["z"], 2), p_text(row["pvalue"]))),
        number(row["std"]),
    ]
    if weights is not None:
        used = weights[str(row["group"]) if grouped else ""][row["lhs"]]
        cells.append(number(used.get(row["rhs"], float("nan"))))
    return tuple(cells)


def _label(value: object) -> str:
    """A group's label; the parts of a combination side by side."""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _short(value: float) -> str:
    return number(value) or "-"
