"""Advice on the wording, length and order of questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from csisem.display.sentences import Sentence, sentence
from csisem.options import Language
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import ANY, as_text

MOST_WORDS, MOST_LETTERS = 25, 45
"""English words, or Chinese letters, of a question that is not called long."""

_JUDGED = ("likert", "yes_no")
"""Kinds of question whose answer is one judgement; a list to choose from may name several things."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_END_EN, _END_ZH = r"[^,.;:?!]*", r"[^，。；：？！,;:?!]*"


class _Rules(NamedTuple):
    """Patterns of one language; what ``single`` matches is one thing and removed before ``joined`` is searched."""

    single: tuple[re.Pattern[str], ...]
    joined: re.Pattern[str]
    leading: tuple[re.Pattern[str], ...]
    delicate: re.Pattern[str]


def _patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.I) for text in texts)


_PEOPLE_EN = r"(?:friends?|family|relatives?|colleagues?|neighbou?rs?|acquaintances?|others|anyone)"
_PRAISE_EN = (
    r"(?:excellent|superb|outstanding|wonderful|amazing|great|fantastic|exceptional|award-winning|world-class|"
    r"first-class|high-quality|superior|terrible|awful|horrible|poor)"
)


@cache
def _english() -> _Rules:
    """The rules for English; compiled at their first use."""
    return _Rules(
        single=_patterns(
            r"\([^)]*\)",
            rf"\b(?:such as|for example|for instance|e\.g\.|including){_END_EN}",
            # What the answer is judged against is one frame, and of two ends one is meant.
            r"\b(?:considering|given|compared (?:to|with)|in view of|relative to|taking|"
            rf"thinking (?:of|about)){_END_EN}",
            rf"^\s*(?:if|when|after|before|suppose|based on){_END_EN},",
            r"\bbetween\b[^,.?]*?\band\b",
            r"\b(\w+) or (?:dis|un|in|im|ir|not )\1\w*",
            r"\b(?:dis|un|in|im|ir)(\w+) or \1\b",
            r"\b(?:agree|better|worse|good|bad|higher?|lower?|more|less|fewer|easy|difficult|increased?|decreased?|"
            r"rise|fall|faste?r?|slowe?r?|for|yes|up|down|positive|negative|met|"
            r"(?:falls?|fallen|fell) short(?: of)?|exceed(?:s|ed)?)"
            r" (?:or|and) (?:disagree|better|worse|good|bad|higher?|lower?|more|less|fewer|easy|difficult|hard|"
            r"increased?|decreased?|rise|fall|faste?r?|slowe?r?|against|no|up|down|positive|negative|not met|"
            r"(?:falls?|fallen|fell) short(?: of)?|exceed(?:s|ed)?)\b",
            r"\bor (?:not|so|more|less|later|worse|better)\b|\band (?:so on|so forth)\b|\b(?:one|two|once) or \w+",
            r"\b(?:products? (?:and|or) services?|services? (?:and|or) products?|goods (?:and|or) services|"
            r"(?:fees|prices|charges) and (?:fees|prices|charges)|"
            r"terms and conditions|pros and cons|again and again|now and then|"
            r"(?:sales )?staff or (?:sales )?personnel)\b",
            rf"\b{_PEOPLE_EN}(?:,? (?:and|or) (?:your )?{_PEOPLE_EN})+\b",
        ),
        joined=re.compile(r"(?<![\w'-])[\w'-]+ (?:and/or|and|or|as well as) [\w'-]+|\bnot only\b.*\bbut\b", re.I),
        leading=_patterns(
            r"(?:^|[,.;:?!]\s*)\w+n['’]t (?:you|it|they|we|he|she|this|that|the|our)\b",
            r"\bdo(?:n['’]t)? you (?:not |also )?agree that\b|\bwould you (?:not |also )?agree that\b",
            r"\b(?:of course|obviously|surely|undoubtedly|needless to say|as you (?:probably )?know)\b",
            r"\b(?:everyone|everybody) (?:knows|agrees|likes|loves)\b|\bit is well known\b",
            r"\b(?:most|many|all) (?:people|customers|consumers|experts) "
            r"(?:say|think|agree|believe|prefer|like|love)\b",
            r"\bexperts (?:say|agree|believe|recommend)\b",
            rf"\bour (?:\w+ )?{_PRAISE_EN}\b|\bhow (?:truly |really )?{_PRAISE_EN}\b",
            r"\bhow much (?:do|did) you (?:love|like|enjoy)\b|,\s*right\s*\?",
        ),
        delicate=re.compile(
            r"\b(?:income|salary|wages?|earn|earnings|debts?|religion|marital|married|ethnic\w*|date of birth|"
            r"how old are you|your age|telephone number|e-?mail address)\b",
            re.I,
        ),
    )


