"""Pictures of rooms that exist nowhere (docs/tools/draw_rooms.py), a visit of two scenes, a team and travel times, for
one space that has none of its own."""

from dataclasses import dataclass
from pathlib import Path

from django.core.files.storage import default_storage

from spaces.enums import TravelMode
from spaces.models import Hotspot, Photo, Scene, TeamMember, TravelTime
from spaces.places.files.pictures import named_by_content

from .load_bookings import ROOM
from .rhythm import Text
from .words import marked, translated

PICTURES = Path(__file__).parent / "pictures"
SPACE = "la-ferme"
#: By file: what it shows, and the room that it stands for.
PHOTOS = {
    "house": (
        Text(
            "Dessin : une maison blanche au toit d’ardoise, entre des sapins, au pied des collines.",
            "Tekening: een wit huis met een leien dak, tussen sparren, aan de voet van de heuvels.",
            "Drawing: a white house with a slate roof, between firs, at the foot of the hills.",
        ),
        "",
    ),
    "shared": (
        Text(
            "Dessin : deux postes de travail sous de larges fenêtres qui donnent sur une vallée.",
            "Tekening: twee werkplekken onder brede ramen met uitzicht op een vallei.",
            "Drawing: two workplaces under wide windows that look out over a valley.",
        ),
        "",
    ),
    "shelf": (
        Text(
            "Dessin : une bibliothèque de quatre rayons et une grande plante en pot.",
            "Tekening: een boekenkast met vier planken en een grote plant in een pot.",
            "Drawing: a bookcase of four shelves and a tall plant in a pot.",
        ),
        "",
    ),
    "meeting": (
        Text(
            "Dessin : une salle de réunion claire, avec un grand écran au mur.",
            "Tekening: een lichte vergaderzaal met een groot scherm aan de muur.",
            "Drawing: a bright meeting room with a large screen on the wall.",
        ),
        ROOM,
    ),
}


NOTHING = Text("", "", "")


@dataclass(frozen=True)
class Point:
    """Where it lies, what it is called, and where it leads: a scene's file, a resource's slug, or a text."""

    yaw: int
    pitch: int
    label: Text
    scene: str = ""
    resource: str = ""
    text: Text = NOTHING


@dataclass(frozen=True)
class View:
    title: Text
    shown: Text
    description: Text
    points: tuple


