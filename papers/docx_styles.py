"""The look of a letter after GB/T 9704-2012: page, grid, styles, page numbers, for python-docx.

Fonts are named and none is embedded: the office's machines have them, and all scripts of a run name the same one so
that digits and quotation marks keep the width of the text.
"""

from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
LEVEL_FONTS = {1: "黑体", 2: "楷体_GB2312", 3: BODY_FONT, 4: BODY_FONT, 5: BODY_FONT}
PAGE_FONT = TABLE_FONT = "宋体"
TITLE_SIZE, BODY_SIZE, PAGE_SIZE, BODY_TABLE_SIZE, TABLE_SIZE, MARK_SIZE = 22, 16, 14, 12, 9, 7.5
LINE = 28.95  # points: 22 lines fill the 225 mm between the margins
TITLE_LINE = 35
MARK_LINE = 9.5
# 28 characters of 16 pt on 156 mm leave each 15.79 pt, so the text is closed up by a quarter of a point (in 20ths).
# A character grid (linesAndChars) would say the same to Word, but LibreOffice gives each character two of its cells.
CLOSER = -5
MARGINS = {"top": Mm(37), "bottom": Mm(35), "left": Mm(28), "right": Mm(26)}
ANNEX_MARGINS = {"top": Mm(22), "bottom": Mm(25), "left": Mm(20), "right": Mm(20)}
FOOTER = Mm(24)  # the page number stands 7 mm below the text
MARK_LABEL = "内容核验码（SHA-256）"
LEFT, CENTRE, RIGHT, BOTH = (
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


def element(tag, **attributes):
    """Make a Word element with attributes of Word's namespace."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def set_font(properties, name, size):
    """Name one font for every script in run properties, its size, and how close its characters stand."""
    for old in list(properties):
        properties.remove(old)
    properties.append(element("rFonts", ascii=name, hAnsi=name, eastAsia=name, cs=name, hint="eastAsia"))
    properties.append(element("b", val="0"))
    properties.append(element("i", val="0"))
    properties.append(element("color", val="000000"))
    if size == BODY_SIZE:
        properties.append(element("spacing", val=CLOSER))
    properties.append(element("kern", val="0"))
    properties.append(element("sz", val=int(size * 2)))
    properties.append(element("szCs", val=int(size * 2)))
    # Digits and Latin letters are no Chinese text: a number is not divided at the end of a line.
    properties.append(element("lang", val="en-US", eastAsia="zh-CN"))


def indent(paragraph_format, *, first=0, left=0, right=0, hanging=0):
    """Indent by characters, which is what the office counts in, with points beside for programs that do not."""
    for old in paragraph_format._element.get_or_add_pPr().findall(qn("w:ind")):
        old.getparent().remove(old)
    properties = paragraph_format._element.get_or_add_pPr()
    wanted = {"left": left, "right": right} | ({"hanging": hanging} if hanging else {"firstLine": first})
    values = {}
    for name, characters in wanted.items():
        values[f"{name}Chars"] = round(characters * 100)
        values[name] = round(characters * BODY_SIZE * 20)
    properties.insert_element_before(element("ind", **values), "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")


def make_style(document, name, font, size, *, align=BOTH, line=LINE, keep=False, hanging=0, **indents):
    """Make or take over a paragraph style; headings keep Word's own names, so that its navigation shows them."""
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != "Normal":
        style.base_style = styles["Normal"]
    set_font(style.element.get_or_add_rPr(), font, size)
    given = style.paragraph_format
    given.alignment = align
    given.line_spacing = Pt(line)  # a length is an exact spacing
    given.space_before = given.space_after = Pt(0)
    given.widow_control = False
    given.keep_with_next = keep
    indent(given, hanging=hanging, **indents)
    if line != LINE:  # else its lines would take two of the grid's
        style.element.pPr.insert_element_before(element("snapToGrid", val="0"), "w:spacing", "w:ind", "w:jc", "w:rPr")
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
    return style


def make_styles(document):
    """Make every style the letter uses."""
    make_style(document, "Normal", BODY_FONT, BODY_SIZE)
    make_style(document, "Body Text", BODY_FONT, BODY_SIZE, first=2)
    make_style(document, "Title", TITLE_FONT, TITLE_SIZE, align=CENTRE, line=TITLE_LINE, keep=True)
    make_style(document, "Salutation", BODY_FONT, BODY_SIZE, align=LEFT)
    for level, font in LEVEL_FONTS.items():
        make_style(document, f"Heading {level}", font, BODY_SIZE, keep=True, first=2)
    make_style(document, "Attachment", BODY_FONT, BODY_SIZE, align=LEFT, left=5, hanging=3)
    make_style(document, "Signature", BODY_FONT, BODY_SIZE, align=RIGHT, keep=True)
    make_style(document, "Date", BODY_FONT, BODY_SIZE, align=RIGHT, right=4)
    make_style(document, "Closing", BODY_FONT, BODY_SIZE, align=LEFT, first=2)
    make_style(document, "Footer", PAGE_FONT, PAGE_SIZE, line=PAGE_SIZE * 1.2)
    make_style(document, "Footer Mark", PAGE_FONT, MARK_SIZE, align=CENTRE, line=MARK_LINE)
    make_style(document, "Body Table", BODY_FONT, BODY_TABLE_SIZE, align=LEFT, line=BODY_TABLE_SIZE * 1.35)
    make_annex_styles(document)


def make_annex_styles(document):
    """Make the styles of the annex alone."""
    make_style(document, "Table Text", TABLE_FONT, TABLE_SIZE, align=LEFT, line=TABLE_SIZE * 1.35)
    make_style(document, "Annex Title", TITLE_FONT, TITLE_SIZE, align=CENTRE, line=TITLE_LINE, keep=True)
    make_style(document, "Annex Mark", LEVEL_FONTS[1], BODY_SIZE, align=LEFT, keep=True)


def set_page(section, *, is_landscape=False):
    """A4 with the margins of the standard and its grid of 22 lines; for the annex turned, with room for the table."""
    section.page_width, section.page_height = (Mm(297), Mm(210)) if is_landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    for side, margin in (ANNEX_MARGINS if is_landscape else MARGINS).items():
        setattr(section, f"{side}_margin", margin)
    section.footer_distance = Mm(15) if is_landscape else FOOTER
    for old in (*section._sectPr.findall(qn("w:docGrid")), *section._sectPr.findall(qn("w:pgNumType"))):
        section._sectPr.remove(old)
    if not is_landscape:
        section._sectPr.append(element("docGrid", type="lines", linePitch=round(LINE * 20)))


def number_pages(document, section, mark="", *, restart=False):
    """Put `— 1 —` at the foot of every page from `section` on: on odd ones to the right, on even ones to the left, one character in.

    `mark` goes below it, so far down that the number stays where it is.
    """
    document.settings.odd_and_even_pages_header_footer = True
    if restart:
        section._sectPr.find(qn("w:cols")).addprevious(element("pgNumType", start=1))
    if mark:
        section.footer_distance = FOOTER - Pt(MARK_LINE)
    for footer, align in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Footer"]
        paragraph.alignment = align
        indent(paragraph.paragraph_format, left=1 if align == LEFT else 0, right=1 if align == RIGHT else 0)
        paragraph.add_run("— ")
        add_page_field(paragraph)
        paragraph.add_run(" —")
        if mark:
            footer.add_paragraph(f"{MARK_LABEL}{mark}", style="Footer Mark")


def add_page_field(paragraph):
    """Add the field that is the page's number."""
    for content in (
        element("fldChar", fldCharType="begin"),
        element("instrText"),
        element("fldChar", fldCharType="separate"),
        None,
        element("fldChar", fldCharType="end"),
    ):
        run = paragraph.add_run("" if content is not None else "1")
        if content is not None:
            if content.tag == qn("w:instrText"):
                content.text = " PAGE "
            run._element.append(content)
