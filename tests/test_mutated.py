"""Mutated requests to every address and form, as each role: no error, no trace, nothing stored twice."""

import os
import random

import pytest
from django.utils import translation

from bench.mutations import mutate
from tests.site import ROLES

pytestmark = [pytest.mark.django_db, pytest.mark.long]

REQUESTS = 500


@pytest.mark.parametrize("role", ROLES)
def test_mutated_requests_find_no_error(demo_data, role):
    seed = int(os.environ.get("MUTATION_SEED") or random.SystemRandom().randrange(2**32))
    print(f"MUTATION_SEED={seed}")  # noqa: T201
    with translation.override("fr"):
        findings = mutate(REQUESTS // len(ROLES), seed, [role])
    assert not findings, "\n".join(map(str, findings))
