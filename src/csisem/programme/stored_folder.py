"""The folder of a programme, written whole and read back."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from csisem.errors import DataError, QuestionnaireError, listed, nearest, shown, system_reason
from csisem.option_checks import as_path
from csisem.survey import Questionnaire
from csisem.survey.read import ENDINGS
from csisem.writing import write_files

SETTINGS, ASKED, WAVES = "programme.toml", "questionnaire.toml", "waves"
"""The programme's own file, its questionnaire, and the folder of its waves."""

SMALL_SAMPLE = "small_sample"
"""Name, without ending, of the file of the small sample's answers."""

_UNFINISHED = ".csisem-*.tmp"


def write_folder(folder: Path, settings: Mapping[str, object], questionnaire: Questionnaire) -> None:
    """Write both files, or neither; answers that lie in the folder are left alone."""
    texts = {folder / ASKED: questionnaire.to_toml(), folder / SETTINGS: as_toml(settings)}
    try:
        (folder / WAVES).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as problem:
        raise DataError(f"The folder {shown(str(folder))} cannot be written: {system_reason(problem)}.") from None
    write_files(texts)


def read_folder(given: object) -> tuple[Path, dict[str, Any], Questionnaire]:
    """Return the folder, the settings and the questionnaire; a folder half written is refused."""
    folder = as_path("folder", given)
    if not is_there(folder):
        raise DataError(f"There is no folder {shown(str(folder))}{_near(folder)}.")
    _refuse_unfinished(folder)
    try:
        settings = tomllib.loads((folder / SETTINGS).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise DataError(f"{str(folder / SETTINGS)!r} is not UTF-8 text.") from None
    except OSError as problem:
        raise DataError(f"{str(folder / SETTINGS)!r} cannot be read: {system_reason(problem)}.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise DataError(f"{str(folder / SETTINGS)!r} is not TOML: {problem}.") from None
    try:
        questionnaire = Questionnaire.from_toml(folder / ASKED)
    except QuestionnaireError as problem:
        raise QuestionnaireError(f"{str(folder / ASKED)!r}: {problem}") from None
    return folder, settings, questionnaire


def is_there(folder: Path) -> bool:
    """Whether there is such a folder; a name that the system refuses is refused in a sentence."""
    try:
        return folder.is_dir()
    except (OSError, ValueError) as problem:
        raise DataError(f"The folder {shown(str(folder))} cannot be read: {system_reason(problem)}.") from None


def _refuse_unfinished(folder: Path) -> None:
    there = [name for name in (SETTINGS, ASKED) if (folder / name).is_file()]
    if not there:
        raise DataError(f"The folder {str(folder)!r} holds no programme: it has neither {SETTINGS} nor {ASKED}.")
    if left := sorted(one.name for one in folder.glob(_UNFINISHED)):
        raise DataError(
            f"The folder {str(folder)!r} is half written: {listed(left)} {'was' if len(left) == 1 else 'were'} left by "
            f"a save that was interrupted; compare with {SETTINGS} and {ASKED}, then delete what was left."
        )
    if len(there) < 2:
        lacks = ASKED if there[0] == SETTINGS else SETTINGS
        raise DataError(f"The folder {str(folder)!r} is half written: it has {there[0]}, but no {lacks}; put it back, "
                        "or start anew in another folder.")  # fmt: skip
    if empty := [name for name in there if not (folder / name).stat().st_size]:
        raise DataError(f"The folder {str(folder)!r} is half written: {listed(empty)} is empty; put it back.")


def wave_files(folder: Path) -> dict[str, Path]:
    """Return the files of answers in the folder of waves by the name of the wave; refuse two files of one wave."""
    found: dict[str, Path] = {}
    place = folder / WAVES
    for path in sorted(place.iterdir()) if is_there(place) else ():
        if path.name.startswith((".", "~$")) or not path.is_file() or not is_answers(path):
            continue
        name = stem_of(path)
        if name in found:
            raise DataError(f"The wave {name!r} has two files, {found[name].name!r} and {path.name!r}; keep one.")
        found[name] = path
    return found


def answers_file(folder: Path, name: str) -> Path | None:
    """Return the file of answers of that name beside the programme's own files, if there is one."""
    found = [path for path in sorted(folder.iterdir()) if is_answers(path) and stem_of(path) == name]
    if len(found) > 1:
        raise DataError(f"{name!r} has two files, {found[0].name!r} and {found[1].name!r}; keep one.")
    return found[0] if found else None


def is_answers(path: Path) -> bool:
    """Whether `csisem.read` reads files of this ending."""
    return _plain(path).suffix.lower() in ENDINGS


def stem_of(path: Path) -> str:
    """Return the name of a file without its ending."""
    return _plain(path).stem


def _plain(path: Path) -> Path:
    return path.with_suffix("") if path.suffix.lower() == ".gz" else path


def _near(folder: Path) -> str:
    parent = folder.parent
    return nearest(folder.name, (one.name for one in parent.iterdir() if one.is_dir())) if parent.is_dir() else ""


def as_toml(settings: Mapping[str, object]) -> str:
    """Return settings as TOML: values first, then tables, then lists of tables; None and what is empty left out."""
    plain = {key: _stored(value) for key, value in settings.items()}
    kept = {key: value for key, value in plain.items() if value not in (None, {}, [])}
    tables = {key: value for key, value in kept.items() if isinstance(value, dict)}
    lists = {key: value for key, value in kept.items() if _is_tables(value)}
    lines = [f"{_key(key)} = {_value(value)}" for key, value in kept.items() if key not in tables and key not in lists]
    for key, table in tables.items():
        lines += ["", f"[{_key(key)}]", *(f"{_key(name)} = {_value(value)}" for name, value in table.items())]
    for key, several in lists.items():
        for table in several:
            lines += ["", f"[[{_key(key)}]]", *(f"{_key(name)} = {_value(value)}" for name, value in table.items())]
    return "\n".join(lines) + "\n"


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _stored(value: object) -> Any:
    """Return a value of mappings, lists and plain values; of an object, its fields that are not at their default."""
    if is_dataclass(value) and not isinstance(value, type):
        own = {part.name: (getattr(value, part.name), part.default) for part in fields(value)}
        return {
            name: _stored(given)
            for name, (given, default) in own.items()
            if given is not None and (default is MISSING or given != default)
        }
    if isinstance(value, Mapping):
        return {str(key): stored for key, one in value.items() if (stored := _stored(one)) not in (None, {})}
    if isinstance(value, tuple | list):
        return [_stored(one) for one in value]
    return value


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    # Basic strings are escaped as in JSON, except for DEL.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _value(key)
