"""A manager reaches nothing of another space in the admin."""

import re
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import override_settings
from django.urls import reverse

from hacktiv.common import dates
from members.models import Organisation, User
from members.tests.factories import UserFactory
from spaces.booking.operations import close
from spaces.conftest import a_space_with_everything
from spaces.core.queries import managers_of
from spaces.core.scoping import ScopedAdmin
from spaces.enums import BookingStatus
from spaces.models import (
    Agreement,
    Booking,
    Closure,
    ContactMessage,
    HomeSpace,
    Invitation,
    Membership,
    MembershipKind,
    Resource,
    Scene,
    Series,
    Space,
    Visit,
    Wait,
)
from spaces.tests.factories import BookingFactory, HomeSpaceFactory, ResourceFactory, SpaceFactory, in_days, manager_of
from tests.pages import Page

from .pages import admin_url, room_fields

pytestmark = pytest.mark.django_db

SCOPED = [
    Agreement,
    Organisation,
    Space,
    Resource,
    Booking,
    Series,
    Closure,
    ContactMessage,
    HomeSpace,
    Invitation,
    Membership,
    MembershipKind,
    Visit,
    Wait,
    User,
    Scene,
]


@pytest.fixture(scope="module")
def module_media(tmp_path_factory):
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield


@pytest.fixture(scope="module")
def mine(module_data, module_media):
    return a_space_with_everything("Mine", managers=[UserFactory(is_staff=True)])


@pytest.fixture(scope="module")
def others(module_data, module_media):
    return a_space_with_everything("Others", managers=[UserFactory(is_staff=True)])


@pytest.fixture(autouse=True)
def manager(client, mine):
    manager = manager_of(mine[Space])
    client.force_login(manager)
    return manager


def test_every_admin_class_for_managers_is_tested_here():
    scoped = {
        model
        for model, model_admin in admin.site._registry.items()
        if isinstance(model_admin, ScopedAdmin) and model._meta.app_label in {"spaces", "members"}
    }
    assert scoped == set(SCOPED)


@pytest.mark.parametrize("model", SCOPED)
def test_a_list_shows_only_own_objects(client, mine, others, model):
    response = client.get(admin_url(model, "changelist"))
    assert list(response.context["cl"].queryset) == [mine[model]]
    assert str(others[model]) not in response.content.decode()


@pytest.mark.parametrize("model", SCOPED)
@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_the_address_of_another_spaces_object_answers_404(client, mine, others, model, view):
    assert client.get(admin_url(model, view, others[model].pk)).status_code == 404
    assert client.post(admin_url(model, view, others[model].pk), {"post": "yes"}).status_code == 404
    assert model.objects.filter(pk=others[model].pk).exists()


@pytest.mark.parametrize("model", SCOPED)
def test_the_page_of_an_own_object_opens(client, mine, model):
    assert client.get(admin_url(model, "change", mine[model].pk)).status_code == 200
    assert client.get(admin_url(model, "history", mine[model].pk)).status_code == (404 if model is User else 200)


@pytest.mark.parametrize("model", SCOPED)
def test_a_superuser_sees_all(client, mine, others, model):
    client.force_login(UserFactory(superuser=True))
    seen = set(
        client.get(admin_url(model, "changelist"), {"when": "all"} if model is Booking else {}).context["cl"].queryset
    )
    assert {mine[model], others[model]} <= seen
    assert client.get(admin_url(model, "change", others[model].pk)).status_code == 200


@pytest.mark.parametrize("model", SCOPED)
def test_a_member_who_runs_no_space_enters_nothing(client, mine, model):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(admin_url(model, "changelist")).status_code in {302, 404}
    assert client.get(admin_url(model, "change", mine[model].pk)).status_code in {302, 404}


AUTOCOMPLETES = [(Booking, "user", User), (HomeSpace, "user", User), (HomeSpace, "space", Space)]


@pytest.mark.parametrize(("model", "field", "related"), AUTOCOMPLETES)
def test_autocompletes_find_only_own_objects(client, mine, others, model, field, related):
    query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field, "term": ""}
    found = client.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [row["id"] for row in found] == [str(mine[related].pk)]


@pytest.mark.parametrize("model", [Resource, Booking, Closure])
def test_a_list_has_the_space_in_its_rows_for_who_runs_several_only(client, mine, model):
    page = admin_url(model, "changelist")
    assert "space" not in client.get(page).context["cl"].list_display
    SpaceFactory(managers=list(managers_of(mine[Space])))
    assert "space" in client.get(page).context["cl"].list_display


