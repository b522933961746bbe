"""Write the account between the spaces, and the visits behind it, as files for spreadsheets."""

from datetime import date

from django.utils.translation import gettext as _

from hacktiv.common import dates
from hacktiv.common.halfyears import calendar_half_years
from hacktiv.common.spreadsheets import Table
from members.enums import Country
from spaces.passes.queries import crossings, exchanges


def account_tables(stretch):
    """Return the numbers by half-year: across the border, and from space to space."""
    halves = calendar_half_years(stretch.start, stretch.end)
    across = [
        [half.label, Country(row.home_side).label, Country(row.side).label, row.visits, row.persons]
        for half in halves
        for row in crossings(half.start, half.end)
    ]
    between = [
        [
            half.label,
            row.home.name,
            row.home.get_country_display(),
            row.space.name,
            row.space.get_country_display(),
            row.visits,
            row.persons,
        ]
        for half in halves
        for row in exchanges(half.start, half.end)
    ]
    counts = [_("Visits"), _("Persons")]
    return [
        Table(_("Across the border"), [_("Half-year"), _("Home side"), _("Side visited"), *counts], _written(across)),
        Table(
            _("From space to space"),
            [_("Half-year"), _("Members of"), _("Home side"), _("Received by"), _("Side visited"), *counts],
            _written(between),
        ),
    ]


def visits_table(found):
    """Return a table of one row a visit, with the check-in that shows it."""
    head = [_("Day"), _("Members of"), _("Home side"), _("Received by"), _("Side visited"), _("Checked in at")]
    return Table(_("Visits"), head, _written(_visit_row(visit) for visit in found))


def _visit_row(visit):
    moment = visit.booking and visit.booking.checked_in_at
    return [
        visit.day,
        visit.home_space.name if visit.home_space else "",
        visit.get_home_side_display(),
        visit.space.name,
        visit.get_side_display(),
        dates.local(moment) if moment else "",
    ]


def _written(rows):
    return [[cell if isinstance(cell, int | date) else str(cell) for cell in row] for row in rows]
