"""Read a person's name as a video tool writes it, and compare names."""

import re

from hacktiv.common.text import fold

from .online_words import AND, COUNTED, DEVICES, NAMELESS, ORGANISERS, PRONOUNS, REMARKS, ROBOTS, ROBOTS_ALONE, TOTALS

#: Brackets, round, square or of full width.
OPENING, CLOSING = "([（［【", ")]）］】"

#: A device with its owner: « iPhone de Luc », « iPad d’Anne », « Galaxy S21 van Luc », “Luc's iPhone”, “Charles' iPad”.
OF_OWNER = re.compile(r"(?P<device>.+?)\s+(?:de\s+|du\s+|d[’']\s*|van\s+|of\s+)(?P<owner>\S.*)", re.IGNORECASE)
OWNERS = re.compile(r"(?P<owner>\S.*?)[’']s?\s+(?P<device>\S.*)", re.IGNORECASE)
#: The number of a telephone, folded; some of its figures may be hidden.
NUMBER = re.compile(r"[x ]*[0-9][0-9x ]*")
#: The signs between two names.
AND_SIGNS = re.compile(r"\s*[&+/]\s*")


def key_of(name: str) -> str:
    """Return a name in the form for comparing: without accents, case, words in brackets and order of words."""
    return " ".join(sorted(fold(_without_brackets(name)[0]).split()))


def _without_brackets(written: str) -> tuple[str, list[str]]:
    """Return (what stands outside of brackets, what each pair holds, with the brackets within it). The last may be cut
    off before it is closed."""
    outside, held = "", []
    depth = 0
    for sign in written:
        if sign in OPENING:
            depth += 1
            if depth == 1:
                outside += " "
                held.append("")
                continue
        elif sign in CLOSING and depth:
            depth -= 1
        if depth:
            held[-1] += sign
        elif sign not in CLOSING:
            outside += sign
    return outside, held


def read_name(written):
    """Return (name, remarks of the tool, other words in brackets). Brackets after a device's name hold the name."""
    outside, held = _without_brackets(written)
    pieces = [piece for words in held for piece in re.split(r"[,;]", words)]
    remarks = {fold(piece) for piece in pieces} & (REMARKS | ORGANISERS)
    others = [
        words
        for words in held
        if {fold(piece) for piece in re.split(r"[,;]", words)} - REMARKS - ORGANISERS - {""}
        and not set(fold(words).split()) <= PRONOUNS
        and not is_nameless(words)
        and not words.strip().isdigit()
    ]
    name = " ".join(outside.split())
    if others and (not name or is_nameless(name)):
        name = " ".join(others.pop(0).split())
    return name, remarks, others


def is_nameless(name):
    """Return True for a device (« iPhone 12 », « SM-A515F »), a telephone (« +32 475 12 34 56 », « 336****5678 ») or
    nobody in particular (« Zoom user »)."""
    words = fold(name).split()
    if NUMBER.fullmatch(" ".join(words)):
        return True
    return any(word in NAMELESS for word in words) and all(
        word in NAMELESS or len(word) == 1 or any(sign.isdigit() for sign in word) for word in words
    )


def is_total(written):
    """Return True for a row that counts the others: « Total », « Nombre de participants : 12 », « 12 deelnemers ».

    Its words say so: figures alone are the number of a telephone."""
    words = [word for word in fold(written).split() if not word.isdigit()]
    counted = [word for word in words if word not in COUNTED]
    is_number_of_people = words != fold(written).split() and not counted
    return bool(words) and (" ".join(words) in TOTALS or " ".join(counted) in TOTALS or is_number_of_people)


def is_robot(written):
    """Return True for a tool that takes notes or records (« Otter.ai Notetaker », « Notetaker de Luc »)."""
    words = f" {fold(written)} "
    return words.strip() in ROBOTS_ALONE or any(f" {robot} " in words for robot in ROBOTS)


def owner_of(name):
    """Return whose device a name names: « Luc » of « iPhone de Luc ». Blank: it names no device with an owner."""
    for form in (OF_OWNER, OWNERS):
        found = form.fullmatch(name)
        if found and is_nameless(found["device"]) and DEVICES & set(fold(found["device"]).split()):
            return found["owner"]
    return ""


def two_names(name):
    """Return both names of a line that names two people, as « Marie & Paul Lambert », else None. A first name alone
    takes what follows the first name of the other."""
    halves = AND_SIGNS.split(name)
    if len(halves) == 1:
        words = name.split()
        places = [number for number, word in enumerate(words) if word.casefold() in AND.split()]
        if len(places) == 1:
            halves = [" ".join(words[: places[0]]), " ".join(words[places[0] + 1 :])]
    match [half.strip() for half in halves]:
        case [first, second] if all(any(sign.isalpha() for sign in half) for half in (first, second)):
            pass
        case _:
            return None
    if len(first.split()) == 1 and len(second.split()) > 1:
        first = f"{first} {second.split(maxsplit=1)[1]}"
    return first, second
