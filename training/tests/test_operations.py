import pytest

from members.tests.factories import UserFactory
from training.errors import TrainingError
from training.models import CoachingCount
from training.operations import declare_coached
from training.tests.factories import CoachingFactory

pytestmark = pytest.mark.django_db


def refusal_of(**wish):
    with pytest.raises(TrainingError) as caught:
        declare_coached(**wish)
    return caught.value.code


def test_a_corrected_count_keeps_the_earlier_one():
    first, second = UserFactory(), UserFactory()
    coaching = CoachingFactory(persons_lower=5, persons_upper=None, entered_by=first)
    corrected = declare_coached(coaching=coaching, lower=5, upper=6, by=second, reason="Liste retrouvée")
    assert (corrected.persons_lower, corrected.persons_upper, corrected.entered_by) == (5, 6, second)
    earlier = CoachingCount.objects.get()
    assert (earlier.lower, earlier.upper, earlier.entered_by, earlier.replaced_by) == (5, None, first, second)
    assert earlier.reason == "Liste retrouvée"
    assert corrected.entered_at >= earlier.replaced_at


def test_the_same_count_again_changes_nothing():
    coaching = CoachingFactory()
    declare_coached(coaching=coaching, lower=5, upper=5, by=UserFactory())
    assert not CoachingCount.objects.exists()


@pytest.mark.parametrize(
    ("wish", "code"), [({"lower": 5, "upper": 4, "reason": "x"}, "not_in_order"), ({"lower": 6, "upper": 6}, "reason")]
)
def test_a_refused_count_is_not_stored(wish, code):
    coaching = CoachingFactory()
    assert refusal_of(coaching=coaching, by=UserFactory(), **wish) == code
    coaching.refresh_from_db()
    assert (coaching.persons_lower, coaching.persons_upper) == (5, 5)
