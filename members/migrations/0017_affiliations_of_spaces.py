import django.db.models.deletion
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import migrations, models
from django.db.models.functions import Coalesce


def say_which_space(apps, schema_editor):
    """Give the affiliations that managers have noted to the space for which they did: until now each held for all."""
    Affiliation = apps.get_model("members", "Affiliation")
    Agreement = apps.get_model("spaces", "Agreement")
    by_others = Affiliation.objects.exclude(given_by=None).exclude(given_by__is_superuser=True)
    for row in by_others.exclude(given_by__network_roles__role="administrator"):
        agreed = Agreement.objects.filter(organisation=row.organisation_id)
        own = agreed.filter(space__roles__user=row.given_by_id, space__roles__role="manager")
        if agreement := own.order_by("pk").first() or agreed.order_by("pk").first():
            Affiliation.objects.filter(pk=row.pk).update(space=agreement.space_id)


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0016_unused_account"),
        ("spaces", "0034_wishes_for_another_kind"),
    ]

    operations = [
        migrations.AddField(
            model_name="affiliation",
            name="space",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: named by who administers the network, for all spaces.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="affiliations",
                to="spaces.space",
                verbose_name="space",
            ),
        ),
        # PostgreSQL alters no table while checks of its foreign keys are pending.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunPython(say_which_space, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="affiliation", name="members_affiliation_once_at_a_time"),
        migrations.AddConstraint(
            model_name="affiliation",
            constraint=ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    ("organisation", "="),
                    (Coalesce("space", 0, output_field=models.BigIntegerField()), "="),
                    (
                        models.Func(
                            models.F("since"), models.F("until"), function="daterange", output_field=DateRangeField()
                        ),
                        "&&",
                    ),
                ],
                name="members_affiliation_once_at_a_time",
                violation_error_message="This person belongs to the organisation on these days already.",
            ),
        ),
    ]
