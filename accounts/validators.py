"""Rules for passwords beyond Django's own."""

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils import timezone

from .models import UsedPassword

CLASSES_IN_WORDS = "大写字母、小写字母、数字、符号"


class ThreeOfFourClasses:
    """Capital letters, small letters, digits, other signs: three of them."""

    def validate(self, password, user=None):
        """Raise ValidationError where there are fewer."""
        kinds = {
            "大写" if c.isupper() else "小写" if c.islower() else "数字" if c.isdigit() else "符号" for c in password
        }
        if len(kinds) < 3:
            raise ValidationError(f"密码要包含{CLASSES_IN_WORDS}四类中的至少三类。", code="password_too_plain")

    def get_help_text(self):
        """Say the rule."""
        return f"密码要包含{CLASSES_IN_WORDS}四类中的至少三类。"


class NotUsedBefore:
    """None of the last `remembered` passwords again; Django tells of every new one through `password_changed`."""

    def __init__(self, remembered=5):
        self.remembered = remembered

    def validate(self, password, user=None):
        """Raise ValidationError for one of the last."""
        if user is None or user.pk is None:
            return
        former = UsedPassword.objects.filter(user=user).order_by("-pk")[: self.remembered]
        hashes = {user.password, *former.values_list("encoded", flat=True)}
        if any(check_password(password, encoded) for encoded in hashes):
            raise ValidationError(f"不能使用最近 {self.remembered} 次用过的密码。", code="password_used_before")

    def password_changed(self, password, user=None):
        """Remember the hash of the new one, forget those no longer needed."""
        UsedPassword.objects.create(user=user, encoded=user.password, set_at=timezone.now())
        kept = UsedPassword.objects.filter(user=user).order_by("-pk")[: self.remembered].values_list("pk", flat=True)
        UsedPassword.objects.filter(user=user, pk__lt=min(kept)).delete()

    def get_help_text(self):
        """Say the rule."""
        return f"不能使用最近 {self.remembered} 次用过的密码。"
