"""通知: a person's digests in the application – how many are unread, marking them read."""

from .models import Digest


def unread_count(user) -> int:
    """Return how many of the user's notices are unread: the number beside 通知 in the navigation."""
    return Digest.objects.visible_to(user).filter(read_at__isnull=True).count()


def mark_read(digests, *, now) -> int:
    """Mark those of `digests` (a scoped queryset) that are unread as read; return how many."""
    return digests.filter(read_at__isnull=True).update(read_at=now)
