"""A manager tries every address of the admin on another space's objects: nothing shows, nothing changes.

The tests walk all registered models, so a model registered tomorrow is tried too: it needs a builder in tests/world.py.
"""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.auth.models import Group
from django.forms import ModelChoiceField
from django.test import Client
from django.urls import NoReverseMatch, reverse

from events.models import Event, EventOutcome, Registration
from hacktiv.common.spreadsheets import CONTENT_TYPES
from hacktiv.mailings.models import Mailing
from members.models import NetworkRole, Organisation
from members.tests.factories import UserFactory
from spaces.models import Booking, HomeSpace, MembershipKind
from tests.pages import Page
from tests.world import (
    BUILDERS,
    NOT_COMPARED,
    SHARED,
    WITHOUT_OBJECT,
    World,
    coordinator,
    our_models,
    populated,
    snapshot,
)
from training.models import Coaching, Session

pytestmark = pytest.mark.django_db

REGISTRY = admin.site._registry
MODELS = sorted(REGISTRY, key=lambda model: model._meta.label)
#: Catalogues to which managers add rows.
ADDED_BY_MANAGERS = {Organisation}
PRIVATE = [model for model in MODELS if model not in SHARED]
by_label = {"ids": lambda model: model._meta.label, "argvalues": MODELS, "argnames": "model"}
private_by_label = {**by_label, "argvalues": PRIVATE}
# The forms of these stand for all from day to day: one of each app, where there is one for managers.
DAILY = {Booking, HomeSpace, Registration, Session}
in_turn = {
    **by_label,
    "argvalues": [model if model in DAILY else pytest.param(model, marks=pytest.mark.long) for model in MODELS],
}
# An event may visit any space of the network, a room be open to the members of any, and a way lead to any: that is
# public, and gives no power over the space.
OPEN_CHOICES = {("events.Event", "venues"), ("spaces.Resource", "open_to"), ("spaces.Space", "to_space")}
STANDARD = {"changelist", "add", "history", "delete", "change"}


