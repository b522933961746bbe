"""Read the list of people that a video tool exports, each person once, and match it to registrations.

A list is recognised by its columns, in English, French or Dutch, in any encoding and with any separator: Teams (in
three forms), Zoom, BigBlueButton's dashboard, Jitsi's statistics as copied into a table or as Moodle exports them, and
any table with columns of these names. Nothing here touches the database.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher
from io import StringIO
from typing import Any

from django.utils.translation import gettext_lazy as _

from hacktiv.common.spreadsheets import table_text
from hacktiv.common.text import fold

from ...errors import EventError

#: In bytes, for each file.
LARGEST_LIST = 500 * 1024
#: For each list.
MOST_PEOPLE = 500
#: In characters, of each cell; what follows is cut off. Patterns read each of them, some once for each of its letters.
LONGEST_CELL = 300
#: In characters, as the fields of a registration take them.
LONGEST_NAME, LONGEST_ADDRESS = 120, 254
#: Similarity (0 to 1) from which two names may be one person's: the manager is asked.
ALIKE = 0.85

#: Heads of columns, folded, by the meaning of the column. Of several heads in a table the first one here counts.
COLUMNS = {
    "name": (
        "name original name",
        "nom nom d origine",
        "naam oorspronkelijke naam",
        "full name",
        "nom complet",
        "volledige naam",
        "name",
        "nom",
        "naam",
        "display name",
        "nom affiche",
        "participant",
        "participante",
        "deelnemer",
        "speaker",
        "last name",
        "achternaam",
        "familienaam",
    ),
    "first_name": ("first name", "prenom", "voornaam"),
    "email": (
        "email",
        "e mail",
        "user email",
        "email address",
        "e mail address",
        "adresse e mail",
        "adresse email",
        "adresse de messagerie",
        "courriel",
        "mail",
        "e mail de l utilisateur",
        "e mailadres",
        "e mail van gebruiker",
    ),
    "login": ("participant id upn", "id de participant upn", "deelnemer id upn"),
    "joined": (
        "first join",
        "join time",
        "join",
        "joined",
        "premiere participation",
        "heure d arrivee",
        "heure de participation",
        "arrivee",
        "time joined",
        "premiere connexion",
        "heure de connexion",
        "eerste keer deelgenomen",
        "eerste deelname",
        "tijd van deelname",
        "deelnametijd",
    ),
    "left": (
        "last leave",
        "leave time",
        "leave",
        "left",
        "dernier depart",
        "derniere sortie",
        "heure de depart",
        "depart",
        "time exited",
        "derniere deconnexion",
        "heure de deconnexion",
        "laatst verlaten",
        "laatste vertrek",
        "tijd van vertrek",
        "vertrektijd",
    ),
    "duration": (
        "in meeting duration",
        "duree de la reunion",
        "duree en reunion",
        "duree de la participation",
        "duree de participation",
        "duur in vergadering",
        "duur van vergadering",
        "duration minutes",
        "duree minutes",
        "duur minuten",
        "total duration minutes",
        "total minutes",
        "total user minutes",
        "total des minutes",
        "minutes",
        "minuten",
        "duration",
        "duree",
        "duur",
        "online time",
        "total time",
        "temps en ligne",
    ),
    "seconds": ("duration seconds", "duree secondes", "duur seconden"),
    "action": ("user action", "action de l utilisateur", "gebruikersactie"),
    "moment": ("timestamp", "horodatage", "horodateur", "tijdstempel"),
    "waiting": ("in waiting room", "en salle d attente", "dans la salle d attente", "in wachtruimte"),
}
#: Folded words for yes, in the column `waiting`.
YES = {"yes", "oui", "ja"}
#: Heads of a column that has the last name only, where a column of first names stands beside it.
SURNAMES = {"name", "nom", "naam", "last name", "achternaam", "familienaam"}
#: Folded names of BigBlueButton's last row, which sums up anonymous polls and is no person.
NOBODY = {"anonymous", "anonyme", "anoniem"}
#: Folded actions by which a person comes. Any other action means that they leave.
JOINED = {"joined", "joined before", "a rejoint", "a rejoint avant", "rejoint", "deelgenomen"}
#: Folded remarks that tools add to a name in brackets. They are no other name.
REMARKS = {"guest", "invite", "invitee", "gast", "external", "externe", "extern", "unverified", "non verifie", "host"}
REMARKS |= {"hote", "me", "moi", "organizer", "presenter", "niet geverifieerd"}

#: In seconds, by the first letter of the unit (`u` is the Dutch hour).
UNITS = {"h": 3600, "u": 3600, "m": 60, "s": 1}
PIECE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([hums])[a-z]*\.?", re.IGNORECASE)
CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d\d)")
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
#: A longer stay is an error of the tool and counts as unknown.
LONGEST_STAY = timedelta(days=31)
BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[a-z]{2,}", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass
class Attendee:
    """One person on the list, all their stays together. `minutes` is None where the tool gives no times."""

    name: str
    email: str = ""
    #: All names that the tool gives for the person, by `key_of`.
    keys: set[str] = field(default_factory=set)
    minutes: int | None = None
    #: Number of stays.
    times: int = 1


@dataclass
class Match:
    """A person on the list with a sure `registration`, or with `candidates` among which the manager chooses."""

    attendee: Attendee
    registration: Any = None
    candidates: list = field(default_factory=list)


@dataclass
class _Stay:
    name: str
    email: str
    keys: set[str]
    joined: datetime | None = None
    left: datetime | None = None
    length: timedelta | None = None


def key_of(name: str) -> str:
    """Return a name in the form for comparing: without accents, case, words in brackets and order of words."""
    return " ".join(sorted(fold(BRACKETS.sub(" ", name)).split()))


def read_list(content: bytes) -> list[Attendee]:
    """Return the people on an exported list, each once, sorted by name.

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
    people = _each_once(_stays(*found))
    if not people:
        raise EventError("empty", _("There is nobody on this list."))
    if len(people) > MOST_PEOPLE:
        raise EventError("too_large", _("There are more people on this list than a meeting of ours ever had."))
    return people


