import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0005_history'),
        ('workplans', '0003_history'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('query', models.CharField(max_length=500, verbose_name='筛选条件')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to='workplans.plan', verbose_name='工作计划')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL, verbose_name='用户')),
            ],
            options={
                'verbose_name': '我的筛选',
                'verbose_name_plural': '我的筛选',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'plan', 'name'), name='saved_view_name_unique', violation_error_message='您已有同名的筛选。')],
            },
        ),
    ]
