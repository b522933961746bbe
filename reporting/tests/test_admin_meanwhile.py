"""Two coordinators at one form of the admin: nobody saves over what the other wrote without having read it."""

import threading
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import resolve, reverse

from events.models import Event
from members.tests.factories import UserFactory
from reporting.admin.meanwhile import AskedMeanwhile
from reporting.enums import Section
from reporting.models import Partner, ReportText
from reporting.tests.factories import (
    CountedEventFactory,
    DeliverableFactory,
    PartnerFactory,
    PeriodFactory,
    SpendingFactory,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db

ASKED = "Save again to put yours in its place"


@pytest.fixture
def two():
    """Return the browsers of two coordinators."""
    browsers = Client(), Client()
    for browser in browsers:
        browser.force_login(UserFactory(coordinates=True, language="en"))
    return browsers


def page_of(row):
    return reverse(f"admin:reporting_{row._meta.model_name}_change", args=[row.pk])


def form_of(answer, page):
    forms = [form for form in Page(answer.text, page).forms if form.path == page]
    return max(forms, key=lambda form: len(form.fields)).data()


def send_both(two, page, first, second):
    """Let both open the page, then the first send it with some values, and the second with others."""
    one, other = (form_of(browser.get(page), page) for browser in two)
    assert two[0].post(page, one | first).status_code == 302
    return two[1].post(page, other | second)


def test_spending_that_somebody_changed_meanwhile_is_asked_about_and_nothing_typed_is_lost(two):
    row = SpendingFactory(claimed=Decimal(100))
    page = page_of(row)
    answer = send_both(two, page, {"claimed": ["250"]}, {"claimed": ["300"], "erdf": ["60"]})
    assert answer.status_code == 200
    assert (ASKED in answer.text, "250" in answer.text) == (True, True)
    row.refresh_from_db()
    assert (row.claimed, row.erdf) == (Decimal(250), None)
    again = form_of(answer, page)
    assert (again["claimed"], again["erdf"]) == (["300"], ["60"])
    assert two[1].post(page, again).status_code == 302
    row.refresh_from_db()
    assert (row.claimed, row.erdf) == (Decimal(300), Decimal(60))


def test_what_only_one_of_them_changed_stands(two):
    row = SpendingFactory(claimed=Decimal(100))
    assert send_both(two, page_of(row), {"claimed": ["250"]}, {"erdf": ["60"]}).status_code == 302
    row.refresh_from_db()
    assert (row.claimed, row.erdf) == (Decimal(250), Decimal(60))


def test_both_who_wrote_the_same_are_not_asked(two):
    row = SpendingFactory(claimed=Decimal(100))
    assert send_both(two, page_of(row), {"claimed": ["250"]}, {"claimed": ["250.00"]}).status_code == 302


def test_a_text_of_the_report_shows_both(two):
    period = PeriodFactory()
    row = ReportText.objects.create(project=period.project, period=period, section=Section.PROBLEMS, text_fr="Avant")
    answer = send_both(two, page_of(row), {"text_fr": ["De l’une"]}, {"text_fr": ["De l’autre"]})
    assert (ASKED in answer.text, "De l’une" in answer.text, "De l’autre" in answer.text) == (True, True, True)
    assert two[1].post(page_of(row), form_of(answer, page_of(row))).status_code == 302
    row.refresh_from_db()
    assert row.text_fr == "De l’autre"


def test_ticks_and_half_years_are_compared_too(two):
    row = DeliverableFactory(title_fr="Vidéo", date=None)
    answer = send_both(two, page_of(row), {"date": ["2020-09-01"]}, {"date": ["2020-10-01"], "title_fr": ["Film"]})
    assert ASKED in answer.text
    row.refresh_from_db()
    assert (row.title_fr, f"{row.date}") == ("Vidéo", "2020-09-01")


def test_rows_below_a_form_are_compared_too(two):
    row = PartnerFactory(total=Decimal(1000))
    page = page_of(row.project)
    answer = send_both(two, page, {"partners-0-total": ["2000"]}, {"partners-0-total": ["3000"]})
    assert ASKED in answer.text
    assert Partner.objects.get().total == Decimal(2000)
    assert two[1].post(page, form_of(answer, page)).status_code == 302
    assert Partner.objects.get().total == Decimal(3000)


def test_whether_an_event_is_joint_is_compared_in_the_list(two):
    CountedEventFactory()
    page = reverse("admin:reporting_jointdecision_changelist")
    form = next(name for name in form_of(two[0].get(page), page) if name.endswith("-joint") and "initial" not in name)
    answer = send_both(two, page, {form: ["true"], "_save": ["1"]}, {form: ["false"], "_save": ["1"]})
    assert ASKED in answer.text
    assert Event.objects.get().joint is True
    assert two[1].post(page, form_of(answer, page) | {"_save": ["1"]}).status_code == 302
    assert Event.objects.get().joint is False


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_asked(two):
    row = SpendingFactory(claimed=Decimal(100))
    page = page_of(row)
    forms = [form_of(browser.get(page), page) for browser in two]
    start, codes = threading.Barrier(2), []

    def send(number):
        connection.ensure_connection()
        start.wait(timeout=60)
        codes.append(two[number].post(page, forms[number] | {"claimed": [f"{number + 5}00"]}).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=[number]) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(codes) == [200, 302]


def test_every_form_of_the_coordinators_tables_asks(rf):
    request = rf.get("/")
    request.user = UserFactory(coordinates=True)
    asked = []
    for model, table in admin.site._registry.items():
        if model._meta.app_label != "reporting":
            continue
        request.resolver_match = resolve(reverse(f"admin:reporting_{model._meta.model_name}_changelist"))
        forms = [inline.get_formset(request).form for inline in table.get_inline_instances(request)]
        if table.has_change_permission(request):
            forms.append(table.get_form(request))
        if table.list_editable:
            forms.append(table.get_changelist_formset(request).form)
        asked += [(model.__name__, form.__name__, issubclass(form, AskedMeanwhile)) for form in forms]
    assert len(asked) > 15
    assert [told for told in asked if not told[2]] == []
