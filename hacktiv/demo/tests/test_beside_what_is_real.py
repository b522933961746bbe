"""The demo marks all that it adds, and leaves what is real as it was."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from events.models import Event, Registration
from hacktiv.demo.loader import load_demo
from hacktiv.outbox.models import Message
from members.models import User
from reporting.models import Project
from spaces.lending.queries import pieces
from spaces.models import (
    Booking,
    Document,
    Invitation,
    Membership,
    MembershipKind,
    Notice,
    OpeningHours,
    Resource,
    Space,
)

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(scope="module")
def network(django_db_setup, django_db_blocker):
    """Load the real network, in a transaction that lasts as long as this module; each test has its own within."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_network", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="module")
def before(network):
    """Return the real rows, as they were before the demo came."""
    return {model: {row.pk: row for row in model.objects.all()} for model in (Event, Resource, Project, Space)}


@pytest.fixture(scope="module")
def demo(before, media, django_db_blocker):
    """Load the demo once; return what it said."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_demo()
        transaction.set_rollback(True)


def test_all_that_is_added_is_marked_as_an_example(demo, before):
    for model in (User, Booking, OpeningHours):
        assert model.objects.exists()
        assert not model.objects.filter(is_example=False).exists()
    for event in Event.objects.exclude(pk__in=before[Event]):
        assert event.is_example
        assert event.title_fr.endswith(" (exemple)")
        assert event.title_nl.endswith(" (voorbeeld)")
        assert event.title_en.endswith(" (example)")
    rooms = Resource.objects.exclude(pk__in=before[Resource])
    assert set(rooms.values_list("name_fr", "name_nl", "name_en")) == {
        ("Salle exemple", "Voorbeeldzaal", "Example room"),
        ("Bureau partagé exemple", "Voorbeeldkantoor", "Example office"),
        ("Kit vidéo (exemple)", "Videokit (voorbeeld)", "Video kit (example)"),
    }
    kind = MembershipKind.objects.get(is_example=True)
    assert (kind.name_fr, kind.prices_fr) == ("Nomade (exemple)", "30 € par mois (exemple)")
    assert not Membership.objects.filter(is_example=False, user__is_example=False).exists()
    invitation = Invitation.objects.get()
    assert (invitation.is_example, invitation.state, invitation.email.rpartition(".")[2]) == (True, "open", "example")
    assert not Message.objects.filter(to_email=invitation.email).exists()
    ((journey,),) = [piece.journeys for piece in pieces(timezone.now())]
    assert (journey.from_space.slug, journey.space.slug, journey.booking.is_example) == (
        "la-ferme",
        "rimbaud-tech",
        True,
    )
    assert Document.objects.filter(is_example=True).count() == Notice.objects.filter(is_example=True).count() == 1
    projects = Project.objects.exclude(pk__in=before[Project])
    assert list(projects.values_list("slug", "is_example")) == [("demo", True)]


@pytest.mark.parametrize("model", [Event, Resource, Project, Space])
def test_no_real_row_changes(demo, before, model):
    names = [field.attname for field in model._meta.concrete_fields]
    for row in model.objects.filter(pk__in=before[model]):
        was = before[model][row.pk]
        assert {name: getattr(row, name) for name in names} == {name: getattr(was, name) for name in names}
    assert model.objects.filter(pk__in=before[model]).count() == len(before[model])


def test_nobody_registers_for_real_history(demo, before):
    assert Registration.objects.exists()
    assert not Registration.objects.filter(event__in=before[Event]).exists()
