"""Several answers in one cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

SEPARATORS = "┋;；,，、|\n"
"""Marks between several answers in one cell, in Chinese and Western files."""

_WRITTEN = re.compile(r"〖([^〗]*)〗")
# Marks that are no separators here, but between known answers show that nothing was written in.
_OTHER_MARKS = re.compile(r"\s*[/\\+&#^~•·\t]\s*|\s{2,}")
_AFTER_OTHER = (":", "：", "(", "（", "[", "-")
_MOST_PARTS = 60


_OTHER = re.compile(
    "其他|其它|其餘|其余|その他|기타|other|something else|andere|sonstige|autre|otr[oa]|altr[oi]|outr[oa]",
    re.IGNORECASE,
)


class Other(NamedTuple):
    """The last option of a half-open question, beside which respondents write."""

    code: float
    texts: tuple[str, ...]

    @property
    def codes(self) -> frozenset[float]:
        """The codes of an answer that is written in alone: none where the last option does not say "other"."""
        return frozenset((self.code,)) if any(map(_OTHER.match, self.texts)) else frozenset()


class Answer(NamedTuple):
    """The codes in a cell, and what was written in beside the last option."""

    codes: frozenset[float]
    written: str | None = None


class Ambiguous(NamedTuple):
    """Two ways to read a cell, as the options of each."""

    first: frozenset[float]
    second: frozenset[float]


def answers_in(cell: str, code_of: Callable[[str], float | None], other: Other | None) -> Answer | Ambiguous | None:
    """Return the answers in a cell; None if a part of it is unknown.

    Parameters
    ----------
    cell
        The cell's text.
    code_of
        The code of a known answer; None of another text.
    other
        The option beside which respondents write, if there is one.
    """
    found = list(dict.fromkeys(text.strip() for text in _WRITTEN.findall(cell)))
    if found and (other is None or len(found) > 1):
        return None
    if found:
        plain = _WRITTEN.sub("", cell)
        read = _known(plain, code_of)
        if isinstance(read, Answer) and other is not None and other.code in read.codes:
            return Answer(read.codes, found[0])
        return read if isinstance(read, Ambiguous) else None
    read = _known(cell, code_of)
    return _with_write_in(cell, code_of, other) if read is None and other is not None else read


def answer_in(cell: str, code_of: Callable[[str], float | None], other: Other | None) -> Answer | None:
    """Return the answer in a cell that holds one, known or written in; None if it is unknown."""
    if (code := code_of(cell)) is not None:
        return Answer(frozenset((code,)))
    if other is None:
        return None
    found = _WRITTEN.search(cell)
    if found:
        beside = code_of(_WRITTEN.sub("", cell)) == other.code
        return Answer(frozenset((other.code,)), found[1].strip()) if beside else None
    return _written_in(cell.strip(), other) if _may_be_written(cell.strip(), code_of) else None


def _known(cell: str, code_of: Callable[[str], float | None]) -> Answer | Ambiguous | None:
    """Read a cell in which every part is a known answer, with one separator or else with several."""
    ways: dict[frozenset[float], None] = {}
    marks = [mark for mark in SEPARATORS if mark in cell]
    for pattern in dict.fromkeys((*marks, *(["".join(marks)] if len(marks) > 1 else []))):
        if len(pattern) > 1 and ways:
            break
        for codes in _ways(cell, pattern, code_of):
            ways[codes] = None
            if len(ways) > 1:
                return Ambiguous(*list(ways)[:2])
    if not marks and (code := code_of(cell)) is not None:
        ways[frozenset((code,))] = None
    return Answer(next(iter(ways))) if ways else None


def _ways(cell: str, marks: str, code_of: Callable[[str], float | None]) -> Iterator[frozenset[float]]:
    """Yield the ways to read a cell as known answers, those with the longest answers first."""
    bounds = [-1, *(i for i, letter in enumerate(cell) if letter in marks), len(cell)]
    if len(bounds) > _MOST_PARTS:
        return
    # ends[k]: the ways to read what follows the k-th separator.
    ends: list[list[frozenset[float]]] = [[] for _ in bounds]
    ends[-1] = [frozenset()]
    for start in range(len(bounds) - 2, -1, -1):
        for stop in range(len(bounds) - 1, start, -1):
            part = cell[bounds[start] + 1 : bounds[stop]]
            if not part.strip():
                ends[start] += ends[stop] if stop == start + 1 else []
            elif ends[stop] and (code := code_of(part)) is not None:
                ends[start] += [codes | {code} for codes in ends[stop]]
        ends[start] = list(dict.fromkeys(ends[start]))[:2]
    yield from (codes for codes in ends[0] if codes)


def _with_write_in(cell: str, code_of: Callable[[str], float | None], other: Other) -> Answer | None:
    """Read a cell in which one part is written in: behind the last option's text, or in its place."""
    some = False
    for mark in (mark for mark in (*SEPARATORS, "") if not mark or mark in cell):
        parts = cell.split(mark) if mark else [cell]
        if not mark and some:
            # A cell with a known answer is not written in as a whole.
            return None
        if len(parts) > _MOST_PARTS:
            continue
        known: set[float] = set()
        place = 0
        unknown: list[tuple[int, str]] = []
        while place < len(parts):
            # The longest known answer first: an option may hold the separator itself.
            for stop in range(len(parts), place, -1):
                part = mark.join(parts[place:stop])
                found = code_of(part) if part.strip() else None
                if found is not None:
                    known.add(found)
                    place = stop
                    break
            else:
                unknown += [(place, parts[place])] if parts[place].strip() else []
                place += 1
        some = some or bool(known) or not all(_may_be_written(part.strip(), code_of) for _, part in unknown)
        if not unknown or (not known and len(parts) > 1):
            continue
        first, last = unknown[0][0], unknown[-1][0]
        written = mark.join(part for _, part in unknown).strip()
        if last - first + 1 == len(unknown) and _may_be_written(written, code_of):
            alone = _written_in(written, other)
            return Answer(alone.codes | known, alone.written)
    return None


def _written_in(written: str, other: Other) -> Answer:
    """Read what stands behind the last option's text, as in ``Other: my friend``, or alone."""
    for text in other.texts:
        behind = written[len(text) :].lstrip()
        if text and written.casefold().startswith(text.casefold()) and behind.startswith(_AFTER_OTHER):
            return Answer(frozenset((other.code,)), behind.lstrip("".join(_AFTER_OTHER)).strip(" )）]"))
    return Answer(other.codes, written)


def _may_be_written(text: str, code_of: Callable[[str], float | None]) -> bool:
    """Whether a text is no number, which would be an unknown code, and not several answers with another mark."""
    if code_of(text) is not None or re.fullmatch(r"[-+]?[0-9]+(?:[.,][0-9]+)?", text):
        return False
    parts = _OTHER_MARKS.split(text)
    return len(parts) == 1 or any(code_of(part) is None for part in parts)
