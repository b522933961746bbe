"""Take an account out of the hands of somebody else who got into it, by the link that its mailbox was sent.

While the mailbox is the account's, its owner goes on with a new password. For some days after another address has taken
its place the account is closed instead: who has the new mailbox would have a new password sent there. Administrators
decide then whose it is; nothing is put back by itself.
"""

from functools import partial
from typing import Any, NamedTuple

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ...core.queries import administrators, person_of
from ...errors import MemberError
from ...models import CalendarFeed, DataArchive, User
from ..queries import Mailbox, mailbox_of, sessions_of

KINDS: dict[str, Any] = {
    Authenticator.Type.WEBAUTHN: _("its passkeys"),
    Authenticator.Type.TOTP: _("its application with codes"),
    Authenticator.Type.RECOVERY_CODES: _("its recovery codes"),
}


class Stopped(NamedTuple):
    """An account that its mailbox has stopped, whether it is closed by it, and in words what went of it."""

    person: User
    is_frozen: bool
    removed: list[str | Promise]


@transaction.atomic
def stop_address_change(*, token: str) -> Stopped:
    """Sign an account out everywhere for the owner of its mailbox, and void all by which somebody else could open it or
    follow it: password, second factors, calendar address, data file, and the change of address under way. Where another
    address has taken the place of theirs, close the account and tell the administrators. Tell by mail what went.

    A link serves once while its mailbox is the account's. Raises MemberError `gone`, `used`."""
    mailbox = mailbox_of(token)
    if mailbox:
        User.objects.select_for_update().filter(pk=mailbox.person.pk).first()
        mailbox = mailbox_of(token)
    if mailbox is None:
        raise MemberError("gone", _("This link serves for nothing any more."))
    if mailbox.is_used:
        raise MemberError("used", _("This is done already."))
    person = mailbox.person
    _sign_out(person)
    factors = _remove_factors(person)
    removed: list[str | Promise] = [_("its password"), *factors, *_remove_rest(person)]
    person.set_unusable_password()
    person.is_active = person.is_active and mailbox.is_present
    person.stopped_at = timezone.now()
    person.save(update_fields=["password", "is_active", "stopped_at"])
    _tell(mailbox, removed, had_factors=bool(factors))
    return Stopped(person, not mailbox.is_present, removed)


def _sign_out(person: User) -> None:
    """End the sessions of an account, and those that wait for its second factor or for a code."""
    sessions = UserSession.objects.filter(user=person)
    keys = {*sessions.values_list("session_key", flat=True), *sessions_of(person_of(person))}
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()


def _remove_factors(person: User) -> list[str | Promise]:
    factors = Authenticator.objects.filter(user=person)
    kinds = set(factors.values_list("type", flat=True))
    factors.delete()
    return [words for kind, words in KINDS.items() if kind in kinds]


def _remove_rest(person: User) -> list[str | Promise]:
    """Remove the addresses that wait for a confirmation, the private calendar address and the file of all data."""
    removed: list[str | Promise] = []
    waiting = EmailAddress.objects.filter(user=person, verified=False).exclude(email__iexact=person.email)
    if waiting:
        waiting.delete()
        removed.append(_("the change of address that was under way"))
    if CalendarFeed.objects.filter(user=person, is_on=True).update(is_on=False):
        removed.append(_("its private calendar address"))
    for archive in DataArchive.objects.select_for_update().filter(user=person):
        if archive.file:
            transaction.on_commit(partial(archive.file.storage.delete, str(archive.file.name)), robust=True)
        archive.delete()
        removed.append(_("the file of its data"))
    return removed


def _tell(mailbox: Mailbox, removed: list[str | Promise], *, had_factors: bool) -> None:
    """Mail what was removed to the mailbox that stopped it and, once another has taken its place, to that one and to
    the administrators."""
    person = mailbox.person
    told = {
        "user": person,
        "from_email": mailbox.email,
        "to_email": person.email,
        "is_frozen": not mailbox.is_present,
        "removed": removed,
        "had_factors": had_factors,
        "password_reset_url": reverse("account_reset_password"),
    }
    for email in dict.fromkeys([mailbox.email, person.email]):
        get_adapter().send_mail("account/email/account_stopped", email, told)
    if mailbox.is_present:
        return
    asked = {"name": str(person), "from_email": mailbox.email, "to_email": person.email}
    asked["person_url"] = reverse("admin:members_user_change", args=[person.pk])
    for administrator in administrators().exclude(pk=person.pk).order_by("pk"):
        get_adapter().send_mail("account/email/account_frozen", administrator.email, asked)
