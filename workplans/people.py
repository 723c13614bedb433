"""What a person is called: 姓名 is one field (Django's first_name), printed as it was entered."""

import re

HAN = re.compile(r"[\u3400-\u9fff·〇]+\Z")


def full_name(first: str, last: str) -> str:
    """Return the name kept in Django's two fields: the one field of ours, and the surname in front of what has both.

    Only what another program wrote has a last name; its Chinese names are put together as they are said.
    """
    first, last = first.strip(), last.strip()
    if not (first and last):
        return first or last
    if HAN.match(first) and HAN.match(last):
        return first if first.startswith(last) and len(first) > 2 else last + first
    return f"{first} {last}"


def name_of(user) -> str:
    """Return the person's name, the user name where none was entered, "" for nobody."""
    if user is None or not hasattr(user, "first_name"):
        return ""
    return full_name(user.first_name, user.last_name) or user.get_username()


def one_name(text: str) -> str:
    """Return a name as typed in one field: no spaces inside a Chinese name, single ones inside another."""
    together = re.sub(r"\s+", "", text)
    return together if HAN.match(together) else " ".join(text.split())
