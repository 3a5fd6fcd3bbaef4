"""Refusals and mistakes of usage in the language that is asked for."""

from __future__ import annotations

import re

import pytest

from csisem.cli.error_messages import as_options
from csisem.cli.program import app
from csisem.cli.spoken_language import run, speaking


def ended(capsys, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of a command, and the lines of its errors."""
    with pytest.raises(SystemExit) as caught:
        run(app, arguments)
    return int(caught.value.code or 0), capsys.readouterr().err.splitlines()


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setenv("CSISEM_LANGUAGE", "zh")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fit",), "缺少参数 'DATA'。"),
        (("fitt",), "没有命令 'fitt'，是否指 'fit'？"),
        (("fit", "a.csv"), "缺少选项 '--model'。"),
        (("fit", "a.csv", "--nodel", "m"), "没有选项 --nodel（可能是 --model）"),
        (("fit", "a.csv", "b.csv", "--model", "m"), "多出参数（b.csv）"),
        (("fit", "a.csv", "--model", "m", "--scale", "1"), "选项 '--scale' 需要 2 个值。"),
        (("fit", "a.csv", "--model"), "选项 '--model' 需要一个值。"),
        (("fit", "a.csv", "--model", "m", "--skip", "x"), "'--skip' 的值无效：应为整数"),
    ],
)
def test_mistakes_of_usage(capsys, chinese, arguments, said):
    code, lines = ended(capsys, *arguments)
    assert code == 2
    # The wording of Typer differs between its versions; what is not known stays English.
    assert lines[-1].startswith("错误：")
    assert re.sub(r"[ 。，？]|是否指.*|（.*", "", lines[-1]) == "错误：" + re.sub(r"[ 。，？]|是否指.*|（.*", "", said)


def test_how_the_command_is_called_and_where_help_is(capsys, chinese):
    _, lines = ended(capsys, "fit")
    assert lines[0].startswith("用法：")
    assert re.fullmatch("可用 '.* fit --help' 查看帮助。", lines[1])


def test_refusals(capsys, chinese, tmp_path):
    code, lines = ended(capsys, "fit", str(tmp_path / "a.csv"), "--model", str(tmp_path / "m.txt"))
    assert (code, lines) == (2, [f"错误：没有模型文件 {str(tmp_path / 'm.txt')!r}。"])


def test_refusals_by_the_option(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("CSISEM_LANGUAGE", raising=False)
    model = str(tmp_path / "m.txt")
    said = f"错误：没有模型文件 {model!r}。"
    assert ended(capsys, "fit", "a.csv", "--model", model, "--language", "zh") == (2, [said])
    assert ended(capsys, "fit", "--language=zh")[1][-1] == "错误：缺少参数 'DATA'。"


def test_english_without_a_wish(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("CSISEM_LANGUAGE", raising=False)
    model = str(tmp_path / "m.txt")
    assert ended(capsys, "fit", "a.csv", "--model", model) == (2, [f"error: There is no model file {model!r}."])
    assert ended(capsys, "fit")[1][-1] == "Error: Missing argument 'DATA'."


def test_the_option_wins_over_the_environment(monkeypatch):
    monkeypatch.delenv("CSISEM_LANGUAGE", raising=False)
    with speaking(["fit"]) as language:
        assert language == "en"
    with speaking(["fit", "--language", "zh"]) as language:
        assert language == "zh"
    with speaking(["fit", "--language=ZH"]) as language:
        assert language == "zh"
    monkeypatch.setenv("CSISEM_LANGUAGE", "zh")
    with speaking(["fit"]) as language:
        assert language == "zh"
    with speaking(["fit", "--language", "en"]) as language:
        assert language == "en"


def test_chinese_sentences_speak_of_options():
    assert as_options("请为 'a' 声明scale=，或用 item_weights='equal'。") == (
        "请为 'a' 声明--scale，或用 --item-weights 'equal'。"
    )
