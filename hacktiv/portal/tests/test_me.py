import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import mark_attendance
from events.followup.operations import answer_survey, tell_outcome
from events.followup.queries import questions_of
from events.programme.operations import cancel_event
from events.registering.operations import cancel_registration, confirm_guest, register_guest
from events.tests.factories import EventFactory, PastEventFactory, RegistrationFactory
from hacktiv.outbox.models import Message
from members.accounts.tests.second_factor import confirm_password
from members.enums import SkillDirection
from members.tests.factories import PASSWORD, UserFactory, UserSkillFactory
from spaces.booking.operations import cancel_booking
from spaces.models import HomeSpace
from spaces.tests.factories import (
    MANAGER_FOR,
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    OrganisationFactory,
    PassSchemeFactory,
    ResourceFactory,
    SpaceFactory,
    make_manager,
    running_booking,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db

ME = "/fr/me/"
OWN_PAGES = [
    "/fr/me/",
    "/fr/me/data/",
    "/fr/me/data/archive/state/",
    "/fr/me/data/archive/download",
    "/fr/me/export/",
    "/fr/me/delete/",
]


def diary(client):
    return client.get(ME).context["diary"]


@pytest.mark.parametrize("address", OWN_PAGES)
def test_visitor_is_sent_to_sign_in_and_back(client, address):
    response = client.get(address)
    assert (response.status_code, response.url) == (302, f"/fr/accounts/login/?next={address}")


def test_coming_dates_are_listed_next_first(sign_in, zoe):
    room = ResourceFactory()
    later, sooner = (BookingFactory(resource=room, user=zoe, days=days) for days in (3, 2))
    far = RegistrationFactory(user=zoe, event=EventFactory(starts_at=timezone.now() + timedelta(days=20)))
    near = RegistrationFactory(user=zoe)
    BookingFactory()
    RegistrationFactory()
    found = diary(sign_in(zoe))
    assert found.bookings == [sooner, later]
    assert found.registrations == [near, far]
    assert (found.past_bookings, found.past_registrations) == ([], [])


def test_place_in_line_is_told(sign_in, zoe):
    event = EventFactory(capacity=1)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, user=zoe)
    client = sign_in(zoe)
    assert [registration.position for registration in diary(client).registrations] == [2]
    assert "Liste d’attente, n°\N{NO-BREAK SPACE}2" in client.get(ME).content.decode()


def test_cancelled_things_are_not_to_come(sign_in, zoe):
    booking = BookingFactory(user=zoe)
    cancel_booking(booking=booking, by=zoe)
    registration = RegistrationFactory(user=zoe)
    cancel_registration(registration=registration)
    found = diary(sign_in(zoe))
    assert (found.bookings, found.registrations) == ([], [])
    assert (found.past_bookings, found.past_registrations) == ([booking], [registration])


def test_cancelled_event_is_told(sign_in, zoe):
    event = EventFactory()
    RegistrationFactory(event=event, user=zoe)
    cancel_event(event=event, reason="Neige", by=None)
    assert "Événement annulé" in sign_in(zoe).get(ME).content.decode()


def test_empty_page_says_what_to_do_next(sign_in, zoe):
    content = sign_in(zoe).get(ME).content.decode()
    for address in ("/fr/agenda/", "/fr/spaces/", "/fr/members/profile/"):
        assert f'href="{address}"' in content


