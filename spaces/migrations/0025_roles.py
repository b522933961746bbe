import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone


def carry_over(apps, schema_editor):
    """Make each manager of today one from today on: since when they are is not known."""
    SpaceRole = apps.get_model("spaces", "SpaceRole")
    today = timezone.localdate()
    SpaceRole.objects.bulk_create(
        SpaceRole(user_id=user, space_id=space, role="manager", since=today)
        for user, space in apps.get_model("spaces", "Space").managers.through.objects.values_list("user", "space")
    )


def carry_back(apps, schema_editor):
    """Make the managers of today managers without days."""
    today = timezone.localdate()
    held = Q(until=None) | Q(until__gt=today)
    roles = apps.get_model("spaces", "SpaceRole").objects.filter(held, role="manager", since__lte=today)
    through = apps.get_model("spaces", "Space").managers.through
    through.objects.bulk_create(
        through(user_id=user, space_id=space) for user, space in set(roles.values_list("user", "space"))
    )


class Migration(migrations.Migration):
    """Say from one day to another who manages a space, and who receives people there."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("spaces", "0024_members_of_today"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpaceRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("manager", "Manager of the space"), ("front_desk", "Front desk")],
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                (
                    "until",
                    models.DateField(
                        blank=True, help_text="The first day after it.", null=True, verbose_name="until"
                    ),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given at")),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ended by",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="given by",
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roles",
                        to="spaces.space",
                        verbose_name="space",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="space_roles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "role in a space",
                "verbose_name_plural": "roles in spaces",
                "ordering": ["space", "role", "since", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="spaces_spacerole_in_order",
                        violation_error_message="It ends after it begins.",
                    ),
                    ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            ("space", "="),
                            ("role", "="),
                            (
                                models.Func(
                                    models.F("since"),
                                    models.F("until"),
                                    function="daterange",
                                    output_field=DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="spaces_spacerole_once_at_a_time",
                        violation_error_message="This person has this role on these days already.",
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, carry_back),
        migrations.RemoveField(model_name="space", name="managers"),
    ]
