"""Propose lunch&talk topics for free Fridays, and accept, decline or withdraw them."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import MAIN, column, columns
from hacktiv.outbox.operations import enqueue
from members.models import User
from spaces.core.queries import recipients_of
from spaces.models import Space
from spaces.timing.hours import NOON, at_local

from ..enums import ROTA_TYPE, EventState, TopicState
from ..errors import EventError
from ..models import Event, EventType, Speaker, TopicProposal
from ..programme.operations import free_slug, publish
from ..registering.operations import copy_questions
from .queries import free_fridays

TAKEN = _("This Friday is taken. Choose another one.")


@transaction.atomic
def propose_topic(*, space: Space, day: date, user: User, title: str, summary: str, language: str) -> TopicProposal:
    """Propose a topic for a free Friday of a space, and tell its managers. A second click changes nothing.

    Raises EventError `taken`."""
    if day not in free_fridays(timezone.localdate(), spaces=[space]).get(space, ()):
        raise EventError("taken", TAKEN)
    proposal, is_new = TopicProposal.objects.get_or_create(
        space=space,
        day=day,
        user=user,
        state=TopicState.PROPOSED,
        defaults={"title": title, "summary": summary, "language": language},
    )
    if is_new:
        for person in recipients_of(space):
            _tell("topic_proposed", proposal, person.email, person.name, person.language)
    return proposal


@transaction.atomic
def withdraw_topic(*, proposal: TopicProposal) -> TopicProposal:
    """Withdraw a proposal for its member. Raises EventError `decided`: it is accepted or declined already."""
    proposal = _locked(proposal)
    if proposal.state == TopicState.WITHDRAWN:
        return proposal
    return _decide(proposal, TopicState.WITHDRAWN, by=proposal.user)


@transaction.atomic
def accept_topic(*, proposal: TopicProposal, by: User, publishes: bool = False) -> TopicProposal:
    """Accept a topic: make an event with the member as its speaker, a draft or published at once.

    The member is told. A second click changes nothing.
    Raises EventError: `decided`, `taken`, `past`, and those of `publish`."""
    proposal = _locked(proposal)
    if proposal.state == TopicState.ACCEPTED:
        return proposal
    if proposal.day <= timezone.localdate():
        raise EventError("past", _("This date is past: choose a day to come."))
    if proposal.day not in free_fridays(timezone.localdate(), spaces=[proposal.space]).get(proposal.space, ()):
        raise EventError("taken", _("This Friday is taken: decline the topic, or propose another day to the member."))
    proposal.event = _event_of(proposal, by)
    _decide(proposal, TopicState.ACCEPTED, by=by)
    if publishes:
        publish(event=proposal.event, by=by)
    Speaker.objects.create(event=proposal.event, user=proposal.user)  # The mail about the topic tells them.
    _tell_member("topic_accepted", proposal)
    return proposal


@transaction.atomic
def decline_topic(*, proposal: TopicProposal, reason: str, by: User) -> TopicProposal:
    """Decline a topic with a reason, which the member reads in the mail. Raises EventError: `decided`, `reason`."""
    proposal = _locked(proposal)
    if not reason.strip():
        raise EventError("reason", _("Say why: the member reads it."))
    proposal.reason = reason.strip()
    _decide(proposal, TopicState.DECLINED, by=by)
    _tell_member("topic_declined", proposal)
    return proposal


def _locked(proposal: TopicProposal) -> TopicProposal:
    """Lock all proposals for the same Friday, and read this one again. So the second of two accepted is refused."""
    rivals = TopicProposal.objects.filter(space=proposal.space_id, day=proposal.day).order_by("pk")
    list(rivals.select_for_update(no_key=True))
    return TopicProposal.objects.select_related("space", "user", "event").get(pk=proposal.pk)


def _decide(proposal: TopicProposal, state: TopicState, *, by: User) -> TopicProposal:
    if not proposal.is_open:
        raise EventError("decided", _("This proposal is decided already."))
    proposal.state, proposal.decided_at, proposal.decided_by = state, timezone.now(), by
    proposal.save()
    return proposal


def _event_of(proposal: TopicProposal, by: User) -> Event:
    """Make a draft from the type's template, at the hour of the space's last lunch&talk."""
    kind = EventType.objects.get(slug=ROTA_TYPE)
    last = (
        Event.objects.filter(type=kind, space=proposal.space, starts_at__isnull=False)
        .order_by("-starts_at", "-pk")
        .first()
    )
    hour = timezone.localtime(last.starts_at).time() if last else NOON
    starts_at = at_local(proposal.day, hour)
    event = Event(
        **kind.template,
        type=kind,
        space=proposal.space,
        starts_at=starts_at,
        ends_at=starts_at + kind.usual_length,
        languages=[proposal.language],
        created_by=by,
        state=EventState.DRAFT,
    )
    event.audience = (last.audience if last else "") or kind.audience
    for name in columns("summary"):  # The template speaks of no topic.
        setattr(event, name, "")
    for code in {MAIN, proposal.language}:
        setattr(event, column("title", code), proposal.title)
        setattr(event, column("summary", code), proposal.summary)
    event.slug = free_slug(event)
    event.save()
    event.venues.set([proposal.space])
    copy_questions(kind, event)
    event.organisers.set([proposal.space.operator])
    return event


def _tell_member(kind: str, proposal: TopicProposal) -> None:
    user = proposal.user
    _tell(kind, proposal, user.email, str(user), user.language)


def _tell(kind: str, proposal: TopicProposal, email: str, name: str, language: str) -> None:
    enqueue(
        key=f"events.{kind}:{proposal.pk}:{email}",
        template=f"events.{kind}",
        to_email=email,
        to_name=name,
        language=language,
        context={"proposal": proposal.pk},
    )
