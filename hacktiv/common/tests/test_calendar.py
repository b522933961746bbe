"""Calendar files, read back as calendars read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from hacktiv.common.calendar import CANCEL, REQUEST, ics_file

BRUSSELS = ZoneInfo("Europe/Brussels")


def entry_of(**changes):
    fields = {
        "uid": "1@hacktivardenne",
        "sequence": 2,
        "summary": "Lunch, talk; and more",
        "start": datetime(2027, 3, 28, 1, tzinfo=BRUSSELS),
        "end": datetime(2027, 3, 28, 4, tzinfo=BRUSSELS),
        "location": "La Ferme, Chimay",
        **changes,
    }
    calendar = Calendar.from_ical(ics_file(**fields))
    [entry] = calendar.walk("VEVENT")
    return calendar, entry


def test_a_stretch_over_a_change_of_clocks_is_exact():
    _calendar, entry = entry_of()
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (
        datetime(2027, 3, 28, 0, tzinfo=UTC),
        datetime(2027, 3, 28, 2, tzinfo=UTC),
    )


def test_text_survives_the_format():
    _calendar, entry = entry_of(description="Deux lignes :\nvoilà; oui, là")
    assert str(entry["SUMMARY"]) == "Lunch, talk; and more"
    assert str(entry["DESCRIPTION"]) == "Deux lignes :\nvoilà; oui, là"


@pytest.mark.parametrize(("status", "shown"), [("CONFIRMED", "OPAQUE"), ("CANCELLED", "TRANSPARENT")])
def test_a_cancelled_entry_takes_no_time(status, shown):
    assert entry_of(status=status)[1]["TRANSP"] == shown


@pytest.mark.parametrize("method", [REQUEST, CANCEL])
def test_an_invitation_names_both_sides(method):
    calendar, entry = entry_of(method=method, attendee="zoe@example.org")
    assert calendar["METHOD"] == method
    assert entry["ATTENDEE"] == "mailto:zoe@example.org"
    assert entry["ORGANIZER"].startswith("mailto:")
