"""Each page of the admin, and the roles to which it opens on the objects of their own space."""

from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.urls import resolve, reverse

from events.models import Event
from hacktiv.common.admin_pages import PagesAdmin
from hacktiv.mailings.models import Mailing
from hacktiv.portal.who_may_what import columns
from members.enums import NetworkRoleKind
from members.tests.factories import NetworkRoleFactory, UserFactory
from spaces.enums import Role
from spaces.tests.factories import SpaceRoleFactory
from tests.test_admin_isolation import MODELS, STANDARD, address, custom_addresses
from tests.world import coordinator, populated

pytestmark = pytest.mark.django_db

REGISTRY = admin.site._registry
#: All that opens to the front desk, beside its first page.
OPENS_TO_THE_DESK = {
    *("spaces_booking_changelist", "spaces_booking_add", "spaces_booking_change", "spaces_booking_history"),
    *("spaces_booking_check_in", "spaces_booking_undo_check_in", "spaces_booking_undo_no_show"),
    *("spaces_series_changelist", "spaces_series_change", "spaces_series_history"),
    *("spaces_wait_changelist", "spaces_wait_change", "spaces_wait_history"),
    "spaces_space_timeline",
    *("events_event_door", "events_event_door_check_in", "events_event_door_undo", "events_event_door_screen"),
}


def every_address(world):
    """Yield each address of the admin about an object of the world, or about none."""
    for model in MODELS:
        for view in sorted(STANDARD):
            args = () if view in {"changelist", "add"} else (world.object_of(model).pk,)
            yield address(model, view, *args)
        yield from (url for _name, url, _has_object in custom_addresses(model, world))


def opened(client, world):
    """Return the names of the pages that open, be it only to a form that is sent."""
    found = set()
    for url in every_address(world):
        answer = client.get(url)
        assert answer.status_code in {200, 302, 400, 404, 405}, url
        if answer.status_code != 404:
            found.add(resolve(urlsplit(url).path).url_name)
    return found


@pytest.fixture(scope="module")
def world(module_data):
    world = populated("Alpha")
    Event.objects.filter(pk=world.event.pk).update(state="published")
    return world


@pytest.mark.long
def test_the_front_desk_opens_its_pages_and_no_others(client, world):
    client.force_login(SpaceRoleFactory(space=world.space, role=Role.FRONT_DESK).user)
    assert client.get(reverse("admin:index")).status_code == 200
    assert opened(client, world) == OPENS_TO_THE_DESK


@pytest.mark.parametrize("else_", ["nothing", "another desk", "a past role", "a coming role"])
@pytest.mark.long
def test_nobody_else_opens_what_opens_to_the_desk(client, world, else_):
    user = UserFactory()
    roles = {
        "nothing": [],
        "another desk": [{}],
        "a past role": [{"space": world.space, "until": world.past_event.earliest}],
        "a coming role": [{"space": world.space, "since": world.membership.until}],
    }
    for fields in roles[else_]:
        SpaceRoleFactory(user=user, role=Role.FRONT_DESK, **fields)
    client.force_login(user)
    may_enter = client.get(reverse("admin:index"), follow=True).status_code == 200
    assert may_enter is (else_ == "another desk")
    if may_enter:
        of_no_object = {name for name in OPENS_TO_THE_DESK if name.endswith(("_changelist", "_add"))}
        assert opened(client, world) == of_no_object


@pytest.mark.long
def test_a_manager_opens_all_that_the_desk_does(client, world):
    client.force_login(world.manager)
    assert opened(client, world) > OPENS_TO_THE_DESK


@pytest.mark.long
def test_who_coordinates_opens_nothing_of_a_desk(client, world):
    client.force_login(coordinator())
    assert not opened(client, world) & {name for name in OPENS_TO_THE_DESK if name.startswith("spaces_")}


@pytest.mark.long
@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (NetworkRoleKind.FACILITATOR, ("events_event_", "events_registration_")),
        (NetworkRoleKind.TRAINER, ("training_session_", "training_coaching_", "training_programme_")),
    ],
)
def test_a_role_of_one_kind_of_work_opens_that_alone(client, world, role, expected):
    client.force_login(NetworkRoleFactory(role=role).user)
    found = opened(client, world)
    assert {name for name in found if not name.startswith(expected)} == set()
    assert {prefix for prefix in expected if any(name.startswith(prefix) for name in found)} == set(expected)


@pytest.mark.long
def test_an_administrator_opens_all_but_accounts_and_outgoing_mail(client, world):
    client.force_login(UserFactory(superuser=True))
    everything = opened(client, world)
    client.force_login(NetworkRoleFactory(role=NetworkRoleKind.ADMINISTRATOR).user)
    left = everything - opened(client, world)
    assert {name for name in left if not name.startswith(("auth_", "outbox_", "members_user_", "account_"))} == set()
    assert left >= {"members_user_add", "members_user_history", "auth_group_changelist", "outbox_message_changelist"}


def test_pages_open_to_who_runs_the_space_unless_they_say_more():
    more = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page.name}"
        for model, model_admin in REGISTRY.items()
        if isinstance(model_admin, PagesAdmin)
        for page in model_admin.pages
        if "desk" in page.opens_to
    }
    assert more == {name for name in OPENS_TO_THE_DESK if name.rpartition("_")[2] not in STANDARD}


#: The narrowest first: these stand for all from day to day.
ROLES = [column.role for column in reversed(columns())]
#: The pages with a button, each with its table.
A_PAGE = [
    (model, page)
    for model, model_admin in REGISTRY.items()
    if isinstance(model_admin, PagesAdmin)
    for page in model_admin.pages
    if page.label
]


def holder(role, world):
    """Return a person who holds this role and nothing else, a role of a space in the world's own."""
    if role in Role.values:
        return SpaceRoleFactory(space=world.space, role=role).user
    return NetworkRoleFactory(role=role).user


def pages_that_open(client, world):
    """Return the names of the labelled pages that open on the objects of the world, be it only to a form."""
    found = set()
    for model in {model for model, _page in A_PAGE}:
        for name, url, _has_object in custom_addresses(model, world):
            if client.get(url).status_code != 404:
                found.add(name)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_page_opens_to_no_role_that_reads_nothing_of_its_table(role):
    column = next(column for column in columns() if column.role == role)
    wrong = [
        f"{model._meta.label} {page.name}"
        for model, page in A_PAGE
        if REGISTRY[model].opens(column.request, page) and not page.opens_to
        if not REGISTRY[model].has_view_permission(column.request)
    ]
    assert wrong == []


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_the_page_of_who_may_what_says_what_each_role_gets(client, world, role):
    if role == NetworkRoleKind.COORDINATOR:  # who does the same for what is of no space
        Event.objects.filter(pk=world.event.pk).update(space=None)
        Mailing.objects.filter(pk=world.mailing.pk).update(space=None)
    client.force_login(UserFactory(superuser=True))
    possible = pages_that_open(client, world)
    client.force_login(holder(role, world))
    opens = pages_that_open(client, world)
    column = next(column for column in columns() if column.role == role)
    said = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page.name}"
        for model, page in A_PAGE
        if REGISTRY[model].opens(column.request, page)
    }
    labelled = {f"{model._meta.app_label}_{model._meta.model_name}_{page.name}" for model, page in A_PAGE}
    compared = labelled & possible
    assert len(compared) > 30
    assert (said & compared) - opens == set(), "said, and not given"
    assert (opens & compared) - said == set(), "given, and not said"
