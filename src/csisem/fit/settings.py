"""Options of a fit as requested, and its settings as in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from csisem.options import (
    Bounds,
    Engine,
    Errors,
    Estimator,
    HigherOrder,
    Information,
    Likelihood,
    Missing,
    Moderation,
    Parameterization,
    Scheme,
)
from csisem.specification.latent_units import LatentUnits
from csisem.survey.design import Design

_MARKED = LatentUnits()


@dataclass(frozen=True, slots=True, kw_only=True)
class FitOptions:
    """The options of `Model.fit` as requested; lists of names are tuples."""

    estimator: Estimator
    ordered: tuple[str, ...]
    parameterization: Parameterization
    missing: Missing
    groups: tuple[str, ...]
    equal: tuple[str, ...]
    release: tuple[str, ...]
    design: object
    meanstructure: bool | None
    likelihood: Likelihood
    information: Information | None
    auxiliary: tuple[str, ...]
    scheme: Scheme
    higher_order: HigherOrder
    moderation: Moderation
    dominant: Mapping[str, str] | None
    engine: Engine
    bounds: Bounds | None = None
    std_lv: bool = False
    orthogonal: bool = False
    effect_coding: tuple[str, ...] = ()

    @property
    def units(self) -> LatentUnits:
        """Units and origins of the constructs."""
        return LatentUnits(self.std_lv, self.orthogonal, frozenset(self.effect_coding))


@dataclass(frozen=True, slots=True)
class Settings:
    """How a fit was made; every default that was in force is here.

    ``errors`` says where the standard errors come from. ``"sandwich"``: independent rows, with n as lavaan's MLR, also
    under weights alone, and z; ``"design"``: sampling units, with n_h/(n_h - 1) in every stratum, and t;
    ``"replicates"``: the replicate weights, and t.
    """

    estimator: Estimator
    missing: Missing
    by: tuple[str, ...]
    design: Design
    errors: Errors


@dataclass(frozen=True, slots=True)
class CovarianceSettings(Settings):
    """How the fit of a covariance structure was made."""

    likelihood: Likelihood
    information: Information
    engine: Engine
    equal: tuple[str, ...]
    release: tuple[str, ...]
    bounds: Bounds | None = None
    units: LatentUnits = _MARKED


@dataclass(frozen=True, slots=True)
class CompositeSettings(Settings):
    """How a PLS path model was fitted; ``dominant`` pairs constructs with the items their signs go by."""

    scheme: Scheme
    higher_order: HigherOrder
    moderation: Moderation
    dominant: tuple[tuple[str, str], ...]
