from django.db import migrations


class Migration(migrations.Migration):
    """Made the index of the texts as they were typed; the index of their normal form is made by 0020."""

    dependencies = [('tracking', '0007_feedback')]

    operations = []
