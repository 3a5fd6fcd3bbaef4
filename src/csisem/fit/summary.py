"""The readable summary of a fit."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from csisem.fit.status import Status

if TYPE_CHECKING:
    import pandas as pd

_HEADINGS = {"~": "Paths", "=~": "Loadings", "<~": "Weights", ":=": "Defined", "~~": "Covariances"}
_REST = "All parameters, with intervals: fit.parameters. Measures: fit.fit_measures()."


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What a summary shows: the verdict first, then measures, then parameters.

    Attributes
    ----------
    title
        Model, estimator and size.
    status
        The verdict.
    measures
        Fit measures; None for a fit that is not usable.
    parameters
        The parameter frame.
    by_group
        Whether parameters are shown with their group.
    """

    title: str
    status: Status
    measures: pd.Series[float] | None
    parameters: pd.DataFrame
    by_group: bool

    def text(self) -> str:
        """Return the summary as plain text."""
        lines = [self.title, f"Status: {self.status.verdict}"]
        lines += [f"  - {sentence}" for sentence in self.status.reasons + self.status.warnings]
        if self.measures is not None:
            lines += ["", measures_line(self.measures)]
        for heading, frame in self._tables():
            lines += ["", heading, frame.to_string(index=False)]
        lines += ["", _REST]
        return "\n".join(lines)

    def html(self) -> str:
        """Return the summary as HTML; all text from the data is escaped."""
        colour = "#b00020" if not self.status else "#1b5e20"
        parts = [
            f"<h3>{escape(self.title)}</h3>",
            f'<p><b style="color:{colour}">{escape(self.status.verdict)}</b></p>',
        ]
        sentences = self.status.reasons + self.status.warnings
        if sentences:
            parts.append("<ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences) + "</ul>")
        if self.measures is not None:
            parts.append(f"<p>{escape(measures_line(self.measures))}</p>")
        parts += [
            f"<h4>{escape(heading)}</h4>{frame.to_html(index=False, border=0)}" for heading, frame in self._tables()
        ]
        parts.append(f"<p><small>{escape(_REST)}</small></p>")
        return "\n".join(parts)

    def _tables(self) -> list[tuple[str, pd.DataFrame]]:
        """Paths first, as the main result; variances and intercepts are left to the full frame."""
        frame, usable = self.parameters, bool(self.status)
        # Estimates of PLS are standardised already. Numbers that must not be used are shown without tests.
        std = [] if (frame["op"] == "<~").any() else ["std"]
        numbers = ["est", "se", *(["z", "pvalue"] if usable else []), *std]
        tables = []
        for operator, heading in _HEADINGS.items():
            rows = frame[(frame["op"] == operator) & (frame["lhs"] != frame["rhs"])]
            if not len(rows):
                continue
            columns = ["lhs", "op", "rhs", *(["group"] if self.by_group else []), *numbers]
            if (rows["label"] != "").any() and operator != ":=":
                columns.insert(3, "label")
            shown = rows[columns].copy()
            for name in numbers:
                shown[name] = [_number(value) for value in rows[name]]
            tables.append((heading if usable else f"{heading} (not to be used)", shown))
        return tables


def measures_line(measures: pd.Series[float]) -> str:
    """Return fit measures in a line: of PLS, of pooled data sets, of a scaled test, or of a chi-square."""
    for name, line in (("gof", _composite_line), ("d2.f", _pooled_line), ("chisq.scaled", _scaled_line)):
        if name in measures.index:
            return line(measures)
    return _plain_line(measures)


def _composite_line(m: pd.Series[float]) -> str:
    measured = (
        f", mean communality {m['communality']:.3f}, mean R2 {m['r2']:.3f}, GoF {m['gof']:.3f}"
        if not np.isnan(m["gof"])
        else f", mean R2 {m['r2']:.3f} (communality and GoF need a construct of several items)"
    )
    return (
        f"SRMR {m['srmr']:.3f} (saturated {m['srmr.saturated']:.3f}), d_ULS {m['d_uls']:.3f}, d_G {m['d_g']:.3f}"
        f"{measured}"
    )


def _plain_line(m: pd.Series[float]) -> str:
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


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"
