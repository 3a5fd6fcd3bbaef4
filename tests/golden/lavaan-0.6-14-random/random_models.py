"""Random models and answers, drawn from seeds; the golden figures of this folder are lavaan's for them.

The streams of numpy's RandomState are frozen, and answers are rounded, so that every machine draws the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

ESTIMATORS = ("ML", "MLR", "MLM", "MLMV", "MLMVS", "GLS", "ULS", "WLS", "DWLS", "ULSMV", "WLSM", "FIML")
"""FIML is ML of incomplete rows."""

FEW = 900


@dataclass
class Drawn:
    """A model and its answers.

    Attributes
    ----------
    text
        The model's syntax, the same in lavaan.
    frame, incomplete
        The answers, and the same with a tenth of the items' answers missing.
    means
        Whether means are modelled.
    groups, equal
        Whether there are two groups (column ``g``), and what is equal over them.
    """

    number: int
    lines: list[str] = field(default_factory=list)
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)
    incomplete: pd.DataFrame = field(default_factory=pd.DataFrame)
    means: bool = False
    groups: bool = False
    equal: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def draw(number: int) -> Drawn:
    """Draw the model of a number, and its answers; those from `FEW` on have fewer rows than parameters."""
    rng = np.random.RandomState(70_000 + number)
    drawn = Drawn(number)
    first = 1 if rng.rand() < 0.12 else 2
    m = int(rng.randint(first, 5))
    higher = m >= 2 and rng.rand() < 0.22
    sizes = [int(rng.choice([2, 3, 3, 4])) for _ in range(m)]
    if m == 1:
        sizes = [int(rng.randint(3, 6))]
    n_given = int(rng.choice([0, 0, 1, 2]))
    n_outcome = int(rng.choice([0, 0, 1]))
    drawn.groups = rng.rand() < 0.2
    drawn.means = rng.rand() < 0.35
    if drawn.groups and rng.rand() < 0.7:
        drawn.equal = ("loadings",)
        if drawn.means and rng.rand() < 0.5:
            drawn.equal = ("loadings", "intercepts")
    n = int(rng.randint(150, 601))

    names, blocks, weights = [], [], []
    for size in sizes:
        blocks.append([f"x{len(names) + k + 1}" for k in range(size)])
        names += blocks[-1]
        weights.append(rng.uniform(0.45, 1.1, size))
    latent = [f"F{j + 1}" for j in range(m)]
    given = [f"z{k + 1}" for k in range(n_given)]
    outcome = [f"y{k + 1}" for k in range(n_outcome)]
    _measurement(drawn, rng, latent, blocks)

    # Structural coefficients of the population, an outcome's row by column.
    everything = [*given, *latent, *(["G"] if higher else []), *outcome]
    place = {name: k for k, name in enumerate(everything)}
    path = np.zeros((len(everything), len(everything)))
    paths: dict[str, list[str]] = {}

    def point(source: str, target: str, size: float) -> None:
        path[place[target], place[source]] = size
        paths.setdefault(target, []).append(source)

    if higher:
        for name in latent:
            path[place[name], place["G"]] = rng.uniform(0.5, 0.9)
        fixed = rng.rand()
        terms = [name if fixed > 0.4 or k == 0 else f"{rng.choice([0.7, 0.9, 1.0, 1.2])}*{name}"
                 for k, name in enumerate(latent)]  # fmt: skip
        if m == 2 and fixed > 0.4:
            terms[1] = f"1*{latent[1]}"
        drawn.lines.append("G =~ " + " + ".join(terms))
        for name in given:
            point(name, "G", rng.uniform(-0.4, 0.5))
        top = ["G"]
    else:
        chain = rng.rand() < 0.75
        for k, name in enumerate(latent):
            for before in latent[:k] if chain else []:
                if rng.rand() < 0.6:
                    point(before, name, rng.uniform(0.15, 0.6))
        for name in given:
            for target in latent:
                if rng.rand() < 0.45:
                    point(name, target, rng.uniform(-0.4, 0.5))
            if not any(name in sources for sources in paths.values()):
                point(name, latent[-1], rng.uniform(0.1, 0.5))
        top = latent
    for name in outcome:
        point(top[int(rng.randint(len(top)))], name, rng.uniform(0.2, 0.7))
        if given and rng.rand() < 0.5:
            point(given[0], name, rng.uniform(-0.3, 0.4))
    # A loop: the last two constructs influence each other, each with a cause of its own.
    if not higher and m == 4 and rng.rand() < 0.6:
        for target in latent[2:]:
            for source in latent[:2]:
                path[place[target], place[source]] = 0.0
            paths[target] = [name for name in paths.get(target, ()) if name not in latent]
        point("F1", "F3", rng.uniform(0.3, 0.6))
        point("F2", "F4", rng.uniform(0.3, 0.6))
        point("F3", "F4", rng.uniform(0.1, 0.4))
        point("F4", "F3", rng.uniform(0.1, 0.4))
        path[place["F4"], place["F2"]] += 0.1
    drawn.lines += [f"{target} ~ {' + '.join(sources)}" for target, sources in paths.items() if sources]
    pairs = rng.rand()
    if pairs < 0.3 and m >= 2:
        drawn.lines.append(f"{blocks[0][-1]} ~~ {blocks[1][-1]}")
    two = drawn.groups + 1
    numbers = np.sort(rng.randint(0, 2, n)) if drawn.groups else np.zeros(n, dtype=int)
    numbers[: n // 3], numbers[n - n // 3 :] = 0, two - 1

    # Answers: disturbances, latent variables through the reduced form, items, misfit, shapes and units.
    shape = int(rng.choice(4))
    noise = rng.standard_normal((n, len(everything))) * rng.uniform(0.6, 0.9, len(everything))
    if given and rng.rand() < 0.5:
        noise[:, 0] = (rng.rand(n) < 0.4) - 0.4
    scores = noise @ np.linalg.inv(np.eye(len(everything)) - path).T
    scores = scores + numbers[:, None] * 0.3
    errors = rng.standard_normal((n, len(names)))
    if shape == 1:
        errors /= np.sqrt(rng.chisquare(6, n) / 6)[:, None]
    elif shape == 2:
        errors = (errors**2 - 1) / 1.6 * 0.5 + errors * 0.6
    items = np.empty((n, len(names)))
    for j, block in enumerate(blocks):
        for k, name in enumerate(block):
            items[:, names.index(name)] = weights[j][k] * scores[:, place[latent[j]]]
    items = items + errors * rng.uniform(0.5, 0.9, len(names))
    items[:, -1] += rng.uniform(0, 0.3) * scores[:, place[latent[0]]]
    if pairs < 0.3 and m >= 2:
        a, b = names.index(blocks[0][-1]), names.index(blocks[1][-1])
        both = rng.standard_normal(n) * 0.35
        items[:, a] += both
        items[:, b] += both
    items = items + rng.uniform(-1, 5, len(names))
    if shape == 3:
        items = np.clip(np.round(items * 1.7), -6, 12)
    units = np.ones(len(names))
    if rng.rand() < 0.15:
        units = 10.0 ** rng.uniform(-1.5, 1.5, len(names))
    columns = dict(zip(names, (np.round(items, 3) * np.round(units, 3)).T, strict=True))
    columns |= {name: np.round(scores[:, place[name]] + 0.1, 3) for name in given + outcome}
    drawn.frame = pd.DataFrame(columns).round(6)
    missing = rng.rand(n, len(names)) < 0.1
    missing[:, 0] = False
    drawn.incomplete = drawn.frame.copy()
    drawn.incomplete[names] = drawn.frame[names].mask(missing)
    if drawn.groups:
        drawn.frame["g"] = drawn.incomplete["g"] = np.where(numbers, "b", "a")
    if number >= FEW:
        # Covariances of p variables take more than p rows, in each group.
        least = len(columns) + 4
        drawn.frame = pd.concat([drawn.frame.iloc[:least], drawn.frame.iloc[n - least * drawn.groups :]])
    return drawn


def _measurement(drawn: Drawn, rng: np.random.RandomState, latent: list[str], blocks: list[list[str]]) -> None:
    """The measurement model's lines, with markers, fixed variances, fixed and equal loadings."""
    for name, block in zip(latent, blocks, strict=True):
        kind = rng.rand()
        terms = list(block)
        if kind < 0.15:
            terms[0] = f"NA*{terms[0]}"
            drawn.lines.append(f"{name} ~~ 1*{name}")
        elif kind < 0.27:
            terms[1] = f"{rng.choice([0.8, 1.0, 1.1])}*{terms[1]}"
        elif kind < 0.37 and len(block) > 2:
            terms[1], terms[2] = f"e{name}*{terms[1]}", f"e{name}*{terms[2]}"
        drawn.lines.insert(0, f"{name} =~ {' + '.join(terms)}")
