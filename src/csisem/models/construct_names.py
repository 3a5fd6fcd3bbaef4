"""Construct names of the published models, English and Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from csisem.errors import ModelError, nearest
from csisem.options import Language, validate

# The first six and the SERVQUAL dimensions are the terms of the Chinese training texts.
CHINESE: Mapping[str, str] = {
    "Expectation": "顾客期望",
    "Quality": "质量感知",
    "Value": "价值感知",
    "Satisfaction": "顾客满意",
    "Complaints": "顾客抱怨",
    "Loyalty": "顾客忠诚",
    "Image": "品牌形象",
    "ProductQuality": "产品质量感知",
    "ServiceQuality": "服务质量感知",
    "Tangibles": "有形性",
    "Reliability": "可靠性",
    "Responsiveness": "响应性",
    "Assurance": "保证性",
    "Empathy": "移情性",
    "Price": "价格感知",
    "ComplaintHandling": "抱怨处理",
    "AffectiveCommitment": "情感承诺",
    "CalculativeCommitment": "计算承诺",
}

# The Chinese national model has its own terms, which a report on it must print.
CHINESE_OF_CCSI: Mapping[str, str] = {
    **CHINESE,
    "Expectation": "预期质量",
    "Quality": "感知质量",
    "Value": "感知价值",
    "Satisfaction": "顾客满意度",
}

# In the Norwegian model the image is the company's, not a brand's.
CHINESE_OF_NCSB: Mapping[str, str] = {**CHINESE, "Image": "企业形象"}


def other_language(name: str, constructs: Iterable[str]) -> str | None:
    """Return the one of a model's constructs that the other language calls by this name; None without one."""
    tables, own = (CHINESE, CHINESE_OF_CCSI, CHINESE_OF_NCSB), frozenset(constructs)
    keys = {key for table in tables for key, chinese in table.items() if name in (key, chinese)}
    meant = [other for key in sorted(keys) for table in tables for other in (key, table[key]) if other in own]
    return meant[0] if meant else None


def displayed_names(
    constructs: Iterable[str],
    model: str,
    chinese: Mapping[str, str],
    language: Language,
    renamed: Mapping[str, str] | None,
) -> dict[str, str]:
    """Return the name of each construct of ``model``: the user's if given, else that in the language."""
    language = validate("language", language, Language)
    names = {construct: chinese[construct] if language == "zh" else construct for construct in constructs}
    if renamed is None:
        return names
    if not isinstance(renamed, Mapping):
        raise ModelError(f"names= must map construct names to new ones; got a value of type {type(renamed).__name__}.")
    for construct, name in renamed.items():
        if not isinstance(name, str):
            raise ModelError(f"names= gives {construct!r} the name {name!r}, which is not text.")
        if construct not in names:
            # Users of Chinese reports easily take the Chinese name for the key.
            english = next((key for key, name in names.items() if name == construct), None)
            hint = f" (its key is {english!r})" if english else nearest(construct, names)
            raise ModelError(f"names= renames {construct!r}, which is not a construct of {model}{hint}.")
    return {**names, **renamed}
