"""Data that are loaded again change what nobody changed, and nothing else."""

from io import StringIO

import pytest
from django.core.management import call_command

from events.models import Event
from hacktiv.network.loader import load
from hacktiv.network.rows import Ref, Row, network_rows
from members.models import Organisation
from reporting.models import LoadedRow, Project
from spaces.models import Service, Space

pytestmark = pytest.mark.django_db


def row(name="Une maison", **values):
    return Row(
        key="organisation/maison",
        model=Organisation,
        find=("slug",),
        values={"slug": "maison", "name": name, "country": "BE", **values},
    )


def test_new_data_reaches_a_row_that_nobody_changed():
    load([row()])
    assert load([row("Un autre nom")]).updated == ["organisation/maison"]
    assert Organisation.objects.get().name == "Un autre nom"
    assert load([row("Un autre nom", town="Revin")]).updated == ["organisation/maison"]
    assert Organisation.objects.get().town == "Revin"


def test_a_row_that_somebody_changed_is_never_overwritten():
    load([row()])
    Organisation.objects.update(town="Couvin", name="Le mien")
    assert load([row("Un autre nom")]).kept == ["organisation/maison"]
    assert Organisation.objects.get().name == "Le mien"


def test_a_change_of_what_the_data_does_not_name_does_not_count():
    load([row()])
    Organisation.objects.update(website="https://maison.example")
    assert load([row("Un autre nom")]).updated == ["organisation/maison"]
    assert Organisation.objects.get().website == "https://maison.example"


@pytest.mark.parametrize(
    ("held", "supplied", "outcome"),
    [("Couvin", "Revin", "kept"), ("Revin", "Revin", "updated"), ("", "Revin", "updated")],
)
def test_a_field_that_is_supplied_for_the_first_time_overwrites_nothing(held, supplied, outcome):
    load([row()])
    Organisation.objects.update(town=held)
    assert getattr(load([row("Un autre nom", town=supplied)]), outcome) == ["organisation/maison"]
    found = Organisation.objects.get()
    assert (found.name, found.town) == (("Une maison", "Couvin") if outcome == "kept" else ("Un autre nom", "Revin"))


def test_a_list_that_is_supplied_for_the_first_time_overwrites_nothing():
    def space(**many):
        values = {"slug": "maison", "operator": Ref("organisation/maison"), "name": "La Maison"}
        values |= {"country": "BE", "town": "Couvin", "latitude": "50.05", "longitude": "4.5"}
        return Row(key="space/maison", model=Space, find=("slug",), values=values, many=many)

    load([row(), space()])
    theirs = Service.objects.create(slug="sauna", name_fr="Sauna")
    Space.objects.get().services.add(theirs)
    ours = Row(key="service/cafe", model=Service, find=("slug",), values={"slug": "cafe", "name_fr": "Café"})
    assert load([row(), ours, space(services=(Ref("service/cafe"),))]).kept == ["space/maison"]
    assert list(Space.objects.get().services.all()) == [theirs]


def test_a_deleted_row_does_not_come_back():
    load([row()])
    Organisation.objects.all().delete()
    assert load([row()]).unchanged == ["organisation/maison"]
    assert load([row("Un autre nom")]).deleted == ["organisation/maison"]
    assert not Organisation.objects.exists()


def test_a_row_that_somebody_made_is_theirs():
    Organisation.objects.create(slug="maison", name="Le mien", country="BE")
    assert load([row()]).kept == ["organisation/maison"]
    assert Organisation.objects.get().name == "Le mien"


def test_a_row_that_refers_to_a_deleted_one_is_not_loaded():
    load([row()])
    Organisation.objects.all().delete()
    space = Row(
        key="space/maison",
        model=Space,
        find=("slug",),
        values={"slug": "maison", "operator": Ref("organisation/maison"), "name": "La Maison"},
    )
    assert load([row(), space]).orphaned == ["space/maison"]


@pytest.mark.long
def test_a_check_changes_nothing():
    out = StringIO()
    call_command("load_network", "--check", stdout=out)
    assert out.getvalue() == f"Would load the network: {len(network_rows())} added\n"
    assert not Project.objects.exists()
    assert not LoadedRow.objects.exists()
    call_command("load_network", stdout=StringIO())
    assert Project.objects.count() == 2
    assert not Event.objects.filter(is_example=True).exists()


def test_keys_of_the_data_are_unique():
    keys = [row.key for row in network_rows()]
    assert len(set(keys)) == len(keys)
