from datetime import date

from django.db import migrations
from django.db.models import Q

#: What the kind of today's members is called, in the languages of then.
NAMES = {"name_fr": "Membre", "name_nl": "Lid", "name_en": "Member"}


def carry_over(apps, schema_editor):
    """Make each home space of today an active membership of a kind of the network, and keep who may book what."""
    HomeSpace = apps.get_model("spaces", "HomeSpace")
    Kind = apps.get_model("spaces", "MembershipKind")
    Membership = apps.get_model("spaces", "Membership")
    Change = apps.get_model("spaces", "MembershipChange")
    Resource = apps.get_model("spaces", "Resource")
    today = date.today()
    homes = HomeSpace.objects.filter(Q(until=None) | Q(until__gt=today))
    if homes.exists():
        kind, _made = Kind.objects.get_or_create(slug="member", defaults={"name": NAMES["name_fr"], **NAMES})
        for home in homes.select_related("user").order_by("pk"):
            membership = Membership.objects.create(
                user=home.user,
                space_id=home.space_id,
                kind=kind,
                state="active",
                since=home.since,
                until=home.until,
                is_example=home.user.is_example,
            )
            Change.objects.create(
                membership=membership, step="carried", kind=kind, since=home.since, until=home.until
            )
    Resource.objects.filter(open_to__isnull=False).update(booked_by="spaces")


class Migration(migrations.Migration):
    dependencies = [("members", "0008_more_situations"), ("spaces", "0023_memberships")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
