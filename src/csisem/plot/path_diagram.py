"""Path diagrams of models and of fits."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

from csisem.errors import OptionError, shown
from csisem.fit.fit import Fit
from csisem.option_checks import check_flag
from csisem.options import DiagramErrors, DiagramNumbers, Language, validate
from csisem.plot.diagram.on_axes import draw
from csisem.plot.diagram.picture import DiagramOptions, picture_of
from csisem.plot.diagram.scene import Scene
from csisem.plot.diagram.vector_text import svg
from csisem.plot.drawing.axes import open_axes
from csisem.plot.drawing.fonts import give_fonts
from csisem.plot.drawing.labels import check_labels, speaks
from csisem.specification.specification import Specification

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def path_diagram(
    model: Specification | Fit,
    *,
    estimates: DiagramNumbers | None = None,
    errors: DiagramErrors | None = None,
    items: bool = True,
    covariances: bool | None = None,
    group: Hashable = None,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw a model or a fit as a path diagram.

    Constructs are ellipses in causal columns, items are boxes beside them. Composites are hexagons whose arrows run
    from the items and show weights; interactions have a broken outline, and observed variables of the structural model
    are boxes. Covariances are curves with two heads. Residual variances are not drawn. The diagram of a fit has R²
    in its constructs, lines as wide as the standardised values (blue, or red where negative), and broken lines where p
    is 0.05 or more. A fit whose ``status`` is falsy is marked, and none of its numbers shown.

    Parameters
    ----------
    model
        A model or a fit.
    estimates
        Numbers on the arrows: ``"standardized"`` (of a fit, unless told otherwise), ``"unstandardized"`` or ``"none"``;
        of a model ``"symbols"``, the symbols of its paths in `Model.matrices`.
    errors
        ``"stars"`` for p < 0.05, 0.01 and 0.001 by ``fit.parameters`` (of a fit, unless told otherwise), on arrows
        between constructs; ``"se"`` for standard errors in parentheses; or ``"none"``.
    items
        Whether items are drawn.
    covariances
        Whether covariances are drawn. None: those that the model writes, and all of a model without paths; a note
        counts what is left out.
    group
        The group of a fit by groups; None takes the first.
    ax
        Axes to draw on. Without: the current axes if they are empty, else those of a new figure of the diagram's size.
    language
        ``"en"`` or ``"zh"``, the language of the caption.
    labels
        Texts to show for names; other names are shown as they are.

    Returns
    -------
    matplotlib.axes.Axes
        Every construct, item and arrow has an id (matplotlib's ``gid``), such as ``path-Satisfaction-Loyalty``.

    Raises
    ------
    OptionError
        If it is neither a model nor a fit, or an option is unknown, or one that the model or fit does not have.

    Examples
    --------
    >>> model = cs.datasets.mobile_phone_model("small")
    >>> fit = model.fit(cs.datasets.mobile_phone())
    >>> ax = cs.plot.path_diagram(fit)
    >>> [text.get_text() for text in ax.texts][:2]
    ['EXP', 'VAL']
    """
    scene = _scene(model, estimates, errors, items, covariances, group, language, labels)
    axes = open_axes(ax, (scene.width, scene.height))
    if ax is None and axes.figure.axes == [axes]:
        # A diagram has margins of its own.
        axes.set_position((0.0, 0.0, 1.0, 1.0))
    draw(axes, scene)
    give_fonts(axes)
    return axes


def path_diagram_svg(
    model: Specification | Fit,
    *,
    estimates: DiagramNumbers | None = None,
    errors: DiagramErrors | None = None,
    items: bool = True,
    covariances: bool | None = None,
    group: Hashable = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
    prefix: str | None = None,
) -> str:
    """Return a path diagram as an ``<svg>`` element for a web page, with the numbers in full where one points.

    Parameters
    ----------
    model, estimates, errors, items, covariances, group, language, labels
        As in `path_diagram`.
    prefix
        Text, possibly empty, that the ids of constructs, items and arrows begin with; None leaves the ids out.

    Returns
    -------
    str
        All texts are escaped. It needs nothing but a browser's fonts.

    Raises
    ------
    OptionError
        As in `path_diagram`.

    Examples
    --------
    >>> text = cs.plot.path_diagram_svg(cs.datasets.mobile_phone_model("small"), prefix="")
    >>> 'id="path-VAL-SAT"' in text
    True
    """
    if prefix is not None and not isinstance(prefix, str):
        raise OptionError(f"prefix= must be text, or None; got {shown(prefix)}.")
    scene = _scene(model, estimates, errors, items, covariances, group, language, labels)
    return svg(scene, prefix=prefix)


def _scene(
    model: object, estimates: object, errors: object, items: bool, covariances: bool | None, group: Hashable,
    language: object, labels: object,
) -> Scene:  # fmt: skip
    """The scene, from checked options."""
    if not isinstance(model, Specification | Fit):
        raise OptionError(f"path_diagram takes a model, or the result of fit(); got {shown(model)}.")
    check_flag("items", items)
    check_flag("covariances", covariances, unset=True)
    numbers = None if estimates is None else validate("estimates", estimates, DiagramNumbers)
    precision = None if errors is None else validate("errors", errors, DiagramErrors)
    options = DiagramOptions(numbers, precision, items, covariances, group, speaks(language), check_labels(labels))
    return picture_of(model, options)
