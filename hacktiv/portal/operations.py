"""Writes that join several apps."""

from hashlib import sha256

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from events.followup.operations import forget_outcomes
from events.models import Answer, Registration
from events.registering.operations import cancel_registration
from events.travel.operations import forget_travel_of
from hacktiv.outbox.operations import enqueue, forget
from hacktiv.outbox.registry import register_written
from hacktiv.outbox.rendering import text_of
from members.models import User
from members.operations import erase_account
from spaces.booking.operations import cancel_booking, lock_resources
from spaces.models import Booking, Handover, Resource, Series

CONTACT_MAIL = "portal.contact_member"
register_written(CONTACT_MAIL)


@transaction.atomic
def contact_member(*, sender, recipient, message):
    """Mail a member's message to another, whose address is shown to nobody; the answer goes to the sender's own.

    The text is kept no longer than it takes to send it. The same message sent twice in a day arrives once."""
    content = "\0".join((str(sender.pk), str(recipient.pk), message, f"{timezone.localdate():%Y-%m-%d}"))
    with translation.override(recipient.language):
        text = text_of("portal/mail/contact_member", {"sender": sender, "recipient": recipient, "text": message})
    return enqueue(
        key=f"{CONTACT_MAIL}:{sha256(content.encode()).hexdigest()}",
        template=CONTACT_MAIL,
        to_email=recipient.email,
        to_name=recipient.get_full_name(),
        reply_to=sender.email,
        language=recipient.language,
        rendered=text,
    )


class _CameBetweenError(Exception):
    """The person registered or booked while the account was being erased."""


def erase_person(*, user):
    """Erase an account and every personal datum, in one transaction. Raises User.DoesNotExist: it is erased already.

    What is still to come is cancelled first, so that waiting lists move on and places come free. What is past loses the
    person; participations keep the random number and the attributes frozen that day, so no figure changes. What the
    person does at the same moment in another window is cancelled too: then all of it is done again.
    """
    while True:
        try:
            _erase(user)
        except _CameBetweenError:
            continue
        return


@transaction.atomic
def _erase(user):
    now = timezone.now()
    _cancel_what_is_to_come(user, now)
    # From here on nothing can be registered or booked for the person: whoever does so locks this row too.
    User.objects.select_for_update().get(pk=user.pk)
    if _registrations_to_come(user, now).exists() or _bookings_to_come(user, now).exists():
        raise _CameBetweenError
    _anonymise_what_is_past(user)
    _forget_in_the_admins_log(user)
    forget(email=user.email)
    erase_account(user=user)


def _cancel_what_is_to_come(user, now):
    """Events before resources, each in the order of their keys, so that two who leave at once never wait."""
    for registration in _registrations_to_come(user, now).select_related("event").order_by("event_id"):
        cancel_registration(registration=registration)
    user.waits.all().delete()
    bookings = _bookings_to_come(user, now)
    # Whoever waits is served as each place comes free, which locks members: all resources come before any of them.
    lock_resources(Resource.objects.filter(pk__in=bookings.values("resource")))
    for booking in bookings.select_related("resource").order_by("resource_id", "pk"):
        cancel_booking(booking=booking, by=user, as_manager=True)


def _anonymise_what_is_past(user):
    forget_travel_of(registrations=_registrations_of(user))
    Handover.objects.filter(booking__in=_bookings_of(user)).update(note="")
    registrations = list(_registrations_of(user).values_list("pk", flat=True))
    brought = _brought_without_address(user)
    Answer.objects.filter(Q(registration__in=_registrations_of(user)) | Q(registration__in=brought)).delete()
    brought.update(guest_name="")
    _registrations_of(user).update(guest_name="", guest_email="", user=None)
    forget_outcomes(registrations=registrations)
    _bookings_of(user).update(guest_name="", guest_email="", purpose="", user=None)
    Series.objects.filter(guest_email__iexact=user.email).delete()


def _forget_in_the_admins_log(user):
    """What a manager did stays on record; whom it was about does not. A namesake's entries lose their title too."""
    named = Q(object_repr__icontains=user.email)
    if user.get_full_name():
        named |= Q(object_repr__icontains=user.get_full_name())
    LogEntry.objects.filter(named).update(object_repr="", change_message="")


def _registrations_to_come(user, now):
    own = _registrations_of(user).live() | _brought_without_address(user).live()
    return own.filter(event__starts_at__gt=now)


def _bookings_to_come(user, now):
    """Equipment that is handed over before its loan begins is not among them: it is brought back all the same."""
    out = Q(place__isnull=False, checked_in_at__isnull=False)
    return _bookings_of(user).live().filter(~out, period__startswith__gt=now)


def _registrations_of(user):
    """The person's own, and those made as a guest before they had an account."""
    return Registration.objects.filter(user=user) | Registration.objects.filter(guest_email__iexact=user.email)


def _brought_without_address(user):
    """Those whom nobody but the person can write to: what is known of them is what the person told."""
    return Registration.objects.filter(brought_by__in=_registrations_of(user), user=None, guest_email="")


def _bookings_of(user):
    return Booking.objects.filter(user=user) | Booking.objects.filter(guest_email__iexact=user.email)
