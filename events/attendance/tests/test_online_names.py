"""Names as people and tools write them: with brackets, pronouns, devices, companies, doubles and in several scripts."""

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from events.attendance.files.online_lists import read_list
from events.attendance.files.online_matches import match
from events.attendance.files.online_names import read_name

#: Rows of one list (name, address, minute of arrival, minute of departure) and the person each of them is, by a key of
#: our own. Rows of one key are one person; other keys are other people.
ROWS = [
    # Pronouns, roles and remarks of the tool are no name.
    ("Alice Martin (she/her)", "", 0, 45, "alice"),
    ("Beth Jones (she/her)", "", 0, 50, "beth"),
    ("Alice Martin", "", 46, 60, "alice"),
    ("Camille Leroy (elle)", "", 0, 60, "camille"),
    ("Noor de Vries (zij/haar)", "", 0, 60, "noor"),
    ("Sam Petit [they/them]", "", 0, 60, "sam"),
    ("Hugo Blanc (Invité)", "", 0, 30, "hugo"),
    ("Hugo Blanc (Unverified)", "", 31, 60, "hugo"),
    ("Inès Roy (Host, me)", "", 0, 60, "ines"),
    # Companies join nobody, and tell namesakes apart.
    ("DUPONT Marie (EXT)", "", 0, 60, "marie"),
    ("JANSSENS Jan (EXT)", "", 0, 60, "jan"),
    ("Marie Dupont", "", 10, 20, "marie"),
    ("Luc Simon (Acme)", "", 0, 60, "luc of Acme"),
    ("Luc Simon (Ville de Givet)", "", 0, 60, "luc of Givet"),
    ("Paul Henry (Acme)", "", 0, 60, "paul"),
    ("Piet Claes (Acme NV", "", 0, 60, "piet"),
    ("Eva Wouters | Acme", "", 0, 60, "eva"),
    # An account's own name in brackets is asked about, and joins nobody by itself.
    ("Jeanno (Jean Dubois)", "", 0, 60, "jeanno"),
    ("Jean Dubois", "", 0, 60, "jean"),
    ("Julie (Julie Maes)", "", 0, 60, "julie maes"),
    ("Julie (Julie Noël)", "", 0, 60, "julie noel"),
    # A device is no name: the one in brackets counts, and two devices at once are two people.
    ("iPhone (Aline Petit)", "", 0, 30, "aline"),
    ("Aline Petit", "", 31, 60, "aline"),
    ("iPad", "", 0, 60, "an iPad"),
    ("iPad (2)", "", 5, 55, "another iPad"),
    ("Galaxy S21", "", 0, 20, "a Galaxy"),
    ("Galaxy S21", "", 25, 60, "a Galaxy"),
    ("iPhone de Rosa", "", 0, 60, "rosa"),
    ("Zoom user", "", 0, 60, "somebody"),
    ("Zoom user", "", 1, 59, "somebody else"),
    ("+32 475 12 34 56", "", 0, 60, "a telephone"),
    ("+32 475 65 43 21", "", 0, 60, "another telephone"),
    # Addresses: one is one person, whatever the name; a name without one goes to the only person who has it.
    ("Tom Laurent", "tom@acme.example", 0, 30, "tom"),
    ("T. L.", "TOM@acme.example", 31, 60, "tom"),
    ("LAURENT Tom", "", 10, 40, "tom"),
    ("Léa Gérard", "lea@acme.example", 0, 60, "lea of Acme"),
    ("Lea Gerard", "lea@givet.example", 0, 60, "lea of Givet"),
    ("kim_acme.example#EXT#@network.example", "kim_acme.example#EXT#@network.example", 0, 60, "kim"),
    ("Kim Peters", "kim@acme.example", 0, 60, "kim"),
    ("zoe@givet.example", "", 0, 60, "zoe"),
    # Other scripts, whose marks are letters; signs that are not seen.
    ("محمد علي", "", 0, 60, "mohamed"),
    ("مُحَمَّد علي", "", 10, 20, "mohamed"),
    ("Олена Коваль", "", 0, 60, "olena"),
    ("रीता", "", 0, 60, "rita"),
    ("राती", "", 0, 60, "rati"),
    ("田中太郎（たなか）", "", 0, 60, "tanaka"),
    ("田中花子（たなか）", "", 0, 60, "hanako"),
    ("Nguyễn Thị Hà", "", 0, 60, "ha"),
    ("NGUYEN Thi Ha", "", 5, 10, "ha"),
    ("Mia 🌻 Peeters", "", 0, 60, "mia"),
    ("Mia\u200b Peeters\u202e", "", 0, 10, "mia"),
    ("🦊", "", 0, 60, "a fox"),
]


