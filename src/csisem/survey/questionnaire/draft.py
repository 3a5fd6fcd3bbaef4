"""Questions and indicators of a questionnaire, before anyone answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass

from csisem.arrays import pd
from csisem.display.table import sentence_column
from csisem.errors import QuestionnaireError, listed, nearest, shown
from csisem.option_checks import check_whole, listing_of, names_of
from csisem.options import Language, Scoring, validate
from csisem.survey.questionnaire.declare import declared_of
from csisem.survey.questionnaire.falling_questions import falling_questions
from csisem.survey.questionnaire.indicator import LEVELS, Indicator, check_siblings
from csisem.survey.questionnaire.price_tolerance import PriceTolerance
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.review import doubtful_directions, findings
from csisem.survey.questionnaire.scoring import SatisfiedOption, as_satisfied, check_satisfied_everywhere
from csisem.survey.questionnaire.text import Text, Wording, as_text


@dataclass(frozen=True)
class Draft:
    """What a `Questionnaire` asks, and the tree of indicators that this measures."""

    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...] = ()
    title: Wording | Text = ""
    _: KW_ONLY
    levels: tuple[str, ...] = LEVELS
    price_tolerance: tuple[PriceTolerance, ...] = ()
    introduction: Wording | Text = ""
    instructions: Wording | Text = ""
    respondent: tuple[str, ...] = ()
    scoring: Scoring | None = None
    satisfied: SatisfiedOption = None

    def __post_init__(self) -> None:
        for name in ("questions", "indicators", "levels", "price_tolerance"):
            if (given := listing_of(getattr(self, name))) is None:
                raise QuestionnaireError(f"{name}= must be a list; got {shown(getattr(self, name))}.")
            object.__setattr__(self, name, tuple(given))
        for name in ("title", "introduction", "instructions"):
            object.__setattr__(self, name, as_text(getattr(self, name)))
        object.__setattr__(self, "respondent", names_of("respondent", self.respondent))
        for name, kind in (("questions", Question), ("indicators", Indicator), ("price_tolerance", PriceTolerance)):
            if wrong := [one for one in getattr(self, name) if not isinstance(one, kind)]:
                raise QuestionnaireError(f"{name}= must be {kind.__name__} objects; got {shown(wrong[0])}.")
        if self.scoring is not None:
            object.__setattr__(self, "scoring", validate("scoring", self.scoring, Scoring))
        object.__setattr__(self, "satisfied", as_satisfied(self.satisfied, "The questionnaire:"))
        _check(self)

    def __getitem__(self, name: str) -> Question:
        for question in self.questions:
            if question.name == name:
                return question
        names = [question.name for question in self.questions]
        raise QuestionnaireError(f"There is no question {name!r}{nearest(name, names)}.")

    def walk(self) -> Iterator[tuple[int, Indicator]]:
        """Yield all indicators with their levels, counted from 1, parents before children."""
        for indicator in self.indicators:
            yield from indicator.walk()

    @property
    def items(self) -> tuple[str, ...]:
        """Columns that are scored: questions with a scale, and price tolerances in place of their two questions."""
        parts = {name for one in self.price_tolerance for name in (one.increase, one.decrease)}
        scored = [one.name for one in self.questions if one.bounds is not None and one.name not in parts]
        return (*scored, *(one.name for one in self.price_tolerance))

    @property
    def minutes(self) -> float:
        """Estimated minutes to answer."""
        return sum(question.time for question in self.questions) / 60

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the texts, in order of first appearance."""
        texts = [as_text(self.title), as_text(self.introduction), as_text(self.instructions)]
        texts += [*(as_text(one.text) for one in self.questions)]
        texts += [as_text(node.text) for _, node in self.walk()]
        return tuple(dict.fromkeys(language for text in texts for language in text.languages))

    def blocks(self, indicator_level: int = 1) -> dict[str, tuple[str, ...]]:
        """Return the items below each indicator of a level by its name, for instance as blocks of a model.

        Raises
        ------
        OptionError
            If the level is not a whole number of at least 1.
        QuestionnaireError
            If there is no such level, or two of its indicators share a name.

        Examples
        --------
        >>> tree = [cs.Indicator("Quality", [cs.Indicator("Staff", items="q1"), cs.Indicator("Price", items="q2")])]
        >>> questionnaire = cs.Questionnaire([cs.Question("q1", points=5), cs.Question("q2", points=5)], tree)
        >>> questionnaire.blocks()
        {'Quality': ('q1', 'q2')}
        >>> questionnaire.blocks(2)
        {'Staff': ('q1',), 'Price': ('q2',)}
        """
        check_whole("indicator_level", indicator_level, 1)
        if indicator_level > max((one.depth for one in self.indicators), default=0):
            raise QuestionnaireError(f"The indicator system has no level {shown(indicator_level)}.")
        blocks: dict[str, tuple[str, ...]] = {}
        for level, node in self.walk():
            if level == indicator_level and node.all_items:
                if node.name in blocks:
                    raise QuestionnaireError(f"Level {level} has several indicators named {node.name!r}; rename one.")
                blocks[node.name] = node.all_items
        return blocks

    def check(self, language: Language = "en", answers: object = None) -> pd.DataFrame:
        """Return findings on the draft, a row each, with columns ``severity name finding``; empty without findings.

        An ``"error"`` prevents an analysis: a question of an indicator without a scale, an indicator without questions,
        more than 30 minutes. A ``"warning"`` deserves a look: a question under two indicators or none, branches that
        end on different levels, a wording missing in one language, more than 15 minutes. ``"advice"`` is about English
        and Chinese wordings, by the rules below, and about directions; people must judge it.

        Parameters
        ----------
        language
            Language of the findings.
        answers
            Answers as for `Questionnaire.survey`, such as a pilot's, if their correlations are to be looked at.

        Raises
        ------
        OptionError
            If the language is neither ``"en"`` nor ``"zh"``.
        DataError
            If the answers are not those of the questionnaire.

        Notes
        -----
        *Two things at once*: a rating or a yes-or-no question that joins words by "and", "or", 和, 与, 及, 或, 、 and
        their like, or a wording with two question marks. Not counted are what stands in brackets or behind "such as"
        and 例如, what the answer is judged against ("given", 考虑到, 与...相比), pairs of opposites, people ("friends
        or colleagues"), and fixed pairs ("products and services").

        *Leading*: a negative question ("Isn't it ...", 难道), "do you agree that" without its opposite, an appeal to
        others or to experts ("most people think", 众所周知), praise of what is judged ("our excellent service",
        我们优质的服务).

        *Long*: more than 25 English words or 45 Chinese letters. The literature says 20 words; the package leaves a
        margin, and counts 1.8 letters a word.

        *Order*: an open question first; income, age, marital state, religion or an address before the last question
        that is scored.

        *Direction*: a question whose name, wording or indicator speaks of complaints or faults (抱怨, 投诉, "problem"),
        but not of handling them, or whose answers correlate negatively with those of its siblings (below -0.1, and
        more than three standard errors below zero), while nothing says whether it raises or lowers the total.

        The rules follow the advice of Payne (1951, The Art of Asking Questions), Oppenheim (1992, Questionnaire Design,
        Interviewing and Attitude Measurement), Krosnick and Presser (2010, in Handbook of Survey Research, 2nd ed.) and
        Dillman, Smyth and Christian (2014, Internet, Phone, Mail, and Mixed-Mode Surveys, 4th ed.); the lists of words
        are the package's own.

        Examples
        --------
        >>> draft = cs.Questionnaire([cs.Question("q1", "Quality", points=5), cs.Question("q2", points=5)])
        >>> draft.check()
          severity name             finding
        0    error   q2  It has no wording.
        """
        language = validate("language", language, Language)
        nodes = tuple(self.walk())
        found = findings(self.questions, nodes, self.items, self.languages, self.minutes, self.respondent)
        found += doubtful_directions(declared_of(self), [] if answers is None else falling_questions(self, answers))
        frame = pd.DataFrame(
            {"severity": [severity for severity, _, _ in found], "name": [name for _, name, _ in found]}, dtype=str
        )
        said = [one if language == "en" else one.text(language) for _, _, one in found]
        return frame.assign(finding=sentence_column(said))

    def __repr__(self) -> str:
        title = as_text(self.title).into()
        nodes = sum(1 for _ in self.walk())
        return (f"{type(self).__name__}({title!r}: {len(self.questions)} questions, {nodes} indicators, "
                f"about {self.minutes:.0f} min)")  # fmt: skip


