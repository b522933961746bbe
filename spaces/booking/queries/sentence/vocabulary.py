"""Words with which people ask for a place, in French, Dutch and English together, as `sentence` reads them: in small
letters, without accents, an apostrophe written as a space.

A word more is a word more in one of these tables or in those of `spelling`, and a phrase more in `test_sentence.py`."""

from datetime import time

from members.enums import Country

from ....enums import ResourceKind

#: By number of the weekday, from Monday 0.
WEEKDAYS = {
    0: ("lundi", "monday", "maandag"),
    1: ("mardi", "tuesday", "dinsdag"),
    2: ("mercredi", "wednesday", "woensdag"),
    3: ("jeudi", "thursday", "donderdag"),
    4: ("vendredi", "friday", "vrijdag"),
    5: ("samedi", "saturday", "zaterdag"),
    6: ("dimanche", "sunday", "zondag"),
}

MONTHS = {
    1: ("janvier", "january", "januari", "janv", "jan"),
    2: ("fevrier", "february", "februari", "fevr", "fev", "feb"),
    3: ("mars", "march", "maart", "mrt"),
    4: ("avril", "april", "avr", "apr"),
    5: ("mai", "may", "mei"),
    6: ("juin", "june", "juni", "jun"),
    7: ("juillet", "july", "juli", "juil", "jul"),
    8: ("aout", "august", "augustus", "aug"),
    9: ("septembre", "september", "sept", "sep"),
    10: ("octobre", "october", "oktober", "oct", "okt"),
    11: ("novembre", "november", "nov"),
    12: ("decembre", "december", "dec"),
}

#: In days from today.
RELATIVE_DAYS = {
    2: ("apres demain", "day after tomorrow", "overmorgen"),
    1: ("demain", "tomorrow", "morgen"),
    0: ("aujourd hui", "today", "vandaag", "maintenant", "now", "nu"),
}

#: In days from today, of days past.
PAST_DAYS = {
    -2: ("avant hier", "day before yesterday", "eergisteren"),
    -1: ("hier", "yesterday", "last night", "gisteren"),
}
#: « Hier » is yesterday in French and "here" in Dutch: with any of these words, the text is Dutch.
HERE_IN_DUTCH = "hier"
DUTCH = "ik|wij|een|het|zoek|plek|voor|met|van|bij|hier in|hier te|vlakbij"
#: Before and after the name of a weekday past, after « week », and around a number of days past.
LAST, LAST_AFTER = "last|vorige|afgelopen|voorbije", "derniere?|passee?"
LAST_WEEK = "(?:la )?semaine (?:derniere|passee)|last week|vorige week|afgelopen week"
AGO_BEFORE, AGO_AFTER = "il y a", "ago|geleden"

#: Parts of a day with their usual hours.
PARTS = {
    (time(9), time(17)): (
        "toute la journee",
        "la journee entiere",
        "journee complete",
        "une journee",
        "la journee",
        "all day",
        "whole day",
        "full day",
        "a day",
        "de hele dag",
        "hele dag",
        "volledige dag",
        "journee",
    ),
    (time(13), time(17)): ("apres midi", "aprem", "afternoon", "namiddag"),
    (time(9), time(12)): (
        "matinee",
        "matin",
        "morning",
        "ochtend",
        "voormiddag",
        "vroeg",
    ),
    (time(12), time(14)): (
        "pause de midi",
        "lunchtime",
        "lunch time",
        "midday",
        "middagpauze",
        "midi",
        "noon",
        "middag",
    ),
    (time(18), time(20)): ("soiree", "soir", "evening", "avond"),
}
#: Parts that Dutch joins with a day, each with the phrase of `PARTS` that it means: « donderdagmorgen ».
JOINED_PARTS = {
    "ochtend": "ochtend",
    "morgen": "ochtend",
    "voormiddag": "voormiddag",
    "namiddag": "namiddag",
    "middag": "middag",
    "avond": "avond",
}
#: Days, beside those of the week, with which Dutch joins them.
JOINED_DAYS = "morgen"
#: Of today, in one word or two.
TODAYS_PARTS = {
    "vanochtend": "ochtend",
    "vanmorgen": "ochtend",
    "vanmiddag": "namiddag",
    "vanavond": "avond",
    "ce matin": "matin",
    "cet apres midi": "apres midi",
    "cet aprem": "apres midi",
    "ce soir": "soir",
    "this morning": "morning",
    "this afternoon": "afternoon",
    "this evening": "evening",
    "tonight": "evening",
}

