"""A calendar that follows our files, read by two independent libraries."""

from zoneinfo import ZoneInfo

import icalendar
import vobject

BRUSSELS = ZoneInfo("Europe/Brussels")


def by_icalendar(content):
    """Return (UID, sequence, stamp, status, start, method) of each entry, read by icalendar."""
    calendar = icalendar.Calendar.from_ical(content)
    return [
        (
            str(entry["uid"]),
            int(entry["sequence"]),
            entry.decoded("dtstamp"),
            str(entry["status"]),
            entry.decoded("dtstart"),
            str(calendar["method"]),
        )
        for entry in calendar.walk("vevent")
    ]


def by_vobject(content):
    """Return the same fields, read by vobject."""
    calendar = vobject.readOne(content.decode())
    return [
        (
            entry.uid.value,
            int(entry.sequence.value),
            entry.dtstamp.value,
            entry.status.value,
            entry.dtstart.value,
            calendar.method.value,
        )
        for entry in calendar.contents.get("vevent", [])
    ]


class FollowingCalendar:
    """A calendar that follows RFC 5546.

    An entry replaces the entry of the same UID, unless the old one is newer by sequence and then by stamp. CANCEL
    removes the entry."""

    def __init__(self, read):
        self.read, self.entries = read, {}

    def follow(self, content):
        for uid, sequence, stamp, status, start, method in self.read(content):
            known = self.entries.get(uid)
            if known is None or (sequence, stamp) >= known[:2]:
                is_gone = method == "CANCEL"
                self.entries[uid] = (sequence, stamp, status, start.astimezone(BRUSSELS), is_gone)

    @property
    def shown(self):
        """Return {UID: (status, start by the local clock)} of the entries in the calendar now."""
        return {
            uid: (status, f"{start:%Y-%m-%d %H:%M}")
            for uid, (_sequence, _stamp, status, start, is_gone) in self.entries.items()
            if not is_gone
        }

    @property
    def starts(self):
        return [start for _sequence, _stamp, _status, start, _is_gone in self.entries.values()]

    @property
    def only(self):
        (entry,) = self.shown.values()
        return entry


def calendars_in(message):
    """Return the calendar files of a mail that a mail program reads: parts of type text/calendar, whose method is that
    of the file. A file that is attached under another type is one of those parts once more."""
    parts = list(message.message().walk())
    read = [part for part in parts if part.get_content_type() == "text/calendar"]
    contents = [part.get_payload(decode=True) for part in read]
    for part, content in zip(read, contents, strict=True):
        assert f"METHOD:{part.get_param('method')}" in content.decode().splitlines()
    files = [part for part in parts if part.get_content_type() == "application/ics"]
    assert all(lines_of(part.get_payload(decode=True)) in map(lines_of, contents) for part in files)
    return contents


def lines_of(content):
    return content.decode().splitlines()
