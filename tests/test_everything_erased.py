"""A member and a guest with every kind of data are erased: nothing of them is found, but what the notice says stays."""

import json
import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from events.enums import RegistrationStatus
from hacktiv.devstack.services import Postgres
from hacktiv.merging.operations import merge_accounts
from hacktiv.portal.operations import erase_address, erase_person
from hacktiv.portal.queries.export import export_of
from members.tests.factories import UserFactory
from spaces.enums import BookingStatus
from spaces.tests.factories import SpaceRoleFactory

from .lives import Life


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {**settings.STORAGES["private"], "OPTIONS": {"location": settings.PRIVATE_ROOT}},
    }


def every_row():
    """Return all rows of all tables as one text."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f'SELECT to_jsonb(t)::text FROM "{name}" AS t' for name in sorted(tables)))  # noqa: S608
        return "\n".join(row[0] for row in cursor.fetchall())


def dump():
    """Return what `pg_dump` writes of the database, as text."""
    known = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    told = {name: str(known[key]) for name, key in names.items() if known[key]}
    program = Postgres.find_program().with_name("pg_dump")
    done = subprocess.run([program], env={**os.environ, **told}, capture_output=True, text=True, check=True)
    return done.stdout


def what_sessions_hold():
    """Return the contents of all sessions: in the database they are packed, and no word is found in them."""
    return "\n".join(str(session.get_decoded()) for session in Session.objects.all())


def files(*folders):
    """Return the names and the contents of all files in these folders."""
    found = [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]
    return "\n".join(f"{path.name}\n{path.read_bytes().decode(errors='replace')}" for path in found)


def standing_in(text, words):
    return {word for word in words if word.lower() in text.lower()}


@pytest.mark.django_db
@pytest.mark.parametrize("member", [True, False], ids=["member", "guest"])
def test_no_marked_word_is_left_in_any_table(member):
    life = Life(member=member)
    life.mark()
    assert standing_in(every_row() + what_sessions_hold(), life.words) == life.words
    if member:
        erase_person(user=life.user)
    else:
        erase_address(address=life.address.upper())
    left = every_row() + what_sessions_hold()
    assert standing_in(left, life.words) == set()
    assert standing_in(left, life.staying) == life.staying
    for row in (life.coming, life.next_in_line, life.booking):
        row.refresh_from_db()
    assert life.coming.status == RegistrationStatus.CANCELLED
    assert life.next_in_line.status == RegistrationStatus.CONFIRMED
    assert life.booking.status == BookingStatus.CANCELLED


@pytest.mark.django_db
def test_no_marked_word_of_two_accounts_made_one_is_left():
    life, other = Life(member=True), Life(member=True)
    for one in (life, other):
        one.mark()
    for role in other.user.space_roles.all():
        SpaceRoleFactory(space=role.space)  # so that somebody manages it once the account is gone
    merge_accounts(kept=life.user, gone=other.user, by=UserFactory(superuser=True))
    erase_person(user=life.user)
    left = every_row() + what_sessions_hold()
    assert standing_in(left, life.words | other.words) == set()


@pytest.mark.long
@pytest.mark.django_db
def test_every_marked_word_that_is_told_stands_in_its_part_of_the_export():
    life = Life(member=True)
    life.mark()
    life.user.refresh_from_db()
    told = json.loads(DjangoJSONEncoder(ensure_ascii=False).encode(export_of(life.user)))
    missing = {word: part for word, part in life.told.items() if word not in json.dumps(told[part], ensure_ascii=False)}
    assert missing == {}
    assert life.earlier in json.dumps(told["bookings"]), "It was booked for a guest before there was an account."


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_no_marked_word_is_left_in_a_dump_or_a_file(settings):
    member, guest, others = Life(member=True), Life(member=False), [Life(member=True), Life(member=False)]
    for life in (member, guest, *others):
        life.mark()
    words = member.words | guest.words
    assert standing_in(dump() + what_sessions_hold(), words) == words
    for life in (member, guest):
        call_command("erase_person", life.address, stdout=StringIO())
    left = dump() + what_sessions_hold() + files(settings.MEDIA_ROOT, settings.PRIVATE_ROOT)
    assert standing_in(left, words) == set()
    assert standing_in(left, member.staying) == member.staying
    for other in others:
        assert standing_in(left, other.words) == other.words
