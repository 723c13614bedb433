"""The keys under which rows are sealed: AUDIT_KEY, else one derived from SECRET_KEY; former ones stay known."""

import hashlib
import hmac
import json

from django.conf import settings

DERIVED = b"audit chain"


def _derived(secret: str) -> bytes:
    return hmac.digest(secret.encode(), DERIVED, "sha256")


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"key id" + key).hexdigest()[:8]


def known_keys() -> dict[str, bytes]:
    """Return key id → key, the one in use first.

    After a change of AUDIT_KEY or SECRET_KEY the former one is listed in AUDIT_KEY_FALLBACKS or SECRET_KEY_FALLBACKS.
    """
    own = [key.encode() for key in (settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS) if key]
    derived = [_derived(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return {_key_id(key): key for key in own + derived}


def mac_of(key: bytes, contents: list) -> str:
    """Return the check value of a row's contents."""
    text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