_PEOPLE_ZH = r"(?:朋友|亲友|亲朋好友|亲朋|好友|家人|亲戚|亲人|同事|邻居|熟人|他人)"
_PRAISE_ZH = r"(?:优质|优秀|优良|一流|卓越|热情|周到|贴心|先进|精美|高品质|高质量|完善|出色|物美价廉|低劣|糟糕)"
_OURS_ZH = r"(?:我们|我公司|本公司|我店|本店|我司|我行|本行|我院|本院|我厂|本厂)"


@cache
def _chinese() -> _Rules:
    """The rules for Chinese."""
    return _Rules(
        single=_patterns(
            r"（[^）]*）|\([^)]*\)",
            rf"(?:例如|(?<!相)比如|诸如|譬如|包括){_END_ZH}",
            rf"(?:考虑到|鉴于|相对于|相比于|结合|综合|如果|假如|基于|根据){_END_ZH}[，,]",
            # 与 and 和 before what is compared or talked to join nothing.
            r"[和与跟同][^，。；？！,;?!和与及、]{0,14}?(?:接近|相比|比较|比起来|相较|对比|一致|相符|符合|相当|相同|不同|差距|差别|差异|"
            r"沟通|交流|交谈|联系|打交道|接触|往来|合作|见面|分享|有关|相关|无关|之间|关系|一起|相处|挂钩|联合)",
            r"[和与跟](?:您|你|他人|别人)(?!的|和|与)",
            # Words that are written with the letters of "and" or "or".
            r"和谐|和气|和蔼|和善|和睦|和平|温和|平和|饱和|缓和|柔和|谦和|总和|附和|参与|与否|与众不同|与时俱进|与会|给与|赠与",
            r"及时|及早|及格|及第|及以[上下]|涉及|普及|提及|触及|危及|遍及|顾及|顾不及|来得及|来不及|不及|企及|波及|或许|或多或少|抑或",
            r"合并|并非|并不|并未|并没|并列|一并",
            r"(\w{1,4})[或与和](?:不|没|未|非)\1|(?:是|有|好|高|多|快|大|涨|升|愿意)[或和与](?:否|无|坏|低|少|慢|小|跌|降|不愿意)",
            r"(?:上涨|上升|提高|增加|达到|高于|超过)[或和与](?:下降|下跌|降低|减少|未达到|低于|超过|不及)",
            r"产品[和与及或、]服务|服务[和与及或、]产品|商品[和与及或、]服务|条款[和与及或、]条件|(?:投诉|抱怨)[和与或、](?:投诉|抱怨)|[一两三]\w?或[两三四多]",
            rf"{_PEOPLE_ZH}(?:[和与及或、]|或者|以及){_PEOPLE_ZH}(?:(?:[和与及或、]|或者|以及){_PEOPLE_ZH})*",
        ),
        joined=re.compile(
            r"\w{0,4}(?:以及|并且|而且|或者|及其|[和与及或并、])\w{1,4}|不[但仅]\w*[，,]?\w*[也还]|既\w{1,8}又\w{1,4}"
        ),
        leading=_patterns(
            r"难道|岂不|岂能|不是吗|对不对|众所周知|毫无疑问|毋庸置疑|不言而喻|显而易见",
            r"(?:大家|人人|很多人|许多人|多数人|大多数\w{0,4}|专家们?)(?:都|一致|普遍)?(?:认为|觉得|知道|喜欢|建议|指出|推荐)",
            r"[您你](?:不|难道不|也)(?:觉得|认为|同意|赞同|赞成)",
            r"[您你](?:是否)?(?:同意|赞同|赞成|认同)[^，。？?]*吗",
            rf"{_OURS_ZH}[^，。？?]{{0,6}}?{_PRAISE_ZH}的|有多(?:么)?{_PRAISE_ZH}",
            r"(?:当然|理应|显然)[^，。？?]*[吗吧]",
        ),
        delicate=re.compile(r"收入|工资|薪水|薪酬|存款|负债|宗教|婚姻|您的年龄|出生年|身份证|电话号码|手机号|家庭住址"),
    )


