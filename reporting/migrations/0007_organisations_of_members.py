"""Point to the organisations in their new place. The columns and their constraints stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


def rename(apps, before, after):
    """Tell the loader of the network where the rows are that it has loaded."""
    apps.get_model("reporting", "LoadedRow").objects.filter(model=before).update(model=after)


def forth(apps, schema_editor):
    rename(apps, "spaces.organisation", "members.organisation")


def back(apps, schema_editor):
    rename(apps, "members.organisation", "spaces.organisation")


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0012_organisations"),
        ("reporting", "0006_people_of_partners"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="partner",
                    name="organisation",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partnerships",
                        to="members.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
        ),
        migrations.RunPython(forth, back),
    ]
