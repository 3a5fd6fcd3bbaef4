"""Example data: survey moments, a contingency table, simulated answers."""

from typing import TYPE_CHECKING

from csisem.completion import public_names
from csisem.datasets.housing import copenhagen_housing
from csisem.datasets.mobile_phone import mobile_phone, mobile_phone_items, mobile_phone_model
from csisem.datasets.retail import retail_survey, retail_survey_model, retail_survey_values

__all__ = [
    "copenhagen_housing",
    "mobile_phone",
    "mobile_phone_items",
    "mobile_phone_model",
    "retail_survey",
    "retail_survey_model",
    "retail_survey_values",
]

if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown
    __dir__, __getattr__ = public_names(__name__, __all__)
