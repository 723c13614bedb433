"""History says where a change came from, keeps its user for good, and can only grow: triggers refuse all else."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import workplans.history
from audit.append_only import protect, unprotect

# Table → its primary key.
TABLES = {'workplans_historicalitem': 'history_id', 'workplans_historicalassignment': 'history_id'}


def forwards(apps, schema_editor):
    for table, key in TABLES.items():
        protect(schema_editor.connection, [table], key)


def backwards(apps, schema_editor):
    unprotect(schema_editor.connection, TABLES)


ORIGIN = {
    'blank': True,
    'choices': [('form', '填报页面'), ('admin', '数据管理'), ('import', '导入'), ('command', '后台命令')],
    'editable': False,
    'max_length': 10,
    'verbose_name': '来自',
}


def fields(model_name):
    return [
        # Of rows written before, nobody knows.
        migrations.AddField(
            model_name=model_name,
            name='history_origin',
            field=models.CharField(default='', **ORIGIN),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name=model_name,
            name='history_origin',
            field=models.CharField(default=workplans.history.current_origin, **ORIGIN),
        ),
        migrations.AlterField(
            model_name=model_name,
            name='history_change_reason',
            field=models.TextField(null=True, verbose_name='原因'),
        ),
        migrations.AlterField(
            model_name=model_name,
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]


class Migration(migrations.Migration):

    dependencies = [
        ('workplans', '0002_lifecycle'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *fields('historicalitem'),
        *fields('historicalassignment'),
        migrations.RunPython(forwards, backwards),
    ]
