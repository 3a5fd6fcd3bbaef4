"""Example data: survey moments, a contingency table, simulated answers."""

from typing import TYPE_CHECKING

from csisem.datasets.housing import copenhagen_housing
from csisem.datasets.mobile_phone import mobile_phone, mobile_phone_items, mobile_phone_model
from csisem.datasets.retail import retail_survey, retail_survey_model, retail_survey_values
from csisem.errors import unknown_name

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


if not TYPE_CHECKING:  # to a type checker an unknown name stays unknown

    def __getattr__(name: str) -> object:
        raise unknown_name(__name__, name)
