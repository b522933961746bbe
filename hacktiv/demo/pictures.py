"""Load pictures of rooms that exist nowhere, a visit of two scenes, a team and travel times, for one space."""

from django.core.files.storage import default_storage

from hacktiv.common.datafiles import LEFT_OUT
from spaces.models import Hotspot, Photo, Scene, TeamMember, TravelTime
from spaces.places.files.pictures import named_by_content

from . import files
from .marks import blank, marked


def load_pictures(spaces):
    """Add each of the four where the space has nothing of that kind."""
    shown = files.spaces().shown
    space = spaces[shown.space]
    rooms = {room.slug: room for room in space.resources.all()}
    if not space.photos.exists():
        for order, photo in enumerate(shown.photo):
            Photo.objects.create(
                space=space,
                image=image_of(photo.picture),
                resource=rooms.get(photo.room),
                order=order,
                is_example=True,
                **marked("alternative_text", photo.shown),
            )
    if not space.scenes.exists():
        _load_scenes(space, rooms, shown.scene)
    if not space.team.exists():
        for order, person in enumerate(shown.team):
            TeamMember.objects.create(
                space=space,
                name=person.name,
                has_agreed=True,
                order=order,
                is_example=True,
                **person.role.columns("role"),
            )
    if not space.travel_times.exists():
        TravelTime.objects.bulk_create(
            TravelTime(space=space, to_space=spaces[way.to], mode=way.mode, minutes=way.minutes, is_example=True)
            for way in shown.travel
        )


def _load_scenes(space, rooms, wanted):
    scenes = {}
    for order, scene in enumerate(wanted):
        scenes[scene.picture] = Scene.objects.create(
            space=space,
            image=image_of(scene.picture),
            order=order,
            is_example=True,
            **scene.title.columns("title"),
            **scene.description.columns("description"),
            **marked("alternative_text", scene.shown),
        )
    for scene in wanted:
        for point in scene.point:
            Hotspot.objects.create(
                scene=scenes[scene.picture],
                to_scene=scenes.get(point.scene),
                resource=rooms.get(point.room),
                yaw=point.yaw,
                pitch=point.pitch,
                **point.label.columns("label"),
                **(blank("text") if point.text is LEFT_OUT else point.text.columns("text")),
            )


def image_of(name):
    """Return the picture as it lies in the storage, or the file to put there."""
    content = picture(name)
    stored = f"pictures/{content.name}"
    return stored if default_storage.exists(stored) else content


def picture(name):
    """Return the file of a picture, named by its content."""
    return named_by_content((files.PICTURES / f"{name}.jpg").read_bytes())
