"""Read the list of people that a video tool exports, each person once.

A list is recognised by its columns, in English, French or Dutch, in any encoding and with any separator: Teams (in
three forms), Zoom, BigBlueButton's dashboard, Jitsi's statistics as copied into a table or as Moodle exports them,
Webex, Google Meet, and any table with columns of these names. Nothing here touches the database.

Words in brackets after a name are an account's own name, a company, pronouns or a remark of the tool. They make nobody
the same person as somebody else: they tell namesakes apart, and let a manager be asked.
"""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import StringIO
from itertools import zip_longest

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.spreadsheets import table_text
from hacktiv.common.text import fold, without_direction

from ...errors import EventError
from .online_names import is_nameless, is_robot, is_total, key_of, owner_of, read_name, two_names
from .online_words import COLUMNS, ENDED_AT, HELD_BY, JOINED, LENGTHS, NOBODY, ORGANISERS, STARTED_AT, SURNAMES, YES

#: In bytes, for each file.
LARGEST_LIST = 500 * 1024
#: For each list.
MOST_PEOPLE = 500
#: In characters, of each cell; what follows is cut off. Patterns read each of them, some once for each of its letters.
LONGEST_CELL = 300
#: In characters, as the fields of a registration take them.
LONGEST_NAME, LONGEST_ADDRESS = 120, 254
#: In seconds, by the first letter of the unit (`u` is the Dutch hour).
UNITS = {"h": 3600, "u": 3600, "m": 60, "s": 1}
PIECE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([hums])[a-z]*\.?", re.IGNORECASE)
#: A number at the end without a unit, as in « 1h05 »: it counts the next smaller one.
LAST_PIECE = re.compile(r"([hum])[a-z]*\.?\s*(\d{1,2})$", re.IGNORECASE)
CLOCK = re.compile(r"(\d+):(\d\d)(?::(\d\d))?")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/\d")
#: Forms of date and time, in the order in which they are tried. Forms without a day come last: they belong to lists of
#: one evening, maybe past midnight.
MOMENTS = (
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%y %I:%M:%S %p",
    "%d/%m/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d-%m-%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%H:%M:%S",
    "%H:%M",
    "%I:%M:%S %p",
    "%I:%M %p",
)
#: The same forms, for a list with a date that can only have the month first, or the day first.
MOMENTS_MONTH_FIRST = tuple(sorted(MOMENTS, key=lambda form: not form.startswith("%m/")))
MOMENTS_DAY_FIRST = tuple(sorted(MOMENTS, key=lambda form: form.startswith("%m/")))
#: The day that `strptime` returns for a time without a day.
NO_DAY = date(1900, 1, 1)
#: A list of another year has a date that was misread.
FIRST_YEAR, LAST_YEAR = 2000, 2100
#: A longer stay is an error of the tool and counts as unknown.
LONGEST_STAY = timedelta(days=31)
#: A column of lengths like « 01:05 » that are no longer than this as hours and minutes has hours and minutes, else
#: minutes and seconds.
LONGEST_MEETING = timedelta(hours=12)
#: In minutes: a visit that may be an error.
BRIEF = 1
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[a-z]{2,}", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass
class Attendee:
    """One person on the list, all their stays together. `minutes` is None where the tool gives no times."""

    name: str
    #: The name with its brackets, as on the list.
    written: str = ""
    email: str = ""
    #: All names of the person, by `key_of`.
    keys: set[str] = field(default_factory=set)
    #: What the tool gives in brackets, by `key_of`: perhaps another name of the person, perhaps a company.
    aliases: set[str] = field(default_factory=set)
    minutes: int | None = None
    #: Number of stays.
    times: int = 1
    is_organiser: bool = False
    #: Whether all their stays together lasted `BRIEF` minutes at most.
    is_brief: bool = False
    #: Whether only a device, or nobody in particular, is named.
    is_nameless: bool = False
    #: Whether it is a tool that takes notes or records.
    is_robot: bool = False
    #: Whether it is a row that counts the others: its words say so, and it has no hours at which it came.
    is_total: bool = False
    #: Whose device it is, where the name says that: « Luc » of « iPhone de Luc »; else blank.
    owner: str = ""
    #: Both names of a line that names two people, else None.
    two_names: tuple[str, str] | None = None


