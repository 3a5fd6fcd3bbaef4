"""The printed questionnaire's own words, and the findings on a draft."""

from csisem.display.wording import Wording

WORDS = {
    "questionnaire.how_to": Wording("How to fill in this form", "填写说明"),
    "questionnaire.about_you": Wording("About you", "被调查者基本信息"),
    "questionnaire.mark_one": Wording(
        "Where the answers have circles, mark one of them.",
        "带圆圈的题目请只选一项。",
    ),
    "questionnaire.mark_several": Wording(
        "Where the answers have boxes, mark all that apply.",
        "带方框的题目可选多项。",
    ),
    "questionnaire.write": Wording("Where there is a line, write your answer on it.", "有横线处请填写您的回答。"),
}