# What stands around days, hours and numbers. Each is a pattern, of choices between |.

#: Before a date, before the number of a day alone, before the month of a date, and before a weekday.
BEFORE_A_DATE = "le|op|the|on|de"
BEFORE_A_NUMBER = "le|the|op de"
BEFORE_A_MONTH = "of"
BEFORE_A_WEEKDAY = "le|op|on|ce|this|deze|dit"
BEFORE_A_PART = "le |l |la |en |dans l |in the |in de |s |de |the "
#: After the number of a day.
ORDINALS = "er|ers|st|nd|rd|th|ste|de|e"
#: Between a month and the number of its day.
BEFORE_AN_ORDINAL = "the"
#: The coming weekday, before and after its name.
NEXT, NEXT_AFTER = "next|coming|volgende|aanstaande|komende", "prochain|qui vient"

NEXT_WEEK = "semaine prochaine|next week|volgende week"
THIS_WEEK = "cette semaine|semaine|this week|deze week"
BEFORE_A_WEEK = "la|de"
#: With a weekday: of the week after this one, and one week or two after the coming one.
OF_NEXT_WEEK = f"{NEXT_WEEK}|la semaine prochaine|de la semaine prochaine|of next week"
#: With today, tomorrow and the day after, too: "tomorrow week".
WEEK_AFTER_A_DAY = "week(?! end)"
A_WEEK_LATER = "en 8|over een week|dans une semaine|in a week|in een week"
TWO_WEEKS_LATER = "en 15|(?:in )?a fortnight(?: from now)?|fortnight"
IN_A_WEEK = "dans une semaine|in a week|over een week|in een week|binnen een week"
IN_A_FORTNIGHT = "(?:in )?a fortnight(?: from now)?"
WEEKEND = "week end|weekend"
BEFORE_A_WEEKEND = "ce|le|this|the|dit|het|in het|at the"
NEXT_WEEKEND = "next|prochain|volgend"
#: Before a number of days, weeks or months; « binnen » and "within" are read as « d'ici », the end of that time.
IN_SO_MANY = "dans|in|over|d ici|binnen|within"
DAYS, WEEKS, MONTHS_LONG = "(?:de )?jours?|days?|dagen", "semaines?|weeks?|weken", "mois|months?|maand(?:en)?"
A_MONTH = "un|a|one|een"
#: A whole month: the next one, this one, and what stands before these and before a month by its name.
NEXT_MONTH, THIS_MONTH = "mois prochain|next month|volgende maand", "ce mois(?: ci)?|this month|deze maand"
BEFORE_THE_MONTH = "le|du|au|dans le|au cours du|in de|van de|de|in|of|the"
BEFORE_A_WHOLE_MONTH = "en|in|courant|au mois de|au mois d|au cours du mois de|during|in de loop van"
#: Numbers of days that say weeks: in French the day of today counts, « dans 15 jours ».
DAYS_THAT_ARE_WEEKS = {7: 1, 8: 1, 14: 2, 15: 2, 21: 3, 28: 4}