_RULES: dict[Language, Callable[[], _Rules]] = {"en": _english, "zh": _chinese}

Advice = tuple[str, Sentence]
"""Name of the question, and what to look at."""


def wording_advice(questions: Sequence[Question], scored: Collection[str], last: Collection[str]) -> list[Advice]:
    """Return advice on each question, then on their order; ``last`` names those about the respondent."""
    found = [(one.name, said) for one in questions for said in dict.fromkeys(_worded(one))]
    return [*found, *_order([one for one in questions if one.name not in last], scored)]


def _worded(question: Question) -> Iterator[Sentence]:
    """Yield advice on the wording of one question, in each language that has rules."""
    for language, text in _readable(question):
        rules = _RULES[language]()
        if question.kind in _JUDGED and (words := _two_things(rules, text)):
            yield sentence("questionnaire.two_things", words=words)
        if len(re.findall(r"[?？]", text)) > 1:
            yield sentence("questionnaire.several_questions")
        for pattern in rules.leading:
            if led := pattern.search(text):
                yield sentence("questionnaire.leading", words=led.group().strip(" ,.;:?!，"))
                break
        if language == "en" and (words_used := len(text.split())) > MOST_WORDS:
            yield sentence("questionnaire.long", count=words_used, most=MOST_WORDS)
        if language == "zh" and (letters := len(re.findall(r"\w", text))) > MOST_LETTERS:
            yield sentence("questionnaire.long_chinese", count=letters, most=MOST_LETTERS)


def _two_things(rules: _Rules, text: str) -> str:
    """Return the words that join two things, or nothing."""
    for pattern in rules.single:
        text = pattern.sub(" … ", text)
    joined = rules.joined.search(text)
    return joined.group() if joined else ""


def _readable(question: Question) -> Iterator[tuple[Language, str]]:
    """Yield the wordings in English and Chinese; one without a language is read by its letters."""
    for language, text in as_text(question.text).by_language:
        if language == ANY:
            yield ("zh" if _HAN.search(text) else "en"), text
        elif language.split("-")[0] == "zh":
            yield "zh", text
        elif language.split("-")[0] == "en":
            yield "en", text


def _order(questions: Sequence[Question], scored: Collection[str]) -> list[Advice]:
    """Return advice on a form that opens with an open question, and on personal data before judgements."""
    found: list[Advice] = []
    if questions and questions[0].kind == "open" and any(one.kind != "open" for one in questions):
        found.append((questions[0].name, sentence("questionnaire.open_first")))
    judged = [place for place, one in enumerate(questions) if one.name in scored]
    for place, one in enumerate(questions):
        personal = one.kind not in _JUDGED and any(
            _RULES[lang]().delicate.search(text) for lang, text in _readable(one)
        )
        if personal and judged and place < judged[-1]:
            found.append((one.name, sentence("questionnaire.delicate_early")))
    return found
