"""A shared office that exists nowhere, with named places on a plan (docs/tools/draw_plan.py), to choose one from."""

from spaces.booking.operations import set_units
from spaces.enums import ResourceKind
from spaces.models import Plan, Resource

from .load_bookings import OFFICE
from .load_pictures import SPACE, image_of
from .programme import Text
from .words import marked, translated

NAME = Text("Plateau exemple", "Voorbeeldkantoor", "Example office")
DESCRIPTION = Text(
    "Un plateau fictif de six places, pour essayer le choix d’une place sur le plan.",
    "Een fictief kantoor met zes plaatsen, om te proberen hoe men een plaats op de plattegrond kiest.",
    "A fictional office of six places, to try how one chooses a place on the plan.",
)
SHOWN = Text(
    "Plan dessiné : trois places le long des fenêtres, deux au milieu, une dans un coin calme.",
    "Getekende plattegrond: drie plaatsen langs de ramen, twee in het midden, één in een rustige hoek.",
    "Drawn plan: three places along the windows, two in the middle, one in a quiet corner.",
)
#: Name, and where it stands in hundredths of the plan.
PLACES = (
    ("Fenêtre 1", 20, 24),
    ("Fenêtre 2", 45, 24),
    ("Fenêtre 3", 70, 24),
    ("Milieu 1", 30, 58),
    ("Milieu 2", 55, 58),
    ("Coin calme", 86, 76),
)


def load_plan(spaces):
    """Only where the office is not there yet: what was changed in it since stays."""
    office, created = Resource.objects.get_or_create(
        space=spaces[SPACE],
        slug=OFFICE,
        defaults={
            **translated("name", NAME),
            **translated("description", DESCRIPTION),
            "kind": ResourceKind.WORKPLACE,
            "seats": 1,
            "order": 91,
        },
    )
    if not created:
        return
    for unit, (name, x, y) in zip(set_units(resource=office, number=len(PLACES)), PLACES, strict=True):
        unit.name, unit.plan_x, unit.plan_y = name, x, y
        unit.save(update_fields=["name", "plan_x", "plan_y"])
    Plan.objects.create(resource=office, image=image_of("plan"), is_example=True, **marked("alternative_text", SHOWN))
