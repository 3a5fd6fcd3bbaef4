"""A questionnaire's indicator system as a nested mapping of weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from csisem.arrays import pd
from csisem.errors import DataError, listed, nearest
from csisem.survey import Questionnaire
from csisem.survey.named_numbers import by_name
from csisem.survey.questionnaire.indicator import Indicator


def nested(questionnaire: Questionnaire, weights: Mapping[str, float] | pd.Series[float] | None) -> dict[str, object]:
    """The mapping for `weight_tree.read_tree`; see `Hierarchy.from_questionnaire`."""
    given = {} if weights is None else by_name(weights, "Weight")
    known = [node.name for _, node in questionnaire.walk()]
    known += [item for _, node in questionnaire.walk() for item in node.items]
    if odd := [name for name in given if name not in known]:
        raise DataError(f"weights= names {odd[0]!r}, which is not an indicator or a question{nearest(odd[0], known)}.")
    if not questionnaire.indicators:
        raise DataError("The questionnaire has no indicators; give them, or use from_dict().")
    return _children(questionnaire.indicators, given)


def _children(nodes: Sequence[Indicator], given: Mapping[str, float]) -> dict[str, object]:
    stated = {node.name: given.get(node.name, node.weight) for node in nodes}
    # A single child has weight 1.
    if len(nodes) > 1 and (bare := [name for name, weight in stated.items() if weight is None]):
        raise DataError(f"Indicator {listed(bare)} has no weight among {listed(stated)}; state it, or give weights=.")
    found: dict[str, object] = {}
    for node in nodes:
        weight = 1.0 if stated[node.name] is None else stated[node.name]
        if not node.children and not node.items:
            raise DataError(f"Indicator {node.name!r} has no children and no questions, so it has no value.")
        if node.items == (node.name,):
            found[node.name] = weight
            continue
        below = _children(node.children, given) if node.children else _items(node.items, given)
        found[node.name] = {"weight": weight, "children": below}
    return found


def _items(items: Sequence[str], given: Mapping[str, float]) -> dict[str, object]:
    """Equal weights of sibling questions, unless all have a stated one."""
    own = {item: given[item] for item in items if item in given}
    if own and len(own) < len(items):
        raise DataError(f"weights= names {listed(own)}, but not all of {listed(items)}.")
    return dict(own) if own else dict.fromkeys(items, 1 / len(items))
