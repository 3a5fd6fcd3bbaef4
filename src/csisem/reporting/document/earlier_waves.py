"""Earlier waves and a report's own answers as one survey."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

from csisem.arrays import pd
from csisem.display.labels import said
from csisem.errors import DataError, OptionError, agree, listed, nearest, shown
from csisem.fit.fit import Fit
from csisem.options import Language
from csisem.survey import Survey, as_survey

_COLUMN = "wave"


def stacked(fit: Fit, waves: object, language: Language) -> tuple[Survey, str, tuple[Hashable, ...]]:
    """All waves in one survey, its column of waves, and their names in order; None among the waves is the fit's own."""
    own = fit.data
    if own is None:
        raise OptionError("waves= needs the answers of this wave, and the fit holds none; fit the model to a survey.")
    named = _named(waves, language)
    items = list(fit.solution.table.observed)
    needed = list(dict.fromkeys([*items, *own.design.columns, *([own.id] if own.id else [])]))
    column = _COLUMN
    while column in needed:
        column += "_"
    frames = []
    for name, given in named.items():
        frame = own.to_pandas() if given is None else _answers(given, own, name)
        if missing := [one for one in needed if one not in frame.columns]:
            columns, close = agree(len(missing), "column", "columns"), nearest(missing[0], list(frame.columns))
            raise DataError(f"Wave {str(name)!r} has no {columns} {listed(missing)}{close}; a change needs the same in "
                            "every wave.")  # fmt: skip
        frames.append(frame[needed].assign(**{column: str(name)}))
    together = own.with_answers(pd.concat(frames, ignore_index=True))
    return together, column, tuple(map(str, named))


def _named(waves: object, language: Language) -> dict[Hashable, object]:
    """Waves by name, in order, with this report's own last unless it is named."""
    if isinstance(waves, Mapping):
        named = dict(waves)
    elif isinstance(waves, Sequence):
        named = {said("report.wave", language, number=k): one for k, one in enumerate(waves, 1)}
    else:
        raise OptionError(
            "waves= takes the column of waves, or earlier waves by name, {'2024Q1': survey, ...}; got "
            f"{shown(waves)}."
        )
    if not any(one is not None for one in named.values()):
        raise OptionError(
            "waves= names no earlier wave; give {'2024Q1': survey, ...}, each a survey, a frame or a file."
        )
    if sum(one is None for one in named.values()) > 1:
        raise OptionError("waves= has None, this report's own answers, for more than one wave.")
    if all(one is not None for one in named.values()):
        label = said("report.this_wave", language)
        if label in named:
            raise OptionError(f"waves= gives {label!r} other answers; name this report's own by None.")
        named[label] = None
    return named


def _answers(given: object, own: Survey, name: Hashable) -> pd.DataFrame:
    """The answers of an earlier wave, read under the scales and design of this one."""
    if isinstance(given, Fit):
        if given.data is None:
            raise DataError(f"The fit of wave {str(name)!r} holds no answers; give those.")
        given = given.data
    if isinstance(given, Survey):
        return given.to_pandas()
    if not isinstance(given, str | Path) and not hasattr(given, "columns"):
        raise OptionError(f"Wave {str(name)!r} is a survey, a frame, a file or a fit, not {shown(given)}.")
    return as_survey(given, own).to_pandas()
