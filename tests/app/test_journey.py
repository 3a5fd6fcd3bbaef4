"""The app without a browser: what a journey computes, the script that repeats it, and what is refused."""

from __future__ import annotations

import builtins
import os
import socket
import subprocess
import sys
from dataclasses import replace
from inspect import signature
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import csisem as cs
from csisem.app.findings_html import findings_html
from csisem.app.journey import OWN, PRESETS, AnswerFile, Journey, ModelChoice, Settings
from csisem.app.main_page import PAGES
from csisem.app.panel_library import panel
from csisem.app.python_script import python_script
from csisem.app.run_journey import build_model, items_of, keyword, read_answers, run, target_of
from csisem.app.session import Session
from csisem.cli.program import app
from csisem.errors import untold

ITEMS = {"e1": "Expectation", "e2": "Expectation", "q1": "Quality", "q2": "Quality", "q3": "Quality", "v1": "Value",
         "v2": "Value", "s1": "Satisfaction", "s2": "Satisfaction", "s3": "Satisfaction"}  # fmt: skip
SYNTAX = "Quality =~ q1 + q2 + q3\nSatisfaction =~ s1 + s2 + s3\nSatisfaction ~ Quality"
UNUSABLE = "A =~ q1 + q2\nSatisfaction =~ s1 + s2\nA ~~ 0*Satisfaction"


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> AnswerFile:
    path = tmp_path_factory.mktemp("answers") / "answers.csv"
    cs.datasets.retail_survey().frame.iloc[::4].to_csv(path, index=False)
    return AnswerFile(path, path.name, (1, 10), (("c1", (0, 1)),))


JOURNEYS = {
    "preset": (
        ModelChoice(construct_of=ITEMS, language="zh"), Settings(weights="weight", strata="region", by=("firm",))
    ),
    "syntax": (ModelChoice(OWN, syntax=SYNTAX), Settings("PLS", "mean", by=("region", "firm"))),
}  # fmt: skip


@pytest.mark.parametrize("name", JOURNEYS)
def test_the_script_gives_the_numbers_of_the_app(name, file, monkeypatch, capsys):
    model, settings = JOURNEYS[name]
    journey = Journey(file, model=model, settings=settings)
    found = run(journey)
    assert not found.lacking
    monkeypatch.chdir(file.path.parent)
    made: dict[str, object] = {}
    with untold():
        exec(compile(python_script(journey, "zh"), "analysis.py", "exec"), made)
    assert found.fit.status.text("zh") in capsys.readouterr().out
    same = [(made["index"], found.index), (made["targets"], found.targets), (made["priorities"], found.priorities)]
    same += [(made["by"][column], found.by[column]) for column in settings.by]
    same += [(made["means"][column].table, found.means[column].table) for column in settings.by]
    same += [(made["fit"].parameters, found.fit.parameters)]
    for ours, theirs in same:
        pd.testing.assert_frame_equal(ours, theirs)
    assert "<!DOCTYPE html>" in Path("report.html").read_text(encoding="utf-8")
    with pd.ExcelFile("results.xlsx") as book:
        assert len(book.sheet_names) > 3


def test_the_script_leaves_out_what_could_not_be_computed(file, tmp_path, monkeypatch):
    frame = cs.datasets.retail_survey().frame
    frame[frame["region"] == "North"].to_csv(tmp_path / "north.csv", index=False)
    own = AnswerFile(tmp_path / "north.csv", "north.csv", (1, 10))
    journey = Journey(own, model=ModelChoice(OWN, syntax=SYNTAX), settings=Settings(by=("region", "firm")))
    found = run(journey)
    assert [(name, part) for name, part, _ in found.lacking] == [("means", "region")]
    monkeypatch.chdir(tmp_path)
    made: dict[str, object] = {}
    script = python_script(replace(journey, findings=found), "en")
    with untold():
        exec(compile(script.partition("# Report")[0], "analysis.py", "exec"), made)
    assert set(made["means"]) == {"firm"}
    assert set(made["by"]) == {"region", "firm"}
    assert "in one stratum of 'region'" in script


def test_every_preset_has_the_options_of_its_function():
    for name, preset in PRESETS.items():
        options = signature(getattr(cs.models, name)).parameters
        assert {keyword(construct) for construct in preset.constructs} <= set(options)
        assert getattr(cs.models, name)(satisfaction=["s"], **{keyword(one): [one.lower()] for one in preset.constructs
                                        if one != "Satisfaction"}).title.startswith(name.upper())  # fmt: skip


def test_progress_names_each_step_once_and_ends_at_the_last(file):
    model, settings = JOURNEYS["preset"]
    heard = []
    run(Journey(file, model=model, settings=settings), lambda *step: heard.append(step))
    names = [name for _, _, name in heard]
    assert names == ["read", "fit", "index", "by", "means", "priorities", "targets", "done"]
    assert [place for place, _, _ in heard] == list(range(8))
    assert {total for _, total, _ in heard} == {7}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_fit_that_must_not_be_read_shows_no_number(language, file):
    with untold():
        found = run(Journey(file, model=ModelChoice(OWN, syntax=UNUSABLE)))
    assert not found.fit
    assert found.index is None
    page = findings_html(found, language)
    assert page.index("refused") < page.index("<svg")
    assert "<table" not in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_findings_show_the_verdict_first_and_all_parts(language, file):
    model, settings = JOURNEYS["syntax"]
    found = run(Journey(file, model=model, settings=settings))
    page = findings_html(found, language)
    assert page.index(found.fit.status.verdict.text(language)) < page.index("<svg") < page.index("<table")
    assert page.count("<img") == 4  # indices, two columns of groups, the map
    assert f"{found.index['index'].iloc[0]:.3f}" in page


