"""Which items measure which construct: from a model, a questionnaire, or a mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from csisem.errors import ModelError, OptionError, listed
from csisem.options import names_of
from csisem.specification.specification import Specification
from csisem.survey import Questionnaire, Survey


def blocks_of(model: object, survey: Survey | None = None, level: int = 1) -> dict[str, tuple[str, ...]]:
    """Return the items of each construct, by its name.

    Parameters
    ----------
    model
        A `Model` (constructs that are measured by items), a `Questionnaire` (indicators of ``level``), a mapping from
        name to items, or a list of items, one block; None: the survey's items.
    survey
        Whose items are taken where none are named.
    level
        Level of the indicator system.

    Raises
    ------
    ModelError
        No construct is measured by items.
    OptionError
        It is none of these, or a block has no items or an item twice.
    """
    if isinstance(model, Specification):
        names = {construct.name for construct in model.constructs}
        found = {one.name: tuple(one.items) for one in model.constructs if not names.intersection(one.items)}
        if not found:
            raise ModelError("The model measures no construct by items.")
    elif isinstance(model, Questionnaire):
        found = model.blocks(level)
    elif isinstance(model, Mapping):
        found = {str(name): names_of(f"items of {name!r}", items, once=False) for name, items in model.items()}
    elif isinstance(model, Sequence) and not isinstance(model, str):
        found = {"all": names_of("items", model, once=False)}
    elif model is None and survey is not None and survey.items:
        found = {"all": survey.items}
    else:
        raise OptionError("Name the items: a model, a questionnaire, a mapping from construct to items, or a list.")
    if not found:
        raise OptionError("The mapping from construct to items is empty.")
    for name, items in found.items():
        if not items:
            raise OptionError(f"Block {name!r} has no items.")
        if twice := [item for item in dict.fromkeys(items) if items.count(item) > 1]:
            raise OptionError(f"Block {name!r} has {listed(twice)} twice.")
    return found
