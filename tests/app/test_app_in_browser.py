"""The app's whole journey in a real browser, once in each language."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import csisem as cs

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed (apt-get install chromium)")

# A busy computer draws slowly; nothing waits longer than it must.
PATIENCE = 30_000
MARK = "<img src=x onerror=window.ran=1>"
WORDS = {
    "en": {
        "read": "Read the file", "low": "Lowest answer", "high": "Highest answer", "model": "Next: the model",
        "settings": "Next: the settings", "run": "Run the analysis", "files": "Next: files",
        "report": "Full report (HTML)", "workbook": "Workbook (Excel)", "script": "Python script", "save": "Save",
        "map": "Importance-performance map", "programme": "Programme", "folder": "Folder of the programme",
        "open": "Open", "steps": "The six steps", "assessment": "Self-assessment", "scores": "Scores by group",
        "form": "Questionnaire", "draft": "The check of the draft found nothing.", "verdict": "Verdict: admissible",
        "refused": "a scale must have finite bounds", "no_folder": "There is no folder",
    },
    "zh": {
        "read": "读取文件", "low": "最低答案", "high": "最高答案", "model": "下一步：模型", "settings": "下一步：设定",
        "run": "运行分析", "files": "下一步：文件", "report": "完整测评报告（HTML）", "workbook": "工作簿（Excel）",
        "script": "Python 脚本", "save": "保存", "map": "重要性与绩效图", "programme": "测评项目",
        "folder": "项目文件夹", "open": "打开", "steps": "六个步骤", "assessment": "自我评估", "scores": "各组得分",
        "form": "问卷", "draft": "问卷初稿检查未发现问题。", "verdict": "结论：可接受解",
        "refused": "量表的上下限应为有限数", "no_folder": "没有文件夹",
    },
}  # fmt: skip
CONSTRUCTS = {
    "en": {"q": "Quality", "v": "Value", "s": "Satisfaction", "l": "Loyalty"},
    "zh": {"q": "质量感知", "v": "价值感知", "s": "顾客满意", "l": "顾客忠诚"},
}
ITEMS = ("q1", "q2", "v1", "v2", "s1", "s2", "s3", "l1", "l2")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The app, started by its command on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    server = subprocess.Popen(
        [sys.executable, "-m", "csisem", "app", "--no-browser", "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < until:
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        # As Ctrl+C does, so that it tidies up.
        server.send_signal(signal.SIGINT)
        server.wait()


@pytest.fixture(params=["en", "zh"])
def opened(request: pytest.FixtureRequest, browser, address) -> Iterator[object]:
    """The page in one language, with the requests it made and what its console said."""
    page = browser.new_page(locale="zh-CN" if request.param == "zh" else "en-GB")
    page.set_default_timeout(PATIENCE)
    page.asked, page.said, page.speech = [], [], request.param
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("websocket", lambda socket: page.asked.append(socket.url))
    page.on("console", lambda said: page.said.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda problem: page.said.append(str(problem)))
    page.goto(address)
    if request.param == "zh":
        page.get_by_text("中文").click()
    yield page
    page.close()


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def saved(page, label: str, name: str, folder: Path) -> Path:
    """Make a file, save it, and return where it is."""
    press(page, label)
    with page.expect_download() as waiting:
        page.get_by_text(f"{WORDS[page.speech]['save']} {name}").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_the_whole_journey(opened, tmp_path, monkeypatch):
    words = WORDS[opened.speech]
    frame = cs.datasets.retail_survey().frame.iloc[::4].assign(firm=lambda f: f["firm"] + MARK)
    frame.rename(columns={"wave": f"wave{MARK}"}).to_csv(tmp_path / "answers.csv", index=False)

    # The file: read as soon as it is chosen; a scale that is none is refused in the page's language.
    opened.get_by_role("button", name=words["read"]).wait_for()
    opened.locator("input[type=file]").set_input_files(tmp_path / "answers.csv")
    opened.get_by_text("answers.csv (").wait_for()
    opened.get_by_label(words["low"]).fill("10")
    opened.get_by_label(words["high"]).fill("1")
    press(opened, words["read"])
    assert words["refused"] in opened.locator("[role=alert]").inner_text().replace("A scale", "a scale")
    opened.get_by_label(words["low"]).fill("1")
    opened.get_by_label(words["high"]).fill("10")
    press(opened, words["read"])
    opened.get_by_role("cell", name="1-10").first.wait_for()

    # The model: a column for each construct, and its diagram.
    press(opened, words["model"])
    for item in ITEMS:
        opened.get_by_label(item, exact=True).select_option(label=CONSTRUCTS[opened.speech][item[0]])
    opened.locator("figure svg").wait_for()
    press(opened, words["settings"])
    opened.get_by_label("firm").check()
    press(opened, words["run"])

    # Findings, the verdict first.
    opened.get_by_role("heading", name=words["map"]).wait_for()
    assert words["verdict"] in opened.locator("[role=status]").inner_text()
    assert opened.locator("figure img").count() == 3
    assert opened.get_by_text(MARK).count() > 3

    # Files, and the same numbers from the script.
    press(opened, words["files"])
    assert "<html" in saved(opened, words["report"], "report.html", tmp_path).read_text(encoding="utf-8")
    with pd.ExcelFile(saved(opened, words["workbook"], "results.xlsx", tmp_path)) as book:
        assert any("firm" in name for name in book.sheet_names)
    script = saved(opened, words["script"], "analysis.py", tmp_path).read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made: dict[str, object] = {}
    exec(compile(script.partition("\ncs.report(")[0].replace("print(", "str("), "analysis.py", "exec"), made)
    press(opened, f"4 {'结果' if opened.speech == 'zh' else 'Results'}")
    opened.get_by_role("cell", name=f"{made['index']['index'].iloc[0]:.3f}").first.wait_for()

    # The other pages.
    press(opened, words["programme"])
    press(opened, words["open"])
    assert opened.locator("[role=alert]").inner_text()
    folder = cs.Programme.demo(tmp_path / "shop").folder
    opened.get_by_label(words["folder"]).fill(str(folder))
    press(opened, words["open"])
    opened.get_by_text(words["steps"]).wait_for()
    press(opened, words["assessment"])
    threes = opened.get_by_role("button", name="3", exact=True)
    threes.nth(39).wait_for()
    threes.evaluate_all("buttons => buttons.forEach(button => button.click())")
    opened.get_by_text(words["scores"]).wait_for()
    assert "120" in opened.get_by_role("row").last.inner_text()
    press(opened, words["form"])
    opened.get_by_text(words["draft"]).wait_for()

    # Nothing was asked of another computer, nothing in the labels was run, and nothing went wrong.
    assert all(url.split("/")[2].startswith("127.0.0.1:") for url in opened.asked if url[:4] in ("http", "ws:/"))
    assert {url.split(":")[0] for url in opened.asked} <= {"http", "ws", "blob", "data", "about"}
    assert not opened.evaluate("window.ran")
    assert opened.said == []
