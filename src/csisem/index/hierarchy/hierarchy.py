"""The index of a tree of weighted indicators: total, characteristic, question."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from csisem.arrays import FloatArray
from csisem.descriptive.averages import label_columns
from csisem.errors import DataError, OptionError, nearest, shown
from csisem.index.hierarchy.change_by_node import node_changes
from csisem.index.hierarchy.from_questionnaire import nested
from csisem.index.hierarchy.node_indices import Scored, score_answers, score_values
from csisem.index.hierarchy.weight_tree import Tree, read_tree
from csisem.index.joint_covariance import INTERVAL, framed, labelled
from csisem.options import MissingIndicators, groups_of, validate
from csisem.survey import Questionnaire, as_survey
from csisem.survey.named_numbers import entries_of, is_figures, number

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Hierarchy:
    """A tree of indicators with weights; its leaves are questions, its root the total index.

    Made by `from_dict`, `from_toml` or `from_questionnaire`.

    Attributes
    ----------
    tree
        Names, parents, levels and local weights of the N nodes, the root first.
    weight_covariance
        Covariance of the local weights, (N, N); zeros for weights that are taken as known.
    """

    tree: Tree
    weight_covariance: FloatArray = field(repr=False)

    @classmethod
    def from_dict(cls, tree: Mapping[str, object], *, name: str = "Total", normalize: bool = False) -> Hierarchy:
        """Read a nested mapping.

        Parameters
        ----------
        tree
            From name to weight, or to ``{"weight": w, "children": {...}}``; weights below one node sum to 1.
        name
            Of the root.
        normalize
            Whether weights that do not sum to 1 are scaled.

        Raises
        ------
        DataError
            A node has no weight or no children, weights do not sum to 1, or a name is used twice.
        """
        read = read_tree(tree, name, normalize=normalize)
        return cls(read, np.zeros((len(read.names), len(read.names))))

    @classmethod
    def from_toml(cls, path: str | Path, *, name: str = "Total", normalize: bool = False) -> Hierarchy:
        """Read a TOML file that holds such a mapping.

        Raises
        ------
        DataError
            The file cannot be read, is no TOML, or holds no such mapping.
        """
        if not isinstance(path, str | PathLike):
            raise DataError(f"A TOML file goes by its path, not {shown(path)}.")
        try:
            tree = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except OSError as problem:
            raise DataError(f"The file {str(path)!r} cannot be read: {problem.strerror}.") from None
        except UnicodeDecodeError:
            raise DataError(f"The file {str(path)!r} is not encoded in UTF-8.") from None
        except tomllib.TOMLDecodeError as problem:
            raise DataError(f"The file {str(path)!r} is no TOML: {problem}.") from None
        return cls.from_dict(tree, name=name, normalize=normalize)

    @classmethod
    def from_questionnaire(
        cls,
        questionnaire: Questionnaire,
        weights: Mapping[str, float] | pd.Series[float] | None = None,
        *,
        name: str = "Total",
        normalize: bool = False,
    ) -> Hierarchy:
        """Take the indicator system of a questionnaire; its questions are the leaves.

        Parameters
        ----------
        questionnaire
            Its indicators have weights, unless ``weights`` says others.
        weights
            By name of an indicator or question, among its siblings; they go before the indicators' own. Questions of
            one indicator count alike without.
        name, normalize
            As for `from_dict`.

        Raises
        ------
        DataError
            An indicator has no weight, or nothing below it, weights do not sum to 1, or a name is used twice.
        """
        if not isinstance(questionnaire, Questionnaire):
            raise DataError(f"A Questionnaire is needed, and {type(questionnaire).__name__!r} is none.")
        return cls.from_dict(nested(questionnaire, weights), name=name, normalize=normalize)

    def with_weight_errors(self, covariances: Mapping[str, pd.DataFrame]) -> Hierarchy:
        """Return the same tree with errors of its weights, which then enter those of every index.

        Parameters
        ----------
        covariances
            For the name of a parent the covariance of its children's local weights, labelled by them; see
            `weighting.Ahp.covariance`. The weights are independent of the answers and between parents.

        Raises
        ------
        DataError
            There is no such parent, or the labels are not its children.
        """
        whole = self.weight_covariance.copy()
        given = entries_of("covariances", covariances, "the covariance of its children's weights")
        for parent, matrix in given.items():
            below = self.tree.children(self._place(parent))
            names = [self.tree.names[k] for k in below]
            whole[np.ix_(below, below)] = labelled(matrix, names, f"The covariance of the weights below {parent!r}")
        return replace(self, weight_covariance=whole)

    @property
    def items(self) -> tuple[str, ...]:
        """The leaves: what is asked."""
        return tuple(self.tree.names[k] for k in self.tree.leaves)

    @property
    def global_weights(self) -> pd.Series[float]:
        """Weights of the leaves in the total, the products of the local weights on the way; they sum to 1."""
        import pandas as pd

        weights = self.tree.paths()[0][self.tree.leaves]
        return pd.Series(weights, index=pd.Index(self.items, name="node"), name="weight")

    @property
    def weights(self) -> pd.DataFrame:
        """All nodes: ``node, level, parent, local, weight``, the last in the total."""
        import pandas as pd

        tree = self.tree
        parents = [tree.names[k] if k >= 0 else "" for k in tree.parent]
        columns = {"node": tree.names, "level": tree.level, "parent": parents, "local": tree.local}
        return pd.DataFrame({**columns, "weight": tree.paths()[0]})

    def score(
        self,
        data: Mapping[str, float] | pd.Series[float] | object,
        *,
        by: str | Sequence[str] | None = None,
        missing: MissingIndicators | None = None,
        covariance: pd.DataFrame | None = None,
        design: object = None,
    ) -> pd.DataFrame:
        """Compute the index of every node, the weighted mean of its children's.

        Parameters
        ----------
        data
            A mapping or Series from leaf to its index (0-100), or answers: a `Survey`, frame or path whose columns are
            the leaves.
        by
            Column(s) of the answers whose values, or combinations of values, get their own indices.
        missing
            Of figures: ``"refuse"`` (default), or ``"renormalize"``: the weight of an absent one goes to its siblings.
            Of answers: ``"available"`` (default): every leaf is the mean over those who answered it; ``"listwise"``:
            over those who answered all leaves; ``"renormalize"``: every respondent's own index over what was answered,
            then the mean over respondents.
        covariance
            Of figures: their joint covariance, labelled by leaf.
        design
            Of answers: None takes the survey's own, False ignores it, or another `Design`.

        Returns
        -------
        DataFrame
            ``node, level, index``, the total first with level 1; of answers ``node, level, <by...>, n, index, se,
            ci_lower, ci_upper``, n the fewest answers to any leaf below the node, intervals 95 % by t with the design's
            degrees of freedom. ``.attrs`` has the joint ``covariance`` and ``degrees``.

        Raises
        ------
        DataError
            A name is no leaf, a value is missing or not within 0-100, or nobody answered a leaf.
        ScaleError
            An item of the answers has no scale.
        OptionError
            An option that belongs to the other kind of data.
        """
        groups = groups_of(by, ("node", "level", "n", "index", *INTERVAL))
        return self._frame(self._scored(data, groups, missing, covariance, design))

    def contributions(
        self,
        before: object,
        after: object,
        *,
        earlier: Hierarchy | None = None,
        missing: MissingIndicators | None = None,
        design: object = None,
    ) -> pd.DataFrame:
        """Split the change of the total between two times by node.

        Parameters
        ----------
        before, after
            Figures or answers, as for `score`; answers are two independent samples.
        earlier
            The hierarchy of ``before`` where its weights were others; the same nodes.
        missing, design
            As for `score`; ``missing="renormalize"``, under which indices are no fixed sum, is refused.

        Returns
        -------
        DataFrame
            ``node, level, before, after, change, by_index, by_weight, contribution``: the parts of the total's change
            that come from the indices of the leaves below the node, from shifts of their weights (towards leaves above
            or below the total), and both together; a node's is the sum of its children's. Of answers also ``se,
            ci_lower, ci_upper`` of the contribution, weights being taken as known.

        Raises
        ------
        DataError, ScaleError, OptionError
            As for `score`; the earlier hierarchy has other nodes.

        Notes
        -----
        Mean weight times change, and change of weight times mean distance from the total (Bennet 1920, Journal of the
        Royal Statistical Society 83, 455-462).
        """
        if missing is not None:
            missing = validate("missing", missing, MissingIndicators)
        if earlier is not None and not isinstance(earlier, Hierarchy):
            raise OptionError(f"earlier= takes a Hierarchy, not {shown(earlier)}.")
        if missing == "renormalize":
            raise OptionError("Contributions need indices that are fixed sums; missing='renormalize' makes none.")
        old = self if earlier is None else earlier
        if old.tree.names != self.tree.names or (old.tree.parent != self.tree.parent).any():
            raise DataError("The earlier hierarchy has other nodes, or another order of them; the change of a total "
                            "needs the same indicators.")  # fmt: skip
        first, last = old._scored(before, (), missing, None, design), self._scored(after, (), missing, None, design)
        return node_changes(old.tree, self.tree, first, last)

    def _scored(
        self,
        data: object,
        by: tuple[str, ...],
        missing: MissingIndicators | None,
        covariance: pd.DataFrame | None,
        design: object,
    ) -> Scored:
        if missing is not None:
            missing = validate("missing", missing, MissingIndicators)
        if not is_figures(data):
            if covariance is not None:
                raise OptionError("covariance= belongs to figures; answers bring their own.")
            return score_answers(self.tree, as_survey(data), by, missing or "available", design, self.weight_covariance)
        if by or design is not None:
            raise OptionError("by= and design= belong to answers; a mapping holds one value of each leaf.")
        return score_values(self.tree, self._values(data), covariance, missing or "refuse", self.weight_covariance)

    def _place(self, name: str) -> int:
        if name not in self.tree.names:
            raise DataError(f"The hierarchy has no node {name!r}{nearest(name, self.tree.names)}.")
        return self.tree.names.index(name)

    def _values(self, data: object) -> dict[str, float]:
        """Figures by leaf; what is None or nan has no figure."""
        given: dict[str, float] = {}
        for key, value in data.items():  # type: ignore[attr-defined]
            name = str(key)
            if name not in self.items:
                kind = "is no leaf" if name in self.tree.names else "is no node"
                raise DataError(f"{name!r} {kind} of the hierarchy{nearest(name, self.items)}.")
            points = number(value, f"The index of {name!r}")
            if not (np.isnan(points) or 0 <= points <= 100):
                raise DataError(f"The index of {name!r} is {points:g}, not within 0-100; answers on another scale go "
                                "in as a Survey with scale=.")  # fmt: skip
            if not np.isnan(points):
                given[name] = points
        return given

    def _frame(self, found: Scored) -> pd.DataFrame:
        import pandas as pd

        domains, count = found.value.shape
        columns: dict[str, object] = {"node": list(self.tree.names) * domains}
        columns["level"] = np.tile(self.tree.level, domains)
        columns |= label_columns(found.by, found.labels, count)
        if found.n is not None:
            columns["n"] = found.n.ravel().astype(np.int64)
        if found.variance is None:
            return pd.DataFrame({**columns, "index": found.value.ravel()})
        return framed(columns, found.value.ravel(), found.variance, found.covariance, found.degrees)

    def __repr__(self) -> str:
        lines = [
            f"{'  ' * (level - 1)}{name}  {local:.4g}"
            for name, level, local in zip(self.tree.names, self.tree.level, self.tree.local, strict=True)
        ]
        return "\n".join([f"Hierarchy of {len(self.items)} indicators", *lines])
