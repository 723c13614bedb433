"""History rows for statements that store many rows at once and would leave none."""


def write_history(rows, *, by, now, reason="", created=False):
    """Write one history row for each of `rows` (all of one model), which bulk statements leave out."""
    if rows:
        type(rows[0]).history.bulk_history_create(
            rows, update=not created, default_user=by, default_date=now, default_change_reason=reason or None
        )
