"""Whether an uploaded Word file can serve as a template: what is wrong, a sentence each; none means it was tried and prints."""

import re
import zipfile
from io import BytesIO
from xml.etree.ElementTree import fromstring

from docx import Document
from docx.oxml.ns import qn

from importer.files.ooxml import Package
from importer.files.readers import UnreadableDocument
from papers.fields import fields_of
from papers.shapes import SHAPES

from .fill import fill
from .grammar import TemplateReader
from .places import blocks, roots, strays

MAX_BYTES = 5 * 1024 * 1024
MAX_PROBLEMS = 30
BARRED_PARTS = re.compile(r"(?:^|/)(?:embeddings|activeX|controls)/|\.bin$|(?:alt|af)chunk", re.IGNORECASE)
BARRED_FIELDS = (
    "DDE",
    "DDEAUTO",
    "INCLUDETEXT",
    "INCLUDEPICTURE",
    "LINK",
    "IMPORT",
    "DATABASE",
    "MACROBUTTON",
    "AUTOTEXT",
)
NOT_WORD = "这不是 Word 的 .docx 文件，或者加了密码。请在 Word 或 WPS 中打开，去掉密码，另存为 .docx 再上传。"
NO_FIELD = "文件里没有一个字段。请下载标准模板，在它上面修改。"


def problems_of(content: bytes, kind: str) -> list[str]:
    """Return what keeps a file from being the template of a kind of paper."""
    try:
        found = outside_of(content) or inside_of(content, kind)
    except UnreadableDocument as refused:
        return [f"{refused.message}{refused.hint}".replace("导入", "上传")]
    return found[:MAX_PROBLEMS] if found else trial(content, kind)


def outside_of(content: bytes) -> list[str]:
    """Look at the package: size, form, what it fetches from outside or carries along. Raises UnreadableDocument."""
    if len(content) > MAX_BYTES:
        return [f"模板超过 {MAX_BYTES >> 20} MB，请删去其中的图片再上传。"]
    if not content.startswith(b"PK"):
        return [NOT_WORD]
    package = Package(content)
    package.check_contents()
    if not package.main_part or not package.main_part.startswith("word/"):
        return [NOT_WORD]
    for name in package.parts:
        if name.endswith(".xml") and name.startswith("word/"):
            for _element in package.stream(name, frozenset()):  # counts elements and depth; keeps nothing
                pass
    found = ["文件里嵌有其他文件或控件，请删去再上传。"] if any(map(BARRED_PARTS.search, package.parts)) else []
    return found + [f"文件引用了外部的{what}，打开时会去连接别处，请删去再上传。" for what in fetched(content)]


def fetched(content: bytes) -> set[str]:
    """What the file refers to outside itself, links to click on aside."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        relations = [fromstring(package.read(name)) for name in package.namelist() if name.endswith(".rels")]
    kinds = {
        relation.get("Type", "").rpartition("/")[2]
        for root in relations
        for relation in root
        if relation.get("TargetMode") == "External"
    }
    names = {"image": "图片", "attachedTemplate": "模板"}
    return {names.get(kind, "内容") for kind in kinds - {"hyperlink"}}


def inside_of(content: bytes, kind: str) -> list[str]:
    """Look at what is written in the file."""
    document = Document(BytesIO(content))
    found = [f"{place}里不能放字段，请移到正文、页眉或页脚里。" for place in dict.fromkeys(strays(document))]
    count = 0
    for label, root in roots(document):
        if next(root.iter(qn("w:ins"), qn("w:del"), qn("w:moveFrom"), qn("w:moveTo")), None) is not None:
            found.append(f"{label}里有没接受的修订，请在“审阅”中接受全部修订再上传。")
        found += [f"{label}里有会调用外部内容的域“{name}”，请删去再上传。" for name in barred_fields(root)]
        reader = TemplateReader(fields_of(kind))
        for block in blocks(label, root):
            count += "{{" in block.text
            reader.read(block)
        reader.finish()
        found += reader.problems
    return found or ([] if count else [NO_FIELD])


def barred_fields(root) -> list[str]:
    """The names of Word's own fields that fetch or run something."""
    codes = [element.text or "" for element in root.iter(qn("w:instrText"))]
    codes += [element.get(qn("w:instr"), "") for element in root.iter(qn("w:fldSimple"))]
    words = {code.split()[0].upper() for code in codes if code.split()}
    return sorted(words.intersection(BARRED_FIELDS))


def trial(content: bytes, kind: str) -> list[str]:
    """Print the sample with it: whatever else is wrong shows here."""
    try:
        fill(content, kind, SHAPES[kind].sample, mark="0" * 64)
    except MemoryError:
        raise
    except (
        Exception
    ) as problem:  # docxtpl, Jinja, lxml and python-docx fail in many ways, which mean one thing to the owner
        return [
            f"用样例试排没有成功（{type(problem).__name__}）。循环和条件要各占一段，不要跨出表格；不行就从标准模板重新改起。"
        ]
    return []
