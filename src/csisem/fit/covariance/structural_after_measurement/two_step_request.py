"""Checks of options before structural after measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csisem.errors import OptionError

if TYPE_CHECKING:
    from csisem.fit.settings import FitOptions


def check_two_step_request(asked: FitOptions) -> None:
    """Refuse options that structural after measurement does not take."""
    if asked.information == "observed":
        raise OptionError("information='observed' is used by ML and GLS; estimator='SAM' takes 'expected'.")
    if asked.bounds is not None or asked.effect_coding:
        name = "effect_coding" if asked.effect_coding else "bounds"
        why = "takes units from fixed loadings" if asked.effect_coding else "keeps residual variances at 0 or above"
        raise OptionError(f"{name}= has no use: estimator='SAM' {why}.")
