"""Change the address of an account once the new mailbox and the old one have confirmed it. Each locks the account.

Who has only the password of an account takes it over by no other address: the old mailbox is written to at once, and
stops the change by one link (`stopping`). What is locked, and in which order, says `confirming`.
"""

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ...core.queries import owner_of
from ...enums import ChangeOutcome
from ...errors import MemberError
from ...models import AddressChange, User, stop_token
from .accounts import forget_unconfirmed_of
from .confirming import lock_to_confirm

GONE = _("This change of address is over: it is done, taken back or stopped.")
LAPSED = _("This change of address has lapsed. Ask for it anew.")


def ask_address_change(*, address: EmailAddress) -> AddressChange | None:
    """Begin the change to an address that its person has just asked for, and write to the old mailbox. Return None for
    an account of which no address is confirmed yet: the link to this one is enough.

    The caller has locked the account, in the transaction in which it stored the address."""
    old = EmailAddress.objects.get_verified(address.user)
    if old is None:
        return None
    change = AddressChange.objects.create(address=address)
    _tell_old(change, old.email, "account/email/address_change")
    return change


@transaction.atomic
def confirm_new_address(*, address: EmailAddress) -> ChangeOutcome:
    """Note that the new mailbox has confirmed a change, which takes effect if the old one has too.

    Raises MemberError `gone`, `lapsed`."""
    person = address.user
    lock_to_confirm(person, address.email)
    waiting = EmailAddress.objects.filter(pk=address.pk, verified=False).select_related("user").first()
    found = waiting and (AddressChange.objects.filter(address=waiting).first() or ask_address_change(address=waiting))
    if not found:
        raise MemberError("gone", GONE)
    change = _locked(found.pk)
    change.new_confirmed_at = change.new_confirmed_at or timezone.now()
    return _finish(change)


@transaction.atomic
def confirm_old_address(*, change_id: int) -> ChangeOutcome:
    """Note that the old mailbox has confirmed a change, which takes effect if the new one has too.

    Raises MemberError `gone`, `lapsed`."""
    change = _locked(change_id)
    change.old_confirmed_at = change.old_confirmed_at or timezone.now()
    return _finish(change)


@transaction.atomic
def give_up_old_address(*, user: User) -> AddressChange:
    """Note that a person no longer has the old mailbox, and write there: it can stop the change until it takes effect.

    Said twice it changes nothing. Raises MemberError `gone`, `lapsed`."""
    found = AddressChange.objects.filter(address__user=user).first()
    if found is None:
        raise MemberError("gone", GONE)
    change = _locked(found.pk)
    if change.old_lost_at is None and change.old_confirmed_at is None:
        change.old_lost_at = timezone.now()
        change.save()
        _tell_old(change, change.address.user.email, "account/email/address_change_without_old")
    return change


def complete_address_changes(*, now: datetime | None = None) -> int:
    """Carry out the changes whose time has come without the old mailbox, and end those that have lapsed; return how
    many have taken effect."""
    now = now or timezone.now()
    waiting = AddressChange.objects.filter(asked_at__lte=now - AddressChange.WITHOUT_OLD).order_by("pk")
    return sum(_tend(pk, now) for pk in waiting.values_list("pk", flat=True))


@transaction.atomic
def _tend(change_id: int, now: datetime) -> bool:
    try:
        change = _locked(change_id, even_lapsed=True)
    except MemberError:
        return False
    if change.is_ready(now):
        return _finish(change, now) == ChangeOutcome.DONE
    if change.lapses_at <= now:
        _call_off(change, ChangeOutcome.LAPSED)
    return False


def _locked(change_id: int, *, even_lapsed: bool = False) -> AddressChange:
    """Lock as `lock_to_confirm`, and return the change as it stands then. Raises MemberError `gone`, `lapsed`."""
    changes = AddressChange.objects.select_related("address__user").filter(pk=change_id)
    if found := changes.first():
        lock_to_confirm(found.address.user, found.address.email)
        found = changes.first()
    if found is None:
        raise MemberError("gone", GONE)
    if found.lapses_at <= timezone.now() and not even_lapsed:
        raise MemberError("lapsed", LAPSED)
    return found


def _finish(change: AddressChange, now: datetime | None = None) -> ChangeOutcome:
    """Save a change, and carry it out if nothing stands in its way; end it if another account has the address."""
    address, person = change.address, change.address.user
    owner = owner_of(address.email)
    if owner is not None and owner != person:
        _call_off(change, ChangeOutcome.TAKEN)
        return ChangeOutcome.TAKEN
    change.save()
    if not change.is_ready(now or timezone.now()):
        return ChangeOutcome.WAITS
    forget_unconfirmed_of(email=address.email)
    old = EmailAddress.objects.get_verified(person)
    change.delete()
    EmailAddress.objects.filter(user=person).exclude(pk=address.pk).delete()
    address.verified = address.primary = True
    address.save()
    person.email = address.email
    person.save(update_fields=["email"])
    email_confirmed.send(sender=EmailAddress, request=None, email_address=address)
    email_changed.send(sender=EmailAddress, request=None, user=person, from_email_address=old, to_email_address=address)
    if old:
        told = {
            "user": person,
            "from_email": old.email,
            "to_email": address.email,
            "timestamp": timezone.now(),
            "stoppable_until": timezone.now() + AddressChange.FREEZES_FOR,
            "stop_url": reverse("account_stop_address_change", args=[stop_token(person.pk, old.email)]),
        }
        get_adapter().send_mail("account/email/email_changed", old.email, told)
    return ChangeOutcome.DONE


def _call_off(change: AddressChange, why: ChangeOutcome) -> None:
    """Delete a change with its new address, and tell its person at the present one."""
    person, email = change.address.user, change.address.email
    change.address.delete()
    told = {"user": person, "to_email": email, "is_taken": why == ChangeOutcome.TAKEN}
    get_adapter().send_mail("account/email/address_kept", person.email, told)


def _tell_old(change: AddressChange, old: str, mail: str) -> None:
    told = {
        "user": change.address.user,
        "to_email": change.address.email,
        "without_old_at": change.without_old_at,
        "confirm_url": reverse("account_confirm_old_address", args=[change.confirm_token]),
        "stop_url": reverse("account_stop_address_change", args=[change.stop_token]),
    }
    get_adapter().send_mail(mail, old, told)
