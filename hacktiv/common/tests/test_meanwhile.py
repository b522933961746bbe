"""Test that a work is done again where somebody acts meanwhile, and given up in the end."""

import pytest

from hacktiv.common.meanwhile import MOST_TRIES, CameBetweenError, until_nothing_comes_between


class Work:
    """A work that meets an error so many times before it is done."""

    def __init__(self, error, times):
        self.error, self.left, self.tries = error, times, 0

    def __call__(self):
        self.tries += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


@pytest.mark.parametrize("error", [CameBetweenError, KeyError])
def test_a_work_is_done_again_until_nothing_comes_between(error):
    work = Work(error, times=MOST_TRIES - 1)
    assert until_nothing_comes_between(work, also=(KeyError,)) == "done"
    assert work.tries == MOST_TRIES


def test_a_work_is_given_up_where_something_comes_between_each_time():
    work = Work(CameBetweenError, times=MOST_TRIES)
    with pytest.raises(CameBetweenError):
        until_nothing_comes_between(work)
    assert work.tries == MOST_TRIES


def test_any_other_error_ends_the_work_at_once():
    work = Work(KeyError, times=1)
    with pytest.raises(KeyError):
        until_nothing_comes_between(work)
    assert work.tries == 1
