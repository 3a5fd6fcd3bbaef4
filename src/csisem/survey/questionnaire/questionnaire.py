"""A questionnaire and the indicator system it measures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

from csisem.arrays import pd
from csisem.errors import OptionError
from csisem.options import FormFormat, as_path, check_flag, names_of, validate
from csisem.survey.declared import item_points
from csisem.survey.design import Design, as_design
from csisem.survey.files.source import with_notes
from csisem.survey.questionnaire.coding import coded
from csisem.survey.questionnaire.declare import choices_of, declared_of
from csisem.survey.questionnaire.form_parts import form_parts
from csisem.survey.questionnaire.from_files import FromFiles
from csisem.survey.questionnaire.print_form import printed
from csisem.survey.questionnaire.text import as_text
from csisem.survey.questionnaire.toml import QuestionnaireParts, written
from csisem.survey.scale import Scale
from csisem.survey.survey import Survey
from csisem.writing import write_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csisem.survey.fieldwork import Fieldwork


@dataclass(frozen=True, repr=False)
class Questionnaire(FromFiles):
    """Questions and the indicator system that they measure.

    Parameters
    ----------
    questions
        The questions in the order in which they are asked.
    indicators
        The indicators of the first level; those of the lowest level name their questions.
    title
        One text, or a mapping from language to text.
    levels
        Names of the levels; no branch may be deeper than their number.
    price_tolerance
        Items that combine two questions each.
    introduction
        Who asks, why, what is promised and thanks, printed below the title: one text, or a mapping from language to
        text, as for ``title``.
    instructions
        How to fill in the form; by default `form` prints instructions for the kinds of question there are.
    respondent
        Names of the questions about the respondent, such as sex and income; they are printed last, below a heading.
    scoring
        Points of the answers to questions that do not state their own: ``"linear"`` (None: the same), or ``"graded"``,
        30, 60, 80 and 100 of four answers. Questions with another number of answers stay linear.
    satisfied
        What counts as satisfied, as for `Question`; questions with such a label or code that state nothing themselves
        take it. By default the label "satisfied" or 满意, and without one 80 points.

    Raises
    ------
    QuestionnaireError
        If two questions or indicators share a name, an indicator or ``respondent`` names an unknown question, or a
        branch is deeper than the levels.

    See Also
    --------
    Question, Indicator, PriceTolerance : Its parts.

    Examples
    --------
    >>> questions = [cs.Question("q1", "Quality of the service", points=5), cs.Question("s1", "Satisfaction", points=5)]
    >>> indicators = [cs.Indicator("Quality", items="q1"), cs.Indicator("Satisfaction", items="s1")]
    >>> questionnaire = cs.Questionnaire(questions, indicators, "Shops")
    >>> questionnaire
    Questionnaire('Shops': 2 questions, 2 indicators, about 0 min)
    >>> questionnaire.scores(pd.DataFrame({"q1": [5, 3], "s1": [4, 2]}))
          q1    s1
    0  100.0  75.0
    1   50.0  25.0
    """

    def code(self, frame: object, language: str | None = None) -> pd.DataFrame:
        """Return answers as numbers: labels in any language as their codes, price tolerances as one column.

        Parameters
        ----------
        frame
            Answers as collected, a column per question: pandas, polars, pyarrow, or what `read` returns. Other columns
            stay.
        language
            The language in which answers to a ``choice`` are given; they stay texts, to group by.

        Returns
        -------
        pandas.DataFrame
            The frame with codes. A question with several answers becomes columns of 0 and 1, ``name_code``; what was
            written in beside its last option is in ``name_other``.

        Raises
        ------
        DataError
            If a question has no column, or an answer is not one of its codes or labels, or can be read in two ways;
            these are counted.

        Examples
        --------
        >>> question = cs.Question("sex", kind="choice", options=["male", "female"])
        >>> rating = cs.Question("s1", options=["poor", "fair", "good"])
        >>> answers = pd.DataFrame({"sex": [1, "female"], "s1": ["Good", 2]})
        >>> cs.Questionnaire([question, rating]).code(answers)
              sex   s1
        0    male  3.0
        1  female  2.0
        """
        return coded(_frame_of(frame), self.questions, self.price_tolerance, language).frame

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
            As for `Survey`; by default ``segments`` are the questions of kind ``choice``.
        checked
            Whether the items are checked at once. Otherwise constant items and answers off their scale are reported
            when they are used.

        Raises
        ------
        DataError, ScaleError, DesignError
            As for `code` and `Survey`.

        See Also
        --------
        Survey : The survey of a frame with scales given by hand.

        Examples
        --------
        >>> questionnaire = cs.Questionnaire([cs.Question("s1", options=["poor", "fair", "good"])])
        >>> questionnaire.survey(pd.DataFrame({"s1": ["good", "fair"]})).scale_of("s1").low
        1.0
        """
        check_flag("checked", checked)
        answers, notes = coded(_frame_of(frame), self.questions, self.price_tolerance, language)
        scales: dict[str, Scale] = {one.name: one.as_scale for one in self.questions if one.as_scale is not None}
        scales |= {one.name: Scale(-one.most, one.most) for one in self.price_tolerance}
        texts = {one.name: as_text(one.text).into(language) for one in self.questions if one.name in answers.columns}
        labels = {one.name: one.labels(language) for one in self.questions if one.name in scales and one.options}
        choices = tuple(one.name for one in self.questions if one.kind == "choice" and one.bounds is None)
        survey = Survey(
            answers,
            scale={name: scales[name] for name in self.items},
            items=self.items if checked else None,
            design=as_design(design, weights=weights, strata=strata, clusters=clusters, fpc=fpc),
            segments=names_of("segments", segments) or choices,
            id=id,
            wave=wave,
            item_texts={name: text for name, text in texts.items() if text},
            value_labels=labels,
            fieldwork=fieldwork,
        )
        source = frame.source if isinstance(frame, Survey) else None
        return survey.with_declared(choices_of(self) | declared_of(self)).with_source(
            with_notes(source, answers, notes)
        )

    def scores(self, frame: object) -> pd.DataFrame:
        """Return the answers to all items in points of 0-100, reversed items reverse-coded.

        Five points become 0, 25, 50, 75 and 100, unless ``scores`` are declared. More is more of what the question
        asks: the direction of complaints is not turned here, but where indices are computed.

        Raises
        ------
        DataError, ScaleError
            As for `code`, or if answers lie off their scale.

        Examples
        --------
        >>> questionnaire = cs.Questionnaire([cs.Question("s1", points=5), cs.Question("s2", points=5, reverse=True)])
        >>> questionnaire.scores(pd.DataFrame({"s1": [4, 5], "s2": [1, 3]}))
              s1     s2
        0   75.0  100.0
        1  100.0   50.0
        """
        survey = self.survey(frame, checked=False)
        answers = survey.answers(self.items)
        points = item_points(survey, self.items, "Scores need a scale", turned=False).of(answers.to_numpy().T)
        return pd.DataFrame(points.T, answers.index, answers.columns)

    @overload
    def form(
        self,
        language: str | None = None,
        *,
        format: Literal["docx"],
        html: bool = False,
        path: str | Path | None = None,
    ) -> bytes: ...
    @overload
    def form(
        self,
        language: str | None = None,
        *,
        format: Literal["text", "md", "html"] = "text",
        html: bool = False,
        path: str | Path | None = None,
    ) -> str: ...
    def form(
        self,
        language: str | None = None,
        *,
        format: FormFormat = "text",
        html: bool = False,
        path: str | Path | None = None,
    ) -> str | bytes:
        """Return the questionnaire to print and fill in: title, introduction, instructions, questions, respondent.

        Parameters
        ----------
        language
            Language of all texts, such as ``"zh"`` or ``"en"``. A text without a declared language is taken to be
            Chinese if most of its letters are. By default each text is in its first language.
        format
            ``"text"`` (plain text), ``"md"`` (Markdown), ``"html"`` or ``"docx"`` (Word, with the extra
            ``csisem[docx]``). All but plain text print default instructions where the questionnaire has none.
        html
            The same as ``format="html"``.
        path
            A file to write the form to as well, whole or not at all.

        Returns
        -------
        str or bytes
            The form; the bytes of the file for ``"docx"``.

        Raises
        ------
        QuestionnaireError
            If a wording, an option or another text is not in the language; the sentence names the questions.
        OptionError
            If an option is not one of its words, or python-docx, which ``"docx"`` needs, is not installed.
        DataError
            If the file cannot be written.

        Examples
        --------
        >>> question = cs.Question("s1", {"en": "Are you satisfied?"}, kind="yes_no")
        >>> print(cs.Questionnaire([question]).form("en"))
        1. Are you satisfied?
           ○ Yes   ○ No
        <BLANKLINE>
        >>> "<li>○ Yes</li><li>○ No</li>" in cs.Questionnaire([question]).form("en", format="html")
        True
        """
        check_flag("html", html)
        kind: FormFormat = validate("format", format, FormFormat)
        if html and kind not in ("text", "html"):
            raise OptionError(f"html=True and format={kind!r} name two formats; pass one.")
        kind = "html" if html else kind
        form = printed(form_parts(self, language, kind), kind)
        if path is not None:
            write_files({as_path("path", path): form})
        return form

    def to_toml(self, path: str | Path | None = None) -> str:
        """Return the questionnaire as TOML, and write it to ``path`` if one is given, whole or not at all.

        Raises
        ------
        DataError
            If the file cannot be written; one that was there stays as it was.
        OptionError
            If ``path`` is not a path.

        See Also
        --------
        from_toml : The questionnaire in such a file.

        Examples
        --------
        >>> print(cs.Questionnaire([cs.Question("s1", points=5)], levels=["Level 1"]).to_toml())
        levels = ["Level 1"]
        <BLANKLINE>
        [[question]]
        name = "s1"
        points = 5
        <BLANKLINE>
        """
        text = written(QuestionnaireParts(**{part: getattr(self, part) for part in QuestionnaireParts._fields}))
        if path is not None:
            write_files({as_path("path", path): text})
        return text


def _frame_of(frame: object) -> object:
    return frame.frame if isinstance(frame, Survey) else frame
