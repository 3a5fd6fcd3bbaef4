"""What each step of a programme has produced, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import CsisemError, untold
from csisem.index.trends.wave_series import in_order
from csisem.options import ProgrammeStep
from csisem.programme.declared import Declared
from csisem.programme.results import said
from csisem.programme.sentence_frames import sentence_frame
from csisem.programme.small_sample import proposals
from csisem.programme.steps import NAMES, STEPS
from csisem.programme.stored_folder import SMALL_SAMPLE, answers_file, wave_files
from csisem.programme.target_results import against_targets
from csisem.programme.wave_answers import WaveAnswers, answers_of

DONE, BEGUN, OPEN = (sentence("programme.done"), sentence("programme.begun"), sentence("programme.open"))

Found = tuple[list[Sentence], list[Sentence]]
"""What a step has produced, and what is missing."""


def progress(programme: Declared) -> pd.DataFrame:
    """Return a row for each step."""
    waves, refused = _waves(programme)
    found: Mapping[ProgrammeStep, Found] = {
        "diagnosis": _diagnosis(programme),
        "pretest": _pretest(programme),
        "small_sample": _small_sample(programme),
        "survey": _survey(programme, waves, refused),
        "analysis": _analysis(waves),
        "improvement": _improvement(programme, waves),
    }
    rows = []
    for step in STEPS:
        produced, missing = found[step]
        record = programme.steps[step]
        if record.documents:
            produced = [*produced, sentence("programme.documents", names=record.documents)]
        state = DONE if record.done or (produced and not missing) else BEGUN if produced else OPEN
        rows.append((NAMES[step], state, _joined(produced), _joined(missing)))
    names = ("step", "state", "produced", "missing")
    return sentence_frame(names, rows)


def _joined(parts: list[Sentence]) -> Sentence | str:
    return sentence("programme.parts", parts=tuple(parts)) if parts else ""


def _decided(programme: Declared, step: ProgrammeStep) -> Iterator[Sentence]:
    own = [one for one in programme.decisions if one.step == step]
    if own:
        dropped = sum(one.state == "dropped" for one in own)
        revised = sum(one.state == "revised" for one in own)
        yield sentence("programme.decided", count=len(own), dropped=dropped, revised=revised)


def _diagnosis(programme: Declared) -> Found:
    draft = programme.draft
    nodes = sum(1 for _ in draft.walk())
    produced = [sentence("programme.proposed", indicators=nodes, questions=len(draft.questions)),
                *_decided(programme, "diagnosis")]  # fmt: skip
    missing = []
    if not nodes:
        missing.append(sentence("programme.no_indicators"))
    for what, there in (
        (sentence("programme.no_segments"), programme.segments),
        (sentence("programme.no_budget"), programme.budget),
        (sentence("programme.no_schedule"), programme.schedule),
    ):
        if not there:
            missing.append(what)
    if programme.budget:
        produced.append(sentence("programme.budget", cost=sum(one.cost for one in programme.budget)))
        if programme.funds is not None and sum(one.cost for one in programme.budget) > programme.funds:
            missing.append(sentence("programme.over_budget", funds=programme.funds))
    if programme.schedule:
        days = [one.start for one in programme.schedule], [one.end for one in programme.schedule]
        produced.append(sentence("programme.schedule", start=min(days[0]), end=max(days[1])))
    return produced, missing


def _pretest(programme: Declared) -> Found:
    produced = [*_decided(programme, "pretest")]
    errors = programme.questionnaire.check()
    missing = [] if produced or programme.steps["pretest"].done else [sentence("programme.no_pretest")]
    if count := int((errors["severity"] == "error").sum()):
        missing.append(sentence("programme.draft_errors", count=count))
    return produced, missing


def _small_sample(programme: Declared) -> Found:
    produced = [*_decided(programme, "small_sample")]
    if answers_file(programme.folder, SMALL_SAMPLE) is None:
        return produced, [sentence("programme.no_small_sample", name=SMALL_SAMPLE)]
    try:
        with untold():
            found = proposals(programme)
    except CsisemError as problem:
        return produced, [sentence("programme.refused", problem=said(problem))]
    decided = {one.name for one in programme.decisions if one.step == "small_sample"}
    flagged = found[found["verdict"] != "keep"]
    worst_first = flagged.sort_values("verdict", key=lambda one: one != "revise", kind="stable")["name"]
    doubtful = [name for name in worst_first if name not in decided]
    produced.insert(0, sentence("programme.screened", count=len(found), doubtful=len(flagged)))
    return produced, [sentence("programme.undecided", names=doubtful)] if doubtful else []


def _waves(programme: Declared) -> tuple[list[WaveAnswers], list[Sentence]]:
    """The waves that can be read, in order, and the refusals of the others."""
    read, refused = [], []
    try:
        names = [str(name) for name in in_order(list(wave_files(programme.folder)), None)]
    except CsisemError as problem:
        return [], [sentence("programme.refused", problem=said(problem))]
    for name in names:
        try:
            with untold():
                read.append(answers_of(programme, name))
        except CsisemError as problem:
            refused.append(sentence("programme.refused", problem=said(problem)))
    return read, refused


def _survey(programme: Declared, waves: list[WaveAnswers], refused: list[Sentence]) -> Found:
    produced, missing = [*_decided(programme, "survey")], [*refused]
    if programme.sampling is None:
        missing.append(sentence("programme.no_plan"))
    else:
        produced.append(sentence("programme.planned", n=int(programme.sampling.allocation()["n"].sum())))
    produced += [sentence("programme.wave", wave=wave.wave, n=wave.survey.n) for wave in waves]
    if not waves and not refused:
        missing.append(sentence("programme.no_waves"))
    if bare := [wave.wave for wave in waves if wave.wave not in programme.fieldwork]:
        missing.append(sentence("programme.no_fieldwork", waves=bare))
    return produced, missing


def _analysis(waves: list[WaveAnswers]) -> Found:
    produced, missing = [], []
    for wave in waves:
        try:
            with untold():
                total = wave.hierarchy.score(wave.survey).iloc[0]
            produced.append(sentence("programme.scored", wave=wave.wave, index=total["index"], lower=total["ci_lower"],
                                     upper=total["ci_upper"]))  # fmt: skip
        except CsisemError as problem:
            missing.append(sentence("programme.refused", problem=said(problem)))
    return produced, missing if produced or missing else [sentence("programme.nothing_to_analyse")]


def _improvement(programme: Declared, waves: list[WaveAnswers]) -> Found:
    if not programme.targets:
        return [], [sentence("programme.no_targets")]
    produced, missing = [sentence("programme.targets_set", count=len(programme.targets))], []
    if waves:
        try:
            with untold():
                table = against_targets(waves[-1])
        except CsisemError as problem:
            return produced, [sentence("programme.refused", problem=said(problem))]
        short = list(table.loc[table["difference"] < 0, "node"])
        if short:
            missing.append(sentence("programme.below_target", wave=waves[-1].wave, names=short))
    return produced, missing
