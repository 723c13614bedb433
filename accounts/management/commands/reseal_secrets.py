"""manage.py reseal_secrets: after a change of the key, everything sealed under former ones is sealed under the new one."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import RecoveryCode, SecondFactor


class Command(BaseCommand):
    """Opens and seals again; harmless the second time. What cannot be opened is left as it is and named."""

    help = "更换加密密钥之后，用新的密钥重新加密动态口令的密钥和备用码；完成以后旧密钥可以不再保留。"

    @transaction.atomic
    def handle(self, *args, **options):
        """Reseal, count, name who must begin anew."""
        lost, done = set(), 0
        for model, name in ((SecondFactor, "secret"), (RecoveryCode, "digest")):
            for row in model.objects.select_for_update(of=("self",)):
                if getattr(row, name):
                    row.save(update_fields=[name])
                    done += 1
                else:
                    lost.add(row.user if model is SecondFactor else row.factor.user)
        self.stdout.write(f"已用现在的密钥重新加密 {done} 条。")
        if lost:
            people = "、".join(sorted(user.get_username() for user in lost))
            raise CommandError(
                f"这些人的动态口令无法解密，请把旧密钥列入 ENCRYPTION_KEY_FALLBACKS 再试，或在用户页上停用后重新启用：{people}"
            )
