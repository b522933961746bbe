"""From no list of the admin is anything read by filtering that the list itself does not offer."""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from events.models import Event, Registration
from members.models import User
from members.tests.factories import UserFactory
from tests.test_admin_isolation import MODELS, address
from tests.world import coordinator, populated

pytestmark = pytest.mark.django_db

LOOKUPS = ("", "exact", "iexact", "startswith", "contains", "regex", "gt", "range", "in", "isnull", "year", "search")
#: What nobody may ask for in a list, whatever it is filtered by.
HIDDEN = {
    User: ("gender", "age_band", "residence", "situation", "participant_number", "password", "calendar_token"),
    Registration: ("token", "user__gender", "user__password", "event__space__roles__user__password"),
    Event: ("registrations__token", "registrations__user__gender", "created_by__password"),
}


@pytest.fixture(scope="module")
def people(module_data):
    """A person of each role that may enter the admin; the manager runs a space with an object of every model."""
    world = populated("Alpha")
    return {"manager": world.manager, "coordinator": coordinator(), "superuser": UserFactory(superuser=True)}


@pytest.fixture(params=["manager", "coordinator", "superuser"])
def person(request, people):
    return people[request.param]


def request_of(person):
    request = RequestFactory().get("/admin/")
    request.user = person
    return request


def paths_of(model):
    """Yield the way to each field of the model, and of the models that it is joined to."""
    for field in model._meta.get_fields():
        yield field.name
        if field.is_relation and field.related_model:
            yield from (f"{field.name}__{far.name}" for far in field.related_model._meta.get_fields())


def offered(model_admin, request):
    """Return the fields by which the list offers to filter."""
    items = [item[0] if isinstance(item, tuple) else item for item in model_admin.get_list_filter(request)]
    linked = {lookup.removesuffix("__exact") for lookup in getattr(model_admin, "linked_lookups", ())}
    return {item for item in items if isinstance(item, str)} | linked | {model_admin.date_hierarchy} - {None}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_a_list_is_filtered_by_what_its_class_declares_alone(person, model):
    model_admin, request = admin.site.get_model_admin(model), request_of(person)
    allowed = {
        path
        for path in paths_of(model)
        for lookup in LOOKUPS
        if model_admin.lookup_allowed(f"{path}__{lookup}".removesuffix("__"), "a", request)
    }
    by_key = {f"{path}__{key}" for path in offered(model_admin, request) for key in ("id", "pk", "slug")}
    assert allowed - offered(model_admin, request) <= by_key


@pytest.mark.parametrize(("model", "path"), [(model, path) for model, paths in HIDDEN.items() for path in paths])
@pytest.mark.parametrize("lookup", ["exact", "startswith", "isnull"])
def test_what_is_withheld_is_not_asked_for(people, model, path, lookup):
    model_admin = admin.site.get_model_admin(model)
    assert not model_admin.lookup_allowed(f"{path}__{lookup}", "a", request_of(people["manager"]))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_an_undeclared_filter_in_an_address_is_refused(client, person, model):
    client.force_login(person)
    address_of_list = address(model, "changelist")
    opens = client.get(address_of_list).status_code
    assert opens in {200, 404}
    refusal = 400 if opens == 200 else 404
    for query in ({"pk__regex": "["}, {"id__range": "1"}, {"id__startswith": "1"}, {"nothing": "1"}):
        assert client.get(address_of_list, query).status_code == refusal, query


@pytest.mark.parametrize(
    ("list_of", "query"),
    [
        ("reporting_countedaction", {"project__slug": "x"}),
        ("events_event", {"slug__exact": "x"}),
        ("events_event", {"series": "1", "o": "2"}),
        ("events_registration", {"event__id__exact": "1"}),
        ("events_topicproposal", {"state__exact": "proposed"}),
        ("events_eventoutcome", {"kind__exact": "job", "registration__event__earliest__gte": "2026-01-01"}),
    ],
)
def test_the_links_of_our_own_pages_are_followed(client, people, list_of, query):
    client.force_login(people["superuser"])
    assert client.get(reverse(f"admin:{list_of}_changelist"), query).status_code == 200


@pytest.mark.parametrize("keys", [["x"], ["1", "0000-00-00"], ["\x00"], [""]])
def test_an_action_on_rows_that_cannot_be_is_refused(client, people, keys):
    client.force_login(people["superuser"])
    form = {"action": "cancel_selected", "_selected_action": keys}
    assert client.post(reverse("admin:spaces_booking_changelist"), form).status_code == 400
