"""OFD files made by hand (GB/T 33190), as producers write them: places are millimetres from the upper left, y is the line."""

from dataclasses import dataclass, field
from itertools import accumulate
from xml.sax.saxutils import escape, quoteattr

from tests.packages import packed

SPACE = "http://www.ofdspec.org/2016"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def text(x, y, words, size=5.6, *, deltas=None, down=None, ctm="", more="", alpha=None):
    """A text object at a place; `deltas` are the steps between its characters."""
    steps = f' DeltaX="{deltas}"' if deltas else ""
    steps += f' DeltaY="{down}"' if down else ""
    turned = f' CTM="{ctm}"' if ctm else ""
    colour = f'<ofd:FillColor Value="0 0 0" Alpha="{alpha}"/>' if alpha is not None else ""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y - size} {len(words) * size:.3f} {size * 1.3:.3f}" Font="1" Size="{size}"{turned} {more}>{colour}'
        f'<ofd:TextCode X="0" Y="{size}"{steps}>{escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


def one_by_one(x, y, words, size=5.6):
    """A text of which each character is an object of its own."""
    places = accumulate((size * width(character) for character in words), initial=x)
    return "".join(text(place, y, character, size) for place, character in zip(places, words, strict=False))


def width(character):
    """How wide a character is in parts of its size."""
    return 0.5 if character.isascii() else 1


def line(x0, y0, x1, y1, *, more=""):
    """A drawn line."""
    left, top = min(x0, x1), min(y0, y1)
    path = f"M {x0 - left} {y0 - top} L {x1 - left} {y1 - top}"
    return f'<ofd:PathObject ID="2" Boundary="{left} {top} {abs(x1 - x0) + 0.1} {abs(y1 - y0) + 0.1}" {more}><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>'


def grid(xs, ys):
    """The lines of a table."""
    return "".join([line(xs[0], y, xs[-1], y) for y in ys] + [line(x, ys[0], x, ys[-1]) for x in xs])


def cells(xs, ys, rows, *, size=3.7):
    """The texts of a table's cells, a cell's lines one below the other."""
    return "".join(
        text(xs[c] + 1.5, ys[r] + 5 + 5 * n, words, size)
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
        for n, words in enumerate(cell.split("\n"))
        if words
    )


