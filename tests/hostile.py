"""Files made to break a reader, each with what has to come of it.

`HOSTILE` lists them: the name as sent, how the bytes are made, and words of the sentence that refuses the file, or None
where it has to be read right. `python -m tests.hostile FOLDER` writes them all; the bytes are the same each time.
"""

import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.ofd_files import OfdFile, text
from tests.packages import (
    DOCX_TYPE,
    HEAD,
    S,
    W,
    docx,
    inline,
    level,
    lists,
    packed,
    pages,
    paragraph,
    pdf,
    sheet_rows,
    stream,
    xlsx,
)  # fmt: skip

PLAN = "2024年东湖区教育局工作要点\n一、立德树人\n1.加强德育。开展活动。\n2.加强体育。办好比赛。\n"
ROWS = [["2024年东湖区教育局任务分解表"], ["序号", "重点工作任务", "责任单位", "完成时限"]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
MANY = 8_000_000


@dataclass(frozen=True)
class Hostile:
    """A file: its name as sent, the maker of its bytes, words of the refusal (None: it is read), what it is about."""

    name: str
    make: Callable[[], bytes]
    refusal: str | None
    about: str


def plan_docx(**kw):
    """A small plan as .docx."""
    return docx("".join(map(paragraph, PLAN.split("\n"))), **kw)


def task_rows(count):
    """Rows of a small table of tasks."""
    return [*ROWS, *([str(n), f"任务{n}", "德育科", "年底前"] for n in range(1, count + 1))]


def plan_xlsx(**kw):
    """A small table of tasks as .xlsx."""
    return xlsx(f"<sheetData>{sheet_rows(task_rows(3))}</sheetData>", **kw)


def text_page(text):
    """The content of a PDF page with a line of Latin text."""
    return f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()


FONT = b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"


def plan_pdf(count=1):
    """A PDF of some pages with Latin text."""
    content = text_page("1. Plan of the bureau for 2024, first item of it.")
    return pages([content] * count, resources=FONT)


def nested_units():
    """An OFD in which each of ten drawings draws the next ten times."""
    unit = '<ofd:CompositeGraphicUnit ID="{}"><ofd:Content>{}</ofd:Content></ofd:CompositeGraphicUnit>'
    use = '<ofd:CompositeObject ResourceID="{}" Boundary="0 0 9 9"/>'
    units = "".join(unit.format(n, use.format(n + 1) * 10) for n in range(10)) + unit.format(10, text(0, 5, "一"))
    return OfdFile([use.format(0)], units=units).bytes()


def repeated(unit, times, before="", after=""):
    """Bytes in chunks, for parts too large to hold."""
    yield before.encode()
    block = unit.encode() * 10_000
    for _ in range(times // 10_000):
        yield block
    yield after.encode()


def word_part(unit, times):
    """A document part of one unit repeated."""
    return repeated(unit, times, f'{HEAD}<w:document xmlns:w="{W}"><w:body>', "</w:body></w:document>")


def sheet_part(unit, times, tail=""):
    """A sheet part of one unit repeated."""
    return repeated(unit, times, f'{HEAD}<worksheet xmlns="{S}"><sheetData>', f"</sheetData>{tail}</worksheet>")


def with_doctype(declaration, use, encoding="utf-8"):
    """A .docx whose document part declares entities."""
    head = HEAD.replace("UTF-8", encoding.upper())
    text = f'{head}<!DOCTYPE w:document [{declaration}]><w:document xmlns:w="{W}"><w:body>{paragraph(use)}</w:body></w:document>'
    return docx(document=text.encode(encoding))


def laughs():
    """The declarations of a billion laughs."""
    return '<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )


def lying_zip():
    """A .docx whose directory says that a large part is small."""
    content = bytearray(docx(document=b"".join(word_part("<w:p/>", 2_000_000))))
    size = (2_000_000 * 6 + len(f'{HEAD}<w:document xmlns:w="{W}"><w:body></w:body></w:document>')).to_bytes(
        4, "little"
    )
    return bytes(content.replace(size, (1000).to_bytes(4, "little")))


def flagged_zip():
    """A .docx whose parts are marked as encrypted."""
    content = bytearray(plan_docx())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(signature, place + 4)
    return bytes(content)


def encrypted_pdf():
    """A PDF that asks for a password."""
    catalogue, tree = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>"
    key = f"<{'41' * 32}>"
    return pdf(
        [catalogue, tree], trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O {key} /U {key} >> /ID [<41> <41>]"
    )


def scanned_pdf():
    """A PDF of pictures."""
    image = stream(
        bytes(100 * 100),
        b"/Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 2 /Kids [3 0 R 3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 4 0 R >> >> /Contents 5 0 R >>",
        image,
        stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
    ]
    return pdf(objects)


def bomb_pdf():
    """A PDF whose page content unpacks to 800 MB."""
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(b"q Q " * 2_500_000) for _ in range(80)) + packer.flush()
    return pages([stream(data, b"/Filter /FlateDecode")])


def looping_pdf():
    """A PDF whose tree of pages leads back to itself."""
    return pdf(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 100000 /Kids [2 0 R 2 0 R] /Parent 2 0 R >>"]
    )


def looping_styles():
    """A .docx whose styles and lists refer to each other in circles."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{a}"><w:name w:val="{a}"/><w:basedOn w:val="{b}"/></w:style>'
        for a, b in ("AB", "BA")
    )
    numbering = '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="N"/></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    styles += (
        '<w:style w:type="numbering" w:styleId="N"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = "".join(paragraph(line, style="A", number=1) for line in PLAN.split("\n"))
    return docx(body, styles=styles, numbering=numbering)


def compound(*streams):
    """The beginning of an OLE file that names these streams."""
    return OLE + b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in streams)


def sparse_sheet():
    """A table of tasks and one cell in the farthest corner."""
    return xlsx(f'<sheetData>{sheet_rows(task_rows(3))}<row r="1048576">{inline("XFD1048576", "x")}</row></sheetData>')


def wrong_dimension():
    """A table of 100 rows whose sheet says that it has ten."""
    return xlsx(f'<dimension ref="A1:D10"/><sheetData>{sheet_rows(task_rows(100))}</sheetData>')


def strings_bomb():
    """A long string in 150,000 cells."""
    row = "".join('<c t="s"><v>0</v></c>' for _ in range(100))
    return xlsx(sheet_part(f"<row>{row}</row>", 10_000), strings=f"<si><t>{'长' * 32_000}</t></si>")


HOSTILE = (
    Hostile("plan.txt", plan_docx, None, "a .docx named .txt"),
    Hostile("plan.docx", lambda: PLAN.encode(), None, "text named .docx"),
    Hostile("plan.xlsx", plan_docx, None, "a .docx named .xlsx"),
    Hostile("plan.doc", plan_xlsx, None, "a .xlsx named .doc"),
    Hostile("picture.docx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "图片", "a picture named .docx"),
    Hostile("archive.docx", lambda: packed({"a.txt": PLAN}), "压缩包", "an archive named .docx"),
    Hostile("rar.doc", lambda: b"Rar!\x1a\x07\x00" + bytes(500), "压缩包", "a RAR archive named .doc"),
    Hostile(
        "slides.pptx",
        lambda: packed({"[Content_Types].xml": "<a/>", "ppt/presentation.xml": "<a/>"}),
        "演示文稿",
        "slides",
    ),
    Hostile("program.exe", lambda: b"MZ\x90\x00" + bytes(500), "程序", "a program"),
    Hostile("plan.xyz", lambda: PLAN.encode(), "暂不支持", "an unknown extension"),
    Hostile("empty.docx", lambda: b"", "空的", "no bytes"),
    Hostile("zeros.pdf", lambda: bytes(5000), "空的", "only zeros"),
    Hostile("blank.docx", lambda: docx(paragraph("  ")), "没有文字", "no text"),
    Hostile("blank.xlsx", lambda: xlsx("<sheetData/>"), "没有文字", "no cells"),
    Hostile("large.txt", lambda: b"a" * (20 * 1024 * 1024 + 1), "超过 20 MB", "more than may be sent"),
    Hostile("secret.docx", lambda: compound("EncryptedPackage", "EncryptionInfo"), "密码", "an encrypted .docx"),
    Hostile("secret.xlsx", lambda: compound("EncryptionInfo", "EncryptedPackage"), "密码", "an encrypted .xlsx"),
    Hostile("flagged.docx", flagged_zip, "密码", "an encrypted zip"),
    Hostile("secret.pdf", encrypted_pdf, "密码", "an encrypted PDF"),
    Hostile("cut.docx", lambda: plan_docx()[:-300], "损坏", "a .docx cut short"),
    Hostile("cut.xlsx", lambda: plan_xlsx()[:500], "损坏", "a .xlsx cut short"),
    Hostile("cut.pdf", lambda: plan_pdf()[:60], "损坏", "a PDF cut short"),
    Hostile("noise.doc", lambda: OLE + bytes(range(256)) * 20, "损坏", "an OLE file of nothing"),
    Hostile("broken.docx", lambda: docx(document=f"{HEAD}<w:document><w:body>"), "损坏", "XML that does not end"),
    Hostile("macro.docm", lambda: plan_docx(more={"word/vbaProject.bin": b"x"}), "宏", "a document with macros"),
    Hostile("macro.xlsm", lambda: plan_xlsx(more={"xl/vbaProject.bin": b"x"}), "宏", "a workbook with macros"),
    Hostile(
        "macro.docx",
        lambda: plan_docx(
            more={
                "[Content_Types].xml": f"<Types>{DOCX_TYPE.replace('openxml', 'ms-word.macroEnabled')}macroEnabled</Types>"
            }
        ),
        "宏",
        "a document that says it may have macros",
    ),
    Hostile(
        "macro.doc", lambda: compound("WordDocument", "Macros", "_VBA_PROJECT"), "宏", "an old document with macros"
    ),
    Hostile(
        "bomb.docx",
        lambda: plan_docx(more={"word/media/a.bin": repeated("0", 3 * 10**8)}),
        "200 MB",
        "300 MB of zeros in a .docx",
    ),
    Hostile(
        "bomb.xlsx",
        lambda: plan_xlsx(more={"xl/a.xml": repeated(" ", 3 * 10**8)}),
        "200 MB",
        "300 MB of blanks in a .xlsx",
    ),
    Hostile("lying.docx", lying_zip, "损坏", "a directory that lies about sizes"),
    Hostile("parts.docx", lambda: plan_docx(more={f"word/{n}.xml": "" for n in range(20_000)}), "庞大", "20,000 parts"),
    Hostile("paragraphs.docx", lambda: docx(document=word_part("<w:p/>", MANY)), "行", "8 million empty paragraphs"),
    Hostile(
        "runs.docx",
        lambda: docx(document=word_part("<w:p><w:r/></w:p>", MANY)),
        "行",
        "8 million paragraphs with a run",
    ),
    Hostile(
        "paragraph.docx",
        lambda: docx(
            document=repeated(
                "<w:r/>", MANY, f'{HEAD}<w:document xmlns:w="{W}"><w:body><w:p>', "</w:p></w:body></w:document>"
            )
        ),
        "庞大|内存",
        "one paragraph of 8 million runs",
    ),
    Hostile(
        "deep.docx", lambda: docx("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000), "庞大", "100,000 elements in each other"
    ),
    Hostile(
        "cells.docx",
        lambda: docx(
            document=repeated(
                "<w:tc/>",
                2_000_000,
                f'{HEAD}<w:document xmlns:w="{W}"><w:body><w:tbl><w:tr>',
                "</w:tr></w:tbl></w:body></w:document>",
            )
        ),
        "庞大",
        "a row of 2 million cells in Word",
    ),
    Hostile("laughs.docx", lambda: with_doctype(laughs(), "&i;"), "实体", "a billion laughs"),
    Hostile("laughs16.docx", lambda: with_doctype(laughs(), "&i;", "utf-16"), "实体", "a billion laughs in UTF-16"),
    Hostile(
        "laughs.xlsx",
        lambda: plan_xlsx(more={"xl/styles.xml": f"<!DOCTYPE a [{laughs()}]><a>&i;</a>"}),
        "实体",
        "a billion laughs in a workbook",
    ),
    Hostile(
        "outside.docx",
        lambda: with_doctype('<!ENTITY a SYSTEM "file:///etc/hostname">', "&a;"),
        "实体",
        "an external entity",
    ),
    Hostile("loops.docx", looping_styles, None, "styles in circles"),
    Hostile(
        "numbers.docx",
        lambda: docx(paragraph("文", number=1) * 50_000, numbering=lists(level(0, "decimal", "%1" * 30_000))),
        "庞大",
        "numbers of 60,000 characters",
    ),
    Hostile("sparse.xlsx", sparse_sheet, None, "a cell at XFD1048576"),
    Hostile("dimension.xlsx", wrong_dimension, None, "a wrong dimension"),
    Hostile(
        "merged.xlsx",
        lambda: xlsx(
            f'<sheetData>{sheet_rows(task_rows(3))}</sheetData><mergeCells><mergeCell ref="F1:XFD1048576"/></mergeCells>'
        ),
        None,
        "a merged range over the whole sheet",
    ),
    Hostile(
        "wide.xlsx",
        lambda: xlsx(f"<sheetData><row>{'<c><v>1</v></c>' * 20_000}</row></sheetData>"),
        "16,384 格",
        "20,000 cells in a row",
    ),
    Hostile("rows.xlsx", lambda: xlsx(sheet_part("<row><c><v>1</v></c></row>", 300_000)), "200,000 行", "300,000 rows"),
    Hostile("hollow.xlsx", lambda: xlsx(sheet_part("<row/>", 5_000_000)), "损坏|庞大", "5 million empty rows"),
    Hostile("strings.xlsx", strings_bomb, "庞大|行", "a long string in a million cells"),
    Hostile("many.pdf", lambda: plan_pdf(10_000), "10,000 页", "a PDF of 10,000 pages"),
    Hostile("scan.pdf", scanned_pdf, "扫描件", "a scanned PDF"),
    Hostile("bare.pdf", lambda: pages([b"q Q"]), "没有文字", "a PDF without text or pictures"),
    Hostile("bomb.pdf", bomb_pdf, ".", "a PDF page that unpacks to 800 MB"),
    Hostile("loop.pdf", looping_pdf, ".", "a PDF whose pages go in circles"),
    Hostile(
        "lines.pdf",
        lambda: pages(
            [
                text_page("1. Plan of 2024")
                + b"".join(b"0 %d m 600 %d l S %d 0 m %d 800 l S\n" % (n, n, n, n) for n in range(4, 800, 1))
            ],
            resources=FONT,
        ),
        None,
        "a PDF page of 1,600 crossing lines",
    ),
    Hostile("units.ofd", nested_units, "庞大", "an OFD whose drawings draw each other many times over"),
    Hostile(
        "bomb.ofd",
        lambda: OfdFile(["<a/>"], more={"Doc_0/a.bin": repeated("0", 3 * 10**8)}).bytes(),
        "200 MB",
        "300 MB of zeros in an OFD",
    ),
    Hostile(
        "steps.ofd",
        lambda: OfdFile([text(30, 40, "一、德育" * 50, deltas="g 999999999 3")]).bytes(),
        None,
        "an OFD that repeats a step a thousand million times",
    ),
    Hostile(
        "laughs.ofd",
        lambda: packed({"OFD.xml": f"<!DOCTYPE a [{laughs()}]><OFD>&i;</OFD>"}),
        "实体",
        "a billion laughs in an OFD",
    ),
    Hostile(
        "loop.mht",
        lambda: (
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n"
            + b"--a\nContent-Type: text/html\n\n<p>x</p>\n" * 50_000
        ),
        None,
        "a web archive of 50,000 parts",
    ),
    Hostile("lines.txt", lambda: b"1\n" * 300_000, "200,000 行", "300,000 lines of text"),
    Hostile("long.txt", lambda: ("文" * 990_000).encode(), None, "one line of 990,000 characters"),
    Hostile("longer.txt", lambda: ("文" * 4_900_000).encode(), "1,000,000 字", "one line of 4.9 million characters"),
    Hostile("brackets.txt", lambda: (PLAN + "（" * 200_000).encode(), None, "200,000 opening brackets"),
    Hostile("markers.txt", lambda: (PLAN + "1、" * 200_000).encode(), None, "a number repeated in one line"),
    Hostile("bytes.txt", lambda: bytes(range(128, 256)) * 2000, "编码", "bytes that are no text"),
)


def main():
    """Write every file into a folder."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for number, hostile in enumerate(HOSTILE):
        content = hostile.make()
        (folder / f"{number:02d}-{hostile.name}").write_bytes(content)
        print(f"{number:02d}-{hostile.name}: {len(content):,} bytes, {hostile.about}")


if __name__ == "__main__":
    main()
