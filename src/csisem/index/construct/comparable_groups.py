"""Whether groups' indices can be compared, by their measurement invariance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, cast

from csisem.display.sentences import Sentence, sentence
from csisem.errors import CsisemError, OptionError, listed, shown, tell, untold
from csisem.fit.comparison.equality_tests import kind_of
from csisem.fit.comparison.invariance import WITHOUT_TEST, Invariance
from csisem.fit.comparison.invariance import invariance as examine
from csisem.fit.comparison.invariance_verdict import freed_kinds
from csisem.fit.covariance.covariance_solution import CovarianceSolution
from csisem.fit.fit import Fit
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.index.construct.domains import Domains

if TYPE_CHECKING:
    from csisem.models.model import Model

_VERDICTS = ("comparison.invariance.supported", "comparison.invariance.unusable")


def check_ladder(invariance: object, fit: Fit, by: Sequence[str]) -> None:
    """Refuse a ladder of other groups, or of other questions, than those of the index."""
    if invariance is None or invariance is False:
        return
    if not isinstance(invariance, Invariance):
        raise OptionError(f"invariance= takes the result of cs.invariance(), or False, not {shown(invariance)}.")
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


def about_comparison(invariance: Invariance | Literal[False] | None, fit: Fit, domains: Domains) -> list[Sentence]:
    """What is known of the comparison of the domains; warns where their indices cannot be compared.

    A fit by the groups that are compared is examined here if no ladder is given.
    """
    by = domains.by
    if not by or len(domains.labels) < 2:
        return []
    found: Invariance | Sentence | None = invariance or None
    if invariance is None and domains.own:
        found = _examined(fit, domains)
    if found is None:
        composite = isinstance(fit, CompositeFit)
        return [sentence("index.not_examined.composites" if composite else "index.not_examined", by=by)]
    if not isinstance(found, Invariance):
        return [found]
    verdict = next(note for note in found.notes if note.code in _VERDICTS)
    if found.comparable == "indices":
        return [verdict]
    if invariance is None and (unfitted := _without_fit(found, fit)):
        return [_unexamined(by, unfitted)]
    said = sentence("index.not_comparable", verdict=verdict)
    tell([said])
    return [said]


def _examined(fit: Fit, domains: Domains) -> Invariance | Sentence | None:
    """The ladder of a fit by the groups that are its domains, or why there is none; None where it is not made."""
    solution, survey, by = fit.solution, domains.survey, domains.by
    if not isinstance(solution, CovarianceSolution) or survey is None or solution.settings.engine != "native":
        return None
    settings, estimator = solution.settings, solution.settings.estimator
    if set(settings.by) != set(by) or estimator in WITHOUT_TEST:
        return None
    ordered = solution.table.ordered
    # Levels of ordered items have latent responses of other variances than 1, from which such bounds come.
    bounds = None if ordered and settings.bounds in ("standard", "wide") else settings.bounds
    # Replicate weights are for standard errors, and a ladder needs none.
    design = replace(settings.design, replicate_weights=(), replicate_type=None, scale=None, rscales=None)
    try:
        with untold():
            return examine(
                cast("Model", fit.model),
                survey,
                groups=settings.by,
                levels=None if ordered else ("configural", "metric", "scalar"),
                release=_partial(solution),
                estimator=estimator,
                ordered=ordered.names if ordered else (),
                missing=settings.missing,
                design=design,
                bounds=bounds,
                std_lv=settings.units.std_lv,
                orthogonal=settings.units.orthogonal,
            )
    except CsisemError as problem:
        return _unexamined(by, str(problem))


def _without_fit(found: Invariance, fit: Fit) -> Sentence | None:
    """What is said of the level after the supported ones, if it has no usable fit, or is as inadmissible as ``fit``."""
    levels = list(found.fits)
    after = 0 if found.supported is None else levels.index(found.supported) + 1
    known = found.supported is None and not fit.status
    if after == len(levels) or (found.fits[levels[after]].status.usable and not known):
        return None
    return next(note for note in found.notes if note.code == _VERDICTS[1])


def _unexamined(by: Sequence[str], why: str) -> Sentence:
    return sentence("index.not_examinable", by=by, why=why)


def _partial(solution: CovarianceSolution) -> tuple[str, ...]:
    """The relations that the fit itself releases, less kinds of which it releases all, which are not held equal."""
    table, settings = solution.table, solution.settings
    freed = freed_kinds(settings.release, table, settings.equal)
    released = {"".join(name.split()) for name in freed}
    held = {kind_of(table, row.lhs, row.op, row.rhs) for row in table.rows if "".join(row.name.split()) not in released}
    return tuple(name for name, kind in freed.items() if kind in held)
