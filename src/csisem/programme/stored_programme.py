"""What a programme declares, kept in its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from csisem.datasets.retail_programme import PARTS, retail_questionnaire
from csisem.errors import CsisemError, DataError, OptionError, listed, nearest
from csisem.options import as_path
from csisem.programme.declared import Declared
from csisem.programme.demonstration import write_answers
from csisem.programme.steps import StepRecord
from csisem.programme.stored_folder import SETTINGS, is_there, read_folder, write_folder
from csisem.survey import Questionnaire


@dataclass(frozen=True, repr=False)
class Stored(Declared):
    """What a `Programme` declares, and its folder."""

    @classmethod
    def new(cls, folder: str | Path, questionnaire: Questionnaire, **parts: Any) -> Self:
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
        >>> import tempfile
        >>> programme = cs.Programme.new(tempfile.mkdtemp(), cs.templates.questionnaire("retail_customers"))
        >>> programme.status()[["step", "state"]].head(2)
                step  state
        0  diagnosis  begun
        1    pretest   open
        """
        _check_parts(cls, parts, "new()")
        programme = cls(as_path("folder", folder), questionnaire, **parts)
        if is_there(programme.folder) and (programme.folder / SETTINGS).exists():
            raise DataError(
                f"The folder {str(programme.folder)!r} holds a programme already; read it, or name another."
            )
        programme.save()
        return programme

    @classmethod
    def demo(cls, folder: str | Path) -> Self:
        """Create a programme to try: four quarters of the synthetic `datasets.retail_survey`.

        Parameters
        ----------
        folder
            As for `new`.

        Returns
        -------
        Programme

        Raises
        ------
        DataError
            As for `new`.

        Examples
        --------
        >>> import tempfile
        >>> cs.Programme.demo(tempfile.mkdtemp()).waves
        ('2024Q1', '2024Q2', '2024Q3', '2024Q4')
        """
        programme = cls.new(folder, retail_questionnaire(), **PARTS)
        write_answers(programme.folder)
        return programme

    @classmethod
    def read(cls, folder: str | Path) -> Self:
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
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> made = cs.Programme.new(folder, cs.templates.questionnaire("retail_customers"), name="Shop")
        >>> cs.Programme.read(folder).name
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
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> made = cs.Programme.new(folder, cs.templates.questionnaire("retail_customers"))
        >>> made.with_parts(name="Shop").save()
        >>> cs.Programme.read(folder).name
        'Shop'
        """
        settings = {part: getattr(self, part) for part in _parts(type(self))}
        default = {part.name: part.default for part in fields(self)}
        stored = {part: value for part, value in settings.items() if value != default[part]}
        stored["steps"] = {step: one for step, one in self.steps.items() if one != StepRecord()}
        write_folder(self.folder, stored, self.draft)

    def with_parts(self, **parts: Any) -> Self:
        """Return the programme with other parts, such as ``targets=`` or ``budget=``; `save` writes it.

        Raises
        ------
        OptionError, DataError
            As for `Programme`.

        Examples
        --------
        >>> import tempfile
        >>> made = cs.Programme.new(tempfile.mkdtemp(), cs.templates.questionnaire("retail_customers"))
        >>> made.with_parts(targets={"Service": 80}).targets, made.targets
        ({'Service': 80.0}, {})
        """
        _check_parts(type(self), parts, "with_parts()")
        return replace(self, **parts)


def _parts(kind: type[Declared]) -> tuple[str, ...]:
    """Names of the parts that ``programme.toml`` holds."""
    return tuple(part.name for part in fields(kind) if part.name not in ("folder", "draft"))


def _check_parts(kind: type[Declared], given: Mapping[str, object], where: str) -> None:
    known = _parts(kind)
    if odd := [name for name in given if name not in known]:
        more = f" and {listed(odd[1:])}" if odd[1:] else ""
        raise OptionError(f"{where} has an unknown key {odd[0]!r}{nearest(odd[0], known)}{more}.")
