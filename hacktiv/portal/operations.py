"""The writes that join several apps."""

from datetime import datetime
from hashlib import sha256

from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from events.followup.operations import forget_outcomes
from events.models import Answer, Registration
from events.models.registrations import RegistrationQuerySet
from events.registering.operations import cancel_registration
from events.travel.operations import forget_travel_of
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue, forget
from hacktiv.outbox.registry import register_written
from hacktiv.outbox.rendering import text_of
from members.models import User
from members.operations import erase_account
from spaces.booking.operations import cancel_booking, lock_resources
from spaces.models import Booking, Handover, Resource, Series
from spaces.models.bookings import BookingQuerySet

CONTACT_MAIL = "portal.contact_member"
register_written(CONTACT_MAIL)


@transaction.atomic
def contact_member(*, sender: User, recipient: User, message: str) -> Message | None:
    """Mail a member's message to another, without showing their address; the answer goes to the sender's own.

    The text is kept no longer than it takes to send it. The same message sent twice in a day arrives once.
    """
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


def erase_person(*, user: User) -> None:
    """Erase an account and every personal datum, in one transaction.

    Bookings and registrations to come are cancelled first: waiting lists move on and places come free. Past ones lose
    the person; participations keep the random number and the attributes frozen that day, so no figure changes. If the
    person books or registers in another window meanwhile, all of it is done again.

    Raises User.DoesNotExist where the account is erased already.
    """
    while True:
        try:
            _erase(user)
        except _CameBetweenError:
            continue
        return


@transaction.atomic
def _erase(user: User) -> None:
    now = timezone.now()
    _cancel_what_is_to_come(user, now)
    # From here on nothing can be registered or booked for the person: those operations lock this row too.
    User.objects.select_for_update().get(pk=user.pk)
    if _registrations_to_come(user, now).exists() or _bookings_to_come(user, now).exists():
        raise _CameBetweenError
    _anonymise_what_is_past(user)
    _forget_in_the_admins_log(user)
    forget(email=user.email)
    erase_account(user=user)


def _cancel_what_is_to_come(user: User, now: datetime) -> None:
    """Cancel events before resources, in the order of keys: two people who leave at once never block each other."""
    for registration in _registrations_to_come(user, now).select_related("event").order_by("event_id"):
        cancel_registration(registration=registration)
    user.waits.all().delete()
    bookings = _bookings_to_come(user, now)
    # As a place comes free, the person who waits for it is served, which locks members: lock all resources before.
    lock_resources(Resource.objects.filter(pk__in=bookings.values("resource")))
    for booking in bookings.select_related("resource").order_by("resource_id", "pk"):
        cancel_booking(booking=booking, by=user, as_manager=True)


def _anonymise_what_is_past(user: User) -> None:
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


def _forget_in_the_admins_log(user: User) -> None:
    """Keep what managers did, and blank the person it was about. Entries about a namesake lose their title too."""
    named = Q(object_repr__icontains=user.email)
    if user.get_full_name():
        named |= Q(object_repr__icontains=user.get_full_name())
    LogEntry.objects.filter(named).update(object_repr="", change_message="")


def _registrations_to_come(user: User, now: datetime) -> RegistrationQuerySet:
    own = _registrations_of(user).live() | _brought_without_address(user).live()
    return own.filter(event__starts_at__gt=now)


def _bookings_to_come(user: User, now: datetime) -> BookingQuerySet:
    """Return the live bookings ahead, but for equipment that is handed over already: it must be brought back."""
    out = Q(place__isnull=False, checked_in_at__isnull=False)
    return _bookings_of(user).live().filter(~out, period__startswith__gt=now)


def _registrations_of(user: User) -> RegistrationQuerySet:
    """Return the person's own registrations, and those made as a guest before they had an account."""
    return Registration.objects.filter(user=user) | Registration.objects.filter(guest_email__iexact=user.email)


def _brought_without_address(user: User) -> RegistrationQuerySet:
    """Return the companions without an address: all that is known of them is what the person told."""
    return Registration.objects.filter(brought_by__in=_registrations_of(user), user=None, guest_email="")


def _bookings_of(user: User) -> BookingQuerySet:
    return Booking.objects.filter(user=user) | Booking.objects.filter(guest_email__iexact=user.email)
