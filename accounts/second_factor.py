"""动态口令 (TOTP, RFC 6238): begun, confirmed, asked for, taken away."""

import secrets

import pyotp
import segno
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from .models import RecoveryCode, SecondFactor

ISSUER = "教育工作推进台账"
STEP = 30  # seconds
DRIFT = 1  # steps a phone's clock may be off
CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without what is misread


def new_secret() -> str:
    """Return a secret for somebody who begins."""
    return pyotp.random_base32()


def picture(user, secret) -> str:
    """Return the secret as a QR code: inline SVG with presentation attributes only, as the page's policy asks."""
    address = pyotp.TOTP(secret).provisioning_uri(name=user.get_username(), issuer_name=ISSUER)
    return segno.make(address, error="l").svg_inline(scale=5, dark="#000", light="#fff", border=3)


@transaction.atomic
def confirm(user, secret, code, now) -> list[str] | None:
    """Switch the second factor on if the code fits; return the recovery codes, shown only now. None if it does not."""
    step = _fitting_step(secret, code, now, after=0)
    if step is None:
        return None
    SecondFactor.objects.filter(user=user).delete()
    factor = SecondFactor.objects.create(user=user, secret=secret, last_step=step, confirmed_at=now)
    codes = [_new_code() for _ in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(factor=factor, digest=_digest(code)) for code in codes)
    return codes


def accepts(user, code, now) -> bool:
    """Say whether the code is right. Each is right once: a statement that only one can win takes it."""
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is None:
        return False
    step = _fitting_step(factor.secret, code, now, after=factor.last_step)
    if step is not None:
        unused = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
        return unused.update(last_step=step) == 1
    return _spends_recovery_code(factor, _plain(code), now)


def _spends_recovery_code(factor, code, now) -> bool:
    """Use one of the ten up; what is sealed is compared here, the database could not."""
    digests = {_digest(code, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}
    for spare in RecoveryCode.objects.filter(factor=factor, used_at=None):
        if spare.digest in digests:
            return RecoveryCode.objects.filter(pk=spare.pk, used_at=None).update(used_at=now) == 1
    return False


def remove(user) -> bool:
    """Switch the second factor off; say whether there was one."""
    return SecondFactor.objects.filter(user=user).delete()[0] > 0


def codes_left(user) -> int:
    """Count the recovery codes not used yet."""
    return RecoveryCode.objects.filter(factor__user=user, used_at=None).count()


def _plain(code) -> str:
    return "".join(code.lower().split()).replace("-", "")


def _fitting_step(secret, code, now, after):
    if not secret:  # sealed under a key nobody has any more
        return None
    typed, current = _plain(code), int(now.timestamp()) // STEP
    generator = pyotp.TOTP(secret)
    for step in range(current - DRIFT, current + DRIFT + 1):
        if step > after and secrets.compare_digest(generator.at(step * STEP).encode(), typed.encode()):
            return step
    return None


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


def _digest(code, key=None) -> str:
    return salted_hmac("recovery code", code, secret=key, algorithm="sha256").hexdigest()