@dataclass
class _Stay:
    name: str
    #: The name with its brackets.
    written: str
    email: str
    keys: set[str]
    aliases: set[str] = field(default_factory=set)
    joined: datetime | None = None
    left: datetime | None = None
    length: timedelta | None = None
    is_organiser: bool = False
    is_nameless: bool = False
    is_robot: bool = False

    def overlaps(self, other: "_Stay") -> bool:
        """Return True unless both have times that show one stay to be over before the other begins."""
        if self.joined and self.left and other.joined and other.left:
            return self.joined < other.left and other.joined < self.left
        return True


@dataclass
class OnlineList:
    """The people on a list, each once, sorted by name, and when it was written.

    `spans` has the first and the last moment on the list: none where it tells no day, two where day and month may have
    been in either order."""

    people: list[Attendee]
    spans: list[tuple[datetime, datetime]]


def read_list(content: bytes) -> OnlineList:
    """Return the people on an exported list and when it was written.

    Raises EventError: `too_large`, `unreadable`, `empty`."""
    if len(content) > LARGEST_LIST:
        raise EventError("too_large", _("This list is larger than 500 KB."))
    try:
        text = table_text(content)
        rows = [
            [cell.strip()[:LONGEST_CELL] for cell in row]
            for row in csv.reader(StringIO(text, newline=""), dialect=_dialect(text))
        ]
    except (ValueError, csv.Error) as error:
        raise EventError("unreadable", _("This file cannot be read: export the list as CSV again.")) from error
    found = _table(rows)
    if not found:
        raise EventError("unreadable", _("No column of names was found in this file: is it the list of participants?"))
    columns, body, above = found
    texts = _texts_of_moments(columns, body, above)
    orders = _orders(texts)
    moment_of = partial(_moment, forms=orders[0])
    stays = _stays(columns, body, moment_of)
    _name_organisers(stays, above)
    _close(stays, [moment for text in _beside(above, ENDED_AT) if (moment := moment_of(text))])
    people = _each_once(stays, _length_of_meeting(stays, above))
    if not people:
        raise EventError("empty", _("There is nobody on this list."))
    return OnlineList(people, _spans(texts, orders))


def _dialect(text):
    """Return a CSV dialect with the separator that most lines have."""
    lines = [line for line in text.splitlines() if line.strip()][:60]

    class Found(csv.excel):
        delimiter = max("\t;,", key=lambda sign: sum(sign in line for line in lines))

    return Found


def _columns(row):
    """Return {meaning: number of the column} for a row of heads. Without `name`, the row is no row of heads."""
    heads = [fold(cell) for cell in row]
    columns = {
        what: next(heads.index(word) for word in words if word in heads)
        for what, words in COLUMNS.items()
        if any(word in heads for word in words)
    }
    # Of two columns of one head, the first may tell of the meeting: that of the person follows their name.
    names = columns.get("name", 0)
    columns = {
        what: heads.index(heads[number], names) if heads[number] in heads[names:] else number
        for what, number in columns.items()
    }
    if "name" not in columns or heads[columns["name"]] not in SURNAMES:
        columns.pop("first_name", None)
    return columns


def _table(rows):
    """Return (columns, rows, rows above it) of the first table with names and another column, else of the first with
    names alone.

    None: there is no table with names."""
    heads = [(number, columns) for number, row in enumerate(rows) if "name" in (columns := _columns(row))]
    if not heads:
        return None
    number, columns = next(((number, columns) for number, columns in heads if len(columns) > 1), heads[0])
    body = []
    for row in rows[number + 1 :]:
        filled = [cell for cell in row if cell]
        is_title = len(filled) == 1 and re.match(r"\d+\.\s", filled[0])
        if is_title or len(_columns(row).keys() - {"name"}) > 1:  # The next table begins.
            break
        if filled:
            body.append(row)
    return columns, body, rows[:number]


