"""One term for one thing: the words that docs/glossary.md keeps, and those that no message says any more."""

import re
from pathlib import Path

import pytest

from tests.test_catalogues import LANGUAGES, catalogue, texts

GLOSSARY = Path(__file__).resolve().parent.parent / "docs" / "glossary.md"
#: By language: words dropped for the one that the glossary keeps. They are searched without regard to case.
DROPPED = {
    "fr": [
        r"\bcourriels?\b",
        r"adresses? électroniques?",
        r"boîte aux lettres",
        r"\btiers-lieux?\b",
        r"rendue? à d’autres",
        r"place est rendue",
        r"\bpointages?\b",
        r"dans les temps à venir",
        r"par le (?:lien|formulaire)",
        r"(?:voitures?|trajets?) partagée?s?",
        r"par-delà la frontière",
        r"à travers la frontière",
        r"bureau privatif",
        r"espace ouvert",
        r"au rang \S+ de",
        r"\bla file\b",
        r"hors connexion",
        r"preuves? (?:encore )?dues?\b",
        r"états? à une date",
        r"\bappartenances?\b",
        r"ouvrir un compte",
        r"chez l’équipe",
        r"marquée? comme tenue?",
        r"passe par ce filtre",
        r"l’objet (?:%|\{)",
        r"sélectionnés",
        r"votre calendrier",
        r"\bnº",
        r"\bunités\b",
        r"\bune unité\b",
    ],
    "nl": [
        r"\be-mails?\b",
        r"\bkalender\b",
        r"afspraakplaats",
        r"onder gelijken",
        r"\banimatie\b",
        r"wanneer ook",
        r"om het even",
        r"\bcarpool\b",
        r"privéadres",
        r"overhandig",
        r"\bvastgehouden",
        r"\bdatums\b",
        r"halfja",
        r"\bontwerp\b",
        r"stand(?:en)? op een dag",
        r"\bwoonplaats\b",
        r"land van verblijf",
        r"gene kant",
        r"\b(?:inloggen|uitgelogd)\b",
        r"aanwezig gemeld",
        r"(?:eerste|volgende)n? in de rij",
        r"locatie schrijven",
        r"\bcheque\b",
        r"\blegenda\b",
        r"virtueel bezoek",
        r"\beenheden\b",
        r"\b(?:één|een) eenheid\b",
        r"\bde(?:ze)? account\b",
        r"[‘„«»]",
    ],
    "en": [
        r"(?<!e-)\bmails?\b(?! server)",
        r"passes through",
        r"in the time to come",
        r"serves once",
        r"states? on a day",
        r"\b(?:one|a) unit\b|(?<!\{)\bunits\b",
        r"\bprogrammes\b",
        r"[‘„«»]",
    ],
}
#: What French writes after a space at which no line breaks, and where that space is another one, or missing.
LOOSE = re.compile(
    r"(?<![\s\N{NO-BREAK SPACE}:?!])[;?!»](?=\s|$)|[ \N{NARROW NO-BREAK SPACE}][:;?!»](?:\s|$)|«(?!\N{NO-BREAK SPACE})"
)
#: A syllable twice around a hyphen, which a replacement in many messages leaves behind.
DOUBLED = re.compile(r"\b(\w+)-\1(?:\b|-)", re.IGNORECASE)


def found_in(language, patterns):
    """Return (message, pattern) of each translation that one of the patterns matches."""
    searched = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
    return [
        (text, pattern.pattern)
        for message in catalogue(language)
        if message.id
        for text in texts(message.string)
        for pattern in searched
        if pattern.search(text)
    ]


def glossary_terms():
    """Return {language: terms} of the glossary's table of what people read."""
    table = GLOSSARY.read_text().split("## Words that people read", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][1:]
    return dict(zip(("fr", "nl", "en"), list(zip(*rows, strict=True))[1:], strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_says_a_dropped_term(language):
    assert found_in(language, DROPPED[language]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_glossary_keeps_no_dropped_term(language):
    terms = glossary_terms()[language]
    assert len(terms) > 50
    assert [(term, word) for term in terms for word in DROPPED[language] if re.search(word, term, re.IGNORECASE)] == []


def test_french_keeps_its_signs_with_their_words():
    assert found_in("fr", [LOOSE.pattern]) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_syllable_is_said_twice_around_a_hyphen(language):
    assert found_in(language, [DOUBLED.pattern]) == []


@pytest.mark.parametrize(
    "text", ["Quand ?", "Quand?", "Lieu : ici", "«Ici\N{NO-BREAK SPACE}»", "Ici\N{NARROW NO-BREAK SPACE}!"]
)
def test_a_loose_sign_is_found(text):
    assert LOOSE.search(text)


@pytest.mark.parametrize(
    "text", ["Quand\N{NO-BREAK SPACE}?", "Lieu\N{NO-BREAK SPACE}: ici", "https://a.example", "8:30"]
)
def test_another_sign_is_not(text):
    assert LOOSE.search(text) is None
