from django.db import migrations

from tracking.search import search_index


def install(apps, schema_editor):
    search_index.install(schema_editor.connection)


def uninstall(apps, schema_editor):
    search_index.uninstall(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [('tracking', '0007_feedback')]

    operations = [migrations.RunPython(install, uninstall)]
