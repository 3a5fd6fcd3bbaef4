"""The summary of a fit, as text and in Jupyter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from csisem.display.sentences import Sentence, sentence
from csisem.display.table import for_reading, text_table
from csisem.display.text_layout import paragraph
from csisem.display.wording import p_text
from csisem.fit.status import Status
from csisem.fit.summary_listings import Listing
from csisem.options import Language, validate

if TYPE_CHECKING:
    import pandas as pd

_HEADINGS = {
    "~": "fit_summary.paths",
    "=~": "fit_summary.loadings",
    "<~": "fit_summary.weights",
    ":=": "fit_summary.defined",
    "~~": "fit_summary.covariances",
}
# What a notebook shows at once.
_UNFOLDED = ("fit_summary.paths", "fit_summary.defined", "fit_summary.effects")


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
    part
        What the measures are of, where it is not the whole model.
    r_squared
        R-squared of the endogenous constructs, a sentence and the numbers in text for each group; of the full summary.
    listings
        The tables of the full summary: all parameters and the effects. Empty for the short one.
    language
        The language in which it shows itself.
    """

    title: Sentence
    status: Status
    measures: pd.Series[float] | None
    parameters: pd.DataFrame
    by_group: bool
    part: Sentence | None = None
    r_squared: tuple[tuple[Sentence, str], ...] = ()
    listings: tuple[Listing, ...] = ()
    language: Language = "en"

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()

    def text(self, language: Language | None = None) -> str:
        """Return the summary as plain text, in its own language unless another is given."""
        language = self.language if language is None else validate("language", language, Language)
        return self._full_text(language) if self.listings else self._short_text(language)

    def _full_text(self, language: Language) -> str:
        """Everything on one page, in lines of at most 100 columns but for long names."""
        lines = paragraph(self.title.text(language))
        lines += [sentence("fit_summary.status", verdict=self.status.verdict).text(language)]
        for said in self.status.reasons + self.status.warnings:
            lines += paragraph(said.text(language), "  - ")
        if self.measures is not None:
            lines += ["", *([self.part.text(language)] if self.part else [])]
            lines += paragraph(measures_line(self.measures).text(language))
        for head, shares in self.r_squared:
            lines += paragraph(shares, head.text(language))
        for listing in self.listings:
            lines += ["", *listing.lines(language)]
        return "\n".join(lines)

    def _short_text(self, language: Language) -> str:
        lines = [self.title.text(language), sentence("fit_summary.status", verdict=self.status.verdict).text(language)]
        lines += [f"  - {said.text(language)}" for said in self.status.reasons + self.status.warnings]
        if self.measures is not None:
            lines += [
                "",
                *([self.part.text(language)] if self.part else []),
                measures_line(self.measures).text(language),
            ]
        for heading, frame in self._tables():
            lines += ["", heading.text(language), text_table(for_reading(frame, language), index=False)]
        lines += ["", sentence("fit_summary.more").text(language)]
        return "\n".join(lines)

    def html(self, language: Language | None = None) -> str:
        """Return the summary as HTML; all text from the data is escaped."""
        shown: Language = self.language if language is None else validate("language", language, Language)
        parts = self._head_html(shown)
        if self.listings:
            return "\n".join([*parts, *(listing.html(shown) for listing in self.listings)])
        parts += [
            f"<h4>{escape(heading.text(shown))}</h4>{for_reading(frame, shown).to_html(index=False, border=0)}"
            for heading, frame in self._tables()
        ]
        parts.append(f"<p><small>{escape(sentence('fit_summary.more').text(shown))}</small></p>")
        return "\n".join(parts)

    def notebook(self, picture: str) -> str:
        """Return the full summary as HTML with a picture behind its head.

        All tables but paths and effects are folded away, and of a fit that must not be read these too.
        """
        parts = [*self._head_html(self.language), f"<div>{picture}</div>"]
        for one in self.listings:
            title, refused = one.title, not self.status
            if refused and title.code != "fit_summary.not_to_be_used":
                title = sentence("fit_summary.not_to_be_used", heading=title)
            folded = refused or title.code not in _UNFOLDED
            parts.append(replace(one, title=title).html(self.language, folded=folded))
        return "\n".join(parts)

    def _head_html(self, language: Language) -> list[str]:
        """Title, verdict, its reasons, measures and R-squared."""

        def worded(said: Sentence) -> str:
            return escape(said.text(language))

        colour = "#b00020" if not self.status else "#1b5e20"
        parts = [
            f"<h3>{worded(self.title)}</h3>",
            f'<p><b style="color:{colour}">{worded(self.status.verdict)}</b></p>',
        ]
        said = [f"<li>{worded(one)}</li>" for one in self.status.reasons + self.status.warnings]
        if said:
            parts.append(f"<ul>{''.join(said)}</ul>")
        if self.measures is not None:
            parts.append(f"<p>{worded(self.part) + ' ' if self.part else ''}{worded(measures_line(self.measures))}</p>")
        return parts + [f"<p>{worded(head)}{escape(shares)}</p>" for head, shares in self.r_squared]

    def _tables(self) -> list[tuple[Sentence, pd.DataFrame]]:
        """Paths first, as the main result; variances and intercepts are left to the full frame."""
        frame, usable = self.parameters, bool(self.status)
        # Estimates of PLS are standardised already. Numbers that must not be used are shown without tests.
        path_model = (frame["op"] == "<~").any() and not ((frame["op"] == "~~") & (frame["lhs"] == frame["rhs"])).any()
        std = [] if path_model else ["std"]
        numbers = ["est", "se", *(["z", "pvalue"] if usable else []), *std]
        tables = []
        for operator, code in _HEADINGS.items():
            rows = frame[(frame["op"] == operator) & (frame["lhs"] != frame["rhs"])]
            if not len(rows):
                continue
            columns = ["lhs", "op", "rhs", *(["group"] if self.by_group else []), *numbers]
            if (rows["label"] != "").any() and operator != ":=":
                columns.insert(3, "label")
            shown = rows[columns].copy()
            for name in numbers:
                shown[name] = [p_text(value) if name == "pvalue" else _number(value) for value in rows[name]]
            tables.append((sentence(code), shown))
        tables += self._of_responses()
        if usable:
            return tables
        return [(sentence("fit_summary.not_to_be_used", heading=heading), shown) for heading, shown in tables]

    def _of_responses(self) -> list[tuple[Sentence, pd.DataFrame]]:
        """Thresholds of ordered items, a line an item, and scale factors where some are estimated."""
        tables, by = [], ["group"] if self.by_group else []
        cut = self.parameters[self.parameters["op"] == "|"]
        if len(cut):
            wide = cut.pivot_table(index=["lhs", *by], columns="rhs", values="est", sort=False)
            wide.columns.name = None
            wide = wide[sorted(wide.columns, key=lambda name: int(str(name)[1:]))]
            texts = {name: [_number(value) for value in wide[name]] for name in wide.columns}
            tables.append((sentence("fit_summary.thresholds"), wide.assign(**texts).reset_index()))
        scales = self.parameters[(self.parameters["op"] == "~*~") & (self.parameters["se"] > 0)]
        if len(scales):
            shown = scales[["lhs", "op", "rhs", *by, "est", "se"]].copy()
            for name in ("est", "se"):
                shown[name] = [_number(value) for value in scales[name]]
            tables.append((sentence("fit_summary.scales"), shown))
        return tables