def written(rows):
    start = datetime(2027, 3, 5, 12, 0)  # noqa: DTZ001 As the tools write it.
    lines = ["Name (original name);Email;Join time;Leave time"]
    for name, email, joined, left in rows:
        times = [f"{start + timedelta(minutes=minute):%d/%m/%Y %H:%M:%S}" for minute in (joined, left)]
        lines.append(";".join([name, email, *times]))
    return "\n".join(lines).encode()


def test_each_row_of_a_long_list_is_of_the_person_expected():
    people = read_list(written(row[:4] for row in ROWS)).people
    keys = list(dict.fromkeys(row[4] for row in ROWS))
    assert sorted((who.name, who.email, who.times) for who in people) == sorted(EXPECTED[key] for key in keys)


#: Name, address and number of rows of each person, by the keys above.
EXPECTED = {
    "alice": ("Alice Martin", "", 2),
    "beth": ("Beth Jones", "", 1),
    "camille": ("Camille Leroy", "", 1),
    "noor": ("Noor de Vries", "", 1),
    "sam": ("Sam Petit", "", 1),
    "hugo": ("Hugo Blanc", "", 2),
    "ines": ("Inès Roy", "", 1),
    "marie": ("DUPONT Marie", "", 2),
    "jan": ("JANSSENS Jan", "", 1),
    "luc of Acme": ("Luc Simon (Acme)", "", 1),
    "luc of Givet": ("Luc Simon (Ville de Givet)", "", 1),
    "paul": ("Paul Henry", "", 1),
    "piet": ("Piet Claes", "", 1),
    "eva": ("Eva Wouters | Acme", "", 1),
    "jeanno": ("Jeanno", "", 1),
    "jean": ("Jean Dubois", "", 1),
    "julie maes": ("Julie (Julie Maes)", "", 1),
    "julie noel": ("Julie (Julie Noël)", "", 1),
    "aline": ("Aline Petit", "", 2),
    "an iPad": ("iPad", "", 1),
    "another iPad": ("iPad", "", 1),
    "a Galaxy": ("Galaxy S21", "", 2),
    "rosa": ("iPhone de Rosa", "", 1),
    "somebody": ("Zoom user", "", 1),
    "somebody else": ("Zoom user", "", 1),
    "a telephone": ("+32 475 12 34 56", "", 1),
    "another telephone": ("+32 475 65 43 21", "", 1),
    "tom": ("Tom Laurent", "tom@acme.example", 3),
    "lea of Acme": ("Léa Gérard", "lea@acme.example", 1),
    "lea of Givet": ("Lea Gerard", "lea@givet.example", 1),
    "kim": ("Kim Peters", "kim@acme.example", 2),
    "zoe": ("zoe", "zoe@givet.example", 1),
    "mohamed": ("محمد علي", "", 2),
    "olena": ("Олена Коваль", "", 1),
    "rita": ("रीता", "", 1),
    "rati": ("राती", "", 1),
    "tanaka": ("田中太郎", "", 1),
    "hanako": ("田中花子", "", 1),
    "ha": ("Nguyễn Thị Hà", "", 2),
    "mia": ("Mia 🌻 Peeters", "", 2),
    "a fox": ("🦊", "", 1),
}


def people(*lines):
    return {who.name: who for who in read_list("\n".join(lines).encode()).people}


@pytest.mark.parametrize(
    "rows",
    [
        ["Alice Martin (she/her),,45,Yes", "Beth Jones (she/her),,50,Yes"],
        ["DUPONT Marie (EXT),,45,Yes", "JANSSENS Jan (EXT),,50,Yes"],
        ["Alice Martin (Acme Corp),,45,Yes", "Beth Jones (Acme Corp),,50,Yes"],
    ],
)
def test_the_same_words_in_brackets_make_nobody_the_same_person(rows):
    found = people("Name (original name),Email,Total duration (minutes),Guest", *rows)
    assert sorted(who.minutes for who in found.values()) == [45, 50]


def test_who_came_back_and_never_left_stays_until_the_end():
    found = people(
        "Full Name\tUser Action\tTimestamp",
        "Anna\tJoined\t3/5/2027, 1:00:00 PM",
        "Anna\tLeft\t3/5/2027, 1:10:00 PM",
        "Anna\tJoined\t3/5/2027, 1:20:00 PM",
        "Bob\tJoined before\t3/5/2027, 1:00:00 PM",
        "Bob\tLeft\t3/5/2027, 2:00:00 PM",
    )
    assert {name: who.minutes for name, who in found.items()} == {"Anna": 50, "Bob": 60}
    # The end that the tool tells counts, where it tells one.
    found = people("Meeting End Time,13:30", "", "Name,Join time,Leave time", "Anna,12:00,", "Bob,12:00,13:00")
    assert {name: who.minutes for name, who in found.items()} == {"Anna": 90, "Bob": 60}


