"""Give profile, consents, skills and addresses of an account to the one that stays. Both are locked."""

from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from hacktiv.outbox.operations import refuse_optional, refuses_optional
from members.core.queries import held_addresses
from members.enums import ConsentPurpose
from members.models import Consent, DataArchive, EarlierAddress, User, UserSkill

#: What is filled where it is empty, whatever was agreed to.
PLAIN = ("first_name", "last_name", "residence", "status")
#: What the directory shows.
SHOWN = ("headline", "about", "website")
#: What goes with the consent to the statistics.
COUNTED = ("gender", "age_band")
#: Before any address was given up, and the end of an address that the person still has.
NEVER, STILL = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class _Decision(NamedTuple):
    """The latest decision of an account on a purpose: the moment, and whether it agrees."""

    at: datetime
    agrees: bool


def join_profiles(*, kept: User, gone: User) -> None:
    """Fill what is empty in the profile that stays, and keep of the consents the later decision of both.

    Nothing becomes public by it: the directory shows no words of an account that was not in it, and who is not in it by
    the account that stays does not come into it."""
    is_shown = _agrees_to_directory(kept, gone)
    names = [*PLAIN]
    if gone.is_listed or not is_shown:
        names += SHOWN
        _join_skills(kept, gone)
    else:
        UserSkill.objects.filter(user=gone).delete()
    _fill(kept, gone, names)
    _join_statistics(kept, gone)
    _join_consents(kept, gone, is_shown)
    kept.is_listed = is_shown
    kept.save()


def _fill(kept: User, gone: User, names: list[str]) -> None:
    for name in names:
        if not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))


def _join_skills(kept: User, gone: User) -> None:
    own = set(UserSkill.objects.filter(user=kept).values_list("skill", "direction"))
    for row in UserSkill.objects.filter(user=gone):
        if (row.skill_id, row.direction) in own:
            row.delete()
        else:
            row.user = kept
            row.save()


def _decision(user: User, purpose: str) -> _Decision | None:
    rows = Consent.objects.filter(user=user, purpose=purpose).order_by("given_at", "pk")
    decisions = [_Decision(row.withdrawn_at or row.given_at, row.withdrawn_at is None) for row in rows]
    return max(decisions, default=None)


def _agrees_to_directory(kept: User, gone: User) -> bool:
    own, other = (_decision(user, ConsentPurpose.DIRECTORY) for user in (kept, gone))
    was_taken_back = other is not None and not other.agrees and (own is None or other.at > own.at)
    return kept.is_listed and not was_taken_back


def agrees(kept: User, gone: User, purpose: str) -> bool:
    """Return the later decision of both; of two at one moment, the one that agrees to less."""
    found = [one for one in (_decision(user, purpose) for user in (kept, gone)) if one]
    return bool(found) and max(found, key=lambda one: (one.at, not one.agrees)).agrees


def _join_statistics(kept: User, gone: User) -> None:
    """Keep gender and age band by the later decision: taken back, both leave; given, what is empty is filled."""
    if not agrees(kept, gone, ConsentPurpose.STATISTICS):
        for name in COUNTED:
            setattr(kept, name, "")
    elif (other := _decision(gone, ConsentPurpose.STATISTICS)) and other.agrees:
        own = _decision(kept, ConsentPurpose.STATISTICS)
        if own is None or own.agrees or own.at < other.at:
            _fill(kept, gone, [*COUNTED])


def _join_consents(kept: User, gone: User, is_shown: bool) -> None:
    """Keep the history of both; of two consents that hold, the one of the account that stays."""
    now = timezone.now()
    agreed = {purpose: agrees(kept, gone, purpose) for purpose in ConsentPurpose.values}
    agreed[ConsentPurpose.DIRECTORY] = is_shown
    for purpose, is_agreed in agreed.items():
        own = Consent.objects.filter(user=kept, purpose=purpose, withdrawn_at=None)
        theirs = Consent.objects.filter(user=gone, purpose=purpose)
        if own.exists() or not is_agreed:
            theirs.filter(withdrawn_at=None).update(withdrawn_at=now)
        if not is_agreed:
            own.update(withdrawn_at=now)
        theirs.update(user=kept)


def join_addresses(*, kept: User, gone: User) -> None:
    """Make the addresses of the account that goes earlier ones of the other; a refusal of either holds for both."""
    confirmed = EmailAddress.objects.filter(user=gone, verified=True).values_list("email", flat=True)
    notes = EarlierAddress.objects.filter(user__in=[kept, gone])
    left = {(address.lower(), timezone.now()) for address in (*confirmed, gone.email)}
    had = [(kept.email.lower(), None), *left, *notes.values_list("email", "left_at")]
    until: dict[tuple[str, datetime | None], datetime] = {}
    for held in held_addresses(had, [kept, gone]):
        time = (held.address, held.since)  # Of one time in which nobody else had it, the last note says it all.
        until[time] = max(until.get(time, NEVER), held.until or STILL)
    notes.delete()
    EarlierAddress.objects.bulk_create(
        EarlierAddress(user=kept, email=address, left_at=left_at)
        for (address, _since), left_at in sorted(until.items(), key=str)
        if left_at != STILL
    )
    if refuses_optional(gone.email):
        refuse_optional(email=kept.email)


def close_account(*, kept: User, gone: User) -> None:
    """Sign the account that goes out everywhere and delete it, with the file of its data once this is committed.

    Nothing that is to stay refers to it any more."""
    for archive in DataArchive.objects.select_for_update().filter(user=gone).exclude(file=""):
        transaction.on_commit(partial(archive.file.storage.delete, str(archive.file.name)), robust=True)
    sessions = UserSession.objects.filter(user=gone).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=list(sessions)).delete()
    people = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=people, object_id=str(gone.pk)).update(object_id=str(kept.pk))
    gone.delete()