def address(model, view, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.fixture(scope="module")
def beta(module_data):
    """Make another space, with an object of every model."""
    return populated("Beta")


@pytest.fixture(scope="module")
def alpha(beta):
    return populated("Alpha")


@pytest.fixture
def manager(client, alpha):
    client.force_login(alpha.manager)
    return client


def test_every_registered_model_can_be_built():
    assert [model._meta.label for model in MODELS if model not in BUILDERS] == []


def test_every_model_has_an_object_in_the_world_or_a_reason_why_not():
    """An object of every model of the reports; a model that a later change adds is not forgotten either."""
    told = {label for labels in WITHOUT_OBJECT.values() for label in labels} | NOT_COMPARED
    ours = our_models()
    assert {model._meta.label for model in ours if model not in BUILDERS} == told
    assert not any(label.startswith("reporting.") for label in told)


@pytest.mark.parametrize(**private_by_label)
def test_the_list_shows_nothing_of_another_space(manager, alpha, beta, model):
    answer = manager.get(address(model, "changelist"))
    assert answer.status_code in {200, 404}
    if answer.status_code == 200:
        shown = set(answer.context["cl"].queryset.values_list("pk", flat=True))
        assert beta.object_of(model).pk not in shown
        assert "Beta" not in Page(answer.text).text
    everything = manager.get(address(model, "changelist"), {"q": "Beta", "all": ""})
    assert everything.status_code in {200, 302, 404}
    assert "Beta" not in Page(everything.text.replace('value="Beta"', "")).text.replace("Beta »", "")


@pytest.mark.parametrize(**by_label)
@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_the_addresses_of_another_spaces_object_answer_404(manager, beta, model, view):
    if model in SHARED and view == "change":
        return
    url = address(model, view, beta.object_of(model).pk)
    before = snapshot()
    assert manager.get(url).status_code == 404
    assert manager.post(url, {"post": "yes"}).status_code == 404
    assert snapshot() == before


@pytest.mark.parametrize("model", [model for model in MODELS if model in SHARED], ids=by_label["ids"])
def test_a_shared_catalogue_is_read_at_most(manager, beta, model):
    before = snapshot()
    url = address(model, "change", beta.object_of(model).pk)
    assert manager.get(url).status_code in {200, 404}
    assert manager.post(url, {"name": "Mine", "post": "yes"}).status_code in {403, 404}
    assert manager.get(address(model, "add")).status_code in ({200} if model in ADDED_BY_MANAGERS else {403, 404})
    assert snapshot() == before


def custom_urls(model):
    """Yield the addresses that a model's admin class adds to Django's own."""
    model_admin = REGISTRY[model]
    own = model_admin.get_urls()[: -len(ModelAdmin.get_urls(model_admin))] or []
    for pattern in own:
        name = pattern.name or ""
        if name.rpartition("_")[2] not in STANDARD or "<" not in str(pattern.pattern):
            yield pattern


def custom_addresses(model, world):
    """Yield each address of `custom_urls`, its parameters filled with the world's objects."""
    for pattern in custom_urls(model):
        values = {}
        for parameter, converter in pattern.pattern.converters.items():
            named = [other for other in BUILDERS if parameter.startswith(other._meta.model_name)]
            values[parameter] = world.object_of(named[0] if named else model).pk
            if type(converter).__name__ == "UUIDConverter":
                values[parameter] = world.booking.reference
        try:
            yield pattern.name, reverse(f"admin:{pattern.name}", kwargs=values), bool(values)
        except NoReverseMatch as error:
            raise AssertionError(f"{pattern.name}: name the parameters after a model, or object_id") from error


@pytest.mark.parametrize("model", [model for model in MODELS if list(custom_urls(model))], ids=by_label["ids"])
def test_own_views_of_the_admin_answer_404_for_another_spaces_object(manager, alpha, beta, model):
    before = snapshot()
    for name, url, has_object in custom_addresses(model, beta):
        if has_object:
            for answer in (manager.get(url), manager.post(url, {"reason": "Mine now", "post": "yes"})):
                assert answer.status_code in {404, 405}, f"{name}: {answer.status_code}"
        else:
            answer = manager.get(url)
            assert answer.status_code in {200, 302, 403, 404, 405}, name
            assert "Beta" not in words_of(answer), name
    assert snapshot() == before


def words_of(answer):
    """Return the text of an answer; of a workbook, that of the files in it."""
    if answer["Content-Type"] != CONTENT_TYPES["xlsx"]:
        return answer.text
    with ZipFile(BytesIO(answer.content)) as workbook:
        return " ".join(workbook.read(name).decode() for name in workbook.namelist())


def choice_fields(answer, model):
    """Yield each field of a form that offers objects of spaces, with the name under which a browser sends it."""
    context = answer.context
    forms = [context["adminform"].form] if context and "adminform" in context else []
    if context and "form" in context and hasattr(context["form"], "fields"):
        forms.append(context["form"])
    for inline in (context and context.get("inline_admin_formsets")) or []:
        forms += [*inline.formset.forms, inline.formset.empty_form]
    for form in forms:
        for name, field in form.fields.items():
            shared = isinstance(field, ModelChoiceField) and field.queryset.model in SHARED
            if isinstance(field, ModelChoiceField) and not shared and (model._meta.label, name) not in OPEN_CHOICES:
                yield form.add_prefix(name), field


def own_forms(client, model, world):
    """Return the admin pages with a form for the world's own object of the model: address and answer, by name."""
    pages = {"add": address(model, "add"), "change": address(model, "change", world.object_of(model).pk)}
    pages |= {name: url for name, url, _has_object in custom_addresses(model, world)}
    answers = {name: client.get(url) for name, url in pages.items()}
    return {
        name: (pages[name], answer)
        for name, answer in answers.items()
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    }


@pytest.mark.parametrize(**in_turn)
def test_no_form_offers_an_object_of_another_space(manager, alpha, beta, model):
    for name, (_url, answer) in own_forms(manager, model, alpha).items():
        for field_name, field in choice_fields(answer, model):
            if not field.widget.is_hidden:
                offered = set(field.queryset.values_list("pk", flat=True))
                assert beta.object_of(field.queryset.model).pk not in offered, f"{name}: {field_name}"


@pytest.mark.parametrize(**in_turn)
def test_a_forged_choice_is_refused(manager, alpha, beta, model):
    for name, (url, answer) in own_forms(manager, model, alpha).items():
        forms = [form for form in Page(answer.text, url).forms if form.method == "post"]
        for field_name, field in choice_fields(answer, model):
            if "__prefix__" in field_name:
                continue
            for form in (form for form in forms if field_name in form.kinds):
                theirs = beta.object_of(field.queryset.model)
                before = bonds(theirs)
                forged = str(theirs.serializable_value(field.to_field_name or "pk"))
                answered = manager.post(form.path, form.data(**{field_name: [forged]}))
                assert answered.status_code in {200, 302, 400, 404, 409}, f"{name}: {field_name}"
                assert bonds(theirs) == before, f"{name}: {field_name}"


def bonds(thing):
    """Return the values of a row, and the keys of all rows that point to it."""
    pointing = {}
    for relation in thing._meta.related_objects:
        rows = relation.related_model._base_manager.filter(**{relation.field.name: thing.pk})
        pointing[relation.field] = set(rows.values_list("pk", flat=True))
    return pointing, type(thing)._base_manager.values().get(pk=thing.pk)


@pytest.mark.parametrize(**by_label)
def test_autocomplete_finds_nothing_of_another_space(manager, alpha, beta, model):
    model_admin = REGISTRY[model]
    holders = [model_admin, *(inline(model, admin.site) for inline in model_admin.inlines)]
    for holder in holders:
        for field_name in holder.autocomplete_fields:
            related = holder.model._meta.get_field(field_name).remote_field.model
            if related in SHARED:
                continue
            source = holder.model._meta
            wanted = {"app_label": source.app_label, "model_name": source.model_name, "field_name": field_name}
            for term in ("", "Beta"):
                answer = manager.get(reverse("admin:autocomplete"), {**wanted, "term": term})
                assert answer.status_code in {200, 403, 404}, field_name
                if answer.status_code == 200:
                    found = {result["id"] for result in json.loads(answer.content)["results"]}
                    assert str(beta.object_of(related).pk) not in found, field_name


@pytest.mark.parametrize(**in_turn)
def test_an_action_upon_forged_rows_does_nothing(manager, alpha, beta, model):
    url = address(model, "changelist")
    page = manager.get(url)
    if page.status_code != 200:
        return
    before = snapshot()
    for action in REGISTRY[model].get_actions(page.wsgi_request):
        chosen = {"action": action, "_selected_action": [beta.object_of(model).pk], "reason": "Mine now", "post": "yes"}
        assert manager.post(url, chosen).status_code in {200, 302, 403, 404}, action
        assert manager.post(url, {**chosen, "apply": "yes", "select_across": "1"}).status_code < 500, action
    theirs = str(beta.object_of(model).pk)
    rows_before = {label: rows.get(theirs) for label, rows in before.items()}
    assert {label: rows.get(theirs) for label, rows in snapshot().items()} == rows_before


@pytest.mark.parametrize("model", [model for model in MODELS if model.__name__ in {"Space", "Resource", "Event"}])
def test_a_manager_opens_their_own_objects(manager, alpha, model):
    """Without this, the tests above would pass for a manager who may do nothing."""
    assert manager.get(address(model, "change", alpha.object_of(model).pk)).status_code == 200
    listed = manager.get(address(model, "changelist")).context["cl"].queryset
    assert alpha.object_of(model) in listed


# --- people who are no managers ---


def opened_lists(client):
    lists = {model._meta.label: client.get(address(model, "changelist")) for model in MODELS}
    return {label for label, answer in lists.items() if answer.status_code == 200}


@pytest.mark.long
def test_a_plain_member_and_a_visitor_open_nothing_of_the_admin(client, alpha):
    member = Client()
    member.force_login(UserFactory())
    for somebody in (client, member):
        for model in MODELS:
            pk = alpha.object_of(model).pk
            pages = [address(model, view, *args) for view, args in [("changelist", ()), ("add", ()), ("change", (pk,))]]
            for url in [*pages, *(url for _name, url, _ in custom_addresses(model, alpha)), reverse("admin:index")]:
                answer = somebody.get(url)
                assert answer.status_code in {302, 403, 404}, url
                assert answer.status_code != 302 or "login" in answer["Location"], url


@pytest.mark.long
def test_the_coordinator_opens_the_reporting_part_and_reads_what_is_common(client, alpha):
    client.force_login(coordinator())
    opened = opened_lists(client)
    # These objects of events, training and mailings belong to the network, not to a space.
    ours = {Event, Registration, Session, Coaching, Mailing}
    # Outcomes are read of all events; what administrators set up is read too.
    common = (SHARED - {Group}) | {MembershipKind, NetworkRole}
    assert {label for label in opened if not label.startswith("reporting.")} == {
        model._meta.label for model in (*ours, EventOutcome, *common)
    }
    for model in common:
        assert client.get(address(model, "add")).status_code == 404
    for model in ours:
        assert list(client.get(address(model, "changelist")).context["cl"].queryset) == []
    assert opened >= {"reporting.Project", "reporting.Period", "reporting.CountedAction", "reporting.Deviation"}
    before = snapshot()
    for model in (model for model in MODELS if model._meta.app_label != "reporting"):
        url = address(model, "delete", alpha.object_of(model).pk)
        assert client.post(url, {"post": "yes"}).status_code in {403, 404}, url
    assert snapshot() == before


def test_a_manager_opens_nothing_of_the_reporting_part(client):
    world = World("Gamma")
    assert world.space
    client.force_login(world.manager)
    assert [label for label in opened_lists(client) if label.startswith(("reporting.", "outbox."))] == []
