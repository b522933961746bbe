"""Add a proof of an action in the partner's part; somebody else checks it."""

from __future__ import annotations

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.attendance.operations.proofs import add_proof
from events.errors import EventError
from events.models import Event, Proof
from members.models import User

from ...errors import ReportingError
from ...models import Partner, Period
from ..queries import own_events
from .contributions import part_to_tell


@transaction.atomic
def add_own_proof(
    *, partner: Partner, period: Period, slug: str, kind: str, file: File[bytes], name: str = "", by: User
) -> Proof:
    """Keep a file as proof of an event of the partner. Raises ReportingError: `elsewhere` (no event of this part),
    `not_yours`, `done`, `closed`, and those of a proof (`too_large`, `empty`, `not_a_proof`, `unreadable`,
    `already_there`)."""
    part_to_tell(partner=partner, period=period, by=by)
    if slug not in own_events(period, partner):
        raise ReportingError("elsewhere", _("This action is not in the part of this partner."))
    try:
        return add_proof(event=Event.objects.get(slug=slug), kind=kind, file=file, by=by, name=name)
    except EventError as error:
        raise ReportingError(error.code, error.message) from error
