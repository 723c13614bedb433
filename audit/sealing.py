"""Secrets that must be read again are stored sealed: Fernet (AES-128-CBC with HMAC-SHA256) under keys outside the database.

The key is ENCRYPTION_KEY, else one derived from SECRET_KEY. Former ones open what they sealed as long as they are
listed in ENCRYPTION_KEY_FALLBACKS or SECRET_KEY_FALLBACKS; `manage.py reseal_secrets` seals all of it anew.
"""

import hmac
import logging
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

DERIVED = b"secrets at rest"
LONGEST = 64  # characters of a secret; sealed it takes 184

log = logging.getLogger(__name__)


def sealer() -> MultiFernet:
    """Return what seals with the key in use and opens with every known one."""
    own = [key for key in (settings.ENCRYPTION_KEY, *settings.ENCRYPTION_KEY_FALLBACKS) if key]
    keys = [*own, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(urlsafe_b64encode(hmac.digest(key.encode(), DERIVED, "sha256"))) for key in keys])


def seal(text: str) -> str:
    """Return `text` as it is stored."""
    return sealer().encrypt(text.encode()).decode("ascii")


def unseal(stored: str) -> str:
    """Return what was sealed; "" with a line in the log where no known key opens it. "" is no secret anywhere."""
    if not stored:
        return ""
    try:
        return sealer().decrypt(stored).decode()
    except InvalidToken:
        log.error(
            "加密保存的内容无法解密：加密密钥已更换，而旧的没有列入 ENCRYPTION_KEY_FALLBACKS 或 DJANGO_SECRET_KEY_FALLBACKS。"
        )
        return ""


class Sealed:
    """A text that the database holds sealed. It cannot be searched for: the same text is sealed otherwise each time."""

    def from_db_value(self, value, expression, connection):
        """Open what the database holds."""
        return value if value is None else unseal(value)

    def get_db_prep_save(self, value, connection):
        """Seal what is to be stored; nothing stays nothing."""
        return super().get_db_prep_save(seal(value) if value else value, connection)

    def get_lookup(self, lookup_name):
        """Refuse to be searched for, rather than find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class SealedField(Sealed, models.CharField):
    """A short one."""


class SealedTextField(Sealed, models.TextField):
    """One of any length."""
