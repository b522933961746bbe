"""Make the attendance sheet to print and sign, as a PDF: a page for each day, a column for each half of a long day."""

from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hacktiv.common.dates import day, hours
from hacktiv.common.pdf import tagged_pdf

from ...core.files.calendars import where_lines
from ...core.files.credit import CREDIT
from ..queries import attendance_list
from ..rules import half_days

TEMPLATE = Path(__file__).resolve().parent / "attendance_sheet.typ"

#: Empty lines for people who come without registering, on each page.
SPARE_LINES = 8


def attendance_sheet(event):
    """Return the PDF, in the active language."""
    people = [_in_line(registration) for registration in attendance_list(event) if not registration.is_online]
    return tagged_pdf(
        TEMPLATE,
        {
            "language": get_language(),
            "eyebrow": _("Attendance sheet"),
            "title": event.title,
            "facts": _facts(event),
            "days": _days(event),
            "head": [_("No."), _("Name"), _("Organisation"), _("Country")],
            "people": [*people, *[""] * SPARE_LINES],
            "credit": CREDIT,
            "emblem_alt": _("Emblem of the European Union"),
            "why": _(
                "Your name and signature prove to the programme that the event took place;"
                " only its controllers see them."
            ),
            "page": _("Page"),
        },
    )


def _in_line(registration):
    """Return the name as on a line of the sheet: « Bram Claes (avec Aline Petit) »."""
    name = str(registration.person_name)
    return f"{name} ({registration.company})" if registration.brought_by else name


def _facts(event):
    organisers = ", ".join(f"{each.name} ({each.country})" for each in event.organisers.all())
    facts = [
        (_("Kind:"), str(event.type)),
        (_("Place:"), ", ".join(str(line) for line in where_lines(event))),
        (_("Organised by:"), organisers),
    ]
    return [fact for fact in facts if fact[1]]


def _days(event):
    days = half_days(event)
    if not days:
        return [{"title": _("Date:"), "columns": [_("Signature")]}]
    return [
        {
            "title": f"{day(halves[0][0], year=True)}, {hours(halves[0][0], halves[-1][1])}",
            "columns": [_("Signature")]
            if len(halves) == 1
            else [_("Signature, %(hours)s") % {"hours": hours(start, end)} for start, end in halves],
        }
        for halves in days
    ]
