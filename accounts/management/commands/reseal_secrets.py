"""manage.py reseal_secrets: after a change of the key, everything sealed under former ones is sealed under the new one."""

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from audit.sealing import Sealed


def sealed_fields():
    """Return (model, names of its sealed fields) of every model that has some."""
    for model in apps.get_models():
        if names := [field.name for field in model._meta.local_fields if isinstance(field, Sealed)]:
            yield model, names


class Command(BaseCommand):
    """Opens and seals again; harmless the second time. What cannot be opened is left as it is and named."""

    help = (
        "更换加密密钥之后，用新的密钥重新加密动态口令的密钥、备用码和消息渠道的地址与密钥；完成以后旧密钥可以不再保留。"
    )

    @transaction.atomic
    def handle(self, *args, **options):
        """Reseal, count, name who must begin anew."""
        lost, done = set(), 0
        for model, names in sealed_fields():
            stored = {f"stored_{name}": Cast(name, TextField()) for name in names}
            for row in model._base_manager.select_for_update(of=("self",)).annotate(**stored):
                opened = [name for name in names if getattr(row, name)]
                row.save(update_fields=opened)
                done += len(opened)
                if any(getattr(row, f"stored_{name}") for name in set(names) - set(opened)):
                    lost.add(row.sealed_for())
        self.stdout.write(f"已用现在的密钥重新加密 {done} 条。")
        if lost:
            raise CommandError(
                "以下内容无法解密，请把旧密钥列入 ENCRYPTION_KEY_FALLBACKS 再试；动态口令也可以在用户页上停用后重新启用，"
                f"消息渠道也可以重新填写：{'、'.join(sorted(lost))}"
            )
