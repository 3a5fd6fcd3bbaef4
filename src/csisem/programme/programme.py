"""The programme in its folder, from the diagnosis to the rounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from csisem.arrays import pd
from csisem.index.trends.wave_series import in_order
from csisem.option_checks import check_name
from csisem.programme.progress import progress
from csisem.programme.round import Round, round_of
from csisem.programme.small_sample import proposals, small_sample
from csisem.programme.stored_folder import wave_files
from csisem.programme.stored_programme import Stored
from csisem.programme.wave_file import keep_file, read_wave
from csisem.survey import Fieldwork, Survey

if TYPE_CHECKING:
    from csisem.diagnose.answers.pilot import Pilot


@dataclass(frozen=True, repr=False)
class Programme(Stored):
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
        Points of 0-100 from which a customer counts as satisfied; None: as the questionnaire declares, or else from
        the label "satisfied" or 满意 on, or else (and for an index) from 80 points on.
    expectations
        From a name to two questions, the expected and the perceived quality.
    indicator_weights
        Weights within siblings by name, as for `index.Hierarchy.from_questionnaire`, those of such a hierarchy (of
        judgements, say), or ``"equal"``; None takes the indicators' own.
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
    >>> import tempfile
    >>> form = cs.templates.questionnaire("retail_customers")
    >>> programme = cs.Programme.new(tempfile.mkdtemp(), form, name="Shop", segments={"social": ["sex"]})
    >>> programme
    Programme('Shop': 35 questions, 0 waves)
    >>> programme.drop("labels", why="Nobody understood it.", step="pretest")
    Programme('Shop': 34 questions, 0 waves)
    """

    _internal = frozenset({"total", "hierarchy", "asked_in", "threshold", "weights_within", "plan"})

    def pilot(self) -> Pilot:
        """Screen the questions by the answers of the small sample; see `csisem.diagnose.pilot`.

        Raises
        ------
        DataError
            If there is no file ``small_sample`` in the folder, or its answers contradict the questionnaire.

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> programme.pilot().items["verdict"].unique().tolist()
        ['keep']
        """
        return small_sample(self)

    def proposals(self) -> pd.DataFrame:
        """Return what the small sample speaks for: ``name, indicator, verdict, proposal, reasons`` by question.

        ``"dropped"`` where the pilot's verdict is ``"revise"``, ``"revised"`` where it is ``"look"``, else ``"kept"``.
        People decide, with `drop`, `revise` and `keep`.

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> programme.proposals()[["name", "proposal"]].head(2)
          name proposal
        0   q1     kept
        1   q2     kept
        """
        return proposals(self)

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

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> print(programme.answers("2024Q4").n, programme.answers("2024Q4").design)
        600 weights weight; clusters store
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

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> answers = programme.folder / "waves" / "2024Q4.csv"
        >>> programme.add_wave("2025Q1", answers, cs.Fieldwork(mode="on_site", answered=600)).waves[-1]
        '2025Q1'
        """
        check_name("wave", wave, "one wave")
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

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> this = programme.round("2024Q4")
        >>> this
        Round('2024Q4': 600 answers, 79 results)
        >>> this["change"][["node", "before", "index", "change", "pvalue_holm"]].round(2).head(2)
              node  before  index  change  pvalue_holm
        0    Total   71.33  71.30   -0.03          1.0
        1  Quality   73.84  73.54   -0.31          1.0
        """
        return round_of(self, wave)

    def status(self) -> pd.DataFrame:
        """Return what each step has produced and what is missing.

        Returns
        -------
        DataFrame
            ``step, state, produced, missing``, a row for each step.

        Notes
        -----
        A step is ``"done"`` if it was declared so, or nothing is missing; ``"begun"``, or ``"open"``.

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp())
        >>> programme.status()[["step", "state"]]
                   step  state
        0     diagnosis   done
        1       pretest   open
        2  small_sample   done
        3        survey  begun
        4      analysis   done
        5   improvement  begun
        """
        return progress(self)

    def __repr__(self) -> str:
        waves = self.waves
        return (f"{type(self).__name__}({self.name!r}: {len(self.questionnaire.questions)} questions, {len(waves)} "
                f"{'wave' if len(waves) == 1 else 'waves'})")  # fmt: skip
