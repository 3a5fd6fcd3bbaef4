"""Checks of options before composites are estimated by a covariance structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csisem.errors import OptionError, listed
from csisem.specification.written_out_composites import formed_constructs

if TYPE_CHECKING:
    from csisem.fit.settings import FitOptions
    from csisem.specification.specification import Specification


def check_composite_options(model: Specification, asked: FitOptions) -> None:
    """Refuse options that do not go with composites (``<~``)."""
    formed = formed_constructs(model)
    if not formed:
        return
    said = f"{formed[0].name!r} is a composite, formed by its items ('<~')"
    if asked.estimator == "SAM":
        raise OptionError(f"{said}, and estimator='SAM' measures reflective constructs; take 'ML', 'MLR' or PLS.")
    if asked.ordered:
        raise OptionError(f"{said}, and ordered= is for items of reflective constructs; treat the items as numbers, or "
                          "estimate by PLS.")  # fmt: skip
    if asked.engine == "semopy":
        raise OptionError(f"{said}, which engine='semopy' does not take; use engine='native'.")
    if asked.effect_coding or asked.bounds is not None:
        name = "effect_coding" if asked.effect_coding else "bounds"
        raise OptionError(f"{said}, and {name}= is about loadings with residuals, which it has not; leave it out.")
    others = [kind for kind in asked.equal if kind != "regressions"]
    if others:
        raise OptionError(f"{said}, and equal={listed(others)} is for reflective constructs; with composites equal= "
                          "takes 'regressions'.")  # fmt: skip
