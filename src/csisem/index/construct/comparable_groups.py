"""Whether groups' indices can be compared, by their measurement invariance."""

from __future__ import annotations

from collections.abc import Sequence

from csisem.display.sentences import Sentence, sentence
from csisem.errors import OptionError, listed, shown, tell
from csisem.fit.comparison.invariance import Invariance
from csisem.fit.fit import Fit
from csisem.fit.pls.composite_fit import CompositeFit

_VERDICTS = ("comparison.invariance.supported", "comparison.invariance.unusable")


def check_ladder(invariance: object, fit: Fit, by: Sequence[str]) -> None:
    """Refuse a ladder of other groups, or of other questions, than those of the index."""
    if invariance is None:
        return
    if not isinstance(invariance, Invariance):
        raise OptionError(f"invariance= takes the result of cs.invariance(), not {shown(invariance)}.")
    if not by:
        raise OptionError("invariance= is about groups; give by=, or a fit by groups.")
    if set(invariance.groups) != set(by):
        raise OptionError(f"invariance= compares the groups of {listed(invariance.groups)}, and the index is by "
                          f"{listed(by)}; examine these: cs.invariance(..., groups={list(by)}).")  # fmt: skip
    known = {construct.name: frozenset(construct.items) for construct in invariance.model.constructs}
    for construct in fit.model.constructs:
        if known.get(construct.name) != frozenset(construct.items):
            raise OptionError(f"invariance= is of another measurement: it has no construct {construct.name!r} with the "
                              f"items {listed(construct.items)}.")  # fmt: skip


def about_comparison(invariance: Invariance | None, fit: Fit, by: Sequence[str], count: int) -> list[Sentence]:
    """What is known of the comparison of ``count`` groups; warns where their indices cannot be compared."""
    if not by or count < 2:
        return []
    if invariance is None:
        composite = isinstance(fit, CompositeFit)
        return [sentence("index.not_examined.composites" if composite else "index.not_examined", by=by)]
    verdict = next(note for note in invariance.notes if note.code in _VERDICTS)
    if invariance.comparable == "indices":
        return [verdict]
    said = sentence("index.not_comparable", verdict=verdict)
    tell([said])
    return [said]