SCENES = {
    "panorama-shared": View(
        Text("La grande salle", "De grote zaal", "The large room"),
        Text(
            "Dessin à 360° : une grande salle, ses postes de travail sous les fenêtres, une bibliothèque, une porte "
            "verte.",
            "Tekening in 360°: een grote zaal, werkplekken onder de ramen, een boekenkast, een groene deur.",
            "Drawing in 360°: a large room, its workplaces under the windows, a bookcase, a green door.",
        ),
        Text(
            "Vous êtes au milieu d’une salle de huit mètres sur six. Devant vous, au nord, trois fenêtres sur les "
            "collines, et un poste de travail sous chacune. À votre droite, un tableau vert et une porte verte qui "
            "mène à la salle de réunion. Derrière vous, une bibliothèque, une grande plante et un bureau isolé. À "
            "gauche, un poste près d’une fenêtre.\n\nCette salle n’existe pas : elle est dessinée pour montrer la "
            "visite.",
            "U staat midden in een zaal van acht bij zes meter. Voor u, op het noorden, drie ramen met uitzicht op de "
            "heuvels, en onder elk een werkplek. Rechts een groen bord en een groene deur naar de vergaderzaal. "
            "Achter u een boekenkast, een grote plant en een rustig bureau. Links een werkplek bij een raam.\n\nDeze "
            "zaal bestaat niet: ze is getekend om het bezoek te tonen.",
            "You stand in the middle of a room of eight metres by six. Before you, to the north, three windows on the "
            "hills, and a workplace under each. To your right, a green board and a green door that leads to the "
            "meeting room. Behind you, a bookcase, a tall plant and a desk apart. To the left, a workplace by a "
            "window.\n\nThis room does not exist: it is drawn to show what a visit is like.",
        ),
        (
            Point(
                105,
                -6,
                Text("Vers la salle de réunion", "Naar de vergaderzaal", "To the meeting room"),
                scene="panorama-meeting",
            ),
            Point(0, -13, Text("Un poste de travail", "Een werkplek", "A workplace"), resource="les-serres"),
            Point(
                149,
                -4,
                Text("La bibliothèque", "De boekenkast", "The bookcase"),
                text=Text(
                    "On emprunte, on rapporte, on ajoute le sien.",
                    "Lenen, terugbrengen, zelf een boek toevoegen.",
                    "Borrow one, bring it back, add your own.",
                ),
            ),
        ),
    ),
    "panorama-meeting": View(
        Text("La salle de réunion", "De vergaderzaal", "The meeting room"),
        Text(
            "Dessin à 360° : une salle de réunion, un grand écran, deux fenêtres, une porte orange.",
            "Tekening in 360°: een vergaderzaal, een groot scherm, twee ramen, een oranje deur.",
            "Drawing in 360°: a meeting room, a large screen, two windows, an orange door.",
        ),
        Text(
            "Un grand écran occupe le mur du nord, entre deux plantes. À droite, deux fenêtres basses. Derrière vous, "
            "trois tables contre le mur, sous une image de la frontière. À gauche, une bibliothèque et la porte "
            "orange par laquelle vous êtes entré.\n\nCette salle n’existe pas : elle est dessinée pour montrer la "
            "visite.",
            "Een groot scherm vult de noordelijke muur, tussen twee planten. Rechts twee lage ramen. Achter u drie "
            "tafels tegen de muur, onder een beeld van de grens. Links een boekenkast en de oranje deur waardoor u "
            "binnenkwam.\n\nDeze zaal bestaat niet: ze is getekend om het bezoek te tonen.",
            "A large screen fills the north wall, between two plants. To the right, two low windows. Behind you, "
            "three tables against the wall, under a picture of the border. To the left, a bookcase and the orange "
            "door by which you came in.\n\nThis room does not exist: it is drawn to show what a visit is like.",
        ),
        (
            Point(
                -108,
                -6,
                Text("Retour à la grande salle", "Terug naar de grote zaal", "Back to the large room"),
                scene="panorama-shared",
            ),
            Point(0, -20, Text("Cette salle", "Deze zaal", "This room"), resource=ROOM),
            Point(
                0,
                5,
                Text("L’écran", "Het scherm", "The screen"),
                text=Text(
                    "On y projette, on y passe ses visioconférences.",
                    "Voor presentaties en videovergaderingen.",
                    "For presentations and video calls.",
                ),
            ),
        ),
    ),
}
TEAM = (
    ("Exemple Martin", Text("Accueil, le matin", "Onthaal, ’s ochtends", "Welcome desk, in the morning")),
    ("Voorbeeld Peeters", Text("Animation", "Animatie", "Events")),
)
TRAVEL_TIMES = (
    ("coworking-e420", TravelMode.CAR, 25),
    ("coworking-e420", TravelMode.BICYCLE, 75),
    ("rimbaud-tech", TravelMode.CAR, 65),
)


def load_pictures(spaces):
    """What the space lacks of these four, each only where there is none of it."""
    space = spaces[SPACE]
    rooms = {room.slug: room for room in space.resources.all()}
    if not space.photos.exists():
        for order, (file, (shown, room)) in enumerate(PHOTOS.items()):
            Photo.objects.create(
                space=space,
                image=image_of(file),
                resource=rooms.get(room),
                order=order,
                is_example=True,
                **marked("alternative_text", shown),
            )
    if not space.scenes.exists():
        _load_scenes(space, rooms)
    if not space.team.exists():
        for order, (name, role) in enumerate(TEAM):
            TeamMember.objects.create(
                space=space, name=name, has_agreed=True, order=order, is_example=True, **translated("role", role)
            )
    if not space.travel_times.exists():
        TravelTime.objects.bulk_create(
            TravelTime(space=space, to_space=spaces[other], mode=mode, minutes=minutes, is_example=True)
            for other, mode, minutes in TRAVEL_TIMES
        )


def _load_scenes(space, rooms):
    scenes = {}
    for order, (file, view) in enumerate(SCENES.items()):
        scenes[file] = Scene.objects.create(
            space=space,
            image=image_of(file),
            order=order,
            is_example=True,
            **translated("title", view.title),
            **translated("description", view.description),
            **marked("alternative_text", view.shown),
        )
    for file, view in SCENES.items():
        for point in view.points:
            Hotspot.objects.create(
                scene=scenes[file],
                to_scene=scenes.get(point.scene),
                resource=rooms.get(point.resource),
                yaw=point.yaw,
                pitch=point.pitch,
                **translated("label", point.label),
                **translated("text", point.text),
            )


def image_of(file):
    """The picture as it lies in the storage, put there if need be."""
    content = named_by_content((PICTURES / f"{file}.jpg").read_bytes())
    name = f"pictures/{content.name}"
    return name if default_storage.exists(name) else content
