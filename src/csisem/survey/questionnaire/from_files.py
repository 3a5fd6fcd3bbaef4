"""Questionnaires read from files of this package, Qualtrics and Wenjuanxing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from csisem.errors import OptionError, shown
from csisem.option_checks import listing_of, names_of
from csisem.survey.questionnaire.draft import Draft
from csisem.survey.questionnaire.qualtrics import read_qsf
from csisem.survey.questionnaire.toml import parsed
from csisem.survey.questionnaire.wenjuanxing import read_wenjuanxing


class FromFiles(Draft):
    """What a `Questionnaire` is read from."""

    @classmethod
    def from_toml(cls, source: str | Path) -> Self:
        """Return the questionnaire in a TOML file, or in a text of several lines.

        Raises
        ------
        QuestionnaireError
            If it is not TOML, has an unknown key, or contradicts itself.
        DataError
            If there is no such file.

        Examples
        --------
        >>> text = '''
        ... [[question]]
        ... name = "s1"
        ... text = "How satisfied are you?"
        ... points = 10
        ... '''
        >>> cs.Questionnaire.from_toml(text)["s1"].bounds
        (1.0, 10.0)
        """
        return cls(**parsed(source)._asdict())

    @classmethod
    def from_qsf(cls, source: str | Path, *, ratings: str | Sequence[str] = ()) -> Self:
        """Return the questions of a Qualtrics survey file (.qsf), named as the columns of its answers.

        Parameters
        ----------
        source
            Path of the file.
        ratings
            Export tags of questions with one answer that are ratings, in the order of their codes; the file does not
            say which are. Others become choices, to group by. Statements of a matrix are ratings.

        Returns
        -------
        Questionnaire
            Questions in the order of the survey's flow with their texts in every language and the codes under which
            answers are exported; without indicators.

        Raises
        ------
        QuestionnaireError
            If it is not such a file, or ``ratings`` names no question of it.
        DataError
            If there is no such file, or it cannot be read.

        Warns
        -----
        CsisemWarning
            If questions are left out that are not of one answer, several answers, a matrix of ratings, or text.

        See Also
        --------
        from_toml : A questionnaire with its indicators.

        Notes
        -----
        Texts lose their markup; texts without a question, display logic and randomisation are not read.

        Examples
        --------
        >>> import json, pathlib, tempfile
        >>> options = {"1": {"Display": "no"}, "2": {"Display": "yes"}}
        >>> asked = {"QuestionText": "Satisfied?", "DataExportTag": "s1", "QuestionType": "MC", "Choices": options}
        >>> survey = {"SurveyElements": [{"Element": "SQ", "PrimaryAttribute": "QID1", "Payload": asked}]}
        >>> path = pathlib.Path(tempfile.mkdtemp(), "survey.qsf")
        >>> _ = path.write_text(json.dumps(survey))
        >>> cs.Questionnaire.from_qsf(path, ratings="s1")["s1"].labels()
        {1.0: 'no', 2.0: 'yes'}
        """
        title, questions = read_qsf(source, names_of("ratings", ratings))
        return cls(questions, title=title)

    @classmethod
    def from_wenjuanxing(
        cls,
        source: str | Path,
        *,
        codes: str | Path | None = None,
        ratings: str | Sequence[str] = (),
        orders: Sequence[Sequence[str]] = (),
    ) -> Self:
        r"""Return the questions that an export of answers from Wenjuanxing (问卷星) shows.

        Parameters
        ----------
        source
            The file of answers as downloaded (.xlsx or .csv), best by texts (按文本).
        codes
            The same answers by numbers (按序号): options then have the codes of the form, and questions with several
            answers all their options.
        ratings
            Names of questions that are ratings, besides those with labels of a known scale (such as 很不满意 to
            很满意) and the statements of a matrix of numbers.
        orders
            Lists of labels in the order of their codes, the lowest first: a question all of whose answers are in one
            of them has its labels.

        Returns
        -------
        Questionnaire
            Question 7 is ``q7``, its statements or options are ``q7_1``, ``q7_2``, ...; `code` and `survey` then read
            exports of the same form by either kind of file. Without indicators.

        Raises
        ------
        QuestionnaireError
            If a file is no such export, ``ratings`` names no question of it, or the two have other answers.
        OptionError
            If ``orders`` is not a list of lists.
        DataError
            If there is no such file, or it cannot be read.

        Warns
        -----
        CsisemWarning
            Of each guess (order of options, end of a scale, numbers, open questions) with the questions concerned, and
            of questions that are left out because they order options.

        See Also
        --------
        from_toml : A questionnaire with its indicators.

        Notes
        -----
        The layout is not documented by its maker; it is the one that public readers of such files take (reportgen,
        wenjuanxing-parser): columns 序号, 提交答卷时间, 所用时间, 来源, 来源详情, 来自IP, 总分; ``1、text``; a matrix
        as ``5、text—statement``, where later statements may stand alone, or as ``第5题(statement)``; several answers
        between ``┋`` or, by numbers, in columns ``4、text(option)``, ``4(option)`` of 0 and 1; ``〖 〗`` around what
        was written in; ``(跳过)`` and ``(空)``, by numbers -3 and -2, for a question that was skipped or left blank;
        ``→`` between options that were put in order. The title is that of the file's name.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "1234_按文本_顾客调查_3_3.csv")
        >>> cells = ["序号,提交答卷时间,1、您满意吗？", "1,10:00,满意", "2,10:05,很不满意", "3,10:09,一般"]
        >>> cells += ["4,10:10,很满意", "5,10:12,不满意"]
        >>> _ = path.write_text("\n".join(cells), encoding="utf-8")
        >>> form = cs.Questionnaire.from_wenjuanxing(path)
        >>> form.title.into("zh"), form["q1"].kind, form["q1"].labels()
        ('顾客调查', 'likert', {1.0: '很不满意', 2.0: '不满意', 3.0: '一般', 4.0: '满意', 5.0: '很满意'})
        """
        title, questions = read_wenjuanxing(source, codes, names_of("ratings", ratings), _lists(orders))
        return cls(questions, title=title)


def _lists(orders: object) -> list[list[str]]:
    """Return lists of labels; refuse one list in place of several."""
    given = listing_of(orders)
    lists = None if given is None else [listing_of(one) for one in given]
    if lists is None or any(one is None for one in lists):
        raise OptionError(f"orders= takes lists of labels in a list; got {shown(orders)}.")
    return [[str(label) for label in one or ()] for one in lists]
