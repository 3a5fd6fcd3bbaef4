"""A questionnaire: its questions, the indicators they measure, and what is wrong with a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from csisem.errors import QuestionnaireError, listed, nearest, shown
from csisem.options import check_flag
from csisem.survey.design import Design, as_design
from csisem.survey.questionnaire.coding import coded
from csisem.survey.questionnaire.indicator import LEVELS, Indicator, check_siblings
from csisem.survey.questionnaire.price_tolerance import PriceTolerance
from csisem.survey.questionnaire.print_form import as_html, as_plain_text
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.review import findings
from csisem.survey.questionnaire.text import Text, Wording, as_text
from csisem.survey.questionnaire.toml import parsed, written
from csisem.survey.scale import Scale
from csisem.survey.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from csisem.survey.fieldwork import Fieldwork


@dataclass(frozen=True)
class Questionnaire:
    """Questions and the indicator system that they measure.

    Parameters
    ----------
    questions
        In the order in which they are asked.
    indicators
        The nodes of the first level; the lowest ones name their questions.
    title
        One text, or a mapping from language to text.
    levels
        Names of the levels; no branch is deeper than they are many.
    price_tolerance
        Items that are made of two questions each.

    Raises
    ------
    QuestionnaireError
        Two questions or indicators share a name, an indicator names a question that is not there, or a branch is deeper
        than the levels.
    """

    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...] = ()
    title: Wording | Text = ""
    levels: tuple[str, ...] = LEVELS
    price_tolerance: tuple[PriceTolerance, ...] = ()

    def __post_init__(self) -> None:
        for name in ("questions", "indicators", "levels", "price_tolerance"):
            given = getattr(self, name)
            if isinstance(given, str) or not isinstance(given, Iterable):
                raise QuestionnaireError(f"{name}= takes a list, not {shown(given)}.")
            object.__setattr__(self, name, tuple(given))
        object.__setattr__(self, "title", as_text(self.title))
        for name, kind in (("questions", Question), ("indicators", Indicator), ("price_tolerance", PriceTolerance)):
            if wrong := [one for one in getattr(self, name) if not isinstance(one, kind)]:
                raise QuestionnaireError(f"{name}= takes {kind.__name__} objects, not {wrong[0]!r}.")
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
        """Columns that make a score: questions with a scale, and price tolerances instead of their two questions."""
        parts = {name for one in self.price_tolerance for name in (one.increase, one.decrease)}
        scored = [one.name for one in self.questions if one.bounds is not None and one.name not in parts]
        return (*scored, *(one.name for one in self.price_tolerance))

    @property
    def minutes(self) -> float:
        """Minutes that answering is reckoned to take."""
        return sum(question.time for question in self.questions) / 60

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which something is worded, in order of first appearance."""
        texts = [as_text(self.title), *(as_text(one.text) for one in self.questions)]
        texts += [as_text(node.text) for _, node in self.walk()]
        return tuple(dict.fromkeys(language for text in texts for language in text.languages))

    def blocks(self, level: int = 1) -> dict[str, tuple[str, ...]]:
        """Return the items below each indicator of a level, by its name: what a model's constructs may be made of.

        Raises
        ------
        QuestionnaireError
            There is no such level, or two of its indicators share a name.
        """
        if not isinstance(level, int) or isinstance(level, bool):
            raise QuestionnaireError(f"level={level!r} is not a whole number: 1 are the indicators at the top.")
        if not 1 <= level <= max((one.depth for one in self.indicators), default=0):
            raise QuestionnaireError(f"The indicator system has no level {level!r}.")
        blocks: dict[str, tuple[str, ...]] = {}
        for own, node in self.walk():
            if own == level and node.all_items:
                if node.name in blocks:
                    raise QuestionnaireError(f"Level {level} has several indicators named {node.name!r}; rename one.")
                blocks[node.name] = node.all_items
        return blocks

    def check(self) -> pd.DataFrame:
        """Return what is wrong with the draft, a row a finding: ``severity, name, finding``; empty when nothing is.

        An ``"error"`` will stop an analysis: a question of an indicator without scale, an indicator without questions,
        more than 30 minutes. A ``"warning"`` deserves a look: a question under two indicators or none, branches that
        end on different levels, a wording missing in one language, more than 15 minutes. Whether a question leads or
        asks two things at once is for people to see.
        """
        import pandas as pd

        return pd.DataFrame(findings(self), columns=["severity", "name", "finding"])

    def code(self, frame: object, language: str | None = None) -> pd.DataFrame:
        """Return answers as numbers: labels in any language as their codes, price tolerances as one column.

        Parameters
        ----------
        frame
            Answers as they came, a column a question: pandas, polars, pyarrow. Other columns stay.
        language
            In which language answers to a ``choice`` are given; they stay texts, to group by.

        Returns
        -------
        DataFrame
            A question with several answers becomes columns of 0 and 1, ``name_code``.

        Raises
        ------
        DataError
            A question has no column, or an answer is none of its codes or labels; they are counted.
        """
        return coded(frame, self.questions, self.price_tolerance, language)

    def survey(
        self,
        frame: object,
        *,
        weights: str | None = None,
        strata: str | Sequence[str] | None = None,
        clusters: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        design: Design | None = None,
        segments: str | Sequence[str] = (),
        id: str | None = None,
        wave: str | None = None,
        fieldwork: Fieldwork | None = None,
        language: str | None = None,
        checked: bool = True,
    ) -> Survey:
        """Return the answers as a `Survey` with the scales, codes and texts of the questionnaire.

        Parameters
        ----------
        frame, language
            As for `code`.
        weights, strata, clusters, fpc, design, segments, id, wave, fieldwork
            As for `Survey`; without ``segments`` the questions of kind ``choice``.
        checked
            Whether the items are checked at once; if not, constant items and answers off their scale are found later.

        Raises
        ------
        DataError, ScaleError, DesignError
            As for `code` and `Survey`.
        """
        check_flag("checked", checked)
        answers = self.code(frame, language)
        scales: dict[str, Scale] = {one.name: one.as_scale for one in self.questions if one.as_scale is not None}
        scales |= {one.name: Scale(-one.most, one.most) for one in self.price_tolerance}
        texts = {one.name: as_text(one.text).into(language) for one in self.questions if one.name in answers.columns}
        labels = {one.name: one.labels(language) for one in self.questions if one.name in scales and one.options}
        choices = tuple(one.name for one in self.questions if one.kind == "choice" and one.bounds is None)
        return Survey(
            answers,
            scale={name: scales[name] for name in self.items},
            items=self.items if checked else None,
            design=as_design(design, weights=weights, strata=strata, clusters=clusters, fpc=fpc),
            segments=segments or choices,
            id=id,
            wave=wave,
            item_texts={name: text for name, text in texts.items() if text},
            value_labels=labels,
            fieldwork=fieldwork,
        )

    def scores(self, frame: object) -> pd.DataFrame:
        """Return the answers to all items on 0-100, reversed ones turned: of five points 0, 25, 50, 75, 100.

        Raises
        ------
        DataError, ScaleError
            As for `code`, or answers lie off their scale.
        """
        survey = self.survey(frame, checked=False)
        answers = survey.answers(self.items)
        for name in self.items:
            scale = survey.scale_of(name)
            if scale is not None:
                answers[name] = scale.to_100(answers[name].to_numpy())
        return answers

    def form(self, language: str | None = None, *, html: bool = False) -> str:
        """Return the questionnaire to print and fill in, as plain text or as a page of HTML."""
        title, questions = as_text(self.title).into(language), self.questions
        return as_html(title, questions, language) if html else as_plain_text(title, questions, language)

    def to_toml(self, path: str | Path | None = None) -> str:
        """Return the questionnaire as TOML, and write it to ``path`` if one is given."""
        text = written(self)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    @classmethod
    def from_toml(cls, source: str | Path) -> Questionnaire:
        """Return the questionnaire in a TOML file, or in a text of several lines.

        Raises
        ------
        QuestionnaireError
            It is no TOML, has a key that means nothing, or contradicts itself.
        DataError
            There is no such file.
        """
        parts = parsed(source)
        return cls(parts.questions, parts.indicators, parts.title, parts.levels, parts.price_tolerance)

    def __repr__(self) -> str:
        title = as_text(self.title).into()
        nodes = sum(1 for _ in self.walk())
        return (f"Questionnaire({title!r}: {len(self.questions)} questions, {nodes} indicators, "
                f"about {self.minutes:.0f} min)")  # fmt: skip


