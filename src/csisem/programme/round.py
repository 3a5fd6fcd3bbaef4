"""All results of one wave, named and in order."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

from csisem.arrays import pd
from csisem.display.sentences import Sentence, sentence
from csisem.errors import CsisemError, CsisemWarning, OptionError, nearest, shown
from csisem.index.trends.wave_series import in_order
from csisem.options import Language, check_name, names_of, validate
from csisem.programme.answer_results import answer_results
from csisem.programme.index_results import index_results
from csisem.programme.results import NotComputed, Result, reason_in, said
from csisem.programme.round_text import round_text
from csisem.programme.sentence_frames import sentence_frame
from csisem.programme.stored_folder import wave_files
from csisem.programme.target_results import target_results
from csisem.programme.total_error import total_error
from csisem.programme.wave_answers import WaveAnswers, answers_of
from csisem.programme.wave_results import wave_results
from csisem.reporting.workbook import workbook
from csisem.survey import Survey


@dataclass(frozen=True, eq=False, repr=False)
class Round(Mapping[str, Any]):
    """All results of one wave, by name and in order; each is computed at its first use, once.

    ``round["index"]`` is a result, ``list(round)`` the names, ``round.contents()`` a table of them. A name has parts:
    ``"index"`` is that of all customers, ``"index/sex"`` that by sex, ``"index/sex x age"`` of both crossed. A result
    that cannot be computed is there as a `NotComputed` with its reason.

    Attributes
    ----------
    wave
        Name of the wave.
    survey
        The weighted answers, with the index of each respondent.

    See Also
    --------
    Programme.round : Makes it.

    Notes
    -----
    In order: quality of answers, response, weights, frequencies of every question and segment, means, the share of
    satisfied customers, the index of every indicator, its distribution, analyses of variance and of variances over
    segments, cross tables of satisfied customers, expectations, reliability, correlations, the discriminant, trend,
    change and contributions, six rankings of what to improve, the index against its targets, total error.
    """

    wave: str
    survey: Survey
    _answers: WaveAnswers = field(repr=False)
    _planned: dict[str, Result] = field(repr=False)
    _found: dict[str, tuple[object, tuple[str, ...]]] = field(repr=False, default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all results, in order."""
        return tuple(self._planned)

    @property
    def notes(self) -> tuple[Sentence, ...]:
        """What is to be said of the file of the wave."""
        return self._answers.notes

    @property
    def language(self) -> Language:
        """The programme's language."""
        return self._answers.programme.language

    def __getitem__(self, name: str) -> Any:
        return self._result(name)[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._planned)

    def __len__(self) -> int:
        return len(self._planned)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._planned

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def get(self, name: str, default: Any = None) -> Any:
        """Return a result, or ``default`` if the round has none of that name."""
        return default if name not in self else self._result(name)[0]

    def title(self, name: str) -> Sentence:
        """Return the title of a result.

        Examples
        --------
        >>> import tempfile
        >>> this = cs.Programme.demo(tempfile.mkdtemp()).round("2024Q4")
        >>> this.title("index/region")
        'Satisfaction index by region'
        """
        return self._planned[self._known(name)].title

    def notes_on(self, name: str) -> tuple[str, ...]:
        """Return what is to be said of a result: its own notes, and the warnings that its computation issued.

        Examples
        --------
        >>> import tempfile
        >>> this = cs.Programme.demo(tempfile.mkdtemp()).round("2024Q4")
        >>> this.notes_on("index")
        ()
        """
        return self._result(name)[1]

    def contents(self) -> pd.DataFrame:
        """Compute every result, and return ``name, title, computed, reason``.

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp()).with_parts(segments={}, combinations=[])
        >>> this = programme.round("2024Q1")
        >>> table = this.contents()
        >>> table.loc[~table["computed"], "name"].tolist()
        ['trend', 'change', 'contributions']
        >>> table.loc[table["name"] == "trend", "reason"].item()
        'This is the first wave, and a trend needs two.'
        """
        results = [(one, self[one.name]) for one in self._planned.values()]
        failed = [value.reason if isinstance(value, NotComputed) else "" for _, value in results]
        rows = [(one.name, one.title, not why, why) for (one, _), why in zip(results, failed, strict=True)]
        return sentence_frame(("name", "title", "computed", "reason"), rows).astype({"computed": bool})

    def text(self, language: Language | None = None, *, names: str | Sequence[str] | None = None) -> str:
        """Return the results as Markdown, with their titles and sentences in a language.

        Parameters
        ----------
        language
            ``"en"`` or ``"zh"``; None takes the programme's.
        names
            The results to print; None prints all.

        Examples
        --------
        >>> import tempfile
        >>> this = cs.Programme.demo(tempfile.mkdtemp()).round("2024Q4")
        >>> this.text("zh", names=("satisfied",)).splitlines()[4]
        '## 满意率（80 分及以上）'
        """
        language = self.language if language is None else validate("language", language, Language)
        names = names_of("names", names)
        for name in names:
            self._known(name)
        return round_text(self, self._answers.programme, names or self.names, language)

    def to_excel(self, path: str | PathLike[str], *, language: Language | None = None) -> Path:
        """Write every result into one Excel workbook, a sheet for each, whole or not at all.

        Parameters
        ----------
        path
            The file, ending in ``.xlsx``.
        language
            ``"en"`` or ``"zh"``; None takes the programme's.

        Returns
        -------
        Path
            The file. Its first sheet lists the results, with the reason of those that cannot be computed.

        See Also
        --------
        csisem.workbook : Any results as a workbook.

        Examples
        --------
        >>> import tempfile
        >>> programme = cs.Programme.demo(tempfile.mkdtemp()).with_parts(segments={}, combinations=[])
        >>> written = programme.round("2024Q1").to_excel(programme.folder / "round.xlsx")
        >>> pd.read_excel(written, sheet_name="contents")["name"].head(2).tolist()
        ['answer_quality', 'response']
        """
        language = self.language if language is None else validate("language", language, Language)
        listing = self.contents()
        made: dict[str, Any] = {
            "contents": listing.assign(reason=[reason_in(one, language) for one in listing["reason"]])
        }
        for name in self.names:
            if not isinstance(self[name], NotComputed):
                title = self.title(name).text("zh") if language == "zh" else name.replace("/", " ")
                made[title if title not in made else f"{title} {name}"] = self[name]
        return workbook(made, path, language=language)

    def _known(self, name: str) -> str:
        check_name("name", name, "one result")
        if name not in self._planned:
            raise OptionError(
                f"The round has no result {shown(name)}{nearest(str(name), self._planned)}; names has all."
            )
        return name

    def _result(self, name: str) -> tuple[object, tuple[str, ...]]:
        """Compute a result once, with the warnings that it issues."""
        if self._known(name) not in self._found:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                try:
                    value = self._planned[name].compute()
                except CsisemError as problem:
                    value = NotComputed(name, said(problem))
            told: list[str] = [*getattr(value, "attrs", {}).get("notes", ())]
            told += [one.message.args[0] for one in caught if issubclass(one.category, CsisemWarning)]  # type: ignore[union-attr]
            self._found[name] = value, tuple(dict.fromkeys(told))
        return self._found[name]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.wave!r}: {self.survey.n} answers, {len(self)} results)"


def round_of(programme: object, wave: str) -> Round:
    """Read a wave and plan its results."""
    answers = answers_of(programme, wave)  # type: ignore[arg-type]
    waves = [str(one) for one in in_order(list(wave_files(answers.programme.folder)), None)]
    planned = [
        *answer_results(answers), *index_results(answers), *wave_results(answers, waves), *target_results(answers),
        Result("total_error", sentence("programme.title.total_error"), lambda: total_error(answers)),
    ]  # fmt: skip
    return Round(wave, answers.survey, answers, {one.name: one for one in planned})
