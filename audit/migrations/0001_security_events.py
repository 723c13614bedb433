"""Security events, and the head of the chain they form."""


from django.db import migrations, models

from audit.append_only import keep, unprotect
from audit.models import KEPT_DAYS

TABLE = 'audit_securityevent'


def forwards(apps, schema_editor):
    apps.get_model('audit', 'ChainHead').objects.using(schema_editor.connection.alias).create(pk=1)
    keep(schema_editor.connection, TABLE, 'mac', KEPT_DAYS)


def backwards(apps, schema_editor):
    unprotect(schema_editor.connection, [TABLE])


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.PositiveBigIntegerField(default=1, verbose_name='第一条的序号')),
                ('before_first', models.CharField(blank=True, max_length=64, verbose_name='第一条之前的校验值')),
                ('last', models.PositiveBigIntegerField(default=0, verbose_name='最后一条的序号')),
                ('last_mac', models.CharField(blank=True, max_length=64, verbose_name='最后一条的校验值')),
                ('key_id', models.CharField(blank=True, max_length=8, verbose_name='密钥标识')),
                ('mac', models.CharField(blank=True, max_length=64, verbose_name='校验值')),
            ],
            options={
                'verbose_name': '审计链',
                'verbose_name_plural': '审计链',
            },
        ),
        migrations.CreateModel(
            name='SecurityEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
                ('kind', models.CharField(choices=[('sign_in', '登录'), ('lock', '登录锁定'), ('sign_out', '退出'), ('password', '修改密码'), ('second_factor', '动态口令'), ('account', '用户管理'), ('role', '任职变更'), ('upload', '上传'), ('import', '导入'), ('export', '导出'), ('download', '下载'), ('sign', '签发'), ('settings', '设置'), ('backup', '备份'), ('purge', '清理审计记录')], max_length=20, verbose_name='类别')),
                ('success', models.BooleanField(verbose_name='成功')),
                ('user_key', models.BigIntegerField(null=True, verbose_name='用户编号')),
                ('username', models.CharField(blank=True, max_length=150, verbose_name='用户名')),
                ('address', models.CharField(blank=True, max_length=45, verbose_name='地址')),
                ('target', models.CharField(blank=True, max_length=255, verbose_name='对象')),
                ('detail', models.CharField(blank=True, max_length=255, verbose_name='说明')),
                ('sequence', models.PositiveBigIntegerField(null=True, unique=True, verbose_name='序号')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='前一条的校验值')),
                ('key_id', models.CharField(blank=True, max_length=8, verbose_name='密钥标识')),
                ('mac', models.CharField(blank=True, max_length=64, verbose_name='校验值')),
            ],
            options={
                'verbose_name': '安全审计记录',
                'verbose_name_plural': '安全审计记录',
                'ordering': ['-pk'],
                'indexes': [models.Index(condition=models.Q(('sequence', None)), fields=['id'], name='event_unsealed')],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
