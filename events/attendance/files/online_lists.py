"""Read the list of people that a video tool exports, each person once.

A list is recognised by its columns, in English, French or Dutch, in any encoding and with any separator: Teams (in
three forms), Zoom, BigBlueButton's dashboard, Jitsi's statistics as copied into a table or as Moodle exports them,
Webex, Google Meet, and any table with columns of these names. Nothing here touches the database.
"""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from itertools import zip_longest

from django.utils.translation import gettext_lazy as _

from hacktiv.common.spreadsheets import table_text
from hacktiv.common.text import fold, without_direction

from ...errors import EventError
from .online_names import is_address_of_robot, is_nameless, is_robot, key_of, may_be_robot, read_name
from .online_people import Attendee, Stay, each_once
from .online_times import NO_DAY, have_hours, length_of, moment_of, orders_of, spans_of
from .online_words import COLUMNS, ENDED_AT, HELD_BY, JOINED, LENGTHS, NOBODY, ORGANISERS, STARTED_AT, SURNAMES, YES

#: In bytes, for each file.
LARGEST_LIST = 500 * 1024
#: In characters, of each cell; what follows is cut off. Patterns read each of them, some once for each of its letters.
LONGEST_CELL = 300
#: In characters, as the fields of a registration take them.
LONGEST_NAME, LONGEST_ADDRESS = 120, 254
#: A longer stay is an error of the tool and counts as unknown.
LONGEST_STAY = timedelta(days=31)
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[a-z]{2,}", re.IGNORECASE)
#: An address in the cell of the name: « Marie Dupont <marie@givet.example> ».
BEHIND_NAME = re.compile(r"(?P<name>[^<>]*[^<>\s])\s*<(?P<address>[^<>\s]+)>")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


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
    orders = orders_of(texts)
    read_moment = partial(moment_of, forms=orders[0])
    stays = _stays(columns, body, read_moment)
    _tell_tools_apart(stays)
    _name_organisers(stays, above)
    _close(stays, [moment for text in _beside(above, ENDED_AT) if (moment := read_moment(text))])
    people = each_once(stays, _length_of_meeting(stays, above))
    if not people:
        raise EventError("empty", _("There is nobody on this list."))
    return OnlineList(people, spans_of(texts, orders))


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


def _tell_tools_apart(stays):
    """Take for a tool what may be one, if its address is that of a person on the list: who sent it."""
    of_people = {stay.email for stay in stays if not stay.may_be_robot} - {""}
    for stay in stays:
        if stay.may_be_robot and stay.email in of_people:
            stay.is_robot, stay.name, stay.email, stay.keys, stay.aliases = True, stay.written, "", set(), set()


def _close(stays, ends):
    """Let stays without an end last until the end of the meeting: the one it tells, or the last time on the list."""
    last = max([*ends, *(moment for stay in stays for moment in (stay.joined, stay.left) if moment)], default=None)
    for stay in stays:
        if stay.joined and not stay.left and stay.length is None and stay.joined < last:
            stay.left = last


def _length_of_meeting(stays, above):
    """Return how long the meeting lasted: as told above the table, else as the times and the longest stay show; None
    where there are neither."""
    told = [length for text in _beside(above, LENGTHS) if (length := length_of(text))]
    joined, left = [stay.joined for stay in stays if stay.joined], [stay.left for stay in stays if stay.left]
    shown = [max(left) - min(joined)] if joined and left else []
    return max(told or [*shown, *(length for stay in stays if (length := stay.lasted))], default=None)


def _stays(columns, rows, read_moment):
    """Return one stay for each row. In a list of actions, a stay is an arrival with the departure that follows it.

    On two devices a person arrives twice before leaving: each departure ends one stay."""
    stays, open_stays = [], defaultdict(list)
    place = columns.get("duration")
    has_hours = have_hours(row[place] for row in rows if place is not None and place < len(row))
    for row in rows:
        cells = {what: row[number] if number < len(row) else "" for what, number in columns.items()}
        if fold(cells.get("waiting", "")) in YES:
            continue
        stay = _stay(cells, read_moment, has_hours)
        if stay is None or (fold(stay.name) in NOBODY and not any(cells.get(what) for what in ("joined", "duration"))):
            continue
        if "action" not in columns:
            stays.append(stay)
            continue
        who = stay.email or key_of(stay.name)
        moment = read_moment(cells.get("moment", ""))
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


def _stay(cells, read_moment, has_hours):
    written = " ".join(CONTROL.sub(" ", cells.get(what, "")) for what in ("first_name", "name"))
    written = without_direction(written).strip()
    address = next(
        filter(None, (ADDRESS.search(_behind_login(cells.get(what, ""))) for what in ("email", "login"))), None
    )
    if behind := BEHIND_NAME.fullmatch(written):
        written, address = behind["name"], address or ADDRESS.fullmatch(behind["address"])
    email = address[0].casefold() if address and len(address[0]) <= LONGEST_ADDRESS else ""
    is_address = ADDRESS.fullmatch(written := _behind_login(written))
    if is_address:
        email, written = email or written.casefold(), written.partition("@")[0].replace(".", " ")
    robot = is_robot(written) or is_address_of_robot(email) or (may_be_robot(written) and not email)
    # The address of a tool is that of its maker, or of who sent it: it makes the tool nobody.
    name, remarks, others = (written, frozenset(), []) if robot else read_name(written)
    email = "" if robot else email
    if not name and not email:
        return None
    is_organiser = bool(remarks & ORGANISERS or fold(cells.get("role", "")) in ORGANISERS)
    is_organiser |= fold(cells.get("moderator", "")) in YES
    key = key_of(name)
    length = length_of(cells["duration"], has_hours=has_hours) if cells.get("duration") else None
    if length is None and re.fullmatch(r"[0-9]{1,7}", cells.get("seconds", "")):
        length = timedelta(seconds=int(cells["seconds"]))
    if length is not None and length > LONGEST_STAY:
        length = None
    joined, left = read_moment(cells.get("joined", "")), read_moment(cells.get("left", ""))
    if joined and left and left < joined and joined.date() == left.date() == NO_DAY:
        left += timedelta(days=1)
    if joined and length is not None and not left:
        left = joined + length
    return Stay(
        name=(name or email)[:LONGEST_NAME],
        written=" ".join(written.split())[:LONGEST_NAME],
        email=email,
        keys=set() if robot else {key} - {""},
        is_robot=robot,
        may_be_robot=may_be_robot(written),
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
