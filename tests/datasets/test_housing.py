"""The Copenhagen tenants: counts as printed."""

from __future__ import annotations

import csisem as cs


def test_tenants_are_the_published_ones() -> None:
    frame = cs.datasets.copenhagen_housing()
    assert list(frame.columns) == ["satisfaction", "influence", "type", "contact"]
    assert len(frame) == 1681
    assert frame["satisfaction"].value_counts().to_dict() == {"High": 668, "Low": 567, "Medium": 446}
    # Cox and Snell's first row: tower blocks, low influence, low contact.
    first = frame.query("type == 'Tower' and influence == 'Low' and contact == 'Low'")
    assert first["satisfaction"].value_counts()[["Low", "Medium", "High"]].tolist() == [21, 21, 28]
