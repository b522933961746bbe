"""Turn a row of the outbox into the mail that leaves, in the recipient's language."""

from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.encoding import punycode

from .choices import choice_url
from .models import Message
from .registry import builder_of, is_optional, stem_of


def render(message: Message) -> EmailMultiAlternatives | None:
    """Return the mail of a message, or None if its builder says that it is no longer needed."""
    with translation.override(message.language):
        if message.rendered is not None:
            return _compose(message, **message.rendered)
        mail = builder_of(message.template)(message.context)
        if mail is None:
            return None
        choice = choice_url(message.to_email) if is_optional(message.template) else ""
        text = text_of(stem_of(message.template), {"message": message, "choice_url": choice, **mail.context})
        return _compose(message, **text, attachments=mail.attachments, choice=choice)


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
    for attachment in attachments:
        mail.attach(*attachment)
    return mail