def test_columns_of_moodle_in_french():
    found = people("Prénom,Nom de famille,Adresse de courriel,Durée", "Anna,De Wit,anna@givet.example,45 min")
    assert [(who.name, who.email) for who in found.values()] == [("Anna De Wit", "anna@givet.example")]


def test_the_host_of_a_meeting_is_not_the_address_of_everybody():
    found = people(
        "Topic,User Email,Name (original name),User Email,Join time,Leave time",
        "Café,host@acme.example,Anna,anna@givet.example,12:00,13:00",
        "Café,host@acme.example,Bob,,12:00,13:00",
    )
    assert {name: who.email for name, who in found.items()} == {"Anna": "anna@givet.example", "Bob": ""}


@pytest.mark.parametrize(
    "lines",
    [
        ["Nom,Durée,Rôle", "Anna,60 min,Organisateur", "Bob,60 min,Participant"],
        ["Topic,Host,Participants", "Café,Anna (a@givet.example),2", "", "Name,Duration", "Anna,60", "Bob,60"],
        ["Topic,User email", "Café,a@givet.example", "", "Name,Email,Duration", "Anna,a@givet.example,60", "Bob,,60"],
        ["Name,Duration", "Anna (Host),60", "Bob,60"],
        ["Name,Moderator,Duration", "Anna,TRUE,60", "Bob,FALSE,60"],
    ],
)
def test_who_held_the_meeting_is_known(lines):
    assert {name: who.is_organiser for name, who in people(*lines).items()} == {"Anna": True, "Bob": False}


@dataclass(eq=False)
class Registered:
    person_name: str
    person_email: str = ""


def matched(lines, *registrations):
    found = match(read_list("\n".join(["Name,Email,Duration", *lines]).encode()).people, registrations)
    return {one.attendee.written: one for one in found}


def test_a_name_in_brackets_is_asked_about():
    jean = Registered("Jean Dubois")
    found = matched(["Jeanno (Jean Dubois),,60"], jean)["Jeanno (Jean Dubois)"]
    assert (found.registration, found.candidates, found.is_doubtful) == (None, [jean], True)
    # The person is on the list under their own name too: perhaps they are two, perhaps one on two devices.
    found = matched(["Jeanno (Jean Dubois),,60", "Jean Dubois,,60"], jean)
    assert found["Jean Dubois"].registration is jean
    assert [who.name for who in found["Jeanno (Jean Dubois)"].doubles] == ["Jean Dubois"]


def test_a_name_with_two_addresses_is_asked_about():
    jean = Registered("Jean Dubois", "jean@givet.example")
    found = matched(["Jean Dubois,jean@acme.example,60"], jean)["Jean Dubois"]
    assert (found.registration, found.candidates) == (None, [jean])


@pytest.mark.parametrize(
    ("listed", "asked_about"),
    [
        ("aline", ["Aline Petit", "A. Petit"]),
        ("A Petit", []),  # Their own name: sure, not asked about.
        ("aline p", ["Aline Petit", "A. Petit"]),
        ("Aline Petyt", ["Aline Petit"]),
        ("Petit Aline Marie", ["Aline Petit", "A. Petit"]),
        ("Pettit Line", ["Aline Petit"]),
        ("A", []),
        ("Bruno Wouters", []),
        ("Jean-Noel Dupond", ["Jean-Noël Dupont"]),
    ],
)
def test_names_with_the_same_words_initials_or_nearly_all_letters_are_asked_about(listed, asked_about):
    registered = [Registered(name) for name in ("Aline Petit", "A. Petit", "Arno Petit", "Jean-Noël Dupont")]
    (found,) = match(read_list(f"Name,Duration\n{listed},20".encode()).people, registered)
    assert [row.person_name for row in found.candidates] == asked_about


def test_a_list_of_strangers_is_matched_without_comparing_each_with_each():
    """Half of what a list may hold, against as many registrations; names drawn by a fixed seed."""
    draw = random.Random(11)

    def names(count):
        return [
            "".join(draw.choices("abcdefghijklmnoprstuvz", k=6)) + f" {first}ette"
            for first in draw.choices("bdlmnpr", k=count)
        ]

    strangers, registered = names(250), [Registered(name) for name in names(250)]
    people = read_list("\n".join(["Name,Duration", *(f"{name},20" for name in strangers)]).encode()).people
    began = time.process_time()
    assert len(match(people, registered)) == 250
    assert time.process_time() - began < 1


