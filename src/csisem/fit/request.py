"""What a fit was asked for, before anything is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csisem.options import (
    Engine,
    Estimator,
    HigherOrder,
    Information,
    Likelihood,
    Missing,
    Moderation,
    Scheme,
)


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `Model.fit`, as asked for; ``by`` are the columns of ``groups=``."""

    estimator: Estimator
    ordered: Sequence[str] | None
    missing: Missing
    by: tuple[str, ...]
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
