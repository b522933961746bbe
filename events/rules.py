"""What may be done with an event, as sentences. Each refusal says precisely why."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import LIVE_REGISTRATIONS, Audience, EventState, Mode, ProofKind
from .errors import EventError

#: How long a guest has to confirm from his mailbox.
GUEST_LINK_LIFE = timedelta(hours=48)
#: A joint event is organised by organisations of at least so many countries, whoever takes part.
COUNTRIES_OF_A_JOINT_EVENT = 2
#: History goes back so far, plans so far ahead: what lies beyond is a slip of the keyboard.
FIRST_YEAR = 2000
FURTHEST_AHEAD = timedelta(days=1096)
LONGEST_EVENT = timedelta(days=31)


def refusal_to_register(event, *, member):
    """Why nobody of this kind (a member, or else a guest) can register now: an EventError, or None."""
    if event.state == EventState.CANCELLED:
        return EventError("cancelled", _("This event is cancelled."))
    if event.state == EventState.DRAFT:
        return EventError("draft", _("This event is not published yet."))
    if event.state == EventState.HELD or event.has_begun:
        return EventError("past", _("Registration is closed: the event has begun."))
    if event.is_for_members and not member:
        return EventError("members_only", _("This event is for the network's members. Sign in to register."))
    return None


def can_register(user, event):
    return refusal_to_register(event, member=user.is_authenticated) is None


def refusal_to_cancel(registration):
    """Why a registration cannot be cancelled: an EventError, or None."""
    if registration.status not in LIVE_REGISTRATIONS:
        return EventError("not_registered", _("This registration is cancelled already."))
    if registration.event.has_begun:
        return EventError("past", _("The event has begun: the registration can no longer be cancelled."))
    return None


def can_cancel(registration):
    return refusal_to_cancel(registration) is None


def guest_link_is_alive(registration, now=None):
    return (now or timezone.now()) < registration.registered_at + GUEST_LINK_LIFE


def is_within_reach(moment):
    """Whether an aware moment lies in the years of the network, however absurd it is."""
    return datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) <= moment <= timezone.now() + FURTHEST_AHEAD


def refusal_of_time(starts_at, ends_at):
    """Why an event cannot take place then: an EventError, or None."""
    if not (is_within_reach(starts_at) and is_within_reach(ends_at)):
        return EventError("far_away", _("Check the year."))
    if ends_at <= starts_at:
        return EventError("not_in_order", _("An event ends after it begins."))
    if ends_at - starts_at > LONGEST_EVENT:
        return EventError("too_long", _("An event lasts a month at most: check when it ends."))
    return None


def may_run(user, event):
    """Whether the person runs the event: its space's managers, of the network's own events the coordinator."""
    if not user.is_active:
        return False
    if user.is_superuser:
        return True
    if event.space_id is None:
        return user.has_perm("reporting.coordinate")
    return event.space.managers.filter(pk=user.pk).exists()


def attendance_is_open(event, now=None):
    """Attendance is marked from the day of the event on; of history, always."""
    return event.state in {EventState.PUBLISHED, EventState.HELD} and event.earliest <= timezone.localdate(now)


def proposed_joint(organisers):
    """Whether organisations of at least two countries organise. A proposal: the coordinator decides.

    None where no organiser is known."""
    countries = {organisation.country for organisation in organisers}
    return len(countries) >= COUNTRIES_OF_A_JOINT_EVENT if countries else None


def proofs_owed_by(event):
    """The kinds of proof that an event owes by its nature, in the order of `ProofKind`."""
    owed = {ProofKind.AGENDA}
    if event.mode in {Mode.ONSITE, Mode.HYBRID}:
        owed.add(ProofKind.ATTENDANCE_SHEET)
    if event.mode in {Mode.ONLINE, Mode.HYBRID}:
        owed.add(ProofKind.ONLINE_LIST)
    if event.audience == Audience.PUBLIC:
        owed.add(ProofKind.ADVERTISING)
    return [kind.value for kind in ProofKind if kind in owed]


def proofs_missing(event, proofs):
    """The kinds owed and not among `proofs`, in the order in which they are owed."""
    given = {proof.kind for proof in proofs}
    return [kind for kind in event.proofs_owed if kind not in given]


def reminder_due_at(starts_at):
    """The day before, at the same time by the clock on the wall."""
    local = timezone.localtime(starts_at)
    return timezone.make_aware(local.replace(tzinfo=None) - timedelta(days=1))
