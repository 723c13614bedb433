"""Letter -> .docx in the layout of GB/T 9704-2012 (DESIGN 9)."""

from io import BytesIO
from unicodedata import east_asian_width

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from workplans.sheet_text import shown

from .docx_styles import CENTRE, element, indent, make_styles, number_pages, set_page
from .letter import ANNEX, Annex, Letter, LetterTable

DATE_INDENT = 4  # characters between the date and the right edge
TABLE_WIDTH = 297 - 20 - 20  # millimetres between the margins of the turned sheet
BODY_WIDTH = 210 - 28 - 26  # and of the upright one
BELOW_TABLE = Pt(8)
BODY_MARGIN = 50  # twentieths of a point above and below the text of a cell


def letter_docx(letter: Letter, *, author: str = "", at=None, mark: str = "") -> bytes:
    """Return the letter as a Word file; `mark`, the SHA-256 of what was signed, stands at the foot of each page."""
    return book_docx([(letter, mark)], title=letter.title, author=author, at=at)


def book_docx(letters: list[tuple[Letter, str]], *, title: str, author: str = "", at=None) -> bytes:
    """Return letters, each with its mark, as one Word file: each on pages of its own, numbered from 1."""
    document = Document()
    make_styles(document)
    set_properties(document, title, author, at)
    for number, (letter, mark) in enumerate(letters):
        section = document.add_section(WD_SECTION.NEW_PAGE) if number else document.sections[0]
        set_page(section)
        number_pages(document, section, mark, restart=len(letters) > 1)
        add_letter(document, letter)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_letter(document, letter):
    """Add one letter, top to bottom."""
    add_head(document, letter)
    is_below_table = False
    for chapter in letter.chapters:
        for paragraph in (chapter.heading, *chapter.paragraphs):
            if paragraph is not None:
                style = f"Heading {paragraph.level}" if paragraph.is_heading else "Body Text"
                added = add(document, paragraph.text, style)
                if is_below_table:
                    added.paragraph_format.space_before = BELOW_TABLE
                is_below_table = False
        if chapter.table:
            keep_rows_whole(add_table(document, chapter.table, BODY_WIDTH, "Body Table"))
            is_below_table = True
    add_end(document, letter)
    if letter.annex:
        add_annex(document, letter.annex)


def add(document, text, style):
    """Add a paragraph; control characters are shown as pictures."""
    return document.add_paragraph(shown(text), style=style)


def set_properties(document, title, author, at):
    """Say in the file who made it and what it is, in place of the library's words."""
    properties = document.core_properties
    properties.title = shown(title).replace("\n", "")[:255]
    properties.author = properties.last_modified_by = author[:255]
    properties.subject = properties.comments = properties.keywords = properties.category = ""
    properties.language = "zh-CN"
    if at:
        properties.created = properties.modified = at.replace(tzinfo=None)


def add_head(document, letter):
    """Who signs, title, recipient and the first sentence."""
    if letter.confirmation:
        add(document, letter.confirmation, "Salutation")
        add(document, "", "Normal")
    add(document, letter.title, "Title")
    add(document, "", "Normal")
    add(document, f"{letter.recipient}：", "Salutation")
    for line in letter.opening.splitlines():
        add(document, line, "Body Text")


def add_end(document, letter):
    """The annex named, signature over the date, whom to ask; all kept on one page with the end of the text."""
    last = document.paragraphs[-1]
    last.paragraph_format.keep_with_next = True
    if letter.attachment:
        keep(add(document, "", "Normal"))
        keep(add(document, letter.attachment, "Attachment"))
    for _line in range(2):
        keep(add(document, "", "Normal"))
    signature, date, *asked = letter.closing
    organ = add(document, signature, "Signature")
    indent(organ.paragraph_format, right=max(0, DATE_INDENT + (width(date) - width(signature)) / 2))
    dated = add(document, date, "Date")
    dated.paragraph_format.keep_with_next = bool(asked or letter.receipt)
    for number, line in enumerate(asked, start=1):
        add(document, line, "Closing").paragraph_format.keep_with_next = number < len(asked) or bool(letter.receipt)
    if letter.receipt:
        keep(add(document, "", "Normal"))
        add(document, letter.receipt, "Salutation")


def keep(paragraph):
    """Keep a paragraph on the page of the next."""
    paragraph.paragraph_format.keep_with_next = True


def width(text) -> float:
    """How many characters wide a line is."""
    return sum(1 if east_asian_width(character) in "WFA" else 0.5 for character in text)


# --- tables ------------------------------------------------------------------------------------------------


def add_annex(document, annex: Annex):
    """推进情况表 on sheets of its own, turned, its heading row on each of them."""
    set_page(document.add_section(WD_SECTION.NEW_PAGE), is_landscape=True)
    add(document, ANNEX, "Annex Mark")
    add(document, annex.title, "Annex Title")
    caption = add(document, f"{annex.caption[0]}\t{annex.caption[1]}", "Table Text")
    caption.paragraph_format.tab_stops.add_tab_stop(Mm(TABLE_WIDTH), alignment=2)
    add_table(document, annex, TABLE_WIDTH, "Table Text")
    if annex.note:
        add(document, annex.note, "Table Text")


def add_table(document, content: LetterTable, total, style):
    """A table `total` millimetres wide, its heading row repeated on each page, its text in `style`."""
    table = document.add_table(rows=0, cols=len(content.headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    upright = BODY_MARGIN if style == "Body Table" else 0
    table._tbl.tblPr.insert_element_before(cell_margins(upright), "w:tblLook")  # Word minds the order
    widths = [Mm(total * share / sum(content.widths)) for share in content.widths]
    grid_columns = table._tbl.tblGrid.findall(qn("w:gridCol"))
    for column, given in zip(grid_columns, widths, strict=True):
        column.set(qn("w:w"), str(int(given.twips)))
    add_heading_row(table, content, widths, style)
    for row in content.rows:
        cells = table.add_row().cells
        if row.section:
            cells[0].merge(cells[-1])
            fill(cells[0], row.section, style)
        else:
            fill_row(cells, row.cells, content.centred, widths, style)
    return table


def keep_rows_whole(table):
    """Let no row of a small table be divided between two pages, and centre its cells upright."""
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, element("cantSplit"))
        for cell in row.cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def cell_margins(upright=0):
    """Less white beside the text of a cell than Word gives, for thirteen columns on one sheet; `upright` above and below."""
    margins = element("tblCellMar")
    for side, wide in (("top", upright), ("left", 45), ("bottom", upright), ("right", 45)):
        margins.append(element(side, w=wide, type="dxa"))
    return margins


def add_heading_row(table, content, widths, style):
    """The row of headings, repeated on every page."""
    row = table.add_row()
    row._tr.get_or_add_trPr().append(element("tblHeader"))
    fill_row(row.cells, content.headings, [True] * len(content.headings), widths, style)


def fill_row(cells, texts, centred, widths, style):
    """Fill the cells of a row."""
    for cell, text, is_centred, given in zip(cells, texts, centred, widths, strict=True):
        cell.width = given
        fill(cell, text, style, is_centred=is_centred)


def fill(cell, text, style, *, is_centred=False):
    """Put a text into a cell, a paragraph a line."""
    first, *others = shown(text).split("\n")
    cell.text = first
    for line in others:
        cell.add_paragraph(line)
    for paragraph in cell.paragraphs:
        paragraph.style = style
        if is_centred:
            paragraph.alignment = CENTRE