def test_of_two_namesakes_one_is_asked_about_and_of_a_device_always():
    found = match(read_list(b"Name,Email,Duration\nJo Roy,a@x.example,60\nJo Roy,b@x.example,60\niPad,,60").people, [])
    assert [one.is_doubtful for one in found] == [True, True, False]


@pytest.mark.parametrize(
    ("name", "robot"),
    [
        ("Otter.ai Notetaker", True),
        ("Luc Petit", False),
        ("Read.ai meeting notes", True),
        ("Fireflies.ai Notetaker Luc", True),
        ("tl;dv", True),
        ("Fathom", True),
        ("Notetaker de Luc Petit", True),
        ("Luc’s OtterPilot", True),
        ("Otter.ai (Luc Petit)", True),
        ("Luc Petit (Otter.ai)", True),
        ("Zoom Recording Bot", True),
        ("Teams Recording", True),
        ("Leexi", True),
        ("Jan Bot", False),
        ("Anne Notes", False),
        ("Fathom Durand", False),
        ("Otter van Dijk", False),
    ],
)
def test_tools_that_take_notes_are_told_from_people(name, robot):
    assert [who.is_robot for who in people("Name,Duration", f"{name},60").values()] == [robot]


@pytest.mark.parametrize(
    ("name", "email", "robot"),
    [
        # A name that people and tools bear: an address of a person's own makes it a person's.
        ("Read", "", True),
        ("Read", "alice.read@givet.example", False),
        ("read@acme.example", "", False),
        ("Read", "notes@read.ai", True),
        ("Otter", "meeting@mail.otter.ai", True),
        ("Otter", "jan.otter@acme.example", False),
        ("Fireflies", "fred@fireflies.ai", True),
        ("Fireflies", "anna@acme.example", False),
        ("Gong", "li.gong@acme.example", False),
        ("Bot", "jan.bot@acme.example", False),
        ("Bot", "", True),
        ("Lucie Modjo", "lucie.modjo@acme.example", False),
        ("Modjo", "", True),
        ("Noota de Luc", "", True),
        ("Simon Read", "", False),
        ("Simon Read", "simon@acme.example", False),
        ("Simon Read <simon@acme.example>", "", False),
        ("Read <notes@read.ai>", "", True),
        ("Read (Alice)", "alice@acme.example", False),
        # An address that only ends like a tool's is a person's.
        ("Read", "alice@bread.ai", False),
        ("Read", "alice@read.ai.example", False),
        # The row of a tool, by its address or by a name that nobody bears, whoever sent it.
        ("Fred", "fred@fireflies.ai", True),
        ("Otter.ai Notetaker", "luc@acme.example", True),
        ("Read Bot", "luc@acme.example", True),
        ("Gong Recorder", "luc@acme.example", True),
        ("Recording", "luc@acme.example", True),
        ("Microsoft Copilot", "luc@acme.example", True),
    ],
)
def test_an_address_tells_a_person_from_a_tool_of_that_name(name, email, robot):
    (who,) = people("Name,Email,Duration", f"{name},{email},45").values()
    assert who.is_robot is robot
    assert bool(who.email) is (not robot and ("@" in name or bool(email)))


def test_the_address_of_a_person_on_the_list_makes_no_person_of_the_tool_they_sent():
    luc = Registered("Luc Petit", "luc@givet.example")
    found = matched(["Otter,luc@givet.example,60", "Luc Petit,luc@givet.example,45"], luc)
    assert found["Otter"].attendee.is_robot
    assert (found["Luc Petit"].registration, found["Luc Petit"].attendee.minutes) == (luc, 45)
    read = Registered("Alice Read", "alice.read@givet.example")
    found = matched(["Read,alice.read@givet.example,45"], read)
    assert found["Read"].registration is read


