"""Field history as this project keeps it: django-simple-history with the origin of each change, kept for good."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from workplans.history import Origin, current_origin


class Originated(models.Model):
    """What our history rows have besides those of the package."""

    history_origin = models.CharField(
        "来自", max_length=10, choices=Origin, default=current_origin, editable=False, blank=True
    )

    class Meta:
        abstract = True


class History(HistoricalRecords):
    """Field history of one model. Its rows are never changed, so a user named in one cannot be deleted."""

    def __init__(self, *args, **kwargs):
        reason = models.TextField("原因", null=True)
        super().__init__(*args, bases=(Originated,), history_change_reason_field=reason, **kwargs)

    def get_extra_fields(self, model, fields):
        """Keep the user of a row for good: the package would write NULL into the row when the user is deleted."""
        user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
        return super().get_extra_fields(model, fields) | {"history_user": user}
