"""What a programme declares, and the indicators that it carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import Literal, Self

from csisem.arrays import pd
from csisem.completion import Completion
from csisem.errors import DataError, OptionError, listed, nearest, shown
from csisem.index.hierarchy.hierarchy import Hierarchy
from csisem.option_checks import as_path, check_name, check_number, check_text
from csisem.options import Language, ProgrammeStep, SegmentSchema, validate
from csisem.programme.budget import Activity, BudgetItem, activities, budget_frame, budget_items, schedule_frame
from csisem.programme.decisions import Decision, carried, check_known, decisions_of, indicator_frame, weights_left
from csisem.programme.declarations import (
    TOTAL,
    check_scored,
    combinations_of,
    expectations_of,
    fieldwork_of,
    numbers_of,
    population_of,
    segments_of,
    weights_of,
)
from csisem.programme.sampling_plan import SamplingPlan, sampling_plan
from csisem.programme.steps import STEPS, StepRecord, step_of, step_records
from csisem.sampling import draw
from csisem.survey import Fieldwork, Questionnaire
from csisem.survey.questionnaire.question import Question
from csisem.survey.questionnaire.text import as_text


@dataclass(frozen=True, repr=False)
class Declared(Completion):
    """What a `Programme` declares, before any wave."""

    folder: Path
    draft: Questionnaire
    _: KW_ONLY
    name: str = ""
    organisation: str = ""
    language: Language = "en"
    overall: str | None = None
    satisfied: float | None = None
    weights: str | None = None
    clusters: str | None = None
    id: str | None = None
    duration: str | None = None
    funds: float | None = None
    combinations: tuple[tuple[str, ...], ...] = ()
    segments: Mapping[SegmentSchema, tuple[str, ...]] = field(default_factory=dict)
    expectations: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    indicator_weights: Literal["equal"] | Mapping[str, float] | None = None
    targets: Mapping[str, float] = field(default_factory=dict)
    population: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sampling: SamplingPlan | None = None
    fieldwork: Mapping[str, Fieldwork] = field(default_factory=dict)
    steps: Mapping[ProgrammeStep, StepRecord] = field(default_factory=dict)
    budget: tuple[BudgetItem, ...] = ()
    schedule: tuple[Activity, ...] = ()
    decisions: tuple[Decision, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.draft, Questionnaire):
            raise OptionError(f"questionnaire= must be a Questionnaire; got {shown(self.draft)}.")
        given: dict[str, object] = {
            "folder": as_path("folder", self.folder),
            "language": validate("language", self.language, Language),
            "decisions": decisions_of(self.decisions, self.draft),
            "segments": segments_of(self.segments),
            "population": population_of(self.population),
            "sampling": sampling_plan(self.sampling),
            "fieldwork": fieldwork_of(self.fieldwork),
            "steps": step_records(self.steps),
            "budget": budget_items(self.budget),
            "schedule": activities(self.schedule),
            "targets": self._named_targets(),
        }
        if isinstance(self.indicator_weights, str):
            given["indicator_weights"] = validate("indicator_weights", self.indicator_weights, Literal["equal"])
        elif self.indicator_weights is not None:
            given["indicator_weights"] = weights_of(self.indicator_weights, self.draft)
        for part, value in given.items():
            object.__setattr__(self, part, value)
        for part in ("name", "organisation"):
            check_text(part, getattr(self, part))
        for part in ("weights", "clusters", "id", "duration", "overall"):
            if getattr(self, part) is not None:
                check_text(part, getattr(self, part))
        if self.satisfied is not None:
            check_number("satisfied", self.satisfied, 0, 100)
            object.__setattr__(self, "satisfied", float(self.satisfied))
        if self.funds is not None:
            check_number("funds", self.funds, 0)
        object.__setattr__(self, "combinations", combinations_of(self.combinations, self.segment_columns))
        object.__setattr__(self, "expectations", expectations_of(self.expectations, self.draft))
        if self.overall is not None:
            check_scored("overall", self.overall, self.draft)
            if self.overall not in self.questionnaire.items:
                raise DataError(f"overall= names {self.overall!r}, which was dropped; name another question first.")
        self._check_targets()

    def _named_targets(self) -> dict[str, float]:
        """The targets, the total under its name in the programme's language."""
        names = {TOTAL.text("en"), TOTAL.text("zh")} - {node.name for _, node in self.draft.walk()}
        own = validate("language", self.language, Language)
        found = numbers_of("targets", self.targets, 0, 100)
        if len(twice := [name for name in found if name in names]) > 1:
            raise OptionError(f"targets= names the total twice, as {listed(twice)}; leave one.")
        return {TOTAL.text(own) if name in names else name: value for name, value in found.items()}

    def _check_targets(self) -> None:
        known = (self.total, *(node.name for _, node in self.draft.walk()), *self.draft.items)
        if odd := [name for name in self.targets if name not in known]:
            near = nearest(odd[0], known)
            raise DataError(f"targets= names {odd[0]!r}, no indicator or question{near}; the total is {self.total!r}.")

    # ---- indicators

    @property
    def questionnaire(self) -> Questionnaire:
        """The questionnaire of the survey: the draft without what was dropped, in the revised wordings.

        The weights of dropped indicators go to their siblings in proportion.
        """
        return carried(self.draft, self.decisions)

    def asked_in(self, step: ProgrammeStep) -> Questionnaire:
        """Return the questionnaire that a step asks, which the steps before it have decided on."""
        before = STEPS[: STEPS.index(step_of(step))]
        return carried(self.draft, [one for one in self.decisions if one.step in before])

    @property
    def indicators(self) -> pd.DataFrame:
        """What became of each indicator and question.

        Columns ``name, level`` (0: of no indicator), ``parent, text``, what the ``diagnosis, pretest, small_sample``
        and ``survey`` decided, the last ``state`` (``"kept"``, ``"revised"``, ``"dropped"``) and ``why``.
        """
        return indicator_frame(self.draft, self.decisions, self.language)

    def drop(self, name: str, *, why: str, step: ProgrammeStep) -> Self:
        """Return the programme without an indicator, and all below it, or without a question.

        Parameters
        ----------
        name
            An indicator or a question.
        why
            The reason, which stays on record.
        step
            The step that decided.

        Raises
        ------
        DataError
            If there is no such indicator or question, or no question is left.
        OptionError
            If the step is unknown or the reason blank.

        Examples
        --------
        >>> import tempfile
        >>> made = cs.Programme.new(tempfile.mkdtemp(), cs.templates.questionnaire("retail_customers"))
        >>> dropped = made.drop("labels", why="Everybody answered alike.", step="small_sample")
        >>> frame = dropped.indicators
        >>> frame.loc[frame["name"] == "labels", ["pretest", "small_sample", "survey", "state"]]
           pretest small_sample survey    state
        12    kept      dropped         dropped
        """
        return self._decided(Decision(name, "dropped", step, why))

    def keep(self, name: str, *, why: str, step: ProgrammeStep) -> Self:
        """Return the programme with an indicator or question kept on purpose, such as one that was dropped before.

        Parameters
        ----------
        name, why, step
            As for `drop`.

        Examples
        --------
        >>> import tempfile
        >>> made = cs.Programme.new(tempfile.mkdtemp(), cs.templates.questionnaire("retail_customers"))
        >>> dropped = made.drop("labels", why="Unclear.", step="pretest")
        >>> "labels" in dropped.keep("labels", why="The board wants it.", step="small_sample").questionnaire.items
        True
        """
        return self._decided(Decision(name, "kept", step, why))

    def revise(self, name: str, *, why: str, step: ProgrammeStep, question: Question | None = None) -> Self:
        """Return the programme with an indicator or question revised.

        Parameters
        ----------
        name, why, step
            As for `drop`.
        question
            The question in its new wording, under the same name; the old wording stays on record. None records the
            decision alone.

        Raises
        ------
        OptionError
            If ``question`` has another name.
        DataError
            If there is no such question.

        Examples
        --------
        >>> from dataclasses import replace
        >>> import tempfile
        >>> made = cs.Programme.new(tempfile.mkdtemp(), cs.templates.questionnaire("retail_customers"))
        >>> clearer = replace(made.draft["labels"], text="Is there what you look for?")
        >>> revised = made.revise("labels", why="Too long.", step="pretest", question=clearer)
        >>> revised.questionnaire["labels"].text.into("en")
        'Is there what you look for?'
        """
        if question is None:
            return self._decided(Decision(name, "revised", step, why))
        check_name("name", name, "a question")
        if not isinstance(question, Question) or question.name != name:
            raise OptionError(f"question= must be a Question named {shown(name)}; got {shown(question)}.")
        before = as_text(self.draft[name].text).into(self.language)
        questions = tuple(question if one.name == name else one for one in self.draft.questions)
        draft = replace(self.draft, questions=questions)
        return replace(self, draft=draft)._decided(Decision(name, "revised", step, why, before))

    def _decided(self, decision: Decision) -> Self:
        check_known(decision.name, self.draft)
        changed = replace(self, decisions=(*self.decisions, decision))
        carried(changed.draft, changed.decisions)
        return changed

    @property
    def plan(self) -> SamplingPlan:
        """The sampling plan; refused where there is none."""
        if self.sampling is None:
            raise OptionError("The programme has no sampling plan; give sampling= with strata and sizes.")
        return self.sampling

    def draw(self, frame: object, *, seed: int) -> pd.DataFrame:
        """Draw the planned sample from a list of customers; see `csisem.sampling.draw`.

        Parameters
        ----------
        frame
            The list, one row per customer, with the column of the strata.
        seed
            Seed of the random numbers.

        Raises
        ------
        OptionError
            If there is no sampling plan.
        DataError
            If the list has other strata, or too few customers.

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> planned = programme.with_parts(sampling={"strata": "region", "sizes": {"North": 60, "South": 40}})
        >>> customers = pd.DataFrame({"region": ["North"] * 60 + ["South"] * 40})
        >>> planned.draw(customers, seed=1)["region"].value_counts().tolist()
        [48, 32]
        """
        plan = self.plan
        return draw(frame, plan.allocation(), seed=seed, strata=plan.strata)

    def budget_frame(self) -> pd.DataFrame:
        """Return the budget: ``step, item, quantity, unit_cost, cost``, with totals, and against the funds if given.

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> programme.budget_frame()
              step        item  quantity  unit_cost     cost
        0  pretest     Pretest       1.0      900.0    900.0
        1   survey  Interviews    2400.0       12.0  28800.0
        2                total       NaN        NaN  29700.0
        3                funds       NaN        NaN  30000.0
        4            left over       NaN        NaN    300.0
        """
        return budget_frame(self.budget, self.funds)

    def schedule_frame(self) -> pd.DataFrame:
        """Return the schedule: ``step, activity, start, end, days``, and the whole time in the last row.

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> programme.schedule_frame()[["step", "activity", "start", "days"]]
              step    activity       start  days
        0  pretest     Pretest  2023-11-06    12
        1   survey  Interviews  2024-01-08   341
        2                total  2023-11-06   404
        """
        return schedule_frame(self.schedule)

    @property
    def segment_columns(self) -> tuple[str, ...]:
        """The columns of all segments, in the order of their schemas."""
        return tuple(column for columns in self.segments.values() for column in columns)

    @property
    def total(self) -> str:
        """Name of the total of the indicators."""
        return TOTAL.text(self.language)

    @property
    def hierarchy(self) -> Hierarchy:
        """The tree of indicators that every wave is scored by."""
        return Hierarchy.from_questionnaire(self.questionnaire, self.weights_within, name=self.total)

    @property
    def threshold(self) -> float | Literal["declared"]:
        """From where on an answer counts as satisfied: points, or as the questionnaire declares."""
        return "declared" if self.satisfied is None else self.satisfied

    @property
    def weights_within(self) -> Literal["equal"] | dict[str, float] | None:
        """Weights within siblings of the indicators that were not dropped."""
        if self.indicator_weights is None or isinstance(self.indicator_weights, str):
            return self.indicator_weights
        return weights_left(self.draft, self.questionnaire, dict(self.indicator_weights))