def _beside(rows, heads):
    """Yield the texts beside and below cells that are one of these heads."""
    for row, below in zip_longest(rows, rows[1:], fillvalue=[]):
        for number, cell in enumerate(row):
            if fold(cell) in heads:
                yield from row[number + 1 : number + 2]
                yield from below[number : number + 1]


def _name_organisers(stays, above):
    """Note whose stay it is that held the meeting, where only the rows above the table tell."""
    texts = list(_beside(above, HELD_BY))
    addresses = {found[0].casefold() for text in texts if (found := ADDRESS.search(text))}
    names = {key_of(text) for text in texts} - {""}
    for stay in stays:
        if stay.email in addresses or stay.keys & names:
            stay.is_organiser = True


def _close(stays, ends):
    """Let stays without an end last until the end of the meeting: the one it tells, or the last time on the list."""
    last = max([*ends, *(moment for stay in stays for moment in (stay.joined, stay.left) if moment)], default=None)
    for stay in stays:
        if stay.joined and not stay.left and stay.length is None and stay.joined < last:
            stay.left = last


def _length_of_meeting(stays, above):
    """Return how long the meeting lasted: as told above the table, else as the times and the longest stay show; None
    where there are neither."""
    told = [length for text in _beside(above, LENGTHS) if (length := _length(text))]
    joined, left = [stay.joined for stay in stays if stay.joined], [stay.left for stay in stays if stay.left]
    shown = [max(left) - min(joined)] if joined and left else []
    return max(told or [*shown, *(length for stay in stays if (length := _length_of(stay)))], default=None)


def _has_hours(columns, rows):
    """Return True if lengths of two numbers, like « 01:05 », are hours and minutes on this list."""
    place = columns.get("duration")
    clocks = [CLOCK.fullmatch(row[place]) for row in rows if place is not None and place < len(row)]
    hours = [int(clock[1]) for clock in clocks if clock and clock[3] is None]
    return max(hours, default=0) < LONGEST_MEETING / timedelta(hours=1)


def _stays(columns, rows, moment_of):
    """Return one stay for each row. In a list of actions, a stay is an arrival with the departure that follows it.

    On two devices a person arrives twice before leaving: each departure ends one stay."""
    stays, open_stays = [], defaultdict(list)
    has_hours = _has_hours(columns, rows)
    for row in rows:
        cells = {what: row[number] if number < len(row) else "" for what, number in columns.items()}
        if fold(cells.get("waiting", "")) in YES:
            continue
        stay = _stay(cells, moment_of, has_hours)
        if stay is None or (fold(stay.name) in NOBODY and not any(cells.get(what) for what in ("joined", "duration"))):
            continue
        if "action" not in columns:
            stays.append(stay)
            continue
        who = stay.email or key_of(stay.name)
        moment = moment_of(cells.get("moment", ""))
        if fold(cells["action"]) in JOINED:
            stay.joined = moment
            open_stays[who].append(stay)
            stays.append(stay)
        elif open_stays[who]:
            open_stays[who].pop().left = moment
    return stays


def _texts_of_moments(columns, rows, above):
    """Return the texts of all moments in the table, and of the meeting's start and end above it."""
    places = [columns[what] for what in ("joined", "left", "moment") if what in columns]
    told = [row[place] for row in rows for place in places if place < len(row)]
    return [*told, *_beside(above, STARTED_AT | ENDED_AT)]


def _orders(texts):
    """Return the forms in which this list's dates can be read, the likely ones first: day and month have the same order
    in every row."""
    pairs = [pair for pair in map(SLASHED.match, texts) if pair]
    first, second = (max((int(pair[part]) for pair in pairs), default=0) for part in (1, 2))
    months = 12
    if first > months >= second:
        return [MOMENTS_DAY_FIRST]
    if second > months >= first:
        return [MOMENTS_MONTH_FIRST]
    return [MOMENTS, MOMENTS_MONTH_FIRST, MOMENTS_DAY_FIRST]


def _spans(texts, orders):
    """Return the first and the last moment with a day in each order of day and month. One without a zone is local."""
    spans = []
    for forms in orders:
        moments = [moment for text in texts if (moment := _with_day(text, forms))]
        if moments and (span := (min(moments), max(moments))) not in spans:
            spans.append(span)
    return spans


