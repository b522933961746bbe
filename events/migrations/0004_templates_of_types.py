import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0003_online_seats_of_online_events'),
    ]

    operations = [
        migrations.AddField(
            model_name='eventtype',
            name='audience',
            field=models.CharField(blank=True, choices=[('public', 'Open to everybody'), ('members', 'For members')], max_length=10, verbose_name='audience'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='capacity',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: without limit.', null=True, verbose_name='seats on site'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='description',
            field=models.TextField(blank=True, verbose_name='description'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='description_en',
            field=models.TextField(blank=True, null=True, verbose_name='description'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='description_fr',
            field=models.TextField(blank=True, null=True, verbose_name='description'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='description_nl',
            field=models.TextField(blank=True, null=True, verbose_name='description'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='mode',
            field=models.CharField(choices=[('onsite', 'On site'), ('online', 'Online'), ('hybrid', 'On site and online')], default='onsite', max_length=10, verbose_name='mode'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='online_capacity',
            field=models.PositiveIntegerField(blank=True, help_text='Empty: without limit.', null=True, verbose_name='seats online'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='proofs_owed',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('attendance_sheet', 'Signed attendance sheet'), ('online_list', 'List or capture of an online meeting'), ('advertising', 'Proof of advertising'), ('agenda', 'Agenda'), ('minutes', 'Minutes'), ('other', 'Other proof')], max_length=20), blank=True, default=list, size=None, verbose_name='proofs owed'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='summary',
            field=models.CharField(blank=True, max_length=240, verbose_name='in one line'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='summary_en',
            field=models.CharField(blank=True, max_length=240, null=True, verbose_name='in one line'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='summary_fr',
            field=models.CharField(blank=True, max_length=240, null=True, verbose_name='in one line'),
        ),
        migrations.AddField(
            model_name='eventtype',
            name='summary_nl',
            field=models.CharField(blank=True, max_length=240, null=True, verbose_name='in one line'),
        ),
    ]
