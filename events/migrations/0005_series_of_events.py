import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0004_templates_of_types'),
        ('spaces', '0007_spaces_in_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='room_wanted',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='spaces.resource', verbose_name='room that was taken'),
        ),
        migrations.AddField(
            model_name='event',
            name='series_day',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='day of the series'),
        ),
        migrations.CreateModel(
            name='EventSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pattern', models.CharField(choices=[('weekly', 'Every week'), ('fortnightly', 'Every two weeks'), ('monthly', 'Every month, on the same weekday'), ('workdays', 'Monday to Friday')], max_length=12, verbose_name='how often')),
                ('first_day', models.DateField(verbose_name='first day')),
                ('until', models.DateField(verbose_name='last day')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='made at')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
            ],
            options={
                'verbose_name': 'series of events',
                'verbose_name_plural': 'series of events',
                'ordering': ['-first_day', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='event',
            name='series',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='events.eventseries', verbose_name='series'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('series', None), ('series_day', None)), models.Q(('series__isnull', False), ('series_day__isnull', False)), _connector='OR'), name='events_event_day_of_its_series', violation_error_message='An event of a series stands for one of its days.'),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('series', 'series_day'), name='events_event_once_a_day_of_its_series', violation_error_message='The series has this day already.'),
        ),
        migrations.AddConstraint(
            model_name='eventseries',
            constraint=models.CheckConstraint(condition=models.Q(('until__gte', models.F('first_day'))), name='events_series_days_in_order', violation_error_message='The last day does not come before the first.'),
        ),
    ]
