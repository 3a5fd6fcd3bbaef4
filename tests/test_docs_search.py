"""Search of the web pages, in English and Chinese: the index, and a real browser."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from sphinx.application import Sphinx

DOCS = Path(__file__).parents[1] / "docs"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGES = {
    "index.md": "# Start\n\n```{toctree}\nchinese\nenglish\n```\n",
    "chinese.md": "# 教程\n\n先看信度与效度，再看顾客满意度指数的区间估计。\n",
    "english.md": "# Invariance\n\nWhether the items measure alike (HTMT below 0.85), 信度.\n",
}
DONE = "document.querySelector('#search-results .search-summary')?.innerText.match(/found|did not/)"
"""What is true in the browser when a search has ended."""
SETTINGS = {"extensions": ["myst_parser", "chinese_search"], "html_search_language": "en_zh"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pages, built with the search of the documentation."""
    folder = tmp_path_factory.mktemp("site")
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    sys.path.insert(0, str(DOCS))
    try:
        app = Sphinx(folder, None, folder / "html", folder / "trees", "html", confoverrides=SETTINGS, status=None)
        app.build()
    finally:
        sys.path.remove(str(DOCS))
    return folder / "html"


def test_runs_of_chinese_are_indexed_by_characters_and_pairs(site: Path) -> None:
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    words = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]
    assert {"信", "指", "信度", "满意", "意度", "指数", "htmt"} <= words.keys()


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed (apt-get install chromium)")
def test_a_browser_finds_english_and_chinese_words(site: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        found = {}
        for query in ("measuring", "满意度指数", "区间估计", "信度", "信", "满意效度"):
            page.goto(f"{(site / 'search.html').as_uri()}?q={quote(query)}")
            page.wait_for_function(DONE)
            found[query] = set(page.locator("#search-results li > a").all_inner_texts())
        browser.close()
    assert found == {
        "measuring": {"Invariance"},
        "满意度指数": {"教程"},
        "区间估计": {"教程"},
        "信度": {"教程", "Invariance"},
        "信": {"教程", "Invariance"},
        "满意效度": set(),
    }
