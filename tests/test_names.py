"""What completion shows is what the package offers."""

from __future__ import annotations

import importlib

import pytest

import csisem as cs


@pytest.mark.parametrize("room", ["models", "datasets", "diagnose", "sampling", "weighting", "index", "improve"])
def test_rooms_show_their_public_names_alone(room):
    module = getattr(cs, room)
    importlib.import_module("csisem.diagnose.sample")
    assert dir(module) == sorted(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)
