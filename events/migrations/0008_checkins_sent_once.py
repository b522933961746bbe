from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0007_topics_of_members")]

    operations = [
        migrations.AddField(
            model_name="participation",
            name="door_key",
            field=models.UUIDField(
                blank=True,
                editable=False,
                help_text="Made by the phone at the door: a check-in sent again is known by it.",
                null=True,
                verbose_name="key of the check-in",
            ),
        ),
        migrations.AddConstraint(
            model_name="participation",
            constraint=models.UniqueConstraint(
                fields=("event", "door_key"),
                name="events_participation_sent_once",
                violation_error_message="This check-in was noted already.",
            ),
        ),
    ]
