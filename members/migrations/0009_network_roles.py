import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

#: The group of the coordinators of before, and the permission that made somebody one.
GROUP, PERMISSION = "coordination", "coordinate"


def carry_over(apps, schema_editor):
    """Make each person with the permission to coordinate a coordinator from today on; the group and the permission
    go."""
    held = Q(groups__permissions__codename=PERMISSION) | Q(user_permissions__codename=PERMISSION)
    people = apps.get_model("members", "User").objects.filter(held).order_by().values_list("pk", flat=True)
    NetworkRole = apps.get_model("members", "NetworkRole")
    today = timezone.localdate()
    NetworkRole.objects.bulk_create(
        NetworkRole(user_id=person, role="coordinator", since=today) for person in sorted(set(people))
    )
    apps.get_model("auth", "Group").objects.filter(name=GROUP).delete()
    apps.get_model("auth", "Permission").objects.filter(codename=PERMISSION).delete()


def carry_back(apps, schema_editor):
    """Put the coordinators of today into the group of before, which has the permission."""
    today = timezone.localdate()
    content_types = apps.get_model("contenttypes", "ContentType")
    content_type, _made = content_types.objects.get_or_create(app_label="members", model="user")
    permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=PERMISSION, defaults={"name": "Can coordinate the network"}
    )
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=GROUP)
    group.permissions.add(permission)
    held = Q(network_roles__until=None) | Q(network_roles__until__gt=today)
    people = apps.get_model("members", "User").objects.filter(
        held, network_roles__role="coordinator", network_roles__since__lte=today
    )
    group.user_set.add(*people)


class Migration(migrations.Migration):
    """Say from one day to another who coordinates the network, and who administers it."""

    dependencies = [
        ("members", "0008_more_situations"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "ordering": ["last_name", "first_name", "pk"],
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
        ),
        migrations.CreateModel(
            name="NetworkRole",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator of the network"),
                            ("coordinator", "Coordinator"),
                            ("facilitator", "Facilitator"),
                            ("trainer", "Trainer"),
                        ],
                        max_length=13,
                        verbose_name="role",
                    ),
                ),
                ("since", models.DateField(verbose_name="since")),
                (
                    "until",
                    models.DateField(blank=True, help_text="The first day after it.", null=True, verbose_name="until"),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="network_roles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "role in the network",
                "verbose_name_plural": "roles in the network",
                "ordering": ["role", "since", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("until__gte", models.F("since")), _connector="OR"),
                        name="members_networkrole_in_order",
                        violation_error_message="It ends after it begins.",
                    ),
                    ExclusionConstraint(
                        expressions=[
                            ("user", "="),
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
                        name="members_networkrole_once_at_a_time",
                        violation_error_message="This person has this role on these days already.",
                    ),
                ],
            },
        ),
        migrations.RunPython(carry_over, carry_back),
    ]
