"""Do a work again where somebody acts meanwhile.

What is to be locked is looked for before it is locked. Where more is there by then, the work is undone, and all of it
is done again."""

from collections.abc import Callable
from time import sleep
from typing import TypeVar

T = TypeVar("T")

#: A refusal that is still there after so many tries has another reason than somebody who acts meanwhile.
MOST_TRIES = 20


class CameBetweenError(Exception):
    """More came in between than was locked."""


def until_nothing_comes_between(
    work: Callable[[], T], *, also: tuple[type[Exception], ...] = (), patience: float = 0
) -> T:
    """Do the work, and return what it returns; do it again after CameBetweenError or one of the exceptions in `also`.

    It waits for `patience` seconds before the second try, and longer before each further one. Raises the exception of
    the last of MOST_TRIES."""
    tries = 0
    while True:
        try:
            return work()
        except (CameBetweenError, *also):
            tries += 1
            if tries == MOST_TRIES:
                raise
            sleep(tries * patience)