def match(people: Iterable[Attendee], registrations: Iterable[Any]) -> list[Match]:
    """Match the people on a list to registrations (objects with `person_name` and `person_email`).

    A match is sure by the address, or by a name that only one registration and one person have. Registrations with a
    similar name become candidates."""
    matches = [Match(person) for person in people]
    registrations = list(registrations)
    by_email = {row.person_email.casefold(): row for row in registrations if row.person_email}
    for found in matches:
        found.registration = (found.attendee.email and by_email.get(found.attendee.email)) or None
    taken = {id(found.registration) for found in matches if found.registration}
    free = [(key_of(str(row.person_name)), row) for row in registrations if id(row) not in taken]
    open_matches = [found for found in matches if not found.registration]
    bearers = defaultdict(int)
    for found in open_matches:
        for key in found.attendee.keys:
            bearers[key] += 1
    for found in open_matches:
        keys = found.attendee.keys
        same = [(key, row) for key, row in free if key in keys]
        if len(same) == 1 and bearers[same[0][0]] == 1:
            found.registration = same[0][1]
        else:
            found.candidates = [row for _key, row in same] or [
                row for key, row in free if any(_is_like(key, other) for other in keys)
            ]
    sure = {id(found.registration) for found in matches if found.registration}
    for found in matches:
        found.candidates = [row for row in found.candidates if id(row) not in sure]
    return matches


def _is_like(key, other):
    """Return True if one name has all the words of the other, or their initials (« aline », « a petit »), or if only a
    letter or two differ."""
    words, others = sorted((key.split(), other.split()), key=len)
    if not words:
        return False
    left = list(others)
    for word in words:
        fits = next((each for each in left if each == word or (len(word) == 1 and each.startswith(word))), None)
        fits = fits or next((each for each in left if len(each) == 1 and word.startswith(each)), None)
        if fits is None:
            return SequenceMatcher(None, key, other).ratio() >= ALIKE
        left.remove(fits)
    return any(len(word) > 1 for word in words)


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
    if "name" not in columns or heads[columns["name"]] not in SURNAMES:
        columns.pop("first_name", None)
    return columns


def _table(rows):
    """Return (columns, rows) of the first table with names and another column, else of the first with names alone.

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
    return columns, body


def _stays(columns, rows):
    """Return one stay for each row. In a list of actions, a stay is an arrival with the departure that follows it."""
    stays, open_stays = [], {}
    moment_of = _clock(columns, rows)
    for row in rows:
        cells = {what: row[number] if number < len(row) else "" for what, number in columns.items()}
        if fold(cells.get("waiting", "")) in YES:
            continue
        stay = _stay(cells, moment_of)
        if stay is None or (fold(stay.name) in NOBODY and not any(cells.get(what) for what in ("joined", "duration"))):
            continue
        if "action" not in columns:
            stays.append(stay)
            continue
        who = stay.email or key_of(stay.name)
        moment = moment_of(cells.get("moment", ""))
        if fold(cells["action"]) in JOINED:
            stay.joined = moment
            open_stays[who] = stay
            stays.append(stay)
        elif who in open_stays:
            open_stays.pop(who).left = moment
    return stays


def _clock(columns, rows):
    """Return the function that reads this list's dates: day and month have the same order in every row."""
    places = [columns[what] for what in ("joined", "left", "moment") if what in columns]
    pairs = [SLASHED.match(row[place]) for row in rows for place in places if place < len(row)]
    first, second = (max((int(pair[part]) for pair in pairs if pair), default=0) for part in (1, 2))
    months = 12
    if first > months >= second:
        forms = MOMENTS_DAY_FIRST
    else:
        forms = MOMENTS_MONTH_FIRST if second > months >= first else MOMENTS
    return lambda text: _moment(text, forms)


