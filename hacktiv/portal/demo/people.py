"""Fictional people, after the tales of the Ardenne, of Reynard and of Arden. All are called « Exemple »."""

from dataclasses import dataclass, field

from . import COORDINATOR, MANAGER, MEMBER


@dataclass(frozen=True)
class Person:
    """Spaces and skills by slug. `gender` and `age_band` are what the person agreed to tell; blank: nothing."""

    first_name: str
    last_name: str
    email: str
    language: str
    home: str
    residence: str
    status: str
    headline: str
    offers: tuple[str, ...] = ()
    seeks: tuple[str, ...] = ()
    about: str = ""
    gender: str = ""
    age_band: str = ""
    is_listed: bool = True
    manages: tuple[str, ...] = field(default=())
    coordinates: bool = False


def _french(first_name, **facts):
    return Person(first_name, "Exemple", _address(first_name), "fr", **facts)


def _dutch(first_name, **facts):
    return Person(first_name, "Voorbeeld", _address(first_name), "nl", **facts)


def _english(first_name, **facts):
    return Person(first_name, "Example", _address(first_name), "en", **facts)


def _address(first_name):
    """No mail ever reaches the domain .invalid."""
    return f"{first_name.lower().replace('é', 'e').replace('è', 'e')}@exemple.invalid"


