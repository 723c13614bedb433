"""How many sign-ins of a pair are being looked at; with a default of the database's, for the version before."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_sealed_secrets'),
    ]

    operations = [
        migrations.AddField(
            model_name='signinattempts',
            name='under_way',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='正在核对'),
        ),
    ]
