"""The index of texts is made anew, of their normal form (tracking/search/normal_form.py).

Backwards it is taken away; the version before makes its own at its next `migrate`, and reads every text until then.
"""

from django.db import migrations

from tracking.search import search_index


def install(apps, schema_editor):
    """Make it."""
    search_index.install(schema_editor.connection)


def uninstall(apps, schema_editor):
    """Take it away."""
    search_index.uninstall(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [('tracking', '0019_holiday_notices'), ('workplans', '0010_scans')]

    operations = [migrations.RunPython(install, uninstall)]
