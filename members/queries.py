"""Queries over people and their skills."""

import json
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.postgres.lookups import Unaccent
from django.contrib.sessions.models import Session
from django.core.signing import BadSignature
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast, Lower

from hacktiv.common.languages import columns
from hacktiv.common.personal_data import Person
from hacktiv.common.text import searched_words

from .enums import NEWS_TOPICS, ConsentPurpose, NetworkRoleKind, SkillDirection
from .models import (
    FEED_SIGNER,
    CalendarFeed,
    Consent,
    EarlierAddress,
    NetworkRole,
    Skill,
    SkillCategory,
    User,
    UserSkill,
)


def listed_people(*, search: str = "", skill: Skill | None = None, direction: str = "") -> QuerySet[User]:
    """Return the people of the directory, by name, each with the lists `offered` and `sought` (UserSkill). Three
    queries.

    Each word of `search` must occur in the name, the headline or a skill's name in any language, whatever its accents
    and capitals. `skill` is looked for in `direction` (`SkillDirection`), or in both directions. A direction without a
    skill keeps the people who offer, or seek, anything.
    """
    people = User.objects.listed()
    for word in searched_words(search):
        people = people.filter(_about(word))
    if skill or direction:
        people = people.filter(Exists(_skills_of_person(skill=skill, direction=direction)))
    rows = UserSkill.objects.select_related("skill", "skill__category").order_by(
        "skill__category__order", "skill__slug"
    )
    return people.order_by(Lower(Unaccent("last_name")), Lower(Unaccent("first_name")), "pk").prefetch_related(
        Prefetch("user_skills", rows.filter(direction=SkillDirection.OFFERED), to_attr="offered"),
        Prefetch("user_skills", rows.filter(direction=SkillDirection.SOUGHT), to_attr="sought"),
    )


def skills_by_category(language: str) -> QuerySet[SkillCategory]:
    """Return the categories in their order, each with its skills sorted by name in `language`. Two queries."""
    by_name = Skill.objects.order_by(Lower(Unaccent(f"name_{language}")))
    return SkillCategory.objects.filter(Exists(Skill.objects.filter(category=OuterRef("pk")))).prefetch_related(
        Prefetch("skills", by_name)
    )


def language_of(email: str, *, otherwise: str) -> str:
    """Return the language in which to write to an address: that of its account, without one `otherwise`."""
    owner = owner_of(email)
    return owner.language if owner else otherwise


def news_of(user: User) -> set[str]:
    """Return the topics of which the person agrees to get news."""
    given = Consent.objects.filter(user=user, purpose__in=NEWS_TOPICS, withdrawn_at=None)
    return set(given.values_list("purpose", flat=True))


def agreeing_to(purpose: str) -> QuerySet[Consent]:
    """Return the consents to a purpose that stand."""
    return Consent.objects.filter(purpose=purpose, withdrawn_at=None)


def shows_presence(user: User) -> bool:
    """Return whether the person agrees that members see when they are in a space."""
    return agreeing_to(ConsentPurpose.PRESENCE).filter(user=user).exists()


def who_agreed(topic: str) -> set[int]:
    """Return the people (primary keys) who agree to get the news of a topic."""
    return set(Consent.objects.filter(purpose=topic, withdrawn_at=None).values_list("user", flat=True))


def feed_of(user: User) -> CalendarFeed | None:
    """Return the person's calendar feed if it is on, else None."""
    return CalendarFeed.objects.filter(user=user, is_on=True).first()


def feed_by_token(token: str) -> CalendarFeed | None:
    """Return the feed that a token opens, with its person; None for a forged, renewed or stopped one."""
    try:
        pk, number = map(int, FEED_SIGNER.unsign(token).split("-"))
    except (BadSignature, ValueError):
        return None
    feeds = CalendarFeed.objects.filter(is_on=True, user__is_active=True).select_related("user")
    return feeds.filter(pk=pk, number=number).first()


