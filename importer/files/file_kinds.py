"""Which form a file has, told by its content and not by its name, and the reader for each form.

A form is a row of `READERS`; what is known and not read is a row of `REFUSED`. Adding a form is adding a row.
"""

import re
from collections.abc import Callable
from pathlib import PurePath

from importer.scans.pictures import is_picture, pictures_in
from importer.scans.recognition import is_installed, not_installed
from importer.scans.scanned import PagesToRead

from .libreoffice import BECOMES, SAVE_AS_DOCX, SAVE_AS_XLSX, convert
from .limits import MAX_BYTES, MAX_CHARACTERS, MAX_LINES, damaged, encrypted, too_large, too_long, too_many_lines
from .ooxml import Package, macros
from .read_docx import read_docx, read_word_2003
from .read_html import read_html
from .read_mhtml import read_mhtml
from .read_spreadsheet_xml import read_spreadsheet_xml
from .read_workbook import read_workbook
from .readers import SourceText, UnreadableDocument, is_ink, read_document
from .text_tables import with_text_tables
from .xml_files import root_of, unflattened

KNOWN = "可以导入的格式：.docx、.pdf、.ofd、.xlsx、.txt、网页；.doc、.wps、.rtf、.odt 请先另存为 .docx。"
# What the page offers to choose; every other file is told by its content all the same.
ACCEPTED = (
    ".docx", ".doc", ".wps", ".pdf", ".ofd", ".xlsx", ".xls", ".et", ".txt", ".csv", ".md", ".html", ".htm", ".mht", ".mhtml", ".xml",
    ".rtf", ".odt", ".ods", ".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp",
)  # fmt: skip
TEXT_NAMES = (".txt", ".text", ".md", "", ".csv", ".tsv", ".tab", ".prn", ".asc")
PAGE_NAMES = (".htm", ".html", ".xhtml", ".mht", ".mhtml", ".xml")
OFFICE_NAMES = (
    ".docx",
    ".docm",
    ".xlsx",
    ".xlsm",
    ".doc",
    ".wps",
    ".xls",
    ".et",
    ".rtf",
    ".odt",
    ".ods",
    ".pdf",
    ".ofd",
)
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
HTML_START = re.compile(
    rb"(?is)\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype\s+html|(?:html|head|body|meta|title|style|script|table|div|center|font|p|ol|ul|h[1-6]|pre)(?=[\s>/]))"
)
ARCHIVE_START = re.compile(
    rb"(?is)\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,12}?content-type:\s*(?:multipart/related|text/html)"
)
PDF_START = re.compile(rb"(?s).{0,1024}?%PDF-\d")

