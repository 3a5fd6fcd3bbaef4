"""A tree of indicators, with the questions that measure the lowest level."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

from csisem.errors import QuestionnaireError, listed, shown
from csisem.option_checks import listing_of, real
from csisem.options import Direction, validate
from csisem.survey.questionnaire.text import Text, Wording, as_text

LEVELS = ("一级指标", "二级指标", "三级指标")
"""Default names of the levels of an indicator system."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A node of an indicator system, which has children or the items that measure it.

    Parameters
    ----------
    name
        Its name, unique among the nodes under one parent.
    children
        Nodes one level below.
    items
        Columns of the questions that measure it; usually one on the lowest level.
    weight
        Weight among its siblings; None if no weight is set.
    text
        What it means: one text, or a mapping from language to text.
    direction
        ``"lowers"`` if more of it lowers the total, as complaints do; ``"raises"``; None: that of the node above, and
        at the top undeclared. Nodes and questions below have the same, unless they state their own.

    Raises
    ------
    QuestionnaireError
        If the name is blank, the node has both children and items, two children share a name, or the weight is negative
        or not a number.
    OptionError
        If the direction is not one of those above.

    See Also
    --------
    index.Hierarchy : A tree of weights, which computes an index at every node.

    Examples
    --------
    >>> staff, goods = cs.Indicator("Staff", items=["q1", "q2"]), cs.Indicator("Goods", items="q3")
    >>> quality = cs.Indicator("Quality", [staff, goods])
    >>> quality.depth, quality.all_items
    (2, ('q1', 'q2', 'q3'))
    """

    name: str
    children: tuple[Indicator, ...] = ()
    items: tuple[str, ...] = ()
    _: KW_ONLY
    weight: float | None = None
    text: Wording | Text = ""
    direction: Direction | None = None

    def __post_init__(self) -> None:
        if self.direction is not None:
            object.__setattr__(self, "direction", validate("direction", self.direction, Direction))
        name = str(self.name).strip()
        if not name:
            raise QuestionnaireError("An indicator has no name.")
        object.__setattr__(self, "name", name)
        children = listing_of(self.children)
        if children is None:
            raise QuestionnaireError(f"children= of {shown(name)} must be a list of Indicators; got "
                                     f"{shown(self.children)}.")  # fmt: skip
        object.__setattr__(self, "children", tuple(children))
        if not isinstance(self.items, str | Sequence):
            raise QuestionnaireError(
                f"Indicator {shown(name)}: items= must be a list of names of questions; got {shown(self.items)}."
            )
        items = (self.items,) if isinstance(self.items, str) else tuple(map(str, self.items))
        object.__setattr__(self, "items", items)
        object.__setattr__(self, "text", as_text(self.text))
        if self.children and self.items:
            raise QuestionnaireError(f"Indicator {name!r} has children and items ({listed(self.items)}); "
                                     "questions belong to the lowest level.")  # fmt: skip
        if wrong := [child for child in self.children if not isinstance(child, Indicator)]:
            raise QuestionnaireError(f"children= of {name!r} must be Indicators; got {shown(wrong[0])}.")
        check_siblings(self.children, f"Indicator {name!r}")
        if self.weight is not None:
            weight = real(self.weight)
            if not 0 <= weight < math.inf:
                raise QuestionnaireError(
                    f"weight= of {shown(name)} must be a number of at least 0; got {shown(self.weight)}."
                )
            object.__setattr__(self, "weight", weight)

    @property
    def depth(self) -> int:
        """Number of levels from this node down, its own included."""
        return 1 + max((child.depth for child in self.children), default=0)

    @property
    def all_items(self) -> tuple[str, ...]:
        """The items of this node and of all nodes below it, in order, each once."""
        return tuple(dict.fromkeys(item for _, node in self.walk() for item in node.items))

    def walk(self, indicator_level: int = 1) -> Iterator[tuple[int, Indicator]]:
        """Yield this node and all nodes below it with their levels, parents before children."""
        yield indicator_level, self
        for child in self.children:
            yield from child.walk(indicator_level + 1)


def check_siblings(nodes: Iterable[Indicator], where: str) -> None:
    """Raise `QuestionnaireError` if two siblings share a name."""
    names = [node.name for node in nodes]
    if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        raise QuestionnaireError(f"{where} has several children named {twice[0]!r}.")
