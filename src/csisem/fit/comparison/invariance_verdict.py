"""What the levels of invariance allow, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from csisem.display.sentences import Sentence, sentence
from csisem.fit.comparison.equality_tests import kind_of
from csisem.fit.comparison.invariance_levels import few_answers
from csisem.fit.covariance.covariance_fit import CovarianceFit
from csisem.options import Comparable, Equality
from csisem.specification.parameters import ParameterTable

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {
    "configural": "comparison.invariance.level.configural",
    "metric": "comparison.invariance.level.metric",
    "scalar": "comparison.invariance.level.scalar",
    "strict": "comparison.invariance.level.strict",
    "means": "comparison.invariance.level.means",
}
_ORDERED = _NAMES | {
    "thresholds": "comparison.invariance.ordered.thresholds",
    "metric": "comparison.invariance.ordered.metric",
    "scalar": "comparison.invariance.ordered.scalar",
    "strict": "comparison.invariance.ordered.strict",
    "means": "comparison.invariance.ordered.means",
}
# Measures of a fit with nothing equal below and above which it is called poor (Bentler 1990; Browne and Cudeck 1993).
_GOOD_CFI, _GOOD_RMSEA = 0.90, 0.08


def verdict(
    by: tuple[str, ...],
    freed: tuple[str, ...],
    table: pd.DataFrame,
    supported: str | None,
    tests: pd.DataFrame,
    fits: Mapping[str, CovarianceFit],
    claims: Mapping[str, Sequence[Equality]],
) -> tuple[Sentence, ...]:
    """The verdict, what to release first, and what the groups can be compared in."""
    said = []
    first = fits["configural"].solution.table
    words = {name: sentence((_NAMES if first.ordered is None else _ORDERED)[name]) for name in claims}
    names = [str(name) for name in table["level"]]
    freed_of = {} if supported is None else freed_kinds(freed, fits[supported].solution.table, claims[supported])
    if supported is not None:
        said.append(sentence("comparison.invariance.supported", level=words[supported], groups=by, freed=[*freed_of]))
        base = table.iloc[0]
        if base["cfi"] < _GOOD_CFI or base["rmsea"] > _GOOD_RMSEA:
            said.append(sentence("comparison.invariance.poor", cfi=base["cfi"], rmsea=base["rmsea"]))
    later = names[0 if supported is None else names.index(supported) + 1 :]
    if later:
        level = words[later[0]]
        said += _rejected(level, table[table["level"] == later[0]].iloc[0], tests, fits[later[0]])
    if supported is not None:
        ordered = first.ordered is not None
        what = comparable(supported, claims, freed_of, ordered=ordered)
        said.append(_compared(claims[supported], what, ordered=ordered))
    said += _few_answers(first) if len(claims) > 1 else []
    said += _idle(freed, fits)
    return (*said, *_fits_said(fits, said, words))


def freed_kinds(freed: Sequence[str], table: ParameterTable, equal: Sequence[str]) -> dict[str, str]:
    """The released relations that a level would hold ``equal`` otherwise, with the kind of equality."""
    kinds = {"".join(row.name.split()): kind_of(table, row.lhs, row.op, row.rhs) for row in table.rows}
    return {name: kind for name in freed if (kind := kinds["".join(name.split())]) in equal}


def comparable(
    supported: str | None, claims: Mapping[str, Sequence[Equality]], freed: Mapping[str, str], *, ordered: bool
) -> Comparable:
    """What the groups can be compared in; ``freed`` are the kinds of released relations."""
    equal = () if supported is None else claims[supported]
    if "intercepts" not in equal:
        return "paths" if "loadings" in equal else "nothing"
    # Residual variances and means move no index of equal constructs, but those of ordered items move their answers.
    moving = {"loadings", "intercepts", "thresholds"} | ({"residuals"} if ordered else set())
    partial = not moving.isdisjoint(freed.values())
    return "means" if partial or (ordered and "residuals" not in equal) else "indices"


def _compared(equal: Sequence[str], what: Comparable, *, ordered: bool) -> Sentence:
    if what == "nothing":
        return sentence("comparison.invariance.compare.nothing")
    if what == "paths":
        return sentence("comparison.invariance.compare.paths")
    if what == "indices":
        return sentence("comparison.invariance.compare.means")
    if ordered and "residuals" not in equal:
        return sentence("comparison.invariance.compare.responses")
    return sentence("comparison.invariance.compare.partial")


def _few_answers(table: ParameterTable) -> list[Sentence]:
    """What a level does not test of ordered items with two or three answers."""
    few, two = few_answers(table)
    said = [sentence("comparison.invariance.few_answers", items=few)] if few else []
    return [*said, sentence("comparison.invariance.two_answers", items=two)] if two else said


def _idle(freed: Sequence[str], fits: Mapping[str, CovarianceFit]) -> list[Sentence]:
    """What is released and held equal by no level."""
    used = set[str]()
    for name in list(fits)[1:]:
        idle = [one.fields["names"] for one in fits[name].status.warnings if one.code == "fit.idle_release"]
        used |= set(freed) - {relation for names in idle if isinstance(names, tuple) for relation in map(str, names)}
    left = [name for name in freed if name not in used]
    return [sentence("comparison.invariance.idle_release", names=left)] if left else []


def _fits_said(fits: Mapping[str, CovarianceFit], said: Sequence[str], words: Mapping[str, Sentence]) -> list[Sentence]:
    """What the usable fits of the levels warn of and is not said yet, with the levels unless it is all of them."""
    usable = {name: fits[name].status for name in words if fits[name].status.usable}
    levels: dict[Sentence, list[Sentence]] = {}
    for name, status in usable.items():
        for one in (*status.reasons, *status.warnings):
            # A level holds less equal than a later one, for which a relation is released.
            if one.code == "fit.idle_release":
                continue
            levels.setdefault(one, []).append(words[name])
    return [
        one if len(names) == len(usable) else sentence("comparison.invariance.warned", levels=names, warning=one)
        for one, names in levels.items()
        if not any(one in earlier for earlier in said)
    ]


def _rejected(level: Sentence, row: pd.Series[float], tests: pd.DataFrame, fit: CovarianceFit) -> list[Sentence]:
    name = str(row["level"])
    if name == "configural" or not fit.status.usable:
        return [sentence("comparison.invariance.unusable", level=level, reasons=fit.status.reasons)]
    said = [sentence("comparison.invariance.rejected", level=level, cfi=-row["cfi_change"], rmsea=row["rmsea_change"],
                     srmr=row["srmr_change"])]  # fmt: skip
    own = tests[tests["level"] == name]
    if len(own) and own["mi"].iloc[0] > 0:
        first = own.iloc[0]
        relation = f"{first['lhs']} {first['op']}{' ' * bool(first['rhs'])}{first['rhs']}"
        said.append(
            sentence("comparison.invariance.release", relation=relation, group=str(first["group"]), mi=first["mi"],
                     epc=first["epc"])
        )  # fmt: skip
    return said
