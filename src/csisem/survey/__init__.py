"""Surveys: answers, scales, sampling designs, questionnaires and fieldwork."""

from csisem.survey.code_range import CodeRange
from csisem.survey.design import Design
from csisem.survey.fieldwork import Fieldwork
from csisem.survey.files.source import FileSource
from csisem.survey.questionnaire.indicator import Indicator
from csisem.survey.questionnaire.price_tolerance import PriceTolerance
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.questionnaire import Questionnaire
from csisem.survey.read import as_survey, read
from csisem.survey.rows.rows import Batch, Kernel, Rows
from csisem.survey.sampling_units import Units
from csisem.survey.scale import Scale, as_scale
from csisem.survey.survey import Survey

__all__ = [
    "Survey",
    "Scale",
    "CodeRange",
    "Design",
    "Questionnaire",
    "Question",
    "Indicator",
    "PriceTolerance",
    "Fieldwork",
    "FileSource",
    "Units",
    "Rows",
    "Batch",
    "Kernel",
    "as_scale",
    "as_survey",
    "read",
]
