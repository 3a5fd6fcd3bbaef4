"""ML and structural after measurement in small samples of a seven-construct model.

``python -m benchmarks.small_samples`` prints the table of docs/how-to/small-samples.md; ``--docs`` writes it there.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np

import csisem as cs
from csisem.options import Estimator

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "small-samples.md"
MARKS = ("<!-- results: written by python -m benchmarks.small_samples --docs -->", "<!-- end of results -->")
SAMPLES = 500
SIZES = (100, 250)
ESTIMATORS: tuple[Estimator, ...] = ("ML", "SAM")
# Standardised; items load 0.75, those of expectation as below, and the single item measures complaints without error.
WEAK = (0.75, 0.50, 0.40)
PATHS = {
    "Expectation ~ Image": 0.50, "Quality ~ Expectation": 0.55, "Value ~ Expectation": 0.05, "Value ~ Quality": 0.60,
    "Satisfaction ~ Image": 0.20, "Satisfaction ~ Expectation": 0.05, "Satisfaction ~ Quality": 0.50,
    "Satisfaction ~ Value": 0.25, "Complaints ~ Satisfaction": 0.50, "Loyalty ~ Image": 0.15,
    "Loyalty ~ Satisfaction": 0.60, "Loyalty ~ Complaints": 0.05,
}  # fmt: skip
# What the second population has and the fitted model does not: image acts on quality itself.
MISSING = {"Quality ~ Image": 0.60, "Quality ~ Expectation": 0.20}
SHOWN = ("Satisfaction ~ Quality", "Satisfaction ~ Value", "Loyalty ~ Satisfaction")


def population(*, holds: bool) -> tuple[cs.Model, dict[str, float]]:
    """A model and a value for every free parameter, such that all constructs and items have variance 1."""
    model = cs.datasets.mobile_phone_model("full")
    standard = PATHS if holds else PATHS | MISSING
    if not holds:
        model = cs.Model.from_syntax(model.to_syntax() + "\nQuality ~ Image")
    names = [construct.name for construct in model.constructs]
    place = {name: k for k, name in enumerate(names)}
    paths, cov, left = np.zeros((len(names), len(names))), np.eye(len(names)), np.ones(len(names))
    for path, value in standard.items():
        target, _, source = path.partition(" ~ ")
        paths[place[target], place[source]] = value
    # Constructs are in causal order.
    for k in range(1, len(names)):
        cov[k, :k] = cov[:k, k] = paths[k, :k] @ cov[:k, :k]
        left[k] = 1 - paths[k, :k] @ cov[:k, :k] @ paths[k, :k]
    values: dict[str, float] = {}
    for construct in model.constructs:
        # The first item's loading is 1, so that the construct has its true standard deviation.
        unit = 1.0 if len(construct.items) == 1 else 0.75
        values[f"{construct.name} ~~ {construct.name}"] = left[place[construct.name]] * unit**2
        for k, item in enumerate(construct.items):
            load = WEAK[k] if construct.name == "Expectation" else unit
            values[f"{construct.name} =~ {item}"] = load / unit
            values[f"{item} ~~ {item}"] = 1 - load**2
    for path, value in standard.items():
        target, _, source = path.partition(" ~ ")
        size = {name: 1.0 if name == "Complaints" else 0.75 for name in (target, source)}
        values[path] = value * size[target] / size[source]
    free = set(model.table().names())
    return model, {name: value for name, value in values.items() if name in free}


def experiment(n: int, estimator: Estimator, samples: int, *, holds: bool) -> dict[str, float]:
    """Shares of samples by verdict, and bias and root mean square error of standardised paths."""
    model = cs.datasets.mobile_phone_model("full")
    drawn, values = population(holds=holds)
    refused = held = lost = 0
    estimates = []
    for seed in range(samples):
        fit = model.fit(drawn.simulate(n, values, seed=seed), estimator)
        refused += not fit
        if not fit.status.usable:
            lost += 1
            continue
        held += any("held at 0" in said for said in fit.status.warnings)
        paths = fit.paths
        estimates.append(paths.set_index(paths["lhs"] + " ~ " + paths["rhs"])["std"][list(SHOWN)].to_numpy())
    error = np.array(estimates) - np.array([PATHS[path] for path in SHOWN])
    found = {"refused": refused / samples, "no solution": lost / samples, "held": held / samples}
    for k, path in enumerate(SHOWN):
        found[path] = float(np.median(error[:, k]))
        found[f"{path} rmse"] = float(np.sqrt((error[:, k] ** 2).mean()))
    return found


def table(samples: int = SAMPLES) -> str:
    """The table as Markdown."""
    heads = [
        "the model",
        "n",
        "estimator",
        "refused",
        "residual variance at 0",
        *(path.replace("~", "←") for path in SHOWN),
    ]
    lines = ["| " + " | ".join(heads) + " |", "| --- " * len(heads) + "|"]
    for holds in (True, False):
        for n in SIZES:
            for estimator in ESTIMATORS:
                one = experiment(n, estimator, samples, holds=holds)
                shown = [f"{one[path]:+.2f} ({one[f'{path} rmse']:.2f})" for path in SHOWN]
                held = f"{one['held']:.0%}" if estimator == "SAM" else "–"
                row = ["holds" if holds else "lacks a path", str(n), estimator, f"{one['refused']:.0%}", held, *shown]
                lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, or write it into the page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--docs", action="store_true")
    asked.add_argument("--samples", type=int, default=SAMPLES)
    options = asked.parse_args()
    warnings.simplefilter("ignore")
    found = table(options.samples)
    print(found)
    if options.docs:
        text = PAGE.read_text()
        before, _, rest = text.partition(MARKS[0])
        after = rest.partition(MARKS[1])[2]
        PAGE.write_text(f"{before}{MARKS[0]}\n\n{found}\n\n{MARKS[1]}{after}")


if __name__ == "__main__":
    main()
