"""The rows above the answers: titles, names of columns, texts of questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from csisem.display.sentences import Sentence, sentence
from csisem.errors import DataError, agree, shown
from csisem.survey.files.numerals import is_blank_word, looks_numeric

Rows: TypeAlias = Sequence[Sequence[str]]
"""The first rows of a file, as text; a row may be shorter or longer than others."""


@dataclass(frozen=True, slots=True, eq=False)
class Header:
    """Where a file's answers start, and what its columns are called.

    Attributes
    ----------
    skipped, rows
        Rows above the header, and rows of the header.
    names, item_texts
        Names of the columns, and the texts of questions by name.
    named
        Columns up to the last one that the file itself names; later ones must hold something to be kept.
    notes
        What was skipped, found or renamed.
    """

    skipped: int
    rows: int
    names: tuple[str, ...]
    item_texts: Mapping[str, str]
    unnamed: tuple[int, ...]
    named: int
    notes: tuple[Sentence, ...]

    @property
    def start(self) -> int:
        """Rows above the first answer."""
        return self.skipped + self.rows

    def unnamed_notes(self, gone: Collection[int]) -> list[Sentence]:
        """Return notes on the columns without a name: those that are empty and left out (``gone``), and the others."""
        said = [sentence("file.empty_columns", count=len(gone))] if gone else []
        if kept := [self.names[i] for i in self.unnamed if i not in gone]:
            said.append(sentence("file.unnamed", columns=kept))
        return said


def header_of(rows: Rows, header: int | None, skip: int | None, file: str) -> Header:
    """Find the header among the first rows of a file; ``header`` and ``skip`` are those that the caller knows."""
    skipped = _titles(rows) if skip is None else skip
    below = [list(map(_cell, row)) for row in rows[skipped:]]
    if not below:
        raise DataError(f"{file!r} has no row below the {skipped} that skip= leaves out.")
    notes: list[Sentence] = []
    if skipped and skip is None:
        said = next((cell for row in rows[:skipped] for cell in row if cell.strip()), "")
        notes.append(sentence("file.title_rows", count=skipped, text=said.strip() or None))
    own, tool = _rows_of_header(below) if header is None else (header, "")
    if own > len(below):
        raise DataError(f"{file!r} has {len(below)} rows, fewer than the header={header} asked for.")
    width = max(map(len, below[:own])) if own else max(map(len, below[:1]))
    top = [row + [""] * (width - len(row)) for row in below[:own]]
    names, texts = _names(top, tool)
    if own and header is None:
        _check_names(top, names, skipped, file)
    if tool == "file.two_rows":
        notes.append(sentence("file.two_rows", example=next(name for name in names if name)))
    elif tool:
        places = {"first": skipped + 2} if tool == "file.qualtrics" else {}
        notes.append(sentence(tool, **places, last=skipped + own))
    blank = tuple(i for i, name in enumerate(names) if not name) if own else ()
    names = [name or f"column_{i + 1}" for i, name in enumerate(names or [""] * width)]
    names, again = apart(names)
    if again:
        example = next(name for name in names if name.startswith(f"{again[0]}_column_"))
        notes.append(sentence("file.same_names", columns=again, example=example))
    named = max((i + 1 for i in range(width) if i not in blank), default=0)
    item_texts = {names[i]: text for i, text in texts.items() if text != names[i]}
    return Header(skipped, own, tuple(names), item_texts, blank, named, tuple(notes))


def _cell(cell: str) -> str:
    return cell.strip().removeprefix("\ufeff")


def _titles(rows: Rows) -> int:
    """Return the rows above the header: those with a single cell filled, if a row of names follows."""
    filled = [[cell for cell in row if cell.strip()] for row in rows[:_MOST_TITLES]]
    widths = [len(row) for row in rows if any(cell.strip() for cell in row)]
    width = Counter(widths).most_common(1)[0][0] if widths else 0
    count = 0
    for row, cells in zip(rows, filled, strict=False):
        # A title has one cell, or two of many as in "Wave;2024": a header may have few cells, but further apart.
        if len(cells) > 1 and not (len(cells) == 2 and width > 4 and all(cell.strip() for cell in row[:2])):
            break
        count += 1
    if count >= len(filled) or width < 2:
        # Empty rows above a file's single column are left out all the same.
        return next((i for i, cells in enumerate(filled) if cells), 0) if width < 2 else 0
    names = list(rows[count])
    while names and not names[-1].strip():
        names.pop()
    header = all(cell.strip() and not looks_numeric(cell) for cell in names) and len(set(names)) == len(names) > 1
    # Otherwise only empty rows are left out: the first row of a header may have one cell filled as well.
    return count if header else next((i for i, cells in enumerate(filled) if cells), 0)


def _rows_of_header(rows: Sequence[list[str]]) -> tuple[int, str]:
    """Return how many rows the header has, and the code of the sentence that says so."""
    for last in (1, 2):
        cells = [cell for cell in rows[last] if cell] if len(rows) > last else []
        if cells and all(map(_is_import_id, cells)):
            return last + 1, "file.qualtrics"
    if len(rows) < 2 or len(rows[0]) < 2 or len(rows[1]) != len(rows[0]):
        return 1, ""
    width = max((i + 1 for i, pair in enumerate(zip(rows[0], rows[1], strict=True)) if any(pair)), default=0)
    first, second = rows[0][:width], rows[1][:width]
    if width < 2 or any(looks_numeric(cell) or is_blank_word(cell) for cell in second) or not any(second):
        return 1, ""
    tested = _numeric_columns(rows[2:], len(first))
    above_numbers = [second[i] for i in tested if second[i]]
    if not all(first):
        # A question with several columns has its text above the first one only.
        parts = all(one or other for one, other in zip(first, second, strict=True)) and first[0]
        monkey = first[0].casefold() in _MONKEY or any(cell in _RESPONSE for cell in second)
        if parts and (monkey or (len(rows) > _FEWEST and len(above_numbers) > 1)):
            return 2, "file.two_rows"
        return 1, ""
    if any(first[i].casefold() in _MONKEY for i in (0, 1)) and any(cell in _RESPONSE for cell in second):
        return 2, "file.two_rows"
    distinct = len(set(above_numbers)) == len(above_numbers) == len(tested)
    if len(rows) > _FEWEST and len(tested) > 1 and distinct and not any(map(looks_numeric, first)):
        return 2, "file.texts_row"
    return 1, ""


def _is_import_id(cell: str) -> bool:
    return cell.replace("'", '"').startswith('{"ImportId"')


def _numeric_columns(rows: Rows, width: int) -> list[int]:
    """Return the columns that hold numbers alone."""
    found = []
    for i in range(width):
        cells = [row[i] for row in rows if i < len(row) and row[i]]
        if cells and all(looks_numeric(cell) or is_blank_word(cell) for cell in cells) and looks_numeric(cells[0]):
            found.append(i)
    return found


def _names(top: Sequence[list[str]], tool: str) -> tuple[list[str], dict[int, str]]:
    """Return names, "" where there is none, and the texts of questions by column."""
    if not top:
        return [], {}
    if len(top) == 1:
        return top[0], {}
    first, second = top[0], top[1]
    if tool != "file.two_rows" and all(one or not other for one, other in zip(first, second, strict=True)):
        return first, {i: text for i, text in enumerate(second) if text and not _is_import_id(text)}
    names, above = [], ""
    for one, other in zip(first, second, strict=True):
        above = one or above
        plain = not other or other in _RESPONSE or other == above
        names.append(above if one and plain else other if not above else f"{above} - {other}" if other else "")
    return names, {}


def _check_names(top: Sequence[list[str]], names: Sequence[str], skipped: int, file: str) -> None:
    """Refuse a header that is none: most cells empty, or numbers alone."""
    row = skipped + 1
    named = sum(map(bool, names))
    if len(names) > 2 and 2 * named < len(names):
        raise DataError(
            f"Row {row} of {file!r} names {named} of {len(names)} columns; pass skip=, the number of rows above the "
            "header, or header=, the number of its own rows."
        )
    cells = [cell for cell in top[0] if cell]
    if cells and all(map(looks_numeric, cells)):
        raise DataError(
            f"Row {row} of {file!r} holds {agree(len(cells), 'a number', 'numbers')} such as {shown(cells[0])} where "
            "names are needed; pass header=0 if the file has no header, or header=1 if these are names."
        )


def apart(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return names of which no two are the same, and those that occur again: none of these names a column by itself."""
    count, taken, made = Counter(names), set(names), []
    for i, name in enumerate(names):
        own = name
        if count[name] > 1:
            own = f"{name}_column_{i + 1}"
            while own in taken:
                own += "_"
            taken.add(own)
        made.append(own)
    return made, [name for name in count if count[name] > 1]


_MOST_TITLES = 20
_FEWEST = 4
"""A second row is a header only above at least three rows of answers."""

_MONKEY = frozenset(("respondent id", "respondent_id", "respondentid", "collector id", "collector_id", "collectorid"))
_RESPONSE = frozenset(("Response", "Open-Ended Response", "Antwort", "Réponse", "Respuesta"))
