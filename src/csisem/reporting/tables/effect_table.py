"""Tables of direct, indirect and total effects."""

from __future__ import annotations

from dataclasses import replace

from csisem.arrays import pd
from csisem.display.labels import heading
from csisem.reporting.tables.text_columns import Format, TextColumn, text_columns

_KINDS = ("direct", "indirect", "total")
_PARTS = {"": "est", "_se": "se", "_se_robust": "se_robust", "_ci_lower": "ci_lower", "_ci_upper": "ci_upper"}


def is_effects(frame: pd.DataFrame) -> bool:
    """Whether a frame has direct, indirect and total effects, as that of `csisem.effects` has."""
    return {"source", "target", *_KINDS} <= set(frame.columns)


def effect_columns(frame: pd.DataFrame, form: Format) -> tuple[list[TextColumn], list[str], list[str]]:
    """Estimates, errors and intervals under the kind of effect; empty where no path, or no chain of paths, leads."""
    of_kinds = {f"{kind}{end}" for kind in _KINDS for end in _PARTS}
    columns, notes = text_columns(frame[[name for name in frame if name not in of_kinds]], form)
    for kind in _KINDS:
        own = {f"{kind}{end}": part for end, part in _PARTS.items() if f"{kind}{end}" in frame}
        part = frame[list(own)].rename(columns=own)
        if kind != "total" and "se" in part:
            part = part.mask((part["est"] == 0) & (part["se"] == 0))
        found, _ = text_columns(part.reset_index(drop=True), form)
        columns += [replace(one, spanner=heading(kind, form.language, among=_KINDS)) for one in found]
    return columns, [""] * len(frame), notes
