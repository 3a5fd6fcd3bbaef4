"""The model: what a researcher claims, before any data."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from csisem.errors import ModelError, nearest
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
from csisem.specification.build_table import tabulate
from csisem.specification.coherence import check_coherence
from csisem.specification.construct import Construct
from csisem.specification.notation import FornellMatrices, symbols
from csisem.specification.parameters import ParameterTable
from csisem.specification.roles import Roles, assign
from csisem.specification.simulation.simulate import simulate
from csisem.specification.syntax.parser import parse
from csisem.specification.syntax.relation import Constraint, Definition, Relation
from csisem.specification.syntax.writer import write

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit
    from csisem.specification.simulation.parameter_values import Values
    from csisem.specification.simulation.response_scales import Skew
    from csisem.specification.simulation.sample_design import SampleDesign
    from csisem.survey.scale import ScaleOption


@dataclass(frozen=True, init=False)
class Model:
    """Constructs, the paths between them, and what is known about single parameters.

    Parameters
    ----------
    constructs
        The measurement model.
    paths
        The structural model: pairs ``(source, target)``, or `Relation` objects for anything lavaan's syntax can say.
    definitions, constraints
        ``:=`` quantities and ``==`` constraints.
    title, source
        What the model is, and where it is published; presets name their variant here.

    Raises
    ------
    ModelError
        A name is used twice, a path is given twice, or a higher-order construct measures itself.
    """

    constructs: tuple[Construct, ...]
    relations: tuple[Relation, ...]
    definitions: tuple[Definition, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    title: str = field(default="", compare=False)
    source: str = field(default="", compare=False)

    def __init__(
        self,
        constructs: Iterable[Construct],
        paths: Iterable[Relation | tuple[str, str]] = (),
        *,
        definitions: Iterable[Definition] = (),
        constraints: Iterable[Constraint] = (),
        title: str = "",
        source: str = "",
    ) -> None:
        if isinstance(constructs, str):
            raise ModelError("Model() takes constructs; text in lavaan's syntax is read by Model.from_syntax(text).")
        constructs = tuple(constructs)
        for construct in constructs:
            if not isinstance(construct, Construct):
                raise ModelError(f"{construct!r} is no Construct; give Construct(name, items).")
        relations = tuple(map(_relation, paths))
        for name, value in (
            ("constructs", constructs),
            ("relations", relations),
            ("definitions", tuple(definitions)),
            ("constraints", tuple(constraints)),
            ("title", title),
            ("source", source),
        ):
            object.__setattr__(self, name, value)
        check_coherence(self.constructs, self.relations)

    @classmethod
    def from_syntax(cls, text: str) -> Model:
        """Read lavaan's model syntax.

        Raises
        ------
        ModelSyntaxError
            The text cannot be read; the message quotes the line.
        ModelError
            It reads, but says something that contradicts itself or belongs to an estimator that is not here yet.
        """
        statements = parse(text)
        relations = [s for s in statements if isinstance(s, Relation)]
        items: dict[str, list[str]] = {}
        for relation in relations:
            if relation.op in ("=~", "<~"):
                items.setdefault(relation.lhs, []).append(relation.rhs)
        formed = {relation.lhs for relation in relations if relation.op == "<~"}
        constructs = [Construct(name, named, "B" if name in formed else "A") for name, named in items.items()]
        kept = [r for r in relations if r.op != "<~" and (r.op != "=~" or r.fixed or r.start or r.label)]
        return cls(
            constructs,
            kept,
            definitions=[s for s in statements if isinstance(s, Definition)],
            constraints=[s for s in statements if isinstance(s, Constraint)],
        )

    def to_syntax(self) -> str:
        """Return the model as lavaan syntax; `from_syntax` reads it back to an equal model.

        How PLS weighs items is not in that syntax: composites (``<~``) are read back with mode ``"B"``, all others with
        mode ``"A"``.
        """
        said = {(r.lhs, r.rhs): r for r in self.relations if r.op == "=~"}
        loadings = [
            Relation(c.name, "<~", item) if c.composite else said.get((c.name, item), Relation(c.name, "=~", item))
            for c in self.constructs
            for item in c.items
        ]
        rest = [r for r in self.relations if r.op != "=~"]
        return write([*loadings, *rest, *self.constraints, *self.definitions])

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Columns of the data that the model uses, in order of first appearance."""
        return self.roles.observed

    @cached_property
    def interactions(self) -> tuple[str, ...]:
        """Interactions ``A:B`` (and squares ``A:A``) that predict something; PLS alone estimates them."""
        return tuple(dict.fromkeys(r.rhs for r in self.relations if r.op == "~" and ":" in r.rhs))

    @cached_property
    def roles(self) -> Roles:
        """What every variable is: observed or latent, exogenous or explained."""
        return assign(self.constructs, [r for r in self.relations if r.rhs not in self.interactions])

    def construct(self, name: str) -> Construct:
        """Return the construct of that name.

        Raises
        ------
        ModelError
            There is none; the message names the nearest.
        """
        for construct in self.constructs:
            if construct.name == name:
                return construct
        raise ModelError(f"The model has no construct {name!r}{nearest(name, (c.name for c in self.constructs))}.")

    def fix(self, *paths: tuple[str, str], value: float = 0.0) -> Model:
        """Return the model with some paths ``(source, target)`` fixed, by default at zero, to be tested against it.

        Raises
        ------
        ModelError
            A path is not in the model.
        """
        wanted = {(target, source) for source, target in paths}
        existing = {(r.lhs, r.rhs) for r in self.relations if r.op == "~"}
        for target, source in sorted(wanted - existing):
            raise ModelError(f"The model has no path from {source!r} to {target!r}.")
        relations = [
            replace(r, fixed=(value,), start=()) if r.op == "~" and (r.lhs, r.rhs) in wanted else r
            for r in self.relations
        ]
        return Model(
            self.constructs,
            relations,
            definitions=self.definitions,
            constraints=self.constraints,
            title=self.title,
            source=self.source,
        )

    def table(
        self,
        *,
        groups: Sequence[Hashable] = (),
        meanstructure: bool | None = None,
        equal: Sequence[str] = (),
        release: Sequence[str] = (),
        fixed_x: bool = True,
    ) -> ParameterTable:
        """Return all parameters, completed by lavaan's rules for ``sem()``.

        Parameters
        ----------
        groups
            Group labels; with more than one, intercepts are parameters.
        meanstructure
            Whether intercepts are parameters; None: with ``~1`` or groups only.
        equal, release
            lavaan's ``group.equal`` and ``group.partial``.
        fixed_x
            Whether moments of observed exogenous variables are the sample's (lavaan's ``fixed.x``) or free.
        """
        return tabulate(self, tuple(groups), meanstructure, tuple(equal), tuple(release), fixed_x)

    def matrices(self) -> FornellMatrices:
        """Return B, Gamma, Lambda_x and Lambda_y in Fornell's notation; ``β21`` marks a free path."""
        return symbols(self.table())

    def fit(
        self,
        data: object,
        estimator: Estimator = "ML",
        *,
        ordered: Sequence[str] | None = None,
        missing: Missing = "listwise",
        groups: str | Sequence[str] | None = None,
        equal: Sequence[str] = (),
        release: Sequence[str] = (),
        design: object = None,
        meanstructure: bool | None = None,
        likelihood: Likelihood = "normal",
        information: Information | None = None,
        auxiliary: Sequence[str] = (),
        scheme: Scheme = "path",
        higher_order: HigherOrder = "disjoint",
        moderation: Moderation = "two-stage",
        dominant: Mapping[str, str] | None = None,
        engine: Engine = "native",
    ) -> Fit:
        """Estimate the model.

        Parameters
        ----------
        data
            A frame (pandas, polars, pyarrow, anything with an Arrow stream), a `Survey`, a path, or `Moments`. A list
            of them is taken for one survey whose missing answers were filled in several times: each is fitted, and the
            fits are pooled (Rubin 1987; chi-squares by D2, Li, Meng, Raghunathan and Rubin 1991).
        estimator
            ``"ML"``: normal-theory maximum likelihood; ``"MLM"``, ``"MLMV"``, ``"MLMVS"``, ``"MLR"``: the same points
            with robust errors and scaled tests, which need the rows. Least squares: ``"GLS"`` weighs the moments by
            normal theory, ``"WLS"`` (ADF) by the rows' fourth moments, ``"DWLS"`` by the diagonal of those, ``"ULS"``
            not at all; ``"ULSM"``, ``"ULSMV"`` (points of ULS) and ``"WLSM"`` (of DWLS) have robust errors and scaled
            tests. All but GLS and ULS need the rows. Path models of scores: ``"PLS"`` (Wold 1982; Lohmoeller 1989), and
            ``"PLSc"``, corrected for the error in the scores (Dijkstra and Henseler 2015); their errors come from the
            influence of the rows, under the design, or from moments by normal theory.
        missing
            ``"listwise"`` leaves out rows that lack an answer, and says how many. ``"fiml"`` (ML and MLR) uses what
            each row answers, which supposes that answers are missing at random given those (Arbuckle 1996); means are
            modelled, errors come from the observed information, and rows without any answer are left out. PLS takes
            ``"em"``, the moments by maximum likelihood without a model; ``"pairwise"``, each covariance from the rows
            that answer both items; or ``"mean"``, an item's mean in place of a blank.
        groups, equal, release
            Column(s) to fit by; what is equal over groups (lavaan's ``group.equal``); relations released from that.
        design
            None takes the survey's own, False ignores it.
        meanstructure
            Whether intercepts are parameters; None: with ``~1`` or groups only.
        likelihood
            Of ML: ``"normal"`` (S/N, N*F) or ``"wishart"`` (S/(N-1), (N-1)*F, as least squares always takes).
        information
            ``"expected"`` or ``"observed"``, for the standard errors of ML and GLS; MLR and ``missing="fiml"`` default
            to observed, the others to expected.
        auxiliary
            With ``missing="fiml"``: columns outside the model that tell something about its missing answers. They
            covary freely with everything (Graham 2003) and change neither df nor what the fit measures measure.
        engine
            ``"native"`` or ``"semopy"``.
        scheme
            Of PLS: ``"path"`` weighs a construct's neighbours by regressions on its predecessors and correlations with
            its successors, ``"factorial"`` by correlations, ``"centroid"`` by their signs.
        higher_order
            Of PLS, for a construct measured by constructs: ``"disjoint"`` and ``"embedded"`` two stages, or
            ``"repeated"`` indicators (Sarstedt, Hair, Cheah, Becker and Ringle 2019).
        moderation
            Of PLS, for interactions ``A:B`` and squares ``A:A``: the product of two scores (``"two-stage"``), products
            of items (``"product"``) or these freed of what the items explain (``"orthogonal"``).
        dominant
            Of PLS: for some constructs the item whose loading shall be positive, ``{"Loyalty": "l1"}``; elsewhere the
            sum of a construct's loadings is.
        ordered
            Belongs to an estimator of a later release; those of this one refuse it.

        Returns
        -------
        Fit
            Falsy when its numbers must not be used; ``fit.status`` says why.

        Raises
        ------
        DataError, ModelError, OptionError
            The input cannot be used; one sentence says why.
        """
        # The one import against the direction of the rooms: a model that can fit itself is what users expect.
        from csisem.fit.estimate import estimate

        return estimate(
            self,
            data,
            estimator=estimator,
            ordered=ordered,
            missing=missing,
            groups=groups,
            equal=equal,
            release=release,
            design=design,
            meanstructure=meanstructure,
            likelihood=likelihood,
            information=information,
            auxiliary=auxiliary,
            scheme=scheme,
            higher_order=higher_order,
            moderation=moderation,
            dominant=dominant,
            engine=engine,
        )

    def simulate(
        self,
        n: int,
        values: Values | None = None,
        *,
        scale: ScaleOption = None,
        skew: Skew = None,
        design: SampleDesign | None = None,
        missing: float = 0.0,
        seed: int,
    ) -> pd.DataFrame:
        """Draw answers from the population the model describes at given values.

        Continuous responses have exactly the implied covariances, whatever their skewness; rounding them to a scale
        and clipping them at its ends shrinks correlations slightly, on (0, 1) considerably.

        Parameters
        ----------
        n
            Number of respondents.
        values
            A number for every free parameter, as ``{"Value ~ Quality": 0.6, "q1 ~~ q1": 0.5, "q1 ~1": 7}`` (spaces do
            not matter; a label names its parameters), or a frame such as `Fit.parameters`. Observed exogenous
            variables need their moments, ``"x ~~ x"``. Intercepts may be left out: such an item's mean is the
            scale's midpoint, or 0 without a scale, plus what stated means of constructs (``"Quality ~1"``) add to it.
        scale
            None for continuous answers, or ``(low, high)``, or a mapping from item to scale (``"*"``: all others):
            answers are whole steps from ``low``; ``(0, 1)`` gives 1 to responses above one half. A reversed `Scale`
            gives answers as they are recorded.
        skew
            Skewness of the continuous responses, negative for a long left tail, or a mapping from item to skewness.
            They are then shifted lognormals (Johnson 1949) with the mean, variances and covariances of the model.
        design
            Strata, clusters and allocation; adds the columns ``stratum``, ``cluster`` and ``weight`` as they apply.
        missing
            Share of answers that are blank, completely at random.
        seed
            The same seed gives the same frame.

        Returns
        -------
        pandas.DataFrame
            n rows, a column per item; integers where all answers are whole numbers and none is blank.

        Raises
        ------
        ModelError
            A free parameter has no value, a value is of no parameter or contradicts the model, or the values describe
            no population: their covariance matrix is not positive definite.
        OptionError, ScaleError, DesignError
            Another argument cannot be used; the sentence says why.
        """
        return simulate(self, n, values, scale=scale, skew=skew, design=design, missing=missing, seed=seed)

    def __repr__(self) -> str:
        paths = sum(relation.op == "~" for relation in self.relations)
        title = f"{self.title}: " if self.title else ""
        return f"Model({title}{len(self.constructs)} constructs, {len(self.items)} observed, {paths} paths)"


def _relation(path: object) -> Relation:
    if isinstance(path, Relation):
        return path
    if isinstance(path, tuple | list) and len(path) == 2 and all(isinstance(name, str) for name in path):
        return Relation(path[1], "~", path[0])
    raise ModelError(f"{path!r} is no path; give a pair (source, target) of names, or a Relation.")
