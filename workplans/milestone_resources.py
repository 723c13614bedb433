"""里程碑 as a workbook: one row each, changed where it has an id, added to the item named where it has none."""

import unicodedata
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from .item_part_resources import ItemPartResource
from .models import Milestone
from .office_resources import parse_position
from .sheet_resources import SheetResource, model_field
from .sheet_text import as_text


def parse_rate(value) -> Decimal | None:
    """Return a rate from 0 to 100, None for a blank cell. Raises ValidationError."""
    text = unicodedata.normalize("NFKC", as_text(value)).strip().removesuffix("%").strip()
    if not text:
        return None
    try:
        rate = Decimal(text)
    except InvalidOperation:
        rate = Decimal(-1)
    if not (rate.is_finite() and 0 <= rate <= 100):
        raise ValidationError(f"“{as_text(value)}”不认识，请写 0 到 100 的数，或留空。", code="invalid")
    return rate.quantize(Decimal("0.1"))


class MilestoneResource(ItemPartResource):
    """里程碑: what each item reaches by when."""

    part = "里程碑"

    position = model_field(Milestone, "position", parse=parse_position)
    expected_percent = model_field(Milestone, "expected_percent", parse=parse_rate)

    class Meta(SheetResource.Meta):
        model = Milestone
        fields = ("id", "plan", "number", "item", "position", "what", "words", "due_on", "expected_percent", "done_on")