HOURS = "heures?|hours?|hrs?|uur|h|u"
NOON = "midi|noon"
#: Before these letters noon is a part of another word: « après-midi », "afternoon".
BEFORE_ANOTHER_NOON = ("apres ", "after")
#: Before the first of two hours, between the two, and between two numbers of the same kind.
BETWEEN = "de|entre|from|between|van|tussen"
TO = "a|et|to|till|til|until|and|tot|en|jusqu a"
RANGE = "a|to|tot"
FROM = "a partir de|a partir d|des|from|starting at|vanaf|apres|after|na"
UNTIL = "jusqu a|until|till|tot|avant|before|by|voor"
#: What must not begin before an hour begins from it on, and what must not end after it ends by it.
NOT_BEFORE = (
    "pas avant|pas plus tot que|not before|no earlier than|not earlier than|niet voor|niet eerder dan|niet vroeger dan"
)
NOT_AFTER = "pas apres|pas plus tard que|not after|no later than|not later than|niet na|niet later dan"
#: Before an hour alone: with a sign that it is one, and as a mere number.
AT = "a|at|om|vers|around|rond|pour|for"
AT_A_NUMBER = "at|om|vers|around|rond"

#: How long: before the number, its units, and those that tell a length even where nothing stands before it.
LASTING = "pendant|durant|for|gedurende|pour|voor|d une duree de"
HOURS_LONG, MINUTES_LONG = "heures?|hours?|hrs?|uren|h", "minutes?|minuten|min"
HOURS_LONG_AFTER, AN_HOUR_LONG = "uur", "uur lang"
LONG = "lang"
AN_HOUR = "une heure|an hour|one hour|een uur"
BEFORE_AN_HOUR = "pendant|for"
HALF_AN_HOUR = "half uur|demi uur|demi heure|half an hour"
#: Dutch: half past the hour before.
HALF_BEFORE = "half"
#: Eleven in French and « our » in Dutch.
ELEVEN, AFTER_ELEVEN = "onze", "heures?|h"
#: Left alone after a digit: « 24 sept ».
NOT_AFTER_A_DIGIT = ("sept",)

#: Left out are « un », « one » and « een », which mostly say « a ».
NUMBERS = {
    2: ("deux", "two", "twee"),
    3: ("trois", "three", "drie"),
    4: ("quatre", "four", "vier"),
    5: ("cinq", "five", "vijf"),
    6: ("six", "zes"),
    7: ("sept", "seven", "zeven"),
    8: ("huit", "eight", "acht"),
    9: ("neuf", "nine", "negen"),
    10: ("dix", "ten", "tien", "une dizaine", "dizaine", "tiental"),
    11: ("eleven", "elf"),
    14: ("quatorze", "fourteen", "veertien"),
    12: ("douze", "twelve", "twaalf", "une douzaine", "douzaine", "a dozen", "dozijn"),
    15: ("quinze", "fifteen", "vijftien", "une quinzaine", "quinzaine"),
    20: ("vingt", "twenty", "twintig", "une vingtaine", "vingtaine", "twintigtal"),
}

PEOPLE = (
    "personnes?|pers|people|persons?|personen|persoon|participants?|deelnemers?|mensen|gens|man|pax|of us|"
    "adultes?|etudiants?|students?|studenten"
)
#: Before a number of people: of any, of a mere number, and of the people themselves.
FOR = "pour|for|voor"
WITH = "avec|with|met"
FOR_SO_MANY = "pour|for|voor|met"
FOR_A_NUMBER = "pour|for|voor|met|a"
BEFORE_PEOPLE = "de|of"
OR = "a|ou|of|or|to|tot"
#: A meeting, and what stands between it and the number of people.
MEETING, MEETING_OF = "reunion|meeting|vergadering", "a|de|of|for|van|voor|met"
#: Before colleagues whose number is not said.
AMONG = "entre|with|avec|met"
#: Before two places, of which the way between them is meant, and a time between two acts, of which nothing is known.
AMID = "entre|between|in between|tussen"
AMID_TWO = (
    "(?:entre|in between|between|tussen) (?:2|deux|two|twee|mes|nos|my|our|mijn|onze) "
    "(?:rendez vous|rdv|reunions?|cours|appels|trains|visites|meetings?|appointments?|calls?|classes|"
    "afspraken|vergaderingen|gesprekken|treinen|lessen)"
)
#: As many people as places.
SEATS = "places?|postes?|bureaux|plaatsen|plekken|seats?|desks|werkplekken"
COLLEAGUES = "collegues?|colleagues?|collega s|collegas|amis|friends|vrienden|autres|others|anderen|clients?|klanten"
GROUPS = (
    "nous sommes|nous serons|on est|on sera|we are|we re|we will be|we zijn met|wij zijn met|we zijn|"
    "groupe de|equipe de|group of|team of|groep van|team van"
)
ALONE = (
    "pour une (?:seule )?personne|for one(?: person)?|voor een persoon|een persoon|pour moi tout seul|pour moi|"
    "tout seul|toute seule|seule?|alone|for me|by myself|voor mij|alleen"
)

