"""通知: a person's digests in the application – those unread, marking them read."""

from tracking.models import Digest


def unread(user):
    """Return the user's unread notices: counted beside 通知 in the navigation."""
    return Digest.objects.visible_to(user).filter(read_at__isnull=True)


def mark_read(digests, *, now) -> int:
    """Mark those of `digests` (a scoped queryset) that are unread as read; return how many."""
    return digests.filter(read_at__isnull=True).update(read_at=now)
