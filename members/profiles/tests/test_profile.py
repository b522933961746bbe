import pytest
from django.urls import reverse
from django.utils import translation

from members.accounts.operations import erase_account
from members.enums import ConsentPurpose
from members.models import Consent, User, UserSkill
from members.profiles.operations import leave_news
from members.profiles.queries import news_of
from members.tests.factories import SkillFactory, UserFactory, UserSkillFactory

pytestmark = pytest.mark.django_db

FILLED = {
    "first_name": "Zoé",
    "last_name": "Hubert",
    "headline": "Je dessine des cartes 🗺️",
    "about": "De Chimay à Givet.",
    "website": "zoe.example",
    "language": "nl",
    "is_listed": "on",
    "residence": "BE",
    "status": "self_employed",
    "gender": "woman",
    "age_band": "35-44",
}


@pytest.fixture
def person(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture(autouse=True)
def french():
    with translation.override("fr"):
        yield


def consents(person):
    return {(c.purpose, c.withdrawn_at is None) for c in Consent.objects.filter(user=person)}


@pytest.mark.parametrize("page", ["members:profile", "members:skills"])
def test_a_visitor_is_asked_to_sign_in(client, page):
    assert client.get(reverse(page))["Location"] == f"{reverse('account_login')}?next={reverse(page)}"


@pytest.mark.parametrize("page", ["members:profile", "members:skills"])
def test_what_a_visitor_sends_is_shown_with_the_way_to_sign_in(client, page):
    answer = client.post(reverse(page), FILLED)
    assert answer.status_code == 403
    assert f'href="{reverse("account_login")}"' in answer.text
    assert FILLED["headline"] in answer.text


def test_a_profile_is_saved_with_its_consents(client, person):
    assert client.post(reverse("members:profile"), FILLED)["Location"] == reverse("members:profile")
    person.refresh_from_db()
    saved = {name: getattr(person, name) for name in FILLED}
    assert saved == {**FILLED, "is_listed": True, "website": "https://zoe.example"}
    assert consents(person) == {(ConsentPurpose.DIRECTORY, True), (ConsentPurpose.STATISTICS, True)}


def test_a_profile_saved_twice_gives_each_consent_once(client, person):
    for _time in range(2):
        client.post(reverse("members:profile"), FILLED)
    assert Consent.objects.count() == 2


def test_emptying_the_fields_withdraws_the_consents_and_keeps_their_trace(client, person):
    client.post(reverse("members:profile"), FILLED)
    client.post(reverse("members:profile"), {**FILLED, "is_listed": "", "gender": "", "age_band": ""})
    person.refresh_from_db()
    assert (person.gender, person.age_band, person.is_listed) == ("", "", False)
    assert consents(person) == {(ConsentPurpose.DIRECTORY, False), (ConsentPurpose.STATISTICS, False)}


def test_one_of_gender_and_age_is_enough_for_the_consent(client, person):
    client.post(reverse("members:profile"), {**FILLED, "is_listed": "", "gender": ""})
    assert consents(person) == {(ConsentPurpose.STATISTICS, True)}


def test_a_name_and_a_language_are_enough(client, person):
    client.post(reverse("members:profile"), {"first_name": "Zoé", "last_name": "Hubert", "language": "fr"})
    person.refresh_from_db()
    assert person.get_full_name() == "Zoé Hubert"
    assert consents(person) == set()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("last_name", "x" * 10_000),
        ("headline", "x" * 141),
        ("about", "x" * 10_000),
        ("about", "a\x00b"),
        ("headline", "a\x07b"),
        ("website", "javascript:alert(1)"),
        ("website", "ftp://zoe.example"),
        ("website", "https://" + "x" * 10_000),
        ("language", "de"),
        ("residence", "XX"),
        ("gender", "forged"),
        ("age_band", "1000"),
    ],
)
def test_a_wrong_field_is_marked_and_nothing_is_stored_or_lost(client, person, field, value):
    page = client.post(reverse("members:profile"), {**FILLED, field: value})
    assert page.status_code == 400
    form = page.context["form"]
    assert list(form.errors) == [field]
    assert (
        form["headline" if field != "headline" else "about"].value()
        == FILLED["headline" if field != "headline" else "about"]
    )
    assert f'aria-describedby="id_{field}_' in page.content.decode()
    stored = User.objects.get()
    assert (stored.headline, stored.website, stored.first_name) == ("", "", person.first_name)
    assert not Consent.objects.exists()


def test_an_empty_profile_is_refused(client, person):
    page = client.post(reverse("members:profile"), {})
    assert page.status_code == 400
    assert set(page.context["form"].errors) == {"first_name", "last_name", "language"}


def test_a_forged_field_changes_nothing(client, person):
    client.post(
        reverse("members:profile"),
        {**FILLED, "email": "x@y.example", "is_superuser": "on", "is_staff": "on", "id": "1", "is_example": "on"},
    )
    stored = User.objects.get()
    assert (stored.email, stored.is_superuser, stored.is_staff, stored.is_example) == (
        person.email,
        False,
        False,
        False,
    )


def test_html_is_kept_as_text(client, person):
    client.post(reverse("members:profile"), {**FILLED, "about": "</textarea><script>alert(1)</script>"})
    assert User.objects.get().about == "</textarea><script>alert(1)</script>"
    assert "<script>alert" not in client.get(reverse("members:profile")).content.decode()


