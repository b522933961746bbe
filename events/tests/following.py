"""A calendar that follows our files, by either of two libraries that know nothing of each other."""

from zoneinfo import ZoneInfo

import icalendar
import vobject

BRUSSELS = ZoneInfo("Europe/Brussels")


def by_icalendar(content):
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
    """What a calendar does with what it reads (RFC 5546): an entry of the same UID replaces what it has, unless what it
    has is newer by sequence, and then by stamp; CANCEL takes it away."""

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
        """{UID: (status, start by the clock on the wall)} of what stands in the calendar now."""
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
