"""A template of eight service expectations on 0-10."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from csisem.arrays import pd
from csisem.errors import DataError, ScaleError, agree, listed
from csisem.improve.gaps import gaps
from csisem.improve.paired_answers import read_pairs
from csisem.index.joint_covariance import SharedRows
from csisem.option_checks import groups_of, rising
from csisem.options import Language, validate
from csisem.survey import Survey, as_survey
from csisem.survey.named_numbers import entries_of, scales_of

EIGHT = 8
"""Number of expectations in the template."""

WORDS: dict[Language, tuple[str, str, str]] = {
    "en": ("disappointing", "all right", "delightful"),
    "zh": ("失望", "还可以", "眼睛一亮"),
}
"""The words of the scale for low, middle and high; the Chinese ones are the training texts'."""

_SCALE = (0.0, 10.0)
_SIGNS = {"disappointed": "<", "satisfied": "=", "delighted": ">"}
_KINDS = {"total": "total", "dimension": "expectation", "question": "item"}
_POINTS = ["expected", "perceived", "gap", "se", "ci_lower", "ci_upper"]


def service_expectations(
    data: object,
    expectations: Mapping[str, Mapping[str, tuple[str, str]]],
    *,
    weights: Mapping[str, float] | None = None,
    cuts: tuple[float, float] = (10 / 3, 20 / 3),
    language: Language = "en",
    by: str | Sequence[str] | None = None,
    design: object = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare actual with expected service on 0-10, by eight expectations and their items.

    `templates.expectation_columns` has the training texts' eight expectations of a car repair service with their 25
    items; or name your own. `gaps` takes any number of dimensions.

    Parameters
    ----------
    data
        A `Survey` whose items have the scale 0-10.
    expectations
        From the name of each of the eight expectations to its items, at least one; from the name of an item to its
        columns of expectation and of actual service.
    weights
        Weights of the expectations in the total, summing to 1; None takes equal weights. Items of one expectation have
        equal weights.
    cuts
        Where middle and high begin on 0-10. The texts print the three words without cuts; thirds are this package's.
    language
        Language of the words: ``"en"`` or ``"zh"`` (失望, 还可以, 眼睛一亮).
    by, design, level
        As in `gaps`.

    Returns
    -------
    DataFrame
        ``level, item, <by...>, n, expected, actual, gap, se, ci_lower, ci_upper, pvalue, sign, word``: means on 0-10
        of the total, each expectation, each item; ``gap`` is actual less expected, ``sign`` its sign (``"<", "=",
        ">"``), ``"="`` where it is not significant; ``word`` is the scale's word for the actual mean. ``.attrs``: joint
        ``covariance`` of the gaps, ``degrees``.

    Raises
    ------
    DataError
        If there are not eight expectations, one has no items, an item is in two, or as in `gaps`.
    ScaleError
        If an item has another scale.
    OptionError
        If cuts do not rise within 0-10, or ``expectations`` is not a mapping.

    See Also
    --------
    gaps : Gaps of any questions and dimensions, in points of 0-100.
    csisem.templates.expectation_columns : The eight expectations of a template.

    Notes
    -----
    The texts' satisfaction = process + quality + price is an `index.Hierarchy` of three equal weights.

    Examples
    --------
    >>> columns = [f"{kind}{k}" for kind in "ea" for k in range(8)]
    >>> answers = pd.DataFrame(np.random.default_rng(1).integers(4, 11, (60, 16)), columns=columns)
    >>> asked = {f"expectation {k}": {f"item {k}": (f"e{k}", f"a{k}")} for k in range(8)}
    >>> found = cs.improve.service_expectations(cs.Survey(answers, scale=(0, 10)), asked)
    >>> found.loc[:2, ["level", "item", "expected", "actual", "gap", "sign", "word"]].round(2)
             level           item  expected  actual   gap sign        word
    0        total          Total      7.11    6.90 -0.21    =  delightful
    1  expectation  expectation 0      6.65    7.12  0.47    =  delightful
    2  expectation  expectation 1      6.70    7.12  0.42    =  delightful
    """
    language = validate("language", language, Language)
    low, high = rising("cuts", cuts, "two numbers, where middle and high begin", *_SCALE)
    groups_of(by, ("actual", "sign", "word"))
    pairs, members = _read(expectations)
    survey = as_survey(data)
    _check_scales(survey, pairs)
    found = gaps(survey, pairs, dimensions=members, weights=weights, by=by, design=design, level=level)
    points = found[_POINTS] / 10
    actual = points["perceived"].to_numpy()
    words = np.array(WORDS[language], dtype=object)[(actual >= low).astype(int) + (actual >= high)]
    frame = found.drop(columns="class").assign(
        **{name: points[name] for name in _POINTS},
        level=found["level"].map(_KINDS),
        sign=found["class"].map(_SIGNS),
        word=words,
    )
    frame = frame.rename(columns={"perceived": "actual"})
    covariance = np.asarray(found.attrs["covariance"], dtype=np.float64) / 100
    frame.attrs = {"covariance": SharedRows(covariance.tolist()), "degrees": found.attrs["degrees"]}
    return frame


def _read(expectations: object) -> tuple[dict[str, tuple[str, str]], dict[str, list[str]]]:
    """Pairs of columns by item, and items by expectation."""
    given = entries_of("expectations", expectations, "its items")
    if len(given) != EIGHT:
        raise DataError(f"The template has eight expectations, and there are {len(given)}; gaps() takes any number.")
    pairs: dict[str, tuple[str, str]] = {}
    members: dict[str, list[str]] = {}
    for name, items in given.items():
        if isinstance(items, Mapping) and not items:
            raise DataError(f"The expectation {name!r} has no items.")
        own = read_pairs(items, "item", "of expectation", "of actual service", f"expectations[{name!r}]")
        if twice := [item for item in own if item in pairs]:
            both = agree(len(twice), "Item {} is", "Items {} are").format(listed(twice))
            raise DataError(f"{both} in {name!r} and in another expectation.")
        pairs |= own
        members[name] = list(own)
    return pairs, members


def _check_scales(survey: Survey, pairs: Mapping[str, tuple[str, str]]) -> None:
    columns = list(dict.fromkeys(column for pair in pairs.values() for column in pair))
    for column, scale in zip(columns, scales_of(survey, columns, "Expectations are asked on 0-10"), strict=True):
        if (scale.low, scale.high) != _SCALE:
            raise ScaleError(f"Expectations are asked on 0-10; {column!r} has the scale {scale.low:g}-{scale.high:g}.")
