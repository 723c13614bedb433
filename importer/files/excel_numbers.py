"""A cell of a workbook as its number format shows it, as Chinese Excel does: rates with their sign, days, Chinese numerals.

Rounding is that of Excel: of the fifteen digits it knows, half up. A number that is too large or too small for its format
(a negative day) stands as it is in the file.
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from fractions import Fraction

from .excel_formats import FormatSection, NumberFormat, Sign

FIRST_DAY_1900, FIRST_DAY_1904 = date(1899, 12, 30), date(1904, 1, 1)
LAST_DAY = 2_958_466  # the first serial number Excel knows no day for: 10000-01-01
PRECISE = Context(prec=60, rounding=ROUND_HALF_UP)
MOST_DIGITS = 40  # of a number written out: more are shown with an exponent
DIGITS = {1: "〇一二三四五六七八九", 2: "零壹贰叁肆伍陆柒捌玖", 3: "０１２３４５６７８９"}
UNITS = {1: ("", "十", "百", "千"), 2: ("", "拾", "佰", "仟")}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
CHINESE_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
CHINESE_WEEKDAYS = "一二三四五六日"


def shown(value: str, number_format: NumberFormat, is_1904: bool) -> str:
    """A number in its format; what is no number stays as it stands."""
    try:
        number = decimal_of(value)
        section, is_unsigned = number_format.section_for(number)
        if section.form == "day":
            return shown_day(number, section, is_1904)
        minus = "-" if number < 0 and not is_unsigned and section.form != "words" else ""
        words = words_of(abs(number), section)
        has_value = any(
            character in words for character in "123456789一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾１２３４５６７８９"
        )
        return (minus if has_value else "") + words
    except (InvalidOperation, OverflowError, ValueError):
        return value


def shown_text(text: str, number_format: NumberFormat) -> str:
    """A text in its format: `"第"@"项"` puts words around it, a format without @ leaves it alone."""
    if number_format.text is None or number_format.text.form != "text":
        return text if number_format.text is None or number_format.text.signs else ""
    return "".join(text if sign.kind == "text" else sign.text for sign in number_format.text.signs)


def decimal_of(value: str) -> Decimal:
    """A number of the file in the fifteen digits Excel works with; whole numbers keep all of theirs."""
    number = Decimal(value.strip())
    if not number.is_finite() or abs(number.adjusted()) > 400:
        raise InvalidOperation
    return number if number == number.to_integral_value() and abs(number) < 10**20 else Decimal(f"{float(value):.15g}")


def words_of(number: Decimal, section: FormatSection) -> str:
    """A number without sign as a section shows it."""
    if section.form in ("words", "text"):
        plain = general(number)
        return "".join(plain if sign.kind == "text" else sign.text for sign in section.signs)
    if section.form == "general":
        plain = numerals_of(general(number), section.numerals)
        return "".join(plain if sign.kind == "general" else sign.text for sign in section.signs)
    if any(sign.kind == "slash" for sign in section.signs):
        return as_fraction(number, section)
    if section.has("exponent"):
        return with_exponent(number, section)
    return "".join(in_digits(scaled(number, section.signs), section.signs, section.numerals))


def general(number: Decimal) -> str:
    """A number as General shows it in a wide cell: others than whole ones in eleven characters; whole ones are never cut."""
    if number == number.to_integral_value():
        return f"{number:.0f}" if number.adjusted() < MOST_DIGITS else f"{number:.5E}"
    if number.adjusted() < -9:
        return f"{float(number):.5E}"
    digits = max(0, 9 - max(number.adjusted(), 0))
    rounded = number.quantize(Decimal(1).scaleb(-digits), context=PRECISE)
    return f"{rounded.normalize():f}"


def scaled(number: Decimal, signs: tuple[Sign, ...]) -> Decimal:
    """A number times a hundred for each %, by a thousand for each comma behind the last digit."""
    kinds = [sign.kind for sign in signs]
    number *= Decimal(100) ** kinds.count("percent")
    last = max(index for index, kind in enumerate(kinds) if kind == "digit")
    # A comma may stand before a point that no digit follows any more as well as at the end: `0,` and `0,.0`.
    first_point = kinds.index("point") if "point" in kinds else len(kinds)
    whole = [index for index, kind in enumerate(kinds) if kind == "digit" and index < first_point]
    ends = {last, *whole[-1:]}
    for end in ends:
        index = end + 1
        while index < len(kinds) and kinds[index] == "comma":
            number = number.scaleb(-3)
            index += 1
    return number


def in_digits(number: Decimal, signs: tuple[Sign, ...], numerals: int) -> list[str]:
    """The signs of a section with the digits of a number in their places."""
    places = [index for index, sign in enumerate(signs) if sign.kind == "digit"]
    point = next((index for index, sign in enumerate(signs) if sign.kind == "point"), len(signs))
    before, after = [p for p in places if p < point], [p for p in places if p > point]
    text = f"{number.quantize(Decimal(1).scaleb(-len(after)), context=PRECISE):f}"
    if len(text) > MOST_DIGITS:
        return [f"{number:.5E}"]
    whole, _, fraction = text.partition(".")
    words = {
        index: sign.text for index, sign in enumerate(signs) if sign.kind in ("literal", "percent", "point", "slash")
    }
    grouped = any(
        sign.kind == "comma" and before and before[0] < index < before[-1] for index, sign in enumerate(signs)
    )
    words |= whole_digits(whole.lstrip("0"), before, signs, grouped)
    words |= fraction_digits(fraction, after, signs)
    if numerals and not grouped:
        table = str.maketrans("0123456789", DIGITS[numerals])
        words = {
            index: word.translate(table) if signs[index].kind == "digit" else word for index, word in words.items()
        }
    return [words[index] for index in sorted(words)]


def whole_digits(digits: str, places: list[int], signs: tuple[Sign, ...], grouped: bool) -> dict[int, str]:
    """The digits before the point by place, from the right; the first place takes all that are left."""
    words: dict[int, str] = {}
    written = 0
    for index in reversed(places):
        rest = digits[: max(0, len(digits) - written)]
        taken = (rest if index == places[0] else rest[-1:]) or {"0": "0", "?": "", "#": ""}[signs[index].text]
        out = ""
        for digit in reversed(taken):
            out = digit + ("," if grouped and written and written % 3 == 0 else "") + out
            written += 1
        words[index] = out
    return words


def fraction_digits(digits: str, places: list[int], signs: tuple[Sign, ...]) -> dict[int, str]:
    """The digits behind the point by place; zeros at the end go where the place is none that must be filled."""
    words = dict(zip(places, digits, strict=True))
    for index in reversed(places):
        if words[index] != "0" or signs[index].text == "0":
            break
        words[index] = ""
    return words


def with_exponent(number: Decimal, section: FormatSection) -> str:
    """A number as `0.00E+00` shows it."""
    cut = next(index for index, sign in enumerate(section.signs) if sign.kind == "exponent")
    mantissa, exponent = section.signs[:cut], section.signs[cut + 1 :]
    point = next((index for index, sign in enumerate(mantissa) if sign.kind == "point"), len(mantissa))
    step = max(1, sum(1 for sign in mantissa[:point] if sign.kind == "digit"))
    decimals = sum(1 for sign in mantissa[point:] if sign.kind == "digit")
    power = number.adjusted() // step * step if number else 0
    part = number.scaleb(-power).quantize(Decimal(1).scaleb(-decimals), context=PRECISE)
    if part >= Decimal(10) ** step:
        power += step
        part = number.scaleb(-power)
    sign = "-" if power < 0 else "+" if section.signs[cut].text == "+" else ""
    digits = str(abs(power)).zfill(sum(1 for item in exponent if item.kind == "digit"))
    return "".join(in_digits(part, mantissa, 0)) + f"E{sign}{digits}"


def as_fraction(number: Decimal, section: FormatSection) -> str:
    """A number as `# ?/?` shows it."""
    slash = next(index for index, sign in enumerate(section.signs) if sign.kind == "slash")
    below = [sign.text for sign in section.signs[slash + 1 :] if sign.kind in ("digit", "literal")]
    fixed = "".join(below).strip()
    runs = "".join("d" if sign.kind == "digit" else " " for sign in section.signs[:slash]).split()
    whole = int(number) if len(runs) > 1 else 0
    rest = Fraction(number) - whole
    if fixed.isdigit() and int(fixed) > 0:
        above, under = int(rest * int(fixed) + Fraction(1, 2)), int(fixed)
    else:
        near = rest.limit_denominator(10 ** min(len(below), 4) - 1)
        above, under = near.numerator, near.denominator
    if above == under and len(runs) > 1:
        whole, above = whole + 1, 0
    if not above and len(runs) > 1:
        return str(whole)
    return f"{whole} {above}/{under}" if whole else f"{above}/{under}"


# --- Chinese numerals ----------------------------------------------------------------------------------------


def numerals_of(digits: str, numerals: int) -> str:
    """The digits of a General number in the numerals of [DBNum1] (一十二) or [DBNum2] (壹拾贰), or full width."""
    if not numerals or "E" in digits:
        return digits
    table = str.maketrans("0123456789", DIGITS[numerals])
    if numerals == 3:
        return digits.translate(table)
    whole, point, fraction = digits.partition(".")
    return in_words(int(whole), numerals) + point + fraction.translate(table)


def in_words(number: int, numerals: int) -> str:
    """A whole number in Chinese words with 万 and 亿; 12 is 一十二, as Excel writes it."""
    digits, units = DIGITS[numerals], UNITS[numerals]
    if number == 0:
        return digits[0]
    if number >= 10**12:
        return str(number).translate(str.maketrans("0123456789", digits))
    words, gap = "", False
    for power, unit in ((8, "亿"), (4, "万"), (0, "")):
        part = number // 10**power % 10_000
        for place in range(3, -1, -1):
            if digit := part // 10**place % 10:
                words += (digits[0] if gap and words else "") + digits[digit] + units[place]
                gap = False
            else:
                gap = True
        words += unit if part else ""
        gap = (gap and part == 0) or (part % 10 == 0 and bool(words))
    return words


def small_number(number: int, width: int, section: FormatSection) -> str:
    """A month, day or hour: in digits of a width, or in Chinese words where the section asks for them."""
    if section.numerals in (1, 2):
        words = in_words(number, section.numerals)
        return words[1:] if words[:2] in ("一十", "壹拾") else words
    text = str(number).zfill(width)
    return text.translate(str.maketrans("0123456789", DIGITS[3])) if section.numerals == 3 else text


# --- days and times ------------------------------------------------------------------------------------------


def shown_day(number: Decimal, section: FormatSection, is_1904: bool) -> str:
    """A serial number as the day or time a section shows."""
    if not 0 <= number < LAST_DAY:
        raise ValueError(number)
    decimals = max(
        (len(s.text.partition(".")[2]) for s in section.signs if s.kind == "day" and s.text.startswith("s")), default=0
    )
    unit = Decimal(1).scaleb(-decimals)
    seconds = (number * 86_400).quantize(unit, context=PRECISE)
    days, rest = int(seconds // 86_400), seconds % 86_400
    moment = Moment(
        day_of(days, is_1904), int(rest // 3600), int(rest // 60 % 60), rest % 60, seconds, section.has("half")
    )
    return "".join(part_shown(sign, moment, section) for sign in section.signs)


def day_of(days: int, is_1904: bool) -> date:
    """The day of a serial number; Excel's 1900 has a 29 February, so that the days before it are one off."""
    if is_1904:
        return FIRST_DAY_1904 + timedelta(days=days)
    return FIRST_DAY_1900 + timedelta(days=days + (1 if days < 60 else 0))


