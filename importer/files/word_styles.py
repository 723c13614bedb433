"""What Word's styles say that changes the text: numbering, hidden text, entries of a table of contents."""

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from .ooxml import Package, attributes, short
from .word_numbers import Numbering, value_of, whole_number

CONTENTS = re.compile(r"(?i)(?:toc|目录)\s?\d")
NO = ("0", "false", "off", "none")


@dataclass(frozen=True)
class Style:
    """One style's own say; None where it says nothing."""

    name: str = ""
    based_on: str | None = None
    number: str | None = None  # numId
    level: int | None = None
    hidden: bool | None = None


def child_of(element: Element | None, *tags: str) -> Element | None:
    """The descendant reached by one child tag after the other, None where one is missing."""
    for tag in tags:
        if element is None:
            return None
        for child in element:
            if short(child.tag) == tag:
                element = child
                break
        else:
            return None
    return element


def is_hidden(run_properties: Element | None) -> bool | None:
    """Whether run properties hide the text (w:vanish); None where they say nothing."""
    if run_properties is None:
        return None
    value = value_of(run_properties, "w:vanish")
    return None if value is None else value not in NO


def number_in(properties: Element | None) -> tuple[str | None, int | None]:
    """List and level that paragraph properties name, each None where they name none."""
    numbered = child_of(properties, "w:numPr")
    if numbered is None:
        return None, None
    level = value_of(numbered, "w:ilvl")
    return value_of(numbered, "w:numId"), None if level is None else whole_number(level, 0)


class Styles:
    """The styles of a document by their id."""

    def __init__(self) -> None:
        self.styles: dict[str, Style] = {}
        self.default: str | None = None  # the style of paragraphs that name none

    @classmethod
    def of(cls, package: Package, main: str, numbering: Numbering) -> "Styles":
        """The styles a document's styles part defines; its numbering styles are made known to `numbering`."""
        styles = cls()
        if name := package.related(main, "styles"):
            for element in package.stream(name, frozenset(("w:style",))):
                styles.add(element, numbering)
        return styles

    def add(self, element: Element, numbering: Numbering) -> None:
        """Take in one w:style."""
        given = attributes(element)
        key = given.get("w:styleId", "")
        number, level = number_in(child_of(element, "w:pPr"))
        self.styles[key] = Style(
            value_of(element, "w:name") or "",
            value_of(element, "w:basedOn"),
            number,
            level,
            is_hidden(child_of(element, "w:rPr")),
        )
        if given.get("w:type") == "numbering" and number:
            numbering.style_lists[key] = number
        if given.get("w:type") == "paragraph" and given.get("w:default", "0") not in NO:
            self.default = key

    def chain(self, key: str | None) -> list[tuple[str, Style]]:
        """A style and those it is based on, nearest first."""
        found: list[tuple[str, Style]] = []
        while key in self.styles and len(found) < 20:
            found.append((key, self.styles[key]))
            key = self.styles[key].based_on
        return found

    def number_of(self, key: str | None, numbering: Numbering) -> tuple[str | None, int]:
        """The list and level a paragraph style gives, (None, 0) where it gives none."""
        level = None
        for name, style in self.chain(key):
            level = style.level if level is None else level
            if style.number is not None:
                tied = numbering.level_for_style(style.number, name)
                return style.number, tied or level or 0
        return None, 0

    def hides(self, key: str | None) -> bool:
        """Whether a style hides its text."""
        return next((style.hidden for _, style in self.chain(key) if style.hidden is not None), False)

    def is_contents(self, key: str | None) -> bool:
        """Whether a paragraph style is that of a table of contents."""
        return any(CONTENTS.fullmatch(style.name.strip()) for _, style in self.chain(key))
