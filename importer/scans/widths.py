"""Brackets, colons and dashes as they were printed: the reader gives most of them half-width, and pairs that do not match.

Which width a sign has is told by what stands around it: beside Chinese it is full-width, between digits and letters it is not.
"""

import re

FULL = dict(zip("():;,!?", "（）：；，！？", strict=True))
PAIRS = {
    "（": "）",
    "(": ")",
    "〔": "〕",
    "[": "]",
    "【": "】",
    "《": "》",
    "〈": "〉",
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
}
CLOSING = {closing: opening for opening, closing in PAIRS.items()}
ROUND = {"(": "（", ")": "）"}
CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff、。〔〕《》“”‘’（）：；，！？…—【】「」『』〇]")
YEAR = re.compile(r"[〔\[（(【]((?:19|20)\d\d)[〕\]）)】](?=\s*第?\s*\d+\s*号)")
PAGE_NUMBER = re.compile(
    r"[-—–一二_~](\s*\d{1,4}\s*)[-—–一二_~]"
)  # alone on a line, its dashes are read as what is like them
NOT_FULL = re.compile(r"\d[:,]\d")  # 8:30 and 1,000


def mended(text: str) -> str:
    """A line's text with its signs as printed; as many characters as before."""
    if number := PAGE_NUMBER.fullmatch(text):
        return f"—{number[1]}—"
    text = years(text)
    signs = list(widened(text))
    match_pairs(signs)
    return "".join(signs)


def years(text: str) -> str:
    """The year of a document's number in the brackets GB/T 9704 asks for, where one of them was read so."""
    return YEAR.sub(lambda m: f"〔{m[1]}〕" if set(m[0]) & set("〔〕[]【】") else m[0], text)


def widened(text: str) -> list[str]:
    """The characters of a text, half-width signs beside Chinese made full-width."""
    half = {n for match in NOT_FULL.finditer(text) for n in range(match.start(), match.end())}
    signs = list(text)
    for _ in range(2):  # a sign beside a sign that has just become full-width
        for n, sign in enumerate(signs):
            if sign in FULL and n not in half and is_beside_chinese(signs, n):
                signs[n] = FULL[sign]
    return signs


def is_beside_chinese(signs: list[str], n: int) -> bool:
    """Whether the next character on either side, blanks passed over, is Chinese."""
    before = next((c for c in reversed(signs[:n]) if not c.isspace()), "")
    after = next((c for c in signs[n + 1 :] if not c.isspace()), "")
    return any(CHINESE.match(c) for c in (before, after) if c)


def match_pairs(signs: list[str]) -> None:
    """Let each bracket close as it was opened: the wider of two round ones, else what opened it."""
    opened: list[int] = []
    for n, sign in enumerate(signs):
        if sign in PAIRS:
            opened.append(n)
        elif sign in CLOSING and opened:
            start = opened.pop()
            if PAIRS[signs[start]] == sign:
                continue
            if {signs[start], sign} <= {"(", "（", ")", "）"}:
                signs[start], signs[n] = "（", "）"
            elif {signs[start], sign} & set(ROUND) or {signs[start], sign} & set("（）"):
                signs[start], signs[n] = (
                    ROUND.get(signs[start], signs[start]),
                    PAIRS.get(ROUND.get(signs[start], signs[start]), sign),
                )
            elif signs[start] in "〔[【" and sign in "〕]】":
                signs[n] = PAIRS[signs[start]]