def test_a_gap_in_the_profile_is_told_until_it_is_filled(sign_in, zoe):
    client = sign_in(zoe)
    assert len(client.get(ME).context["missing"]) == 5
    UserSkillFactory(user=zoe)
    UserSkillFactory(user=zoe, direction=SkillDirection.SOUGHT)
    zoe.headline, zoe.residence, zoe.is_listed = "Graphiste", "BE", True
    zoe.save()
    assert client.get(ME).context["missing"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_my_page_costs_a_fixed_number_of_queries(sign_in, zoe, number, django_assert_num_queries):
    HomeSpaceFactory(user=zoe)
    full = EventFactory(capacity=1)
    RegistrationFactory(event=full)
    RegistrationFactory(event=full, user=zoe)
    for day in range(1, number + 1):
        RegistrationFactory(user=zoe)
        cancel_registration(registration=RegistrationFactory(user=zoe))
        BookingFactory(user=zoe, days=day)
        cancel_booking(booking=BookingFactory(user=zoe, days=day), by=zoe)
    client = sign_in(zoe)
    client.get(ME)
    with django_assert_num_queries(12):
        assert len(diary(client).past_bookings) == number


# --- the pass ---


def test_my_pass_says_what_each_leaves_when_it_renews_and_who_shares_it(sign_in, zoe):
    HomeSpaceFactory(user=zoe)
    today = timezone.localdate()
    client = sign_in(zoe)
    assert 'id="pass"' not in client.get(ME).text
    PassSchemeFactory(name="Pass du réseau", days=10)
    shared = PassSchemeFactory(
        name="Forfait",
        days=6,
        is_shared=True,
        renews=False,
        employer=OrganisationFactory(name="BEP"),
        ends_on=today + timedelta(days=400),
    )
    shared.members.add(zoe)
    text = client.get(ME).text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    text = " ".join(text.split())
    assert "<strong>Pass du réseau</strong> – 10 jours restants sur 10" in text
    assert "renouvelé le 1er janvier" in text
    assert "partagé entre les membres de BEP ; à utiliser jusqu’au" in text
    assert 'name="code"' not in text


def test_a_voucher_is_used_and_a_wrong_code_is_kept_with_its_refusal(sign_in, zoe):
    voucher = PassSchemeFactory(name="Bienvenue", code="ARDENNE-1")
    client = sign_in(zoe)
    assert 'name="code"' in client.get(ME).text
    wrong = client.post("/fr/me/voucher/", {"code": "ARDENNE-9"})
    assert wrong.status_code == 400
    assert wrong.context["voucher_form"].errors.keys() == {"code"}
    assert 'value="ARDENNE-9"' in wrong.text
    assert client.get("/fr/me/voucher/").status_code == 302
    for _again in range(2):
        assert "Bienvenue" in client.post("/fr/me/voucher/", {"code": "ardenne-1"}, follow=True).text
    assert list(voucher.members.all()) == [zoe]


@pytest.mark.long
def test_a_code_is_not_found_by_trying(sign_in, zoe):
    client = sign_in(zoe)
    answers = [client.post("/fr/me/voucher/", {"code": f"ESSAI-{number}"}).status_code for number in range(11)]
    assert answers == [400] * 10 + [429]


# --- home space ----------------------------------------------------------------------------------------------------


def test_home_space_is_chosen_and_the_former_one_stays_on_record(sign_in, zoe):
    former, chosen = SpaceFactory(), SpaceFactory(name="La Ferme")
    for space in (former, chosen):
        MembershipFactory(user=zoe, space=space)
    HomeSpaceFactory(user=zoe, space=former)
    response = sign_in(zoe).post("/fr/me/home-space/", {"space": chosen.pk}, follow=True)
    assert response.context["home_space"] == chosen
    today = timezone.localdate()
    assert set(HomeSpace.objects.values_list("space", "until")) == {(former.pk, today), (chosen.pk, None)}


@pytest.mark.parametrize("space", ["", "no-number", 2**70, "unpublished"])
def test_home_space_that_is_none_of_the_list_is_refused(sign_in, zoe, space):
    if space == "unpublished":
        space = SpaceFactory(is_published=False).pk
    response = sign_in(zoe).post("/fr/me/home-space/", {"space": space}, follow=True)
    assert "Choisissez l’un des espaces" in response.content.decode()
    assert HomeSpace.objects.count() == 0


def test_home_space_is_one_of_which_the_person_is_a_member(sign_in, zoe):
    own, other, left = SpaceFactory(), SpaceFactory(), SpaceFactory()
    MembershipFactory(user=zoe, space=own)
    MembershipFactory(user=zoe, space=left, state="ended", until="2025-01-01")
    client = sign_in(zoe)
    offered = Page(client.get(ME).text, ME).form("/fr/me/home-space/").choices["space"]
    assert offered == ["", str(own.pk)]
    for space in (other, left):
        answer = client.post("/fr/me/home-space/", {"space": space.pk}, follow=True)
        assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert HomeSpace.objects.count() == 0


def test_home_space_is_not_changed_by_a_link(sign_in, zoe):
    space = SpaceFactory()
    answer = sign_in(zoe).get("/fr/me/home-space/", {"space": space.pk})
    assert (answer.status_code, answer.url) == (302, "/fr/me/")
    assert HomeSpace.objects.count() == 0


# --- export --------------------------------------------------------------------------------------------------------


def test_export_holds_all_about_the_person_and_nothing_about_others(sign_in, zoe):
    space = SpaceFactory(name="La Ferme", managers=[zoe])
    HomeSpaceFactory(user=zoe, space=space)
    booking = BookingFactory(user=zoe, purpose="Rendez-vous")
    RegistrationFactory(user=zoe, event=EventFactory(title_fr="Midi"))
    past = PastEventFactory(title_fr="Marche")
    present = past.registrations.create(user=zoe, participant_number=zoe.participant_number, status="confirmed")
    mark_attendance(event=past, registrations=[present], by=None)
    tell_outcome(registration=present, kind="job", text="Un emploi")
    answer_survey(registration=present, questions=questions_of(past), answers={1: 4})
    BookingFactory(purpose="D’un autre")
    RegistrationFactory()
    PassSchemeFactory()
    PassSchemeFactory(name="Forfait").members.add(zoe)
    client = sign_in(zoe)
    confirm_password(client)
    response = client.get("/fr/me/export/")
    assert response["Content-Disposition"].startswith('attachment; filename="hacktivardenne-')
    told = json.loads(response.content)
    assert [row["name"] for row in told["passes"]] == ["Forfait"]
    assert told["person"]["account"]["email"] == zoe.email
    assert [row["space"] for row in told["home_spaces"]] == ["La Ferme"]
    since = timezone.localdate() - MANAGER_FOR
    assert told["roles"] == [{"role": "manager", "space": "La Ferme", "since": since.isoformat(), "until": None}]
    assert [(row["reference"], row["purpose"]) for row in told["bookings"]] == [(str(booking.reference), "Rendez-vous")]
    assert [row["event"] for row in told["registrations"]] == ["Midi", "Marche"]
    assert [row["event"] for row in told["participations"]] == ["Marche"]
    assert told["refuses_reminders_and_questions"] is False
    assert [(row["event"], row["text"]) for row in told["outcomes"]] == [("Marche", "Un emploi")]
    assert told["surveys_answered"] == ["Marche"]
    assert len(told["messages"]) == Message.objects.filter(to_email=zoe.email).count() > 0


def test_a_booking_is_cancelled_from_the_list_of_mine(sign_in, zoe):
    client = sign_in(zoe)
    booking = BookingFactory(user=zoe, days=2)
    begun = running_booking(ResourceFactory(), user=zoe)
    links = Page(client.get(ME).text).links
    assert reverse("spaces:booking_cancel", args=[booking.reference]) in links
    assert reverse("spaces:booking_cancel", args=[begun.reference]) not in links
    address = reverse("spaces:booking_cancel", args=[booking.reference])
    form = Page(client.get(address).text, address).form(address)
    assert client.post(form.path, form.data()).status_code == 302
    assert reverse("spaces:booking_cancel", args=[booking.reference]) not in Page(client.get(ME).text).links


def test_the_only_manager_of_a_space_agrees_to_leave_it_without_one(sign_in, zoe):
    space = SpaceFactory(name="Le Quai", managers=[zoe])
    client = sign_in(zoe)
    sent = {"password": PASSWORD, "understood": "on"}
    assert "Le Quai" in client.get("/fr/me/delete/").context["form"]["leaves_nobody"].label
    answer = client.post("/fr/me/delete/", sent)
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"leaves_nobody"}
    make_manager(space, UserFactory())
    assert "leaves_nobody" not in client.get("/fr/me/delete/").context["form"].fields
    assert client.post("/fr/me/delete/", sent).status_code == 302
    assert not type(zoe).objects.filter(pk=zoe.pk).exists()


def test_a_registration_made_before_the_account_waits_on_my_page(sign_in):
    zoe = UserFactory()
    event, other = EventFactory(), EventFactory()
    for one, name, email in ((event, "Zo", zoe.email), (event, "Zoé", zoe.email), (other, "Zoé", "a@ardenne.example")):
        register_guest(event=one, name=name, email=email, residence="FR", language="fr")
    links = Page(sign_in(zoe).get("/fr/me/").text, "/fr/me/").links
    asked = event.registrations.latest("registered_at", "pk")
    shown = [link for link in links if "/confirm/" in link]
    assert shown == [reverse("events:confirm_guest", args=[asked.token])]
    confirm_guest(token=asked.token)
    assert "/confirm/" not in "".join(Page(sign_in(zoe).get("/fr/me/").text, "/fr/me/").links)
