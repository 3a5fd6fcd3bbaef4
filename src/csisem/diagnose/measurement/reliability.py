"""Reliability of each construct, from answers or from a fit."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

from csisem.arrays import FloatArray, pd
from csisem.descriptive.averages import label_columns
from csisem.descriptive.complete_rows import Sample
from csisem.diagnose.measurement.alpha import Reliability, bounded_interval, cronbach, feldt_interval
from csisem.diagnose.measurement.block_notes import block_notes
from csisem.diagnose.measurement.bootstrap_errors import IntervalEnds, interval_ends
from csisem.diagnose.measurement.fit_loadings import Measurement, composites_of, measurement_of
from csisem.diagnose.measurement.item_reliability import alpha_of, table
from csisem.diagnose.measurement.omega import OneFactor, among_ordered, one_factor
from csisem.display.sentences import Sentence, sentence
from csisem.display.table import sentence_column
from csisem.errors import DataError, OptionError, tell
from csisem.fit.bootstrap.bootstrap_result import Bootstrap
from csisem.fit.covariance.covariance_fit import CovarianceFit, OrderedFit
from csisem.fit.fit import Fit
from csisem.fit.pls.composite_fit import CompositeFit
from csisem.moments.correlations import correlations_of
from csisem.option_checks import check_share, interval_kind
from csisem.options import IntervalKind

ALL = ("all",)
"""Label of the rows of a fit without groups."""


def reliability(
    data: object,
    items: object = None,
    *,
    by: str | Sequence[str] | None = None,
    level: float = 0.95,
    design: object = None,
    ordered: Sequence[str] | bool | None = None,
    bootstrap: Bootstrap | None = None,
    interval: IntervalKind | None = None,
) -> pd.DataFrame:
    """Alpha, omega, composite reliability and average variance extracted of each construct.

    Parameters
    ----------
    data
        A `Survey`, a data frame or a path, of which each construct uses the rows that answered all of its items; or a
        fit by maximum likelihood, least squares or PLS.
    items
        A model, a questionnaire, a mapping from construct to items, or a list of items; None: the survey's items. A fit
        uses its own model.
    by
        Column(s) whose values, or combinations of values, are groups. A fit uses its own groups.
    level
        Confidence level of the intervals.
    design
        None uses the survey's own design, False none; or another `Design`. A fit uses its own.
    ordered
        Items whose answers are ordered categories, or True for all: omega, rho_c and ave are then from a one-factor
        model of latent responses (``"WLSMV"``). A fit knows its own.
    bootstrap
        Replicates of the fit: all intervals then come from them.
    interval
        Kind of the bootstrap intervals: ``"percentile"`` (the default), ``"bca"`` or ``"normal"``.

    Returns
    -------
    DataFrame
        ``construct, <by...>, n_items, n, alpha, alpha_ci_lower, alpha_ci_upper, omega, omega_ci_lower,
        omega_ci_upper, rho_c, ave, rho_a, method``. A single item has no reliability: all nan.

        Alpha, with its ``n``, is that of the rows that answered all of the construct's items, or that a fit by listwise
        deletion used; of the moments, where a fit has no rows. Omega, rho_c (composite reliability) and ave (average
        variance extracted) come from a one-factor model of each construct, or from the fit. Two items without a fit
        are taken to have equal loadings, and ``method`` says so.

        Of ordered items omega is that of the sum of the answers (Green and Yang 2009), as semTools' ``compRelSEM`` has
        it with ``obs.var=FALSE``; rho_c and ave are of the latent responses, and ``method`` says so.

        PLS has no omega; rho_c and ave are computed from its loadings, which are too large (those of PLSc are not);
        rho_a is that of Dijkstra and Henseler (2015); all three are nan for composites of mode B.

        With ``bootstrap`` rho_c, ave and (PLS) rho_a also have ``_ci_lower`` and ``_ci_upper``, the alpha of a fit to
        incomplete rows has none, and ``.attrs`` holds ``method`` and ``notes``.

    Raises
    ------
    DataError, ScaleError, DesignError
        If a column is missing, is text or has answers off its scale, or a construct has a constant item or fewer than
        two complete rows.
    UnusableFitError
        If the fit did not converge or is not identified.
    OptionError
        If ``items``, ``by`` or ``design`` are given with a fit, ``bootstrap`` is given without a fit or belongs to
        another, or an option is invalid.

    See Also
    --------
    validity : Discriminant validity of the constructs.
    alpha, omega, ordinal_alpha, split_half : One reliability at a time.

    Notes
    -----
    Cronbach (1951), Feldt (1965); McDonald (1999); Joereskog (1971); Fornell and Larcker (1981). Constructs that are
    measured by other constructs have no items and are left out.

    Examples
    --------
    >>> survey = cs.datasets.retail_survey()
    >>> blocks = {"Value": ["v1", "v2"], "Satisfaction": ["s1", "s2", "s3"]}
    >>> table = cs.diagnose.reliability(survey, blocks)
    >>> table[["construct", "n", "alpha", "omega", "rho_c", "ave", "method"]].round(3)
          construct     n  alpha  omega  rho_c    ave          method
    0         Value  2250  0.772  0.772  0.772  0.629  equal loadings
    1  Satisfaction  2203  0.813  0.814  0.816  0.597      one factor

    A fit is read in the same way:

    >>> fit = cs.datasets.retail_survey_model().fit(survey, "PLS")
    >>> cs.diagnose.reliability(fit)[["construct", "alpha", "rho_a", "rho_c", "ave"]].round(3)
          construct  alpha  rho_a  rho_c    ave
    0   Expectation  0.707  0.737  0.838  0.634
    1       Quality  0.839  0.846  0.887  0.612
    2         Value  0.778  0.781  0.900  0.818
    3  Satisfaction  0.806  0.811  0.887  0.724
    4    Complaints    NaN    NaN    NaN    NaN
    5       Loyalty  0.673  0.687  0.859  0.752
    """
    check_share("level", level)
    kind = interval_kind(interval, bootstrap)
    if isinstance(data, Fit):
        refuse_with_fit(items=items, by=by, design=design, ordered=ordered)
        own = measurement_of(data)
        rows = _of_fit(data, own, level)
        frame = pd.DataFrame(rows).assign(method=sentence_column([row["method"] for row in rows]))
        frame.attrs["notes"] = notes = notes_on_blocks(data, own)
        tell(notes)
        return frame if bootstrap is None else _with_ends(frame, interval_ends(data, own, bootstrap, kind, level))
    refuse_without_fit(bootstrap)

    def figures(sample: Sample, parts: list[Sample]) -> list[dict[str, object]]:
        own = among_ordered(ordered, sample.items)
        fitted = one_factor(sample, level, own) if len(sample.items) > 2 or own else {}
        return [_of_rows(part, fitted.get(label), level) for label, part in zip(sample.labels, parts, strict=True)]

    return table(data, items, by, design, figures, heading="construct", ordered=ordered)


def refuse_with_fit(**given: object) -> None:
    """Refuse options that a fit settles itself."""
    for name, value in given.items():
        if value is not None:
            raise OptionError(f"{name}= is settled by the fit; leave it out, or give the survey instead of the fit.")


def answers_cov(fit: Fit) -> FloatArray:
    """Covariances of the answers, (G, p, p); a fit of ordered items has those of latent responses beside them."""
    if isinstance(fit, OrderedFit):
        return fit.solution.codes.cov.reshape(fit.solution.sample_cov.shape)
    return fit.solution.sample_cov


def refuse_without_fit(bootstrap: object) -> None:
    """Refuse replicates, which belong to a fit, beside a survey."""
    if bootstrap is not None:
        raise OptionError("bootstrap= holds the replicates of a fit; give the fit instead of the survey.")


def _of_rows(part: Sample, factor: OneFactor | None, level: float) -> dict[str, object]:
    """Figures of a construct's complete rows; ``factor`` is its one-factor model if it has three items or more."""
    alpha = alpha_of(part, level)
    if factor is None:
        factor = OneFactor(alpha, *_equal_loadings(part))
    method = factor.omega.method
    if len(part.items) < 3 and factor.omega is alpha:
        method = sentence("measurement.one_item" if len(part.items) < 2 else "measurement.equal_loadings")
    return _figures(alpha, factor.omega, factor.rho_c, factor.ave, np.nan, method)


