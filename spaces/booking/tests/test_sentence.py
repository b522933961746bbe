"""Test that a search in words is understood, in three languages, and that what is not is said."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from spaces.booking.queries.sentence import Names, understand
from spaces.places.towns import names_of_towns

SPACES = {
    "la ferme": "La Ferme",
    "ferme": "La Ferme",
    "coworking e420": "Coworking E420",
    "rimbaud tech": "Rimbaud'Tech",
    "rimbaud": "Rimbaud'Tech",
    "pepiniere val de vence": "Pépinière Val de Vence",
    "pepiniere": "Pépinière Val de Vence",
    "maison du campus": "Maison du Campus",
    "08000": "08000",
}
FEATURES = {
    "au calme": "quiet",
    "acces en fauteuil": "wheelchair",
    "lumiere du jour": "daylight",
    "ecran": "screen",
    "visioconference": "video-call",
    "tableau blanc": "whiteboard",
    "reseau filaire": "wired-network",
    "cafe sur place": "coffee",
    "fermable a cle": "lockable",
}
NAMES = Names(names_of_towns() | SPACES, FEATURES)
#: A Sunday.
NOW = datetime(2026, 11, 29, 13, 10, tzinfo=ZoneInfo("Europe/Brussels"))


def read(text, now=NOW):
    """Return the fields and features that the sentence names, in one line."""
    found = understand(text, NAMES, now=now)
    parts = [f"{name}={value}" for name, value in found.fields.items()]
    parts += [f"+{slug}" for slug in found.features]
    parts += ["week"] if found.by_week else []
    parts += [f"?{word}" for word in found.unknown]
    parts += [f"!{remark}" for remark in found.remarks]
    return " ".join(parts)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        # All at once
        (
            "un endroit calme à Charleville jeudi de 9 h à 12 h pour 4",
            "where=Charleville-Mézières people=4 day=2026-12-03 start=09:00 end=12:00 +quiet",
        ),
        (
            "een rustige plek in Chimay donderdagochtend voor 2",
            "where=Chimay people=2 day=2026-12-03 start=09:00 end=12:00 +quiet",
        ),
        (
            "a quiet place in Chimay on Thursday morning for 2 people",
            "where=Chimay people=2 day=2026-12-03 start=09:00 end=12:00 +quiet",
        ),
        (
            "meeting room for four next Tuesday from 2 to 4pm near Couvin",
            "where=Couvin kind=meeting_room people=4 day=2026-12-01 start=14:00 end=16:00 sort=time",
        ),
        (
            "vergaderzaal voor zes personen op 3 december van 9 tot 12 uur",
            "kind=meeting_room people=6 day=2026-12-03 start=09:00 end=12:00",
        ),
        (
            "une salle accessible en fauteuil roulant pour une dizaine de personnes à Charleville le 10 décembre",
            "where=Charleville-Mézières kind=meeting_room people=10 day=2026-12-10 +wheelchair",
        ),
        # Between two places, and between two acts
        ("une place entre Chimay et Couvin jeudi", "where=Chimay, Couvin day=2026-12-03 sort=time"),
        ("between Chimay and La Ferme on Thursday", "where=Chimay, La Ferme day=2026-12-03 sort=time"),
        ("tussen Chimay en Couvin tussen 9 en 12 uur", "where=Chimay, Couvin start=09:00 end=12:00 sort=time"),
        (
            "entre deux rendez-vous jeudi matin",
            "day=2026-12-03 start=09:00 end=12:00 ?entre deux rendez-vous",
        ),
        ("between two meetings on Thursday", "day=2026-12-03 ?between two meetings"),
        ("entre amis jeudi", "day=2026-12-03"),
        # Common words are no mistakes
        ("jeudi entre Noël et Nouvel An", "day=2026-12-03 ?entre ?Noël ?Nouvel"),
        ("deze maand in Chimay", "where=Chimay day=2026-11-30 week !month"),
        ("feneter à Chimay", "where=Chimay +daylight"),
        # A day some weeks or months later
        ("vandaag over een week", "day=2026-12-06"),
        ("morgen over twee weken", "day=2026-12-14"),
        ("aujourd'hui en huit", "day=2026-12-06"),
        ("tomorrow week", "day=2026-12-07"),
        ("binnen 2 weken", "day=2026-12-13"),
        ("in a fortnight", "day=2026-12-13"),
        ("dans un mois", "day=2026-12-29"),
        ("le mois prochain", "day=2026-12-01 week !month"),
        ("een werkplek in Chimay volgende maand", "where=Chimay kind=workplace day=2026-12-01 week !month"),
        ("a quiet place next month", "day=2026-12-01 +quiet week !month"),
        ("un lundi du mois prochain à 14 h", "day=2026-12-07 start=14:00 end=16:00 !month"),
        ("le 5 du mois prochain", "day=2026-12-05"),
        ("Couvin en janvier", "where=Couvin day=2027-01-04 week !month"),
        ("in may", "day=2027-05-03 week !month"),
        ("deze maand", "day=2026-11-30 week !month"),
        ("over een maand", "day=2026-12-29"),
        ("in three months", "day=2027-02-28"),
        # No day of the calendar
        ("le 31 novembre à Chimay", "where=Chimay ?le 31 novembre !no-day"),
        ("mardi 29 février", "?mardi 29 février !no-day"),
        ("31/11 9-12", "start=09:00 end=12:00 ?31/11 !no-day"),
        ("le 29 février 2028", "day=2028-02-29"),
        # A weekday some weeks later
        ("jeudi dans 15 jours", "day=2026-12-17"),
        ("dans quinze jours, jeudi matin", "day=2026-12-17 start=09:00 end=12:00"),
        ("jeudi matin dans deux semaines", "day=2026-12-17 start=09:00 end=12:00"),
        ("jeudi en quinze", "day=2026-12-17"),
        ("jeudi dans une semaine", "day=2026-12-10"),
        ("donderdag over twee weken", "day=2026-12-17"),
        ("donderdagochtend over 14 dagen", "day=2026-12-17 start=09:00 end=12:00"),
        ("thursday in two weeks", "day=2026-12-17"),
        ("in three weeks on thursday", "day=2026-12-24"),
        ("thursday in a fortnight", "day=2026-12-17"),
        ("jeudi dans 10 jours", "day=2026-12-09 !weekday"),
        # One place or another
        ("Chimay ou Mariembourg demain", "where=Chimay, Mariembourg day=2026-11-30"),
        (
            "Charleville ou Chimay jeudi matin",
            "where=Charleville-Mézières, Chimay day=2026-12-03 start=09:00 end=12:00",
        ),
        ("in Mariembourg of Chimay morgen", "where=Mariembourg, Chimay day=2026-11-30"),
        ("Couvin of Givet", "where=Couvin, Givet"),
        ("Charleville and Chimay", "where=Charleville-Mézières, Chimay"),
        ("Chimay or Mariembourg or Charleville", "where=Chimay, Mariembourg, Charleville-Mézières"),
        ("Charleville, Chimay ou Couvin demain", "where=Charleville-Mézières, Chimay, Couvin day=2026-11-30"),
        ("à Chimay, à Couvin, jeudi", "where=Chimay, Couvin day=2026-12-03"),
        ("Chimay ou à la Pépinière", "where=Chimay, Pépinière Val de Vence"),
        ("Chimay, chez Rimbaud ou la Ferme", "where=Chimay, Rimbaud'Tech, La Ferme"),
        ("Chimay of bij de Ferme", "where=Chimay, La Ferme"),
        ("Chimay,, Couvin", "where=Chimay, Couvin"),
        ("Chimay / Couvin & Givet", "where=Chimay, Couvin, Givet"),
        ("Charlevile, Chimay", "where=Charleville-Mézières, Chimay"),
        ("Chimay pour 4 ou à Couvin demain", "where=Chimay, Couvin people=4 day=2026-11-30"),
        ("près de Revin ou de Fumay", "where=Revin, Fumay sort=time"),
        ("Chimay ou près de Fumay", "where=Chimay, Fumay sort=time"),
        ("Charleville ou Mézières", "where=Charleville-Mézières"),
        ("Coworking E420 ou Chimay", "where=Coworking E420, Chimay"),
        ("Givet, Revin, Fumay, Chimay, Couvin, Sedan", "where=Givet, Revin, Fumay, Chimay, Couvin ?Sedan"),
        # Days
        ("aujourd'hui", "day=2026-11-29 start=13:30 end=16:30"),
        ("demain", "day=2026-11-30"),
        ("apres-demain", "day=2026-12-01"),
        ("overmorgen", "day=2026-12-01"),
        ("tomorrow", "day=2026-11-30"),
        ("jeudi", "day=2026-12-03"),
        ("dimanche prochain", "day=2026-12-06"),
        ("dimanche matin", "day=2026-12-06 start=09:00 end=12:00"),
        ("dimanche soir", "day=2026-11-29 start=18:00 end=20:00"),
        ("jeudi en huit", "day=2026-12-10"),
        ("lundi de la semaine prochaine", "day=2026-11-30"),
        ("in 3 days", "day=2026-12-02"),
        ("dans deux semaines", "day=2026-12-13"),
        ("le 25", "day=2026-12-25"),
        ("le 1er février", "day=2027-02-01"),
        ("december 3rd", "day=2026-12-03"),
        ("12/12", "day=2026-12-12"),
        ("2026-12-03", "day=2026-12-03"),
        ("3-12-2026", "day=2026-12-03"),
        ("mardi 8 décembre", "day=2026-12-08"),
        ("ce week-end", "day=2026-12-05"),
        ("la semaine prochaine", "day=2026-11-30 week"),
        ("deze week", "day=2026-11-30 week !week"),
        ("cette semaine en soirée", "day=2026-11-29 start=18:00 end=20:00 week"),
        ("semaine du lundi 7 décembre", "day=2026-12-07 week"),
        ("dimanche de ce week-end", "day=2026-12-06"),
        ("vendredi 8", "day=2027-01-08"),
        # A weekday and a date that disagree
        ("vendredi 13", "day=2026-12-13 !weekday"),
        ("samedi 3 décembre", "day=2026-12-03 !weekday"),
        ("Saturday December 3rd", "day=2026-12-03 !weekday"),
        ("zaterdag 3/12", "day=2026-12-03 !weekday"),
        ("3 décembre, un samedi", "day=2026-12-03 !weekday"),
        ("zaterdagochtend 3 december", "day=2026-12-03 start=09:00 end=12:00 !weekday"),
        ("jeudi 3 décembre ou vendredi", "day=2026-12-03 ?vendredi"),
        # Days past: the form says that they are
        ("salle 15 personnes hier", "kind=meeting_room people=15 day=2026-11-28"),
        ("gisteren", "day=2026-11-28"),
        ("the day before yesterday", "day=2026-11-27"),
        ("lundi dernier", "day=2026-11-23"),
        ("vendredi 13 novembre", "day=2026-11-13"),
        ("last Sunday", "day=2026-11-22"),
        ("vorige week", "day=2026-11-16 week"),
        ("il y a 3 jours", "day=2026-11-26"),
        ("2 weken geleden", "day=2026-11-15"),
        ("een rustige plek hier in Chimay", "where=Chimay +quiet"),
        # Hours
        ("mardi 14h-16h", "day=2026-12-01 start=14:00 end=16:00"),
        ("lundi 7 décembre de 13h30 à 17h", "day=2026-12-07 start=13:30 end=17:00"),
        ("lundi 9h", "day=2026-11-30 start=09:00 end=11:00"),
        ("le 25 à 10h30", "day=2026-12-25 start=10:30 end=12:30"),
        ("demain après-midi", "day=2026-11-30 start=13:00 end=17:00"),
        ("jeudi midi", "day=2026-12-03 start=12:00 end=14:00"),
        ("jeudi prochain avant midi", "day=2026-12-03 start=09:00 end=12:00"),
        ("mercredi toute la journée", "day=2026-12-02 start=09:00 end=17:00"),
        ("vendredi à 14h pendant 2 heures", "day=2026-12-04 start=14:00 end=16:00"),
        ("mardi à partir de 14 h pour une heure", "day=2026-12-01 start=14:00 end=15:00"),
        ("entre midi et 14h vendredi", "day=2026-12-04 start=12:00 end=14:00"),
        ("à 2 h", "start=14:00 end=16:00"),
        ("tomorrow 9am to noon", "day=2026-11-30 start=09:00 end=12:00"),
        ("9-5 on monday", "day=2026-11-30 start=09:00 end=17:00"),
        ("from 10 am till 1 pm", "start=10:00 end=13:00"),
        ("2-4pm", "start=14:00 end=16:00"),
        ("for 2 hours on friday at 10", "day=2026-12-04 start=10:00 end=12:00"),
        ("tonight", "day=2026-11-29 start=18:00 end=20:00"),
        ("half negen tot elf donderdag", "day=2026-12-03 start=08:30 end=11:00"),
        ("van 9.30 tot 11.00 uur", "start=09:30 end=11:00"),
        ("overmorgen vanaf 14u", "day=2026-12-01 start=14:00 end=16:00"),
        ("morgenochtend", "day=2026-11-30 start=09:00 end=12:00"),
        ("dinsdagnamiddag", "day=2026-12-01 start=13:00 end=17:00"),
        ("vanmiddag", "day=2026-11-29 start=13:00 end=17:00"),
        ("Mézières 8h30 12h", "where=Charleville-Mézières start=08:30 end=12:00"),
        ("9am 12pm", "start=09:00 end=12:00"),
        ("2pm to 8", "start=14:00 end=20:00"),
        ("pas avant 10 h demain", "day=2026-11-30 start=10:00 end=12:00"),
        ("not after 11 am", "start=09:00 end=11:00"),
        # An end before the beginning: the form says so
        ("de 12h à 9h", "start=12:00 end=09:00"),
        ("from 10pm to 2am", "start=22:00 end=02:00"),
        ("vanaf 14u tot 9u", "start=14:00 end=09:00"),
        # People
        ("pour 500 personnes", "people=500"),
        ("voor 0 personen", "people=0"),
        ("pour deux", "people=2"),
        ("nous sommes 12", "people=12"),
        ("avec 3 collègues", "people=4"),
        ("salle pour 4 à 6 personnes", "kind=meeting_room people=6"),
        ("for 8 to 10 people", "people=10"),
        ("groep van 8", "people=8"),
        ("we zijn met 4", "people=4"),
        ("3 bureaux", "kind=workplace people=3"),
        ("for one person", "people=1"),
        ("réunion à 5 mardi à 15 h", "kind=meeting_room people=5 day=2026-12-01 start=15:00 end=17:00"),
        # Kinds and features
        ("un bureau", "kind=workplace"),
        ("bureau privé", "kind=office"),
        ("een kantoor", "kind=office"),
        ("studio photo", "kind=studio"),
        ("werkplek", "kind=workplace"),
        ("avec écran et tableau blanc", "+screen +whiteboard"),
        ("met beamer en koffie", "+screen +coffee"),
        ("qui ferme à clé", "+lockable"),
        ("Where can I work quietly?", "+quiet"),
        # Places
        ("Givet", "where=Givet"),
        ("près de Revin", "where=Revin sort=time"),
        ("le plus proche de Sedan", "where=Sedan sort=time"),
        ("in de buurt van Namen", "where=Namur sort=time"),
        ("Coworking E420", "where=Coworking E420"),
        ("un coworking à Mariembourg", "where=Mariembourg kind=workplace"),
        ("chez Rimbaud demain", "where=Rimbaud'Tech day=2026-11-30"),
        ("la Pépinière", "where=Pépinière Val de Vence"),
        ("08000", "where=08000"),
        ("somewhere in France", "side=FR"),
        ("kantoor in België", "side=BE kind=office"),
        ("pas loin de Chimay", "where=Chimay sort=time"),
        ("pourquoi pas jeudi", "day=2026-12-03"),
        ("sans bruit", "+quiet"),
        # What is not wanted is never searched for, and said
        ("pas à Chimay demain", "day=2026-11-30 ?pas à Chimay"),
        ("à Couvin ou Givet, pas à Chimay", "where=Couvin, Givet ?pas à Chimay"),
        ("sauf La Ferme", "?sauf La Ferme"),
        ("un bureau privé sans écran à Chimay", "where=Chimay kind=office ?sans écran"),
        ("sans écran ni tableau blanc", "?sans écran ni tableau blanc"),
        ("je n'ai pas besoin d'un écran", "?pas besoin d'un écran"),
        ("pas samedi matin", "?pas samedi matin"),
        ("sauf lundi et mardi", "?sauf lundi et mardi"),
        ("niet in België", "?niet in België"),
        ("vergaderzaal zonder beamer", "kind=meeting_room ?zonder beamer"),
        ("overal behalve Chimay", "?overal ?behalve Chimay"),
        ("anywhere but Chimay on Thursday", "day=2026-12-03 ?anywhere but Chimay"),
        ("a room without windows", "kind=meeting_room ?without windows"),
        ("not on Monday", "?not on Monday"),
        # The time of the way is no length, and no filter
        ("moins de 30 minutes de Revin", "where=Revin sort=time ?moins de 30 minutes"),
        ("à une heure de route de Sedan", "where=Sedan sort=time ?à une heure de route"),
        ("within 30 minutes of Revin", "where=Revin sort=time ?within 30 minutes"),
        ("op minder dan 20 minuten van Namen", "where=Namur sort=time ?op minder dan 20 minuten"),
        ("réunion de 30 minutes à Revin", "where=Revin kind=meeting_room start=09:00 end=09:30"),
        # Misspelt
        ("Charlevile jeudy matin", "where=Charleville-Mézières day=2026-12-03 start=09:00 end=12:00"),
        # Not understood, and said so
        ("table de ping-pong à Chimay", "where=Chimay ?ping-pong"),
        ("Marseille demain", "day=2026-11-30 ?Marseille"),
        ("samedi ou dimanche", "day=2026-12-05 ?dimanche"),
        ("le 31/2", "?le 31/2 !no-day"),
        ("99 h", "?99"),
        ("'; drop table spaces; --", "?drop"),
        ("Пётр", "?Пётр"),
        ("de de à à", ""),
        ("", ""),
    ],
)
def test_a_sentence_is_understood(text, understood):
    assert read(text) == understood


def test_a_place_whose_number_is_written_in_letters_is_one_of_several():
    names = Names({"espace 2": "Espace 2", "chimay": "Chimay"}, {})
    assert understand("Chimay ou l’espace deux", names, now=NOW).fields["where"] == "Espace 2, Chimay"


def test_no_word_is_read_as_another_one_that_people_spell_so():
    """Common words look like names of ours: « entre » like « fenêtre », « rendez » like « Renwez », « maand » like
    « maandag », « weken » like « werken »."""
    read_as = {text: read(text) for text in ("entre deux rendez-vous jeudi", "een goede maand", "enkele weken")}
    assert read_as == {
        "entre deux rendez-vous jeudi": "day=2026-12-03 ?entre deux rendez-vous",
        "een goede maand": "?maand",
        "enkele weken": "?enkele ?weken",
    }


def test_a_place_between_two_towns_is_near_either():
    assert read("entre Chimay et Couvin jeudi") == "where=Chimay, Couvin day=2026-12-03 sort=time"


def test_a_day_some_weeks_or_months_from_today_and_one_that_there_is_not():
    days = {text: read(text) for text in ("vandaag over een week", "dans un mois", "le 31 novembre")}
    assert days == {
        "vandaag over een week": "day=2026-12-06",
        "dans un mois": "day=2026-12-29",
        "le 31 novembre": "?le 31 novembre !no-day",
    }
    assert read("dans un mois", now=NOW.replace(month=1, day=31)) == "day=2026-02-28"


def test_a_weekday_is_today_as_long_as_its_hours_are_to_come():
    thursday = datetime(2026, 12, 3, 10, 0, tzinfo=ZoneInfo("Europe/Brussels"))
    assert read("jeudi à 14 h", thursday) == "day=2026-12-03 start=14:00 end=16:00"
    assert read("jeudi à 9 h", thursday) == "day=2026-12-10 start=09:00 end=11:00"
    assert read("jeudi prochain à 14 h", thursday) == "day=2026-12-10 start=14:00 end=16:00"


def test_late_in_the_evening_today_is_still_understood():
    night = datetime(2026, 11, 29, 23, 45, tzinfo=ZoneInfo("Europe/Brussels"))
    assert read("today", night) == "day=2026-11-29"


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("demain à 24 h", "day=2026-11-30 ?24"),
        ("jusqu'à 24 h", "?jusqu ?24"),
        ("voor 25 uur", "?25"),
        ("until 24h", "?until ?24h"),
        ("pour 12 h", "start=12:00 end=14:00"),
        ("pour 6 de 9 h à 12 h", "people=6 start=09:00 end=12:00"),
    ],
)
def test_an_hour_that_no_day_has_is_said_and_is_no_number_of_people(text, understood):
    assert read(text) == understood


def test_words_for_features_that_the_network_does_not_list_are_not_understood():
    assert understand("au calme", Names({}, {}), now=NOW).unknown == ["calme"]


@pytest.mark.parametrize("text", ["a" * 160, "1 " * 80, "de 9 h à " * 17, "( [ \\ * + ? {", "jeudi " * 26])
def test_any_text_is_read_without_harm(text):
    found = understand(text, NAMES, now=NOW)
    again = understand(" ".join(found.unknown), NAMES, now=NOW)
    assert len(again.unknown) <= len(found.unknown)
