"""Turn a row of the outbox into the mail that leaves, in the recipient's language."""

from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from hacktiv.common.calendar import REQUEST, content_type

from .choices import choice_url
from .models import Message
from .registry import builder_of, is_optional, stem_of

#: In the mail of an invitation. Calendar programs offer to answer one, even where RSVP says that none is asked for.
NO_ANSWER = _("An answer given in your calendar does not reach us. If you cannot come, do as this mail says.")


def render(message: Message) -> EmailMultiAlternatives | None:
    """Return the mail of a message, or None if its builder says that it is no longer needed."""
    with translation.override(message.language):
        if message.rendered is not None:
            files = message.rendered.get("attachments", [])
            attachments = [(name, content.encode(), kind) for name, content, kind in files]
            return _compose(message, **{**message.rendered, "attachments": attachments})
        mail = builder_of(message.template)(message.context)
        if mail is None:
            return None
        choice = choice_url(message.to_email) if is_optional(message.template) and not mail.leave_url else ""
        context = {"message": message, "choice_url": choice, "no_answer": "", **mail.context}
        if any(kind == content_type(REQUEST) for _name, _content, kind in mail.attachments):
            context["no_answer"] = NO_ANSWER
        text = text_of(stem_of(message.template), context)
        if context["no_answer"]:
            text["text"] += f"\n{NO_ANSWER}\n"
        return _compose(message, **text, attachments=mail.attachments, choice=mail.leave_url or choice)


def text_of(stem: str, context: dict) -> dict:
    """Return the subject, text and HTML that three templates make, in the active language."""
    context = {"site_url": settings.SITE_URL, "language": translation.get_language(), **context}
    return {
        "subject": " ".join(_plain(f"{stem}.subject.txt", context).split()),
        "text": _plain(f"{stem}.txt", context).strip() + "\n",
        "html": get_template(f"{stem}.html").render(context),
    }


def _plain(template, context):
    """Undo the escaping of HTML in a plain text: an apostrophe stays an apostrophe."""
    return get_template(template).template.render(Context(context, autoescape=False))


def _written(address, name=""):
    """Return an address as a header holds it: a domain with accents is written as DNS writes it."""
    local_part, _at, domain = address.rpartition("@")
    if not domain.isascii():
        address = f"{local_part}@{punycode(domain)}"
    return formataddr((name, address)) if name else address


def _compose(message, *, subject, text, html="", attachments=(), choice=""):
    mail = EmailMultiAlternatives(
        subject=subject,
        body=text,
        to=[_written(message.to_email, message.to_name)],
        reply_to=[_written(message.reply_to)] if message.reply_to else None,
        headers={
            # The same at each attempt: mail programs show a mail that arrives twice only once.
            "Message-ID": f"<{message.message_id}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
    if choice:  # RFC 8058: the button of a mail program sends one POST to this address
        mail.extra_headers |= {"List-Unsubscribe": f"<{choice}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    if html:
        mail.attach_alternative(html, "text/html")
    entries = [attachment for attachment in attachments if attachment[2].startswith("text/calendar")]
    for name, content, kind in attachments:
        if [(name, content, kind)] == entries:
            # A mail program reads the only entry as a part of the mail. As an attachment it has another type, so that
            # none reads it twice.
            mail.attach_alternative(content.decode(), kind)
            kind = "application/ics"
        mail.attach(name, content, kind)
    return mail
