"""What `csisem fit --out` and other writers leave on the disk, also when they fail."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem import writing
from csisem.cli.program import app
from csisem.errors import DataError

ENDINGS = [".csv", ".xlsx", ".json"]
OLD = b"results of last year"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    survey = cs.datasets.retail_survey().frame.iloc[:300]
    survey.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "model.txt").write_text("S =~ s1 + s2 + s3\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


ARGUMENTS = ["fit", "data.csv", "--model", "model.txt"]


def run(*arguments: object):
    return CliRunner().invoke(app, [*ARGUMENTS, *map(str, arguments)], catch_exceptions=False)


def command(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "csisem", *arguments], capture_output="stdout" not in options, check=False, **options
    )  # type: ignore[call-overload,no-any-return]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_limit_on_the_size_of_files_leaves_the_old_results(folder, ending):
    out = folder / f"results{ending}"
    out.write_bytes(OLD)
    before = names(folder)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))

    done = command(*ARGUMENTS, "--out", out.name, cwd=folder, preexec_fn=limit)
    assert done.returncode == 2
    assert b"cannot be written: File too large." in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert out.read_bytes() == OLD
    assert names(folder) == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_kill_while_writing_leaves_the_old_results(folder, ending):
    out = folder / f"results{ending}"
    out.write_bytes(OLD)
    program = f"""
import os, sys, time
def stay(*_):
    print("writing", flush=True)
    time.sleep(60)
