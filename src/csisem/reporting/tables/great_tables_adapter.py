"""Tables as great_tables objects, HTML and LaTeX."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from csisem.arrays import pd
from csisem.reporting.tables.table_contents import TableContents, spanners

if TYPE_CHECKING:
    from great_tables import GT

# Letters that LaTeX without further packages knows as mathematics only.
_MATHEMATICS = {
    "→": r"$\rightarrow$", "↔": r"$\leftrightarrow$", "²": "$^2$", "α": r"$\alpha$", "ω": r"$\omega$", "ρ": r"$\rho$",
    "η": r"$\eta$", "ε": r"$\varepsilon$", "λ": r"$\lambda$", "∞": r"$\infty$", "\u2003": r"\quad ", "√": r"$\surd$",
}  # fmt: skip
_FONT = ["Times New Roman", "Times", "SimSun", "Noto Serif CJK SC", "serif"]


def great_table(made: TableContents) -> GT:
    """The table as a great_tables object."""
    from great_tables import GT

    names = [f"c{k}" for k in range(len(made.columns))]
    frame = pd.DataFrame({name: list(one.cells) for name, one in zip(names, made.columns, strict=True)}, dtype=object)
    grouped = any(made.groups)
    if grouped:
        frame["group"] = list(made.groups)
    shown = GT(frame, groupname_col="group" if grouped else None, id=made.identity)
    labels = dict(zip(names, [one.header for one in made.columns], strict=True))
    shown = shown.tab_header(title=made.title).cols_label(cases=labels)  # type: ignore[arg-type]
    left = [name for name, one in zip(names, made.columns, strict=True) if one.left]
    if left:
        shown = shown.cols_align("left", left)
    if right := [name for name in names if name not in left]:
        shown = shown.cols_align("right", right)
    for label, places in spanners(made.columns):
        shown = shown.tab_spanner(label=label, columns=[names[k] for k in places])
    for note in made.notes:
        shown = shown.tab_source_note(note)
    return _apa(shown) if made.style == "apa" else shown


def _apa(shown: GT) -> GT:
    """Rules above, below the headings and below the table alone; serif letters."""
    none = ("table_border_top", "table_border_bottom", "heading_border_bottom", "table_body_hlines",
            "row_group_border_top", "row_group_border_bottom", "table_body_border_top")  # fmt: skip
    options: dict[str, Any] = {f"{part}_style": "none" for part in none}
    for part in ("column_labels_border_top", "column_labels_border_bottom", "table_body_border_bottom"):
        options |= {f"{part}_style": "solid", f"{part}_width": "1px", f"{part}_color": "black"}
    options |= {"heading_align": "left", "heading_title_font_size": "14px", "table_font_size": "14px"}
    options |= {"row_group_font_weight": "normal", "source_notes_font_size": "12px", "data_row_padding": "3px"}
    return shown.tab_options(table_font_names=_FONT, **options)


def html_of(made: TableContents) -> str:
    """The table as HTML with its styles."""
    return str(great_table(made).as_raw_html())


def latex_of(made: TableContents) -> str:
    """The table in LaTeX; the styles of HTML have no meaning there."""
    text = str(great_table(replace(made, style="plain")).as_latex())
    for letter, command in _MATHEMATICS.items():
        text = text.replace(letter, command)
    return text
