"""The code beside a door: who has read it stands there. It opens nothing."""

import uuid

from django.db import transaction

from .locks import lock_resource


@transaction.atomic
def renew_door_code(*, resource):
    """Make a code that nobody can guess; the one before it leads nowhere from now on."""
    return _set(resource, uuid.uuid4())


@transaction.atomic
def withdraw_door_code(*, resource):
    """Without a code, only a manager checks people in."""
    return _set(resource, None)


def _set(resource, token):
    resource = lock_resource(resource.pk)
    resource.door_token = token
    resource.save(update_fields=["door_token"])
    return resource
