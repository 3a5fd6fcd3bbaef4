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
    "questionnaire.no_scale": Wording(
        "It measures an indicator but has no scale, so it makes no score.",
        "该题测量指标但没有量表，因此没有得分。",
    ),
    "questionnaire.no_score": Wording(
        "It measures an indicator but is of kind {kind!r}, so it makes no score.",
        "该题测量指标，但题型为 {kind!r}，因此没有得分。",
    ),
    "questionnaire.rating": Wording(
        "It is a rating without points, options or scale.",
        "该评分题没有分点、选项或量表。",
    ),
    "questionnaire.no_questions": Wording(
        "It stands on level {level} without questions or indicators below it.",
        "该指标位于第 {level} 级，其下没有题目或指标。",
    ),
    "questionnaire.other_level": Wording(
        "Its branch ends on level {level}, others on level {usual}.",
        "其分支止于第 {level} 级，其他分支止于第 {usual} 级。",
    ),
    "questionnaire.several_indicators": Wording(
        "It measures several indicators: {indicators:quoted}.",
        "该题测量多个指标：{indicators:quoted}。",
    ),
    "questionnaire.no_indicator": Wording(
        "It has a scale but measures no indicator.",
        "该题有量表，但不测量任何指标。",
    ),
    "questionnaire.no_wording": Wording("It has no wording.", "该题没有题目文字。"),
    "questionnaire.untranslated": Wording(
        "It has no wording in {languages:quoted}.",
        "该题没有 {languages:quoted} 的题目文字。",
    ),
    "questionnaire.labels_untranslated": Wording(
        "Its options have no label in {languages:quoted}.",
        "该题的选项没有 {languages:quoted} 的文字。",
    ),
    "questionnaire.minutes": Wording(
        "It takes about {minutes:.0f} minutes, more than {most:.0f}.",
        "作答约需 {minutes:.0f} 分钟，超过 {most:.0f} 分钟。",
    ),
    "questionnaire.two_things": Wording(
        "It may ask two things at once ({words!r}); ask a question of each.",
        "该题可能同时问了两件事（{words!r}）；请分成两题。",
    ),
    "questionnaire.several_questions": Wording(
        "It asks more than one question; a single answer fits only one.",
        "该题含有不止一个问句；一个回答只能对应一个问句。",
    ),
    "questionnaire.leading": Wording(
        "Its wording ({words!r}) may lead to an answer; ask neutrally.",
        "该题的措辞（{words!r}）可能有诱导性；请改用中性的问法。",
    ),
    "questionnaire.long": Wording(
        "It has {count} words, more than {most}; shorten it.",
        "该题有 {count} 个词，超过 {most} 个；请缩短。",
    ),
    "questionnaire.long_chinese": Wording(
        "It has {count} letters, more than {most}; shorten it.",
        "该题有 {count} 个字，超过 {most} 个；请缩短。",
    ),
    "questionnaire.open_first": Wording(
        "The form opens with an open question; begin with one that is easy to answer.",
        "问卷以开放题开头；请先问容易回答的题目。",
    ),
    "questionnaire.delicate_early": Wording(
        "It asks for personal data before the last question that is scored; ask it last (respondent=).",
        "该题在最后一道评分题之前询问个人信息；请放在最后（respondent=）。",
    ),
    "questionnaire.left_out": Wording(
        "{questions:quoted} of {file!r} {questions:is|are} of a kind that a questionnaire does not have, and left out.",
        "{file!r} 中的 {questions:quoted} 属于问卷没有的题型，已略去。",
    ),
    "questionnaire.export_order": Wording(
        "The options of {questions:quoted} have the order in which {file!r} first shows them, and options that nobody "
        "chose are not there; give orders=, or codes=, the export by numbers.",
        "{questions:quoted} 的选项按在 {file!r} 中首次出现的次序排列，无人选择的选项不在其中；请给出 orders=，或 codes="
        "（按序号导出的文件）。",
    ),
    "questionnaire.export_labels": Wording(
        "The labels that were chosen at {questions:quoted} of {file!r} fit several scales, or not all of one was "
        "chosen; look at the options, or give orders=.",
        "{file!r} 中 {questions:quoted} 所选的标签符合多种量表，或只是某量表的一部分；请核对选项，或给出 orders=。",
    ),
    "questionnaire.export_points": Wording(
        "The ratings of {questions:quoted} are taken to end at the highest answer in {file!r}, and have no labels.",
        "{questions:quoted} 的评分以 {file!r} 中的最高答案为上限，且没有标签。",
    ),
    "questionnaire.export_numbers": Wording(
        "{questions:quoted} of {file!r} {questions:holds|hold} numbers and {questions:is|are} taken for questions that "
        "ask for a number; name ratings in ratings=, or give the export by texts.",
        "{file!r} 中的 {questions:quoted} 为数字，视为数值题；若为评分题请列入 ratings=，或给出按文本导出的文件。",
    ),
    "questionnaire.export_words": Wording(
        "{questions:quoted} of {file!r} {questions:has|have} too many different answers, or too few, for options, and "
        "{questions:is|are} taken for open questions.",
        "{file!r} 中的 {questions:quoted} 的不同答案过多或过少，不能作为选项，视为开放题。",
    ),
    "questionnaire.export_unanswered": Wording(
        "Nobody answered {questions:quoted} in {file!r}; taken for {questions:an open question|open questions}.",
        "{file!r} 中没有人回答 {questions:quoted}；视为开放题。",
    ),
    "questionnaire.write": Wording("Where there is a line, write your answer on it.", "有横线处请填写您的回答。"),
    "questionnaire.complaint_like": Wording(
        "It reads like a complaint or fault ({word!r}), and nothing says whether more of it raises or lowers the "
        "total; declare direction='lowers' or direction='raises'.",
        "该题像是询问抱怨或缺陷（“{word}”），但未声明其越高是提高还是降低总指数；"
        "请声明 direction='lowers' 或 direction='raises'。",
    ),
    "questionnaire.falls": Wording(
        "Its answers fall as those of its siblings rise; declare direction='lowers' if more of it is worse, "
        "reverse=True if its wording is negative, or direction='raises' to keep it.",
        "该题的回答与同级题目负相关；若越高越差，请声明 direction='lowers'；若为反向措辞，请用 reverse=True；"
        "若确为同向，请声明 direction='raises'。",
    ),
    "questionnaire.falls_turned": Wording(
        "Its answers, turned as it is declared, fall as those of its siblings rise; declare direction='raises' of the "
        "question itself (or 'lowers', to keep it), and not reverse=True besides.",
        "该题的回答按声明反转后与同级题目负相关；请为该题本身声明 direction='raises'（如确为逆向，则声明 'lowers'），"
        "且不要同时使用 reverse=True。",
    ),
}
