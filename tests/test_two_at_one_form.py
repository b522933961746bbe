"""Two managers at one form of the admin: neither undoes what the other has entered meanwhile."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import resolve, reverse

from hacktiv.common.forms import UntouchedMixin
from members.tests.factories import UserFactory
from spaces.models import OpeningHours, PassScheme, TravelTime
from spaces.tests.factories import HomeSpaceFactory, PassSchemeFactory, SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    """Return the browsers of two superusers."""
    browsers = Client(), Client()
    for browser in browsers:
        browser.force_login(UserFactory(is_staff=True, is_superuser=True))
    return browsers


def opened(browser, page):
    return Page(browser.get(page).text, page).form(page).data()


def page_of(obj, name="change"):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_{name}", args=[obj.pk])


def row_of(form, obj):
    """Return the prefix of the row of a table that this object has."""
    return next(name.removesuffix("id") for name in form if name.endswith("-id") and form[name] == [str(obj.pk)])


def test_two_people_change_two_rows_of_one_table(two):
    space = SpaceFactory(with_hours=True)
    first, second = space.opening_hours.order_by("weekday")[:2]
    page = page_of(space, "hours")
    one, other = (opened(browser, page) for browser in two)
    assert two[0].post(page, one | {f"{row_of(one, first)}closes": ["17:45"]}).status_code == 302
    assert two[1].post(page, other | {f"{row_of(other, second)}closes": ["16:45"]}).status_code == 302
    closes = OpeningHours.objects.filter(pk__in=[first.pk, second.pk]).order_by("weekday")
    assert [f"{row.closes:%H:%M}" for row in closes] == ["17:45", "16:45"]


def test_two_people_change_two_fields_of_one_form(two):
    scheme = PassSchemeFactory(name="Dix jours", days=10)
    page = page_of(scheme)
    one, other = (opened(browser, page) for browser in two)
    assert two[0].post(page, one | {"name": ["Douze jours"]}).status_code == 302
    assert two[1].post(page, other | {"days": ["12"]}).status_code == 302
    assert PassScheme.objects.values_list("name", "days").get() == ("Douze jours", 12)


def test_a_row_that_somebody_deleted_meanwhile_stops_nobody(two):
    space = SpaceFactory(with_hours=True)
    first, second = space.opening_hours.order_by("weekday")[:2]
    page = page_of(space, "hours")
    one, other = (opened(browser, page) for browser in two)
    two[0].post(page, one | {f"{row_of(one, first)}DELETE": ["on"]})
    assert two[1].post(page, other | {f"{row_of(other, second)}closes": ["16:45"]}).status_code == 302
    assert not OpeningHours.objects.filter(pk=first.pk).exists()
    second.refresh_from_db()
    assert f"{second.closes:%H:%M}" == "16:45"


def test_a_change_of_a_row_that_somebody_deleted_meanwhile_is_not_lost_without_a_word(two):
    space = SpaceFactory(with_hours=True)
    first = space.opening_hours.order_by("weekday")[0]
    page = page_of(space, "hours")
    one, other = (opened(browser, page) for browser in two)
    row = row_of(one, first)
    two[0].post(page, one | {f"{row}DELETE": ["on"]})
    changed = other | {f"{row}closes": ["16:45"]}
    shown = two[1].post(page, changed)
    assert shown.status_code == 200 and "a supprimé cette ligne" in shown.text and "16:45" in shown.text
    assert two[1].post(page, changed | {f"{row}DELETE": ["on"]}).status_code == 302
    assert space.opening_hours.count() == 6


def test_a_row_that_is_added_is_stored_with_what_it_showed(two):
    space, there = SpaceFactory(), SpaceFactory()
    page = page_of(space)
    form = opened(two[0], page)
    row = "travel_times-0-"
    added = {f"{row}to_space": [str(there.pk)], f"{row}minutes": ["20"], f"{row}mode": ["car"]}
    form |= added | {"travel_times-TOTAL_FORMS": ["1"]}
    assert two[0].post(page, form).status_code == 302
    assert TravelTime.objects.get(space=space).minutes == 20


def test_no_page_carries_what_a_field_shows_otherwise(two):
    """The field of the password shows how it is kept, and nothing of it."""
    member = HomeSpaceFactory().user
    page = two[0].get(page_of(member)).text
    assert member.password not in page and "initial-password" not in page


def test_every_form_of_the_admin_carries_what_it_showed(rf):
    request = rf.get("/admin/")
    request.user = UserFactory(is_staff=True, is_superuser=True)
    for model, model_admin in admin.site._registry.items():
        assert issubclass(model_admin.form, UntouchedMixin), model
        for inline in model_admin.get_inline_instances(request):
            assert issubclass(inline.get_formset(request).form, UntouchedMixin), (model, inline)
        if model_admin.list_editable:
            request.resolver_match = resolve(
                reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            )
            assert issubclass(model_admin.get_changelist_form(request), UntouchedMixin), model