ASK_ANOTHER = "请用它的阅读器打开后另存为 PDF，或向发文单位索取 .docx、PDF 或 OFD 文件。"
# What a file is by its first bytes, where it cannot be read: (first bytes, what it is, what to do).
REFUSED = (
    (b"GIF8", "动图（.gif）", "请把页面存成 .jpg、.png 或 .tif 再导入。"),
    (b"Rar!", "压缩包", "请先解压，再导入里面的文件。"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包", "请先解压，再导入里面的文件。"),
    (b"\x1f\x8b", "压缩包", "请先解压，再导入里面的文件。"),
    (b"MZ", "程序", "请确认选对了文件。"),
    (b"\x7fELF", "程序", "请确认选对了文件。"),
    (b"Founder CEB", "方正 CEB 版式文件（.ceb）", ASK_ANOTHER),
    (b"SEP", "书生 SEP 版式文件（.sep）", ASK_ANOTHER),
)
# What an XML file is by its first element: the form it is read as, or else (what it is, what to do).
XML_FORMS = {
    "pkg:package": "flat", "w:wordDocument": "word2003", "ss:Workbook": "excel2003", "html:html": "html", "html": "html",
    "office:document": "fodt",
}  # fmt: skip
XML_REFUSED = {"UOF": ("标文通（UOF）文档", SAVE_AS_DOCX)}


def form_of(name: str, content: bytes) -> str:
    """The form of a file, a key of `READERS` or of what LibreOffice turns into one; raise where it has none."""
    if content.startswith(ZIP):
        return form_of_package(content)
    if content.startswith(OLE):
        return form_of_compound(content)
    if PDF_START.match(content[:1100]):
        return "pdf"
    if content.startswith(b"{\\rtf"):
        return "rtf"
    if (form := form_of_markup(content.removeprefix(BYTE_ORDER_MARK))) is not None:
        return form
    if is_picture(content):
        return "picture"
    for start, what, hint in REFUSED:
        if content.startswith(start) and (len(start) > 3 or not start.isalpha() or b"\x00" in content[:64]):
            raise UnreadableDocument(f"这是{what}，不是文档。", hint)
    suffix = PurePath(name).suffix.lower()
    if suffix in OFFICE_NAMES and not is_text(content):
        raise damaged()
    if suffix not in (*TEXT_NAMES, *OFFICE_NAMES, *PAGE_NAMES):
        raise UnreadableDocument(f"暂不支持这种格式的文件（{suffix}）。", KNOWN)
    return "text"


def form_of_markup(content: bytes) -> str | None:
    """The form of a web page, web archive or XML file, None for what is none of them; an XML of data is refused."""
    start = content[:4096]
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16: its letters stand in every second byte
        start = content[:8192].replace(b"\x00", b"")[2:]
    if ARCHIVE_START.match(start):
        return "mht"
    root = root_of(content) if start.lstrip().startswith(b"<") else None
    if root in XML_FORMS:
        return "fods" if root == "office:document" and b"opendocument.spreadsheet" in start else XML_FORMS[root]
    if HTML_START.match(start):
        return "html"
    if root is None or not start.lstrip().startswith(b"<?xml"):
        return None
    what, hint = XML_REFUSED.get(root.rpartition("}")[2].rpartition(":")[2], ("XML 数据文件，不是文档", KNOWN))
    raise UnreadableDocument(f"这是{what}。", hint)


def form_of_package(content: bytes) -> str:
    """The form of a zip file, by the parts it holds."""
    parts = Package(content).parts
    names = {name.lower() for name in parts}
    if "word/document.xml" in names or any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        if "xl/workbook.bin" in names:
            raise UnreadableDocument("这是二进制工作簿（.xlsb），不能直接读取。", SAVE_AS_XLSX)
        return "xlsx"
    if "content.xml" in names and "mimetype" in names:
        return form_of_open_document(content)
    if "ofd.xml" in names:
        return "ofd"
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableDocument(
            "这是演示文稿（.pptx），不是工作计划。", "请确认选对了文件，或把文字复制到 Word 文档中再导入。"
        )
    if "[content_types].xml" in names:
        raise damaged()
    raise UnreadableDocument("这是压缩包，不是文档。", "请先解压，再导入里面的文件。")


def form_of_open_document(content: bytes) -> str:
    """The form of an OpenDocument file, by the kind it declares in its first bytes; programs and passwords are refused."""
    package = Package(content)
    package.check_contents()
    if any(name.startswith(("Basic/", "Scripts/")) for name in package.parts):
        raise macros()
    manifest = "META-INF/manifest.xml"
    if package.has(manifest) and b"encryption-data" in package.zip.read(package.parts[manifest]):
        raise encrypted()
    return "ods" if b"opendocument.spreadsheet" in content[:200] else "odt"


def form_of_compound(content: bytes) -> str:
    """The form of an OLE file, by the names of its streams."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if has("EncryptedPackage") or has("EncryptionInfo"):
        raise encrypted()
    if has("_VBA_PROJECT_CUR") or has("_VBA_PROJECT") or has("Macros"):
        raise macros()
    if has("WordDocument"):
        return "doc"
    if has("Workbook") or has("Book"):
        return "xls"
    if has("PowerPoint Document"):
        raise UnreadableDocument("这是演示文稿，不是工作计划。", "请确认选对了文件，或把文字复制到 Word 文档中再导入。")
    raise damaged()


def is_text(content: bytes) -> bool:
    """Whether bytes are plain text whatever the file is called."""
    try:
        return bool(read_document("a.txt", content).text)
    except UnreadableDocument:
        return False


def read_plain_text(content: bytes) -> SourceText:
    """Read plain text of any known encoding, and the tables pasted into it."""
    return with_text_tables(read_document("a.txt", content))


def read_pdf(content: bytes) -> SourceText:
    """Read a PDF; PDFium is loaded only for one."""
    from .read_pdf import read_pdf as read

    return read(content)


def read_ofd(content: bytes) -> SourceText:
    """Read an OFD; what reads pages is loaded only for one."""
    from .read_ofd import read_ofd as read

    return read(content)


def read_flat(content: bytes) -> SourceText:
    """Read an Office document written as one XML file."""
    packed = unflattened(content)
    return READERS[form_of_package(packed)](packed)


def read_picture(content: bytes) -> SourceText:
    """Pass a picture of pages on to be read page by page; say so where the server cannot."""
    if not is_installed():
        raise not_installed("这是图片")
    raise PagesToRead((True,) * pictures_in(content))


Convert = Callable[[bytes, str], tuple[str, bytes]]
READERS: dict[str, Callable[[bytes], SourceText]] = {
    "text": read_plain_text,
    "html": read_html,
    "mht": read_mhtml,
    "docx": lambda content: read_docx(content, open_embedded),
    "flat": read_flat,
    "word2003": read_word_2003,
    "xlsx": read_workbook,
    "excel2003": read_spreadsheet_xml,
    "pdf": read_pdf,
    "ofd": read_ofd,
    "picture": read_picture,
}


def not_converted(content: bytes, form: str) -> tuple[str, bytes]:
    """Refuse an older form inside a document: LibreOffice runs apart from here."""
    raise UnreadableDocument(f"它是 .{form} 格式。", "")


def open_embedded(name: str, content: bytes) -> SourceText:
    """Read a document that stands inside another."""
    return open_document_file(name, content, convert=not_converted)


def open_document_file(name: str, content: bytes, convert: Convert = convert) -> SourceText:
    """Read a file of any form; raise `UnreadableDocument` where it gives no text or costs too much.

    `convert` turns an older form into one that is read here: LibreOffice, unless the caller has its own way.
    """
    if len(content) > MAX_BYTES:
        raise too_large()
    if not content.strip(b"\x00 \t\r\n"):
        raise UnreadableDocument("文件是空的。", "请确认选对了文件。")
    form = form_of(name, content)
    if form in BECOMES:
        form, content = convert(content, form)
    source = READERS[form](content)
    if len(source.lines) > MAX_LINES:
        raise too_many_lines()
    if len(source.text) > MAX_CHARACTERS:
        raise too_long(len(source.text))
    if not any(is_ink(character) for character in source.text):
        raise UnreadableDocument("文件里没有文字。", "请确认选对了文件。")
    return source.folded()
