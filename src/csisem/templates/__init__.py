"""Templates: questionnaires, forms and lists in English and Chinese."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.templates.lists import blank, contents, table
from csisem.templates.questionnaires import expectation_columns, questionnaire

__all__ = ["contents", "questionnaire", "table", "blank", "expectation_columns"]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