def person_of(user: User) -> Person:
    """Return whose rows belong to an account: those under its confirmed address, and under its earlier ones.

    An address that another account has by now is that account's. One that was never confirmed may be anybody's."""
    addresses = EmailAddress.objects.filter(user=user)
    confirmed = {address.email.lower() for address in addresses if address.verified}
    typed = {address.email.lower() for address in addresses if not address.verified}
    confirmed |= {user.email.lower()} - typed
    confirmed |= set(EarlierAddress.objects.filter(user=user).values_list("email", flat=True))
    others = User.objects.exclude(pk=user.pk).annotate(address=Lower("email")).filter(address__in=confirmed | typed)
    taken = set(others.values_list("address", flat=True))
    return Person(user=user, addresses=frozenset(confirmed - taken), typed=frozenset(typed - taken - confirmed)).under(
        user.get_full_name()
    )


def owner_of(email: str) -> User | None:
    """Return the account that has an address. One that nobody has confirmed has none."""
    return User.objects.exclude(pk__in=unconfirmed_accounts().order_by()).filter(email__iexact=email).first()


def confirmed_addresses(user: User) -> QuerySet[EmailAddress, str]:
    """Return the addresses, in lower case, that the person has confirmed by a link sent there; no query by itself."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).annotate(address=Lower("email"))
    return confirmed.values_list("address", flat=True)


def has_confirmed(user: User, email: str) -> bool:
    """Return whether the person has confirmed this address."""
    return confirmed_addresses(user).filter(address=email.lower()).exists()


def unconfirmed_accounts() -> QuerySet[User]:
    """Return the accounts that somebody opened on the site and whose address nobody has confirmed.

    Whoever typed the address may be a stranger to it, and nobody can have signed in. An account that the staff opened
    is none of them."""
    own = EmailAddress.objects.filter(user=OuterRef("pk"))
    opened_by_staff = LogEntry.objects.filter(
        content_type__app_label="members",
        content_type__model="user",
        action_flag=ADDITION,
        object_id=Cast(OuterRef("pk"), TextField()),
    )
    return User.objects.filter(
        Exists(own.filter(email__iexact=OuterRef("email"), verified=False)),
        ~Exists(own.filter(verified=True)),
        ~Exists(opened_by_staff),
        last_login=None,
        is_staff=False,
        is_superuser=False,
        groups=None,
        network_roles=None,
    )


def administrators() -> QuerySet[User]:
    """Return the active people who administer the network today, superusers among them."""
    roles = NetworkRole.objects.held().filter(role=NetworkRoleKind.ADMINISTRATOR)
    return User.objects.filter(Q(is_superuser=True) | Q(pk__in=roles.order_by().values("user")), is_active=True)


def sessions_of(person: Person) -> list[str]:
    """Return the keys of the sessions in which the person is signed in, or that hold one of their addresses.

    What a session holds can only be seen by reading each; ended ones are cleared every night."""
    pk = str(person.user.pk) if person.user else None
    addresses = person.addresses | person.typed
    found = []
    for session in Session.objects.iterator():
        held = session.get_decoded()
        words = json.dumps(held, default=str, ensure_ascii=False).lower()
        if (pk and held.get(SESSION_KEY) == pk) or any(address in words for address in addresses):
            found.append(session.session_key)
    return found


def has_second_factor(user: User) -> bool:
    """Return whether the person has a passkey or an application with codes; recovery codes only stand in for these."""
    return Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def export_person(user: User) -> dict[str, Any]:
    """Return all data that this app holds on a person, as plain values for a file."""
    feed = CalendarFeed.objects.filter(user=user).first()
    return {
        "calendar_feed": feed and {"is_on": feed.is_on, "renewed_at": feed.renewed_at.isoformat()},
        "account": {
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
        },
        "profile": {
            name: getattr(user, name)
            for name in (
                "first_name",
                "last_name",
                "language",
                "headline",
                "about",
                "website",
                "residence",
                "status",
                "gender",
                "age_band",
                "is_listed",
            )
        },
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


def _about(word: str) -> Q:
    fields = ("first_name", "last_name", "headline")
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__unaccent__icontains": word})
    named = Q()
    for name in columns("name"):
        named |= Q(**{f"skill__{name}__unaccent__icontains": word})
    return found | Q(Exists(_skills_of_person().filter(named)))


def _skills_of_person(*, skill: Skill | None = None, direction: str = "") -> QuerySet[UserSkill]:
    rows = UserSkill.objects.filter(user=OuterRef("pk"))
    if skill:
        rows = rows.filter(skill=skill)
    if direction:
        rows = rows.filter(direction=direction)
    return rows
