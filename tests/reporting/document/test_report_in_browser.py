"""Reports opened in a real browser: Debian's chromium, headless."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import csisem as cs
from csisem.options import Language

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HOSTILE = """<script>window.attacked = 1</script>"><img src=x onerror="window.attacked = 1">'"""
HEBREW = "\u05de\u05d5\u05ea\u05d2"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed (apt-get install chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def open_page(browser, path: Path, language: Language):
    """The report's page with the requests it made and the errors it printed."""
    page = browser.new_page(locale="zh-CN" if language == "zh" else "en-GB")
    page.asked, page.said = [], []
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("console", lambda said: page.said.append(said.text))
    page.on("pageerror", lambda problem: page.said.append(str(problem)))
    page.goto(path.as_uri())
    page.report = path
    return page


@pytest.fixture(scope="module", params=["en", "zh"])
def opened(request: pytest.FixtureRequest, browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    language: Language = request.param
    fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    path = cs.report(fit, tmp_path_factory.mktemp("report") / "report.html", language=language, by="firm")
    page = open_page(browser, path, language)
    yield page
    page.close()


def test_nothing_is_requested_and_nothing_goes_wrong(opened):
    assert opened.asked == [opened.report.as_uri()]
    assert opened.said == []


def test_a_click_on_a_heading_sorts_and_a_second_turns_the_order(opened):
    table = opened.locator("#indices table").first
    column = table.locator("thead tr:last-child th").nth(2)

    def cells() -> list[float]:
        return [float(text) for text in table.locator("tbody tr td:nth-child(3)").all_inner_texts()]

    before = cells()
    column.locator("[role=button]").click()
    assert cells() == sorted(before) != before
    assert column.get_attribute("aria-sort") == "ascending"
    column.locator("[role=button]").press("Enter")
    assert cells() == sorted(before, reverse=True)


def test_a_path_that_is_pointed_at_says_its_numbers(opened):
    tip = opened.locator("#tip")
    assert tip.is_hidden()
    part = opened.locator("#figure-diagram-path-Quality-Satisfaction")
    part.dispatch_event("mousemove", {"clientX": 300, "clientY": 300})
    assert "0.588" in tip.inner_text()
    part.dispatch_event("mouseleave")
    assert tip.is_hidden()


def test_every_link_of_the_contents_leads_to_a_section(opened):
    targets = opened.eval_on_selector_all("nav a", "links => links.map(link => link.getAttribute('href'))")
    assert len(targets) > 8
    assert all(opened.locator(target).count() == 1 for target in targets)


def test_identities_of_the_page_are_unique(opened):
    names = opened.eval_on_selector_all("[id]", "parts => parts.map(part => part.id)")
    assert len(names) == len(set(names))


def test_nothing_is_wider_than_the_page(opened):
    # A wide table scrolls by itself, so that the page does not.
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_it_prints_to_a_pdf_of_several_pages(opened, tmp_path: Path):
    printed = opened.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    assert printed.startswith(b"%PDF-")
    assert printed.count(b"/Type /Page\n") > 3


def test_labels_are_shown_and_not_run(browser, tmp_path: Path):
    frame = cs.datasets.retail_survey().to_pandas().rename(columns={"firm": HOSTILE})
    frame[HOSTILE] = frame[HOSTILE].replace({"Alder": f"{HOSTILE} A", "Birch": HEBREW})
    survey = cs.Survey(frame, scale=(1, 10), item_texts={"s1": HOSTILE, "s2": HEBREW})
    fit = cs.Model.from_syntax("Satisfaction =~ s1 + s2 + s3").fit(survey)
    path = cs.report(fit, tmp_path / "report.html", by=HOSTILE, title=f"{HOSTILE}</title>")
    page = open_page(browser, path, "en")
    assert page.evaluate("window.attacked") is None
    assert page.locator("main img").count() == 0
    assert page.said == []
    assert page.locator("h1").inner_text() == f"{HOSTILE}</title>"
    assert HOSTILE in page.locator("#summary").inner_text()
    # Text that runs from right to left is set so in a table of its own direction.
    cell = page.locator("#segment-1 td", has_text=HEBREW).first
    assert cell.evaluate("cell => getComputedStyle(cell).direction") == "rtl"
    page.close()
