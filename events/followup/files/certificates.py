"""The certificate of attendance as a PDF, and the code on it with which anybody can check it. Neither is stored."""

import io
from pathlib import Path

import segno
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from hacktiv.common.colours import colour
from hacktiv.common.dates import day, day_span, hours, local
from hacktiv.common.pdf import tagged_pdf

from ...core.files.calendars import where_lines
from ...core.files.credit import CREDIT
from ...core.files.tickets import shared_address
from ...enums import ATTENDANCE_PROOFS
from ...models import Registration
from ..rules import has_taken_part, is_erased

TEMPLATE = Path(__file__).resolve().parent / "attendance_certificate.typ"
#: In hexadecimal digits, of the proof in a certificate's code.
CERTIFICATE_PROOF_LENGTH = 16
#: In digits, of a registration's number in a code.
LONGEST_NUMBER = 18
MOST_INITIALS = 4


def certificate(registration):
    """Return the PDF in the person's language."""
    language = registration.user.language if registration.user else registration.language
    code = certificate_code(registration)
    with override(language):
        return tagged_pdf(TEMPLATE, _words(registration, code), files={"code.svg": _drawing(code)})


def certificate_code(registration):
    """Return « 123-0a1b… »: the registration's number and the proof."""
    return f"{registration.pk}-{_proof(registration)}"


def registration_of_certificate(code):
    """Return the registration of a certificate's code, or None if it is wrong or the person is erased."""
    number, _hyphen, proof = code.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        return None
    found = Registration.objects.select_related("event__type", "event__space", "user")
    registration = found.filter(pk=int(number)).first()
    if registration is None or not constant_time_compare(proof.lower(), _proof(registration)):
        return None
    return registration if has_taken_part(registration) and not is_erased(registration) else None


def initials(registration):
    """Return « A. P. » for Aline Petit: enough to compare with the paper, without telling the name."""
    words = str(registration.person_name).partition("@")[0].replace("-", " ").split()
    return " ".join(f"{word[0].upper()}." for word in words[:MOST_INITIALS])


def when(event):
    """Return « lundi 3 août 2026, de 9 h à 11 h », or a range of days."""
    if event.starts_at is None:
        return day_span(event.earliest, event.latest)
    if local(event.starts_at).date() != local(event.ends_at).date():
        return day_span(local(event.starts_at).date(), local(event.ends_at).date())
    return f"{day(event.starts_at, year=True)}, {hours(event.starts_at, event.ends_at)}"


def _words(registration, code):
    event = registration.event
    return {
        "language": get_language(),
        "eyebrow": _("Certificate of attendance"),
        "name": str(registration.person_name),
        "took_part": _("took part in"),
        "title": event.title,
        "facts": _facts(registration),
        "basis": _basis(registration),
        "check": _("Anybody can check this certificate at this address or by scanning the code:"),
        "address": shared_address("events:verify", code),
        "code_alt": _("Code that opens the page that confirms this certificate"),
        "issued": _("Issued on %(day)s by Hacktiv’Ardenne.") % {"day": day(timezone.localdate(), year=True)},
        "credit": CREDIT,
        "emblem_alt": _("Emblem of the European Union"),
    }


def _facts(registration):
    event = registration.event
    place = _("Online") if registration.is_online else ", ".join(str(line) for line in where_lines(event))
    organisers = ", ".join(f"{each.name} ({each.country})" for each in event.organisers.all())
    facts = [
        (_("Kind:"), str(event.type)),
        (_("Date:"), when(event)),
        (_("Place:"), place or (_("Online") if event.is_online else "")),
        (_("Organised by:"), organisers),
        (_("Speakers:"), event.speaker_names),
    ]
    return [(name, str(words)) for name, words in facts if words]


def _basis(registration):
    """Return the sentence on the basis of the certificate: a checked proof, or the organisers' list."""
    proofs = registration.event.proofs.filter(kind__in=ATTENDANCE_PROOFS, checked_at__isnull=False)
    if proof := proofs.order_by("checked_at").first():
        return _("It rests on the attendance list, checked against its proof on %(day)s.") % {
            "day": day(proof.checked_at, year=True)
        }
    marked = registration.participation.marked_at
    return _("It rests on the list of the organisers; attendance noted on %(day)s.") % {"day": day(marked, year=True)}


def _drawing(code):
    output = io.BytesIO()
    segno.make(shared_address("events:verify", code), error="m", micro=False).save(
        output, kind="svg", scale=4, border=0, dark=colour("code-ink")
    )
    return output.getvalue()


def _proof(registration):
    return salted_hmac("events.certificate", str(registration.token), algorithm="sha256").hexdigest()[
        :CERTIFICATE_PROOF_LENGTH
    ]
