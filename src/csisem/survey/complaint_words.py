"""Words of complaints and faults in names and wordings of items."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOUN_ZH = r"(?:抱怨|投诉|不满(?!足)|故障|差错|缺陷|毛病|差评|纠纷|瑕疵)"
_NOUN_EN = (
    r"(?:complain\w*|dissatisf\w*|problems?|faults?|faulty|defects?|errors?|mistakes?|breakdowns?|grievances?|trouble)"
)

# A name, or a wording as short as one, that has such a word.
_NAME = re.compile(rf"{_NOUN_ZH}|(?:质量|遇到的?|出现的?|发生的?|的)问题|\b{_NOUN_EN}\b", re.I)
_LONGEST = {"letters": 8, "words": 4}

# A wording that asks whether, how often or how many.
_ASKED = re.compile(
    rf"(?:是否|有没有|有无|曾经?|多少|几次|经常|常常|总是|很多|会不会|多次)[^，。？]{{0,14}}?({_NOUN_ZH}|问题)"
    rf"|({_NOUN_ZH}|问题)(?:过|了|的?(?:次数|多少|数量|频率|频繁|几率|程度|率))"
    r"|\b(?:have|has|had|did|do|does|how often|how many|how much|how frequently|how serious|number of|ever|many|often|"
    rf"frequent(?:ly)?|several|a lot of|any)\b[^.?;,]{{0,60}}?\b({_NOUN_EN})\b",
    re.I,
)

# What is judged is how complaints are handled or that there are none, or the question asks for satisfaction.
_GOOD = re.compile(
    rf"(?:{_NOUN_ZH}|问题)(?:的|得到|被|能|后)?(?:及时|妥善|有效|快速|合理)?"
    r"(?:处理|解决|回复|答复|响应|受理|渠道|反馈|接待|热线|电话|应对|排除|维修|修好|赔偿)"
    rf"|(?:处理|解决|受理|应对|回复|答复|排除|修理|维修)\w{{0,10}}?(?:{_NOUN_ZH}|问题)"
    rf"|(?:无|没有|很少|极少|少有|零|从不|不出|未|不易|不会)\w{{0,4}}?(?:{_NOUN_ZH}|问题)"
    r"|(?<![不没])(?<!不太)(?<!不够)(?<!不大)满意"
    rf"|\b{_NOUN_EN}['’]?[\s_-]+(?:\w+[\s_-]+){{0,3}}?"
    r"(?:handl|manag|resol|process|respon|solv|settl|treat|dealt|repair|rectif|fix|procedure|channel|desk|hotline)\w*"
    r"|\b(?:handl|manag|resol|respon|solv|settl|treat|deal|repair|rectif|fix|correct)\w*[\s_-]+(?:\w+[\s_-]+){0,4}?"
    rf"{_NOUN_EN}"
    rf"|\b(?:no|few|fewer|without|zero|free(?:dom)? (?:of|from)|absence of|lack of|rarely|never|seldom)\b[\s_-]*"
    rf"(?:\w+[\s_-]+){{0,2}}?{_NOUN_EN}"
    r"|\b(?:complaint|problem|fault|error|trouble)s?-free\b"
    r"|(?<!dis)(?<!un)satisf",
    re.I,
)

_SATISFIED = re.compile(r"(?<![不没])(?<!不太)(?<!不够)(?<!不大)满意|(?<!dis)(?<!un)satisfied", re.I)


def complaint_like(wordings: Iterable[str], names: Iterable[str], labels: Iterable[str] = ()) -> str:
    """Return the word that makes an item look like a complaint or fault, or nothing.

    Whatever speaks of satisfaction, of handling complaints or of no faults, speaks against it; so do labels of
    satisfaction. A long wording counts where it asks whether, how often or how many; names and short wordings count
    where they have such a word.
    """
    worded, named = [[text.replace("_", " ") for text in texts] for texts in (wordings, names)]
    if any(map(_SATISFIED.search, labels)) or any(map(_GOOD.search, worded)):
        return ""
    for text in worded:
        short = (
            len(text.split()) <= _LONGEST["words"] and len(re.findall(r"[\u3400-\u9fff]", text)) <= _LONGEST["letters"]
        )
        if found := _ASKED.search(text) or (_NAME.search(text) if short else None):
            return next(filter(None, found.groups()), found.group())
    for text in named:
        if _GOOD.search(text):
            return ""
        if found := _NAME.search(text):
            return found.group()
    return ""
