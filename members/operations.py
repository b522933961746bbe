"""Writes about people. Each is one transaction and locks the person's row."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hacktiv.common.locks import lock_address
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue

from . import rules
from .enums import NEWS_TOPICS, ConsentPurpose, NetworkRoleKind, SkillDirection
from .errors import MemberError
from .models import CalendarFeed, Consent, EarlierAddress, NetworkRole, SignUp, Skill, User, UserSkill
from .queries import unconfirmed_accounts

#: The beginning of the kinds of mail with a link that confirms an address.
CONFIRMATION = "account.email_confirmation"
#: The kind of mail about a role that is given or ended.
ROLE_NEWS = "members.role_news"
#: What a sign-up says of an account.
TYPED = ("first_name", "last_name", "password", "language")


@transaction.atomic
def update_profile(
    *, user: User, news: Collection[str] | None = None, presence: bool | None = None, **fields: Any
) -> User:
    """Write the given fields of a person's profile and bring their consents in step.

    `is_listed` is the consent to the directory. A gender or an age band is the consent to the statistics; emptying both
    withdraws it. `news` are the topics of which they agree to get news, `presence` whether members may see them where
    they are; None leaves these as they are.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save(update_fields=list(fields))
    _keep_consent(person, ConsentPurpose.DIRECTORY, given=person.is_listed)
    _keep_consent(person, ConsentPurpose.STATISTICS, given=rules.tells_of_statistics(person))
    if news is not None:
        choose_news(user=person, topics=news)
    if presence is not None:
        _keep_consent(person, ConsentPurpose.PRESENCE, given=presence)
    return person


@transaction.atomic
def set_skills(*, user: User, offered: Iterable[Skill], sought: Iterable[Skill]) -> None:
    """Give a person exactly these skills. Rows that stay are not touched."""
    User.objects.select_for_update().get(pk=user.pk)
    wanted = {(skill.pk, SkillDirection.OFFERED.value) for skill in offered}
    wanted |= {(skill.pk, SkillDirection.SOUGHT.value) for skill in sought}
    for row in user.user_skills.all():
        if (row.skill_id, row.direction) in wanted:
            wanted.remove((row.skill_id, row.direction))
        else:
            row.delete()
    UserSkill.objects.bulk_create(
        UserSkill(user=user, skill_id=skill, direction=direction) for skill, direction in sorted(wanted)
    )


@transaction.atomic
def choose_news(*, user: User, topics: Collection[str]) -> None:
    """Note the topics of which a person agrees to get news by mail: to exactly these. A consent that stands keeps its
    date."""
    person = User.objects.select_for_update().get(pk=user.pk)
    for topic in NEWS_TOPICS:
        _keep_consent(person, topic, given=topic.value in topics)


@transaction.atomic
def choose_presence(*, user: User, is_shown: bool) -> None:
    """Note whether a person agrees that members see when they are in a space. A consent that stands keeps its date."""
    person = User.objects.select_for_update().get(pk=user.pk)
    _keep_consent(person, ConsentPurpose.PRESENCE, given=is_shown)


@transaction.atomic
def end_welcome(*, user: User) -> None:
    """Welcome the person no more: they have done the steps, or do not wish to."""
    User.objects.filter(pk=user.pk).update(is_newcomer=False)


@transaction.atomic
def leave_news(*, user: User, topic: ConsentPurpose) -> None:
    """Take back a person's consent to the news of one topic; the others stay. Does nothing for a person erased
    meanwhile: their consents went with them."""
    person = User.objects.select_for_update().filter(pk=user.pk).first()
    if person:
        _keep_consent(person, topic, given=False)


@transaction.atomic
def renew_calendar_feed(*, user: User) -> CalendarFeed:
    """Give a person a private calendar address, or a new one. An address given before stops working."""
    User.objects.select_for_update().get(pk=user.pk)
    feed, created = CalendarFeed.objects.get_or_create(user=user)
    if not created:
        feed.number += 1
        feed.is_on = True
        feed.renewed_at = timezone.now()
        feed.save()
    return feed


@transaction.atomic
def stop_calendar_feed(*, user: User) -> None:
    """Close a person's private calendar address for good. Does nothing if there is none."""
    User.objects.select_for_update().get(pk=user.pk)
    CalendarFeed.objects.filter(user=user).update(is_on=False)


@transaction.atomic
def keep_earlier_address(*, user: User, old: str, new: str) -> None:
    """Note the confirmed address that a person has exchanged for another; the new one is no earlier one any more."""
    User.objects.select_for_update().get(pk=user.pk)
    EarlierAddress.objects.filter(user=user, email=new.lower()).delete()
    if old.lower() != new.lower():
        EarlierAddress.objects.get_or_create(user=user, email=old.lower())


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
    """Make the account what a sign-up says, and drop the others made for its address. Return the account."""
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


@transaction.atomic
def give_network_role(
    *, user: User, role: NetworkRoleKind, since: date, until: date | None = None, by: User | None
) -> NetworkRole:
    """Give the person the role in the network from `since` to the day before `until`, and mail them.

    Raises MemberError `days`, `held` where they have it on some of these days already, `gone`."""
    user = _locked_account(user)
    if until and until <= since:
        raise MemberError("days", _("It ends after it begins."))
    held = NetworkRole.objects.filter(user=user, role=role).exclude(until__lte=since)
    if (held.filter(since__lt=until) if until else held).exists():
        raise MemberError("held", format_lazy(_("{person} has this role on these days already."), person=user))
    made = NetworkRole.objects.create(user=user, role=role, since=since, until=until, given_by=by)
    _tell_of_role(made, f"{ROLE_NEWS}:{made.pk}:given", "given")
    return made


@transaction.atomic
def end_network_role(*, role: NetworkRole, on: date, by: User | None) -> NetworkRole:
    """End the role: `on` is the first day without it, and before its first day it never begins. Mail the person.

    Raises MemberError `over` for a role that ends by then already, `gone`."""
    _locked_account(role.user)
    found = NetworkRole.objects.select_related("user").get(pk=role.pk)
    on = max(on, found.since)
    if found.until and found.until <= on:
        raise MemberError("over", _("It ends by then already."))
    found.until, found.ended_by = on, by
    found.save(update_fields=["until", "ended_by"])
    _tell_of_role(found, f"{ROLE_NEWS}:{found.pk}:ended:{on}", "ended")
    return found


def _locked_unconfirmed(email: str) -> User | None:
    """Lock and return the account with this address if nobody has confirmed it."""
    person = User.objects.select_for_update().filter(email__iexact=email).first()
    return person if person and unconfirmed_accounts().filter(pk=person.pk).exists() else None


def _keep_consent(person: User, purpose: ConsentPurpose, *, given: bool) -> None:
    current = Consent.objects.filter(user=person, purpose=purpose, withdrawn_at=None)
    if not given:
        current.update(withdrawn_at=timezone.now())
    elif not current.exists():
        Consent.objects.create(user=person, purpose=purpose)


def _locked_account(user: User) -> User:
    """Lock the account: one transaction at a time changes what roles a person has. Raises MemberError `gone`."""
    try:
        return User.objects.select_for_update(no_key=True).get(pk=user.pk)
    except User.DoesNotExist:
        raise MemberError("gone", _("This account was erased.")) from None


def _tell_of_role(role: NetworkRole, key: str, news: str) -> None:
    enqueue(
        key=key,
        template=ROLE_NEWS,
        to_email=role.user.email,
        to_name=str(role.user),
        language=role.user.language,
        context={"role": role.pk, "news": news},
    )
