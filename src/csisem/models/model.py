"""A model that can be fitted to data and simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from csisem.display.picture import Pictured, diagram_of
from csisem.errors import OptionError, shown
from csisem.models.construct_names import other_language
from csisem.models.notebook_page import model_page
from csisem.option_checks import listing_of, names_of
from csisem.options import (
    Bounds,
    EffectCoding,
    Engine,
    Estimator,
    HigherOrder,
    Information,
    Likelihood,
    Missing,
    Moderation,
    Parameterization,
    Scheme,
)
from csisem.specification.ordered_names import ordered_names
from csisem.specification.simulation.simulate import simulate
from csisem.specification.specification import Specification

if TYPE_CHECKING:
    import pandas as pd

    from csisem.fit.fit import Fit
    from csisem.specification.simulation.parameter_values import Values
    from csisem.specification.simulation.response_scales import Skew
    from csisem.specification.simulation.sample_design import SampleDesign
    from csisem.survey.scale import ScaleOption


def _effect_coding(given: object) -> tuple[str, ...]:
    """The kinds of effect coding; True stands for both."""
    if isinstance(given, bool):
        return get_args(EffectCoding) if given else ()
    return names_of("effect_coding", given)


class Model(Pictured, Specification):
    """Constructs, the paths between them, and restrictions on single parameters.

    Parameters
    ----------
    constructs
        The measurement model.
    paths
        The structural model: pairs ``(source, target)``, or `Relation` objects for anything that lavaan's syntax can
        express.
    definitions, constraints
        ``:=`` quantities, and constraints ``==``, ``<`` and ``>`` between expressions of labels.
    title, source
        What the model is, and where it was published; presets name their variant here.

    Raises
    ------
    ModelError
        If a name or a relation is given twice, or higher-order constructs measure each other.

    See Also
    --------
    Model.from_syntax : Read a model from lavaan's syntax.
    models.acsi : One of the published models.

    Examples
    --------
    >>> quality, satisfaction = cs.Construct("Quality", ["q1", "q2"]), cs.Construct("Satisfaction", ["s1", "s2"])
    >>> model = cs.Model([quality, satisfaction], [("Quality", "Satisfaction")])
    >>> model.items
    ('q1', 'q2', 's1', 's2')
    """

    _picture = "path_diagram"

    def _repr_html_(self) -> str:
        return model_page(self, diagram_of(self, len(self.constructs)))

    def fit(
        self,
        data: object,
        estimator: Estimator = "ML",
        *,
        ordered: Sequence[str] | bool | None = None,
        parameterization: Parameterization = "delta",
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
        blocks: Sequence[Sequence[str]] = (),
        bounds: Bounds | bool | None = None,
        std_lv: bool = False,
        orthogonal: bool = False,
        effect_coding: EffectCoding | Sequence[EffectCoding] | bool = False,
    ) -> Fit:
        """Estimate the model.

        Parameters
        ----------
        data
            A frame (pandas, polars, pyarrow, anything with an Arrow stream), a `Survey`, a path, or `Moments`. A list
            of data sets is read as multiple imputations of one survey: the model is fitted to each, and the fits are
            pooled (Rubin 1987; chi-squares by D2, Li, Meng, Raghunathan and Rubin 1991).
        estimator
            Maximum likelihood: ``"ML"`` with normal-theory standard errors; ``"MLM"``, ``"MLMV"``, ``"MLMVS"`` and
            ``"MLR"`` with the same estimates, robust standard errors and scaled tests. Least squares: ``"GLS"`` weights
            the moments by normal theory, ``"WLS"`` (ADF) by the rows' fourth moments, ``"DWLS"`` by their diagonal,
            ``"ULS"`` not at all; ``"ULSM"`` and ``"ULSMV"`` (estimates of ULS), ``"WLSM"``, ``"WLSMV"`` and
            ``"WLSMVS"`` (of DWLS) have robust standard errors and scaled tests. All of these but ML, GLS and ULS need
            the rows. ``"SAM"``, structural after measurement (Rosseel and Loh 2022): constructs are measured first, in
            blocks, and the paths fitted to their covariances by ML; for small samples, and for large models whose
            solution by ML is refused. PLS path models: ``"PLS"`` (Wold 1982; Lohmoeller 1989) and ``"PLSc"``, corrected
            for attenuation (Dijkstra and Henseler 2015; with interactions Dijkstra and Schermelleh-Engel 2014, with
            higher orders van Riel and others 2017); their standard errors come from influence values of the rows, under
            the design, or from moments by normal theory.
        ordered
            Items whose answers are ordered categories, or True for all: each is a normal latent response that is cut at
            thresholds (Muthen 1984). Taken by ``"WLSMV"`` and the other least-squares estimators but GLS, which then
            fit thresholds, polychoric and polyserial correlations, given observed predictors. None: for these
            estimators the items that the survey declares, and if there are none, all items for ``"WLSMV"``. False:
            all answers are numbers.
        parameterization
            For ordered items: ``"delta"`` fixes the variances of the latent responses at 1, ``"theta"`` their residual
            variances (lavaan's words).
        missing
            ``"listwise"`` leaves out rows with a missing answer and reports how many. ``"fiml"`` (ML and MLR) uses all
            answers of a row and assumes that answers are missing at random (Arbuckle 1996); means are modelled,
            standard errors come from the observed information, and rows without any answer are left out. PLS takes
            ``"em"``, the moments by maximum likelihood without a model; ``"pairwise"``, each covariance from the rows
            that answer both items; or ``"mean"``, an item's mean in place of a missing answer.
        groups, equal, release
            Column(s) by which the model is estimated separately; what is equal across groups (lavaan's
            ``group.equal``); relations released from that (``group.partial``). With equal ``"intercepts"``, means of
            constructs are free after the first group, but not of those that measure others, which have intercept 0. A
            released marker, mean or such intercept keeps its value in the first group only, and so do intercepts and
            residual variances of ordered items that are released where ``"thresholds"`` are equal (``"q1 | t2"`` is a
            threshold).
        design
            A `Design`. None takes the survey's own, False ignores it.
        meanstructure
            Whether intercepts are parameters; None: with ``~1`` or groups only.
        likelihood
            For ML: ``"normal"`` (S/N, N*F) or ``"wishart"`` (S/(N-1), (N-1)*F, as least squares always takes).
        information
            ``"expected"`` or ``"observed"``, for the standard errors of ML and GLS. None: observed for MLR and
            ``missing="fiml"``, expected otherwise.
        auxiliary
            For ``missing="fiml"``: columns outside the model that predict its missing answers. They covary freely with
            everything (Graham 2003) and change neither df nor the fit measures' meaning.
        scheme
            For PLS: ``"path"`` weights a construct's neighbours by regressions on its predecessors and correlations
            with its successors, ``"factorial"`` by correlations, ``"centroid"`` by their signs.
        higher_order
            For PLS, for a construct measured by constructs: two stages, ``"disjoint"`` or ``"embedded"``, or
            ``"repeated"`` indicators (Sarstedt, Hair, Cheah, Becker and Ringle 2019).
        moderation
            For PLS, for interactions ``A:B`` and squares ``A:A``: the product of two scores (``"two-stage"``), products
            of items (``"product"``), or their residuals from a regression on the items (``"orthogonal"``).
        dominant
            For PLS: items whose loading on their construct shall be positive, ``{"Loyalty": "l1"}``. The sum of
            loadings of every other construct is positive.
        engine
            ``"native"`` or ``"semopy"``.
        blocks
            For SAM: constructs that are measured together, ``[["Value", "Satisfaction"]]``. Others are measured alone,
            unless they share items, residual covariances or equalities, or are not identified alone.
        bounds
            Automatic bounds from the sample's variances (lavaan's ``bounds``). ``"pos.var"`` keeps variances at 0 or
            above, ``"pos.ov.var"`` and ``"pos.lv.var"`` those of items or of constructs alone. ``"standard"`` also
            bounds variances above, loadings, and covariances to correlations of 0.998; ``"wide"`` (or True) does so
            more loosely, with residual variances down to -5 % of the item's, which helps small samples to converge
            (De Jonckere and Rosseel 2022). Bounds of the model's own, ``lower(0)*x``, go first.
        std_lv
            Whether all loadings are free and the constructs' (residual) variances 1 (lavaan's ``std.lv``).
        orthogonal
            Whether covariances of constructs that the model does not write are 0.
        effect_coding
            ``"loadings"``: a construct's loadings are free with mean 1; ``"intercepts"``: the intercepts of its items
            have mean 0 and its mean is free; True: both (Little, Slegers and Card 2006).

        Returns
        -------
        Fit
            Falsy if its numbers must not be used; ``fit.status`` gives the reasons.

        Raises
        ------
        DataError
            If the data lack a column or cannot determine the model.
        ModelError
            If the estimator cannot estimate the model.
        OptionError
            If an option does not exist, or the estimator does not use it.

        See Also
        --------
        compare_estimators : One model by several estimators.
        bootstrap : Replicates of a fit.

        Examples
        --------
        >>> fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey(), "MLR")
        >>> bool(fit), fit.n
        (True, 1472)
        >>> fit.paths[["lhs", "rhs", "est", "se"]].round(2).head(3)
               lhs          rhs   est    se
        0  Quality  Expectation  0.46  0.04
        1    Value  Expectation  0.13  0.04
        2    Value      Quality  0.79  0.06
        """
        # Estimation is loaded when it is first used; a model is written and simulated without it.
        from csisem.fit.estimate import estimate
        from csisem.fit.settings import FitOptions

        options = FitOptions(
            estimator=estimator,
            ordered=ordered_names(self.roles, data, estimator, ordered),
            parameterization=parameterization,
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
            blocks=_blocks(blocks),
            bounds=("wide" if bounds else None) if isinstance(bounds, bool) else bounds,
            std_lv=std_lv,
            orthogonal=orthogonal,
            effect_coding=_effect_coding(effect_coding),
        )
        return estimate(self, data, options)

    def _nearest(self, name: str) -> str:
        """A hint at the construct that a name may mean, also in the other language."""
        meant = other_language(name, [construct.name for construct in self.constructs])
        return f" ({shown(name)} is {meant!r} here)" if meant else super()._nearest(name)

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
        """Draw answers from the population that the model describes.

        Parameters
        ----------
        n
            Number of respondents.
        values
            A number for every free parameter, as ``{"Value ~ Quality": 0.6, "q1 ~~ q1": 0.5, "q1 ~1": 7}``, where a
            label stands for its parameters, or a frame such as `Fit.parameters`. Observed exogenous variables need
            their moments, ``"x ~~ x"``. Without an intercept, an item's mean is the scale's midpoint, or 0 without a
            scale, plus the effect of the constructs' means if those are given (``"Quality ~1"``).
        scale
            None for continuous answers, ``(low, high)``, or a mapping from item to scale (``"*"``: all others).
            Answers are whole steps from ``low``; ``(0, 1)`` gives 1 to responses above one half. A reversed `Scale`
            gives answers as they are recorded.
        skew
            Skewness of the continuous responses, negative for a long left tail, or a mapping from item to skewness.
        design
            Strata, clusters and allocation; adds the columns ``stratum``, ``cluster`` and ``weight`` as they apply.
        missing
            Share of answers that are missing completely at random.
        seed
            The same seed gives the same frame.

        Returns
        -------
        pandas.DataFrame
            n rows, one column per item; integers where all answers are whole numbers and none is missing.

        Raises
        ------
        ModelError
            If a free parameter has no value, a value belongs to no parameter or contradicts the model, or the values
            imply a covariance matrix that is not positive definite.
        OptionError, ScaleError, DesignError
            If another argument cannot be used.

        See Also
        --------
        SampleDesign : How a simulated sample is drawn.

        Notes
        -----
        Skewed responses are shifted lognormals (Johnson 1949) with the mean, variances and covariances of the model.
        Continuous responses have exactly the implied covariances, whatever their skewness; rounding them to a scale
        and clipping them at its ends shrinks correlations slightly, on (0, 1) considerably.

        Examples
        --------
        >>> model, values = cs.datasets.retail_survey_model(), cs.datasets.retail_survey_values()
        >>> answers = model.simulate(500, values, scale={"*": (1, 10), "c1": (0, 1)}, seed=1)
        >>> answers[["e1", "q1", "s1", "c1"]].head(3)
           e1  q1  s1  c1
        0   7   9   7   0
        1   6   7   6   0
        2   9   8   7   0
        """
        return simulate(self, n, values, scale=scale, skew=skew, design=design, missing=missing, seed=seed)


def _blocks(given: object) -> tuple[tuple[str, ...], ...]:
    """Measurement blocks as tuples of names."""
    listing = listing_of(given)
    if listing is None or any(isinstance(one, str) for one in listing):
        raise OptionError(f"blocks= takes lists of constructs, as in [['A', 'B']], not {shown(given)}.")
    return tuple(names_of("blocks", one) for one in listing)