def _stay(cells, moment_of):
    written = " ".join(CONTROL.sub(" ", cells.get(what, "")) for what in ("first_name", "name")).strip()
    address = ADDRESS.search(cells.get("email", "")) or ADDRESS.search(cells.get("login", ""))
    email = address[0].casefold() if address and len(address[0]) <= LONGEST_ADDRESS else ""
    if ADDRESS.fullmatch(written):
        email, written = email or written.casefold(), written.partition("@")[0].replace(".", " ")
    others = [words for words in BRACKETS.findall(written) if words and fold(words) not in REMARKS]
    name = " ".join(BRACKETS.sub(" ", written).split()) or (others[0] if others else "")
    if not name and not email:
        return None
    keys = {key for key in map(key_of, [name, *others]) if key}
    length = _length(cells["duration"]) if cells.get("duration") else None
    if length is None and re.fullmatch(r"[0-9]{1,7}", cells.get("seconds", "")):
        length = timedelta(seconds=int(cells["seconds"]))
    if length is not None and length > LONGEST_STAY:
        length = None
    joined, left = moment_of(cells.get("joined", "")), moment_of(cells.get("left", ""))
    if joined and left and left < joined and joined.date() == left.date() == NO_DAY:
        left += timedelta(days=1)
    return _Stay((name or email)[:LONGEST_NAME], email, keys, joined=joined, left=left, length=length)


def _length(text):
    """Read a length: « 1h 5m 22s », « 1 u 5 min », « 01:05:22 », or a number of minutes. None: it is none."""
    if clock := CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if pieces := PIECE.findall(text):
        return timedelta(seconds=sum(float(number.replace(",", ".")) * UNITS[unit.lower()] for number, unit in pieces))
    number = text.replace(",", ".")
    return timedelta(minutes=float(number)) if re.fullmatch(r"\d{1,5}(\.\d{1,3})?", number) else None


def _moment(text, forms):
    text = " ".join(re.sub(r",|\u202f| à | om ", " ", text).split())
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        pass
    for form in forms:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 Only differences are computed.
        except ValueError:
            continue
    return None


def _each_once(stays):
    """Group stays into people, one for each address. A stay without an address goes to the only person of that name."""
    groups = {}
    for stay in stays:
        if stay.email:
            groups.setdefault(stay.email, []).append(stay)
    known = defaultdict(set)
    for email, group in groups.items():
        for stay in group:
            for key in stay.keys:
                known[key].add(email)
    for stay in stays:
        if stay.email:
            continue
        same = set().union(*(known[key] for key in stay.keys))
        who = same.pop() if len(same) == 1 else key_of(stay.name) or stay.name
        groups.setdefault(who, []).append(stay)
        for key in stay.keys:
            known[key].add(who)
    return sorted(map(_person, groups.values()), key=lambda person: fold(person.name))


def _person(stays):
    return Attendee(
        name=stays[0].name,
        email=next((stay.email for stay in stays if stay.email), ""),
        keys=set().union(*(stay.keys for stay in stays)),
        minutes=_minutes(stays),
        times=len(stays),
    )


def _minutes(stays):
    """Return the minutes of all stays together, or None. Time on two devices at once counts once. Without times of
    arrival and departure, the lengths that the tool gives are added."""
    if len(stays) > 1 and all(stay.joined and stay.left and stay.joined <= stay.left for stay in stays):
        stays = sorted(stays, key=lambda stay: stay.joined)
        total, end = timedelta(), stays[0].joined
        for stay in stays:
            total += max(stay.left - max(stay.joined, end), timedelta())
            end = max(end, stay.left)
        return round(total.total_seconds() / 60)
    lengths = [_length_of(stay) for stay in stays]
    known = [length for length in lengths if length is not None]
    return round(sum(known, timedelta()).total_seconds() / 60) if known else None


def _length_of(stay):
    if stay.length is not None:
        return stay.length
    if stay.joined and stay.left and stay.joined <= stay.left:
        return stay.left - stay.joined
    return None