PEOPLE = (
    # --- those whose accounts one may use ---------------------------------------------------------------------------
    Person(
        "Lunete",
        "Exemple",
        MEMBER,
        "fr",
        home="la-ferme",
        residence="BE",
        status="self_employed",
        headline="Graphiste et illustratrice, à Chimay trois jours par semaine",
        about="Je dessine des affiches, des logos et des cartes. Je cherche de quoi raconter mes projets en vidéo.",
        offers=("graphic-design", "illustration", "photography"),
        seeks=("video-making", "accounting"),
        gender="woman",
        age_band="25-34",
    ),
    Person(
        "Maugis",
        "Exemple",
        MANAGER,
        "fr",
        home="la-ferme",
        residence="BE",
        status="employee",
        headline="J’ouvre La Ferme le matin, et je connais la machine à café",
        offers=("facilitation", "communication"),
        seeks=("funding",),
        manages=("la-ferme",),
    ),
    Person(
        "Viviane",
        "Exemple",
        COORDINATOR,
        "fr",
        home="coworking-e420",
        residence="BE",
        status="employee",
        headline="Coordination du projet exemple, d’un côté et de l’autre",
        offers=("project-management", "funding"),
        seeks=("translation-fr-nl",),
        coordinates=True,
    ),
    # --- La Ferme ---------------------------------------------------------------------------------------------------
    _french(
        "Renaud",
        home="la-ferme",
        residence="BE",
        status="self_employed",
        headline="Menuisier et designer de mobilier sur mesure",
        offers=("wood-work", "laser-cutting"),
        seeks=("online-shop", "photography"),
        gender="man",
        age_band="35-44",
    ),
    _french(
        "Alard",
        home="la-ferme",
        residence="FR",
        status="self_employed",
        headline="Vidéaste documentaire, entre Thiérache et vallée de la Meuse",
        offers=("video-making", "sound-podcast"),
        seeks=("graphic-design",),
        gender="man",
        age_band="25-34",
    ),
    _french(
        "Berthe",
        home="la-ferme",
        residence="BE",
        status="employee",
        headline="Comptable en télétravail, curieuse de tout le reste",
        offers=("accounting", "cross-border-work"),
        seeks=("public-speaking",),
        gender="woman",
        age_band="45-54",
    ),
    _dutch(
        "Nele",
        home="la-ferme",
        residence="BE",
        status="self_employed",
        headline="Vertaalster Frans–Nederlands, met zicht op de Fagne",
        offers=("translation-fr-nl", "copywriting"),
        seeks=("web-development",),
        about="Ik vertaal websites en folders voor wie aan beide kanten van de grens klanten zoekt.",
        gender="woman",
        age_band="35-44",
    ),
    # --- Coworking E420 ---------------------------------------------------------------------------------------------
    _french(
        "Bayard",
        home="coworking-e420",
        residence="BE",
        status="self_employed",
        headline="Coursier à vélo et logistique légère, toujours en selle",
        offers=("tourism", "sales"),
        seeks=("web-development", "online-shop"),
        gender="man",
        age_band="25-34",
    ),
    _french(
        "Enide",
        home="coworking-e420",
        residence="BE",
        status="jobseeker",
        headline="En reconversion vers le développement web",
        offers=("social-media",),
        seeks=("web-development", "coaching"),
        gender="woman",
        age_band="35-44",
    ),
    _french(
        "Guichard",
        home="coworking-e420",
        residence="BE",
        status="employee",
        headline="Ingénieur en télétravail deux jours sur cinq",
        offers=("data-spreadsheets", "project-management"),
        seeks=("video-making",),
    ),
    _dutch(
        "Tijl",
        home="coworking-e420",
        residence="BE",
        status="self_employed",
        headline="Spreker en verhalenverteller voor scholen en bedrijven",
        offers=("public-speaking", "teaching"),
        seeks=("translation-fr-nl", "sound-podcast"),
        gender="man",
        age_band="45-54",
    ),
    _dutch(
        "Mariken",
        home="coworking-e420",
        residence="BE",
        status="student",
        headline="Studente toegepaste grafiek, op zoek naar een stage",
        offers=("illustration",),
        seeks=("graphic-design", "coaching"),
        gender="woman",
        age_band="18-24",
    ),
    # --- Rimbaud'Tech -----------------------------------------------------------------------------------------------
    _french(
        "Morgane",
        home="rimbaud-tech",
        residence="FR",
        status="self_employed",
        headline="Développeuse web, du formulaire au serveur",
        offers=("web-development", "data-spreadsheets"),
        seeks=("accounting", "translation-fr-nl"),
        about="J’ai lancé mon activité à Charleville-Mézières. J’aime les sites simples et les promenades longues.",
        gender="woman",
        age_band="25-34",
    ),
    _french(
        "Perceval",
        home="rimbaud-tech",
        residence="FR",
        status="jobseeker",
        headline="Porteur de projet : une application de randonnée transfrontalière",
        offers=("social-media", "photography"),
        seeks=("web-development", "business-plan"),
        gender="man",
        age_band="25-34",
    ),
    _french(
        "Yvain",
        home="rimbaud-tech",
        residence="FR",
        status="self_employed",
        headline="Impression 3D et petites séries",
        offers=("3d-printing", "laser-cutting"),
        seeks=("online-shop",),
    ),
    _english(
        "Rosalind",
        home="rimbaud-tech",
        residence="FR",
        status="employee",
        headline="UX researcher working remotely from the banks of the Meuse",
        offers=("facilitation", "conversation"),
        seeks=("graphic-design",),
        gender="woman",
        age_band="35-44",
    ),
    _english(
        "Orlando",
        home="rimbaud-tech",
        residence="FR",
        status="self_employed",
        headline="Writes, edits, and hangs poems on trees",
        offers=("copywriting", "conversation"),
        seeks=("coaching",),
        gender="man",
        age_band="25-34",
    ),
    # --- Pépinière Val de Vence -------------------------------------------------------------------------------------
    _french(
        "Gauvain",
        home="val-de-vence",
        residence="FR",
        status="self_employed",
        headline="Conseil en énergie pour les petites entreprises",
        offers=("sales", "business-plan"),
        seeks=("communication",),
        gender="man",
        age_band="45-54",
    ),
    _french(
        "Hodierne",
        home="val-de-vence",
        residence="FR",
        status="self_employed",
        headline="Juriste : contrats, statuts et travail frontalier",
        offers=("legal", "cross-border-work"),
        seeks=("video-making", "public-speaking"),
        gender="woman",
        age_band="35-44",
    ),
    _french(
        "Arduinna",
        home="val-de-vence",
        residence="FR",
        status="self_employed",
        headline="Guide nature et fabricante de sirops de la forêt",
        offers=("facilitation", "photography"),
        seeks=("online-shop", "graphic-design"),
        gender="woman",
        age_band="55-64",
    ),
    _english(
        "Celia",
        home="val-de-vence",
        residence="FR",
        status="other",
        headline="Textile maker between two studios",
        offers=("sewing",),
        seeks=("photography", "online-shop"),
        is_listed=False,
    ),
    # --- Maison du Campus -------------------------------------------------------------------------------------------
    _french(
        "Woinic",
        home="maison-du-campus",
        residence="FR",
        status="student",
        headline="Étudiant en métallerie d’art, solide et sociable",
        offers=("wood-work", "3d-printing"),
        seeks=("business-plan",),
        gender="man",
        age_band="18-24",
    ),
    _french(
        "Iseult",
        home="maison-du-campus",
        residence="FR",
        status="student",
        headline="Étudiante en communication, radio du campus le jeudi",
        offers=("sound-podcast", "social-media"),
        seeks=("video-making", "conversation"),
        gender="woman",
        age_band="18-24",
    ),
    _french(
        "Tristan",
        home="maison-du-campus",
        residence="BE",
        status="student",
        headline="Passe la frontière chaque matin pour ses cours",
        offers=("teaching",),
        seeks=("data-spreadsheets",),
        gender="man",
        age_band="18-24",
    ),
    _french(
        "Merlin",
        home="maison-du-campus",
        residence="FR",
        status="neet",
        headline="Bricole, répare, et cherche sa voie",
        offers=(),
        seeks=("coaching", "web-development"),
        is_listed=False,
    ),
)
