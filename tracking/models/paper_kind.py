"""The kinds of papers the bureau sends out."""

from django.db import models


class PaperKind(models.TextChoices):
    """What a paper is for."""

    FEEDBACK = "feedback", "反馈"
    BULLETIN = "bulletin", "通报"
    URGING = "urging", "催办单"
    HANDOVER = "handover", "任务交办单"

    @property
    def is_per_office(self) -> bool:
        """Say whether it goes to one office, so that there can be one for each."""
        return self in (PaperKind.URGING, PaperKind.HANDOVER)

    @property
    def needs_leader(self) -> bool:
        """Say whether a leader signs it; a 催办单 is issued by the bureau's own office."""
        return self is not PaperKind.URGING