#: Words for a kind of place. The first phrase that fits wins, so longer phrases stand before the words they contain.
KINDS = {
    ResourceKind.OFFICE: (
        "bureaux? prives?",
        "bureaux? fermes?",
        "bureaux? individuels?",
        "cabinet de consultation",
        "cabinet",
        "private offices?",
        "closed office",
        "consulting rooms?",
        "own office",
        "privekantoor",
        "prive kantoor",
        "eigen kantoor",
        "offices?",
        "kantoor",
        "kantoren",
        "spreekkamer",
    ),
    ResourceKind.STUDIO: ("studio photo", "studio video", "photo studio", "video studio", "fotostudio", "studio"),
    ResourceKind.FABLAB: ("fablab", "imprimante 3d", "3d printer", "decoupe laser", "laser cutter", "lasersnijder"),
    ResourceKind.EQUIPMENT: (
        "kit video",
        "video kit",
        "videokit",
        "materiel a emprunter",
        "materiel",
        "equipment",
        "materiaal",
        "camera",
    ),
    ResourceKind.LOUNGE: ("salon", "lounge"),
    ResourceKind.MEETING_ROOM: (
        "salles? de reunion",
        "meeting rooms?",
        "vergaderzalen",
        "vergaderzaal",
        "vergaderruimte",
        "conference rooms?",
        "salles? de conference",
        "salles?",
        "rooms?",
        "zaal",
        "reunion",
        "meeting",
        "vergadering",
        "vergaderen",
    ),
    ResourceKind.WORKPLACE: (
        "postes? de travail",
        "bureaux? partages?",
        "bureaux",
        "bureau",
        "postes?",
        "workplaces?",
        "desks?",
        "hot desks?",
        "werkplekken",
        "werkplek",
        "werkplaats",
        "coworking",
        "coworken",
        "travailler",
        "to work",
        "werken",
    ),
}

#: Words for a feature of the network's list, by its slug, beside the names that the list gives it.
FEATURES = {
    "wheelchair": (
        "fauteuil roulant",
        "chaise roulante",
        "mobilite reduite",
        "accessible pmr",
        "pmr",
        "accessible",
        "handicap",
        "wheelchair accessible",
        "wheelchair",
        "step free",
        "rolstoeltoegankelijk",
        "rolstoel",
        "toegankelijk",
    ),
    "quiet": (
        "au calme",
        "calmes?",
        "tranquilles?",
        "silencieu(?:x|se)",
        "en silence",
        "silence",
        "(?:sans|pas de) bruit",
        "no noise",
        "without noise",
        "(?:zonder|geen) lawaai",
        "quiet",
        "calm",
        "silent",
        "peaceful",
        "rustige?",
        "stilte",
        "stille?",
    ),
    "daylight": (
        "lumiere du jour",
        "lumiere naturelle",
        "lumineux",
        "lumineuse",
        "avec fenetres?",
        "fenetres?",
        "daylight",
        "natural light",
        "bright",
        "windows?",
        "daglicht",
        "lichte?",
        "ramen",
        "raam",
    ),
    "screen": (
        "grand ecran",
        "ecrans?",
        "videoprojecteur",
        "projecteur",
        "screens?",
        "projector",
        "tv",
        "scherm",
        "beamer",
    ),
    "video-call": (
        "visioconferences?",
        "visio",
        "videoconferences?",
        "video conference",
        "appels? video",
        "video calls?",
        "video conferencing",
        "zoom",
        "videogesprek",
        "videovergadering",
        "videobellen",
    ),
    "whiteboard": ("tableau blanc", "tableau", "paperboard", "whiteboard", "flip ?chart", "schrijfbord"),
    "wired-network": (
        "reseau filaire",
        "filaire",
        "ethernet",
        "cable reseau",
        "wired network",
        "wired",
        "bekabeld netwerk",
        "bekabeld",
    ),
    "coffee": ("cafe sur place", "du cafe", "avec cafe", "cafe", "coffee", "koffie"),
    "lockable": (
        "ferm(?:e|able|ant) a (?:cle|clef)",
        "qui ferme a (?:cle|clef)",
        "a cle",
        "lockable",
        "with a lock",
        "lock",
        "afsluitbare?",
        "op slot",
    ),
}

