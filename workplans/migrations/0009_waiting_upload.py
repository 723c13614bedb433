"""Files that wait to be read by a process beside the web server's."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workplans', '0008_item_by_predecessor'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='用途')),
                ('arguments', models.JSONField(default=dict, verbose_name='参数')),
                ('name', models.CharField(max_length=255, verbose_name='文件名')),
                ('content', models.BinaryField(verbose_name='原文件')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('status', models.CharField(choices=[('waiting', '排队中'), ('running', '正在读取'), ('done', '已读完'), ('failed', '没有读成')], default='waiting', max_length=10, verbose_name='状态')),
                ('ahead_at_first', models.PositiveIntegerField(default=0, verbose_name='排队时前面的份数')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='读过几次')),
                ('asked_at', models.DateTimeField(verbose_name='上传时间')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='开始读取')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='读完时间')),
                ('address', models.CharField(blank=True, max_length=255, verbose_name='结果')),
                ('problem', models.TextField(blank=True, verbose_name='原因')),
                ('hint', models.TextField(blank=True, verbose_name='怎样改正')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waiting_uploads', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '待读文件',
                'verbose_name_plural': '待读文件',
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['waiting', 'running', 'done', 'failed'])), name='waiting_upload_status_known', violation_error_message='状态只能是：排队中、正在读取、已读完、没有读成。'), models.UniqueConstraint(condition=models.Q(('status', 'running')), fields=('user',), name='waiting_upload_one_a_person', violation_error_message='每个人同时只能读取一份文件。')],
            },
        ),
    ]
