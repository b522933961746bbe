from django.db import migrations
from django.db.models import Q
from django.utils import timezone

#: What the kind of today's members says, in the languages of then.
WORDS = {
    "name_fr": "Membre",
    "name_nl": "Lid",
    "name_en": "Member",
    "description_fr": (
        "L’annuaire des membres, les événements réservés aux membres et les places à réserver dans les cinq espaces."
    ),
    "description_nl": (
        "De ledengids, de evenementen voor leden en de plekken die u in de vijf locaties kunt reserveren."
    ),
    "description_en": "The members’ directory, the events for members, and the places to book in all five spaces.",
}


def carry_over(apps, schema_editor):
    """Make each home space of today an active membership of a kind of the network.

    A resource that was open to the members of some spaces stays so; any other is for members from now on, and no longer
    for every account. A second run, after the way back, leaves alone what is there."""
    HomeSpace = apps.get_model("spaces", "HomeSpace")
    Kind = apps.get_model("spaces", "MembershipKind")
    Membership = apps.get_model("spaces", "Membership")
    Change = apps.get_model("spaces", "MembershipChange")
    Resource = apps.get_model("spaces", "Resource")
    today = timezone.localdate()
    homes = HomeSpace.objects.filter(Q(until=None) | Q(until__gt=today)).select_related("user").order_by("pk")
    there = set(Membership.objects.values_list("user", "space"))
    first = {}
    for home in homes:
        first.setdefault((home.user_id, home.space_id), home)
    homes = [home for key, home in first.items() if key not in there]
    if homes:
        words = {"name": WORDS["name_fr"], "description": WORDS["description_fr"], **WORDS}
        kind, _made = Kind.objects.get_or_create(slug="member", defaults=words)
        made = Membership.objects.bulk_create(
            Membership(
                user_id=home.user_id,
                space_id=home.space_id,
                kind=kind,
                state="active",
                since=home.since,
                until=home.until,
                is_example=home.user.is_example,
            )
            for home in homes
        )
        Change.objects.bulk_create(
            Change(membership=one, step="carried", kind=kind, since=one.since, until=one.until) for one in made
        )
    Resource.objects.filter(open_to__isnull=False).update(booked_by="spaces")


class Migration(migrations.Migration):
    dependencies = [("members", "0008_more_situations"), ("spaces", "0023_memberships")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
