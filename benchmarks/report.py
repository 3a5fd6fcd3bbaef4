"""Results as Markdown, agreement first, and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.experiment import Agreement, Memory, Ratio, Result, Timing
from benchmarks.machine import Machine
from benchmarks.rivals import Rival

BEGIN, END = "<!-- results: written by python -m benchmarks --docs -->", "<!-- end of results -->"


def markdown(machine: Machine, contenders: Sequence[Rival], absent: Sequence[str], results: Sequence[Result]) -> str:
    """Everything that was found: agreement, ratios, seconds, memory, machine."""
    parts = ["## Agreement", "", *_agreement(contenders, results), "", "## Ratios", ""]
    parts += [_verdicts(results), ""]
    for result in results:
        parts += _section(result)
    parts += ["## Machine", "", *_machine(machine, absent)]
    return "\n".join(parts) + "\n"


def _agreement(contenders: Sequence[Rival], results: Sequence[Result]) -> list[str]:
    rows, refused, seen = [], [], set()
    for result in results:
        for a in result.agreement:
            key = (result.experiment.question, a.rival)
            if key in seen:
                continue
            seen.add(key)
            rows.append(_agreement_row(result, a))
            if a.problem:
                refused.append(f"No time of {a.rival} for “{result.experiment.question}”: {a.problem}.")
    if not rows:
        return ["No experiment of this run compares numbers with a rival."]
    complete = [f"* {r.name}: {r.does}." for r in contenders]
    head = ("experiment", "rival", "parameters", "estimates", "standard errors", "standardised",
            "its standard errors", "chi-square", "")  # fmt: skip
    reasons = [
        f"* {r.name}, at most {r.tolerance.estimate:.0e} standard errors, {r.tolerance.error:.0e} of a standard error "
        f"and {r.tolerance.chisq:.0e} of chi-square: {r.tolerance.reason}"
        for r in contenders[1:]
    ]
    return [
        "Largest difference of any free parameter from ours: estimates in standard errors; standard errors and "
        "chi-square relatively. A dash: the tool reports no such number, or in other units.",
        "",
        table(head, rows),
        "",
        *refused,
        *([""] if refused else []),
        "Allowed, and why:",
        "",
        *reasons,
        "",
        "A complete fit, from the model and the frame:",
        "",
        *complete,
    ]


def _agreement_row(result: Result, a: Agreement) -> tuple[str, ...]:
    numbers = (a.estimate, a.error, a.std, a.std_error, a.chisq)
    shown = ("–" if math.isnan(x) else f"{x:.0e}" for x in numbers)
    return (result.experiment.name, a.rival, str(a.parameters), *shown, "refused" if a.problem else "agrees")


def _verdicts(results: Sequence[Result]) -> str:
    rows = [
        (
            f"{result.experiment.question}; {result.setting}",
            f"{r.above} / {r.below}",
            _span(r),
            str(r.target),
            r.verdict,
        )
        for result in results
        for r in result.ratios
        if r.target is not None
    ]
    return table(("what", "ratio", "median (first to ninth decile)", "target", ""), rows) if rows else ""


def _span(r: Ratio) -> str:
    return f"**{r.median:.3g}** ({r.low:.3g} to {r.high:.3g})"


def _section(result: Result) -> list[str]:
    lines = [f"### {result.experiment.question}: {result.setting}", ""]
    by_name = {r.above: r for r in result.ratios}
    rows = [_timing_row(t, by_name.get(t.name)) for t in result.timings]
    if rows:
        lines += [table(("contender", "median", "quickest run", "ratio", "ratio of quickest runs"), rows), ""]
    if result.ratios:
        lines += [f"Ratios are over {result.ratios[0].below}; {result.experiment.rounds} rounds.", ""]
    if result.memory:
        lines += [table(("contender", "extra memory at the peak", "of the data"), map(_memory_row, result.memory)), ""]
    for note in result.notes:
        lines += [note, ""]
    return lines


def _timing_row(timing: Timing, found: Ratio | None) -> tuple[str, ...]:
    ratios = (_span(found), f"{found.of_minima:.3g}") if found else ("1", "1")
    return (timing.name, _seconds(timing.median), _seconds(timing.minimum), *ratios)


def _memory_row(memory: Memory) -> tuple[str, ...]:
    return (memory.name, f"{memory.extra / 1e6:,.0f} MB", f"{memory.extra / memory.data:.2g} times")


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.3g} ms"


def _machine(machine: Machine, absent: Sequence[str]) -> list[str]:
    lines = [
        f"{machine.processor}, {machine.cores} cores; {machine.system}; Python {machine.python}; BLAS {machine.blas}.",
        ", ".join(f"{name} {number}" for name, number in machine.versions.items()) + ".",
        f"Load in the last minute before and after: {', '.join(f'{x:.1f}' for x in machine.load)}.",
    ]
    if max(machine.load) > machine.cores:
        lines.append("More processes than cores were running: trust the ratios of quickest runs more than the medians.")
    return lines + [f"Not installed here, so not measured: {', '.join(absent)}."] * bool(absent)


def table(head: Sequence[str], rows: Sequence[tuple[str, ...]] | map[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_json(path: Path, machine: Machine, results: Sequence[Result]) -> None:
    """Keep every single run."""
    path.parent.mkdir(exist_ok=True)
    content = {"machine": asdict(machine), "results": [asdict(result) for result in results]}
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


def write_docs(path: Path, text: str) -> None:
    """Replace the results in the page of benchmarks."""
    put_between(path, text, BEGIN, END)


def put_between(path: Path, text: str, begin: str, end: str) -> None:
    """Replace what stands between two marks of a page."""
    page = path.read_text(encoding="utf-8")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")
