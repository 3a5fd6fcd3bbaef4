"""How the command line lays out text, and speaks of options."""

from __future__ import annotations

from csisem.cli.error_messages import as_options
from csisem.display.text_layout import WIDTH, paragraph, table, width


def test_layout_counts_wide_letters_twice():
    assert width("满意 ok") == 7
    lines = table(("Names", "n"), [("满意", "1"), ("long name", "10")])
    assert lines == ["Names         n", "  满意        1", "  long name  10"]
    broken = paragraph("满意" * 10 + " " + " ".join(["word"] * 30), "  - ")
    assert max(map(width, broken)) <= WIDTH
    assert broken[0].startswith("  - 满意")
    assert broken[1].startswith("    word")


def test_sentences_speak_of_options():
    assert as_options("use item_weights='equal'; declare scale= for 'a'.") == (
        "use --item-weights 'equal'; declare --scale for 'a'."
    )
    assert as_options("named in scale=, missing_codes= or reverse=") == "named in --scale, --missing-code or --reverse"
