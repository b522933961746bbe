import structlog
from django.core.files.base import ContentFile
from django.db import transaction

from hacktiv.common.pictures import PictureRefused

from ...models import Photo, Picture, Plan, Scene
from ..files.pictures import renditions_of

log = structlog.get_logger(__name__)


def draw_due() -> None:
    """Draw the renditions of every picture that lacks them, each in its own transaction."""
    for model in (Photo, Plan, Scene):
        for pk in model.objects.to_draw().values_list("pk", flat=True):
            draw_renditions(model=model, pk=pk)


@transaction.atomic
def draw_renditions(*, model: type[Picture], pk: int) -> bool:
    """Draw a picture's renditions beside it. Return False where nothing is to do or another worker is doing it.

    The worker may be killed at any point: the next one draws again under the same names. A picture that cannot be drawn
    is marked so, and the original is shown."""
    picture = model.objects.select_for_update(skip_locked=True, of=("self",)).to_draw().filter(pk=pk).first()
    if picture is None:
        return False
    drawn: dict[str, list[int]] = {}
    storage = picture.image.storage
    try:
        with picture.image.open() as original:
            for kind, width, content in renditions_of(original):
                name = picture.rendition_name(picture.image.name, width, kind)
                storage.delete(name)
                storage.save(name, ContentFile(content))
                drawn.setdefault(kind, []).append(width)
    except (OSError, PictureRefused) as error:
        log.warning("picture_not_drawn", model=model._meta.label, pk=pk, error=str(error))
        drawn = {}
    model.objects.filter(pk=pk).update(renditions=drawn)
    return True
