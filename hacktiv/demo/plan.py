"""Load a shared office with named places on a plan, to choose one from."""

from spaces.booking.operations import set_units
from spaces.enums import ResourceKind
from spaces.models import Feature, Plan, Resource

from . import files
from .marks import marked
from .pictures import image_of


def load_plan(spaces):
    """Add the office where it is not there: what was changed in it since stays."""
    wanted = files.rooms().office
    office, created = Resource.objects.get_or_create(
        space=spaces[wanted.space],
        slug=wanted.slug,
        defaults={
            **wanted.name.columns("name"),
            **wanted.description.columns("description"),
            "kind": ResourceKind.WORKPLACE,
            "seats": 1,
            "order": 91,
        },
    )
    if not created:
        return
    office.features.set(Feature.objects.filter(slug__in=wanted.features))
    units = set_units(resource=office, number=len(wanted.place))
    for unit, place in zip(units, wanted.place, strict=True):
        unit.name, unit.plan_x, unit.plan_y = place.name, place.x, place.y
        unit.save(update_fields=["name", "plan_x", "plan_y"])
    image = image_of(wanted.picture)
    Plan.objects.create(resource=office, image=image, is_example=True, **marked("alternative_text", wanted.shown))
