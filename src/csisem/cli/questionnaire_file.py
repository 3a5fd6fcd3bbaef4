"""A questionnaire by its file or the name of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csisem.options import Language
    from csisem.survey import Questionnaire


def questionnaire_of(source: str, language: Language) -> Questionnaire:
    """The questionnaire in a .toml or .qsf file, or a template."""
    from csisem.survey import Questionnaire
    from csisem.templates import questionnaire
    from csisem.templates.read_stored import QUESTIONNAIRES

    if source in QUESTIONNAIRES:
        return questionnaire(source, language)
    return Questionnaire.from_qsf(source) if source.lower().endswith(".qsf") else Questionnaire.from_toml(source)
