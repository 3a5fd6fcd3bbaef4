"""Means of groups, with intervals and letters of post hoc tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING

from csisem.arrays import pd
from csisem.diagnose.strata.anova import Anova
from csisem.option_checks import check_share
from csisem.options import Language
from csisem.plot.drawing.axes import finish, name_rows, open_axes, rows_height
from csisem.plot.drawing.frames import check_result, numbers, one_of, optional
from csisem.plot.drawing.labels import break_lines, check_labels, show_names, speaks, word
from csisem.plot.index import draw_intervals

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def group_means(
    result: Anova,
    *,
    method: str | None = None,
    alpha: float = 0.05,
    ax: Axes | None = None,
    language: Language = "en",
    labels: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the means of groups with their intervals; groups that share a letter do not differ significantly.

    Parameters
    ----------
    result
        What `csisem.diagnose.anova` returns.
    method
        The post hoc tests behind the letters, one of ``result.posthoc["method"]``; None: those under the design, or
        else Games and Howell's.
    alpha
        Level of the tests: p-values below it are significant.
    ax
        Axes to draw on; None: the current axes if they are empty, else those of a new figure.
    language
        ``"en"`` or ``"zh"``, the language of title and axis.
    labels
        Texts to show for names of groups and of the item.

    Returns
    -------
    matplotlib.axes.Axes
        A row a group in the order of the result; on the right its mean and letters.

    Raises
    ------
    DataError
        If the result is another, or has no such tests.
    OptionError
        If an option is invalid.

    Notes
    -----
    Letters by insertion and absorption (Piepho 2004, Journal of Computational and Graphical Statistics 13, 456-466).

    Examples
    --------
    >>> ax = cs.plot.group_means(cs.diagnose.anova(cs.datasets.retail_survey(), "s1", by="firm"))
    >>> [text.get_text() for text in ax.texts]
    ['7.58  a', '7.77  b', '7.26  c']
    """
    spoken, texts = speaks(language), check_labels(labels)
    check_share("alpha", alpha)
    found: Anova = check_result(result, Anova, "cs.diagnose.anova")
    means = found.means
    values = numbers(means, "mean", "result")
    groups = list(means[list(found.by)].itertuples(index=False, name=None))
    keys: list[object] = [group[0] if len(group) == 1 else group for group in groups]
    tests = one_of(found.posthoc, "method", _method(found.posthoc, method), "method")
    letters = compact_letters(keys, tests, alpha)
    names = show_names(groups, texts, columns=26)
    axes = open_axes(ax, (6.4, rows_height(names)))
    draw_intervals(axes, values, optional(means, "ci_lower"), optional(means, "ci_upper"), digits=2, notes=letters)
    name_rows(axes, names)
    target, *by = show_names([found.target, *found.by], texts)
    said = word("plot.means.axis", spoken, method=_said(tests["method"].iloc[0], spoken), alpha=f"{alpha:g}")
    return finish(axes, title=word("plot.means.title", spoken, item=target, by=by), x=break_lines(said, 60))


def _method(posthoc: pd.DataFrame, method: str | None) -> object:
    if method is not None:
        return method
    designed = posthoc[posthoc["respects_design"].to_numpy(dtype=bool) & posthoc["pvalue"].notna().to_numpy(dtype=bool)]
    return designed["method"].iloc[0] if len(designed) else "games-howell"


_NAMES = {"holm": "Holm", "bonferroni": "Bonferroni", "fdr": "FDR"}


def _said(method: object, language: Language) -> str:
    """The name of the post hoc tests."""
    name = str(method)
    if name.startswith("design, "):
        adjustment = name.removeprefix("design, ")
        return word("plot.means.design", language, adjustment=None if adjustment == "none" else _NAMES[adjustment])
    return name.title()


def compact_letters(groups: Sequence[object], tests: pd.DataFrame, alpha: float) -> list[str]:
    """Letters of the groups: two share one if no test of theirs is significant."""
    places = {group: place for place, group in enumerate(groups)}
    sets = [frozenset(range(len(groups)))]
    different = tests["pvalue"].to_numpy(dtype=float) < alpha
    for first, second in zip(tests["first"][different], tests["second"][different], strict=True):
        one, other = places[first], places[second]
        split = []
        for whole in sets:
            split += [whole - {one}, whole - {other}] if {one, other} <= whole else [whole]
        # A set within another says nothing new.
        sets = [part for part in dict.fromkeys(split) if not any(part < larger for larger in split)]
    sets.sort(key=sorted)
    marks = ascii_lowercase + ascii_lowercase.upper()
    names = [marks[place] if place < len(marks) else f"({place + 1})" for place in range(len(sets))]
    named = list(zip(names, sets, strict=True))
    return ["".join(name for name, part in named if place in part) for place in range(len(groups))]
