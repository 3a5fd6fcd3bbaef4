"""The index of a tree of weighted indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.display.picture import Pictured
from csisem.errors import DataError, OptionError, shown
from csisem.fit.fit import Fit
from csisem.index.hierarchy.change_by_node import check_same_nodes, node_changes
from csisem.index.hierarchy.from_questionnaire import tree_of
from csisem.index.hierarchy.leaf_directions import noted
from csisem.index.hierarchy.node_frames import directions_of, levels_of, lines_of, node_frame
from csisem.index.hierarchy.node_weights import weights_of
from csisem.index.hierarchy.scored_tree import scored
from csisem.index.hierarchy.weight_tree import Tree, read_toml, read_tree
from csisem.index.joint_covariance import INTERVAL, labelled
from csisem.option_checks import check_share, groups_of
from csisem.options import MissingIndicators, NodeWeights, validate
from csisem.survey import Questionnaire
from csisem.survey.named_numbers import entries_of


@dataclass(frozen=True, eq=False, repr=False)
class Hierarchy(Pictured):
    """A tree of indicators with weights; its leaves are questions, its root the total index.

    Create one by `from_dict`, `from_toml` or `from_questionnaire`.

    Attributes
    ----------
    tree
        Names, parents, levels and local weights of the N nodes, the root first.
    weight_covariance
        Covariance of the local weights, (N, N); zeros for weights taken as known.
    questionnaire
        The questionnaire that it was made from, or None.

    See Also
    --------
    csisem.csi, aggregate : Indices by a model's weights; of firms, industries and the nation.

    Examples
    --------
    >>> quality = {"weight": 0.6, "children": {"q1": 0.5, "q2": 0.5}}
    >>> tree = cs.index.Hierarchy.from_dict({"Quality": quality, "v1": 0.4})
    >>> tree.score({"q1": 80, "q2": 70, "v1": 65})
          node  level  index
    0    Total      1   71.0
    1  Quality      2   75.0
    2       q1      3   80.0
    3       q2      3   70.0
    4       v1      2   65.0
    """

    _picture = "hierarchy"

    tree: Tree
    weight_covariance: FloatArray = field(repr=False)
    questionnaire: Questionnaire | None = field(default=None, repr=False)

    @classmethod
    def from_dict(cls, tree: Mapping[str, object], *, name: str = "Total", normalize: bool = False) -> Hierarchy:
        """Create a hierarchy from a nested mapping.

        Parameters
        ----------
        tree
            From name to weight, or to ``{"weight": w, "children": {...}}``; weights below one node sum to 1. A node may
            also have ``"direction"``: ``"lowers"`` if more of it lowers the total, as complaints do, or ``"raises"``,
            for all below it that say nothing themselves; and a leaf the ``"column"`` of its question.
        name
            Name of the root.
        normalize
            Whether to scale weights that do not sum to 1.

        Returns
        -------
        Hierarchy

        Raises
        ------
        DataError
            If a node has no weight or no children, weights do not sum to 1, or two nodes have one name.
        OptionError
            If ``name`` is not text, or ``normalize`` is not True or False.

        Examples
        --------
        >>> tree = cs.index.Hierarchy.from_dict({"Quality": 3, "Value": 1}, normalize=True)
        >>> tree.weights
              node  level parent  local  weight
        0    Total      1          1.00    1.00
        1  Quality      2  Total   0.75    0.75
        2    Value      2  Total   0.25    0.25
        """
        read = read_tree(tree, name, normalize=normalize)
        return cls(read, np.zeros((len(read.names), len(read.names))))

    @classmethod
    def from_toml(cls, path: str | Path, *, name: str = "Total", normalize: bool = False) -> Hierarchy:
        r"""Create a hierarchy from a TOML file with the mapping of `from_dict`.

        Parameters
        ----------
        path
            The file, UTF-8.
        name, normalize
            As in `from_dict`.

        Returns
        -------
        Hierarchy

        Raises
        ------
        DataError
            If the file cannot be read, is not TOML, or does not hold such a mapping.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> file = pathlib.Path(tempfile.mkdtemp()) / "tree.toml"
        >>> length = file.write_text("v1 = 0.4\n[Quality]\nweight = 0.6\nchildren = { q1 = 0.5, q2 = 0.5 }")
        >>> cs.index.Hierarchy.from_toml(file)
        Hierarchy of 3 indicators
        Total  1
          v1  0.4
          Quality  0.6
            q1  0.5
            q2  0.5
        """
        return cls.from_dict(read_toml(path), name=name, normalize=normalize)

    @classmethod
    def from_questionnaire(
        cls,
        questionnaire: Questionnaire,
        weights: NodeWeights | Mapping[str, float] | pd.Series[float] | None = None,
        *,
        judgements: Mapping[str, object] | None = None,
        fit: Fit | None = None,
        target: str | None = None,
        name: str = "Total",
        normalize: bool = False,
    ) -> Hierarchy:
        """Create a hierarchy from the indicator system of a questionnaire, with its directions, scores and level names.

        An indicator with one question is a leaf; below one with several these are the leaves.

        Parameters
        ----------
        questionnaire
            A questionnaire whose indicators have weights, or get them by ``weights``.
        weights
            Weights within the siblings, by name of an indicator or question; they override the indicators' own.
            Questions of one indicator have equal weights by default. Or for all nodes at once: ``"equal"`` (nodes of
            weight 0 keep it), ``"ahp"`` or ``"model"``.
        judgements
            For ``"ahp"``: from each node with several children (the total by its ``name``) to their matrix of
            judgements, a list of matrices of several persons, their ranks, or an `Ahp`. Questions may be left out.
        fit, target
            For ``"model"``: a fit, some of whose constructs are named like indicators. These are weighted by their
            effects on ``target`` (None: the construct of satisfaction), see `weighting.from_fit`, questions by their
            share in the construct's index, and nodes between by the sum of what lies below.
        name, normalize
            As in `from_dict`.

        Returns
        -------
        Hierarchy

        Raises
        ------
        DataError
            If an indicator has no weight or nothing below it, weights do not sum to 1, two nodes have one name, or
            judgements or constructs do not fit the indicators.
        OptionError
            If a rule lacks its judgements or fit, or these are given without it.

        Examples
        --------
        >>> asked = cs.Questionnaire(
        ...     [cs.Question(name, points=10) for name in ("q1", "q2", "v1")],
        ...     [cs.Indicator("Quality", items=["q1", "q2"]), cs.Indicator("Value", items=["v1"])],
        ... )
        >>> cs.index.Hierarchy.from_questionnaire(asked, {"Quality": 0.6, "Value": 0.4})
        Hierarchy of 3 indicators: Total, Level 1, Question
        Total  1
          Quality  0.6
            q1  0.5
            q2  0.5
          Value  0.4
        """
        if not isinstance(questionnaire, Questionnaire):
            raise DataError(f"from_questionnaire() takes a Questionnaire, not {type(questionnaire).__name__!r}.")
        own = weights_of(questionnaire, weights, judgements, fit, target, name)
        tree = tree_of(questionnaire, own, name, normalize=normalize)
        return cls(tree, np.zeros((len(tree.names), len(tree.names))), questionnaire)

    def with_weight_errors(self, covariances: Mapping[str, pd.DataFrame]) -> Hierarchy:
        """Return the same tree with standard errors of its weights, which then enter those of every index.

        Parameters
        ----------
        covariances
            From the name of a parent to the covariance of its children's local weights, labelled by them; see
            `weighting.Ahp.covariance`. The weights are independent of the answers and between parents.

        Returns
        -------
        Hierarchy

        Raises
        ------
        DataError
            If there is no such parent, or the labels are not its children.
        OptionError
            If ``covariances`` is not a mapping.

        Examples
        --------
        >>> tree = cs.index.Hierarchy.from_dict({"q1": 0.6, "v1": 0.4})
        >>> spread = pd.DataFrame([[0.01, -0.01], [-0.01, 0.01]], index=["q1", "v1"], columns=["q1", "v1"])
        >>> tree.with_weight_errors({"Total": spread}).score({"q1": 80, "v1": 60}).round(2)
            node  level  index   se  ci_lower  ci_upper
        0  Total      1   72.0  2.0     68.08     75.92
        1     q1      2   80.0  0.0     80.00     80.00
        2     v1      2   60.0  0.0     60.00     60.00
        """
        whole = self.weight_covariance.copy()
        given = entries_of("covariances", covariances, "the covariance of its children's weights")
        for parent, matrix in given.items():
            below = self.tree.children(self.tree.place(parent))
            names = [self.tree.names[k] for k in below]
            whole[np.ix_(below, below)] = labelled(matrix, names, f"The covariance of the weights below {parent!r}")
        return replace(self, weight_covariance=whole)

    @property
    def items(self) -> tuple[str, ...]:
        """The questions that the leaves are measured by, a column each."""
        return self.tree.items

    @property
    def global_weights(self) -> pd.Series[float]:
        """Weights of the leaves in the total, the products of the local weights on the path; they sum to 1."""
        weights = self.tree.paths()[0][self.tree.leaves]
        names = [self.tree.names[k] for k in self.tree.leaves]
        return pd.Series(weights, index=pd.Index(names, name="node"), name="weight")

    @property
    def weights(self) -> pd.DataFrame:
        """All nodes: ``node, level, parent, local, weight``; ``weight`` is that in the total."""
        tree = self.tree
        parents = [tree.names[k] if k >= 0 else "" for k in tree.parent]
        columns: dict[str, object] = {"node": tree.names, "level": levels_of(tree), "parent": parents}
        columns |= {"direction": directions_of(tree)} if tree.lowers.any() else {}
        return pd.DataFrame({**columns, "local": tree.local, "weight": tree.paths()[0]})

    def score(
        self,
        data: Mapping[str, float] | pd.Series[float] | object,
        *,
        by: str | Sequence[str] | None = None,
        missing: MissingIndicators | None = None,
        covariance: pd.DataFrame | None = None,
        design: object = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Compute the index of every node, the weighted mean of its children's.

        More is better in every index: of a leaf that lowers the total it is 100 less its points.

        Parameters
        ----------
        data
            Figures: a mapping or Series from leaf to its points (0-100), of a leaf that lowers the total those in its
            own direction, such as the percentage that complained. Or answers: a `Survey`, frame or path whose columns
            are the leaves; a frame of answers to the questionnaire, if the tree was made from one.
        by
            For answers: column(s) whose values, or combinations of values, get their own indices.
        missing
            For figures: ``"refuse"`` (default), or ``"renormalize"``: the weight of a missing one goes to its siblings.
            For answers: ``"available"`` (default): every leaf is the mean over those who answered it; ``"listwise"``:
            over those who answered all leaves; ``"renormalize"``: every respondent's own index over the leaves that
            were answered, then the mean over respondents.
        covariance
            For figures: their joint covariance, labelled by leaf.
        design
            For answers: None takes the survey's own, False ignores it, or another `Design`.
        level
            Confidence level of the intervals.

        Returns
        -------
        DataFrame
            ``node, level, index``, the total first with level 1. For answers ``node, level, <by...>, n, index, se,
            ci_lower, ci_upper``: n is the fewest answers to any leaf below the node, intervals are by t with the
            design's degrees of freedom. ``.attrs`` has the joint ``covariance`` and ``degrees``. Where a node lowers
            the total there is a column ``direction``, and ``.attrs["notes"]`` says so. Levels have the questionnaire's
            names.

        Raises
        ------
        DataError
            If a name is not a leaf, a value is missing or not within 0-100, or nobody answered a leaf; if no direction
            is declared for a leaf that is named or worded like a complaint, or whose answers correlate negatively with
            its siblings' (below -0.1 and more than three standard errors below zero; of four leaves at 50 rows that is
            below -0.46).
        ScaleError
            If an item of the answers has no scale.
        OptionError
            If an option is for the other kind of data, or ``level`` is not between 0 and 1.

        Examples
        --------
        >>> tree = cs.index.Hierarchy.from_dict({"q1": 0.6, "v1": 0.4})
        >>> tree.score(cs.datasets.retail_survey()).round(2)
            node  level     n  index    se  ci_lower  ci_upper
        0  Total      1  2332  71.22  0.40     70.42     72.01
        1     q1      2  2337  74.76  0.45     73.87     75.65
        2     v1      2  2332  65.90  0.45     65.01     66.80
        """
        check_share("level", level)
        groups = groups_of(by, ("node", "level", "direction", "n", "index", *INTERVAL))
        return noted(node_frame(self.tree, scored(self, data, groups, missing, covariance, design), level), self.tree)

    def contributions(
        self,
        before: object,
        after: object,
        *,
        earlier: Hierarchy | None = None,
        missing: MissingIndicators | None = None,
        design: object = None,
        level: float = 0.95,
    ) -> pd.DataFrame:
        """Decompose the change of the total between two times by node.

        Parameters
        ----------
        before, after
            Figures or answers, as in `score`; answers are two independent samples.
        earlier
            The hierarchy of ``before`` if its weights were different; it has the same nodes.
        missing, design, level
            As in `score`; ``missing="renormalize"``, under which indices are not fixed sums, is refused.

        Returns
        -------
        DataFrame
            ``node, level, before, after, change, by_index, by_weight, contribution``: the parts of the total's change
            due to the indices of the leaves below the node, due to shifts of their weights (towards leaves above or
            below the total), and their sum; a node's parts are the sums of its children's. For answers also ``se,
            ci_lower, ci_upper`` of the contribution, weights being taken as known.

        Raises
        ------
        DataError, ScaleError, OptionError
            As in `score`, or if the earlier hierarchy has other nodes.

        See Also
        --------
        csisem.index.contributions : The same for firms and industries.

        Notes
        -----
        Mean weight times change, and change of weight times mean distance from the total (Bennet 1920, Journal of the
        Royal Statistical Society 83, 455-462).

        Examples
        --------
        >>> tree = cs.index.Hierarchy.from_dict({"q1": 0.6, "v1": 0.4})
        >>> tree.contributions({"q1": 70, "v1": 60}, {"q1": 75, "v1": 58}).drop(columns="level").round(2)
            node  before  after  change  by_index  by_weight  contribution
        0  Total    66.0   68.2     2.2       2.2        0.0           2.2
        1     q1    70.0   75.0     5.0       3.0        0.0           3.0
        2     v1    60.0   58.0    -2.0      -0.8        0.0          -0.8
        """
        check_share("level", level)
        if missing is not None:
            missing = validate("missing", missing, MissingIndicators)
        if earlier is not None and not isinstance(earlier, Hierarchy):
            raise OptionError(f"earlier= takes a Hierarchy, not {shown(earlier)}.")
        if missing == "renormalize":
            raise OptionError("Contributions need indices with fixed weights; missing='renormalize' varies them.")
        old = self if earlier is None else earlier
        check_same_nodes(old.tree, self.tree)
        first, last = (scored(tree, data, (), missing, None, design) for tree, data in ((old, before), (self, after)))
        return noted(node_changes(old.tree, self.tree, first, last, level), self.tree)

    def __repr__(self) -> str:
        return "\n".join(lines_of(self.tree))