def _with_ends(frame: pd.DataFrame, ends: IntervalEnds) -> pd.DataFrame:
    """The frame with interval ends from the replicates; its rows are constructs, with groups within."""
    for name, (lower, upper) in ends.reliability.items():
        for end, values in (("upper", upper), ("lower", lower)):
            column = f"{name}_ci_{end}"
            if column not in frame:
                frame.insert(list(frame.columns).index(name) + 1, column, np.nan)
            frame[column] = np.where(frame["n_items"] > 1, values.T.ravel(), np.nan)
    frame.attrs = {"method": ends.method, "notes": [*frame.attrs["notes"], *ends.notes]}
    return frame


def _equal_loadings(part: Sample) -> tuple[float, float]:
    """Composite reliability and average variance of two items with equal loadings: roots of their correlation."""
    r = correlations_of(part.moments()[1])[0, 1] if len(part.items) == 2 else np.nan
    return (2 * r / (1 + r), r) if r >= 0 else (np.nan, np.nan)


def _figures(
    alpha: Reliability, omega: Reliability, rho_c: float, ave: float, rho_a: float, method: str
) -> dict[str, object]:
    figures = {"rho_c": rho_c, "ave": ave, "rho_a": rho_a, "method": method}
    return alpha.columns("alpha") | omega.columns("omega") | figures


