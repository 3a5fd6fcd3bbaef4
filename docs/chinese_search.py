"""Search of the web pages by English and Chinese words.

Chinese is written without spaces. Its runs are indexed by their characters and pairs of neighbours, and a query is cut
into pairs too: any word is found, also one that no dictionary has, and no segmentation library is needed.
"""

from __future__ import annotations

import re

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

PARTS = re.compile(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+")
"""A run of Chinese characters, or a word of anything else."""


class EnglishAndChinese(SearchEnglish):
    """English words by their stems, Chinese by pairs of characters."""

    lang = "en_zh"
    language_name = "English"  # of the stemmer
    js_splitter_code = r"""
var splitQuery = (query) =>
  query
    .split(/([\u3400-\u9fff]+)|[^\p{Letter}\p{Number}_]+/u)
    .filter((part) => part)
    .flatMap((part) =>
      /^[\u3400-\u9fff]{2,}$/.test(part) ? [...part.slice(1)].map((one, k) => part[k] + one) : [part],
    );
"""

    def split(self, input: str) -> list[str]:
        """Return the words of a text as they are indexed."""
        words: list[str] = []
        for part in PARTS.findall(input):
            chinese = "\u3400" <= part[0] <= "\u9fff"
            words += [*part, *(part[k : k + 2] for k in range(len(part) - 1))] if chinese else [part]
        return words


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the search language, the name of which is `html_search_language`."""
    app.add_search_language(EnglishAndChinese)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
