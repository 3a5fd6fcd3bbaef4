"""The readable summary of a fit: the verdict first, then measures, then parameters."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit

_HEADINGS = {"~": "Paths", "=~": "Loadings", "<~": "Weights", ":=": "Defined", "~~": "Covariances"}
_REST = "All parameters, with intervals: fit.parameters. Measures: fit.fit_measures()."


def text_summary(fit: Fit) -> str:
    """Return the summary as plain text."""
    lines = [_title(fit), f"Status: {fit.status.verdict}"]
    lines += [f"  - {sentence}" for sentence in fit.status.reasons + fit.status.warnings]
    if fit.status.usable:
        lines += ["", fit.measured()]
    for heading, frame in _tables(fit):
        lines += ["", heading, frame.to_string(index=False)]
    lines += ["", _REST]
    return "\n".join(lines)


def html_summary(fit: Fit) -> str:
    """Return the summary as HTML; all text from the data is escaped."""
    colour = "#b00020" if not fit else "#1b5e20"
    parts = [
        f"<h3>{escape(_title(fit))}</h3>",
        f'<p><b style="color:{colour}">{escape(fit.status.verdict)}</b></p>',
    ]
    sentences = fit.status.reasons + fit.status.warnings
    if sentences:
        parts.append("<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) + "</ul>")
    if fit.status.usable:
        parts.append(f"<p>{escape(fit.measured())}</p>")
    parts += [f"<h4>{escape(heading)}</h4>{frame.to_html(index=False, border=0)}" for heading, frame in _tables(fit)]
    parts.append(f"<p><small>{escape(_REST)}</small></p>")
    return "\n".join(parts)


def _title(fit: Fit) -> str:
    title = fit.model.title or f"{len(fit.model.constructs)} constructs, {len(fit.table.observed)} observed"
    groups = f", {len(fit.groups)} groups" if fit.groups else ""
    return f"{title}: {fit.how}, n = {fit.n}{groups}, {fit.table.npar} free parameters"


def measured_line(m: pd.Series[float], *, scaled: bool) -> str:
    """Return the fit measures of a covariance structure in a line, ``scaled`` ones where there are such."""
    if "d2.f" in m.index:
        return _pooled_line(m)
    if scaled:
        return _scaled_line(m)
    probability = "" if np.isnan(m["pvalue"]) else f" (p {m['pvalue']:.4f})"
    criteria = f", AIC {m['aic']:.1f}, BIC {m['bic']:.1f}" if "aic" in m.index else ""
    return (
        f"chi-square {m['chisq']:.3f} on {m['df']:.0f} df{probability}, CFI {m['cfi']:.3f}, "
        f"TLI {m['tli']:.3f}, RMSEA {m['rmsea']:.3f} [{m['rmsea.ci.lower']:.3f}, {m['rmsea.ci.upper']:.3f}], "
        f"SRMR {m['srmr']:.3f}{criteria}"
    )


def _pooled_line(m: pd.Series[float]) -> str:
    """The F test of data sets' chi-squares, scaled where they are, and measures from D2."""
    kind = ".scaled" if "d2.f.scaled" in m.index else ""
    close = [m[f"rmsea{part}{kind}"] for part in ("", ".ci.lower", ".ci.upper")]
    tested = f"{m[f'd2.df1{kind}']:.0f} and {m[f'd2.df2{kind}']:.4g} df (p {m[f'd2.pvalue{kind}']:.4f}"
    return (
        f"{'scaled ' if kind else ''}F {m[f'd2.f{kind}']:.3f} on {tested}, D2 of {m['imputations']:.0f} data sets), "
        f"{'scaled ' if kind else ''}CFI {m[f'cfi{kind}']:.3f}, TLI {m[f'tli{kind}']:.3f}, "
        f"RMSEA {close[0]:.3f} [{close[1]:.3f}, {close[2]:.3f}], SRMR {m['srmr']:.3f}"
    )


def _scaled_line(m: pd.Series[float]) -> str:
    """Scaled chi-square and robust measures, or the scaled ones where robust ones are not defined."""
    kind = "robust" if "cfi.robust" in m.index else "scaled"
    close = [m[f"rmsea{part}.{kind}"] for part in ("", ".ci.lower", ".ci.upper")]
    return (
        f"scaled chi-square {m['chisq.scaled']:.3f} on {m['df.scaled']:.4g} df (p {m['pvalue.scaled']:.4f}, unscaled "
        f"{m['chisq']:.3f}), {kind} CFI {m[f'cfi.{kind}']:.3f}, TLI {m[f'tli.{kind}']:.3f}, "
        f"RMSEA {close[0]:.3f} [{close[1]:.3f}, {close[2]:.3f}], SRMR {m['srmr']:.3f}"
    )


def _tables(fit: Fit) -> list[tuple[str, pd.DataFrame]]:
    """Paths first, since they are what a reader looks for; variances and intercepts are left to `Fit.parameters`."""
    frame = fit.parameters
    several = bool(fit.groups)
    # Estimates of PLS are standardised as they are. What must not be used is shown to be understood, not to be tested.
    numbers = ["est", "se", *(["z", "pvalue"] if fit else []), *([] if (frame["op"] == "<~").any() else ["std"])]
    tables = []
    for operator, heading in _HEADINGS.items():
        rows = frame[(frame["op"] == operator) & (frame["lhs"] != frame["rhs"])]
        if not len(rows):
            continue
        columns = ["lhs", "op", "rhs", *(["group"] if several else []), *numbers]
        if (rows["label"] != "").any() and operator != ":=":
            columns.insert(3, "label")
        shown = rows[columns].copy()
        for name in numbers:
            shown[name] = [_number(value) for value in rows[name]]
        tables.append((heading if fit else f"{heading} (not to be used)", shown))
    return tables


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"
