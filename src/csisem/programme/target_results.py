"""Results for improvement: rankings of indicators, and the index against its targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import get_args

import numpy as np

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.display.table import sentence_column
from csisem.errors import DataError
from csisem.improve import targets
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.options import TargetMethod, TargetRanking
from csisem.programme.decisions import without
from csisem.programme.results import Result
from csisem.programme.wave_answers import WaveAnswers

_TITLES = {
    ("simple", "quadrant"): sentence("programme.title.simple_quadrant"),
    ("simple", "coefficient"): sentence("programme.title.simple_coefficient"),
    ("simple", "region"): sentence("programme.title.simple_region"),
    ("precise", "quadrant"): sentence("programme.title.precise_quadrant"),
    ("precise", "coefficient"): sentence("programme.title.precise_coefficient"),
    ("precise", "region"): sentence("programme.title.precise_region"),
}


def target_results(wave: WaveAnswers) -> Iterator[Result]:
    """Yield the six rankings, and the index against the targets that are set."""
    for method in get_args(TargetMethod):
        for ranking in get_args(TargetRanking):
            yield Result(f"targets/{method}/{ranking}", _TITLES[method, ranking],
                         partial(ranked, wave, method, ranking))  # fmt: skip
    yield Result("against_targets", sentence("programme.title.against_targets"), lambda: against_targets(wave))


def ranked(wave: WaveAnswers, method: TargetMethod, ranking: TargetRanking) -> pd.DataFrame:
    """Return the questions ranked by their potential; see `csisem.improve.targets`."""
    asked, outcome = wave.programme.questionnaire, wave.programme.overall
    # Indicators without weight, such as overall satisfaction, are outcomes and nothing to improve.
    weights = wave.hierarchy.weights.set_index("node")["weight"]
    idle = {node.name for _, node in asked.walk() if weights.get(node.name, 1.0) == 0}
    causes, within = without(asked, idle), wave.programme.weights_within
    if isinstance(within, Mapping):
        left = {*causes.items, *(node.name for _, node in causes.walk())}
        within = {name: weight for name, weight in within.items() if name in left}
    own = Hierarchy.from_questionnaire(causes, within, name=wave.programme.total)
    if method == "simple":
        found = targets(wave.survey, own, ranking=ranking)
    else:
        found = targets(wave.survey, own, method="precise", ranking=ranking, outcome=outcome)
    if lost := found.attrs.get("lost"):
        found.attrs["notes"] = [sentence("programme.incomplete", lost=lost, n=wave.survey.n)]
    return found


def against_targets(wave: WaveAnswers) -> pd.DataFrame:
    """Return the index of each node with a target, its difference from that, and a verdict.

    The interval is that of the difference; a target is reached, or missed, where it is all on one side.
    """
    wanted = wave.programme.targets
    if not wanted:
        raise DataError(sentence("programme.no_targets"))
    frame = wave.hierarchy.score(wave.survey).set_index("node")
    tree = wave.hierarchy.tree
    nodes = dict(zip(tree.columns, tree.names, strict=True)) | {name: name for name in tree.names}
    here = [name for name in wanted if name in nodes]
    if not here:
        raise DataError(sentence("programme.targets_dropped", names=list(wanted)))
    found = frame.loc[[nodes[name] for name in here]]
    target = np.array([wanted[name] for name in here])
    table = pd.DataFrame(
        {
            "node": found.index.astype(str),
            "target": target,
            "n": found["n"].to_numpy(),
            "index": found["index"].to_numpy(),
            "se": found["se"].to_numpy(),
            "difference": found["index"].to_numpy() - target,
            "ci_lower": found["ci_lower"].to_numpy() - target,
            "ci_upper": found["ci_upper"].to_numpy() - target,
        }
    )
    ends = table[["difference", "ci_lower", "ci_upper"]].itertuples(index=False)
    table["verdict"] = sentence_column([_verdict(*one) for one in ends])
    if lost := [name for name in wanted if name not in here]:
        table.attrs["notes"] = [sentence("programme.targets_dropped", names=lost)]
    return table


def _verdict(difference: float, lower: float, upper: float) -> Sentence:
    if lower >= 0:
        return sentence("programme.reached")
    if upper < 0:
        return sentence("programme.missed")
    return sentence("programme.above") if difference >= 0 else sentence("programme.below")
