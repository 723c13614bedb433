"""Failed sign-ins, passwords used, second factors."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def remember(apps, schema_editor):
    """The password each user has now is the first one remembered; its age counts from today."""
    alias = schema_editor.connection.alias
    used = apps.get_model('accounts', 'UsedPassword').objects.using(alias)
    users = apps.get_model(*settings.AUTH_USER_MODEL.split('.')).objects.using(alias)
    now = timezone.now()
    model = used.model
    used.bulk_create(
        [model(user_id=pk, encoded=encoded, set_at=now) for pk, encoded in users.values_list('pk', 'password')]
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.CharField(max_length=64, verbose_name='密钥')),
                ('last_step', models.BigIntegerField(default=0, verbose_name='最后用过的时间片')),
                ('confirmed_at', models.DateTimeField(verbose_name='启用时间')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL, verbose_name='用户')),
            ],
            options={
                'verbose_name': '动态口令',
                'verbose_name_plural': '动态口令',
            },
        ),
        migrations.CreateModel(
            name='SignInAttempts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('username', models.CharField(max_length=150, verbose_name='用户名')),
                ('address', models.CharField(blank=True, max_length=45, verbose_name='地址')),
                ('failures', models.PositiveSmallIntegerField(default=0, verbose_name='失败次数')),
                ('last_at', models.DateTimeField(db_index=True, verbose_name='最近一次')),
                ('locked_until', models.DateTimeField(null=True, verbose_name='锁定到')),
            ],
            options={
                'verbose_name': '登录失败',
                'verbose_name_plural': '登录失败',
                'constraints': [models.UniqueConstraint(fields=('username', 'address'), name='attempts_once')],
            },
        ),
        migrations.CreateModel(
            name='UsedPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('encoded', models.CharField(max_length=128, verbose_name='密码散列')),
                ('set_at', models.DateTimeField(verbose_name='设置时间')),
                ('is_temporary', models.BooleanField(default=False, verbose_name='由管理员设置')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='used_passwords', to=settings.AUTH_USER_MODEL, verbose_name='用户')),
            ],
            options={
                'verbose_name': '用过的密码',
                'verbose_name_plural': '用过的密码',
                'ordering': ['user', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, verbose_name='散列')),
                ('used_at', models.DateTimeField(null=True, verbose_name='使用时间')),
                ('factor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to='accounts.secondfactor', verbose_name='动态口令')),
            ],
            options={
                'verbose_name': '备用码',
                'verbose_name_plural': '备用码',
                'constraints': [models.UniqueConstraint(fields=('factor', 'digest'), name='recovery_code_once')],
            },
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
