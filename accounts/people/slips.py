"""First passwords: made at random, printed once on slips of paper, stored as a hash alone, good for one sign-in.

A password of 14 characters out of 54 has 80 bits, so its hash needs no million of rounds: fifty people are made in a
second. Django hashes it anew at its full strength as soon as it is used, and then it must be changed anyway.
"""

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import get_hasher

from accounts.models import UsedPassword

# Without 0 O 1 l I o, which nobody can tell apart on paper.
CAPITALS, SMALL, DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789"
GROUPS, IN_GROUP = 3, 4
ROUNDS = 10_000


@dataclass(frozen=True)
class PasswordSlip:
    """What is printed for one person."""

    name: str
    words: str
    username: str
    password: str


def first_password() -> str:
    """Return such as Kf7m-w2Rt-9xQh: capital and small letters and digits in each, so that it meets every rule."""
    groups = []
    for _ in range(GROUPS):
        signs = [secrets.choice(kind) for kind in (CAPITALS, SMALL, DIGITS)]
        signs += [secrets.choice(CAPITALS + SMALL + DIGITS) for _ in range(IN_GROUP - len(signs))]
        secrets.SystemRandom().shuffle(signs)
        groups.append("".join(signs))
    return "-".join(groups)


def quick_hash(password: str) -> str:
    """Return the hash of a random password; see the module."""
    hasher = get_hasher()
    rounds = {"iterations": ROUNDS} if hasattr(hasher, "iterations") else {}
    return hasher.encode(password, hasher.salt(), **rounds)


def give_passwords(users, *, now) -> dict[int, str]:
    """Store a new first password for each of `users`; return them by id. The only place they are in clear is this answer."""
    passwords = {user.pk: first_password() for user in users}
    for user in users:
        user.password = quick_hash(passwords[user.pk])
    get_user_model().objects.bulk_update(users, ["password"])
    UsedPassword.objects.bulk_create(
        UsedPassword(user=user, encoded=user.password, set_at=now, is_temporary=True) for user in users
    )
    return passwords
