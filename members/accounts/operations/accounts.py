"""Writes of accounts: sign-ups, addresses, second factors, and their end. Each is one transaction."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from hacktiv.common.locks import lock_address
from hacktiv.outbox.models import Message

from ...core.queries import held_addresses, unconfirmed_accounts
from ...models import EarlierAddress, SignUp, User

#: The beginning of the kinds of mail with a link that confirms an address.
CONFIRMATION = "account.email_confirmation"
#: What a sign-up says of an account.
TYPED = ("first_name", "last_name", "password", "language")


@transaction.atomic
def keep_earlier_address(*, user: User, old: str, new: str) -> None:
    """Note the confirmed address that a person has exchanged for another; the new one is no earlier one any more, but
    for the time before somebody else had it."""
    User.objects.select_for_update().get(pk=user.pk)
    for address in {old.lower(), new.lower()}:
        since = max((held.since for held in held_addresses([(address, None)], [user]) if held.since), default=None)
        notes = EarlierAddress.objects.filter(user=user, email=address)
        (notes.filter(left_at__gt=since) if since else notes).delete()
    if old.lower() != new.lower():
        EarlierAddress.objects.create(user=user, email=old.lower())


@transaction.atomic
def open_anew(*, email: str, password: str, **fields: Any) -> User | None:
    """Give an account that nobody has confirmed to the person who signs up now, with their password and fields.

    The link sent to the one before still completes their own sign-up. Return None where the address is somebody's."""
    person = _locked_unconfirmed(email)
    if not person:
        return None
    for name, value in fields.items():
        setattr(person, name, value)
    person.set_password(password)
    person.date_joined = timezone.now()
    person.save()
    return person


def note_sign_up(*, user: User) -> SignUp:
    """Keep what somebody has just typed for an account that nobody has confirmed, for the link that they are sent."""
    return SignUp.objects.create(user=user, **{name: getattr(user, name) for name in TYPED})


@transaction.atomic
def complete_sign_up(*, sign_up: SignUp) -> User:
    """Make the account what a sign-up says, a newcomer to be welcomed, and drop the others made for its address. Return
    the account."""
    person = User.objects.select_for_update().get(pk=sign_up.user_id)
    for name in TYPED:
        setattr(person, name, getattr(sign_up, name))
    person.is_newcomer = True
    person.save(update_fields=[*TYPED, "is_newcomer"])
    person.sign_ups.all().delete()
    return person


@transaction.atomic
def remove_second_factor(*, user: User) -> bool:
    """Delete every passkey, application and recovery code of somebody who has lost them; tell them by mail.

    They sign in with their password alone until they make a new one. Returns whether there was any."""
    deleted, _by_model = Authenticator.objects.filter(user=user).delete()
    if deleted:
        get_adapter().send_mail("account/email/second_factor_removed", user.email, {"user": user})
    return bool(deleted)


def forget_ended_sessions() -> int:
    """Delete the rows that name address and browser of sessions which have ended; return their number."""
    live = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    deleted, _by_model = UserSession.objects.filter(~Exists(live)).delete()
    return deleted


@transaction.atomic
def forget_unconfirmed(*, now: datetime | None = None) -> int:
    """Delete the accounts that nobody has confirmed and to which no link leads any more; return their number."""
    since = (now or timezone.now()) - timedelta(days=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS)
    sent = Message.objects.filter(
        template__startswith=CONFIRMATION, to_email__iexact=OuterRef("email"), created_at__gte=since
    )
    found = unconfirmed_accounts().filter(~Exists(sent), date_joined__lt=since)
    gone = User.objects.select_for_update().filter(pk__in=found.order_by().values("pk"))
    return len([person.delete() for person in gone])


@transaction.atomic
def forget_unconfirmed_of(*, email: str) -> bool:
    """Delete the account with this address if nobody has confirmed it, with its sign-ups; return whether there was
    one."""
    lock_address(email)
    person = _locked_unconfirmed(email)
    if person:
        person.delete()
    return person is not None


@transaction.atomic
def erase_account(*, user: User) -> None:
    """Erase a person with all their addresses, skills and consents. Rows of other apps lose their link to them."""
    User.objects.select_for_update().get(pk=user.pk).delete()


def _locked_unconfirmed(email: str) -> User | None:
    """Lock and return the account with this address if nobody has confirmed it."""
    person = User.objects.select_for_update().filter(email__iexact=email).first()
    return person if person and unconfirmed_accounts().filter(pk=person.pk).exists() else None
