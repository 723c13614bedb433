"""Signs Word draws that are no characters of the text: those of symbol fonts, and fields that put a ring around a number.

A symbol font shows a tick at the code of a letter: `R` in Wingdings 2 is ☑. Word keeps such a sign as `w:sym` or as text
in that font, from U+F000 on or at the letter itself.
"""

import re

CHECKED, CROSSED, EMPTY = "☑", "☒", "☐"
# Greek letters of the font Symbol, from A to Z and from a to z.
GREEK_CAPITALS = dict(zip("ABGDEZHQIKLMNXOPRSTUFCYW", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True))
GREEK_SMALL = dict(zip("abgdezhqiklmnxoprstufcywj", "αβγδεζηθικλμνξοπρστυφχψωφ", strict=True))
NUMBERED = {0x80 + n: chr(0x245F + n) for n in range(1, 11)} | {0x8B + n: chr(0x2775 + n) for n in range(1, 11)}
NUMBERED_2 = {0x69 + n: chr(0x245F + n) for n in range(1, 11)} | {0x74 + n: chr(0x2775 + n) for n in range(1, 11)}
# font -> code in it -> the character that looks so
FONTS: dict[str, dict[int, str]] = {
    "wingdings": NUMBERED | {
        0x46: "☞", 0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: EMPTY, 0x70: EMPTY, 0x71: EMPTY, 0x72: EMPTY, 0x75: "◆", 0x76: "❖", 0x80: "⓪",
        0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA7: "■", 0xA8: EMPTY, 0xAB: "★", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓",
        0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: CROSSED, 0xFE: CHECKED,
    },
    "wingdings2": NUMBERED_2 | {
        0x4F: "✗", 0x50: "✓", 0x51: CROSSED, 0x52: CHECKED, 0x53: CROSSED, 0x54: CROSSED, 0x55: "⊗", 0x56: "⊗", 0x69: "⓪", 0x97: "●",
        0xA2: "■", 0xA3: EMPTY, 0x2A: EMPTY, 0x30: EMPTY,
    },
    "wingdings3": {0x66: "←", 0x67: "→", 0x68: "↑", 0x69: "↓", 0x70: "▲", 0x71: "▼", 0x74: "◀", 0x75: "▶", 0x7D: "▶"},
    "webdings": {0x61: "✓", 0x63: EMPTY, 0x67: "■", 0x6E: "●", 0x72: CROSSED, 0x34: "▶", 0x35: "▲", 0x36: "▼"},
    "symbol": {ord(letter): sign for letter, sign in (GREEK_CAPITALS | GREEK_SMALL).items()} | {
        0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×",
        0xB7: "●", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xD6: "√", 0xDE: "⇒", 0xE5: "∑",
    },
}  # fmt: skip
# Where the font is not known: what most documents mean by these codes.
ANY = {
    0x6C: "●",
    0x6E: "■",
    0x75: "◆",
    0xA7: "■",
    0xD8: "➢",
    0xFC: "✓",
    0xB7: "●",
    0xB2: "◆",
    0xFE: CHECKED,
    0xA8: EMPTY,
    0x52: CHECKED,
    0xA3: EMPTY,
}
RINGED = {"密": "㊙", "正": "㊣", "秘": "㊙", "〇": "⓪"} | {
    digit: chr(0x3280 + n) for n, digit in enumerate("一二三四五六七八九十")
}
NAME_AROUND = re.compile(r"^[A-Z]{6}\+|[-,]?(?:Regular|MT)$")  # what a PDF puts around a font's name
CIRCLES = "○〇◯Oo"
RING = re.compile(r"(?i)\s*eq\s*\\o\s*(?:\\a[clr]\s*)?\(\s*([^,，;；]*)[,，;；]\s*([^()]*)\)\s*")
FRACTION = re.compile(r"(?i)\s*eq\s*\\f\s*\(\s*([^,，;；()]*)[,，;；]\s*([^()]*)\)\s*")
SYMBOL = re.compile(r"(?i)\s*symbol\s+(\d{1,5}|0x[0-9a-f]{1,4})\b(?:.*?\\f\s*\"?([^\"\\]*)\"?)?.*")
MOVED = re.compile(r"\\s\\(?:up|do|ai|di)-?\d*\s*\(([^()]*)\)")  # raised or lowered inside the ring
SWITCHES = re.compile(r"\\\*\s*\w+\s*$")  # \* MERGEFORMAT
ARGUMENTS = re.compile(r"(?i)^\s*eq|\\[a-z]{1,2}\d*|[()]")


def font_key(font: str | None) -> str:
    """The name of a font as the tables know it; "" for one that is none of theirs."""
    key = NAME_AROUND.sub("", re.sub(r"\s", "", font or "")).lower()
    return key if key in FONTS else ""


def sign_of(code: int, font: str | None) -> str:
    """The character that looks like the sign at a code of a symbol font; ● where it is not known."""
    known = FONTS.get(font_key(font), ANY)
    place = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    if 0x20 < place < 0x100 and (sign := known.get(place)):
        return sign
    if 0xE000 <= code <= 0xF8FF or (font_key(font) and place < 0x100):
        return "●"
    sign = chr(code) if 0x20 < code < 0x110000 and not 0xD800 <= code <= 0xDFFF else " "
    return " " if sign.isspace() else sign


def sign_in_print(character: str, font: str | None) -> str:
    """The sign that a printed private code shows; the code itself where neither font nor code is known."""
    place = ord(character) - 0xF000
    known = FONTS.get(font_key(font), ANY)
    return known.get(place, character)


def in_font(text: str, font: str | None) -> str:
    """A text set in a symbol font as its reader sees it; that of another font with its private codes as signs."""
    key = font_key(font)
    if not key:
        return (
            "".join(sign_of(ord(c), None) if "\uf000" <= c <= "\uf0ff" else c for c in text)
            if re.search("[\uf000-\uf0ff]", text)
            else text
        )
    known = FONTS[key]
    return "".join(sign_of(ord(c), font) if "\uf000" <= c <= "\uf0ff" or ord(c) in known else c for c in text)


def field_shown(instruction: str) -> str:
    """What a field without a result shows: 1 in a ring is ①, a fraction 1/2, a sign of a font; "" for other fields."""
    instruction = MOVED.sub(r"\1", SWITCHES.sub("", instruction).replace("（", "(").replace("）", ")"))
    if match := RING.fullmatch(instruction):
        frame, inner = (part.strip() for part in match.groups())
        if inner in CIRCLES and inner:  # the ring may stand behind what it holds
            frame, inner = inner, frame
        return ringed(inner) if frame in CIRCLES else inner or frame
    if match := FRACTION.fullmatch(instruction):
        return "/".join(part.strip() for part in match.groups())
    if match := SYMBOL.fullmatch(instruction):
        return sign_of(int(match[1], 0), match[2])
    if re.match(r"(?i)\s*eq\b", instruction):
        return re.sub(r"[,，;；]", "", ARGUMENTS.sub("", instruction)).strip()
    return ""


def ringed(inner: str) -> str:
    """A number, letter or character in a ring as one character; in brackets where there is none."""
    if inner.isdecimal() and inner.isascii() and 0 <= int(inner) <= 50:
        number = int(inner)
        return "⓪" if number == 0 else chr((0x245F if number <= 20 else 0x323C if number <= 35 else 0x328D) + number)
    if inner in RINGED:
        return RINGED[inner]
    if len(inner) == 1 and inner.isascii() and inner.isalpha():
        return chr((0x24B6 - 65 if inner.isupper() else 0x24D0 - 97) + ord(inner))
    return f"（{inner}）" if inner else ""
