import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0005_series_of_events'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='route',
            field=models.TextField(blank=True, help_text='Of a walk: the way, how far and how hard.', verbose_name='route'),
        ),
        migrations.AddField(
            model_name='event',
            name='route_en',
            field=models.TextField(blank=True, help_text='Of a walk: the way, how far and how hard.', null=True, verbose_name='route'),
        ),
        migrations.AddField(
            model_name='event',
            name='route_fr',
            field=models.TextField(blank=True, help_text='Of a walk: the way, how far and how hard.', null=True, verbose_name='route'),
        ),
        migrations.AddField(
            model_name='event',
            name='route_nl',
            field=models.TextField(blank=True, help_text='Of a walk: the way, how far and how hard.', null=True, verbose_name='route'),
        ),
        migrations.CreateModel(
            name='EventPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(height_field='height', upload_to='pictures/', verbose_name='picture', width_field='width')),
                ('width', models.PositiveIntegerField(editable=False, null=True, verbose_name='width in pixels')),
                ('height', models.PositiveIntegerField(editable=False, null=True, verbose_name='height in pixels')),
                ('renditions', models.JSONField(editable=False, null=True, verbose_name='renditions')),
                ('alternative_text', models.CharField(help_text='What the picture shows, for those who do not see it.', max_length=200, verbose_name='alternative text')),
                ('is_example', models.BooleanField(default=False, verbose_name='example')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('consent', models.CharField(help_text='How the people on the photo agreed to its publication.', max_length=200, verbose_name='consent')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='events.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'photo of an event',
                'verbose_name_plural': 'photos of events',
                'ordering': ['order', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('consent__gt', '')), name='events_photo_has_consent', violation_error_message='A photo is shown with the consent of those on it.')],
            },
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('replay', 'Recording'), ('slides', 'Slides'), ('other', 'Document')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(blank=True, max_length=160, verbose_name='name')),
                ('link', models.URLField(blank=True, verbose_name='link')),
                ('file', models.FileField(blank=True, upload_to='events/%Y/%m/', verbose_name='file')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='events.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'document of an event',
                'verbose_name_plural': 'documents of events',
                'ordering': ['kind', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('file__gt', ''), ('link', '')), models.Q(('file', ''), ('link__gt', '')), _connector='OR'), name='events_material_link_or_file', violation_error_message='Give a link or a file, one of the two.')],
            },
        ),
        migrations.CreateModel(
            name='Speaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guest_name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('about', models.CharField(blank=True, max_length=160, verbose_name='who it is, in a few words')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='speakers', to='events.event', verbose_name='event')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='speaking', to=settings.AUTH_USER_MODEL, verbose_name='member')),
            ],
            options={
                'verbose_name': 'speaker',
                'verbose_name_plural': 'speakers',
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('guest_name', ''), ('user__isnull', False)), models.Q(('guest_name__gt', ''), ('user', None)), _connector='OR'), name='events_speaker_member_or_guest', violation_error_message='A speaker is a member, or a guest with a name.'), models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('event', 'user'), name='events_speaker_once', violation_error_message='This person is among the speakers already.')],
            },
        ),
    ]
