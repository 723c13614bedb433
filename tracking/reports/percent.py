"""Completion rates as people type them."""

import re
import unicodedata
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

PERCENT = re.compile(r"(?P<number>[+-]?\d+(?:\.\d+)?)\s*%?")


def parse_percent(text) -> Decimal | None:
    """Return the completion rate in `text` as 0–100 with at most one decimal; None for blank (未填, not 0).

    Accepts `80`, `80%`, `８０％`, `80.5 %`; raises ValidationError with a Chinese sentence for anything else.
    """
    plain = unicodedata.normalize("NFKC", str(text if text is not None else "")).strip()
    if not plain:
        return None
    match = PERCENT.fullmatch(plain)
    if not match:
        raise ValidationError(f"“{text}”不是百分数。请填 0 到 100 的数字，如 80 或 80%。", code="invalid")
    number = Decimal(match["number"])
    if not 0 <= number <= 100:
        raise ValidationError(f"完成率应在 0 到 100 之间，您填的是 {plain}。", code="out_of_range")
    if number != round(number, 1):
        raise ValidationError(f"完成率最多保留一位小数，您填的是 {plain}。", code="too_precise")
    return round(number, 1)


def share_question(value, is_sheet=False) -> str:
    """Ask whether a share was meant where a rate from 0 to 100 is asked for: 0.8 for 80; "" where there is no doubt.

    In a sheet a bare 1 is in doubt too, for there 100% is stored as 1.
    """
    if value is None or not 0 < value <= 1 or (value == 1 and not is_sheet):
        return ""
    return f"填的是 {percent_text(value)}。如果是 {percent_text(value * 100)}，请改为 {percent_text(value * 100)}。"


def percent_text(value) -> str:
    """Return a rate as shown: `90%`, `83.3%`, or 未填 for None."""
    if value is None:
        return "未填"
    return f"{Decimal(value).quantize(Decimal('0.1')).normalize():f}%"


class PercentField(forms.CharField):
    """A form field for a completion rate; what it cannot read stays in the box with the reason beside it."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 8, "autocomplete": "off"}))
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)

    def prepare_value(self, value):
        """Show a stored rate without its trailing zero."""
        if isinstance(value, Decimal):
            return percent_text(value).removesuffix("%")
        return value

    def to_python(self, value):
        """Return a Decimal or None."""
        return parse_percent(value)

    def has_changed(self, initial, data):
        """Compare rates, not spellings: 80 and 80.0% are the same."""
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True
