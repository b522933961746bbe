"""Write the registrations of an event as a table for a spreadsheet."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hacktiv.common.spreadsheets import Table
from members.enums import PhotoAnswer


def registrations_table(people):
    """Return the sheet of these registrations, a row for each."""
    head = [
        _("Person"),
        _("E-mail address"),
        _("Comes with"),
        _("Status"),
        _("Takes part"),
        _("Side of the border"),
        _("Lives in"),
        _("Registered on"),
        _("Present since"),
        _("Photos"),
    ]
    return Table(_("Registrations"), head, [_row(person) for person in people])


def _row(person):
    mark = getattr(person, "participation", None)
    return [
        str(person.person_name),
        person.person_email,
        str(person.brought_by.person_name) if person.brought_by else "",
        str(person.get_status_display()),
        str(person.get_way_display()),
        str(person.get_side_display()),
        # Members say it in their account, for the statistics alone.
        "" if person.user_id else str(person.get_guest_residence_display()),
        _moment(person.registered_at),
        _moment(mark.marked_at) if mark else "",
        str(PhotoAnswer(person.photos).label),
    ]


def _moment(moment):
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
