"""Reports opened in a real browser: Debian's chromium, headless."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import csisem as cs
from csisem.options import Language

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed (apt-get install chromium)")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module", params=["en", "zh"])
def opened(request: pytest.FixtureRequest, browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The report's page with the requests it made and the errors it printed."""
    language: Language = request.param
    fit = cs.datasets.retail_survey_model().fit(cs.datasets.retail_survey())
    path = cs.report(fit, tmp_path_factory.mktemp("report") / "report.html", language=language, by="firm")
    page = browser.new_page(locale="zh-CN" if language == "zh" else "en-GB")
    page.asked, page.said = [], []
    page.on("request", lambda asked: page.asked.append(asked.url))
    page.on("console", lambda said: page.said.append(said.text))
    page.on("pageerror", lambda problem: page.said.append(str(problem)))
    page.goto(path.as_uri())
    page.report = path
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
    column.locator("button").click()
    assert cells() == sorted(before) != before
    assert column.get_attribute("aria-sort") == "ascending"
    column.locator("button").click()
    assert cells() == sorted(before, reverse=True)


def test_a_path_that_is_pointed_at_says_its_numbers(opened):
    tip = opened.locator("#tip")
    assert tip.is_hidden()
    part = opened.locator("#figure-diagram-path-Quality-Satisfaction")
    part.dispatch_event("mousemove", {"clientX": 300, "clientY": 300})
    assert "std 0.588" in tip.inner_text()
    part.dispatch_event("mouseleave")
    assert tip.is_hidden()


def test_every_link_of_the_contents_leads_to_a_section(opened):
    targets = opened.eval_on_selector_all("nav a", "links => links.map(link => link.getAttribute('href'))")
    assert len(targets) > 8
    assert all(opened.locator(target).count() == 1 for target in targets)


def test_identities_of_the_page_are_unique(opened):
    names = opened.eval_on_selector_all("[id]", "parts => parts.map(part => part.id)")
    assert len(names) == len(set(names))


def test_it_prints_to_a_pdf_of_several_pages(opened, tmp_path: Path):
    printed = opened.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    assert printed.startswith(b"%PDF-")
    assert printed.count(b"/Type /Page\n") > 3
