"""Word's automatic numbers: what `word/numbering.xml` and the styles say, and the words a reader sees before a paragraph.

A paragraph names a list (`numId`) and a level; the list is an instance of an abstract one, which says for each level
its form (`chineseCounting`), its text (`（%1）`), where it starts and what makes it start again. A level that no
paragraph has used yet counts as its start when a text such as `%1.%2` shows it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from .ooxml import Package, attributes, short

LEVELS = 9
LONGEST = 200  # characters of a level's text
DIGITS = "〇一二三四五六七八九"
FORMAL = "零壹贰叁肆伍陆柒捌玖"
FORMAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
# Bullets of symbol fonts, at their private code points, as signs every font has.
SYMBOLS = {
    "\uf06c": "●",
    "\uf06e": "■",
    "\uf075": "◆",
    "\uf0a7": "■",
    "\uf0d8": "➢",
    "\uf0fc": "✓",
    "\uf0b7": "●",
    "\uf0b2": "◆",
    "o": "●",
}


def counting(
    number: int, digits: str = DIGITS, units: tuple[str, ...] = ("", "十", "百", "千"), zero: str = "零"
) -> str:
    """A number in Chinese words: 12 is 十二, 101 is 一百零一."""
    if not 0 < number < 10_000:
        return str(number)
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += (zero if gap and words else "") + digits[digit] + units[place]
            gap = False
        else:
            gap = True
    return words[1:] if words.startswith("一十") else words


def digit_by_digit(number: int, digits: str) -> str:
    """A number in other digits, one by one."""
    return "".join(digits[int(digit)] for digit in str(number))


def enclosed(first: int, count: int, further: tuple[tuple[int, int, int], ...] = ()) -> Callable[[int], str]:
    """The writer of enclosed numbers: `count` of them from code point `first`; plain digits beyond."""

    def write(number: int) -> str:
        for start, value, length in ((first, 1, count), *further):
            if value <= number < value + length:
                return chr(start + number - value)
        return str(number)

    return write


def letters(number: int) -> str:
    """a, b … z, aa, bb … as Word counts."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 780 else str(number)


def roman(number: int) -> str:
    """i, ii, iii, iv …"""
    words = ""
    for value, sign in ROMAN:
        count, number = divmod(number, value)
        words += sign * min(count, 10)
    return words


def cycle(signs: str) -> Callable[[int], str]:
    """The writer of a series of signs; plain digits beyond it."""
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


CIRCLED = enclosed(0x2460, 20, ((0x3251, 21, 15), (0x32B1, 36, 15)))
FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: digit_by_digit(number, "０１２３４５６７８９"),
    "decimalFullWidth2": lambda number: digit_by_digit(number, "０１２３４５６７８９"),
    "decimalEnclosedCircle": CIRCLED,
    "decimalEnclosedCircleChinese": CIRCLED,
    "decimalEnclosedFullstop": enclosed(0x2488, 20),
    "decimalEnclosedParen": enclosed(0x2474, 20),
    "ideographEnclosedCircle": enclosed(0x3220, 10),  # Word draws circles; ㈠ is the form the patterns know
    "numberInDash": lambda number: f"- {number} -",
    "chineseCounting": counting,
    "chineseCountingThousand": counting,
    "japaneseCounting": counting,
    "taiwaneseCounting": counting,
    "taiwaneseCountingThousand": counting,
    "ideographDigital": lambda number: digit_by_digit(number, DIGITS),
    "japaneseDigitalTenThousand": lambda number: digit_by_digit(number, DIGITS),
    "taiwaneseDigital": lambda number: digit_by_digit(number, DIGITS),
    "chineseLegalSimplified": lambda number: counting(number, FORMAL, ("", "拾", "佰", "仟")),
    "ideographLegalTraditional": lambda number: counting(number, FORMAL_TRADITIONAL, ("", "拾", "佰", "仟")),
    "japaneseLegal": lambda number: counting(number, FORMAL_TRADITIONAL, ("", "拾", "佰", "仟")),
    "ideographTraditional": cycle(STEMS),
    "ideographZodiac": cycle(BRANCHES),
    "lowerLetter": letters,
    "upperLetter": lambda number: letters(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "none": lambda number: "",
}
JOINED = {"nothing": "", "space": " ", "tab": " "}  # what stands between number and text; a tab is shown as a space


@dataclass(frozen=True)
class Level:
    """One level of a list."""

    form: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None  # the level (from 1) after which it starts again; 0 never, None any above it
    suffix: str = "tab"
    legal: bool = False  # all numbers in it are shown as digits

    def written(self, number: int) -> str:
        """A number of this level in its form."""
        return FORMS.get(self.form, str)(number)


@dataclass
class AbstractList:
    """An abstract list: its levels, the levels that styles are tied to, the style its levels are taken from."""

    levels: dict[int, Level] = field(default_factory=dict)
    style_levels: dict[str, int] = field(default_factory=dict)
    taken_from: str | None = None


@dataclass
class Instance:
    """A list in the document: its abstract list, levels of its own, numbers it starts at anew."""

    abstract: str
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


def whole_number(text: str | None, default: int) -> int:
    """A whole number of the file, the default where it is none or absurd."""
    try:
        value = int(text or "")
    except ValueError:
        return default
    return value if -1_000_000 <= value <= 1_000_000 else default


