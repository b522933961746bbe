"""Write the draft of a mailing, and change it until it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.models import Event
from hacktiv.common.languages import CODES
from members.models import User
from spaces.models import Space

from ..enums import Audience, MailingState, Sort
from ..errors import MailingError
from ..models import Mailing, MailingText
from ..queries import fingerprint_of
from ..rules import Selection

EVENT_HAS_MOVED = _("The event belongs to another space now: this draft can no longer leave. You can delete it.")


class Words(NamedTuple):
    """A subject and a text, in Markdown."""

    subject: str
    text: str


@dataclass(frozen=True)
class Plan:
    """All that the author of a mailing decides: to whom, what sort, and the words by language.

    `space` is None for the network's. A mailing about an `event` is that of its space, and goes to the people on its
    list. Of `words` one language is enough; one without subject and text is left out."""

    space: Space | None
    sort: str
    words: Mapping[str, Words]
    event: Event | None = None
    topic: str = ""
    selection: Selection = field(default_factory=Selection)

    @property
    def columns(self) -> dict[str, object]:
        return {
            "space": self.event.space if self.event else self.space,
            "event": self.event,
            "audience": Audience.REGISTRANTS if self.event else Audience.MEMBERS,
            "sort": self.sort,
            "topic": self.topic if self.sort == Sort.NEWS else "",
            "selection": self.selection.stored(),
        }


@transaction.atomic
def draft_mailing(*, plan: Plan, by: User) -> Mailing:
    """Write a draft. Raises MailingError: `no_words`, `half_written`, `no_topic`."""
    words = _checked(plan)
    mailing = Mailing.objects.create(author=by, **plan.columns)
    _write(mailing, words)
    return mailing


@transaction.atomic
def change_mailing(*, mailing: Mailing, plan: Plan, by: User, seen: str) -> Mailing:
    """Write a draft anew, which was read with the fingerprint `seen`; who changes it is its author.

    Raises MailingError: `not_draft`, `moved` (somebody else changed it, or its event is another space's), and those of
    a new draft."""
    mailing = locked_draft(mailing)
    check_event(mailing)
    if seen != fingerprint_of(mailing):
        raise MailingError(
            "moved",
            _("Somebody has changed this draft meanwhile: yours is not saved. Save again to put yours in its place."),
        )
    words = _checked(plan)
    for name, value in plan.columns.items():
        setattr(mailing, name, value)
    mailing.author = by
    mailing.save()
    _write(mailing, words)
    return mailing


def locked_draft(mailing: Mailing) -> Mailing:
    """Lock a draft and return it as it is now. Raises MailingError: `not_draft` once it leaves, or is deleted."""
    draft = Mailing.objects.select_for_update(no_key=True).filter(pk=mailing.pk, state=MailingState.DRAFT).first()
    if draft is None:
        raise MailingError("not_draft", _("This mailing leaves already: it can no longer be changed."))
    return draft


def check_event(mailing: Mailing) -> None:
    """Lock the event of a draft. Raises MailingError: `moved` once the event is another space's."""
    if mailing.event_id is None:
        return
    mailing.event = Event.objects.select_for_update(no_key=True, of=["self"]).get(pk=mailing.event_id)
    if mailing.event_has_moved:
        raise MailingError("moved", EVENT_HAS_MOVED)


def _checked(plan: Plan) -> dict[str, Words]:
    """Return the words of the languages that have some."""
    written = {code: plan.words[code] for code in CODES if code in plan.words and any(plan.words[code])}
    if not written:
        raise MailingError("no_words", _("Write a subject and a text, in one language at least."))
    if any(not all(words) for words in written.values()):
        raise MailingError("half_written", _("A language has a subject and a text, or neither."))
    if plan.sort == Sort.NEWS and not plan.topic:
        raise MailingError("no_topic", _("Choose the topic of these news."))
    return written


def _write(mailing: Mailing, words: Mapping[str, Words]) -> None:
    mailing.texts.exclude(language__in=words).delete()
    for code, (subject, text) in words.items():
        MailingText.objects.update_or_create(
            mailing=mailing, language=code, defaults={"subject": subject, "text": text}
        )
