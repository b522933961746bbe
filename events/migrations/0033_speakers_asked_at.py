"""Note when each speaker was asked: the invitation tells it, where its mail is still on record.

Of any other it is not known: they count as asked by the time of the event, or today where that is to come.
"""

import django.utils.timezone
from django.db import migrations, models
from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import Coalesce, Concat, Least
from django.utils import timezone


def note_when(apps, schema_editor):
    key = Concat(models.Value("events.speaker_invited:"), OuterRef("pk"), output_field=models.TextField())
    mails = apps.get_model("outbox", "Message").objects.filter(key=key).order_by()
    sent = mails.values("key").annotate(first=Min("created_at")).values("first")
    starts = apps.get_model("events", "Event").objects.filter(pk=OuterRef("event")).values("starts_at")
    apps.get_model("events", "Speaker").objects.update(
        asked_at=Least(Coalesce(Subquery(sent), timezone.now()), Subquery(starts), timezone.now())
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0032_checks_taken_back"), ("outbox", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="speaker",
            name="asked_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="asked at"),
        ),
        migrations.RunPython(note_when, migrations.RunPython.noop, elidable=True),
    ]
