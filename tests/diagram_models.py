"""The published models at their usual size, and small models of every kind, for tests of path diagrams."""

from __future__ import annotations

import csisem as cs
from csisem.options import Language


def items(letters: str, count: int) -> list[str]:
    return [f"{letters}{k}" for k in range(1, count + 1)]


def presets(language: Language = "en") -> dict[str, cs.Model]:
    e, q, v, s, loyal = items("e", 3), items("q", 5), items("v", 2), items("s", 3), items("l", 3)
    make = cs.models
    return {
        "scsb": make.scsb(
            expectation="e1", value=v, satisfaction=s, complaints=["c1", "c2"], loyalty=loyal, language=language
        ),
        "acsi": make.acsi(
            expectation=e, quality=q, value=v, satisfaction=s, complaints="c1", loyalty=loyal, language=language
        ),
        "ecsi": make.ecsi(
            image=items("i", 5), expectation=e, quality=items("q", 7), value=v, satisfaction=s, complaints="c1",
            loyalty=loyal, language=language,
        ),
        "ccsi": make.ccsi(
            image=items("i", 3), expectation=e, quality=q, value=v, satisfaction=s, loyalty=loyal, language=language
        ),
        "ncsb": make.ncsb(
            tangibles=items("t", 2), reliability=items("r", 2), responsiveness=items("p", 2), price=items("m", 2),
            satisfaction=s, image=items("i", 2), affective_commitment=items("a", 2), loyalty=loyal, language=language,
        ),
    }  # fmt: skip


PRESETS = presets()

SECOND_ORDER = "A =~ a1 + a2 + a3; B =~ b1 + b2 + b3; C =~ c1 + c2 + c3; Q =~ A + B + C; S =~ s1 + s2 + s3; S ~ Q"
INTERACTION = "A =~ a1 + a2 + a3; P =~ p1 + p2; S =~ s1 + s2 + s3; S ~ A + P + A:P"
COMPOSITE = "A <~ a1 + a2 + a3; S =~ s1 + s2 + s3; S ~ A + p1; p1 ~ A"
