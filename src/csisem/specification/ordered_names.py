"""Which items a fit takes as ordered."""

from __future__ import annotations

from csisem.option_checks import names_of
from csisem.recipes import TAKE_ORDERED
from csisem.specification.roles import Roles
from csisem.survey.survey import Survey


def ordered_names(roles: Roles, data: object, estimator: object, given: object) -> tuple[str, ...]:
    """Names of a fit's ordered items; predictors are never among those that no list names.

    True stands for all. None stands for those that the survey declares, if the estimator takes any, or else for all
    under WLSMV.
    """
    items = tuple(name for name in roles.observed if name not in roles.exogenous_observed)
    if isinstance(given, bool):
        return items if given else ()
    if given is not None:
        return names_of("ordered", given)
    name = estimator.upper() if isinstance(estimator, str) else ""
    if name not in TAKE_ORDERED:
        return ()
    first = data[0] if isinstance(data, list | tuple) and data else data
    declared = first.ordered if isinstance(first, Survey) else ()
    return tuple(item for item in items if item in declared) or (items if name == "WLSMV" else ())
