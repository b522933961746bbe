"""Point to the organisations in their new place. The columns and their constraints stay as they are."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0029_organisations_of_members"),
        ("members", "0012_organisations"),
        ("reporting", "0007_organisations_of_members"),
        ("spaces", "0030_included_a_month"),
        ("training", "0003_organisations_of_members"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="space",
                    name="operator",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spaces",
                        to="members.organisation",
                        verbose_name="operator",
                    ),
                ),
                migrations.AlterField(
                    model_name="passscheme",
                    name="employer",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="members.organisation",
                        verbose_name="employer",
                    ),
                ),
                migrations.AlterField(
                    model_name="membership",
                    name="organisation",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="memberships",
                        to="members.organisation",
                        verbose_name="through the organisation",
                    ),
                ),
                migrations.AlterField(
                    model_name="invitation",
                    name="organisation",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="members.organisation",
                        verbose_name="through the organisation",
                    ),
                ),
                migrations.DeleteModel(name="Organisation"),
            ],
        ),
    ]
