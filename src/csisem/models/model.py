"""A model that can be fitted to data and simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from csisem.options import (
    Engine,
    Estimator,
    HigherOrder,
    Information,
    Likelihood,
    Missing,
    Moderation,
    Scheme,
    names_of,
)
from csisem.specification.simulation.simulate import simulate
from csisem.specification.specification import Specification

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit
    from csisem.specification.simulation.parameter_values import Values
    from csisem.specification.simulation.response_scales import Skew
    from csisem.specification.simulation.sample_design import SampleDesign
    from csisem.survey.scale import ScaleOption


class Model(Specification):
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
        # Estimation is loaded when it is first used; a model is written and simulated without it.
        from csisem.fit.estimate import estimate
        from csisem.fit.settings import FitOptions

        options = FitOptions(
            estimator=estimator,
            ordered=names_of("ordered", ordered),
            missing=missing,
            groups=names_of("groups", groups),
            equal=names_of("equal", equal),
            release=names_of("release", release),
            design=design,
            meanstructure=meanstructure,
            likelihood=likelihood,
            information=information,
            auxiliary=names_of("auxiliary", auxiliary),
            scheme=scheme,
            higher_order=higher_order,
            moderation=moderation,
            dominant=dominant,
            engine=engine,
        )
        return estimate(self, data, options)

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
