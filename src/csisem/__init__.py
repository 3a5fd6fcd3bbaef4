"""Customer satisfaction measurement: from the questionnaire to a defensible 0-100 index."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csisem import datasets as datasets
    from csisem import diagnose as diagnose
    from csisem import improve as improve
    from csisem import index as index
    from csisem import models as models
    from csisem import plot as plot
    from csisem import sampling as sampling
    from csisem import templates as templates
    from csisem import weighting as weighting
    from csisem.errors import CsisemError as CsisemError
    from csisem.errors import CsisemWarning as CsisemWarning
    from csisem.errors import DataError as DataError
    from csisem.errors import DesignError as DesignError
    from csisem.errors import InadmissibleFitWarning as InadmissibleFitWarning
    from csisem.errors import ModelError as ModelError
    from csisem.errors import ModelSyntaxError as ModelSyntaxError
    from csisem.errors import OptionError as OptionError
    from csisem.errors import QuestionnaireError as QuestionnaireError
    from csisem.errors import ScaleError as ScaleError
    from csisem.errors import UnusableFitError as UnusableFitError
    from csisem.fit.bootstrap.bootstrap import bootstrap as bootstrap
    from csisem.fit.bootstrap.bootstrap_result import Bootstrap as Bootstrap
    from csisem.fit.comparison.compare import compare as compare
    from csisem.fit.comparison.invariance import Invariance as Invariance
    from csisem.fit.comparison.invariance import invariance as invariance
    from csisem.fit.comparison.wald_test import wald as wald
    from csisem.fit.covariance.modification_indices import modification_indices as modification_indices
    from csisem.fit.effects import effects as effects
    from csisem.fit.engines.cross_check import cross_check as cross_check
    from csisem.fit.fit import Fit as Fit
    from csisem.fit.pls_assessment.micom import micom as micom
    from csisem.fit.pls_assessment.multigroup_tests import compare_groups as compare_groups
    from csisem.fit.pls_assessment.pls_predict import pls_predict as pls_predict
    from csisem.fit.status import Status as Status
    from csisem.fit.status import Thresholds as Thresholds
    from csisem.index.construct.compare_estimators import compare_estimators as compare_estimators
    from csisem.index.construct.csi import csi as csi
    from csisem.models.model import Model as Model
    from csisem.moments.moments import Moments as Moments
    from csisem.monte_carlo.power import power as power
    from csisem.programme.programme import Programme as Programme
    from csisem.programme.round import Round as Round
    from csisem.reporting.document.report import report as report
    from csisem.reporting.tables.assemble_table import table as table
    from csisem.reporting.workbook import workbook as workbook
    from csisem.specification.construct import Construct as Construct
    from csisem.specification.simulation.sample_design import SampleDesign as SampleDesign
    from csisem.specification.syntax.relation import Relation as Relation
    from csisem.survey import Design as Design
    from csisem.survey import Fieldwork as Fieldwork
    from csisem.survey import Indicator as Indicator
    from csisem.survey import PriceTolerance as PriceTolerance
    from csisem.survey import Question as Question
    from csisem.survey import Questionnaire as Questionnaire
    from csisem.survey import Scale as Scale
    from csisem.survey import Survey as Survey
    from csisem.survey import read as read

__version__ = "0.1.0"

# Where each public name lives; a name is loaded when it is first used, so that importing csisem costs next to nothing.
_PUBLIC = {
    "read": "csisem.survey",
    "Survey": "csisem.survey",
    "Scale": "csisem.survey",
    "Design": "csisem.survey",
    "Questionnaire": "csisem.survey",
    "Question": "csisem.survey",
    "Indicator": "csisem.survey",
    "PriceTolerance": "csisem.survey",
    "Fieldwork": "csisem.survey",
    "Moments": "csisem.moments.moments",
    "Construct": "csisem.specification.construct",
    "Relation": "csisem.specification.syntax.relation",
    "Model": "csisem.models.model",
    "SampleDesign": "csisem.specification.simulation.sample_design",
    "models": "csisem.models",
    "datasets": "csisem.datasets",
    "diagnose": "csisem.diagnose",
    "sampling": "csisem.sampling",
    "weighting": "csisem.weighting",
    "index": "csisem.index",
    "improve": "csisem.improve",
    "plot": "csisem.plot",
    "templates": "csisem.templates",
    "Fit": "csisem.fit.fit",
    "Status": "csisem.fit.status",
    "Thresholds": "csisem.fit.status",
    "effects": "csisem.fit.effects",
    "cross_check": "csisem.fit.engines.cross_check",
    "compare": "csisem.fit.comparison.compare",
    "wald": "csisem.fit.comparison.wald_test",
    "score_test": "csisem.fit.comparison.score_test",
    "invariance": "csisem.fit.comparison.invariance",
    "Invariance": "csisem.fit.comparison.invariance",
    "bootstrap": "csisem.fit.bootstrap.bootstrap",
    "Bootstrap": "csisem.fit.bootstrap.bootstrap_result",
    "modification_indices": "csisem.fit.covariance.modification_indices",
    "pls_predict": "csisem.fit.pls_assessment.pls_predict",
    "compare_groups": "csisem.fit.pls_assessment.multigroup_tests",
    "micom": "csisem.fit.pls_assessment.micom",
    "csi": "csisem.index.construct.csi",
    "compare_estimators": "csisem.index.construct.compare_estimators",
    "power": "csisem.monte_carlo.power",
    "Programme": "csisem.programme.programme",
    "Round": "csisem.programme.round",
    "report": "csisem.reporting.document.report",
    "table": "csisem.reporting.tables.assemble_table",
    "workbook": "csisem.reporting.workbook",
    "CsisemError": "csisem.errors",
    "CsisemWarning": "csisem.errors",
    "DataError": "csisem.errors",
    "DesignError": "csisem.errors",
    "ModelError": "csisem.errors",
    "ModelSyntaxError": "csisem.errors",
    "OptionError": "csisem.errors",
    "QuestionnaireError": "csisem.errors",
    "ScaleError": "csisem.errors",
    "UnusableFitError": "csisem.errors",
    "InadmissibleFitWarning": "csisem.errors",
}
# Public modules, where a name that csisem lacks may be; of two that have it the last is suggested.
ROOMS = (
    "plot",
    "datasets",
    "diagnose",
    "improve",
    "index",
    "index.outcomes",
    "models",
    "sampling",
    "templates",
    "weighting",
)

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        from csisem.completion import unknown_name

        raise unknown_name(__name__, name)
    module = import_module(_PUBLIC[name])
    value = module if name in ROOMS else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