def _of_fit(fit: Fit, own: Measurement, level: float) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for j, (name, items) in enumerate(own.blocks.items()):
        samples = samples_of(fit, items)
        for g, label in enumerate(fit.groups or ALL):
            alpha, n = _alpha(fit, own, j, g, samples.get(label), level)
            value, se = own.omega[g, j], own.omega_se[g, j]
            omega = Reliability(value, *bounded_interval(value, se, fit.degrees, level), "")
            ave, method = own.ave[g, j], str(fit.estimator)
            if isinstance(fit, OrderedFit):
                method = sentence("measurement.of_ordered", estimator=fit.estimator)
            if len(items) < 2:
                ave, method = np.nan, sentence("measurement.one_item")
            head = {"construct": name} | group_columns(fit, label) | {"n_items": len(items), "n": n}
            rows.append(head | _figures(alpha, omega, own.rho_c[g, j], ave, own.rho_a[g, j], method))
    return rows


def notes_on_blocks(fit: Fit, own: Measurement) -> list[Sentence]:
    """Notes on the items of each construct in each group: those that look reversed, or repeat others."""
    return [
        note
        for name, items, block in zip(own.blocks, own.blocks.values(), own.places, strict=True)
        if not formed(fit, name)
        for g, label in enumerate(fit.groups or ALL)
        for note in block_notes(name, items, answers_cov(fit)[g][block[:, None], block], int(fit.group_n[g]),
                                label if fit.groups else None)
    ]  # fmt: skip


def formed(fit: Fit, name: str) -> bool:
    """Whether a construct with more than one item is a composite of a covariance structure, or of mode B."""
    if not isinstance(fit, CompositeFit):
        return isinstance(fit, CovarianceFit) and name in composites_of(fit.solution)
    plan = fit.solution.plan
    place = plan.constructs.index(name)
    block = plan.loaded.blocks[place]
    return plan.modes[place] == "B" and block.stop - block.start > 1


def group_columns(fit: Fit, label: Hashable) -> dict[str, object]:
    """The values that name a group of the fit, by column; empty without groups."""
    if not fit.groups:
        return {}
    return {column: values[0] for column, values in label_columns(fit.settings.by or ("group",), (label,)).items()}


def samples_of(fit: Fit, items: tuple[str, ...]) -> dict[Hashable, Sample]:
    """The rows of each group that answered the items; empty where the fit holds no rows."""
    if fit.data is None:
        return {}
    listwise = fit.settings.missing == "listwise"
    asked = fit.solution.table.observed[: fit.solution.table.measured] if listwise else items
    try:
        sample = Sample.read(fit.data, asked, fit.settings.by)
    except DataError:
        return {}
    sample = sample.with_values(sample.values[:, [asked.index(item) for item in items]], items)
    return {label: sample.part(code) for code, label in enumerate(sample.labels)}


def _alpha(fit: Fit, own: Measurement, j: int, g: int, part: Sample | None, level: float) -> tuple[Reliability, int]:
    """Alpha of a construct in a group, from its rows or from the moments, and the number of rows."""
    if part is not None and part.n > 1:
        return alpha_of(part, level), part.n
    block, n = own.places[j], int(fit.group_n[g])
    cov = answers_cov(fit)[g][block[:, None], block]
    if len(block) < 2:
        return Reliability.unknown(sentence("measurement.one_item")), n
    value = float(cronbach(cov))
    return Reliability(value, *feldt_interval(value, n, len(block), level), sentence("measurement.feldt")), n
