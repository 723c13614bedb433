"""Field history in words: what a change was from and to, as people read it."""

from datetime import datetime

from django.utils import formats, timezone
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper, ObjDiffDisplay

NOTHING = "（空）"


class ChineseDiff(ObjDiffDisplay):
    """Says in Chinese how much of a long text is left out."""

    def shortened_str(self, prefix, num_skipped_chars, suffix):
        """Return the text without its middle."""
        return f"{prefix}…（略{num_skipped_chars}字）…{suffix}"


class DeltaHelper(HistoricalRecordContextHelper):
    """Shows labels of choices, local times, 是 and 否, and （空） for what was not filled in."""

    def prepare_delta_change_value(self, change, value):
        """Return one side of a change in words."""
        if value is None or value == "" or (isinstance(value, DeletedObject) and value.pk is None):
            return NOTHING
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, datetime):
            return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
        choices = dict(self.model._meta.get_field(change.field).flatchoices)
        return choices.get(value, super().prepare_delta_change_value(change, value))

    def get_obj_diff_display(self):
        """Return the shortener of long texts."""
        return ChineseDiff(max_length=self.max_displayed_delta_change_chars)
