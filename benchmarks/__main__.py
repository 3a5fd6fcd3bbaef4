"""Run the benchmarks: `python -m benchmarks [--only single large inference ...] [--quick] [--docs]`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import after, bootstrap, imports, inference, large, machine, ordered, pls, report, single_fit
from benchmarks.rivals import rivals

HERE = Path(__file__).parent
EXPERIMENTS = {
    "single": single_fit.run,
    "large": large.run,
    "inference": inference.run,
    "bootstrap": bootstrap.run,
    "ordered": ordered.run,
    "pls": pls.run,
    "after": after.run,
    "imports": imports.run,
}
ROUNDS = {"single": 40, "large": 15, "inference": 5, "bootstrap": 5, "ordered": 3, "pls": 15, "after": 5, "imports": 15}
QUICK_ROUNDS = 5


def main() -> int:
    """Run, print, keep; 1 when a rival's numbers disagree with ours at 250 answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(EXPERIMENTS), default=list(EXPERIMENTS))
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_ROUNDS} rounds of everything")
    parser.add_argument("--docs", action="store_true", help="put the tables into docs/benchmarks.md")
    options = parser.parse_args()
    before = machine.load_now()
    found = {rival: rival.available() for rival in rivals()}
    contenders = tuple(rival for rival, version in found.items() if version)
    absent = [rival.name for rival, version in found.items() if not version]
    results = []
    for name in options.only:
        print(f"{name} ...", file=sys.stderr)
        results += EXPERIMENTS[name](contenders, QUICK_ROUNDS if options.quick else ROUNDS[name])
    extra = {rival.name: version for rival, version in found.items() if rival.name == "lavaan" and version}
    facts = machine.look(extra, (before, machine.load_now()))
    text = report.markdown(facts, contenders, absent, results)
    print(text)
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    report.write_json(HERE / "results" / f"{now}.json", facts, results)
    if options.docs:
        report.write_docs(HERE.parent / "docs" / "benchmarks.md", text)
    small = [a for result in results if result.experiment.name == "single fit" for a in result.agreement]
    return int(any(a.problem for a in small))


if __name__ == "__main__":
    sys.exit(main())
