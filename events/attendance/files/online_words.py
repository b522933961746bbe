"""The words by which lists of video tools are read: heads of columns, roles, remarks, pronouns and devices, folded."""


def _words(text):
    return frozenset(text.split())


#: Heads of columns, folded, by the meaning of the column. Of several heads in a table the first one here counts.
COLUMNS = {
    "name": (
        "name original name",
        "nom nom d origine",
        "nom nom original",
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
        "surname",
        "family name",
        "nom de famille",
        "achternaam",
        "familienaam",
    ),
    "first_name": ("first name", "given name", "prenom", "voornaam"),
    "email": (
        "email",
        "e mail",
        "user email",
        "email address",
        "e mail address",
        "adresse e mail",
        "adresse email",
        "adresse de messagerie",
        "adresse de courriel",
        "adresse courriel",
        "attendee email",
        "participant email",
        "courriel",
        "mail",
        "e mail de l utilisateur",
        "e mailadres",
        "e mail van gebruiker",
    ),
    "login": ("participant id upn", "id de participant upn", "id du participant upn", "deelnemer id upn"),
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
        "duree totale minutes",
        "totale duur minuten",
        "attendance duration",
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
    "role": ("role", "rol"),
    "moderator": ("moderator", "moderateur", "moderatrice"),
    "waiting": ("in waiting room", "en salle d attente", "dans la salle d attente", "in wachtruimte"),
}
#: Folded words for yes, in the columns `waiting` and `moderator`.
YES = {"yes", "oui", "ja", "true"}
#: Heads of a column that has the last name only, where a column of first names stands beside it.
SURNAMES = {"name", "nom", "naam", "last name", "surname", "family name", "nom de famille", "achternaam", "familienaam"}
#: Heads, above the table, of the person who held the meeting (their name or address), of its start and of its end.
HELD_BY = {"host", "hote", "hote de la reunion", "host name", "host email", "user name", "user email"}
HELD_BY |= {"nom d utilisateur", "e mail de l utilisateur", "gebruikersnaam", "e mail van gebruiker", "organizer"}
HELD_BY |= {"organisateur", "organisator"}
STARTED_AT = {"start time", "meeting start time", "heure de debut", "heure de debut de la reunion", "starttijd"}
STARTED_AT |= {"begintijd", "begintijd van vergadering", "starttijd van vergadering", "begintijd vergadering"}
ENDED_AT = {"end time", "meeting end time", "heure de fin", "heure de fin de la reunion", "eindtijd"}
ENDED_AT |= {"eindtijd van vergadering", "eindtijd vergadering"}
#: Heads, above the table, of how long the meeting lasted.
LENGTHS = {*COLUMNS["duration"], "meeting duration"}
#: Folded names of BigBlueButton's last row, which sums up anonymous polls and is no person.
NOBODY = {"anonymous", "anonyme", "anoniem"}
#: Folded actions by which a person comes. Any other action means that they leave.
JOINED = {"joined", "joined before", "a rejoint", "a rejoint avant", "rejoint", "deelgenomen"}
#: Folded remarks that tools and people add to a name in brackets. They tell nothing of who it is.
REMARKS = {"guest", "invite", "invitee", "gast", "external", "externe", "extern", "ext", "unverified", "non verifie"}
REMARKS |= {"me", "moi", "ik", "presenter", "presentateur", "presentator", "niet geverifieerd", "co host", "co hote"}
#: Folded roles and remarks of the person who held the meeting.
ORGANISERS = {"host", "hote", "organizer", "organiser", "organisateur", "organisatrice", "organisator"}
ORGANISERS |= {"co organizer", "co organisateur", "co organisatrice", "mede organisator", "coorganisator"}
#: Pronouns, folded: brackets that hold nothing else are a remark.
PRONOUNS = _words(
    """
    she her hers he him his they them theirs ze zir elle elles il iel ielle al ael la le lui
    zij ze haar hij hem zijn die hen hun any all pronouns pronoms
    """
)
#: Words, folded, of which the name of a device or of nobody in particular is made, with numbers and single letters.
NAMELESS = _words(
    """
    iphone ipad ipod macbook mac galaxy samsung sm huawei xiaomi redmi oppo oneplus pixel android
    windows surface chromebook laptop desktop pc portable ordinateur computer tablet tablette
    phone telephone telefoon gsm smartphone mobile pro max plus mini tab note ultra lite air se
    zoom teams webex user utilisateur gebruiker call in caller guest invite gast
    anonymous anonyme anoniem unknown inconnu onbekend participant deelnemer
    """
)
#: Words, folded, that name a device by themselves: what follows « de », « van » or “'s” is whose it is.
DEVICES = _words(
    """
    iphone ipad ipod macbook imac galaxy samsung huawei xiaomi redmi oppo oneplus pixel android surface chromebook
    laptop desktop pc portable ordinateur computer tablet tablette phone telephone telefoon gsm smartphone mobile
    """
)
#: Names of tools that take notes or record, folded: nobody is called by one of them, whatever else is in the name.
ROBOTS = (
    "notetaker",
    "note taker",
    "note taking assistant",
    "meeting notes",
    "notes de reunion",
    "preneur de notes",
    "notulist ai",
    "meeting assistant",
    "meeting recorder",
    "meeting recording",
    "recording bot",
    "recorder bot",
    "notes bot",
    "meeting bot",
    "zoom recording",
    "teams recording",
    "teams recorder",
    "enregistrement automatique",
    "ai companion",
    "ai assistant",
    "assistant ia",
    "ai notes",
    "ai recorder",
    "otter ai",
    "otterpilot",
    "otter pilot",
    "read ai",
    "fireflies ai",
    "fathom ai",
    "fathom video",
    "tl dv",
    "tldv",
    "meetgeek",
    "sembly ai",
    "krisp ai",
    "bluedot ai",
    "fellow ai",
    "grain recorder",
    "grain ai",
    "gong io",
    "jamie ai",
    "copilot",
)
#: Folded names of tools that were made up: a tool is named by one of them, unless the row has a person's address.
ROBOTS_MADE_UP = _words("airgram avoma circleback leexi modjo noota praiz supernormal tactiq")
#: Folded words that name a tool where nothing else stands in the name; people are called so too, and have an address.
ROBOTS_ALONE = _words("bot fathom fireflies gong grain granola krisp notes otter read sembly")
#: Folded words that say what a tool does: nobody is called so, and beside the name of a tool they make it one for sure.
ROBOTS_DO = _words("recorder recording enregistrement enregistreur opname")
ROBOTS_DO_BESIDE = ROBOTS_DO | _words("app assistant bot microsoft notes")
#: Ends of addresses that tools have for themselves.
ROBOTS_AT = _words(
    """
    airgram.io avoma.com bluedothq.com circleback.ai fathom.ai fathom.video fellow.app fireflies.ai gong.io grain.co
    grain.com granola.ai krisp.ai leexi.ai meetgeek.ai meetjamie.ai modjo.ai noota.io otter.ai praiz.io read.ai
    sembly.ai supernormal.com tactiq.io tldv.io
    """
)
#: The people and things that such rows count.
COUNTED = {"participants", "participantes", "attendees", "people", "persons", "personnes", "presents", "inscrits"}
COUNTED |= {"deelnemers", "aanwezigen", "personen", "mensen", "users", "guests", "minutes", "min", "minuten"}
#: Names of rows that count the others, folded, without the number itself.
TOTALS = {
    *("total", "total general", "grand total", "sous total", "subtotal", "totaux", "totals", "somme", "sum"),
    *("total participants", "total attendees", "total attended", "total des participants", "total de participants"),
    *("participants", "attendees", "nombre de participants", "number of participants", "participant count"),
    *("totaal", "algemeen totaal", "subtotaal", "som", "totaal deelnemers", "totaal aantal deelnemers"),
    *("aantal deelnemers", "deelnemers", "total unique participants", "total users", "totaal aantal"),
    *("nb de", "nb", "nombre de", "nombre total de", "number of", "total number of", "aantal", "totaal aantal"),
    *("presents", "presentes", "aanwezig", "aanwezigen", "present"),
    *("moyenne", "duree moyenne", "mediane", "average", "average duration", "mean", "median"),
    *("gemiddelde", "gemiddelde duur", "mediaan"),
}
#: Words between two names, folded, beside the signs & + and /.
AND = "et en and"
