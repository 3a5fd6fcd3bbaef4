"""Results beside the fit, such as reliability, cross tables and trends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from csisem.cli.fitting import Fitted
from csisem.display.labels import page_title, said
from csisem.display.page import Page
from csisem.display.sentences import text_in
from csisem.errors import DataError, OptionError, nearest
from csisem.models.construct_names import other_language
from csisem.reporting.tables.text_columns import note_texts

if TYPE_CHECKING:
    from csisem.arrays import pd
    from csisem.fit.fit import Fit
    from csisem.options import Language

TITLES = {
    "bootstrap": "screen.bootstrap",
    "reliability": "screen.reliability",
    "validity": "screen.validity",
    "ipma": "screen.ipma",
    "trend": "screen.trend",
}
"""Titles of results that are printed as one table."""


@dataclass(frozen=True, slots=True)
class Further:
    """A result by name.

    Attributes
    ----------
    name
        Its name in files, such as ``anova``.
    column
        The column it is by, which tells several apart.
    result
        A frame, or a page of several.
    """

    name: str
    result: pd.DataFrame | Page
    column: str = ""

    def title(self, language: Language, part: str = "") -> str:
        """The title of the result, or of one of its frames, as a sheet of a workbook bears it."""
        if language == "en":
            name = self.name
        elif self.name in TITLES:
            name = said(TITLES[self.name], language)
        else:
            name = page_title(type(self.result).__name__, language)
        words = [name, self.column, page_title(part, language) if part and language != "en" else part]
        return " ".join(word for word in words if word)

    def notes(self, language: Language) -> list[str]:
        """The notes of the result."""
        if not isinstance(self.result, Page):
            return note_texts(self.result.attrs, language)
        return [str(text_in(one, language)) for one in getattr(self.result, "notes", ())]

    def parts(self) -> list[str]:
        """The names of the frames within the result; of a frame one, which is empty."""
        return list(self.result.frames()) if isinstance(self.result, Page) else [""]

    def frames(self) -> Mapping[str, pd.DataFrame]:
        """The frames of the result, by name."""
        head = f"{self.name}_{self.column}" if self.column else self.name
        if not isinstance(self.result, Page):
            return {head: self.result}
        return {f"{head}_{part}": frame for part, frame in self.result.frames().items()}


def further_results(
    done: Fitted, *, interval: str | None, reliable: bool, anova: Sequence[str], crosstab: Sequence[str],
    target: str | None, ipma: str | None, wave: str | None,
) -> Iterator[Further]:  # fmt: skip
    """What is asked for, in the order of the report."""
    from csisem import diagnose, improve, index

    fit, replicates = done.fit, done.replicates
    kind = {} if replicates is None else {"bootstrap": replicates, "interval": interval}
    if replicates is not None:
        chosen = {} if interval is None else {"interval": interval}
        yield Further("bootstrap", replicates.intervals(**chosen))  # type: ignore[arg-type]
    if reliable:
        yield Further("reliability", diagnose.reliability(fit, **kind))  # type: ignore[arg-type]
        yield Further("validity", diagnose.validity(fit, **kind))  # type: ignore[arg-type]
    data = done.survey
    if anova or crosstab:
        about = target_of(fit, target)
        for column in dict.fromkeys(anova):
            yield Further("anova", diagnose.anova(data, about, by=column, fit=fit), column)
        for column in dict.fromkeys(crosstab):
            yield Further("crosstab", diagnose.crosstab(data, about, by=column, fit=fit), column)
    elif target is not None:
        raise OptionError("--target is what --anova and --crosstab are about; give one of them, or leave it out.")
    if ipma is not None:
        yield Further("ipma", improve.ipma(fit, target_of(fit, ipma, "--ipma"), **kind))  # type: ignore[arg-type]
    if wave is not None:
        yield Further("trend", index.trend(data, fit=fit, wave=wave))


def target_of(fit: Fit, given: str | None, option: str = "--target") -> str:
    """The construct that is asked about; without a name satisfaction, in either language."""
    constructs = fit.model.roles.constructs
    if given is not None:
        if given not in constructs:
            raise DataError(
                f"{option} names {given!r}, which is no construct of the model{nearest(given, constructs)}."
            )
        return given
    found = "Satisfaction" if "Satisfaction" in constructs else other_language("Satisfaction", constructs)
    alike = [name for name in constructs if "satisf" in name.casefold() or "满意" in name]
    if found is None and len(alike) == 1:
        found = alike[0]
    if found is None:
        raise OptionError(
            f"{option} must name the construct that is asked about, since the model has no Satisfaction; it has "
            f"{', '.join(constructs)}."
        )
    return found
