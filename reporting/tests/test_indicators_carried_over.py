"""An action had one indicator in a column before it had rows with reasons; what was chosen is kept, forth and back.
Proofs of what was not told before are never lost on the way back: it is refused."""

import pytest
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.executor import MigrationExecutor

from hacktiv.common.languages import texts_of
from reporting.models import Classification, EvidenceFile
from reporting.tests.factories import (
    ClassificationFactory,
    CommunicationFactory,
    CountedEventFactory,
    OutputFactory,
)

BEFORE = [("reporting", "0009_told_checks_are_kept")]


def migrate(targets):
    MigrationExecutor(connection).migrate(targets)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_chosen_indicators_become_rows_that_say_so():
    chosen, mixed, none = CountedEventFactory(), CountedEventFactory(), CountedEventFactory()
    CountedEventFactory()
    ClassificationFactory(action=chosen, indicator="RCO85")
    for code in ("RCO81", "RCO115"):
        ClassificationFactory(action=mixed, indicator=code)
    ClassificationFactory(action=none, indicator="")
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        migrate(BEFORE)
    finally:
        migrate(leaves)
    rows = Classification.objects.order_by("action")
    assert [(row.action_id, row.indicator) for row in rows] == [(chosen.pk, "RCO85"), (mixed.pk, "RCO81")]
    assert texts_of(rows[0], "reason")["en"] == "Chosen before reasons were kept."
    assert (rows[0].decided_by, rows[0].is_override) == (None, True)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("of", "factory", "things", "last"),
    [("output", OutputFactory, "outputs", "0012"), ("communication", CommunicationFactory, "publications", "0016")],
)
def test_going_back_never_loses_a_proof(of, factory, things, last):
    proof = EvidenceFile.objects.create(name="x", sha256="a" * 64, **{of: factory()})
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        with pytest.raises(IrreversibleError, match=f"1 proofs of {things} are kept"):
            migrate(BEFORE)
        applied = {name for app, name in MigrationExecutor(connection).loader.applied_migrations if app == "reporting"}
        assert max(applied).startswith(last)
    finally:
        migrate(leaves)
    kept = EvidenceFile.objects.get(pk=proof.pk)
    assert getattr(kept, f"{of}_id") == getattr(proof, f"{of}_id")
