"""What the levels of invariance allow, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from csisem.display.sentences import Sentence, sentence
from csisem.fit.comparison.equality_tests import kind_of
from csisem.fit.covariance.covariance_fit import CovarianceFit

if TYPE_CHECKING:
    import pandas as pd

_NAMES = {
    "configural": "comparison.invariance.level.configural",
    "metric": "comparison.invariance.level.metric",
    "scalar": "comparison.invariance.level.scalar",
    "strict": "comparison.invariance.level.strict",
    "means": "comparison.invariance.level.means",
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
) -> tuple[Sentence, ...]:
    """The verdict, what to release first, and what the groups can be compared in."""
    said = []
    names = [str(name) for name in table["level"]]
    freed_of = {} if supported is None else _freed(freed, fits[supported])
    if supported is not None:
        said.append(
            sentence("comparison.invariance.supported", level=sentence(_NAMES[supported]), groups=by, freed=[*freed_of])
        )
        base = table.iloc[0]
        if base["cfi"] < _GOOD_CFI or base["rmsea"] > _GOOD_RMSEA:
            said.append(sentence("comparison.invariance.poor", cfi=base["cfi"], rmsea=base["rmsea"]))
    later = names[0 if supported is None else names.index(supported) + 1 :]
    if later:
        said += _rejected(later[0], table[table["level"] == later[0]].iloc[0], tests, fits[later[0]])
    equal = () if supported is None else fits[supported].solution.settings.equal
    if "intercepts" in equal:
        # Residual variances and means move no index of equal constructs.
        partial = not {"loadings", "intercepts"}.isdisjoint(freed_of.values())
        code = "comparison.invariance.compare.partial" if partial else "comparison.invariance.compare.means"
        said.append(sentence(code))
    elif "loadings" in equal:
        said.append(sentence("comparison.invariance.compare.paths"))
    elif supported is not None:
        said.append(sentence("comparison.invariance.compare.nothing"))
    return (*said, *_fits_said(fits, said))


def _freed(freed: Sequence[str], fit: CovarianceFit) -> dict[str, str]:
    """The released relations that the fit would hold equal otherwise, with the kind of equality."""
    table, equal = fit.solution.table, fit.solution.settings.equal
    kinds = {"".join(row.name.split()): kind_of(table, row.lhs, row.op, row.rhs) for row in table.rows}
    return {name: kind for name in freed if (kind := kinds["".join(name.split())]) in equal}


def _fits_said(fits: Mapping[str, CovarianceFit], said: Sequence[str]) -> list[Sentence]:
    """What the usable fits of the levels warn of and is not said yet, with the levels unless it is all of them."""
    usable = {name: fit.status for name, fit in fits.items() if fit.status.usable}
    levels: dict[Sentence, list[Sentence]] = {}
    for name, status in usable.items():
        for one in (*status.reasons, *status.warnings):
            levels.setdefault(one, []).append(sentence(_NAMES[name]))
    return [
        one if len(names) == len(usable) else sentence("comparison.invariance.warned", levels=names, warning=one)
        for one, names in levels.items()
        if not any(one in earlier for earlier in said)
    ]


def _rejected(name: str, row: pd.Series[float], tests: pd.DataFrame, fit: CovarianceFit) -> list[Sentence]:
    level = sentence(_NAMES[name])
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
