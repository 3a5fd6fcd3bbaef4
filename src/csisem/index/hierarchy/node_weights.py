"""Weights of all nodes: equal, judged, or of a fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError, ModelError, OptionError, listed, nearest, shown, untold
from csisem.fit.fit import Fit
from csisem.index.construct.csi import csi
from csisem.options import NodeWeights, validate
from csisem.survey import Questionnaire
from csisem.survey.declared import NOTHING, Declared
from csisem.survey.questionnaire.declare import declared_of
from csisem.survey.questionnaire.indicator import Indicator
from csisem.weighting.ahp import Ahp, ahp, ahp_group
from csisem.weighting.ahp_from_ranking import ahp_from_ranking
from csisem.weighting.model_weights import from_fit


def weights_of(
    questionnaire: Questionnaire,
    weights: NodeWeights | Mapping[str, float] | pd.Series[float] | None,
    judgements: Mapping[str, object] | None,
    fit: Fit | None,
    target: str | None,
    root: str,
) -> Mapping[str, float] | pd.Series[float] | None:
    """The weights within the siblings by name; see `Hierarchy.from_questionnaire`."""
    rule: NodeWeights | None = validate("weights", weights, NodeWeights) if isinstance(weights, str) else None
    if judgements is not None and rule != "ahp":
        raise OptionError("judgements= are for weights='ahp'.")
    if (fit is not None or target is not None) and rule != "model":
        raise OptionError("fit= and target= are for weights='model'.")
    if isinstance(weights, str) is False or rule is None:
        return weights  # type: ignore[return-value]
    if rule == "equal":
        return dict(_equal(questionnaire.indicators))
    if rule == "ahp":
        return _judged(questionnaire, judgements, root)
    if not isinstance(fit, Fit):
        raise OptionError(f"weights='model' needs fit=, what Model.fit() returns; got {shown(fit)}.")
    return _modelled(questionnaire, fit, target)


def _equal(nodes: Sequence[Indicator]) -> Iterator[tuple[str, float]]:
    """Equal shares; a node of weight zero is left out of the index and stays so."""
    counted = [node for node in nodes if node.weight != 0] or nodes
    for node in nodes:
        yield node.name, 1 / len(counted) if node in counted else 0.0
        yield from _equal(node.children)


def _judged(questionnaire: Questionnaire, judgements: object, root: str) -> dict[str, float]:
    """Weights from judgements or rankings of the children of each node that has several."""
    if not isinstance(judgements, Mapping):
        raise OptionError("weights='ahp' needs judgements=, a mapping from each node to a matrix of judgements about "
                          f"its children, several of those, ranks, or an Ahp; got {shown(judgements)}.")  # fmt: skip
    given = {str(name): one for name, one in judgements.items()}
    families = dict(_families(questionnaire, root))
    if odd := [name for name in given if name not in families]:
        raise DataError(f"judgements= names {odd[0]!r}, which is not a node with several children"
                        f"{nearest(odd[0], families)}.")  # fmt: skip
    found = {name: 1.0 for _, node in questionnaire.walk() for name in (node.name,)}
    for parent, children in families.items():
        if parent not in given:
            if _are_questions(questionnaire, children):
                continue
            raise DataError(f"judgements= has none for {parent!r}, whose children are {listed(children)}.")
        found |= _of_family(parent, children, given[parent])
    return found


def _of_family(parent: str, children: Sequence[str], given: object) -> dict[str, float]:
    """Weights of the children of one node."""
    judged = given if isinstance(given, Ahp) else _ahp(given, children)
    own = {str(name): float(weight) for name, weight in zip(judged.names, judged.priorities, strict=True)}
    if sorted(own) != sorted(children):
        odd = next((name for name in own if name not in children), "")
        hint = f"{odd!r} is not one of them{nearest(odd, children)}" if odd else "some are missing"
        raise DataError(f"The judgements below {parent!r} must be about {listed(children)}; {hint}.")
    return own


def _ahp(given: object, children: Sequence[str]) -> Ahp:
    """Judgements as one matrix or a list or mapping of matrices; anything else is ranks."""
    if isinstance(given, pd.DataFrame):
        square = list(map(str, given.index)) == list(map(str, given.columns))
        return ahp(given) if square else ahp_from_ranking(given)
    if isinstance(given, Mapping):
        if not all(isinstance(one, list | tuple | np.ndarray | pd.DataFrame) for one in given.values()):
            return ahp_from_ranking(given)
        framed = any(isinstance(one, pd.DataFrame) for one in given.values())
        return ahp_group(given, None if framed else children)
    try:
        depth = np.asarray(given, dtype=np.float64).ndim
    except (TypeError, ValueError, OverflowError):
        depth = 2
    return ahp_group(given, children) if depth == 3 else ahp(given, children)


def _families(questionnaire: Questionnaire, root: str) -> Iterator[tuple[str, list[str]]]:
    """The nodes with several children, and these."""
    if len(questionnaire.indicators) > 1:
        yield root, [node.name for node in questionnaire.indicators]
    for _, node in questionnaire.walk():
        below = [child.name for child in node.children] or list(node.items)
        if len(below) > 1:
            yield node.name, below


def _are_questions(questionnaire: Questionnaire, names: Sequence[str]) -> bool:
    """Whether these are the questions of an indicator, which share its weight equally unless judged."""
    return any(list(node.items) == list(names) for _, node in questionnaire.walk())


def _modelled(questionnaire: Questionnaire, fit: Fit, target: str | None) -> dict[str, float]:
    """Weights of constructs by their effects, and of the items of each by its index, summed from the leaves up."""
    constructs = fit.solution.table.latents
    outcome = _outcome(constructs, target)
    declared = declared_of(questionnaire)
    places = _constructs_of(questionnaire, [name for name in constructs if name != outcome])
    with untold():
        used = next(iter(csi(fit).attrs["weights"].values()))
    turned = {name: _turned_weights(name, items, used[name], declared) for name, items in places.items()}
    lowers = [name for name, own in turned.items() if sum(own.values()) < 0]
    effects = from_fit(fit, outcome, list(places), lowers=lowers).set_index("item")["weight"]
    leaves: dict[str, float] = {}
    for name, own in turned.items():
        total = sum(own.values())
        if wrong := [item for item, weight in own.items() if not weight / total >= 0]:
            raise DataError(f"The model gives {listed(wrong)} another sign in {name!r} than its other questions have "
                            "by their directions, so that its weight is no share.")  # fmt: skip
        leaves |= {item: float(effects[name]) * weight / total for item, weight in own.items()}
    return dict(_local(questionnaire.indicators, leaves))


def _outcome(constructs: Sequence[str], target: str | None) -> str:
    if target is not None:
        if not isinstance(target, str) or target not in constructs:
            raise ModelError(f"The model has no construct {shown(target)}{nearest(str(target), constructs)}.")
        return target
    found = [name for name in constructs if any(word in name.casefold() for word in ("satisfaction", "满意"))]
    if len(found) != 1:
        raise OptionError(f"weights='model' needs target=, the construct to be explained, one of {listed(constructs)}.")
    return found[0]


def _constructs_of(questionnaire: Questionnaire, constructs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The indicators that are constructs of the model, with the items below them; all others must lie below one."""
    nodes = {node.name: node for _, node in questionnaire.walk()}
    places = {name: nodes[name].all_items for name in constructs if name in nodes}
    covered = {item for items in places.values() for item in items}
    outside = [node.name for node in questionnaire.indicators if node.weight != 0
               and not covered.issuperset(node.all_items)]  # fmt: skip
    if not places or outside:
        hint = nearest(outside[0], constructs) if outside else ""
        raise DataError(f"weights='model' takes the effects of constructs that are named like indicators; "
                        f"{listed(outside or nodes)} is not among {listed(constructs)}{hint}.")  # fmt: skip
    return places