def test_skills_become_exactly_those_ticked(client, person):
    photo, sewing, law = SkillFactory.create_batch(3)
    kept = UserSkillFactory(user=person, skill=photo, direction="offered")
    UserSkillFactory(user=person, skill=sewing, direction="offered")
    other = UserSkillFactory(skill=sewing, direction="sought")
    for _time in range(2):
        answer = client.post(
            reverse("members:skills"), {"offered": [photo.pk, law.pk], "sought": [sewing.pk, photo.pk]}
        )
        assert answer["Location"] == reverse("members:skills")
    rows = UserSkill.objects.filter(user=person)
    assert set(rows.values_list("skill", "direction")) == {
        (photo.pk, "offered"),
        (law.pk, "offered"),
        (sewing.pk, "sought"),
        (photo.pk, "sought"),
    }
    assert rows.filter(pk=kept.pk).exists()
    assert UserSkill.objects.filter(pk=other.pk).exists()


def test_no_box_ticked_leaves_no_skill(client, person):
    UserSkillFactory(user=person)
    client.post(reverse("members:skills"), {})
    assert not UserSkill.objects.exists()


@pytest.mark.parametrize("forged", ["999999", "abc", "-1", "9" * 40, "\x00", "1 OR 1=1"])
def test_a_forged_skill_is_refused_and_the_boxes_stay_ticked(client, person, forged):
    skill = SkillFactory()
    page = client.post(reverse("members:skills"), {"offered": [skill.pk, forged], "sought": [skill.pk]})
    assert page.status_code == 400
    assert list(page.context["form"].errors) == ["offered"]
    assert [row for _category, rows in page.context["form"].categories() for row in rows] == [(skill, True, True)]
    assert not UserSkill.objects.exists()


def test_the_boxes_are_ticked_and_sorted_in_the_language_of_the_page(client, person):
    accents = SkillFactory(name_fr="Électronique", name_nl="Z")
    UserSkillFactory(user=person, skill=accents, direction="sought")
    zoology = SkillFactory(name_fr="Zoologie", name_nl="A", category=accents.category)
    rows = {
        language: [
            row for _c, rows in client.get(f"/{language}/members/skills/").context["form"].categories() for row in rows
        ]
        for language in ("fr", "nl")
    }
    assert rows["fr"] == [(accents, False, True), (zoology, False, False)]
    with translation.override("nl"):
        assert client.get("/nl/members/skills/").context["form"].categories()[0][1][0][0] == zoology


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_skills_costs_the_same_whatever_their_number(client, person, django_assert_num_queries, count):
    for skill in SkillFactory.create_batch(count):
        UserSkillFactory(user=person, skill=skill)
    client.get(reverse("members:skills"))
    # session, person, skills of the person, categories, catalogue; in the header: permissions (2), spaces they run
    with django_assert_num_queries(7):
        page = client.get(reverse("members:skills"))
    assert page.content.decode().count(" checked") == count


def test_the_admin_speaks_the_language_of_the_signed_in_person(client):
    client.force_login(UserFactory(superuser=True, language="nl"))
    assert client.get("/admin/members/skill/", HTTP_ACCEPT_LANGUAGE="en")["Content-Language"] == "nl"


NEWS = [ConsentPurpose.NEWS_EVENTS.value, ConsentPurpose.NEWS_NETWORK.value]


def test_no_news_are_chosen_until_the_person_ticks_a_topic(client, person):
    assert client.get(reverse("members:profile")).context["form"]["news"].value() == []
    client.post(reverse("members:profile"), {**FILLED, "news": NEWS})
    assert news_of(person) == set(NEWS)
    assert client.get(reverse("members:profile")).context["form"]["news"].value() == NEWS


def test_a_topic_unticked_is_taken_back_and_keeps_its_dates(client, person):
    client.post(reverse("members:profile"), {**FILLED, "news": NEWS})
    client.post(reverse("members:profile"), {**FILLED, "initial-news": NEWS, "news": NEWS[:1]})
    assert news_of(person) == set(NEWS[:1])
    assert (NEWS[1], False) in consents(person)


def test_a_page_that_lay_open_gives_no_topic_anew_that_a_mail_left(client, person):
    client.post(reverse("members:profile"), {**FILLED, "news": NEWS})
    leave_news(user=person, topic=ConsentPurpose.NEWS_EVENTS)
    client.post(reverse("members:profile"), {**FILLED, "initial-news": NEWS, "news": NEWS})
    assert news_of(person) == {ConsentPurpose.NEWS_NETWORK}


def test_a_person_erased_meanwhile_leaves_a_topic_quietly():
    person, other = UserFactory(), UserFactory()
    for one in (person, other):
        Consent.objects.create(user=one, purpose=ConsentPurpose.NEWS_EVENTS)
    erase_account(user=person)
    leave_news(user=person, topic=ConsentPurpose.NEWS_EVENTS)
    assert news_of(other) == {ConsentPurpose.NEWS_EVENTS}


def test_an_unknown_topic_is_refused(client, person):
    page = client.post(reverse("members:profile"), {**FILLED, "news": ["directory"]})
    assert page.status_code == 400
    assert not Consent.objects.exists()
