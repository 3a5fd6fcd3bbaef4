"""A questionnaire by its file or the name of a template."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csisem.options import Language
    from csisem.survey import Questionnaire


def questionnaire_of(source: str, language: Language) -> Questionnaire:
    """The questionnaire in a .toml or .qsf file, or a template."""
    from csisem.survey import Questionnaire
    from csisem.templates import questionnaire
    from csisem.templates.read_stored import QUESTIONNAIRES

    # A name without an ending that is no file is that of a template, or nearly.
    if source in QUESTIONNAIRES or not (Path(source).suffix or Path(source).exists()):
        return questionnaire(source, language)
    return Questionnaire.from_qsf(source) if source.lower().endswith(".qsf") else Questionnaire.from_toml(source)
