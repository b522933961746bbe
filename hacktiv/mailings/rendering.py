"""Turn a mailing into what a reader of a language gets, and say why they get it."""

from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from hacktiv.common.markdown import to_html, to_plain
from hacktiv.outbox.registry import absolute_url, stem_of
from hacktiv.outbox.rendering import text_of
from members.enums import ConsentPurpose
from spaces.core.queries import reply_address

from .enums import Sort
from .models import Mailing

#: The kinds of mail, by the sort of mailing.
KINDS = {Sort.SERVICE: "mailings.service", Sort.NEWS: "mailings.news"}


def reply_to(mailing: Mailing) -> str:
    """Return the address to which an answer goes: that of the space, else that of who wrote it; blank without any."""
    return reply_address(mailing.space, mailing.author)


def sender_of(mailing: Mailing) -> str:
    """Return who writes, as the mail names them."""
    return mailing.space.name if mailing.space else "Hacktiv’Ardenne"


def why_received(mailing: Mailing) -> str:
    """Say to the reader, in the active language, why they get the mail."""
    if mailing.sort == Sort.NEWS:
        topic = ConsentPurpose(mailing.topic).label
        return _("You get this mail because you chose to get news by mail: %(topic)s.") % {"topic": topic}
    if mailing.event:
        return _("You get this mail because you are on the list of this event: %(event)s.") % {"event": mailing.event}
    if mailing.space:
        return _("You get this mail because you are a member of %(space)s.") % {"space": mailing.space}
    return _("You get this mail because you are a member of a space of the network.")


def content_of(mailing: Mailing) -> dict[str, Any] | None:
    """Return what the templates show in the active language; None where nothing is written."""
    text = mailing.text_in(get_language())
    if text is None:
        return None
    return {
        "subject": text.subject,
        "html": to_html(text.text),
        "plain": to_plain(text.text),
        "text_language": text.language,
        "sender": sender_of(mailing),
        "event": mailing.event,
        "why": why_received(mailing),
        "can_answer": bool(reply_to(mailing)),
        "is_news": mailing.sort == Sort.NEWS,
    }


def preview_of(mailing: Mailing, language: str) -> dict[str, str] | None:
    """Return the subject, text and HTML that a reader of the language gets; None where nothing is written."""
    with override(language):
        content = content_of(mailing)
        return content and text_of(stem_of(KINDS[Sort(mailing.sort)]), {**content, "leave_url": own_choice_url()})


def own_choice_url() -> str:
    """Return the page on which each person chooses their topics, which stands in for the link of a real mail."""
    return absolute_url("members:profile")