@dataclass
class OfdFile:
    """An OFD: the objects of each page and template as XML, which template the pages use, what else the file holds."""

    pages: list
    template: str = ""
    on_pages: tuple = ()  # the numbers of the pages that use it; all where empty
    annotations: dict = field(default_factory=dict)  # page number -> XML of its annotations
    units: str = ""  # XML of CompositeGraphicUnits
    is_signed: bool = False
    attachments: int = 0
    size: tuple = (210, 297)
    namespace: str = SPACE
    prefix: str = "ofd:"
    root: str = "Doc_0"  # how DocRoot and BaseLoc are written: relative, absolute, in another case
    absolute: bool = False
    wrong_case: bool = False
    more: dict = field(default_factory=dict)
    encoding: str = "utf-8"

    def bytes(self):
        """The file."""
        parts = {name: self.written(xml) for name, xml in self.parts().items()}
        return packed(parts | self.more)

    def written(self, xml):
        """A part's bytes with this file's namespace, prefix and encoding."""
        xml = xml.replace("ofd:", self.prefix) if self.prefix != "ofd:" else xml
        declared = (
            f" xmlns{':' + self.prefix[:-1] if self.prefix else ''}={quoteattr(self.namespace)}"
            if self.namespace
            else ""
        )
        xml = xml.replace(" NAMESPACE", declared, 1)
        return f'<?xml version="1.0" encoding="{self.encoding}"?>{xml}'.encode(self.encoding)

    def place(self, name):
        """How a part is named inside another."""
        name = f"/{self.root}/{name}" if self.absolute else name
        return name.upper() if self.wrong_case else name

    def parts(self):
        """The parts of the file as XML."""
        signatures = "<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>" if self.is_signed else ""
        box = f"<ofd:PhysicalBox>0 0 {self.size[0]} {self.size[1]}</ofd:PhysicalBox>"
        listed = "".join(
            f'<ofd:Page ID="{10 + n}" BaseLoc="{self.place(f"Pages/Page_{n}/Content.xml")}"/>'
            for n in range(len(self.pages))
        )
        template = (
            f'<ofd:TemplatePage ID="5" BaseLoc="{self.place("Tpls/Tpl_0/Content.xml")}"/>' if self.template else ""
        )
        resources = f"<ofd:DocumentRes>{self.place('DocumentRes.xml')}</ofd:DocumentRes>" if self.units else ""
        notes = f"<ofd:Annotations>{self.place('Annots/Annotations.xml')}</ofd:Annotations>" if self.annotations else ""
        attached = (
            f"<ofd:Attachments>{self.place('Attachs/Attachments.xml')}</ofd:Attachments>" if self.attachments else ""
        )
        parts = {
            "OFD.xml": f'<ofd:OFD NAMESPACE Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>{"/" if self.absolute else ""}{self.root}/Document.xml</ofd:DocRoot>{signatures}</ofd:DocBody></ofd:OFD>',
            "Doc_0/Document.xml": f"<ofd:Document NAMESPACE><ofd:CommonData><ofd:PageArea>{box}</ofd:PageArea>{resources}{template}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>{notes}{attached}</ofd:Document>",
        }
        for number, content in enumerate(self.pages):
            used = (
                '<ofd:Template TemplateID="5"/>'
                if self.template and (not self.on_pages or number in self.on_pages)
                else ""
            )
            parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
                f"<ofd:Page NAMESPACE>{used}<ofd:Content><ofd:Layer ID='1'>{content}</ofd:Layer></ofd:Content></ofd:Page>"
            )
        if self.template:
            parts["Doc_0/Tpls/Tpl_0/Content.xml"] = (
                f"<ofd:Page NAMESPACE><ofd:Content><ofd:Layer>{self.template}</ofd:Layer></ofd:Content></ofd:Page>"
            )
        if self.units:
            parts["Doc_0/DocumentRes.xml"] = (
                f"<ofd:Res NAMESPACE><ofd:CompositeGraphicUnits>{self.units}</ofd:CompositeGraphicUnits></ofd:Res>"
            )
        if self.annotations:
            pages = "".join(
                f'<ofd:Page PageID="{10 + n}"><ofd:FileLoc>Page_{n}/Annotation.xml</ofd:FileLoc></ofd:Page>'
                for n in self.annotations
            )
            parts["Doc_0/Annots/Annotations.xml"] = f"<ofd:Annotations NAMESPACE>{pages}</ofd:Annotations>"
            for number, xml in self.annotations.items():
                parts[f"Doc_0/Annots/Page_{number}/Annotation.xml"] = f"<ofd:PageAnnot NAMESPACE>{xml}</ofd:PageAnnot>"
        if self.is_signed:
            parts["Doc_0/Signs/Signatures.xml"] = (
                '<ofd:Signatures NAMESPACE><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>'
            )
        if self.attachments:
            parts["Doc_0/Attachs/Attachments.xml"] = (
                "<ofd:Attachments NAMESPACE>" + "<ofd:Attachment/>" * self.attachments + "</ofd:Attachments>"
            )
        return parts


def annotation(kind, content, *, boundary="0 0 210 297"):
    """An annotation of a kind."""
    return (
        f'<ofd:Annot ID="9" Type="{kind}"><ofd:Appearance Boundary="{boundary}">{content}</ofd:Appearance></ofd:Annot>'
    )


def printed(paragraphs, *, wide=28, long=22, size=5.6, step=10.2, write=text, left=28, top=45, number=True):
    """Paragraphs as a bureau prints them: broken after so many characters, indented, so many lines a page, the page's number below."""
    lines = []
    for paragraph in paragraphs:
        rest, first = paragraph, True
        while rest:
            room = wide - 2 if first else wide
            cut = sum(1 for used in accumulate(map(width, rest)) if used <= room)
            while cut < len(rest) and rest[cut] in "，。、；：！？）》”":
                cut += 1  # a sign that may not begin a line hangs behind it
            lines.append((left + (2 * size if first else 0), rest[:cut]))
            rest, first = rest[cut:], False
    pages = []
    for start in range(0, len(lines), long):
        content = "".join(
            write(x, top + step * n, words, size) for n, (x, words) in enumerate(lines[start : start + long])
        )
        pages.append(content + (text(100, 285, f"— {len(pages) + 1} —", 4.9) if number else ""))
    return pages
