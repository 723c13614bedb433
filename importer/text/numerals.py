"""Chinese and circled numerals -> whole numbers."""

DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "Ｏ": 0,
    "两": 2,
}
RANGES = ((0x2460, 20, 1), (0x2474, 20, 1), (0x2488, 20, 1), (0x2776, 10, 1), (0x3220, 10, 1), (0x3251, 15, 21))


def number_of(numeral: str) -> int | None:
    """The value of `12`, `十二`, `二〇二三`, `①`, `⑴` or `㈠`; None for anything else."""
    numeral = numeral.strip()
    if numeral.isdecimal():
        return int(numeral)
    if len(numeral) == 1:
        for first, count, value in RANGES:
            if first <= ord(numeral) < first + count:
                return ord(numeral) - first + value
    if numeral and all(character in DIGITS for character in numeral):
        return int("".join(str(DIGITS[character]) for character in numeral))
    return hundreds(numeral)


def hundreds(numeral: str) -> int | None:
    """The value of a numeral written with 十 and 百, up to 999."""
    total = digit = 0
    for character in numeral:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            return None
    return total + digit if numeral else None