def value_of(parent: Element, tag: str) -> str | None:
    """The w:val of a child, "" where the child has none, None where there is no such child."""
    child = next((child for child in parent if short(child.tag) == tag), None)
    return None if child is None else attributes(child).get("w:val", "")


def read_level(element: Element) -> Level:
    """A level as a w:lvl says it."""
    form = value_of(element, "w:numFmt")
    if form is None:  # a form of Word 2010 and later stands beside an older one
        inner = next((child for child in element.iter() if short(child.tag) == "w:numFmt"), None)
        form = attributes(inner).get("w:val", "decimal") if inner is not None else "decimal"
    restart = value_of(element, "w:lvlRestart")
    return Level(
        form=form,
        text=value_of(element, "w:lvlText") or "",
        start=whole_number(value_of(element, "w:start"), 1),
        restart=None if restart is None else whole_number(restart, 0),
        suffix=value_of(element, "w:suff") or "tab",
        legal=value_of(element, "w:isLgl") not in (None, "0", "false"),
    )


class Numbering:
    """The lists of a document, and the counters of those in use."""

    def __init__(self) -> None:
        self.abstracts: dict[str, AbstractList] = {}
        self.instances: dict[str, Instance] = {}
        self.style_lists: dict[str, str] = {}  # a numbering style -> the instance it names
        self.counters: dict[str, dict[int, int]] = {}
        self.started: set[tuple[str, int]] = set()

    @classmethod
    def of(cls, package: Package, main: str) -> "Numbering":
        """The lists that a document's numbering part defines; none where it has no such part."""
        numbering = cls()
        if name := package.related(main, "numbering"):
            for element in package.stream(name, frozenset(("w:abstractNum", "w:num"))):
                numbering.add(element)
        return numbering

    def add(self, element: Element) -> None:
        """Take in one w:abstractNum or w:num."""
        given = attributes(element)
        if short(element.tag) == "w:abstractNum":
            self.abstracts[given.get("w:abstractNumId", "")] = read_abstract(element)
            return
        instance = Instance(value_of(element, "w:abstractNumId") or "")
        for child in element:
            if short(child.tag) == "w:lvlOverride":
                level = whole_number(attributes(child).get("w:ilvl"), 0)
                if (start := value_of(child, "w:startOverride")) is not None:
                    instance.starts[level] = whole_number(start, 1)
                own = next((inner for inner in child if short(inner.tag) == "w:lvl"), None)
                if own is not None:
                    instance.levels[level] = read_level(own)
        self.instances[given.get("w:numId", "")] = instance

    def abstract_of(self, number: str) -> tuple[str, AbstractList] | None:
        """The abstract list of an instance and its name, through a numbering style where it says so."""
        for _ in range(5):
            instance = self.instances.get(number)
            abstract = self.abstracts.get(instance.abstract) if instance else None
            if instance is None or abstract is None:
                return None
            if not abstract.taken_from or abstract.levels:
                return instance.abstract, abstract
            number = self.style_lists.get(abstract.taken_from, "")
        return None

    def level_for_style(self, number: str, style: str) -> int:
        """The level of a list that a paragraph style is tied to; 0 where none is."""
        found = self.abstract_of(number)
        return found[1].style_levels.get(style, 0) if found else 0

    def next(self, number: str, level: int) -> str:
        """Count one paragraph of a list and return what stands before its text; "" for an unknown list."""
        found = self.abstract_of(number)
        if not found or not 0 <= level < LEVELS:
            return ""
        key, abstract = found
        levels = abstract.levels | self.instances[number].levels
        if level not in levels:
            return ""
        counters = self.counters.setdefault(key, {})
        self._count(counters, levels, number, level)
        return self._written(levels, counters, level)

    def _count(self, counters: dict[int, int], levels: dict[int, Level], number: str, level: int) -> None:
        starts = self.instances[number].starts
        if level in starts and (number, level) not in self.started:
            counters[level] = starts[level]
        else:
            counters[level] = counters[level] + 1 if level in counters else levels[level].start
        self.started.add((number, level))
        for lower in [other for other in counters if other > level]:
            restart = levels[lower].restart if lower in levels else None
            if restart is None or (restart and level < restart):
                del counters[lower]

    @staticmethod
    def _written(levels: dict[int, Level], counters: dict[int, int], level: int) -> str:
        own = levels[level]
        joined = JOINED.get(own.suffix, " ")
        if own.form == "bullet":
            return bullet_of(own.text) + (joined or " ")
        text = own.text[:LONGEST]
        for place in range(LEVELS):
            if f"%{place + 1}" in text:
                shown = levels.get(place, Level())
                form = replace(shown, form="decimal") if own.legal else shown
                text = text.replace(f"%{place + 1}", form.written(counters.get(place, shown.start)))
        return text + joined if text.strip() else ""


def bullet_of(text: str) -> str:
    """A bullet as a sign every font has."""
    return SYMBOLS.get(text, "●" if "\ue000" <= text[:1] <= "\uf8ff" else text)


def read_abstract(element: Element) -> AbstractList:
    """An abstract list as a w:abstractNum says it."""
    abstract = AbstractList(taken_from=value_of(element, "w:numStyleLink"))
    for child in element:
        if short(child.tag) == "w:lvl":
            level = whole_number(attributes(child).get("w:ilvl"), 0)
            abstract.levels[level] = read_level(child)
            if style := value_of(child, "w:pStyle"):
                abstract.style_levels[style] = level
    return abstract
