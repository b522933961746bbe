"""Check what coordinators type into the tables of the admin."""

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse

from members.tests.factories import UserFactory
from reporting.models import Deviation
from reporting.tests.factories import PeriodFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client):
    person = UserFactory(coordinates=True)
    client.force_login(person)
    return person


@pytest.mark.parametrize("sign", ["\x01", "\x1b"])
def test_a_control_character_is_refused_beside_its_field(client, coordinator, sign):
    period = PeriodFactory()
    answers = {"project": period.project_id, "period": period.pk, "title_fr": f"A{sign}B", "reason_fr": f"C{sign}D"}
    response = client.post(reverse("admin:reporting_deviation_add"), answers)
    assert {"title_fr", "reason_fr"} <= set(response.context["adminform"].form.errors)
    assert not Deviation.objects.exists()


def test_each_text_of_each_table_refuses_control_characters(rf, coordinator):
    request = rf.get("/")
    request.user = coordinator
    tables = [each for model, each in admin.site._registry.items() if model._meta.app_label == "reporting"]
    texts = []
    for table in tables:
        inlines = [inline.get_formset(request).form for inline in table.get_inline_instances(request)]
        request.resolver_match = type("Match", (), {"kwargs": {}})
        for form in (table.get_form(request), *inlines):
            texts += [field for field in form().fields.values() if type(field) is forms.CharField]
    assert len(texts) > 20
    for field in texts:
        with pytest.raises(ValidationError):
            field.run_validators("A\x01B")
