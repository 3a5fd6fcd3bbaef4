"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from csisem.errors import CsisemError, DataError, OptionError, shown, system_reason


def write_files(contents: Mapping[Path, bytes | str]) -> None:
    """Write files, each beside its place; the old ones are replaced when all new ones are complete.

    A symbolic link stays one, and its target is replaced. A new file takes the permissions of the old one. What is no
    file, such as a pipe, is written to directly.
    """
    beside: list[tuple[Path, Path]] = []
    try:
        for path, given in contents.items():
            with writing(path):
                target = Path(os.path.realpath(path))
                content = given.encode() if isinstance(given, str) else given
                if _is_special(target):
                    target.write_bytes(content)
                else:
                    beside.append((target, target.with_name(f".csisem-{secrets.token_hex(8)}.tmp")))
                    _write(beside[-1][1], content, target)
        for target, temporary in beside:
            with writing(target):
                os.replace(temporary, target)
    finally:
        for _, temporary in beside:
            with suppress(OSError):
                temporary.unlink()


def check_place(path: Path) -> None:
    """Refuse at once, before long work, a place that `write_files` would refuse."""
    with writing(path):
        target = Path(os.path.realpath(path))
        if not _is_special(target) and not target.parent.is_dir():
            raise FileNotFoundError(0, f"there is no folder {str(target.parent)!r}")


def refuse_inputs(option: str, written: Iterable[Path], inputs: Iterable[str | Path]) -> None:
    """Refuse to write over a file that was read, under whichever of its names."""
    read = [Path(one) for one in inputs]
    for path in written:
        for other in read:
            if _is_same(path, other):
                same = "" if path == other else f", which is {str(other)!r}"
                raise OptionError(
                    f"{option} would write over {str(path)!r}{same}, a file that is read; name another file."
                )


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the system's refusals into a sentence about a path."""
    try:
        yield
    except CsisemError:
        raise
    except UnicodeEncodeError as problem:
        half = problem.object[problem.start]
        raise DataError(
            f"{shown(str(path), 200)} cannot be written: a text holds {half!r}, half of a character."
        ) from None
    except (OSError, ValueError) as problem:
        raise DataError(f"{shown(str(path), 200)} cannot be written: {system_reason(problem)}.") from None


def _is_special(target: Path) -> bool:
    """Whether a path is a pipe or a device; refuses a folder, and a file without permission to write."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(0, "it is a folder")
    if not os.access(target, os.W_OK):
        raise PermissionError(0, "Permission denied")
    return not stat.S_ISREG(mode)


def _write(temporary: Path, content: bytes, target: Path) -> None:
    with temporary.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileNotFoundError):
        old = target.stat()
        # A file of another owner stays theirs where the system allows it.
        if hasattr(os, "chown"):
            with suppress(OSError):
                os.chown(temporary, old.st_uid, old.st_gid)
        shutil.copymode(target, temporary)
