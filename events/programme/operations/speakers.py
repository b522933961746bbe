"""Name speakers, ask those who have an address, and keep their answer."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.names import may_be_one_person
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import enqueue
from members.core.rules import known_language
from members.models import User

from ...core.operations import about as about_event
from ...core.operations import language_of_speaker, locked, tell_speaker
from ...enums import SpeakerState
from ...errors import EventError
from ...models import Event, Speaker

INVITATION = "events.speaker_invited"
#: To one address for one event, in a day.
MOST_INVITATIONS = 3
#: Said of a name without an address that is the name of somebody who was asked at one.
OF_THIS_NAME = {
    SpeakerState.DECLINED: _("A person of this name declined to be named. For somebody else, enter their address."),
    SpeakerState.INVITED: _(
        "A person of this name is invited and has not answered yet. For somebody else, enter their address."
    ),
    SpeakerState.AGREED: _(
        "A person of this name is among the speakers already. For somebody else, enter their address."
    ),
}
NAMED_ALONE = _("This name is shown already, without an address. Take it away first, then invite the person.")


@transaction.atomic
def add_speaker(
    *, event: Event, name: str, email: str = "", about: str = "", by: User | None, language: str = ""
) -> Speaker:
    """Add a speaker by name. Adding the same one twice changes nothing.

    Without an address the speaker is named at once, and `by` answers for it. With an address, of an account or not, the
    speaker is invited and named once they agree; the invitation leaves when the event is published, in the language of
    the account with this address, else in `language`.

    Raises EventError `no_name`; `same_name` where the answer of a speaker of this name would be passed over; `asked`
    where enough invitations have gone to this address."""
    event = locked(event)
    name, email = name.strip(), email.strip().lower()
    if not name:
        raise EventError("no_name", _("Enter the name of the speaker."))
    there = event.speakers.filter(_same(name, email)).select_related("user").first()
    if there:
        return there
    _check_name(event, name, email)
    _check_invitations(event, email)
    speaker = Speaker.objects.create(
        event=event,
        guest_name=name,
        guest_email=email,
        language=known_language(language),
        state=SpeakerState.INVITED if email else SpeakerState.AGREED,
        about=about.strip(),
        order=event.speakers.count(),
    )
    if event.is_open:
        ask_or_tell(speaker, event)
    return speaker


def _same(name: str, email: str) -> Q:
    """Return the filter for the speaker who is entered once more.

    A member who has changed address is not known by their later one: that would tell that both are one person's."""
    if not email:
        return Q(guest_name=name, guest_email="")
    return Q(guest_email=email) | Q(user__email__iexact=email, user__earlier_addresses=None)


def _check_name(event: Event, name: str, email: str) -> None:
    """Refuse a name alone that would name somebody who was asked, and to ask somebody whose name stands already."""
    for speaker in event.speakers.select_related("user"):
        if bool(email) == bool(speaker.email) or not may_be_one_person(name, speaker.name):
            continue
        refusal = OF_THIS_NAME[SpeakerState(speaker.state)] if speaker.email else NAMED_ALONE
        raise EventError("same_name", refusal)


def _check_invitations(event: Event, email: str) -> None:
    """Refuse to mail one more invitation to an address that was taken away and added again several times in a day."""
    since = timezone.now() - timedelta(days=1)
    asked = Message.objects.filter(
        template=INVITATION, about=about_event(event.pk), to_email__iexact=email, created_at__gt=since
    )
    if email and asked.count() >= MOST_INVITATIONS:
        raise EventError("asked", _("Several invitations have gone to this address today: try again tomorrow."))


def ask_or_tell(speaker: Speaker, event: Event) -> None:
    """Mail an invited speaker the invitation, and one who agreed when and where they speak."""
    if speaker.state == SpeakerState.AGREED:
        tell_speaker(speaker, event)
    elif speaker.state == SpeakerState.INVITED:
        enqueue(
            key=f"{INVITATION}:{speaker.pk}",
            template=INVITATION,
            to_email=speaker.email,
            language=language_of_speaker(speaker),
            about=about_event(event.pk),
            context={"speaker": speaker.pk},
            expires_at=event.ends_at,
        )


@transaction.atomic
def answer_invitation(*, speaker: Speaker, agrees: bool, user: User | AnonymousUser | None = None) -> Speaker:
    """Keep the answer of an invited speaker, who may change it until the event is over.

    If `user` has the address of the invitation, the speaker bears their account from then on.

    Raises EventError `past`, and `twice` where the account is among the speakers already."""
    event = locked(speaker.event)
    speaker = event.speakers.select_related("user").get(pk=speaker.pk)
    if event.is_past or event.is_cancelled:
        raise EventError("past", _("The event is over, or does not take place."))
    speaker.state = SpeakerState.AGREED if agrees else SpeakerState.DECLINED
    if agrees and isinstance(user, User) and speaker.can_be_taken_over_by(user):
        speaker.put_into_account(user)
    try:
        with transaction.atomic():
            speaker.save(update_fields=["state", "user", "guest_name", "guest_email"])
    except IntegrityError as error:
        raise EventError("twice", _("This person is among the speakers already.")) from error
    if agrees:
        tell_speaker(speaker, event)
    return speaker


def tell_removed_speaker(speaker: Speaker, event: Event) -> None:
    """Tell a speaker who agreed, and has an address, that they no longer speak at an event to come."""
    if speaker.email and speaker.state == SpeakerState.AGREED and event.is_open:
        enqueue(
            key=f"events.speaker_removed:{speaker.pk}",
            template="events.speaker_removed",
            to_email=speaker.email,
            to_name=speaker.name,
            language=language_of_speaker(speaker),
            about=about_event(event.pk),
            context={"event": event.pk, "user": speaker.user_id, "email": speaker.guest_email, "name": speaker.name},
            expires_at=event.ends_at,
        )
