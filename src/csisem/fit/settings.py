"""How a fit was made."""

from __future__ import annotations

from dataclasses import dataclass, field

from csisem.options import Engine, Errors, Estimator, Information, Likelihood, Missing
from csisem.survey.design import Design


@dataclass(frozen=True, slots=True)
class Settings:
    """How a fit was made; every default that was in force is here.

    ``errors`` says where the errors come from. ``"sandwich"``: independent rows, with n as lavaan's MLR, also under
    weights alone, and z; ``"design"``: sampling units, with n_h/(n_h - 1) in every stratum, and t; ``"replicates"``:
    the replicate weights, and t.
    """

    estimator: Estimator
    likelihood: Likelihood
    information: Information
    missing: Missing
    engine: Engine
    by: tuple[str, ...]
    equal: tuple[str, ...]
    release: tuple[str, ...]
    design: Design = field(default_factory=Design)
    errors: Errors = "normal theory"
