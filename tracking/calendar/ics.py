"""Entries as an .ics file (RFC 5545): whole days, reminders at nine the day before.

Whole days are plain dates, which every program shows on that day whatever its clock; reminders are moments, in UTC.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Alarm, Calendar, Event

from .entries import CalendarEntry

NAME = "教育工作推进台账"
REMINDED = time(9)
ASKED_AGAIN = timedelta(hours=6)


def as_ics(entries: Iterable[CalendarEntry], stamp: datetime, address: Callable[[str], str]) -> bytes:
    """Return the file: the same for the same entries, so that programs need not fetch it again.

    `stamp` is a moment in UTC that stands on each entry; `address` makes a path the address of a page.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{NAME}//日历//ZH")
    calendar.add("x-wr-calname", NAME)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", ASKED_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for entry in entries:
        calendar.add_component(_event(entry, stamp, address))
    return calendar.to_ical()


def _event(entry, stamp, address) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@taizhang")
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", _printable(entry.title))
    event.add("description", _printable(entry.text))
    event.add("url", address(entry.path))
    event.add("transp", "TRANSPARENT")
    if not entry.is_done:
        event.add_component(_alarm(entry))
    return event


def _alarm(entry) -> Alarm:
    before = datetime.combine(entry.day - timedelta(days=1), REMINDED, ZoneInfo(settings.TIME_ZONE))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _printable(entry.title))
    alarm.add("trigger", before.astimezone(UTC), parameters={"VALUE": "DATE-TIME"})
    return alarm


def _printable(text) -> str:
    """Return `text` without the control characters a calendar may not hold."""
    return "".join(c for c in text if c == "\n" or c.isprintable())