@pytest.mark.parametrize("model", [Resource, Booking, Closure])
def test_add_forms_offer_only_own_objects(client, mine, others, model):
    content = client.get(admin_url(model, "add")).content.decode()
    assert "Mine" in content
    # A room may be opened to the members of every space: this is the only choice with other spaces.
    assert content.count("Others") == (1 if model is Resource else 0)


@pytest.mark.parametrize("model", [Resource, Booking, Closure, HomeSpace])
def test_list_filters_offer_only_own_objects(client, mine, others, model):
    response = client.get(admin_url(model, "changelist"))
    labels = {
        str(choice["display"])
        for spec in response.context["cl"].filter_specs
        for choice in spec.choices(response.context["cl"])
    }
    assert not {label for label in labels if "Others" in label}


def test_a_forged_choice_is_refused(client, mine, others):
    response = client.post(
        admin_url(Resource, "add"), room_fields(space=others[Space].pk, number_of_units=1, name_fr="Mine", slug="mine")
    )
    assert set(response.context["adminform"].form.errors) == {"space"}
    assert Resource.objects.filter(slug="mine").count() == 0


def test_an_action_reaches_only_own_objects(client, mine, others):
    data = {"action": "confirm_selected", ACTION_CHECKBOX_NAME: [mine[Booking].pk, others[Booking].pk]}
    client.post(admin_url(Booking, "changelist"), data)
    assert set(Booking.objects.filter(status=BookingStatus.CONFIRMED)) == {mine[Booking]}


def test_a_manager_reads_people_and_changes_none(client, mine):
    person = mine[User]
    person.gender, person.age_band, person.residence, person.status = "woman", "35-44", "other", "employee"
    person.about, person.website = "Secret words", "https://secret.example/"
    person.save()
    page = client.get(admin_url(User, "change", person.pk))
    home = mine[Space]
    facts = re.search(r'<ul class="person-facts">(.*?)</ul>', page.text, re.S)[1]
    told = [" ".join(Page(f"<p>{fact}</p>").text.split()) for fact in re.findall(r"<li>(.*?)</li>", facts, re.S)]
    since = " ".join(dates.day(mine[Membership].since, weekday=False).split())
    at_home = f"Espace d’attache : {home.name} ({home.get_country_display()})"
    photos = "Photos : non précisé"
    assert told == [person.email, person.get_language_display(), photos, at_home, f"Membre depuis le {since}"]
    withheld = [person.get_gender_display(), person.get_age_band_display(), person.get_status_display(), "ecret"]
    withheld += [person.get_residence_display(), str(person.participant_number)]
    assert [words for words in withheld if str(words) in page.text] == []
    forms = [form for form in Page(page.text, "/").forms if form.method == "post" and "logout" not in form.path]
    assert {form.path for form in forms} == {admin_url(User, "notes", person.pk)}
    response = client.post(admin_url(User, "change", mine[User].pk), {"is_superuser": "on"})
    assert response.status_code == 404
    assert client.get(admin_url(User, "add")).status_code == 404
    assert client.get(admin_url(User, "delete", mine[User].pk)).status_code == 404


def test_a_manager_reads_neither_the_history_of_people_nor_asks_when_they_joined(client, mine):
    history = admin_url(User, "history", mine[User].pk)
    assert client.get(history).status_code == 404
    assert history not in client.get(admin_url(User, "change", mine[User].pk)).text
    assert client.get(admin_url(User, "changelist"), {"date_joined__year": "2026"}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("model", "queries"), [(Booking, 9), (Resource, 8), (Closure, 9), (HomeSpace, 8)])
def test_a_list_costs_the_same_for_one_row_and_three(client, django_assert_num_queries, model, queries, count):
    client.force_login(manager := UserFactory(is_staff=True))
    space = SpaceFactory(managers=[manager], with_hours=True)
    for n in range(count):
        resource = ResourceFactory(space=space)
        BookingFactory(resource=resource, days=n + 1)
        close(space=space, resource=resource, start=in_days(9, 0), end=in_days(10, 0), reason="Works", by=None)
        HomeSpaceFactory(space=space)
    with django_assert_num_queries(queries):
        response = client.get(admin_url(model, "changelist"))
    assert response.context["cl"].result_count == count


def test_a_home_space_shows_its_last_day(client, mine):
    home = HomeSpaceFactory(space=mine[Space], since=date(2024, 3, 1), until=date(2024, 4, 1))
    for page in (admin_url(HomeSpace, "changelist"), admin_url(HomeSpace, "change", home.pk)):
        text = client.get(page).text
        assert dates.day(date(2024, 3, 31), weekday=False) in text
        assert dates.day(date(2024, 4, 1), weekday=False) not in text