def _turned_weights(
    name: str, items: Sequence[str], used: Mapping[str, float], declared: Mapping[str, Declared]
) -> dict[str, float]:
    """Weights of items in the index of their construct, in points of 0-100, with the sign of lowering items turned."""
    if absent := [item for item in items if item not in used]:
        raise DataError(f"The construct {name!r} of the model lacks {listed(absent)}, which the questionnaire has.")
    if others := [item for item in used if item not in items]:
        raise DataError(f"The construct {name!r} of the model also has {listed(others)}, which the questionnaire does "
                        "not have below that indicator.")  # fmt: skip
    if bare := [item for item in items if declared.get(item, NOTHING).bounds is None]:
        raise DataError(f"Question {listed(bare)} has no scale, so it makes no points.")
    width = {item: high - low for item in items for low, high in [declared[item].bounds or (0.0, 1.0)]}
    return {item: used[item] * width[item] * (-1 if declared[item].lowers else 1) for item in items}


def _local(nodes: Sequence[Indicator], leaves: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Weights within the siblings from the weights of the leaves in the total."""
    own = [sum(leaves.get(item, 0.0) for item in node.all_items) for node in nodes]
    total = sum(own)
    for node, weight in zip(nodes, own, strict=True):
        yield node.name, weight / total if total > 0 else 1 / len(nodes)
        yield from _local(node.children, leaves)
        if len(node.items) > 1:
            for item in node.items:
                yield item, leaves.get(item, 0.0) / weight if weight > 0 else 1 / len(node.items)
