"""The Python script that repeats an analysis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from csisem.app.journey import OWN, AnswerFile, Journey, ModelChoice
from csisem.app.run_journey import build_model, model_options, read_options, target_of
from csisem.display.labels import said
from csisem.errors import DataError
from csisem.options import Language

_WIDTH = 100


def python_script(journey: Journey, language: Language = "en") -> str:
    """The script; it reads the file from its own folder, and its results have the names of the findings."""
    if journey.file is None:
        raise DataError("There are no answers yet; load a file first.")
    settings, model = journey.settings, build_model(journey.model)
    target = target_of(model, settings.target)
    lines = [
        f'"""{said("app.script.title", language)}"""',
        "",
        "import csisem as cs",
        "",
        f"# {said('app.script.read', language)}",
        f"survey = {_call('cs.read', (_file(journey.file),), read_options(journey.file, settings))}",
        "",
        f"# {said('app.script.model', language)}",
        f"model = {_model(journey.model)}",
        f"fit = {_call('model.fit', ('survey', repr(settings.estimator)), _missing(settings.missing))}",
        "print(fit.status)",
        "",
        "if fit:",
        f"    # {said('app.script.index', language)}",
        "    index = cs.csi(fit)",
        "    print(index.to_string())",
        *_by(settings.by, target, language),
    ]
    lines += [
        "",
        f"    # {said('app.script.targets', language)}",
        f"    priorities = cs.improve.ipma(fit, {target!r})",
        "    print(priorities.to_string())",
        "    causes = list(priorities['construct'])",
        "    items = [item for one in model.constructs if one.name in causes for item in one.items]",
        f"    outcome = list(model.construct({target!r}).items)",
        "    targets = cs.improve.targets(fit.data, method='precise', items=items, outcome=outcome)",
        "    print(targets.to_string())",
    ]
    asked = _call("cs.report", ("fit", "'report.html'"), report_options(journey, target, language))
    lines += ["", f"# {said('app.script.files', language)}", asked, f"cs.workbook(fit, 'results.xlsx'{_in(language)})"]
    return "\n".join(lines) + "\n"


def report_options(journey: Journey, target: str, language: Language) -> Mapping[str, Any]:
    """The options of `csisem.report`."""
    by = {"by": list(journey.settings.by)} if journey.settings.by else {}
    return {"language": language, "target": target, **by}


def _in(language: Language) -> str:
    return "" if language == "en" else f", language={language!r}"


def _by(columns: tuple[str, ...], target: str, language: Language) -> list[str]:
    if not columns:
        return []
    lines = ["", f"    # {said('app.script.by', language)}", "    by, means = {}, {}"]
    lines += [f"    for column in {list(columns)!r}:"]
    return [
        *lines,
        "        by[column] = cs.csi(fit, by=column)",
        f"        means[column] = cs.diagnose.anova(None, {target!r}, by=column, fit=fit)",
        "        print(by[column].to_string())",
        f"        print(means[column].text({language!r}))",
    ]


def _file(file: AnswerFile) -> str:
    return repr(file.name)


def _missing(missing: str) -> Mapping[str, Any]:
    return {} if missing == "listwise" else {"missing": missing}


def _model(choice: ModelChoice) -> str:
    if choice.preset != OWN:
        return _call(f"cs.models.{choice.preset}", (), model_options(choice))
    texts = "\n".join(f"    {line + chr(10)!r}" for line in choice.syntax.splitlines())
    return f"cs.Model.from_syntax(\n{texts}\n)"


def _call(function: str, given: tuple[str, ...], options: Mapping[str, Any], indent: int = 0) -> str:
    """A call in one line, or a line for each argument where that is too long."""
    arguments = [*given, *(f"{name}={value!r}" for name, value in options.items())]
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _WIDTH:
        return line
    blank = " " * indent
    return "\n".join([f"{function}(", *(f"{blank}    {one}," for one in arguments), f"{blank})"])
