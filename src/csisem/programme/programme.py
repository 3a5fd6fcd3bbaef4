"""The programme in its folder, from the diagnosis to the rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csisem.arrays import pd
from csisem.errors import CsisemError, DataError, OptionError, listed, nearest
from csisem.index.trends.wave_series import in_order
from csisem.options import as_path
from csisem.programme.declared import Declared
from csisem.programme.progress import progress
from csisem.programme.round import Round, round_of
from csisem.programme.small_sample import proposals, small_sample
from csisem.programme.steps import StepRecord
from csisem.programme.stored_folder import SETTINGS, read_folder, wave_files, write_folder
from csisem.programme.wave_file import keep_file, read_wave
from csisem.sampling import draw
from csisem.survey import Fieldwork, Questionnaire, Survey

if TYPE_CHECKING:
    from csisem.diagnose.answers.pilot import Pilot


@dataclass(frozen=True, eq=False, repr=False)
class Programme(Declared):
    """A programme of satisfaction measurement: its questionnaire, plan, waves and targets, kept in a folder.

    Create one with `new`, or `read` one. It is frozen: every change returns another programme, which `save` writes.

    Parameters
    ----------
    folder
        The folder, which holds ``programme.toml``, ``questionnaire.toml`` and the answers: ``waves/2026-11.csv`` and
        its like (any file that `csisem.read` reads), and ``small_sample.csv``.
    draft
        The questionnaire with all indicators that the diagnosis proposed; `questionnaire` is what is left of it.
    name, organisation
        What is measured, and who does it.
    language
        Language of the programme's labels, ``"en"`` or ``"zh"``.
    segments
        Columns that divide customers, by schema: ``"social"``, ``"behaviour"``, ``"history"``, ``"product_class"``.
    combinations
        Lists of those columns that are also crossed.
    overall
        The question of overall satisfaction; None takes each respondent's index.
    satisfied
        Points of 0-100 from which a customer counts as satisfied, where the questionnaire does not say so of the
        question of overall satisfaction.
    expectations
        From a name to two questions, the expected and the perceived quality.
    indicator_weights
        Weights within siblings by name, as for `index.Hierarchy.from_questionnaire`, or ``"equal"``; None takes the
        indicators' own.
    targets
        From an indicator, a question or the total to its target, in points of 0-100.
    weights, clusters, id, duration
        Columns of the answers: sampling weights, sampling units, respondents, seconds that answering took.
    population
        Customers in each class by column, to which the weights of each wave are raked.
    sampling
        The sampling plan: a mapping with ``strata, sizes`` and, where they differ from the defaults, ``sds`` (20),
        ``margin`` (2 points), ``method, costs, minimum, response_rate, level, coverage``.
    fieldwork
        From a wave to its `Fieldwork`, or a mapping with its fields.
    budget
        Mappings with ``item``, ``step``, ``quantity`` and ``unit_cost``.
    funds
        The money that there is for it.
    schedule
        Mappings with ``activity``, ``start``, ``end`` and ``step``.
    steps
        From a step to a mapping with ``done``, ``documents`` and ``notes``.
    decisions
        Mappings with ``name, state, step, why``; `drop`, `revise` and `keep` add them.

    Raises
    ------
    OptionError, DataError, QuestionnaireError
        If a part contradicts itself or the questionnaire; the sentence names it.

    See Also
    --------
    Round : All results of one wave.
    templates.table : ``"segments"`` lists what customers can be divided by.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> form = cs.templates.questionnaire("retail_customers")
    >>> with TemporaryDirectory() as folder:
    ...     programme = cs.Programme.new(f"{folder}/shop", form, name="Shop", segments={"social": ["sex"]})
    ...     print(programme)
    ...     print(programme.drop("q1", why="Nobody understood it.", step="pretest").questionnaire)
    Programme('Shop': 20 questions, 0 waves)
    Questionnaire('Customers of a shop': 19 questions, 17 indicators, about 3 min)
    """

    _internal = frozenset({"total", "hierarchy", "asked_in", "weights_within", "plan"})

    # ---- the folder

    @classmethod
    def new(cls, folder: str | Path, questionnaire: Questionnaire, **parts: Any) -> Programme:
        """Create a programme and its folder.

        Parameters
        ----------
        folder
            A folder that does not exist yet, or holds no programme.
        questionnaire
            The questionnaire that the diagnosis proposed, such as one of `csisem.templates`.
        **parts
            As for `Programme`.

        Returns
        -------
        Programme

        Raises
        ------
        DataError
            If the folder holds a programme already, or cannot be written.
        OptionError
            If a part is unknown or contradicts itself.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     programme = cs.Programme.new(f"{folder}/shop", cs.templates.questionnaire("retail_customers"))
        ...     programme.status()[["step", "state"]].head(2)
                step  state
        0  diagnosis  begun
        1    pretest   open
        """
        _check_parts(cls, parts, "new()")
        programme = cls(as_path("folder", folder), questionnaire, **parts)
        if (programme.folder / SETTINGS).exists():
            raise DataError(
                f"The folder {str(programme.folder)!r} holds a programme already; read it, or name another."
            )
        programme.save()
        return programme

    @classmethod
    def read(cls, folder: str | Path) -> Programme:
        """Return the programme in a folder.

        Parameters
        ----------
        folder
            The folder that `new` or `save` wrote.

        Returns
        -------
        Programme

        Raises
        ------
        DataError, OptionError, QuestionnaireError
            If there is no such folder, it is half written, or a file has an unknown key or contradicts itself.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     made = cs.Programme.new(folder, cs.templates.questionnaire("retail_customers"), name="Shop")
        ...     cs.Programme.read(folder).name
        'Shop'
        """
        place, settings, questionnaire = read_folder(folder)
        _check_parts(cls, settings, f"{str(place / SETTINGS)!r}")
        try:
            return cls(place, questionnaire, **settings)
        except CsisemError as problem:
            raise type(problem)(f"{str(place / SETTINGS)!r}: {problem}") from None
        except TypeError as problem:
            raise DataError(f"{str(place / SETTINGS)!r} cannot be read: {problem}.") from None

    def save(self) -> None:
        """Write ``programme.toml`` and ``questionnaire.toml``, both or neither; answers are left alone.

        Raises
        ------
        DataError
            If the folder cannot be written; what was there stays.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     made = cs.Programme.new(folder, cs.templates.questionnaire("retail_customers"))
        ...     made.with_parts(name="Shop").save()
        ...     cs.Programme.read(folder).name
        'Shop'
        """
        settings = {part: getattr(self, part) for part in _parts(type(self))}
        default = {part.name: part.default for part in fields(self)}
        stored = {part: value for part, value in settings.items() if value != default[part]}
        stored["steps"] = {step: one for step, one in self.steps.items() if one != StepRecord()}
        write_folder(self.folder, stored, self.draft)

    def with_parts(self, **parts: Any) -> Programme:
        """Return the programme with other parts, such as ``targets=`` or ``budget=``; `save` writes it.

        Raises
        ------
        OptionError, DataError
            As for `Programme`.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     made = cs.Programme.new(folder, cs.templates.questionnaire("retail_customers"))
        ...     made.with_parts(targets={"Service": 80}).targets, made.targets
        ({'Service': 80.0}, {})
        """
        _check_parts(type(self), parts, "with_parts()")
        return replace(self, **parts)

    # ---- small sample, sampling plan, budget

    def pilot(self) -> Pilot:
        """Screen the questions by the answers of the small sample; see `csisem.diagnose.pilot`.

        Raises
        ------
        DataError
            If there is no file ``small_sample`` in the folder, or its answers contradict the questionnaire.
        """
        return small_sample(self)

    def proposals(self) -> pd.DataFrame:
        """Return what the small sample speaks for: ``name, indicator, verdict, proposal, reasons`` by question.

        ``"dropped"`` where the pilot's verdict is ``"revise"``, ``"revised"`` where it is ``"look"``, else ``"kept"``.
        People decide, with `drop`, `revise` and `keep`.
        """
        return proposals(self)

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
        """
        plan = self.plan
        return draw(frame, plan.allocation(), seed=seed, strata=plan.strata)

    # ---- waves and rounds

    @property
    def waves(self) -> tuple[str, ...]:
        """Names of the waves in the folder, in order: the names of their files, sorted by the numbers in them."""
        return tuple(map(str, in_order(list(wave_files(self.folder)), None)))

    def answers(self, wave: str) -> Survey:
        """Return the answers of a wave, read by the questionnaire and weighted.

        Parameters
        ----------
        wave
            Name of the wave.

        Raises
        ------
        DataError, ScaleError
            If there is no such wave, its columns or answers are not those of the questionnaire, it has a question that
            was dropped, or its answers cannot be weighted; the sentence begins with the wave.
        """
        return read_wave(self, wave).survey

    def add_wave(self, wave: str, path: str | Path, fieldwork: Fieldwork | None = None) -> Programme:
        """Check a file of answers and copy it into the folder as a wave, or copy nothing.

        Parameters
        ----------
        wave
            Name of the wave, such as ``"2026-11"``; ``"small_sample"`` for the answers of the small sample.
        path
            The file, which stays where it is.
        fieldwork
            How the answers were collected; `save` writes it.

        Returns
        -------
        Programme

        Raises
        ------
        DataError, ScaleError, OptionError
            As for `answers`, or if the folder has that wave already.
        """
        changed = self if fieldwork is None else replace(self, fieldwork={**self.fieldwork, wave: fieldwork})
        keep_file(changed, wave, path)
        return changed

    def round(self, wave: str) -> Round:
        """Return all results of a wave, named and in order.

        Parameters
        ----------
        wave
            Name of the wave.

        Returns
        -------
        Round

        Raises
        ------
        DataError, ScaleError
            As for `answers`.
        """
        return round_of(self, wave)

    def status(self) -> pd.DataFrame:
        """Return what each step has produced and what is missing: ``step, state, produced, missing``.

        A step is ``"done"`` if it was declared so, or nothing is missing; ``"begun"``, or ``"open"``.
        """
        return progress(self)

    def __repr__(self) -> str:
        waves = self.waves
        return (f"{type(self).__name__}({self.name!r}: {len(self.questionnaire.questions)} questions, {len(waves)} "
                f"{'wave' if len(waves) == 1 else 'waves'})")  # fmt: skip


def _parts(kind: type[Programme]) -> tuple[str, ...]:
    """Names of the parts that ``programme.toml`` holds."""
    return tuple(part.name for part in fields(kind) if part.name not in ("folder", "draft"))


def _check_parts(kind: type[Programme], given: Mapping[str, object] | Sequence[str], where: str) -> None:
    known = _parts(kind)
    if odd := [name for name in given if name not in known]:
        more = f" and {listed(odd[1:])}" if odd[1:] else ""
        raise OptionError(f"{where} has an unknown key {odd[0]!r}{nearest(odd[0], known)}{more}.")