os.fsync = stay
from csisem.cli.program import app
app({[*ARGUMENTS, "--out", out.name]!r})
"""
    with subprocess.Popen([sys.executable, "-c", program], cwd=folder, stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"writing\n"
        running.send_signal(signal.SIGKILL)
    assert out.read_bytes() == OLD


@pytest.mark.parametrize("ending", ENDINGS)
def test_half_of_the_files_is_not_replaced(folder, monkeypatch, ending):
    """All files are complete before the first is replaced."""
    out = folder / f"results{ending}"
    out.write_bytes(OLD)
    before = names(folder)
    monkeypatch.setattr(writing.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    done = run("--out", out)
    assert done.exit_code == 2
    assert "cannot be written: No space left on device." in done.stderr
    assert out.read_bytes() == OLD
    assert names(folder) == before


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_folder_among_the_files_stops_all_of_them(folder, ending):
    out = folder / f"results{ending}"
    blocked = folder / "results_status.csv" if ending == ".csv" else out
    blocked.mkdir()
    before = names(folder)
    assert "cannot be written: it is a folder." in run("--out", out).stderr
    assert names(folder) == before


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("letter", ["\0", "\x01", "\x0b", "\x1b", "￾"])
def test_control_characters_in_names(folder, ending, letter):
    """Refused before anything is written where the format cannot keep them, kept where it can."""
    name = f"s{letter}1"
    frame = pd.read_csv("data.csv").rename(columns={"s1": name})
    frame.to_parquet("data.parquet")
    Path("model.txt").write_text(f"S =~ `{name}` + s2 + s3\n", encoding="utf-8")
    out = folder / f"results{ending}"
    out.write_bytes(OLD)
    done = CliRunner().invoke(app, ["fit", "data.parquet", "--model", "model.txt", "--out", str(out)])
    if done.exit_code == 2:
        assert "holds the control character" in done.stderr or "Line 1" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert out.read_bytes() == OLD
        assert ending != ".json" or "Line 1" in done.stderr
    elif ending == ".json":
        assert name in {row["rhs"] for row in json.loads(out.read_text(encoding="utf-8"))["parameters"]}
    else:
        back = pd.read_csv(out) if ending == ".csv" else pd.read_excel(out)
        assert name in set(back["rhs"])


# The files that are read


@pytest.mark.parametrize("other", ["data.csv", "./data.csv", "sub/../data.csv", "link.csv", "hard.csv"])
@pytest.mark.parametrize("kind", ["data", "model"])
def test_the_files_that_are_read_are_not_written(folder, other, kind):
    (folder / "sub").mkdir()
    model = folder / ("model.csv" if kind == "data" else "data2.csv")
    model.write_bytes((folder / "model.txt").read_bytes())
    read = folder / "data.csv" if kind == "data" else model
    for name, link in (("link.csv", os.symlink), ("hard.csv", os.link)):
        link(read, folder / name)
    if kind == "model":
        other = other.replace("data.csv", "data2.csv")
    content = read.read_bytes()
    done = CliRunner().invoke(app, ["fit", "data.csv", "--model", str(model), "--out", other])
    assert done.exit_code == 2
    assert "--out would write over" in done.stderr
    assert "a file that is read; name another file." in done.stderr
    assert read.read_bytes() == content


def test_a_table_beside_the_results_is_not_written_over_the_answers(folder):
    answers = folder / "results_status.csv"
    (folder / "data.csv").rename(answers)
    content = answers.read_bytes()
    done = CliRunner().invoke(app, ["fit", answers.name, "--model", "model.txt", "--out", "results.csv"])
    assert done.exit_code == 2
    assert "would write over" in done.stderr
    assert answers.read_bytes() == content
    assert not (folder / "results.csv").exists()


def test_a_file_that_the_system_takes_for_the_input_is_refused(folder, monkeypatch):
    """As on a system that does not tell DATA.csv from data.csv."""
    own = Path.samefile
    monkeypatch.setattr(
        Path, "samefile", lambda one, other: str(one).lower() == str(other).lower() or own(one, other)
    )  # fmt: skip
    assert "would write over 'DATA.csv', which is 'data.csv'" in run("--out", "DATA.csv").stderr


# Permissions and links


def test_permissions_and_links_stay(folder):
    out, link = folder / "results.json", folder / "latest.json"
    out.write_bytes(OLD)
    out.chmod(0o640)
    link.symlink_to(out.name)
    assert run("--out", link).exit_code == 0
    assert link.is_symlink()
    assert "version" in json.loads(out.read_text(encoding="utf-8"))
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    mask = os.umask(0o027)
    try:
        assert run("--out", "new.json").exit_code == 0
    finally:
        os.umask(mask)
    assert stat.S_IMODE((folder / "new.json").stat().st_mode) == 0o640
    (folder / "dangling.json").symlink_to("there.json")
    assert run("--out", "dangling.json").exit_code == 0
    assert (folder / "there.json").exists()


def test_a_file_that_must_not_be_written_is_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "a.toml"
    path.write_bytes(OLD)
    monkeypatch.setattr(writing.os, "access", lambda *_: False)  # root may write everything
    with pytest.raises(DataError, match="cannot be written: Permission denied"):
        cs.Questionnaire([cs.Question("s1")]).to_toml(path)
    assert path.read_bytes() == OLD


def test_a_pipe_is_written_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE) as reader:
        text = cs.Questionnaire([cs.Question("s1")]).to_toml(tmp_path / "pipe")
        assert reader.communicate()[0] == text.encode()


def test_questionnaires_and_demonstrations_are_whole_or_not_there(tmp_path, monkeypatch):
    form, path = cs.Questionnaire([cs.Question("s1", "Half \ud800")]), tmp_path / "a.toml"
    path.write_bytes(OLD)
    with pytest.raises(DataError, match="half of a character"):
        form.to_toml(path)
    assert path.read_bytes() == OLD
    for wrong in (tmp_path, tmp_path / "no" / "a.toml", "a" * 300):
        with pytest.raises(DataError, match="cannot be written"):
            form.to_toml(wrong)
    monkeypatch.setattr(writing.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    done = CliRunner().invoke(app, ["demo", "--save", str(tmp_path / "try")])
    assert done.exit_code == 2
    assert not list((tmp_path / "try").iterdir())


# Texts


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_texts_are_no_formulas_and_come_back(folder, ending):
    frame = pd.read_csv("data.csv").rename(columns={"s1": "=1+1", "s2": "@s"})
    frame["-g"] = np.resize(["=cmd()", "+1", "-2", "@x", "plain", "'=quoted"], len(frame))
    frame.to_parquet("data.parquet")
    Path("model.txt").write_text("S =~ `=1+1` + `@s` + s3\n", encoding="utf-8")
    out = folder / f"results{ending}"
    options = ["--scale", "1", "10", "--by=-g", "--out", str(out)]
    done = CliRunner().invoke(app, ["fit", "data.parquet", "--model", "model.txt", *options])
    assert done.exit_code == 0, done.stderr
    fit = cs.Model.from_syntax(Path("model.txt").read_text()).fit(cs.read("data.parquet", scale=(1, 10)))
    by = cs.csi(fit, by="-g")
    if ending == ".csv":
        for path in folder.glob("results*.csv"):
            cells = pd.read_csv(path, dtype=str, header=None, keep_default_na=False).stack()
            texts = cells[pd.to_numeric(cells, errors="coerce").isna()]
            assert not texts.str.match(r"\s*[=+\-@]").any()
        back = cs.read(out, header=1).frame
        strata = cs.read(folder / "results_index_by.csv", header=1).frame
    else:
        back = cs.read(out, header=1).frame
        strata = cs.read(out, sheet="index_by", header=1).frame
        cells = [cell for sheet in openpyxl.load_workbook(out) for row in sheet.iter_rows() for cell in row]
        assert not [cell for cell in cells if cell.data_type == "f"]
    for name in ("lhs", "op", "rhs"):
        assert back[name].tolist() == fit.parameters[name].tolist()
    assert strata["stratum"].tolist() == by["-g"].tolist()
    assert strata["by"].tolist() == ["-g"] * len(by)


def test_codes_of_groups_keep_their_zeros(folder):
    frame = pd.read_csv("data.csv")
    frame["zip"] = np.resize(["007", "7", "0100"], len(frame))
    frame["code"] = np.resize(["01", "02"], len(frame))
    frame.to_csv("data.csv", index=False)
    assert run("--scale", 1, 10, "--by", "zip", "--by", "code", "--out", "r.json").exit_code == 0
    by = json.loads(Path("r.json").read_text(encoding="utf-8"))["index_by"]
    assert {row["zip"] for row in by["zip"]["rows"]} == {"007", "0100", "7"}
    assert [row["code"] for row in by["code"]["rows"]] == ["01", "02"]
    assert "--by names 'zop'" in run("--scale", 1, 10, "--by", "zop").stderr


# Output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [ARGUMENTS, ["demo"], ["--help"], [*ARGUMENTS, "--out", "r.json"]])
def test_a_full_output_is_one_sentence(folder, arguments):
    with Path("/dev/full").open("wb") as full:
        done = command(*arguments, cwd=folder, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 3
    assert done.stderr == b"error: The results cannot be printed: No space left on device.\n"
    assert (folder / "r.json").exists() == ("--out" in arguments)


@pytest.mark.parametrize("arguments", [ARGUMENTS, ["demo"]])
def test_a_closed_pipe_is_quiet(folder, arguments):
    read, write = os.pipe()
    os.close(read)
    done = command(*arguments, cwd=folder, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert done.returncode == 3
    assert done.stderr == b""
