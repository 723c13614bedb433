"""The numbers of `<ol>` lists as a browser shows them: start, value, reversed and the forms of number."""

from dataclasses import dataclass, field

from .word_numbers import DIGITS, roman

CHINESE_STYLES = (
    "cjk-ideographic",
    "simp-chinese-informal",
    "trad-chinese-informal",
    "cjk-decimal",
    "simp-chinese-formal",
)
UNNUMBERED = ("none", "disc", "circle", "square")
MOST = 9999


@dataclass
class OpenList:
    """A list: the number of its next point (None: it has none), the step, the form."""

    tag: str
    next: int | None
    step: int = 1
    form: str = "1"


@dataclass
class ListNumbers:
    """Counts the points of the lists that are open."""

    open: list[OpenList] = field(default_factory=list)

    def begin(self, tag: str, given: dict[str, str]) -> str:
        """Note that an element begins; the number in front of it where it is a point of a numbered list."""
        if tag in ("ul", "menu"):
            self.open.append(OpenList(tag, None))
        elif tag == "ol":
            self.open.append(
                OpenList(tag, whole_number(given.get("start"), 1), -1 if "reversed" in given else 1, form_of(given))
            )
        elif tag == "li" and self.open and (following := self.open[-1].next) is not None:
            points = self.open[-1]
            number = whole_number(given.get("value"), following)
            points.next = number + points.step
            return printed(number, points.form)
        return ""

    def end(self, tag: str) -> None:
        """Note that an element ends."""
        if tag in ("ul", "ol", "menu") and any(points.tag == tag for points in self.open):
            while self.open.pop().tag != tag:
                pass


def whole_number(given: str | None, otherwise: int) -> int:
    """A number of an attribute, `otherwise` where it is none."""
    text = (given or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else otherwise


def form_of(given: dict[str, str]) -> str:
    """The form of a list's numbers: 1, a, A, i, I, 一, or nothing."""
    style = given.get("style", "").lower().replace(" ", "")
    if any(f"list-style-type:{name}" in style or f"list-style:{name}" in style for name in UNNUMBERED):
        return ""
    if any(name in style for name in CHINESE_STYLES):
        return "一"
    kind = given.get("type", "1")
    return kind if kind in ("1", "a", "A", "i", "I") else "1"


def printed(number: int, form: str) -> str:
    """A number in its form, with the sign behind it."""
    if not form:
        return ""
    if form == "一" and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return ("" if not tens else "十" if tens == 1 else DIGITS[tens] + "十") + (DIGITS[ones] if ones else "") + "、"
    if form in "aA" and 0 < number <= 26:
        return chr(ord(form) + number - 1) + ". "
    if form in "iI" and 0 < number < MOST:
        words = roman(number)
        return (words if form == "i" else words.upper()) + ". "
    return f"{number}. "
