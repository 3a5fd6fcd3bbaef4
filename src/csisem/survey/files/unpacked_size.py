"""Compressed files, unpacked up to a bound."""

from __future__ import annotations

import zlib
from pathlib import Path
from zipfile import ZipFile

from csisem.errors import DataError

ALWAYS, TIMES = 2**28, 200
"""Bytes that any file may unpack to, and the multiple of its own size that a file may unpack to beyond them.

Answers pack to a fifth to a fiftieth of their size; deflate packs 1,032 to 1 at most, and only what repeats itself.
"""


def gunzipped(path: Path) -> bytes:
    """The content of a gzip file of one or more members; one that is cut raises EOFError, a damaged one zlib.error."""
    raw = path.read_bytes()
    most = _most(len(raw))
    parts: list[bytes] = []
    size = 0
    while raw:
        # 16 above the window's bits: with gzip's header and check.
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        parts.append(member.decompress(raw, most + 1 - size))
        size += len(parts[-1])
        if size > most:
            _refuse(path, None)
        if not member.eof:
            raise EOFError("Compressed file ended before the end-of-stream marker was reached")
        # Zeros may follow the last member.
        raw = member.unused_data.lstrip(b"\0")
    return b"".join(parts)


def check_workbook(path: Path) -> None:
    """Refuse a zip file whose parts say that they unpack to more than it may; they are never read beyond that."""
    with ZipFile(path) as file:
        size = sum(part.file_size for part in file.infolist())
    if size > _most(path.stat().st_size):
        _refuse(path, size)


def _most(packed: int) -> int:
    return max(ALWAYS, TIMES * packed)


def _refuse(path: Path, size: int | None) -> None:
    to = f"{size / 2**20:,.0f} MB" if size else f"more than {_most(path.stat().st_size) / 2**20:,.0f} MB"
    raise DataError(
        f"{path.name!r} unpacks to {to}, over {TIMES} times its size, which answers do not; unpack it and look at what "
        "it holds."
    )
