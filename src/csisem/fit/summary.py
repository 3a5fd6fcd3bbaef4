"""The summary of a fit, as text and in Jupyter."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.display.table import text_table
from csisem.options import Language

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit

_HEADINGS = {
    "~": "summary.paths",
    "=~": "summary.loadings",
    "<~": "summary.weights",
    ":=": "summary.defined",
    "~~": "summary.covariances",
}


def text_summary(fit: Fit, language: Language = "en") -> str:
    """Return the summary as plain text: the verdict first, then measures, then parameters."""
    lines = [_title(fit).text(language), sentence("summary.status", verdict=fit.status.verdict).text(language)]
    lines += [f"  - {said.text(language)}" for said in fit.status.reasons + fit.status.warnings]
    if fit.status.usable:
        lines += ["", fit.measured().text(language)]
    for heading, frame in _tables(fit):
        lines += ["", heading.text(language), text_table(frame, index=False)]
    lines += ["", sentence("summary.more").text(language)]
    return "\n".join(lines)


def html_summary(fit: Fit, language: Language = "en") -> str:
    """Return the summary as HTML; all text from the data is escaped."""
    colour = "#b00020" if not fit else "#1b5e20"
    parts = [
        f"<h3>{escape(_title(fit).text(language))}</h3>",
        f'<p><b style="color:{colour}">{escape(fit.status.verdict.text(language))}</b></p>',
    ]
    said = [escape(one.text(language)) for one in fit.status.reasons + fit.status.warnings]
    if said:
        parts.append("<ul>" + "".join(f"<li>{one}</li>" for one in said) + "</ul>")
    if fit.status.usable:
        parts.append(f"<p>{escape(fit.measured().text(language))}</p>")
    parts += [
        f"<h4>{escape(heading.text(language))}</h4>{frame.to_html(index=False, border=0)}"
        for heading, frame in _tables(fit)
    ]
    parts.append(f"<p><small>{escape(sentence('summary.more').text(language))}</small></p>")
    return "\n".join(parts)


def _title(fit: Fit) -> Sentence:
    title = fit.model.title or sentence(
        "summary.untitled", constructs=len(fit.model.constructs), observed=len(fit.table.observed)
    )
    groups = len(fit.groups) or None
    return sentence("summary.title", title=title, how=fit.how, n=fit.n, groups=groups, parameters=fit.table.npar)


def measured_line(m: pd.Series[float], *, scaled: bool) -> Sentence:
    """Return the fit measures of a covariance structure in a line, ``scaled`` ones where there are such."""
    if "d2.f" in m.index:
        return _pooled_line(m)
    if scaled:
        return _scaled_line(m)
    return sentence(
        "summary.measures", chisq=m["chisq"], df=m["df"], pvalue=None if np.isnan(m["pvalue"]) else m["pvalue"],
        cfi=m["cfi"], tli=m["tli"], rmsea=m["rmsea"], lower=m["rmsea.ci.lower"], upper=m["rmsea.ci.upper"],
        srmr=m["srmr"], aic=m.get("aic"), bic=m.get("bic"),
    )  # fmt: skip


def _pooled_line(m: pd.Series[float]) -> Sentence:
    """The F test of data sets' chi-squares, scaled where they are, and measures from D2."""
    end = ".scaled" if "d2.f.scaled" in m.index else ""
    return sentence(
        "summary.measures.pooled", kind=sentence("summary.scaled") if end else None, f=m[f"d2.f{end}"],
        df1=m[f"d2.df1{end}"], df2=m[f"d2.df2{end}"], pvalue=m[f"d2.pvalue{end}"], data_sets=m["imputations"],
        cfi=m[f"cfi{end}"], tli=m[f"tli{end}"], rmsea=m[f"rmsea{end}"], lower=m[f"rmsea.ci.lower{end}"],
        upper=m[f"rmsea.ci.upper{end}"], srmr=m["srmr"],
    )  # fmt: skip


def _scaled_line(m: pd.Series[float]) -> Sentence:
    """Scaled chi-square and robust measures, or the scaled ones where robust ones are not defined."""
    end = "robust" if "cfi.robust" in m.index else "scaled"
    kind = sentence("summary.robust") if end == "robust" else sentence("summary.scaled")
    return sentence(
        "summary.measures.scaled", chisq=m["chisq.scaled"], df=m["df.scaled"], pvalue=m["pvalue.scaled"],
        unscaled=m["chisq"], kind=kind, cfi=m[f"cfi.{end}"], tli=m[f"tli.{end}"], rmsea=m[f"rmsea.{end}"],
        lower=m[f"rmsea.ci.lower.{end}"], upper=m[f"rmsea.ci.upper.{end}"], srmr=m["srmr"],
    )  # fmt: skip


def _tables(fit: Fit) -> list[tuple[Sentence, pd.DataFrame]]:
    """Paths first, since they are what a reader looks for; variances and intercepts are left to `Fit.parameters`."""
    frame = fit.parameters
    several = bool(fit.groups)
    # Estimates of PLS are standardised as they are. What must not be used is shown to be understood, not to be tested.
    numbers = ["est", "se", *(["z", "pvalue"] if fit else []), *([] if (frame["op"] == "<~").any() else ["std"])]
    tables = []
    for operator, code in _HEADINGS.items():
        rows = frame[(frame["op"] == operator) & (frame["lhs"] != frame["rhs"])]
        if not len(rows):
            continue
        columns = ["lhs", "op", "rhs", *(["group"] if several else []), *numbers]
        if (rows["label"] != "").any() and operator != ":=":
            columns.insert(3, "label")
        shown = rows[columns].copy()
        for name in numbers:
            shown[name] = [_number(value) for value in rows[name]]
        heading = sentence(code)
        tables.append((heading if fit else sentence("summary.not_to_be_used", heading=heading), shown))
    return tables


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"
