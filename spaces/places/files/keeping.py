"""Keep the files of pictures in step with their rows, however a row is written: after the commit, never before."""

from itertools import product

from django.db import connection, transaction
from django.db.models.signals import post_delete, post_save, pre_save

from hacktiv.common.orders import order

from ...models import Photo, Plan, Scene
from .pictures import ENCODING, widths_of


def forget_replaced(sender, instance, raw=False, **kwargs):
    """Have renditions drawn again and the old files deleted, where a row gets another image."""
    if raw or not instance.pk:
        return
    old = sender.objects.filter(pk=instance.pk).only("image", "width").first()
    if old and old.image.name != instance.image.name:
        instance.renditions = None
        _remove_after_commit(old)


def draw_new(sender, instance, raw=False, **kwargs):
    """Have the renditions drawn. One task is sent, however many pictures a form brings."""
    if not raw and instance.renditions is None and not any(call[1] is _wake for call in connection.run_on_commit):
        transaction.on_commit(_wake, robust=True)


def forget_deleted(sender, instance, **kwargs):
    _remove_after_commit(instance)


def _remove_after_commit(picture):
    """Delete the image and all possible renditions: another process may have drawn them since the row was read."""
    if not picture.image:
        return
    storage, name = picture.image.storage, picture.image.name
    renditions = product(widths_of(picture.width or 0), ENCODING)
    names = [name, *(picture.rendition_name(name, width, kind) for width, kind in renditions)]
    transaction.on_commit(lambda: [storage.delete(name) for name in names], robust=True)


def _wake():
    order("spaces.tasks.draw_pictures", expires=60)


for model in (Photo, Plan, Scene):
    pre_save.connect(forget_replaced, sender=model, dispatch_uid="spaces.files.replaced")
    post_save.connect(draw_new, sender=model, dispatch_uid="spaces.files.new")
    post_delete.connect(forget_deleted, sender=model, dispatch_uid="spaces.files.deleted")