def test_a_tool_is_nobody_on_the_list_even_with_the_address_of_who_sent_it():
    luc = Registered("Luc Petit", "luc@givet.example")
    found = matched(["Luc Petit (Otter.ai),luc@givet.example,60", "Luc Petit,luc@givet.example,45"], luc)
    assert found["Luc Petit"].registration is luc
    assert found["Luc Petit"].attendee.minutes == 45
    assert found["Luc Petit (Otter.ai)"].registration is None


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("iPhone de Luc", "Luc"),
        ("Luc de Wit", ""),
        ("iPad d’Anne", "Anne"),
        ("Galaxy S21 van Luc", "Luc"),
        ("Luc’s iPhone", "Luc"),
        ("Charles' iPad", "Charles"),
        ("MacBook Pro de Jean-Luc de Wit", "Jean-Luc de Wit"),
        ("Téléphone de Marie", "Marie"),
        ("gsm van Els", "Els"),
        ("Max de Vries", ""),
        ("P.C. de Wit", ""),
        ("iPhone", ""),
        ("Jeanne d’Arc", ""),
    ],
)
def test_the_owner_of_a_device_is_read_in_its_name(name, owner):
    assert [who.owner for who in people("Name,Duration", f"{name},60").values()] == [owner]


def test_a_device_beside_its_owner_is_a_double_and_alone_is_asked_about():
    luc = Registered("Luc Petit")
    found = matched(["iPhone de Luc,,60", "Luc Petit,,60"], luc)
    assert found["Luc Petit"].registration is luc
    assert [who.name for who in found["iPhone de Luc"].doubles] == ["Luc Petit"]
    assert found["iPhone de Luc"].is_second_device
    alone = matched(["iPhone de Luc,,60"], luc)["iPhone de Luc"]
    assert (alone.candidates, alone.is_doubtful, alone.is_second_device) == ([luc], True, False)
    assert matched(["iPhone de Rosa,,60"], luc)["iPhone de Rosa"].is_doubtful


@pytest.mark.parametrize(
    ("name", "both"),
    [
        ("Marie & Paul Lambert", ("Marie Lambert", "Paul Lambert")),
        ("Marie Lambert", None),
        ("Marie Lambert et Paul Petit", ("Marie Lambert", "Paul Petit")),
        ("Jan en Els de Wit", ("Jan de Wit", "Els de Wit")),
        ("Marie/Paul", ("Marie", "Paul")),
        ("Anna and Bob", ("Anna", "Bob")),
        ("Anna + 1", None),
        ("Anna & Bob & Cara", None),
        ("Etienne Enaud", None),
        ("Anna &", None),
    ],
)
def test_two_names_on_one_line_are_read(name, both):
    assert [who.two_names for who in people("Name,Duration", f"{name},60").values()] == [both]


@pytest.mark.parametrize(
    ("written", "name", "others"),
    [
        ("Alice (Acme (BE)) Martin", "Alice Martin", ["Acme (BE)"]),
        ("Alice [Acme (BE) NV] Martin", "Alice Martin", ["Acme (BE) NV"]),
        ("Alice Martin (Acme (BE", "Alice Martin", ["Acme (BE"]),
        ("Alice) Martin", "Alice Martin", []),
        ("Alice (Acme) (BE)", "Alice", ["Acme", "BE"]),
    ],
)
def test_brackets_within_brackets_are_no_part_of_the_name(written, name, others):
    assert read_name(written) == (name, set(), others)


@pytest.mark.parametrize(
    "total",
    [
        "12 participants",
        *("Total", "Total participants", "Totaal", "Sous-total : 12", "Aantal deelnemers: 3"),
        *(
            "Moyenne",
            "Durée moyenne",
            "Gemiddelde duur",
            "Nombre de présents : 8",
            "Présents : 8",
            "Nb de participants",
        ),
        *("Total : 12 personnes", "Nombre total de participants", "Aantal aanwezigen: 9", "Totaal 5 deelnemers"),
    ],
)
def test_a_row_that_counts_the_others_is_no_person(total):
    people = read_list(f"Name,Duration\nAnna Roy,60\n{total},120\n".encode()).people
    assert {person.name: person.is_total for person in people} == {"Anna Roy": False, total: True}


@pytest.mark.parametrize("number", ["33612345678", "+32 475 12 34 56", "336****5678", "+33 6 XX XX 56 78", "12"])
def test_who_calls_by_telephone_is_a_person_about_whom_somebody_is_asked(number):
    people = read_list(f"Name,Duration\nAnna Roy,60\n{number},120\n".encode()).people
    assert {person.name: (person.is_total, person.is_nameless) for person in people} == {
        "Anna Roy": (False, False),
        number: (False, True),
    }


@pytest.mark.parametrize("name", ["Som", "Present", "Guests 2", "Total"])
def test_a_row_with_hours_of_its_own_counts_nobody_else(name):
    rows = "\n".join(f"{each},28/11/2026 18:00:00,28/11/2026 20:00:00,120" for each in ("Anna Roy", name))
    person = read_list(f"Name,Join time,Leave time,Duration (minutes)\n{rows}\n".encode()).people[1]
    assert (person.name, person.is_total, person.is_nameless) == (name, False, True)
