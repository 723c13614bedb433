"""Where things stand in a Word template: its paragraphs in order, each with a place a person finds again."""

from collections.abc import Iterator
from dataclasses import dataclass

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml.etree import fromstring, tostring

PARAGRAPH, TEXT, TABLE, ROW, CELL = (qn(f"w:{tag}") for tag in ("p", "t", "tbl", "tr", "tc"))
MARKS = ("{{", "{%", "{#", "}}", "%}", "#}")
QUOTED = 24  # characters of a paragraph quoted in a sentence
# Relationship types of parts whose fields are filled, and what people call them; in others a field is a mistake.
FILLED = {RELATIONSHIP_TYPE.HEADER: "页眉", RELATIONSHIP_TYPE.FOOTER: "页脚"}
UNFILLED = {RELATIONSHIP_TYPE.FOOTNOTES: "脚注", RELATIONSHIP_TYPE.ENDNOTES: "尾注", RELATIONSHIP_TYPE.COMMENTS: "批注"}


@dataclass(frozen=True)
class Block:
    """A paragraph: where it stands, its text, and what holds it (elements, compared by identity)."""

    place: str
    text: str
    paragraph: object
    container: object
    row: object = None
    table: object = None

    @property
    def quoted(self) -> str:
        """The beginning of the text."""
        text = " ".join(self.text.split())
        return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"

    @property
    def row_text(self) -> str:
        """The text of the whole row it stands in."""
        return "".join(element.text or "" for element in self.row.iter(TEXT)).strip()


def roots(document) -> Iterator[tuple[str, object]]:
    """The body and every header and footer with the name people call it."""
    yield "正文", document.element.body
    for relation in document.part.rels.values():
        if relation.reltype in FILLED and not relation.is_external:
            yield FILLED[relation.reltype], relation.target_part.element


def blocks(label: str, root) -> Iterator[Block]:
    """The paragraphs below `root` in order."""
    tables = {table: number for number, table in enumerate(_outer_tables(root), start=1)}
    count = 0
    for paragraph in root.iter(PARAGRAPH):
        text = "".join(element.text or "" for element in paragraph.iter(TEXT) if _owner(element) is paragraph)
        cell, row, table = _holders(paragraph)
        if table is None:
            count += bool(text.strip())
            place = f"{label}第{count}段" if label == "正文" else label
        else:
            outer = next(each for each in paragraph.iterancestors(TABLE) if each in tables)
            column = row.findall(CELL).index(cell) + 1 if cell in row.findall(CELL) else 1
            place = f"{label}第{tables[outer]}个表格第{table.findall(ROW).index(row) + 1 if row in table.findall(ROW) else 1}行第{column}列"
        yield Block(place, text, paragraph, paragraph.getparent(), row, table)


def _outer_tables(root):
    return [table for table in root.iter(TABLE) if next(table.iterancestors(TABLE), None) is None]


def _owner(element):
    return next(element.iterancestors(PARAGRAPH), None)


def _holders(paragraph):
    """The cell, row and table nearest to a paragraph; None outside tables."""
    cell = next(paragraph.iterancestors(CELL), None)
    row = next(cell.iterancestors(ROW), None) if cell is not None else None
    table = next(row.iterancestors(TABLE), None) if row is not None else None
    return (cell, row, table) if table is not None else (None, None, None)


def strays(document) -> Iterator[str]:
    """Places where a field stands but would not be filled, or would be filled unseen: notes, comments, names of pictures."""
    for relation in document.part.rels.values():
        if relation.reltype in UNFILLED and not relation.is_external:
            content = relation.target_part.blob.decode("utf-8", "replace")
            if any(mark in content for mark in MARKS[:3]):
                yield UNFILLED[relation.reltype]
    for label, root in roots(document):
        for element in fromstring(tostring(root)).iter():  # python-docx's own elements call all their text `text`
            if element.tag != TEXT and _is_marked([element.text, *element.attrib.values()]):
                yield f"{label}里图片、形状或域的说明"


def _is_marked(values) -> bool:
    return any(mark in value for value in values if isinstance(value, str) for mark in MARKS[:3])
