"""Actions of two sides for the tests of classification."""

from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from events.attendance.operations import add_proof
from events.enums import Audience, ProofKind
from events.models import EventType
from events.tests.factories import HistoryEventFactory
from members.tests.factories import OrganisationFactory
from reporting.tests.factories import CountedEventFactory

AUTUMN = {"earliest": date(2020, 10, 2), "latest": date(2020, 10, 2)}


def of_both_sides():
    """Return an organisation of each side of the border."""
    return [OrganisationFactory(name="BEP"), OrganisationFactory(name="Ardenne Métropole", country="FR")]


def closed_action(project, organisers=None, **values):
    """Make a joint action for members: RCO81 is proposed for it."""
    values = {"audience": Audience.MEMBERS, "space": None, **AUTUMN, **values}
    event = HistoryEventFactory(organisers=of_both_sides() if organisers is None else organisers, **values)
    return CountedEventFactory(project=project, event=event)


def public_action(project, *, is_advertised=True, **values):
    """Make a joint public event, advertised as a file proves: RCO115 is proposed for it."""
    action = closed_action(project, audience=Audience.PUBLIC, **values)
    if is_advertised:
        file = SimpleUploadedFile("annonce.pdf", b"%PDF-1.7\n%%EOF")
        add_proof(event=action.event, kind=ProofKind.ADVERTISING, file=file, by=None)
    return action


def training_action(project, **values):
    """Make a joint training: RCO85 is proposed for it."""
    kind, _created = EventType.objects.get_or_create(
        slug="training", defaults={"name_fr": "Formation", "icon": "training", "colour": "forest"}
    )
    return closed_action(project, type=kind, **values)
