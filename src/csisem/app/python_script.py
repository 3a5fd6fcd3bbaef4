"""The Python script that repeats an analysis."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from csisem.app.journey import OWN, Journey, ModelChoice
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
    missing = {} if settings.missing == "listwise" else {"missing": settings.missing}
    lines = [
        f'"""{said("app.script.title", language)}"""',
        "",
        "import csisem as cs",
        "",
        f"# {said('app.script.read', language)}",
        f"survey = {_call('cs.read', (repr(journey.file.name),), read_options(journey.file, settings))}",
        "",
        f"# {said('app.script.model', language)}",
        f"model = {_model(journey.model)}",
        f"fit = {_call('model.fit', ('survey', repr(settings.estimator)), missing)}",
        f"print(fit.status.text({language!r}))",
        *_findings(journey, target, language),
        "",
        f"# {said('app.script.files', language)}",
        _call("cs.report", ("fit", "'report.html'"), report_options(journey, target, language)),
        _call("cs.workbook", ("fit", "'results.xlsx'"), {"language": language}),
    ]
    return "\n".join(lines) + "\n"


def _findings(journey: Journey, target: str, language: Language) -> list[str]:
    """What is read off a fit that may be read, but for what the app could not compute."""
    found = journey.findings
    if found is not None and not found.fit:
        return []
    lacking = () if found is None else found.lacking
    without = {(name, part) for name, part, _ in lacking}
    lines = ["", "if fit:", "    print(fit.parameters.to_string())"]
    for name, part, why in lacking:
        reason = " ".join(why.text(language).split())
        lines.append(f"    # {said('app.script.lacking', language, name=f'{name} {part}'.strip(), reason=reason)}")
    if ("index", "") not in without:
        lines += [f"    # {said('app.script.index', language)}", "    index = cs.csi(fit)"]
        lines.append("    print(index.to_string())")
    if journey.settings.by:
        lines += ["", f"    # {said('app.script.by', language)}", "    by, means = {}, {}"]
    for column in journey.settings.by:
        if ("by", column) not in without:
            lines.append(f"    by[{column!r}] = cs.csi(fit, by={column!r})")
            lines.append(f"    print(by[{column!r}].to_string())")
        if ("means", column) not in without:
            lines.append(f"    means[{column!r}] = cs.diagnose.anova(None, {target!r}, by={column!r}, fit=fit)")
            lines.append(f"    print(means[{column!r}].text({language!r}))")
    return [*lines, *_improvement(target, without, language)]


def _improvement(target: str, without: Set[tuple[str, str]], language: Language) -> list[str]:
    """The map and the targets, which take its constructs."""
    if ("priorities", "") in without:
        return []
    lines = [
        "",
        f"    # {said('app.script.targets', language)}",
        f"    priorities = cs.improve.ipma(fit, {target!r})",
        "    print(priorities.to_string())",
    ]
    if ("targets", "") in without:
        return lines
    return [
        *lines,
        "    causes = list(priorities['construct'])",
        "    items = [item for one in model.constructs if one.name in causes for item in one.items]",
        f"    outcome = list(model.construct({target!r}).items)",
        "    targets = cs.improve.targets(fit.data, method='precise', items=items, outcome=outcome)",
        "    print(targets.to_string())",
    ]


def report_options(journey: Journey, target: str, language: Language) -> Mapping[str, Any]:
    """The options of `csisem.report`."""
    by = {"by": list(journey.settings.by)} if journey.settings.by else {}
    return {"language": language, "target": target, **by}


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
