"""The words of a Word paragraph as a reader of the printed page sees them."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from .ooxml import attributes, short
from .word_numbers import value_of
from .word_signs import CHECKED, EMPTY, field_shown, in_font, sign_of
from .word_styles import NO, Styles, child_of, is_hidden

SKIPPED = frozenset(
    (
        "w:pPr", "w:rPr", "w:sectPr", "w:sdtPr", "w:sdtEndPr", "w:tblPr", "w:tcPr", "w:trPr", "w:delText",
        "w:delInstrText", "w:rt", "w:rubyPr", "w:fldData", "w:ffData", "mc:Fallback", "w:annotationRef", "w:comment",
    )
)  # fmt: skip
DELETED = ("w:del", "w:moveFrom")
BREAKS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
# Inside w:t a line feed is white space; the other line ends break the line as they would on the page.
PLAIN = str.maketrans({"\n": " ", "\r": " ", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n"})


@dataclass
class WordField:
    """A field while it is read: its instruction, and whether it came with a result, which is then what it shows."""

    instruction: str = ""
    has_result: bool = False


@dataclass
class Words:
    """The text of a paragraph, the text boxes anchored in it, and how many characters were left out."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    deleted: int = 0
    hidden: int = 0
    notes: list[Element] = field(default_factory=list)  # footnotes that stand in the text itself
    fields: list[WordField] = field(default_factory=list)  # the open ones

    @property
    def text(self) -> str:
        """The text, its soft line breaks as line feeds."""
        return "".join(self.parts)


def words_of(paragraph: Element, properties: Element | None, styles: Styles) -> Words:
    """Read one w:p with these properties."""
    words = Words()
    hidden = styles.hides(value_of(properties, "w:pStyle") or styles.default) if properties is not None else False
    for child in paragraph:
        walk(child, words, styles, hidden)
    return words


def walk(element: Element, words: Words, styles: Styles, hidden: bool, font: str | None = None) -> None:
    """Add what one element of a paragraph shows; `font` is the one its run is set in."""
    tag = short(element.tag)
    if tag in ("w:t", "m:t"):
        words.parts.append(in_font((element.text or "").translate(PLAIN), font))
    elif tag in BREAKS:
        words.parts.append(BREAKS[tag])
    elif tag in SIGNS:
        SIGNS[tag](element, words)
    elif tag in DELETED or is_deletion(element, tag):
        words.deleted += letters_in(element)
    elif tag == "w:r" and hides(element, styles, hidden):
        words.hidden += letters_in(element)
    elif tag == "w:txbxContent":
        words.boxes.append(element)
    elif tag in ("w:footnote", "w:endnote"):
        words.notes.append(element)
    elif tag == "mc:AlternateContent" and (chosen := alternative(element)) is not None:
        for child in chosen:
            walk(child, words, styles, hidden, font)
    elif tag not in SKIPPED and not is_comment(element, tag):
        font = font_of(element) if tag == "w:r" else font
        for child in element:
            walk(child, words, styles, hidden, font)
        if tag == "w:fldSimple" and len(element) == 0:
            words.parts.append(field_shown(attributes(element).get("w:instr", "")))


def font_of(run: Element) -> str | None:
    """The font of a run's Latin characters and signs."""
    fonts = child_of(run, "w:rPr", "w:rFonts")
    return None if fonts is None else attributes(fonts).get("w:ascii", attributes(fonts).get("w:hAnsi"))


def is_deletion(element: Element, tag: str) -> bool:
    """Whether an annotation of Word 2003 marks its text as deleted."""
    return tag == "aml:annotation" and attributes(element).get("w:type", "") == "Word.Deletion"


def is_comment(element: Element, tag: str) -> bool:
    """Whether an annotation of Word 2003 is a comment."""
    return tag == "aml:annotation" and attributes(element).get("w:type", "") == "Word.Comment"


def add_symbol(element: Element, words: Words) -> None:
    """Add a w:sym: a sign given by its code in a font."""
    given = attributes(element)
    try:
        words.parts.append(sign_of(int(given.get("w:char", ""), 16), given.get("w:font")))
    except (ValueError, OverflowError):
        words.parts.append("")


def add_field(element: Element, words: Words) -> None:
    """Begin, part or end a field; one that ends without a result is shown by what it says, a box to tick by its state."""
    kind = attributes(element).get("w:fldCharType")
    if kind == "begin":
        words.fields.append(WordField())
        if (box := child_of(element, "w:ffData", "w:checkBox")) is not None:
            state = value_of(box, "w:checked")
            state = state if state is not None else value_of(box, "w:default")
            words.parts.append(EMPTY if state is None or state in NO else CHECKED)
    elif kind == "separate" and words.fields:
        words.fields[-1].has_result = True
    elif kind == "end" and words.fields:
        ended = words.fields.pop()
        if not ended.has_result:
            words.parts.append(field_shown(ended.instruction))


def add_instruction(element: Element, words: Words) -> None:
    """Take in a stretch of a field's instruction."""
    if words.fields:
        words.fields[-1].instruction += element.text or ""


SIGNS = {"w:sym": add_symbol, "w:fldChar": add_field, "w:instrText": add_instruction}


def hides(run: Element, styles: Styles, hidden: bool) -> bool:
    """Whether a run is hidden: by its own properties, else its style, else its paragraph's."""
    properties = child_of(run, "w:rPr")
    own = is_hidden(properties)
    if own is None and properties is not None:
        own = styles.hides(value_of(properties, "w:rStyle")) or None
    return hidden if own is None else own


def alternative(element: Element) -> Element | None:
    """The form of an mc:AlternateContent to read: the choice, else the fallback."""
    forms = {short(child.tag): child for child in reversed(element)}
    return forms.get("mc:Choice", forms.get("mc:Fallback"))


def letters_in(element: Element) -> int:
    """How many characters an element holds, deleted or not."""
    return sum(len((child.text or "").strip()) for child in element.iter() if short(child.tag) in ("w:t", "w:delText"))