def _check(questionnaire: Questionnaire) -> None:
    names = [question.name for question in questionnaire.questions]
    made = [one.name for one in questionnaire.price_tolerance]
    if not names:
        raise QuestionnaireError("A questionnaire has no questions.")
    if twice := [name for name in dict.fromkeys(names + made) if (names + made).count(name) > 1]:
        raise QuestionnaireError(f"Questions share the name {listed(twice)}; each has its own column.")
    check_siblings(questionnaire.indicators, "The indicator system")
    for level, node in questionnaire.walk():
        if level > len(questionnaire.levels):
            raise QuestionnaireError(f"Indicator {node.name!r} is on level {level}, and {len(questionnaire.levels)} "
                                     f"levels are declared ({listed(questionnaire.levels)}).")  # fmt: skip
        if unknown := [item for item in node.items if item not in names + made]:
            raise QuestionnaireError(f"Indicator {node.name!r} names the question {unknown[0]!r}, which is not there"
                                     f"{nearest(unknown[0], names + made)}.")  # fmt: skip
    for one in questionnaire.price_tolerance:
        for part in (one.increase, one.decrease):
            if part not in names:
                raise QuestionnaireError(f"Price tolerance {one.name!r} names the question {part!r}, which is not there"
                                         f"{nearest(part, names)}.")  # fmt: skip
