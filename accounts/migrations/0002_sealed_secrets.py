"""Secrets of second factors and hashes of recovery codes are stored sealed (audit/sealing.py); backwards opened again.

What no known key opens is refused backwards.
"""

import audit.sealing
from django.db import migrations, models

SEALED = (("SecondFactor", "secret"), ("RecoveryCode", "digest"))


def rewrite(apps, schema_editor, change):
    """Store each as `change` makes it."""
    for model, name in SEALED:
        rows = apps.get_model("accounts", model).objects.using(schema_editor.connection.alias)
        for pk, value in rows.values_list("pk", name):
            rows.filter(pk=pk).update(**{name: change(value)})


def seal(apps, schema_editor):
    """Seal what is there."""
    rewrite(apps, schema_editor, audit.sealing.seal)


def unseal(apps, schema_editor):
    """Open it again."""

    def opened(value):
        if not (text := audit.sealing.unseal(value)):
            raise ValueError("有动态口令的密钥无法解密，不能退回：请先把旧的加密密钥列入 ENCRYPTION_KEY_FALLBACKS。")
        return text

    rewrite(apps, schema_editor, opened)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_sign_in'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='recoverycode', name='recovery_code_once'),
        migrations.AlterField('secondfactor', 'secret', models.CharField(max_length=255, verbose_name='密钥')),
        migrations.AlterField('recoverycode', 'digest', models.CharField(max_length=255, verbose_name='散列')),
        migrations.RunPython(seal, unseal),
        migrations.AlterField('secondfactor', 'secret', audit.sealing.SealedField(max_length=255, verbose_name='密钥')),
        migrations.AlterField('recoverycode', 'digest', audit.sealing.SealedField(max_length=255, verbose_name='散列')),
    ]
