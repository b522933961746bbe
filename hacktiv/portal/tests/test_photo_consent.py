"""Test what people say of photos on which they can be recognised: off at first, dated, taken back, read by staff."""

import pytest
from django.urls import reverse
from django.utils import translation

from events.attendance.files.registrations import registrations_table
from events.attendance.queries import RegistrationFilter
from events.registering.operations import register, register_person
from events.tests.factories import EventFactory
from hacktiv.merging.operations import merge_accounts
from hacktiv.portal.operations import erase_person
from hacktiv.portal.queries.export import export_of
from members.enums import ConsentPurpose, PhotoAnswer
from members.models import Consent
from members.profiles.operations import give_consent, withdraw_consent
from members.profiles.queries import photo_answer_of
from members.tests.factories import UserFactory
from spaces.tests.factories import HomeSpaceFactory, MembershipFactory, SpaceFactory
from tests.pages import Page

pytestmark = pytest.mark.django_db
PHOTO = ConsentPurpose.PHOTO
ANSWERS = {"yes": "Photos: yes", "no": "Photos: no", "not_said": "Photos: not said"}


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def manager():
    return UserFactory(language="en")


@pytest.fixture
def space(manager):
    return SpaceFactory(managers=[manager])


def somebody_who_said(answer, **fields):
    user = UserFactory(**fields)
    if answer != "not_said":
        give_consent(user=user, purpose=PHOTO)
    if answer == "no":
        withdraw_consent(user=user, purpose=PHOTO)
    return user


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_page_of_a_person_says_it(sign_in, space, manager, answer):
    person = somebody_who_said(answer)
    assert photo_answer_of(person) == answer
    MembershipFactory(user=person, space=space)
    text = Page(sign_in(manager).get(reverse("admin:members_user_person", args=[person.pk])).text).text
    assert ANSWERS[answer] in text


@pytest.mark.parametrize("answer", ANSWERS)
def test_list_registration_and_door_of_an_event_say_it(sign_in, space, manager, answer):
    event = EventFactory(space=space)
    row = register(event=event, user=somebody_who_said(answer))
    client = sign_in(manager)
    at_the_door = Page(client.get(reverse("admin:events_event_door", args=[event.pk])).text).text
    assert ("Photos:" in at_the_door) == (ANSWERS[answer] in at_the_door) == (answer != "not_said")
    for name, args in (("registrations", [event.pk]), ("registration", [event.pk, row.pk])):
        text = Page(client.get(reverse(f"admin:events_event_{name}", args=args)).text).text
        assert "Photos" in text
        assert str(PhotoAnswer(answer).label) in text
    assert registrations_table(RegistrationFilter().of(event)).rows[0][-1] == PhotoAnswer(answer).label


def test_whoever_registers_an_address_does_not_learn_what_its_account_said(space, manager):
    person = somebody_who_said("yes")
    event = EventFactory(space=space)
    register_person(event=event, name="E.", email=person.email, language="fr", by=manager)
    assert [row.photos for row in RegistrationFilter().of(event)] == ["not_said"]


def test_the_list_costs_the_same_whatever_its_people_said(sign_in, space, manager, django_assert_num_queries):
    event = EventFactory(space=space)
    with django_assert_num_queries(1):
        list(RegistrationFilter().of(event))
    for answer in ANSWERS:
        register(event=event, user=somebody_who_said(answer))
    with django_assert_num_queries(1):
        assert {row.photos for row in RegistrationFilter().of(event)} == set(ANSWERS)


def test_it_is_said_in_the_profile_and_taken_back_there(sign_in):
    person = UserFactory(language="en")
    client, profile = sign_in(person), "/en/members/profile/"
    form = next(form for form in Page(client.get(profile).text, profile).forms if "photo" in form.choices)
    assert "photo" not in form.fields
    client.post(profile, form.data(photo="on"))
    [consent] = Consent.objects.filter(user=person, purpose=PHOTO)
    assert consent.withdrawn_at is None
    form = next(form for form in Page(client.get(profile).text, profile).forms if "photo" in form.choices)
    client.post(profile, form.data(photo=None))
    consent.refresh_from_db()
    assert consent.withdrawn_at


def test_a_profile_that_lay_open_gives_nothing_anew_that_was_taken_back(sign_in):
    person = UserFactory(language="en")
    give_consent(user=person, purpose=PHOTO)
    client, profile = sign_in(person), "/en/members/profile/"
    form = next(form for form in Page(client.get(profile).text, profile).forms if "photo" in form.choices)
    withdraw_consent(user=person, purpose=PHOTO)
    client.post(profile, form.data())
    assert photo_answer_of(person) == PhotoAnswer.NO


def test_my_data_leads_to_who_takes_a_photo_down(sign_in, space):
    person = MembershipFactory(space=space, user__language="en").user
    text = sign_in(person).get("/en/me/data/")
    assert reverse("spaces:list") in Page(text.text).links
    HomeSpaceFactory(user=person, space=space)
    assert reverse("spaces:contact", args=[space.slug]) in Page(sign_in(person).get("/en/me/data/").text).links


def test_the_export_tells_it_and_the_erasure_takes_it():
    person = somebody_who_said("no")
    told = [one for one in export_of(person)["person"]["consents"] if one["purpose"] == PHOTO]
    assert len(told) == 1
    assert told[0]["withdrawn_at"]
    erase_person(user=person)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(("first", "later"), [("kept", "gone"), ("gone", "kept")])
def test_of_two_accounts_the_later_answer_holds_with_the_history_of_both(first, later):
    accounts = {name: UserFactory() for name in ("kept", "gone")}
    give_consent(user=accounts[first], purpose=PHOTO)
    give_consent(user=accounts[later], purpose=PHOTO)
    withdraw_consent(user=accounts[later], purpose=PHOTO)
    merge_accounts(**accounts, by=UserFactory(superuser=True))
    assert photo_answer_of(accounts["kept"]) == PhotoAnswer.NO
    assert Consent.objects.filter(user=accounts["kept"], purpose=PHOTO).count() == 2