def _with_day(text, forms):
    moment = _zoned(text) or _moment(text, forms)
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def _stay(cells, moment_of, has_hours):
    written = " ".join(CONTROL.sub(" ", cells.get(what, "")) for what in ("first_name", "name"))
    written = without_direction(written).strip()
    address = next(
        filter(None, (ADDRESS.search(_behind_login(cells.get(what, ""))) for what in ("email", "login"))), None
    )
    email = address[0].casefold() if address and len(address[0]) <= LONGEST_ADDRESS else ""
    is_address = ADDRESS.fullmatch(written := _behind_login(written))
    if is_address:
        email, written = email or written.casefold(), written.partition("@")[0].replace(".", " ")
    robot = is_robot(written)
    # The address of a tool is that of its maker, or of who sent it: it makes the tool nobody.
    name, remarks, others = (written, frozenset(), []) if robot else read_name(written)
    email = "" if robot else email
    if not name and not email:
        return None
    is_organiser = bool(remarks & ORGANISERS or fold(cells.get("role", "")) in ORGANISERS)
    is_organiser |= fold(cells.get("moderator", "")) in YES
    key = key_of(name)
    length = _length(cells["duration"], has_hours=has_hours) if cells.get("duration") else None
    if length is None and re.fullmatch(r"[0-9]{1,7}", cells.get("seconds", "")):
        length = timedelta(seconds=int(cells["seconds"]))
    if length is not None and length > LONGEST_STAY:
        length = None
    joined, left = moment_of(cells.get("joined", "")), moment_of(cells.get("left", ""))
    if joined and left and left < joined and joined.date() == left.date() == NO_DAY:
        left += timedelta(days=1)
    if joined and length is not None and not left:
        left = joined + length
    return _Stay(
        name=(name or email)[:LONGEST_NAME],
        written=" ".join(written.split())[:LONGEST_NAME],
        email=email,
        keys=set() if robot else {key} - {""},
        is_robot=robot,
        aliases={key_of(other) for other in others} - {key, ""},
        joined=joined,
        left=left,
        length=length,
        is_organiser=is_organiser,
        is_nameless=bool(is_address) or is_nameless(name),
    )


def _behind_login(text):
    """Return the address behind a guest's login: « marie_acme.example#EXT#@network.example » is marie@acme.example."""
    guest, sign, _network = text.partition("#EXT#@")
    return "@".join(guest.rsplit("_", 1)) if sign else text


def _length(text, *, has_hours=True):
    """Read a length: « 1h 5m 22s », « 1 u 5 min », « 1h05 », « 01:05:22 », « 01:05 » (`has_hours`: hours and minutes,
    else minutes and seconds), or a number of minutes. None: it is none."""
    if clock := CLOCK.fullmatch(text):
        numbers = [int(part) for part in clock.groups() if part]
        hours, minutes, seconds = numbers if len(numbers) > 2 else [*numbers, 0] if has_hours else [0, *numbers]
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if pieces := PIECE.findall(text):
        last = LAST_PIECE.search(text)
        rest = int(last[2]) * UNITS[last[1].lower()] / 60 if last else 0
        return timedelta(
            seconds=sum(float(number.replace(",", ".")) * UNITS[unit.lower()] for number, unit in pieces) + rest
        )
    number = text.replace(",", ".")
    return timedelta(minutes=float(number)) if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", number) else None


