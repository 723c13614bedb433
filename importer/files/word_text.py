"""The words of a Word paragraph as a reader of the printed page sees them."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from .ooxml import attributes, short
from .word_numbers import SYMBOLS, value_of
from .word_styles import Styles, child_of, is_hidden

SKIPPED = frozenset(
    (
        "w:pPr", "w:rPr", "w:sectPr", "w:sdtPr", "w:sdtEndPr", "w:tblPr", "w:tcPr", "w:trPr", "w:instrText", "w:delText",
        "w:delInstrText", "w:rt", "w:rubyPr", "w:fldData", "w:ffData", "mc:Fallback", "w:annotationRef", "w:comment",
    )
)  # fmt: skip
DELETED = ("w:del", "w:moveFrom")
BREAKS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}
# Inside w:t a line feed is white space; the other line ends break the line as they would on the page.
PLAIN = str.maketrans({"\n": " ", "\r": " ", "\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n"})


@dataclass
class Words:
    """The text of a paragraph, the text boxes anchored in it, and how many characters were left out."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    deleted: int = 0
    hidden: int = 0

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


def walk(element: Element, words: Words, styles: Styles, hidden: bool) -> None:
    """Add what one element of a paragraph shows."""
    tag = short(element.tag)
    if tag in ("w:t", "m:t"):
        words.parts.append((element.text or "").translate(PLAIN))
    elif tag in BREAKS:
        words.parts.append(BREAKS[tag])
    elif tag == "w:sym":
        code = attributes(element).get("w:char", "")
        words.parts.append(symbol(code))
    elif tag in DELETED:
        words.deleted += letters_in(element)
    elif tag == "w:r" and hides(element, styles, hidden):
        words.hidden += letters_in(element)
    elif tag == "w:txbxContent":
        words.boxes.append(element)
    elif tag == "mc:AlternateContent" and (chosen := alternative(element)) is not None:
        for child in chosen:
            walk(child, words, styles, hidden)
    elif tag not in SKIPPED:
        for child in element:
            walk(child, words, styles, hidden)


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


def symbol(code: str) -> str:
    """A sign given by its code point in a symbol font."""
    try:
        sign = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    if sign.isspace() or "\ud800" <= sign <= "\udfff":
        return " "
    return SYMBOLS.get(sign, "●" if "\ue000" <= sign <= "\uf8ff" else sign)
