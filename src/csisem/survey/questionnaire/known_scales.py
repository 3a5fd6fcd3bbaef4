"""Labels of ratings in use, from the lowest to the highest."""

from __future__ import annotations

from collections.abc import Collection, Sequence

# Forms with the word for the rating as {0} and the middle as {1}; those of more points come first.
_FORMS = (
    ("很不{0}", "不{0}", "{1}", "{0}", "很{0}"),
    ("非常不{0}", "不{0}", "{1}", "{0}", "非常{0}"),
    ("非常不{0}", "比较不{0}", "{1}", "比较{0}", "非常{0}"),
    ("非常不{0}", "不太{0}", "{1}", "比较{0}", "非常{0}"),
    ("很不{0}", "不太{0}", "{1}", "比较{0}", "很{0}"),
    ("完全不{0}", "不太{0}", "{1}", "比较{0}", "完全{0}"),
    ("完全不{0}", "比较不{0}", "{1}", "比较{0}", "完全{0}"),
    ("不{0}", "{1}", "{0}", "很{0}"),
    ("不{0}", "{1}", "{0}", "非常{0}"),
    ("不{0}", "{1}", "比较{0}", "非常{0}"),
    ("不{0}", "{1}", "{0}"),
)
_WORDS = ("满意", "同意", "赞同", "符合", "重要", "愿意", "认可")
_MIDDLES = ("一般", "不确定", "中立")
_OTHERS = (
    ("很差", "差", "一般", "好", "很好"),
    ("非常差", "比较差", "一般", "比较好", "非常好"),
    ("从不", "很少", "有时", "经常", "总是"),
    ("very dissatisfied", "dissatisfied", "neither", "satisfied", "very satisfied"),
    ("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
)

KNOWN_SCALES: tuple[tuple[str, ...], ...] = (
    *(tuple(label.format(word, middle) for label in form) for word in _WORDS for middle in _MIDDLES for form in _FORMS),
    *_OTHERS,
)
"""Lists of labels; a question whose labels are among those of one is a rating."""


def scales_with(
    labels: Collection[str], scales: Sequence[Sequence[str]], seen: Collection[frozenset[str]] = ()
) -> list[list[str]]:
    """Return the lists that have all labels, spelt as they are.

    The longest of those whose labels are all in use elsewhere (``seen``) comes first, then those of the same labels.
    """
    spelt = {label.casefold(): label for label in labels}
    found = [scale for scale in scales if spelt and set(spelt) <= {one.casefold() for one in scale}]
    found.sort(key=lambda scale: (-len(scale) * (frozenset(scale) in seen), len(scale) != len(spelt)))
    return [[spelt.get(one.casefold(), one) for one in scale] for scale in found]
