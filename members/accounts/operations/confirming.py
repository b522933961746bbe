"""Lock all that the confirmation of an address writes about, in one order: the address, what was made for its guest,
the account. Who registers locks the event before the account too, so that neither waits for the other for good."""

from collections.abc import Callable
from typing import NamedTuple

from django.db import transaction

from hacktiv.common.locks import lock_address
from hacktiv.common.meanwhile import CameBetweenError

from ...core.queries import person_of
from ...models import User


class _Guests(NamedTuple):
    find: Callable[[User, str], set[int]]
    lock: Callable[[set[int]], None]


_guests: list[_Guests] = []


def declare_guests(*, find: Callable[[User, str], set[int]], lock: Callable[[set[int]], None]) -> None:
    """Take note of rows that are locked before the account: `find` returns the keys of those at which the guest of an
    address has something that goes into the account, `lock` locks them in the order of their keys."""
    _guests.append(_Guests(find, lock))


def lock_to_confirm(user: User, address: str) -> None:
    """Lock an address that is confirmed for an account, with its others, what was made for their guest, and the
    account."""
    for one in sorted({address.lower(), *person_of(user).addresses}):
        lock_address(one)
    while True:
        try:
            with transaction.atomic():  # what it locked is free again where it fails
                _lock_once(user, address)
        except CameBetweenError:  # more was made for the guest
            continue
        return


def _lock_once(user: User, address: str) -> None:
    found = [guests.find(user, address) for guests in _guests]
    for guests, keys in zip(_guests, found, strict=True):
        guests.lock(keys)
    User.objects.select_for_update().filter(pk=user.pk).first()
    if any(guests.find(user, address) - keys for guests, keys in zip(_guests, found, strict=True)):
        raise CameBetweenError