def _zoned(text):
    """Read a moment with its zone, in UTC. None: it has none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _moment(text, forms):
    if not text:
        return None
    if moment := _zoned(text):
        return moment.replace(tzinfo=None)
    text = " ".join(re.sub(r",|\u202f| à | om ", " ", text).split())
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 Only differences are computed.
        except ValueError:
            continue
    return None


def _each_once(stays, meeting):
    """Group stays into people, one for each address. A stay without an address goes to the only person of that name,
    unless the words in their brackets differ.

    Namesakes without an address are told apart by the words in their brackets, and devices by the times at which both
    were there."""
    groups = {}
    for stay in stays:
        if stay.email:
            groups.setdefault(stay.email, []).append(stay)
    _refuse_more_than_most(groups)
    known = defaultdict(set)
    for email, group in groups.items():
        for key in set().union(*(stay.keys for stay in group)):
            known[False, key].add(email)
    for stay in stays:
        if stay.email:
            continue
        key = (stay.is_robot, stay.name if stay.is_robot else key_of(stay.name) or stay.name)
        only = groups[next(iter(known[key]))] if len(known[key]) == 1 else []
        if only and _may_be_of(stay, only):
            only.append(stay)
            continue
        number = 0
        while not _may_be_of(stay, groups.get((key, number), ())):
            number += 1
        groups.setdefault((key, number), []).append(stay)
        _refuse_more_than_most(groups)
    people = [_person(group, meeting) for group in groups.values()]
    _tell_namesakes_apart(people)
    return sorted(people, key=lambda person: fold(person.name))


def _refuse_more_than_most(groups):
    if len(groups) > MOST_PEOPLE:
        raise EventError("too_large", _("There are more people on this list than a meeting of ours ever had."))


def _may_be_of(stay, group):
    """Return True if a stay without an address may belong to the person of these stays, who bears the same name."""
    if stay.is_nameless:
        return not any(stay.overlaps(other) for other in group)
    return _has_no_other_brackets(stay, group)


def _has_no_other_brackets(stay, group):
    """Return False if this stay and these have words in brackets, and none of them in common."""
    aliases = set().union(*(other.aliases for other in group))
    return not stay.aliases or not aliases or bool(stay.aliases & aliases)


def _tell_namesakes_apart(people):
    """Put the words of their brackets behind the names of people without an address whose name others have too."""
    bearers = Counter(frozenset(person.keys) for person in people)
    for person in people:
        if not person.email and bearers[frozenset(person.keys)] > 1 and person.aliases:
            person.name = person.written


def _person(stays, meeting):
    minutes = _minutes(stays, meeting)
    name = next((stay.name for stay in stays if not stay.is_nameless), stays[0].name)
    robot = any(stay.is_robot for stay in stays)
    owner = "" if robot else owner_of(name)
    counts_others = is_total(name) and not any(stay.email for stay in stays)
    has_come = any(stay.joined for stay in stays)
    return Attendee(
        name=name,
        written=next((stay.written for stay in stays if stay.aliases), stays[0].written),
        email=next((stay.email for stay in stays if stay.email), ""),
        keys=set().union(*(stay.keys for stay in stays)),
        aliases=set().union(*(stay.aliases for stay in stays)) - set().union(*(stay.keys for stay in stays)),
        minutes=minutes,
        times=len(stays),
        is_organiser=any(stay.is_organiser for stay in stays),
        is_nameless=all(stay.is_nameless and not stay.email for stay in stays) or (counts_others and has_come),
        is_robot=robot,
        is_total=counts_others and not has_come,
        owner=owner,
        two_names=None if robot or owner else two_names(name),
        is_brief=minutes is not None and minutes <= BRIEF and all(_length_of(stay) is not None for stay in stays),
    )


def _minutes(stays, meeting):
    """Return the minutes of all stays together, or None. Time on two devices at once counts once. Without times of
    arrival and departure, the lengths that the tool gives are added, up to the length of the meeting."""
    if len(stays) > 1 and all(stay.joined and stay.left and stay.joined <= stay.left for stay in stays):
        stays = sorted(stays, key=lambda stay: stay.joined)
        total, end = timedelta(), stays[0].joined
        for stay in stays:
            total += max(stay.left - max(stay.joined, end), timedelta())
            end = max(end, stay.left)
        return round(total.total_seconds() / 60)
    lengths = [_length_of(stay) for stay in stays]
    known = [length for length in lengths if length is not None]
    if not known:
        return None
    total = sum(known, timedelta())
    if meeting is not None:
        total = min(total, max(meeting, *known))
    return round(total.total_seconds() / 60)


def _length_of(stay):
    if stay.length is not None:
        return stay.length
    if stay.joined and stay.left and stay.joined <= stay.left:
        return stay.left - stay.joined
    return None