def measures_line(measures: pd.Series[float]) -> Sentence:
    """Return fit measures in a line: of PLS, of pooled data sets, of a scaled test, or of a chi-square."""
    for name, line in (("gof", _composite_line), ("d2.f", _pooled_line), ("chisq.scaled", _scaled_line)):
        if name in measures.index:
            return line(measures)
    return _plain_line(measures)


def _composite_line(m: pd.Series[float]) -> Sentence:
    fields = {name: m[name] for name in ("srmr", "d_uls", "d_g", "r2")} | {"saturated": m["srmr.saturated"]}
    if np.isnan(m["gof"]):
        return sentence("fit_summary.measures.pls_single_items", **fields)
    return sentence("fit_summary.measures.pls", **fields, communality=m["communality"], gof=m["gof"])


def _plain_line(m: pd.Series[float]) -> Sentence:
    pvalue = None if np.isnan(m["pvalue"]) else m["pvalue"]
    return sentence("fit_summary.measures", chisq=m["chisq"], df=m["df"], pvalue=pvalue, **_common(m, ""),
                    aic=m.get("aic"), bic=m.get("bic"))  # fmt: skip


def _pooled_line(m: pd.Series[float]) -> Sentence:
    """The F test of data sets' chi-squares, scaled where they are, and measures from D2."""
    end = ".scaled" if "d2.f.scaled" in m.index else ""
    test = {name: m[f"d2.{name}{end}"] for name in ("f", "df1", "df2", "pvalue")}
    kind = sentence("fit_summary.scaled") if end else None
    return sentence("fit_summary.measures.pooled", kind=kind, **test, data_sets=m["imputations"], **_common(m, end))


def _scaled_line(m: pd.Series[float]) -> Sentence:
    """Scaled chi-square and robust measures, or the scaled ones where robust ones are not defined."""
    robust = "cfi.robust" in m.index
    kind = sentence("fit_summary.robust") if robust else sentence("fit_summary.scaled")
    test = {name: m[f"{name}.scaled"] for name in ("chisq", "df", "pvalue")}
    return sentence("fit_summary.measures.scaled", **test, unscaled=m["chisq"], kind=kind,
                    **_common(m, ".robust" if robust else ".scaled"))  # fmt: skip


def _common(m: pd.Series[float], end: str) -> dict[str, float]:
    """Measures that every chi-square has, those with an ``end`` to their names."""
    names = {"cfi": "cfi", "tli": "tli", "rmsea": "rmsea", "lower": "rmsea.ci.lower", "upper": "rmsea.ci.upper"}
    return {field: m[name + end] for field, name in names.items()} | {"srmr": m["srmr"]}


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3f}"
