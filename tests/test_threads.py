"""Settings of the whole program, which two threads at once must not leave changed."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pandas as pd
import pingouin
import pytest

import csisem as cs
from csisem.errors import tell


@contextmanager
def switching() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def state() -> tuple[object, ...]:
    return (
        dict(pingouin.options),
        warnings.showwarning,
        np.geterr(),
        pd.get_option("display.unicode.east_asian_width"),
        np.random.get_state()[1].tolist(),  # noqa: NPY002
    )


SURVEY = cs.datasets.retail_survey()
FIT = cs.datasets.retail_survey_model().fit(SURVEY)
CALLS: dict[str, Callable[[], object]] = {
    "anova": lambda: cs.diagnose.anova(SURVEY.frame, "s1", by="firm"),
    "variances": lambda: cs.diagnose.variances(SURVEY.frame, "s1", by="firm"),
    "factors": lambda: cs.diagnose.factors(SURVEY, ["e1", "e2", "e3", "q1", "q2", "q3"], n_factors=2, n=20, seed=1),
    "htmt": lambda: cs.diagnose.validity(SURVEY, {"E": ["e1", "e2", "e3"], "S": ["s1", "s2", "s3"]}),
    "omega": lambda: cs.diagnose.omega(SURVEY, {"E": ["e1", "e2", "e3"]}),
    "print": lambda: str(FIT),
}


@pytest.mark.parametrize("name", CALLS)
def test_threads_leave_the_settings_of_the_program_as_they_were(name: str) -> None:
    CALLS[name]()  # libraries that set something when they are imported do so now
    before = state()
    with warnings.catch_warnings():
        with switching(), ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: CALLS[name](), range(8)))
        assert state() == before
        # The filters of the tests make errors of warnings; pandas may have left one of its own.
        with pytest.raises(UserWarning, match="heard"):
            warnings.warn("heard", UserWarning, stacklevel=1)


def test_rounding_that_the_user_asked_of_pingouin_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = cs.diagnose.anova(SURVEY.frame, "s1", by="firm")
    for name in ("round", "round.column.F", "round.row.0", "round.cell.[0]x[F]"):
        monkeypatch.setitem(pingouin.options, name, 1)
    before = dict(pingouin.options)
    rounded = cs.diagnose.anova(SURVEY.frame, "s1", by="firm")
    pd.testing.assert_frame_equal(rounded.table, plain.table)
    assert pingouin.options == before


def test_a_thread_that_keeps_quiet_silences_no_other() -> None:
    from csisem.errors import untold

    def heard() -> int:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            tell(["Here."])
        return len(caught)

    with untold(), ThreadPoolExecutor(1) as pool:
        tell(["Nowhere."])
        assert pool.submit(heard).result() == 1
    assert heard() == 1
