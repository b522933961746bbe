import pytest
from django.urls import reverse

from members.models import Skill, User
from members.tests.factories import PASSWORD, SkillFactory, UserFactory, UserSkillFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client):
    chief = UserFactory(superuser=True, email="chief@ardenne.example")
    client.force_login(chief)
    return chief


ADD = {
    "email": "New@Ardenne.example",
    "first_name": "Zoé",
    "last_name": "Hubert",
    "language": "fr",
    "usable_password": "true",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "user_skills-TOTAL_FORMS": "0",
    "user_skills-INITIAL_FORMS": "0",
    "consents-TOTAL_FORMS": "0",
    "consents-INITIAL_FORMS": "0",
}


def test_a_superuser_adds_a_person(client, chief):
    answer = client.post(reverse("admin:members_user_add"), ADD)
    person = User.objects.get(email="new@ardenne.example")
    assert answer["Location"] == reverse("admin:members_user_change", args=[person.pk])
    assert person.check_password(PASSWORD)


def test_an_address_is_not_added_twice_whatever_its_capitals(client, chief):
    page = client.post(reverse("admin:members_user_add"), {**ADD, "email": "CHIEF@ardenne.example"})
    assert list(page.context["adminform"].form.errors) == ["email"]


def test_a_superuser_opens_a_person_and_finds_them_without_accents(client, chief):
    person = UserFactory(last_name="Évrard")
    UserSkillFactory(user=person)
    page = client.get(reverse("admin:members_user_changelist"), {"q": "evrard"})
    assert [row.pk for row in page.context["cl"].result_list] == [person.pk]
    assert client.get(reverse("admin:members_user_change", args=[person.pk])).status_code == 200


def test_a_superuser_translates_the_catalogue(client, chief):
    skill = SkillFactory()
    change = reverse("admin:members_skill_change", args=[skill.pk])
    fields = {
        "slug": skill.slug,
        "category": skill.category.pk,
        "name_fr": "Dentelle",
        "name_nl": "Kant",
        "name_en": "Lace",
    }
    assert client.post(change, fields)["Location"] == reverse("admin:members_skill_changelist")
    stored = Skill.objects.get()
    assert (stored.name_fr, stored.name_nl, stored.name_en) == ("Dentelle", "Kant", "Lace")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_skills_costs_the_same_whatever_their_number(client, chief, django_assert_num_queries, count):
    SkillFactory.create_batch(count)
    page = reverse("admin:members_skill_changelist")
    client.get(page)
    with django_assert_num_queries(6):
        client.get(page)


def test_staff_cannot_change_the_address_of_a_person(client, chief):
    person = UserFactory(email="mine@ardenne.example", last_name="Avant")
    fields = {**ADD, "email": "other@ardenne.example", "last_name": "Après"}
    client.post(reverse("admin:members_user_change", args=[person.pk]), fields)
    person.refresh_from_db()
    assert (person.email, person.last_name) == ("mine@ardenne.example", "Après")
