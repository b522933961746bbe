"""Load the people of the demo, with their home spaces, skills and consents."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from hacktiv.network import files as network
from members.enums import AffiliationRole, ConsentPurpose, NetworkRoleKind, SkillDirection
from members.models import Affiliation, Consent, NetworkRole, Organisation, Skill, User, UserSkill
from spaces.enums import MembershipState, MembershipStep, Role
from spaces.memberships.operations import ask_membership
from spaces.models import Agreement, HomeSpace, Invitation, Membership, MembershipChange, MembershipKind, SpaceRole
from spaces.models.invitations import VALID_FOR
from spaces.timing.hours import NOON, at_local

from . import ACCOUNTS, PASSWORD, files

#: Long enough ago that each person who took part in a past example had a home space then.
MEMBER_FOR = timedelta(days=400)


def load_people(spaces, today):
    """Add the people that are not there; return {e-mail address: user} of those of the demo.

    An account with such an address that is no example belongs to somebody, and is left alone.
    """
    people = files.people()
    there = {user.email: user for user in User.objects.filter(email__in=[person.address for person in people])}
    new = [person for person in people if person.address not in there]
    for user, person in zip(_create(new), new, strict=True):
        there[person.address] = user
        _introduce(user, person, spaces, today)
    _invite(files.invitation(), spaces)
    return {email: user for email, user in there.items() if user.is_example}


def members_of(people):
    """Keep the people who are members: the others neither book nor come to the events for members."""
    members = {person.address for person in files.people() if person.home}
    return {email: user for email, user in people.items() if email in members}


def _create(people):
    open_accounts = {email for _role, email, _password in ACCOUNTS}
    password = make_password(PASSWORD) if any(person.address in open_accounts for person in people) else ""
    users = User.objects.bulk_create(
        User(
            email=person.address,
            password=password if person.address in open_accounts else make_password(None),
            first_name=person.first_name,
            last_name=files.words().last_name[person.language],
            language=person.language,
            headline=person.headline,
            about=person.about,
            residence=person.residence,
            status=person.status,
            gender=person.gender or "",
            age_band=person.age_band or "",
            is_listed=person.is_listed,
            is_example=True,
        )
        for person in people
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in users
    )
    return users


def _introduce(user, person, spaces, today):
    if person.home:
        _join(user, spaces[person.home], today - MEMBER_FOR)
    if person.asks:
        ask_membership(user=user, space=spaces[person.asks], kind=_kind())
    skills = {skill.slug: skill for skill in Skill.objects.filter(slug__in=person.offers + person.seeks)}
    wanted = [(SkillDirection.OFFERED, person.offers), (SkillDirection.SOUGHT, person.seeks)]
    UserSkill.objects.bulk_create(
        UserSkill(user=user, skill=skills[slug], direction=direction) for direction, slugs in wanted for slug in slugs
    )
    agreed = {ConsentPurpose.DIRECTORY: person.is_listed, ConsentPurpose.STATISTICS: bool(person.gender)}
    Consent.objects.bulk_create(Consent(user=user, purpose=purpose) for purpose, given in agreed.items() if given)
    for slug in person.receives:
        SpaceRole.objects.create(user=user, space=spaces[slug], role=Role.FRONT_DESK, since=today - MEMBER_FOR)
    for slug in person.manages:
        SpaceRole.objects.create(user=user, space=spaces[slug], role=Role.MANAGER, since=today - MEMBER_FOR)
    if person.coordinates:
        since = today - MEMBER_FOR
        NetworkRole.objects.create(user=user, role=NetworkRoleKind.COORDINATOR, since=since)


def _join(user, space, since):
    """Make the person a member of the space, and at home there, for long."""
    kind, then = _kind(), at_local(since, NOON)
    membership = Membership.objects.create(
        user=user,
        space=space,
        kind=kind,
        state=MembershipState.ACTIVE,
        since=since,
        asked_at=then,
        decided_at=then,
        is_example=True,
    )
    MembershipChange.objects.create(
        membership=membership, step=MembershipStep.GIVEN, kind=kind, since=since, made_at=then
    )
    HomeSpace.objects.create(user=user, space=space, since=since)


def _invite(invitation, spaces):
    """Make the invitation, of which no mail leaves."""
    sent = timezone.now()
    Invitation.objects.get_or_create(
        space=spaces[invitation.space],
        email=invitation.email,
        is_example=True,
        defaults={
            "kind": _kind(),
            "full_name": invitation.full_name,
            "language": invitation.language,
            "words": invitation.words,
            "sent_at": sent,
            "expires_at": sent + VALID_FOR,
        },
    )


def load_agreement(spaces, people, today):
    """Give the organisation its places and its contact."""
    wanted, since = files.agreement(), today - MEMBER_FOR
    known = {"name": wanted.name, "kind": wanted.kind, "country": wanted.country}
    organisation, _made = Organisation.objects.get_or_create(slug=wanted.organisation, defaults=known)
    kind = MembershipKind.objects.get(slug=files.rooms().membership.slug)
    terms = {"kind": kind, "places": wanted.places, "since": since, "is_example": True}
    Agreement.objects.get_or_create(organisation=organisation, space=spaces[wanted.space], defaults=terms)
    if contact := people.get(wanted.contact):
        days = {"role": AffiliationRole.CONTACT, "since": since}
        named = {"user": contact, "organisation": organisation, "space": spaces[wanted.space]}
        Affiliation.objects.get_or_create(**named, defaults=days)


def _kind():
    return MembershipKind.objects.get(slug=network.membership_kinds()[0].slug)