def _check(questionnaire: Draft) -> None:
    questions = [question.name for question in questionnaire.questions]
    columns = [*questions, *(one.name for one in questionnaire.price_tolerance)]
    if not questions:
        raise QuestionnaireError("A questionnaire has no questions.")
    if twice := [name for name in dict.fromkeys(columns) if columns.count(name) > 1]:
        raise QuestionnaireError(f"Questions share the name {listed(twice)}; give each its own column.")
    check_siblings(questionnaire.indicators, "The indicator system")
    for level, node in questionnaire.walk():
        if level > len(questionnaire.levels):
            raise QuestionnaireError(f"Indicator {node.name!r} is on level {level}, and {len(questionnaire.levels)} "
                                     f"levels are declared ({listed(questionnaire.levels)}).")  # fmt: skip
        _check_known(node.items, columns, f"Indicator {node.name!r}")
    for one in questionnaire.price_tolerance:
        _check_known((one.increase, one.decrease), questions, f"Price tolerance {one.name!r}")
    _check_known(questionnaire.respondent, questions, "respondent=")
    check_satisfied_everywhere(questionnaire.questions, questionnaire.satisfied)


def _check_known(names: Iterable[str], known: Sequence[str], where: str) -> None:
    if unknown := [name for name in names if name not in known]:
        raise QuestionnaireError(f"{where} names an unknown question {shown(unknown[0])}{nearest(unknown[0], known)}.")
