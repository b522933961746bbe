"""A document and an offer between managers, to show what their page is for."""

from datetime import timedelta

from spaces.enums import NoticeKind, Topic
from spaces.models import Document, Notice

from . import MANAGER

HOME = "la-ferme"
#: So long an offer is valid.
DAYS = 30


def load_practice(people, spaces, today):
    """What of the examples is missing; a closed request is asked again."""
    author, space = people.get(MANAGER), spaces[HOME]
    shared = {"space": space, "added_by": author, "is_example": True}
    if not Document.objects.filter(is_example=True).exists():
        Document.objects.create(
            **shared,
            title="Accueillir un nouveau membre (exemple)",
            topic=Topic.WELCOME,
            text="Une liste fictive : le tour du lieu, le wifi, le café, une personne à rencontrer.",
        )
    if not Notice.objects.open(today).filter(is_example=True).exists():
        Notice.objects.create(
            **shared,
            kind=NoticeKind.REQUEST,
            title="Quelqu’un pour tenir un stand (exemple)",
            text="Une demande fictive : deux heures d’aide pour un salon d’entreprises.",
            valid_until=today + timedelta(days=DAYS),
        )
