"""Name speakers, ask those who have an address, and keep their answer."""

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.operations import enqueue
from members.models import User
from members.rules import known_language

from ...core.operations import about as about_event
from ...core.operations import language_of_speaker, locked, tell_speaker
from ...enums import SpeakerState
from ...errors import EventError
from ...models import Event, Speaker


@transaction.atomic
def add_speaker(
    *, event: Event, name: str, email: str = "", about: str = "", by: User | None, language: str = ""
) -> Speaker:
    """Add a speaker by name. Adding the same one twice changes nothing.

    Without an address the speaker is named at once, and `by` answers for it. With an address, of an account or not, the
    speaker is invited and named once they agree; the invitation leaves when the event is published, in the language of
    the account with this address, else in `language`.

    Raises EventError `no_name`."""
    event = locked(event)
    name, email = name.strip(), email.strip().lower()
    if not name:
        raise EventError("no_name", _("Enter the name of the speaker."))
    same = Q(guest_email=email) | Q(user__email__iexact=email) if email else Q(guest_name=name, guest_email="")
    there = event.speakers.filter(same).select_related("user").first()
    if there:
        return there
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


def ask_or_tell(speaker: Speaker, event: Event) -> None:
    """Mail an invited speaker the invitation, and one who agreed when and where they speak."""
    if speaker.state == SpeakerState.AGREED:
        tell_speaker(speaker, event)
    elif speaker.state == SpeakerState.INVITED:
        enqueue(
            key=f"events.speaker_invited:{speaker.pk}",
            template="events.speaker_invited",
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
