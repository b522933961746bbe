import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_speakers_and_what_remains'),
        ('spaces', '0007_spaces_in_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TopicProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('title', models.CharField(max_length=160, verbose_name='topic')),
                ('summary', models.CharField(max_length=240, verbose_name='in one line')),
                ('language', models.CharField(choices=[('fr', 'Français'), ('nl', 'Nederlands'), ('en', 'English')], max_length=2, verbose_name='language spoken')),
                ('state', models.CharField(choices=[('proposed', 'To be decided'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='proposed', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='proposed at')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='topic', to='events.event', verbose_name='event')),
                ('space', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_proposals', to='spaces.space', verbose_name='space')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topic_proposals', to=settings.AUTH_USER_MODEL, verbose_name='member')),
            ],
            options={
                'verbose_name': 'topic proposal',
                'verbose_name_plural': 'topic proposals',
                'ordering': ['day', 'proposed_at', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'accepted')), fields=('space', 'day'), name='events_topic_one_accepted_a_day', violation_error_message='Another topic is accepted for this day.'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('space', 'day', 'user'), name='events_topic_one_wish_a_day', violation_error_message='You have proposed a topic for this day already.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), ('reason__gt', ''), _connector='OR'), name='events_topic_declined_with_reason', violation_error_message='A topic is declined with a reason.')],
            },
        ),
    ]
