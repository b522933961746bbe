"""Queries of what keeps an account: sessions, second factors, and its export."""

import json
from datetime import timedelta
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from hacktiv.common.personal_data import Person

from ..models import AddressChange, CalendarFeed, EarlierAddress, User, is_stop_token_used, read_stop_token


class Mailbox(NamedTuple):
    """An account with a mailbox of its own: the present one, or one that another address has just replaced. `is_used`:
    the account was stopped since its link was made."""

    person: User
    email: str
    is_present: bool
    is_used: bool = False


def mailbox_of(token: str) -> Mailbox | None:
    """Return the mailbox that a link to stop a change of address went to, with its account.

    None where the link is forged or too old, or where the address was given up too long ago."""
    account, email = read_stop_token(token) or (None, "")
    person = User.objects.filter(pk=account).first()
    if person is None:
        return None
    if person.email.lower() == email:
        return Mailbox(person, email, is_present=True, is_used=is_stop_token_used(token, person.stopped_at))
    since = timezone.now() - AddressChange.FREEZES_FOR
    was_theirs = EarlierAddress.objects.filter(user=person, email=email, left_at__gte=since).exists()
    return Mailbox(person, email, is_present=False) if was_theirs else None


def sessions_of(person: Person) -> list[str]:
    """Return the keys of the sessions in which the person is signed in, or that hold an address which was theirs when
    the session was saved.

    What a session holds can only be seen by reading each; ended ones are cleared every night."""
    pk = str(person.user.pk) if person.user else None
    lasts = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    found = []
    for session in Session.objects.iterator():
        held = session.get_decoded()
        words = json.dumps(held, default=str, ensure_ascii=False).lower()
        saved_at = session.expire_date - lasts
        addresses = person.typed | {one.address for one in person.held if one.had_at(saved_at)}
        if (pk and held.get(SESSION_KEY) == pk) or any(address in words for address in addresses):
            found.append(session.session_key)
    return found


def has_second_factor(user: User) -> bool:
    """Return whether the person has a passkey or an application with codes; recovery codes only stand in for these."""
    return Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


#: What the profile says of a person.
OF_PROFILE = (
    *("first_name", "last_name", "language", "headline", "about", "website"),
    *("residence", "status", "gender", "age_band", "is_listed", "wants_events_alone"),
)


def export_person(user: User) -> dict[str, Any]:
    """Return all data that this app holds on a person, as plain values for a file."""
    feed = CalendarFeed.objects.filter(user=user).first()
    return {
        "calendar_feed": feed and {"is_on": feed.is_on, "renewed_at": feed.renewed_at.isoformat()},
        "account": _account(user),
        "profile": {name: getattr(user, name) for name in OF_PROFILE},
        "skills": [
            {"skill": row.skill.name, "direction": row.direction}
            for row in user.user_skills.select_related("skill").order_by("direction", "skill__slug")
        ],
        "consents": [
            {
                "purpose": consent.purpose,
                "given_at": consent.given_at.isoformat(),
                "withdrawn_at": consent.withdrawn_at.isoformat() if consent.withdrawn_at else None,
            }
            for consent in user.consents.order_by("given_at", "pk")
        ],
    }


def _account(user: User) -> dict[str, Any]:
    """Return how the person signs in, and from where they have."""
    return {
        "email": user.email,
        "joined_on": user.date_joined.isoformat(),
        "last_sign_in": user.last_login.isoformat() if user.last_login else None,
        "participant_number": str(user.participant_number),
        "addresses": [
            {"email": address.email, "verified": address.verified, "primary": address.primary}
            for address in EmailAddress.objects.filter(user=user).order_by("pk")
        ],
        "earlier_addresses": [
            {"email": address.email, "left_at": address.left_at.isoformat()}
            for address in user.earlier_addresses.order_by("left_at", "pk")
        ],
        "second_factors": [
            {
                "type": factor.type,
                "name": factor.data.get("name", ""),
                "made_at": factor.created_at.isoformat(),
                "last_used_at": factor.last_used_at.isoformat() if factor.last_used_at else None,
            }
            for factor in Authenticator.objects.filter(user=user).order_by("created_at", "pk")
        ],
        "sessions": [
            {"began_at": session.created_at.isoformat(), "address": session.ip, "browser": session.user_agent}
            for session in UserSession.objects.filter(user=user).order_by("created_at", "pk")
        ],
    }
