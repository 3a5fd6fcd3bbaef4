"""Lists and forms of templates, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from csisem.arrays import pd
from csisem.option_checks import check_whole
from csisem.options import Language, validate
from csisem.survey.questionnaire.indicator import Indicator
from csisem.survey.questionnaire.questionnaire import Questionnaire
from csisem.survey.questionnaire.text import as_text
from csisem.templates.questionnaires import questionnaire
from csisem.templates.read_stored import FORMS, NAMES, QUESTIONNAIRES, check_template, kind_of, stored

_MOST_ROWS = 100_000
_HEADINGS: dict[Language, tuple[str, str, str, str]] = {
    "en": ("meaning", "question", "wording", "answers"),
    "zh": ("定义", "题号", "问题", "答案"),
}
_BETWEEN: dict[Language, str] = {"en": "; ", "zh": "；"}


def contents(language: Language = "en") -> pd.DataFrame:
    """Return the names of all templates, what each is, and its title.

    Parameters
    ----------
    language
        Language of the titles: ``"en"`` or ``"zh"``.

    Returns
    -------
    DataFrame
        ``name, kind, title``: a ``"questionnaire"`` is got by `questionnaire`, a ``"form"`` to fill in by `blank`, and
        each of them, as well as a ``"list"``, by `table`.

    Raises
    ------
    OptionError
        If there is no such language.

    Examples
    --------
    >>> cs.templates.contents().head(2)
                   name           kind                                          title
    0  retail_customers  questionnaire  Customers of a shop
    1  retail_employees  questionnaire  Employees of a shop
    """
    language = validate("language", language, Language)
    return pd.DataFrame(
        [(name, kind_of(name), stored(name)["title"][language]) for name in NAMES], columns=["name", "kind", "title"]
    )


def table(name: str, language: Language = "en") -> pd.DataFrame:
    """Return a template as a table, to use as it stands or to change.

    Parameters
    ----------
    name
        Name of a template; see `contents`.
    language
        Language of the headings and cells: ``"en"`` or ``"zh"``.

    Returns
    -------
    DataFrame
        Of a list, its rows; of a form, a row for each of its columns; of a questionnaire, its indicator system: a
        column for each level, meaning, and name and wording of the question; of one without indicators
        (``respondent``), name, wording and answers of its questions.

    Raises
    ------
    OptionError
        If there is no such template, or no such language.

    See Also
    --------
    blank : A form to fill in.
    questionnaire : A questionnaire to print and to code answers by.

    Examples
    --------
    >>> cs.templates.table("service_faults", "zh").columns.tolist()
    ['过失', '顾客看到的', '应当怎样做']
    >>> cs.templates.table("retail_customers")["Level 1"].unique().tolist()
    ['Goods', 'Service', 'Shop', 'Price', 'Image', 'Outcome']
    """
    name, language = check_template(name, NAMES), validate("language", language, Language)
    if name in QUESTIONNAIRES:
        form = questionnaire(name, language)
        return _indicator_system(form, language) if form.indicators else _answers(form, language)
    template = stored(name)
    return pd.DataFrame([list(row[language]) for row in template["row"]], columns=template["columns"][language])


def blank(name: str, language: Language | None = None, *, rows: int = 0) -> pd.DataFrame:
    """Return an empty form to fill in, such as a complaint register.

    Parameters
    ----------
    name
        Name of a template of kind ``"form"``; see `contents`.
    language
        Language of the headings, ``"en"`` or ``"zh"``; None takes the names of columns that this package's functions
        read.
    rows
        Number of empty rows, at most 100,000.

    Returns
    -------
    DataFrame
        `table` says for each column what to enter.

    Raises
    ------
    OptionError
        If there is no such form, no such language, or ``rows`` is not a whole number of at least 0.

    See Also
    --------
    csisem.index.outcomes.pareto : Causes in the register by frequency.
    csisem.improve.improvement_costs : The calculation for the form of that name.

    Examples
    --------
    >>> cs.templates.blank("improvement_costs").columns.tolist()
    ['measure', 'cost', 'customers', 'leave', 'value', 'prevented']
    >>> cs.templates.blank("complaint_register", "zh", rows=20).shape[0]
    20
    """
    fields = stored(check_template(name, FORMS))["row"]
    check_whole("rows", rows, 0, _MOST_ROWS)
    language = None if language is None else validate("language", language, Language)
    place = 0 if language is None else 1
    return pd.DataFrame(index=range(rows), columns=[str(row[language or "en"][place]) for row in fields], dtype=object)


def _indicator_system(form: Questionnaire, language: Language) -> pd.DataFrame:
    """A row for each question of an indicator; levels that a branch lacks are blank."""
    rows = [
        [
            *(node.name for node in branch),
            *[""] * (len(form.levels) - len(branch)),
            as_text(branch[-1].text).into(language),
            item,
            as_text(form[item].text).into(language),
        ]
        for branch in _branches(form.indicators)
        for item in branch[-1].items
    ]
    return pd.DataFrame(rows, columns=[*form.levels, *_HEADINGS[language][:3]])


def _answers(form: Questionnaire, language: Language) -> pd.DataFrame:
    """A row for each question, with its answers."""
    rows = [
        (one.name, as_text(one.text).into(language), _BETWEEN[language].join(one.labels(language).values()))
        for one in form.questions
    ]
    return pd.DataFrame(rows, columns=list(_HEADINGS[language][1:]))


def _branches(nodes: tuple[Indicator, ...], above: tuple[Indicator, ...] = ()) -> Iterator[tuple[Indicator, ...]]:
    for node in nodes:
        if node.children:
            yield from _branches(node.children, (*above, node))
        else:
            yield (*above, node)
