"""An .ofd file (GB/T 33190) -> numbered lines and tables, as from a PDF; what was set aside is said.

Templates that several pages share are furniture, watermarks and invisible text are left out with a note, seals are said.
A file without text, or whose text is the private codes of its own fonts, is refused with a sentence.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from importer.drafts.drafts import Problem

from .limits import MAX_CHARACTERS, MAX_PAGES, SPLIT, damaged, encrypted, too_complex
from .ofd_objects import Drawing, numbers
from .ofd_package import OfdPackage, child, children, local, words
from .ofd_page import OfdPage, page_of
from .pdf_layout import document_of_pages
from .printed_page import UNMAPPED
from .readers import SourceText, UnreadableDocument, is_ink

A4 = (210.0, 297.0)
AS_PDF = "请在 OFD 阅读器中导出为 PDF 或图片再导入，由程序识别图片上的文字；或向发文单位索取 .docx。"
PRIVATE = 5  # of so many characters one without meaning makes the text useless


def read_ofd(content: bytes) -> SourceText:
    """Read an OFD; raise `UnreadableDocument` where it has no text."""
    package = OfdPackage(content)
    package.check_contents()
    return OfdReader(package).read()


@dataclass
class Body:
    """One document of the file: its pages with their templates, its resources and annotations."""

    name: str
    root: Element
    templates: dict[str, str] = field(default_factory=dict)
    units: dict[str, Element] = field(default_factory=dict)
    annotations: dict[str, list[str]] = field(default_factory=dict)  # page id -> parts


class OfdReader:
    """Goes through the documents of an OFD file page by page."""

    def __init__(self, package: OfdPackage):
        self.package = package
        self.seals = self.attachments = self.missing = self.characters = 0
        self.pages: list[OfdPage] = []
        self.watermarks: list[str] = []  # of annotations
        self.roots: dict[str, Element] = {}  # templates, which many pages share

    def read(self) -> SourceText:
        """Read every page."""
        if self.package.find("", "Encryptions.xml"):
            raise encrypted()
        name = self.package.find("", "OFD.xml")
        for body in list(children(self.package.root(name), "DocBody")) if name else []:
            self.read_body(name or "", body)
        if not self.pages:
            raise damaged("OFD 文件")
        texts = [block.text for page in self.pages for block in page.blocks]
        ink = sum(1 for text in texts for character in text if is_ink(character))
        if ink == 0:
            pictures = any(page.has_pictures for page in self.pages)
            raise UnreadableDocument(
                "OFD 里只有图片，没有文字（可能是扫描件）。" if pictures else "OFD 里没有文字。", AS_PDF
            )
        private = sum(len(UNMAPPED.findall(text)) for text in texts)
        if private * PRIVATE > ink:
            raise UnreadableDocument("OFD 里的文字用的是内嵌字体的私有编码，读出来是乱码。", AS_PDF)
        return document_of_pages([page.blocks for page in self.pages], "ofd", tuple(self.notes(private)))

    def notes(self, private: int) -> Iterator[Problem]:
        """What a person should be told."""
        if self.seals:
            yield Problem(
                None,
                "",
                f"文件已签章（{self.seals} 处），印章上的文字没有读入。",
                "签章是否有效，请在 OFD 阅读器中查验。",
            )
        marks = sorted({text for page in self.pages for text in page.watermarks} | set(self.watermarks))
        if marks:
            shown = "、".join(f"“{text[:20]}”" for text in marks[:3])
            yield Problem(
                None, "", f"水印{shown}{'等' if len(marks) > 3 else ''}没有读入。", "水印不是正文，不用处理。"
            )
        if unseen := sum(page.unseen for page in self.pages):
            yield Problem(None, "", f"文件里有 {unseen} 个看不见的字，没有读入。", "请对照 OFD 阅读器中的页面核对。")
        if private:
            yield Problem(
                None, "", f"有 {private} 个字用的是内嵌字体的私有编码，认不出来。", "请对照 OFD 阅读器中的页面补上。"
            )
        pictures = [str(n) for n, page in enumerate(self.pages, start=1) if page.has_pictures and not page.blocks]
        if pictures:
            yield Problem(None, "", f"第 {'、'.join(pictures[:20])} 页只有图片，没有读入。", AS_PDF)
        if self.attachments:
            yield Problem(
                None,
                "",
                f"文件带有 {self.attachments} 个附件，没有读入。",
                "需要时请在 OFD 阅读器中另存附件，单独导入。",
            )
        if self.missing:
            yield Problem(None, "", f"有 {self.missing} 页的内容在文件里找不到。", "请向发文单位重新索取。")

    # --- documents and pages -----------------------------------------------------------------------------

    def read_body(self, base: str, element: Element) -> None:
        """Read one document of the file."""
        name = self.package.find(base, words(child(element, "DocRoot")))
        if name is None:
            return
        self.seals += self.count(base, words(child(element, "Signatures")), "Signature")
        body = Body(name, self.package.root(name))
        self.attachments += self.count(name, words(child(body.root, "Attachments")), "Attachment")
        common = child(body.root, "CommonData")
        for template in children(common, "TemplatePage"):
            if found := self.package.find(name, template.get("BaseLoc")):
                body.templates[(template.get("ID") or "").strip()] = found
        self.read_units(body, name, children(common, "PublicRes", "DocumentRes"))
        self.read_annotations(body)
        pages = list(children(child(body.root, "Pages"), "Page"))
        if len(self.pages) + len(pages) > MAX_PAGES:
            raise UnreadableDocument(f"OFD 超过 {MAX_PAGES:,} 页的上限。", SPLIT)
        roots = [self.root_of_page(body, page) for page in pages]
        uses: dict[str, int] = {}
        for root in roots:
            for key in templates_in(root):
                uses[key] = uses.get(key, 0) + 1
        size = size_of(child(common, "PageArea")) or A4
        for page, root in zip(pages, roots, strict=True):
            self.read_page(body, page, root, uses, size)

    def count(self, base: str, location: str, what: str) -> int:
        """How many elements of a name the part at a location lists."""
        name = self.package.find(base, location)
        return sum(1 for _ in children(self.package.root(name), what)) if name else 0

    def read_units(self, body: Body, base: str, places: Iterable[Element]) -> None:
        """Keep the drawings that resources define, by their id."""
        for place in places:
            if (name := self.package.find(base, place.text)) is not None:
                for unit in children(child(self.package.root(name), "CompositeGraphicUnits"), "CompositeGraphicUnit"):
                    body.units.setdefault((unit.get("ID") or "").strip(), unit)

    def read_annotations(self, body: Body) -> None:
        """Keep which parts hold the annotations of each page."""
        listed = self.package.find(body.name, words(child(body.root, "Annotations")))
        for page in children(self.package.root(listed), "Page") if listed else ():
            places = [words(inner) for inner in children(page, "FileLoc")]
            found = [name for place in places if (name := self.package.find(listed or "", place))]
            body.annotations.setdefault((page.get("PageID") or "").strip(), []).extend(found)

    def root_of_page(self, body: Body, page: Element) -> Element | None:
        """The XML of a page, None where it is missing."""
        name = self.package.find(body.name, page.get("BaseLoc"))
        if name is None:
            self.missing += 1
            return None
        root = self.package.root(name)
        self.read_units(body, name, children(root, "PageRes"))
        return root

    def read_page(
        self, body: Body, page: Element, root: Element | None, uses: dict[str, int], size: tuple[float, float]
    ) -> None:
        """Read one page: its templates, its own content, its annotations."""
        if root is None:
            self.pages.append(OfdPage())
            return
        drawing = Drawing(*(size_of(child(root, "Area")) or size))
        shared = False
        for key in templates_in(root):
            if (name := body.templates.get(key)) is not None:
                shared = shared or uses[key] > 1
                if name not in self.roots:
                    self.roots[name] = self.package.root(name)
                for layer in children(child(self.roots[name], "Content"), "Layer"):
                    drawing.add(layer, body.units, is_template=True)
        for layer in children(child(root, "Content"), "Layer"):
            drawing.add(layer, body.units)
        for name in body.annotations.get((page.get("ID") or "").strip(), ()):
            self.read_notes_on_page(self.package.root(name), drawing, body)
        self.pages.append(page_of(drawing, len(self.pages), shared, self.pages[-1].blocks if self.pages else ()))
        self.characters += sum(len(block.text) for block in self.pages[-1].blocks)
        if self.characters > MAX_CHARACTERS:
            raise too_complex()

    def read_notes_on_page(self, root: Element, drawing: Drawing, body: Body) -> None:
        """Take in the annotations of a page: watermarks and seals are set aside, other text is read."""
        for annotation in root.iter():
            appearance = child(annotation, "Appearance")
            if (
                local(annotation) != "Annot"
                or appearance is None
                or annotation.get("Visible", "true").lower() == "false"
            ):
                continue
            if annotation.get("Type") in ("Watermark", "Stamp"):
                inner = Drawing(drawing.width, drawing.height)
                inner.add(appearance, body.units)
                text = "".join(glyph.text for glyph in inner.glyphs).strip()
                self.watermarks += [text] if text and annotation.get("Type") == "Watermark" else []
                continue
            left, top, *_ = numbers(appearance.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
            drawing.add(appearance, body.units, (1.0, 0.0, 0.0, 1.0, left, top))


def templates_in(root: Element | None) -> list[str]:
    """The ids of the templates a page uses."""
    return [(template.get("TemplateID") or "").strip() for template in children(root, "Template")]


def size_of(area: Element | None) -> tuple[float, float] | None:
    """Width and height of a page area in millimetres."""
    box = numbers(words(child(area, "PhysicalBox")), 4)
    return (box[2], box[3]) if box and box[2] > 0 and box[3] > 0 else None
