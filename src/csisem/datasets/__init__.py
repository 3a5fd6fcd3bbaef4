"""Example data: survey moments, a contingency table, simulated answers."""

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


def __dir__() -> list[str]:
    return sorted(__all__)
