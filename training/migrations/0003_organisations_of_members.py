"""Point to the organisations in their new place. The columns and their constraints stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0012_organisations"),
        ("training", "0002_order_of_rows_at_the_same_time"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="coaching",
                    name="organisers",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="coachings",
                        to="members.organisation",
                        verbose_name="organising organisations",
                    ),
                ),
                migrations.AlterField(
                    model_name="programme",
                    name="organisers",
                    field=models.ManyToManyField(
                        blank=True,
                        related_name="programmes",
                        to="members.organisation",
                        verbose_name="organising organisations",
                    ),
                ),
            ],
        ),
    ]
