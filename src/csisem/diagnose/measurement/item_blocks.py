"""Blocks of items by construct, from a model, questionnaire or mapping."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from csisem.arrays import FloatArray
from csisem.errors import DataError, ModelError, OptionError, agree, listed
from csisem.option_checks import check_whole, names_of
from csisem.specification.specification import Specification
from csisem.survey import Questionnaire, Survey


def check_vary(items: Sequence[str], variances: FloatArray, where: str = "") -> None:
    """Refuse items without a variance (p,)."""
    if constant := [name for name, variance in zip(items, variances, strict=True) if not variance > 0]:
        raise DataError(f"Constant items carry no information: {listed(constant)}{where}; leave "
                        f"{agree(len(constant), 'it', 'them')} out.")  # fmt: skip


def blocks_of(model: object, survey: Survey | None = None, indicator_level: int = 1) -> dict[str, tuple[str, ...]]:
    """Return the items of each construct, by its name.

    ``model`` is a `Model` (constructs measured by items), a `Questionnaire` (indicators of a level), a mapping from
    name to items, or a list of items, one block; None takes the items of the survey.
    """
    if isinstance(model, Specification):
        names = {construct.name for construct in model.constructs}
        found = {one.name: tuple(one.items) for one in model.constructs if not names.intersection(one.items)}
        if not found:
            raise ModelError("No construct of the model is measured by items.")
    elif isinstance(model, Questionnaire):
        check_whole("indicator_level", indicator_level, 1)
        found = model.blocks(indicator_level)
    elif isinstance(model, Mapping):
        found = {str(name): names_of(f"items of {name!r}", items, once=False) for name, items in model.items()}
    elif isinstance(model, Sequence) and not isinstance(model, str):
        found = {"all": names_of("items", model, once=False)}
    elif model is None and survey is not None and survey.items:
        found = {"all": survey.items}
    else:
        raise OptionError("Name the items: a model, a questionnaire, a mapping from construct to items, or a list.")
    if not found:
        raise OptionError("The mapping from constructs to items is empty.")
    for name, items in found.items():
        if not items:
            raise OptionError(f"Block {name!r} has no items.")
        if twice := [item for item in dict.fromkeys(items) if items.count(item) > 1]:
            raise OptionError(f"Block {name!r} has {listed(twice)} twice.")
    return found
