"""What a directory says of somebody, and the ways it can say no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

WRONG = "用户名或密码不对。"  # one sentence for a name nobody has and a password that is not right


class DirectoryDown(Exception):
    """The directory did not answer, or answered nonsense; nothing is known of anybody."""


class DirectoryRefused(Exception):
    """The directory, or a rule of ours about what it said, lets nobody in; the text is the sentence for the user."""


@dataclass(frozen=True)
class DirectoryPerson:
    """Somebody a directory vouches for.

    `issuer` and `subject` say who it is for good; `username` is what a user of ours is found by the first time; `groups`
    is None where the directory does not tell any.
    """

    issuer: str
    subject: str
    username: str
    name: str = ""
    email: str = ""
    groups: frozenset[str] | None = None


@dataclass(frozen=True)
class Answer:
    """A directory's yes: who it is, and what is to be shown when it is asked again (secret, "" for nothing)."""

    person: DirectoryPerson
    keepsake: str = ""


@dataclass(frozen=True)
class Directory:
    """One way of asking: its name on screen, the issuer it vouches as ("" while it is off), how to ask again.

    `ask_again(identity, keepsake)` returns an Answer; raises DirectoryRefused or DirectoryDown. `sign_out(request,
    keepsake)` returns the address where its own session ends, "" where there is none.
    """

    name: str
    issuer: Callable[[], str]
    ask_again: Callable[[object, str], Answer]
    sign_out: Callable[[object, str], str]


def first_text(claims: Mapping, name: str) -> str:
    """Return a claim as text: the first where there are several, "" where there is none."""
    value = claims.get(name) or ""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else ""
    return value.strip() if isinstance(value, str) else ""
