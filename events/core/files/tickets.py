"""The code of a ticket, and the code on the screen at the event with which people check in. Neither is stored.

A ticket holds the number of its registration and a proof that this platform made it. Unlike the registration's token
it opens no page.
"""

import io
from datetime import UTC, datetime

import segno
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.safestring import mark_safe
from django.utils.translation import override

from hacktiv.common.colours import colour

from ...models import Registration

#: In hexadecimal digits, of the proof in a ticket's code.
TICKET_PROOF_LENGTH = 20
#: In seconds, for each code on the screen.
SCREEN_CODE_LIFE = 60
#: In codes: the present one and those before it that are still accepted.
SCREEN_CODES_TAKEN = 5
#: In each code on the screen.
DIGITS = 6


def ticket_code(registration):
    """Return « 123-0a1b… »: the registration's number and the proof."""
    return f"{registration.pk}-{_proof(registration)}"


def registration_of_ticket(code):
    """Return the registration of this ticket's code, or None."""
    number, _hyphen, proof = code.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) <= TICKET_PROOF_LENGTH - 2):
        return None
    registration = Registration.objects.select_related("event", "user").filter(pk=int(number)).first()
    if registration and constant_time_compare(proof, _proof(registration)):
        return registration
    return None


def ticket_address(registration):
    return shared_address("events:ticket", ticket_code(registration))


def ticket_picture(registration):
    """Return the ticket's code as a PNG file, for a mail."""
    output = io.BytesIO()
    segno.make(ticket_address(registration), error="m", micro=False).save(output, kind="png", scale=8)
    return output.getvalue()


def drawing(address):
    """Return the code of an address as SVG: dark on light in every theme, because cameras need that."""
    code = segno.make(address, error="m", micro=False)
    light = colour("code-ground")
    return mark_safe(code.svg_inline(scale=8, light=light, omitsize=True, svgclass="qr-code", lineclass=None))  # noqa: S308


def screen_code(event, now=None):
    """Return the six digits on the screen at this event in this minute."""
    return _digits(event, _minute(now))


def is_screen_code(event, code, now=None):
    """Return whether the digits are those of this minute or of one of the minutes before."""
    minute = _minute(now)
    return any(constant_time_compare(code, _digits(event, minute - age)) for age in range(SCREEN_CODES_TAKEN))


def screen_address(event, code):
    return shared_address("events:here", event.slug, code)


def shared_address(name, *args):
    """Return an absolute address without a language: the reader is sent to the page in their own language."""
    with override(settings.LANGUAGE_CODE):
        address = reverse(name, args=args)
    return settings.SITE_URL + address.removeprefix(f"/{settings.LANGUAGE_CODE}")


def _proof(registration):
    return salted_hmac("events.ticket", str(registration.token), algorithm="sha256").hexdigest()[:TICKET_PROOF_LENGTH]


def _digits(event, minute):
    digest = salted_hmac("events.screen", f"{event.pk}:{minute}", algorithm="sha256").hexdigest()
    return f"{int(digest, 16) % 10**DIGITS:0{DIGITS}d}"


def _minute(now):
    return int(((now or timezone.now()) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) // SCREEN_CODE_LIFE