class Moment:
    """A day and a time of it."""

    def __init__(self, day: date, hour: int, minute: int, second: Decimal, since: Decimal, by_halves: bool):
        self.day, self.hour, self.minute, self.second, self.since = day, hour, minute, second, since
        self.clock = (hour % 12 or 12) if by_halves else hour


def part_shown(sign: Sign, moment: Moment, section: FormatSection) -> str:
    """What one sign of a section shows of a moment."""
    letter, width = sign.text[:1], len(sign.text.partition(".")[0])
    if sign.kind == "elapsed":
        unit = {"h": 3600, "m": 60, "n": 60, "s": 1}[letter]
        return str(int(moment.since // unit)).zfill(width)
    if sign.kind == "half":
        before, _, after = sign.text.partition("/")
        return after if moment.hour >= 12 else before
    if sign.kind != "day":
        return {"comma": ",", "point": ".", "slash": "/"}.get(sign.kind, sign.text)
    if letter in "yebg":
        return year_shown(letter, width, moment.day.year, section)
    if letter == "m" and width > 2:
        return month_name(moment.day.month, width, section)
    if letter == "a" or (letter == "d" and width > 2):
        return weekday_name(letter, width, moment.day.weekday(), section)
    if letter == "s" and "." in sign.text:
        return f"{moment.second:0{width + 1 + len(sign.text.partition('.')[2])}f}"
    value = {
        "m": moment.day.month,
        "d": moment.day.day,
        "h": moment.clock,
        "n": moment.minute,
        "s": int(moment.second),
    }[letter]
    return small_number(value, width, section)


def year_shown(letter: str, width: int, year: int, section: FormatSection) -> str:
    """The year in four digits or two; `e` is the year too, `g` an era China does not use, `b` a Buddhist year."""
    if letter == "g":
        return ""
    year += 543 if letter == "b" else 0
    text = f"{year % 100:02d}" if letter in "yb" and width <= 2 else f"{year:04d}"
    return text.translate(str.maketrans("0123456789", DIGITS[section.numerals])) if section.numerals else text


def month_name(month: int, width: int, section: FormatSection) -> str:
    """The name of a month: Mar, March, M; 三月 where the section is Chinese."""
    if section.is_chinese:
        return CHINESE_MONTHS[month - 1] + "月" if width != 3 else f"{month}月"
    return MONTHS[month - 1][: {3: 3, 4: 9}.get(width, 1)]


def weekday_name(letter: str, width: int, weekday: int, section: FormatSection) -> str:
    """The name of a day: `aaa` 六, `aaaa` 星期六, `ddd` Sat, in a Chinese section 周六 and 星期六."""
    if letter == "a":
        return ("星期" if width > 3 else "") + CHINESE_WEEKDAYS[weekday]
    if section.is_chinese:
        return ("星期" if width > 3 else "周") + CHINESE_WEEKDAYS[weekday]
    return WEEKDAYS[weekday][:3] if width == 3 else WEEKDAYS[weekday]
