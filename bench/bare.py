"""One save of a report by hand-written SQL: the rows that a draft leaves behind, and nothing else.

The UPDATE has the version check in its condition; the history row is copied inside the database. Knows nothing of
Django; placeholders are %s.
"""

UPDATE = (
    "UPDATE tracking_report SET progress = %s, difficulties = %s, next_steps = %s, completion_percent = %s, "
    "version = version + 1, saved_by_id = %s, saved_at = %s WHERE id = %s AND version = %s AND status = 'draft'"
)
KEPT = (
    "id, progress, difficulties, next_steps, completion_percent, unchanged, unchanged_reason, status, version, saved_at, "
    "submitted_at, item_id, saved_by_id, period_id, on_behalf, submitted_by_id, is_reopened"
)
HISTORY = (
    f"INSERT INTO tracking_historicalreport ({KEPT}, history_date, history_type, history_user_id, history_origin) "
    f"SELECT {KEPT}, %s, '~', %s, 'form' FROM tracking_report WHERE id = %s"
)


def save(execute, report: int, version: int, texts: tuple, percent: str, user: int, now: str) -> bool:
    """Store both rows through `execute(sql, parameters)`, which returns how many rows it touched; False: a conflict.

    The transaction is the caller's.
    """
    if execute(UPDATE, (*texts, percent, user, now, report, version)) != 1:
        return False
    return execute(HISTORY, (now, user, report)) == 1