def test_labels_are_shown_and_not_run(tmp_path):
    mark = "<script>alert(1)</script>"
    frame = cs.datasets.retail_survey().frame.head(300).assign(firm=lambda f: f["firm"] + mark)
    frame.to_csv(tmp_path / "a.csv", index=False)
    file = AnswerFile(tmp_path / "a.csv", f"a{mark}.csv", (1, 10), (("c1", (0, 1)),))
    journey = Journey(file, model=ModelChoice(OWN, syntax=SYNTAX), settings=Settings(by=("firm",)))
    page = findings_html(run(journey), "en")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_refusals_have_both_languages(file):
    for journey, word in (
        (Journey(), "load a file"),
        (Journey(file), "satisfaction"),
        (Journey(file, model=ModelChoice(OWN, syntax="Quality =~ ")), "Line 1"),
    ):
        with pytest.raises(cs.CsisemError, match=word) as caught:
            run(journey)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.text("zh"))


def test_the_construct_of_satisfaction_is_found_by_its_name():
    model = build_model(ModelChoice(construct_of=ITEMS, language="zh"))
    assert target_of(model, "") == "顾客满意"
    # What was chosen in the other language is found anew.
    assert target_of(model, "Satisfaction") == "顾客满意"
    assert target_of(model, "质量感知") == "质量感知"


def test_columns_of_a_model_are_known_as_soon_as_it_can_be_read():
    assert set(items_of(ModelChoice(OWN, syntax=SYNTAX))) == {"q1", "q2", "q3", "s1", "s2", "s3"}
    assert items_of(ModelChoice(OWN, syntax="Quality =~ ")) == ()
    assert items_of(ModelChoice(construct_of=ITEMS)) == tuple(ITEMS)


def test_a_choice_is_a_value(file):
    journey = Journey(file)
    assert replace(journey, settings=Settings("PLS")).settings.estimator == "PLS"
    assert journey.settings.estimator == "ML"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "error: csisem app needs panel; install csisem[app]."),
        ("zh", "csisem app 需要 panel；请安装 csisem[app]。"),
    ],
)
def test_without_panel_one_sentence_says_what_to_install(language, said, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.split(".")[0] == "panel":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setenv("CSISEM_LANGUAGE", language)
    done = CliRunner().invoke(app, ["app", "--no-browser", "--language", language])
    assert done.exit_code == 2
    assert said in done.output


def test_a_port_that_another_program_has_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = CliRunner().invoke(app, ["app", "--no-browser", "--port", str(port)])
    assert done.exit_code == 2
    assert f"--port {port} cannot be used" in done.output.replace("port=", "--port ")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("place", PAGES)
def test_every_page_is_built_before_and_after_an_analysis(language, place, file):
    model, settings = JOURNEYS["preset"]
    session = Session(panel(), language)
    assert PAGES[place](session).objects
    session.journey = Journey(file, read_answers(file), model, settings)
    assert PAGES[place](session).objects
    assert not session.notice.object


def test_a_session_keeps_choices_and_drops_findings_of_other_ones(file):
    session = Session(panel(), "zh")
    session.change(file=file, findings="some")
    session.change(settings=Settings("PLS"))
    assert (session.journey.file, session.journey.findings) == (file, None)
    with session.refusals():
        raise cs.DataError("There are no answers yet; load a file first.")
    assert "还没有答案；请先载入文件。" in session.notice.object
    with session.refusals():
        session.tell("")
    assert not session.notice.object
    stored = session.store("../../<b>.csv", b"x")
    assert stored.parent == session.folder
    session.close()
    assert not stored.exists()


def test_what_was_not_foreseen_is_one_sentence_too(monkeypatch):
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)
    session = Session(panel(), "en")
    with session.refusals():
        raise ZeroDivisionError("<script>")
    assert "ZeroDivisionError" in session.notice.object
    assert "<script" not in session.notice.object
    assert "Traceback" not in session.notice.object


def test_a_file_that_does_not_exist_is_refused():
    done = CliRunner().invoke(app, ["app", "nowhere.csv", "--no-browser"])
    assert done.exit_code == 2
    assert "nowhere.csv" in done.output


def test_importing_the_command_line_loads_no_panel():
    code = "import sys, csisem.cli.program; print('panel' in sys.modules, 'csisem.app' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    assert done.stdout.split() == ["False", "False"]


def test_the_room_reads_no_file_of_its_own_but_the_stylesheet():
    assets = Path(cs.__file__).parent / "app" / "assets"
    assert [path.name for path in assets.iterdir()] == ["app.css"]
    assert "http" not in (assets / "app.css").read_text(encoding="utf-8")
