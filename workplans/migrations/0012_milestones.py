"""里程碑 of items, with a history that can only grow."""

import django.db.models.deletion
import simple_history.models
import workplans.history
from django.conf import settings
from django.db import migrations, models

from audit.append_only import protect, unprotect

HISTORY = 'workplans_historicalmilestone'


def forwards(apps, schema_editor):
    protect(schema_editor.connection, [HISTORY])


def backwards(apps, schema_editor):
    unprotect(schema_editor.connection, [HISTORY])


class Migration(migrations.Migration):

    dependencies = [
        ('workplans', '0011_people_and_first_steps'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalMilestone',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_origin', models.CharField(blank=True, choices=[('form', '填报页面'), ('admin', '数据管理'), ('import', '导入'), ('command', '后台命令')], default=workplans.history.current_origin, editable=False, max_length=10, verbose_name='来自')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='顺序')),
                ('what', models.TextField(verbose_name='里程碑')),
                ('words', models.CharField(blank=True, help_text='文件中的说法，如“一季度目标”。', max_length=60, verbose_name='时间原文')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='应完成日期')),
                ('expected_percent', models.DecimalField(blank=True, decimal_places=1, help_text='到这一天应当完成整个事项的百分之几；不填则只提醒日期，不改变应达进度。', max_digits=4, null=True, verbose_name='应达进度（%）')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='完成日期')),
                ('history_change_reason', models.TextField(null=True, verbose_name='原因')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='workplans.item', verbose_name='工作事项')),
            ],
            options={
                'verbose_name': '里程碑历史',
                'verbose_name_plural': '里程碑历史',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='顺序')),
                ('what', models.TextField(verbose_name='里程碑')),
                ('words', models.CharField(blank=True, help_text='文件中的说法，如“一季度目标”。', max_length=60, verbose_name='时间原文')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='应完成日期')),
                ('expected_percent', models.DecimalField(blank=True, decimal_places=1, help_text='到这一天应当完成整个事项的百分之几；不填则只提醒日期，不改变应达进度。', max_digits=4, null=True, verbose_name='应达进度（%）')),
                ('done_on', models.DateField(blank=True, null=True, verbose_name='完成日期')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='workplans.item', verbose_name='工作事项')),
            ],
            options={
                'verbose_name': '里程碑',
                'verbose_name_plural': '里程碑',
                'ordering': ['item_id', 'position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('expected_percent', None), models.Q(('expected_percent__gte', 0), ('expected_percent__lte', 100)), _connector='OR'), name='milestone_expected_in_range', violation_error_message='里程碑的应达进度应在 0 到 100 之间。'), models.CheckConstraint(condition=models.Q(('expected_percent', None), ('due_on__isnull', False), _connector='OR'), name='milestone_expected_by_a_day', violation_error_message='写了应达进度，就要写应完成日期。'), models.CheckConstraint(condition=models.Q(('due_on__isnull', False), models.Q(('words', ''), _negated=True), _connector='OR'), name='milestone_has_a_time', violation_error_message='请填写里程碑的应完成日期。')],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
