"""Our own layout of each kind of paper as a template: what a bureau downloads, changes in Word and sends back."""

from io import BytesIO

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm

from papers.docx import BODY_MARGIN, BODY_WIDTH, add_heading_row, cell_margins, fill, keep_rows_whole
from papers.docx_styles import MARK_LABEL, make_styles, number_pages, set_page
from papers.fields import fields_of
from papers.letter_tables import table_of
from papers.shapes import SHAPES


def standard_template(kind: str) -> bytes:
    """Return the template of a kind of paper as a Word file."""
    document = Document()
    make_styles(document)
    set_page(document.sections[0])
    number_pages(document, document.sections[0])
    add_mark(document.sections[0])
    names = fields_of(kind)
    document.core_properties.title, document.core_properties.author = "模板", ""
    document.core_properties.comments = ""
    add_head(document, names)
    add_paragraphs(document, "正文")
    if table := SHAPES[kind].table:
        add_rows(document, table_of(table, ()), [column.is_centred for column in table])
        add_paragraphs(document, "要求")
    add_end(document, names)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_mark(section):
    """The digest at the foot, once there is one."""
    for footer in (section.footer, section.even_page_footer):
        for text in ("{%p if 核验码 %}", f"{MARK_LABEL}{{{{ 核验码 }}}}", "{%p endif %}"):
            footer.add_paragraph(text, style="Footer Mark")


def add(document, text, style="Normal"):
    """Add a paragraph."""
    return document.add_paragraph(text, style=style)


def add_head(document, names):
    """Who signs, title, recipient, first paragraph."""
    if "签名行" in names:
        add(document, "{{ 签名行 }}", "Salutation")
        add(document, "")
    add(document, "{{ 标题 }}", "Title")
    add(document, "")
    add(document, "{{ 主送 }}：", "Salutation")
    add(document, "{{ 依据 }}", "Body Text")


def add_paragraphs(document, name):
    """A list of paragraphs, headings in the style of their level."""
    add(document, f"{{%p for 段 in {name} %}}", "Body Text")
    for level in range(1, 6):
        add(document, f"{{%p {'if' if level == 1 else 'elif'} 段.是标题 and 段.级别 == {level} %}}", "Body Text")
        add(document, "{{ 段.文字 }}", f"Heading {level}")
    add(document, "{%p else %}", "Body Text")
    add(document, "{{ 段.文字 }}", "Body Text")
    add(document, "{%p endif %}", "Body Text")
    add(document, "{%p endfor %}", "Body Text")


def add_rows(document, content, centred):
    """The table with a row for each item, between two rows that go away."""
    table = document.add_table(rows=0, cols=len(content.headings), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    table._tbl.tblPr.insert_element_before(cell_margins(BODY_MARGIN), "w:tblLook")
    widths = [Mm(BODY_WIDTH * share / sum(content.widths)) for share in content.widths]
    for column, given in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(int(given.twips)))
    add_heading_row(table, content, widths, "Body Table")
    rows = (["{%tr for 行 in 事项 %}"], [f"{{{{ 行.{heading} }}}}" for heading in content.headings], ["{%tr endfor %}"])
    for texts in rows:
        cells = table.add_row().cells
        for number, cell in enumerate(cells):
            cell.width = widths[number]
            fill(
                cell,
                texts[number] if number < len(texts) else "",
                "Body Table",
                is_centred=centred[number] and len(texts) > 1,
            )
    keep_rows_whole(table)


def add_end(document, names):
    """Annex, signature, date, whom to ask, the line to sign for it."""
    if "附件名称" in names:
        for text, style in (
            ("{%p if 附件名称 %}", "Normal"),
            ("", "Normal"),
            ("附件：{{ 附件名称 }}", "Attachment"),
            ("{%p endif %}", "Normal"),
        ):
            add(document, text, style)
    for text, style in (("", "Normal"), ("", "Normal"), ("{{ 落款 }}", "Signature"), ("{{ 日期 }}", "Date")):
        add(document, text, style).paragraph_format.keep_with_next = True
    for name in ("联系人", "联系电话"):
        add(document, f"{{%p if {name} %}}")
        add(document, f"{name}：{{{{ {name} }}}}", "Closing")
        add(document, "{%p endif %}")
    if "签收行" in names:
        add(document, "")
        add(document, "{{ 签收行 }}", "Salutation")
