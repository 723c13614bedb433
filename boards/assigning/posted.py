"""What comes back of the table: the offices as chosen, and what a button asks of the rows that were ticked."""

import json
from collections.abc import Callable

from workplans.assigning import Change, Offices

from .table import ORDER, AssigningRow, AssigningTable, in_order

MOST_NAMES, LONGEST_NAME = 60, 60  # offices of one item, characters of a name


def offices_from(text: str) -> Offices | None:
    """Read offices as a page carries them; None for what is none."""
    try:
        pairs = json.loads(text or "")
        offices = [(str(key), str(role)) for key, role in pairs]
    except (ValueError, TypeError, RecursionError):
        return None
    if len(offices) > MOST_NAMES or any(role not in ORDER or not 0 < len(key) <= LONGEST_NAME for key, role in offices):
        return None
    return in_order(offices)


def with_office(offices: Offices, key: str, role: str) -> Offices:
    """Give one more office, or another role to one that is there."""
    return in_order({**dict(offices), key: role}.items())


# What a button asks of a row: (row, offices so far, what was posted) → offices.
DEEDS: dict[str, Callable[[AssigningRow, Offices, dict], Offices]] = {
    "apply": lambda row, offices, posted: with_office(offices, posted["office"], posted["role"]),
    "apply_new": lambda row, offices, posted: with_office(offices, posted["new_office"], posted["role"]),
    "remove": lambda row, offices, posted: tuple(pair for pair in offices if pair[0] != posted["office"]),
    "clear": lambda row, offices, posted: (),
    "last_year": lambda row, offices, posted: (
        row.proposal.offices if row.proposal and row.proposal.is_last_year else offices
    ),
    "proposed": lambda row, offices, posted: row.proposal.offices if row.proposal else offices,
}
OF_AN_OFFICE = ("apply", "remove")
OF_TICKED = (*OF_AN_OFFICE, "apply_new", "clear")
OF_THE_BARE = ("last_year", "proposed")  # where nothing is ticked they speak of every row without an office


def read_table(table: AssigningTable, posted) -> tuple[dict[str, Change], str]:
    """Return the change of each row that was sent, and why nothing can be done ("" where it can).

    The rows wear what was chosen, so that the page can be shown again as it was left.
    """
    deed, _, one = posted.get("do", "").partition(":")
    ticked = {one} if one else set(posted.getlist("tick"))
    values = {name: posted.get(name, "").strip() for name in ("office", "role", "new_office")}
    changes, problem = {}, _problem(table, deed, ticked, values)
    for row in table.rows:
        seen, wanted = (offices_from(posted.get(f"{name}-{row.key}", "")) for name in ("seen", "set"))
        if seen is None or wanted is None:
            continue
        chosen = row.key in ticked or (not ticked and deed in OF_THE_BARE and not wanted)
        if not problem and deed in DEEDS and chosen:
            wanted = DEEDS[deed](row, wanted, values)
        row.wanted = wanted
        changes[row.key] = Change(seen, wanted)
    return changes, problem or _lost(changes, posted)


def _lost(changes, posted) -> str:
    """Say that rows which were changed here are not in the table any more."""
    sent = (name.removeprefix("set-") for name in posted if name.startswith("set-"))
    lost = sum(posted[f"set-{key}"] != posted.get(f"seen-{key}") for key in sent if key not in changes)
    return f"您改过的 {lost} 个事项刚刚在别处被改名、移走或删除，请核对下面的内容后再保存。" if lost else ""


def _problem(table, deed, ticked, values) -> str:
    known = {column.key for column in table.columns}
    if deed in OF_AN_OFFICE and values["office"] not in known:
        return "请先选择科室。"
    if deed == "apply_new" and not 0 < len(values["new_office"]) <= LONGEST_NAME:
        return "请写出新科室的名称。"
    if deed in (*OF_AN_OFFICE, "apply_new") and values["role"] not in ORDER:
        return "请先选择分工。"
    return "请先勾选事项。" if deed in OF_TICKED and not ticked else ""
