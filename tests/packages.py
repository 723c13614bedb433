"""Small Office packages and PDFs made by hand, for what no office program would write."""

import zipfile
from io import BytesIO

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
P = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="{part}" ContentType="{type}"/></Types>'
)
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def packed(parts, compression=zipfile.ZIP_DEFLATED):
    """A zip file of parts: name -> text, bytes, or an iterable of bytes for what is too large to hold."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", compression, compresslevel=1) as package:
        for name, part in parts.items():
            if isinstance(part, str | bytes):
                package.writestr(name, part)
            else:
                with package.open(name, "w", force_zip64=True) as entry:
                    for chunk in part:
                        entry.write(chunk)
    return content.getvalue()


def relations(*targets):
    """A relationships part: (id, last word of the type, target) each."""
    rows = "".join(f'<Relationship Id="{key}" Type="{R}/{kind}" Target="{target}"/>' for key, kind, target in targets)
    return f'{HEAD}<Relationships xmlns="{P}">{rows}</Relationships>'


def docx(body="", *, numbering="", styles="", footnotes="", document=None, more=None):
    """A .docx: the XML inside w:body, of the numbering, styles and footnotes parts; `document` is the whole part."""
    related = [
        (f"r{kind}", kind, f"{kind}.xml")
        for kind, xml in (("numbering", numbering), ("styles", styles), ("footnotes", footnotes))
        if xml
    ]
    parts = {
        "[Content_Types].xml": TYPES.format(part="/word/document.xml", type=DOCX_TYPE),
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relations(*related),
        "word/document.xml": document or f'{HEAD}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
    }
    for kind, xml in (("numbering", numbering), ("styles", styles), ("footnotes", footnotes)):
        if xml:
            parts[f"word/{kind}.xml"] = f'{HEAD}<w:{kind} xmlns:w="{W}">{xml}</w:{kind}>'
    return packed(parts | (more or {}))


def paragraph(text, *, number=None, level=0, style=None, properties=""):
    """A w:p with a text; of list `number` where given."""
    listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>' if number is not None else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f'<w:p><w:pPr>{styled}{listed}{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def level(place, form, text, *, start=1, more=""):
    """A w:lvl."""
    return f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def lists(*levels, more=""):
    """A numbering part with one list, numbered 1, of these levels; `more` is XML of further w:num."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'


def table(rows):
    """A w:tbl; a cell is a text, (text, columns), or (text, columns, "restart" or "continue")."""

    def cell(value):
        text, width, merge = (*value, None)[:3] if isinstance(value, tuple) else (value, 1, None)
        merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
        lines = "".join(paragraph(line) for line in text.split("\n"))
        return f'<w:tc><w:tcPr><w:gridSpan w:val="{width}"/>{merged}</w:tcPr>{lines}</w:tc>'

    lines = ("".join(map(cell, row)) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def xlsx(sheet, *, strings="", styles="", name="任务分解表", more=None):
    """A .xlsx of one sheet: the XML inside s:worksheet (text, or an iterable of bytes for the whole part)."""
    whole = f'{HEAD}<worksheet xmlns="{S}">{sheet}</worksheet>' if isinstance(sheet, str) else sheet
    parts = {
        "[Content_Types].xml": TYPES.format(part="/xl/workbook.xml", type=XLSX_TYPE),
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml"),
            ("r2", "sharedStrings", "sharedStrings.xml"),
            ("r3", "styles", "styles.xml"),
        ),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{S}" xmlns:r="{R}"><sheets><sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": whole,
    }
    if strings:
        parts["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{S}">{strings}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'{HEAD}<styleSheet xmlns="{S}">{styles}</styleSheet>'
    return packed(parts | (more or {}))


def inline(reference, text):
    """A cell with its text in it."""
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_rows(rows, *, first=1):
    """The s:row elements of rows of texts."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(
        f'<row r="{number}">{"".join(inline(f"{letters[c]}{number}", text) for c, text in enumerate(row) if text)}</row>'
        for number, row in enumerate(rows, start=first)
    )


def pdf(objects, *, trailer=""):
    """A PDF of numbered objects (bytes each); the first is the catalogue."""
    out = bytearray(b"%PDF-1.5\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        trailer.encode(),
        start,
    )
    return bytes(out)


def stream(data, entries=b""):
    """A PDF stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def pages(contents, *, resources=b""):
    """A PDF of pages, each with one content stream (bytes) or a shared one."""
    count = len(contents)
    kids = b" ".join(b"%d 0 R" % (3 + index) for index in range(count))
    distinct = {id(content): content for content in contents}
    numbers = {key: 3 + count + index for index, key in enumerate(distinct)}
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)]
    for content in contents:
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << %s >> /Contents %d 0 R >>"
            % (resources, numbers[id(content)])
        )
    return pdf(objects + [content if content.startswith(b"<<") else stream(content) for content in distinct.values()])