SIDES = {
    Country.BE: ("belgique", "cote belge", "belges?", "belgium", "belgian", "belgie", "belgische?"),
    Country.FR: ("france", "cote francais", "francaise?", "french", "frankrijk", "franse?"),
}

#: Before a side of the border, and before a place.
BEFORE_A_SIDE = "en|in|du"
BEFORE_A_PLACE = "a|au|in|te|at|de"
#: Before a place that follows another: « Chimay ou à la Ferme ».
_AT = f"{BEFORE_A_PLACE}|chez|bij"
BEFORE_ANOTHER_PLACE = f"(?:(?:{_AT}) )?(?:l|la|le|les|the|het|de)|{_AT}"
#: Between two places of which either would do.
BETWEEN_PLACES = "ou|ou bien|or|of|et|and|en|sinon|otherwise|anders"
#: Before what is not wanted, of which the search has no filter, what may stand between, and what joins a second one.
EXCEPT = "sauf|hormis|excepte|hors|except for|except|other than|anywhere but|elders dan|behalve|uitgezonderd"
WITHOUT = (
    "ailleurs qu(?:e)?|autre que|pas|sans|ni|not|no|without|never|don t (?:need|want)|do not (?:need|want)|"
    "niet|geen|zonder|jamais|nooit|anders dan"
)
AFTER_EXCLUDING = (
    "a|au|aux|le|la|les|l|un|une|de|d|du|des|en|dans|chez|cote|besoin|trop|in|the|an|at|on|any|need|for|from|with|avec|"
    "op|te|de|het|een|bij|naar|met"
)
NOR, AND = "ni|ou|nor|or|noch|of", "et|and|en"
#: These begin like an exclusion and are none; « pas » is "not until" in Dutch.
NOT_EXCLUDING = (
    "pas (?:trop |tres )?loin|not (?:too |very )?far|niet (?:te )?ver|"
    "(?:sans|pas de) bruit|no noise|without noise|(?:zonder|geen) lawaai|pas (?:om|vanaf|na|op|tegen)|"
    "(?:pas|no|not|niet) (?:plus|more|less|moins|meer|minder)|no (?:matter|problem)"
)
BEFORE_A_PROPOSAL = ("pourquoi ", "why ", "waarom ")

#: How long the way may take: before the number, before the town, and what says no more than that it is a way.
WITHIN = "a moins de|moins de|less than|under|within|minder dan|binnen(?: de)?|op minder dan|maximum|max|a|op"
AT_MOST = "a moins de|moins de|less than|under|within|minder dan|binnen(?: de)?|op minder dan"
A_WAY = "en voiture|en auto|de route|de trajet|by car|drive|driving|away|rijden|met de auto|reistijd"
FROM_A_PLACE = "de|d|du|from|of|van|vanuit"

#: Before a town: not only there, but the nearest places.
NEAR = (
    "pas (?:trop |tres )?loin de|"
    "pres de|proche de|proches de|autour de|aux environs de|a cote de|a proximite de|depuis|"
    "close to|near to|near|around|not (?:too |very )?far from|nearby|niet (?:te )?ver van|"
    "in de buurt van|dicht bij|dichtbij|nabij|rond"
)
NEAREST = "les? plus proches? ?(?:de)?|nearest(?: to)?|closest(?: to)?|dichtstbij(?:zijnde)?|par temps de trajet"
