"""The folder of a programme: written whole, read back as it was, and refused where it is half written."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

import csisem as cs
import csisem.writing
from refusals import refusal
from shop import PARTS, shop

FORM = cs.templates.questionnaire("retail_customers", "zh")


@pytest.fixture
def programme(tmp_path):
    return cs.Programme.new(tmp_path / "shop", FORM, **PARTS)


def parts(programme):
    return {part.name: getattr(programme, part.name) for part in fields(programme)}


def test_what_is_written_is_read_back(programme):
    own = cs.Fieldwork("上海", "on_site", "2026-11-01", drawn=500, selected="quota", notes='引号"')
    changed = (
        programme.with_parts(
            fieldwork={"2026-11": own},
            steps={"内部诊断": {"done": True, "documents": ["座谈.docx"]}},
            population={"sex": {"男": 5200.5, "女": 4800}},
            indicator_weights={"商品": 0.3},
            satisfied=75,
            expectations={"质量": ["soundness", "labels"]},
        )
        .drop("queue", why="没有人\n排队", step="small_sample")
        .revise("choice", why="太长", step="pretest", question=cs.Question("choice", "选择多吗？", points=5))
    )
    changed.save()
    assert cs.Programme.read(programme.folder) == changed != programme
    # Writing what was read changes nothing.
    texts = [(programme.folder / name).read_bytes() for name in ("programme.toml", "questionnaire.toml")]
    cs.Programme.read(programme.folder).save()
    assert texts == [(programme.folder / name).read_bytes() for name in ("programme.toml", "questionnaire.toml")]


def test_a_programme_does_not_change(programme):
    before = parts(programme)
    programme.drop("queue", why="x", step="pretest").with_parts(name="other", targets={})
    assert parts(programme) == before
    with pytest.raises(FrozenInstanceError):
        programme.name = "other"


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda one: (one / "questionnaire.toml").unlink(), "is half written: it has programme.toml, but no"),
        (lambda one: (one / "programme.toml").unlink(), "is half written: it has questionnaire.toml, but no"),
        (lambda one: (one / "programme.toml").write_bytes(b""), "is half written: 'programme.toml' is empty"),
        (lambda one: (one / ".csisem-12ab.tmp").touch(), "was left by a save that was interrupted"),
        (lambda one: (one / "programme.toml").write_text("name = "), "is not TOML"),
        (lambda one: (one / "programme.toml").write_bytes(b'name = "\xff"'), "is not UTF-8 text."),
        (lambda one: (one / "programme.toml").write_text('nmae = "x"'), "unknown key 'nmae' (did you mean 'name'?)"),
        (lambda one: (one / "programme.toml").write_text('[segments]\nsocail = ["sex"]'), "segments='socail'"),
        (lambda one: (one / "programme.toml").write_text("[[budget]]\nitm = 1"), "(did you mean 'item'?)"),
        (lambda one: (one / "programme.toml").write_text("weights = 5"), "weights= must be text; got 5."),
        (lambda one: (one / "questionnaire.toml").write_text("[[question]]\nnam = 1"), "questionnaire.toml"),
    ],
)  # fmt: skip
def test_a_spoilt_folder_is_refused_in_a_sentence(programme, spoil, sentence):
    spoil(programme.folder)
    left = {path.name: path.read_bytes() for path in programme.folder.iterdir() if path.is_file()}
    assert sentence in refusal(cs.CsisemError, lambda: cs.Programme.read(programme.folder))
    assert left == {path.name: path.read_bytes() for path in programme.folder.iterdir() if path.is_file()}


def test_a_save_that_fails_leaves_both_files_as_they_were(programme, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    texts = [(programme.folder / name).read_bytes() for name in ("programme.toml", "questionnaire.toml")]
    monkeypatch.setattr(csisem.writing, "_write", full)
    text = refusal(cs.DataError, programme.with_parts(name="other").drop("queue", why="x", step="pretest").save)
    assert "No space left on device" in text
    monkeypatch.undo()
    assert texts == [(programme.folder / name).read_bytes() for name in ("programme.toml", "questionnaire.toml")]
    assert cs.Programme.read(programme.folder).name == PARTS["name"]


def test_a_folder_is_not_written_over(programme):
    assert "holds a programme already" in refusal(cs.DataError, lambda: cs.Programme.new(programme.folder, FORM))
    near = programme.folder.with_name("shpo")
    assert "(did you mean 'shop'?)" in refusal(cs.DataError, lambda: cs.Programme.read(near))
    empty = programme.folder.with_name("empty")
    empty.mkdir()
    assert "holds no programme" in refusal(cs.DataError, lambda: cs.Programme.read(empty))


def test_a_wave_has_one_file(tmp_path):
    programme = shop(tmp_path, months=("2026-08",))
    (programme.folder / "waves" / "2026-08.xlsx").touch()
    assert "The wave '2026-08' has two files" in refusal(cs.DataError, lambda: programme.waves)
    assert "2026-08' has two files" in programme.status()["missing"][3]
