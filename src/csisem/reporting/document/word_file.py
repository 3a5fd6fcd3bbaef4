"""A report as a Word document."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from csisem.errors import CsisemError
from csisem.reporting.document.contents import Block, Document, Facts, Items, Listing, Paragraph, Picture
from csisem.reporting.document.pictures import png_of
from csisem.reporting.document.wording import reason
from csisem.reporting.tables.report_table import ReportTable
from csisem.reporting.tables.word_document import add_table, new_document
from csisem.reporting.unprintable import NOT_IN_XML

_SHORT_CM, _LONG_CM, _MARGIN_CM = 21.0, 29.7, 2.2
_HIGHEST_CM = 20.0
_DEEPEST = 9
_MOST_COLUMNS = 8
"""More columns than this stand on pages of their own, turned by a quarter."""


def file_of(report: Document, told: Callable[[], object] = lambda: None) -> bytes:
    """The report with headings that Word lists, numbered lists, tables and pictures."""
    document = new_document(report.language, "a file that ends in .html")
    _letter_headings(document)
    writer = _Writer(document, report, told)
    writer.turn(wide=False, first=True)
    document.core_properties.title = _clean(report.title)
    document.add_heading(_clean(report.title), 0)
    if report.subtitle:
        document.add_paragraph(_clean(report.subtitle))
    if report.verdict is not None:
        writer.add(report.verdict)
    for depth, section in report.walk():
        writer.turn(wide=False)
        document.add_heading(_clean(section.title), min(depth, _DEEPEST))
        for block in section.blocks:
            writer.add(block)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _clean(text: str) -> str:
    """Text without the control characters that a Word document cannot hold."""
    return NOT_IN_XML.sub(" ", text)


def _letter_headings(document: Any) -> None:
    """Headings in the letters of the text, in Chinese too: a theme's own are those of the reader's system."""
    from docx.oxml.ns import qn

    normal = document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts()
    names = ["Title", *(f"Heading {level}" for level in range(1, _DEEPEST + 1))]
    for name in names:
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for place in ("ascii", "hAnsi", "eastAsia"):
            theme = qn(f"w:{place}Theme")
            if theme in fonts.attrib:
                del fonts.attrib[theme]
            fonts.set(qn(f"w:{place}"), normal.get(qn(f"w:{place}")) or "Times New Roman")


class _Writer:
    """Blocks in order, on pages that are turned for wide tables."""

    def __init__(self, document: Any, report: Document, told: Callable[[], object]) -> None:
        self.document, self.report, self.told = document, report, told
        self.captions = report.captions()
        self.wide = False

    def turn(self, *, wide: bool, first: bool = False) -> None:
        """A4 upright or, for a wide table, on its side; a new page where that changes."""
        from docx.enum.section import WD_ORIENT
        from docx.shared import Cm

        if wide == self.wide and not first:
            return
        section = self.document.sections[0] if first else self.document.add_section()
        self.wide = wide
        across, down = (_LONG_CM, _SHORT_CM) if wide else (_SHORT_CM, _LONG_CM)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(across), Cm(down)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)

    def add(self, block: Block) -> None:
        """Add one block."""
        if isinstance(block, ReportTable):
            self.turn(wide=len(block.columns) > _MOST_COLUMNS)
            add_table(self.document, block)
            self.document.add_paragraph()
            return
        self.turn(wide=False)
        if isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Items):
            for text in block.texts:
                style = "List Number" if block.numbered else "List Bullet"
                self.document.add_paragraph(_clean(text), style=style)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Listing):
            self.document.add_paragraph().add_run(_clean(block.text)).font.name = "Consolas"
        else:
            self._picture(block)

    def _paragraph(self, block: Paragraph) -> None:
        from docx.shared import Pt, RGBColor

        run = self.document.add_paragraph().add_run(_clean(block.text))
        if block.tone == "lead":
            run.font.size = Pt(13)
        elif block.tone == "warning":
            run.bold, run.font.color.rgb = True, RGBColor(0xB3, 0x26, 0x1E)
        run.italic = block.tone == "note"

    def _facts(self, block: Facts) -> None:
        from docx.shared import Cm

        table = self.document.add_table(rows=0, cols=2)
        for name, value in block.pairs:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = _clean(name), _clean(value)
            cells[0].width, cells[1].width = Cm(5.0), Cm(_SHORT_CM - 2 * _MARGIN_CM - 5.0)

    def _picture(self, picture: Picture) -> None:
        """A picture as wide as the text, or as high as fits on a page, with its caption."""
        from docx.shared import Cm

        try:
            drawn = png_of(picture)
        except CsisemError as problem:
            self.document.add_paragraph().add_run(_clean(reason(problem, self.report.language))).italic = True
        else:
            shown = self.document.add_picture(BytesIO(drawn), width=Cm(_SHORT_CM - 2 * _MARGIN_CM))
            if shown.height > Cm(_HIGHEST_CM):
                shown.width = int(shown.width * Cm(_HIGHEST_CM) / shown.height)
                shown.height = Cm(_HIGHEST_CM)
        self.document.add_paragraph().add_run(_clean(self.captions[picture.name])).italic = True
        self.told()
