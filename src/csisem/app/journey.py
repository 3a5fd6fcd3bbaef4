"""The way from a file to its results, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from csisem.diagnose.strata.anova import Anova
from csisem.errors import CsisemError
from csisem.fit.fit import Fit
from csisem.models.published import ACSI, CCSI, ECSI, NCSB, SCSB, PublishedModel
from csisem.options import Estimator, Language, Missing
from csisem.survey import Survey

if TYPE_CHECKING:
    from csisem.arrays import pd

PRESETS: Mapping[str, PublishedModel] = {
    "acsi": ACSI,
    "ecsi": ECSI["mobile"],
    "ccsi": CCSI["recursive"],
    "scsb": SCSB,
    "ncsb": NCSB["basic"],
}
"""The published models that columns can be given to, under their names in `csisem.models`."""

OWN = "own"
"""The choice of a model in lavaan's syntax instead."""


@dataclass(frozen=True, slots=True)
class AnswerFile:
    """A file of answers and how it is to be read.

    Attributes
    ----------
    path
        Where it is.
    name
        Its name, under which the Python script looks for it.
    scale, other_scales
        Lowest and highest answer of all items, and of items that differ; None and none where they are not known.
    missing_codes, not_applicable
        Numbers that are no answers.
    sheet, encoding
        As of `csisem.read`; empty for its default.
    """

    path: Path
    name: str
    scale: tuple[float, float] | None = None
    other_scales: tuple[tuple[str, tuple[float, float]], ...] = ()
    missing_codes: tuple[float, ...] = ()
    not_applicable: tuple[float, ...] = ()
    sheet: str = ""
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A published model with its columns, or one in lavaan's syntax.

    Attributes
    ----------
    preset
        A name of `PRESETS`, or `OWN`.
    construct_of
        The construct that each column measures, by its English name.
    syntax
        The model's text, for `OWN`.
    language
        The language of a published model's constructs.
    """

    preset: str = "acsi"
    construct_of: Mapping[str, str] = field(default_factory=dict)
    syntax: str = ""
    language: Language = "en"

    def items(self) -> dict[str, tuple[str, ...]]:
        """The columns of each construct of the published model that has any."""
        every = {
            construct: tuple(column for column, own in self.construct_of.items() if own == construct)
            for construct in PRESETS[self.preset].constructs
        }
        return {construct: columns for construct, columns in every.items() if columns}


@dataclass(frozen=True, slots=True)
class Settings:
    """How the model is estimated, and what else is wanted.

    Attributes
    ----------
    estimator, missing
        As of `Model.fit`.
    weights, strata, clusters
        Columns of the sampling design; empty without.
    by
        Columns whose groups get their own indices and are compared.
    target
        The construct of satisfaction; empty for the one whose name says so.
    """

    estimator: Estimator = "ML"
    missing: Missing = "listwise"
    weights: str = ""
    strata: str = ""
    clusters: str = ""
    by: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Findings:
    """What an analysis found; a result that there is not has its reason in ``lacking``.

    Attributes
    ----------
    fit
        The fit, which may have to be refused; it has no other findings then.
    target
        The construct of satisfaction.
    index, by, means
        Indices of all constructs; those of the target by column of groups, and the tests of their means.
    targets, priorities
        Items by their potential, and the importance-performance map of the constructs.
    lacking, warned
        Names of results, the column of those by group, and why there are none; and what was warned of.
    """

    fit: Fit
    target: str
    index: pd.DataFrame | None = None
    by: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    means: Mapping[str, Anova] = field(default_factory=dict)
    targets: pd.DataFrame | None = None
    priorities: pd.DataFrame | None = None
    lacking: tuple[tuple[str, str, CsisemError], ...] = ()
    warned: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Journey:
    """All that was chosen so far, and what was found.

    Attributes
    ----------
    file, survey
        The file, and its answers as they were read; None before.
    model, settings
        The choices.
    findings
        The results; None until an analysis was run with these choices.
    """

    file: AnswerFile | None = None
    survey: Survey | None = None
    model: ModelChoice = ModelChoice()
    settings: Settings = Settings()
    findings: Findings | None = None
