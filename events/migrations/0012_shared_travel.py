import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0011_surveys_and_outcomes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('there', 'To the event'), ('back', 'Back from the event'), ('both', 'There and back')], max_length=5, verbose_name='way')),
                ('town', models.CharField(blank=True, max_length=80, verbose_name='town')),
                ('meeting_point', models.CharField(blank=True, max_length=200, verbose_name='meeting point')),
                ('leaves_at', models.TimeField(blank=True, null=True, verbose_name='leaves at')),
                ('to_confirm', models.BooleanField(default=False, help_text='The event moved: the driver says the time again.', verbose_name='time to be confirmed')),
                ('seats', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(8)], verbose_name='seats')),
                ('seats_taken', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='passengers')),
                ('kilometres', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='kilometres, one way')),
                ('from_side', models.CharField(choices=[('BE', 'Belgium'), ('FR', 'France')], max_length=2, verbose_name='from')),
                ('to_side', models.CharField(blank=True, choices=[('BE', 'Belgium'), ('FR', 'France')], max_length=2, verbose_name='to')),
                ('offered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='offered at')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rides', to='events.event', verbose_name='event')),
                ('registration', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='ride', to='events.registration', verbose_name='driver')),
            ],
            options={
                'verbose_name': 'shared ride',
                'verbose_name_plural': 'shared rides',
                'ordering': ['event', 'offered_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RideSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_driver', models.BooleanField(default=False, verbose_name='proposed by the driver')),
                ('there', models.BooleanField(verbose_name='way there')),
                ('back', models.BooleanField(verbose_name='way back')),
                ('state', models.CharField(choices=[('asked', 'Asked for'), ('accepted', 'Accepted'), ('declined', 'Declined')], default='asked', max_length=8, verbose_name='state')),
                ('message', models.CharField(blank=True, max_length=300, verbose_name='message')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked at')),
                ('registration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ride_seats', to='events.registration', verbose_name='passenger')),
                ('ride', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='events.ride', verbose_name='shared ride')),
            ],
            options={
                'verbose_name': 'seat in a car',
                'verbose_name_plural': 'seats in a car',
                'ordering': ['asked_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RideWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('there', 'To the event'), ('back', 'Back from the event'), ('both', 'There and back')], max_length=5, verbose_name='way')),
                ('town', models.CharField(max_length=80, verbose_name='town')),
                ('side', models.CharField(choices=[('BE', 'Belgium'), ('FR', 'France')], max_length=2, verbose_name='from')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked at')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ride_wishes', to='events.event', verbose_name='event')),
                ('registration', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ride_wish', to='events.registration', verbose_name='registration')),
            ],
            options={
                'verbose_name': 'wish for a ride',
                'verbose_name_plural': 'wishes for a ride',
                'ordering': ['event', 'asked_at', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='ride',
            constraint=models.CheckConstraint(condition=models.Q(('seats__gte', 1), ('seats__lte', 8)), name='events_ride_seats_of_a_car', violation_error_message='A car has one to eight seats to offer.'),
        ),
        migrations.AddConstraint(
            model_name='ride',
            constraint=models.CheckConstraint(condition=models.Q(('seats_taken__lte', models.F('seats'))), name='events_ride_within_seats', violation_error_message='There are more passengers than seats.'),
        ),
        migrations.AddConstraint(
            model_name='ride',
            constraint=models.CheckConstraint(condition=models.Q(('kilometres__gte', 1), ('kilometres__lte', 500)), name='events_ride_kilometres_of_a_day', violation_error_message='The way is between 1 and 500 kilometres long.'),
        ),
        migrations.AddConstraint(
            model_name='ride',
            constraint=models.CheckConstraint(condition=models.Q(('registration', None), models.Q(('leaves_at__isnull', False), models.Q(('town', ''), _negated=True)), _connector='OR'), name='events_ride_says_whence_and_when', violation_error_message='An offer says from where and when.'),
        ),
        migrations.AddConstraint(
            model_name='rideseat',
            constraint=models.UniqueConstraint(fields=('ride', 'registration'), name='events_rideseat_once_a_car', violation_error_message='This person was asked already.'),
        ),
        migrations.AddConstraint(
            model_name='rideseat',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'accepted'), ('there', True)), fields=('registration',), name='events_rideseat_one_there', violation_error_message='This person has a seat for this way already.'),
        ),
        migrations.AddConstraint(
            model_name='rideseat',
            constraint=models.UniqueConstraint(condition=models.Q(('back', True), ('state', 'accepted')), fields=('registration',), name='events_rideseat_one_back', violation_error_message='This person has a seat for this way already.'),
        ),
    ]
