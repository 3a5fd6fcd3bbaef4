"""Every argument of every public function refuses a wrong value by one of csisem's errors, in a sentence."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from public_calls import harvest, public
from refused_well import complaint, limited_memory
from wrong_values import wrong

# Examples for each argument; PUBLIC_ARGUMENTS=all tries every value for each (58,000 calls, two minutes).
EXAMPLES = 20
ALL = os.environ.get("PUBLIC_ARGUMENTS") == "all"

WITH_ARGUMENTS = [name for name in public() if name not in ("cs.datasets.retail_survey", "cs.datasets.mobile_phone")]


def _cases(name):
    """Arguments of a function, each with the values to try, by their names."""
    call = harvest()[name]
    return {
        (argument, label): make
        for argument in call.names()
        for label, make in wrong(call.arguments.get(argument)).items()
    }


def test_there_is_a_valid_call_of_every_public_function():
    missing = set(public()) - set(harvest())
    assert {name for name in missing if not name.startswith("cs.datasets.")} == set()


@pytest.mark.parametrize("name", WITH_ARGUMENTS)
def test_wrong_values_are_refused_in_a_sentence(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if name not in harvest():
        return
    call, cases = harvest()[name], _cases(name)
    found = []

    def attempt(case):
        said = complaint(lambda: call.make(**{case[0]: cases[case]()}))
        if said:
            found.append(f"{case[0]}=<{case[1]}>: {said}")

    with limited_memory():
        if ALL:
            for case in cases:
                attempt(case)
        elif cases:
            count = min(len(cases), EXAMPLES * len(call.names()))
            drawn = settings(max_examples=count, deadline=None, derandomize=True, database=None,
                             suppress_health_check=list(HealthCheck))  # fmt: skip
            drawn(given(st.sampled_from(list(cases)))(attempt))()
    assert not found, f"{name}: {len(found)} wrong values\n" + "\n".join(found[:20])
