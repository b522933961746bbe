"""Who was there: named people, with what the reports break down frozen as it was that day, and declared counts."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spaces.core.queries import home_space

from ...core import rules
from ...core.operations import locked
from ...enums import LISTED_REGISTRATIONS, EventState, RegistrationStatus, Way
from ...errors import EventError
from ...models import DeclaredCount, Participation, Registration
from ...registering.operations import member_of, participant_number_of
from ...registering.operations.registrations import sent_before


@transaction.atomic
def mark_attendance(*, event, registrations, by, **details):
    """Mark these people as present, whoever is marked already left as he is. The new participations, a list.

    `details` are fields of theirs: when they came (`marked_at`), the key of a check-in sent once (`door_key`).
    Raises EventError: `too_early`, `cancelled`, `not_registered`."""
    event = open_list(event)
    marked = set(event.participations.values_list("participant_number", flat=True))
    new = []
    for registration in _own(event, registrations):
        if registration.participant_number not in marked:
            marked.add(registration.participant_number)
            new.append(Participation.objects.create(**_frozen(event, registration), marked_by=by, **details))
    return new


@transaction.atomic
def unmark_attendance(*, event, registrations, by):
    """Take back marks made by mistake; the number of them. Raises EventError as `mark_attendance`."""
    event = open_list(event)
    numbers = [registration.participant_number for registration in _own(event, registrations)]
    return event.participations.filter(participant_number__in=numbers).delete()[0]


@transaction.atomic
def set_attendance(*, event, present, by):
    """Make these registrations, and no others, those of the people present. Raises EventError as `mark_attendance`."""
    event = open_list(event)
    absent = event.registrations.filter(participation__isnull=False).exclude(pk__in=[row.pk for row in present])
    event.participations.filter(registration__in=absent).delete()
    mark_attendance(event=event, registrations=present, by=by)
    return event


@transaction.atomic
def add_walk_in(*, event, by, user=None, name="", email="", residence="", namesakes=0, **details):
    """Mark somebody present who came without registering: a member, or a guest by name. His participation.

    Somebody who is on the list is marked there. A member is known by his address, a guest too; without one he is known
    by his name, unless he is another person beside the `namesakes` on the list. The same sent again by a second click
    is answered with the first. Raises EventError: `too_early`, `cancelled`, `present`, `same_name`, `nobody`."""
    event = open_list(event)
    if not user and not name.strip():
        raise EventError("nobody", _("Say who came: a member, or a guest's name."))
    user = user or member_of(email)
    if user or email:
        number = user.participant_number if user else participant_number_of(email)
        if event.participations.filter(participant_number=number).exists():
            raise EventError("present", _("This person is marked as present already."))
        known = event.registrations.filter(status__in=LISTED_REGISTRATIONS, participant_number=number).first()
    else:
        number = participant_number_of(email)
        known = _known_by_name(event, name, namesakes)
    if known and hasattr(known, "participation"):
        return known.participation
    registration = known or came_unregistered(
        event=event, user=user, name=name, email=email, residence=residence, number=number, by=by
    )
    return Participation.objects.create(**_frozen(event, registration), marked_by=by, **details)


@transaction.atomic
def mark_list_complete(*, event, by, complete=True):
    """Say that the named list is whole, so that it replaces the declared count; or take that back."""
    event = open_list(event)
    event.list_is_complete = complete
    event.save(update_fields=["list_is_complete"])
    return event


@transaction.atomic
def declare_count(*, event, measure, lower, upper, by, reason=""):
    """Declare how many took part (`upper` None: open). Another count than the present one corrects it: the reason is
    asked, and the old count is kept.

    Raises EventError: `not_in_order`, `reason`, `too_early`, `cancelled`."""
    event = open_list(event)
    if upper is not None and upper < lower:
        raise EventError("not_in_order", _("At most is not less than at least."))
    current = event.declared_counts.current().filter(measure=measure).first()
    if current and (current.lower, current.upper) == (lower, upper):
        return current
    if current and not reason.strip():
        raise EventError("reason", _("Say why the count changes: the old one is kept beside it."))
    now = timezone.now()
    if current:
        current.replaced_at = max(now, current.entered_at)
        current.save(update_fields=["replaced_at"])
    return DeclaredCount.objects.create(
        event=event, measure=measure, lower=lower, upper=upper, reason=reason.strip(), entered_at=now, entered_by=by
    )


def came_unregistered(*, event, by, number, user=None, name="", email="", residence="", way=Way.ONSITE):
    """The registration of somebody who came without one: a member's, or a guest's."""
    return Registration.objects.create(
        event=event,
        user=user,
        guest_name="" if user else name.strip(),
        guest_email="" if user else email.lower(),
        guest_residence="" if user else residence,
        participant_number=number,
        status=RegistrationStatus.WALK_IN,
        way=way,
        registered_by=by,
    )


def open_list(event):
    """The event, locked, where its attendance can be marked. Raises EventError: `too_early`, `cancelled`."""
    event = locked(event)
    if event.state == EventState.CANCELLED:
        raise EventError("cancelled", _("This event is cancelled."))
    if not rules.attendance_is_open(event):
        raise EventError("too_early", _("Attendance is marked from the day of the event on."))
    return event


def _known_by_name(event, name, namesakes):
    """Who stands on the list by this name alone and is not marked yet, or was marked by the first of two clicks."""
    if not namesakes:
        absent = event.registrations.filter(user=None, guest_email="", guest_name__iexact=name.strip())
        absent = absent.filter(status__in=LISTED_REGISTRATIONS, participation=None)
        if absent:
            return absent[0]
    return sent_before(event, name, known=namesakes)


def _own(event, registrations):
    """The registrations as the database has them, whose people can have been there."""
    ids = {registration.pk for registration in registrations}
    own = event.registrations.filter(pk__in=ids).exclude(
        status__in=[RegistrationStatus.UNCONFIRMED, RegistrationStatus.CANCELLED]
    )
    own = list(own.select_related("user"))
    if len(own) != len(ids):
        raise EventError("not_registered", _("Somebody on the list is not registered for this event any more."))
    return own


def _frozen(event, registration):
    """What a participation keeps of the person, as known on the day of the event."""
    user = registration.user
    home = user and home_space(user, event.earliest)
    return {
        "event": event,
        "registration": registration,
        "participant_number": registration.participant_number,
        "residence": user.residence if user else registration.guest_residence,
        "status": user.status if user else "",
        "gender": user.gender if user else "",
        "age_band": user.age_band if user else "",
        "home_space": home,
        "home_side": home.country if home else "",
    }
