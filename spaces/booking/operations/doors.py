"""Make and withdraw the code beside a door. The code proves that a person stands there; it opens nothing."""

import uuid

from django.db import transaction

from ...models import Resource
from .locks import lock_resource


@transaction.atomic
def renew_door_code(*, resource: Resource) -> Resource:
    """Make a code that nobody can guess. The code before it stops working."""
    return _set(resource, uuid.uuid4())


@transaction.atomic
def withdraw_door_code(*, resource: Resource) -> Resource:
    """Withdraw the code: from now on only a manager checks people in."""
    return _set(resource, None)


def _set(resource: Resource, token: uuid.UUID | None) -> Resource:
    resource = lock_resource(resource.pk)
    resource.door_token = token
    resource.save(update_fields=["door_token"])
    return resource
