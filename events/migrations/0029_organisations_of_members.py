"""Point to the organisations in their new place. The columns and their constraints stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0028_more_situations"),
        ("members", "0012_organisations"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="event",
                    name="organisers",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="events",
                        to="members.organisation",
                        verbose_name="organising organisations",
                    ),
                ),
            ],
        ),
    ]
