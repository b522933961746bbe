"""The manager's day with an event: the phone, the page of its registrations, the door."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from events.core.files.tickets import ticket_code
from events.enums import Mode, RegistrationStatus, Way
from events.models import Participation
from events.registering.operations import cancel_registration
from events.tests.factories import EventFactory, GuestRegistrationFactory
from members.tests.factories import UserFactory
from spaces.tests.factories import SpaceFactory

from .conftest import DESK, PHONE
from .test_every_page import EVERYTHING, SETTLED

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(site):
    return UserFactory(is_staff=True)


def page_of(name, event, *more):
    return reverse(f"admin:events_event_{name}", args=[event.pk, *more])


def assert_accessible(page):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(SETTLED)
        violations = Axe().run(page, options=EVERYTHING).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in violations] == []


@pytest.mark.long
def test_a_manager_registers_by_phone_corrects_and_writes(manager, somebody):
    space = SpaceFactory(managers=[manager], country="BE")
    event = EventFactory(space=space, mode=Mode.HYBRID, online_link="https://salle.example/", capacity=1)
    GuestRegistrationFactory(event=event, name="Élodie Lefèvre", residence="BE")
    page = somebody(manager, viewport=DESK)
    page.goto(page_of("register", event))
    page.get_by_label("Nom", exact=True).fill("Jan Claes")
    page.get_by_label("Sur place").check()
    page.get_by_label("Habite en").select_option("FR")
    page.get_by_role("button", name="Inscrire").click()
    expect(page.locator(".messagelist .warning").last).to_contain_text("n°\N{NO-BREAK SPACE}1 sur la liste d’attente")
    jan = event.registrations.get(guest_name="Jan Claes")
    assert (jan.status, jan.side) == (RegistrationStatus.WAITING, "FR")
    assert_accessible(page)
    page.get_by_role("link", name="Jan Claes").click()
    page.get_by_label("En ligne").check()
    assert_accessible(page)
    page.get_by_role("button", name="Enregistrer").click()
    jan.refresh_from_db()
    assert (jan.status, jan.way) == (RegistrationStatus.CONFIRMED, Way.ONLINE)
    page.get_by_label("Côté de la frontière").select_option("FR")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator(".registrations-list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Tout afficher").click()
    page.get_by_role("link", name="Tout cocher").click()
    expect(page.locator(".registrations-list tbody input:checked")).to_have_count(2)
    page.get_by_label("Pour les personnes cochées").select_option("write")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_label("Objet").fill("Parking")
    page.locator("textarea").fill("Garez-vous derrière la grange.")
    assert_accessible(page)
    page.get_by_role("button", name="Envoyer à").click()
    expect(page.locator(".messagelist .success")).to_contain_text("Le message part")


@pytest.mark.long
def test_a_cancelled_ticket_is_refused_and_a_wrong_click_is_taken_back_in_place(manager, somebody):
    event = EventFactory(space=SpaceFactory(managers=[manager]), starts_at=timezone.now() + timedelta(minutes=20))
    here, gone = (GuestRegistrationFactory(event=event, name=name) for name in ("Zoé Ménard", "Léo Claes"))
    cancel_registration(registration=gone)
    page = somebody(manager, viewport=PHONE)
    page.goto(reverse("events:ticket", args=[ticket_code(gone)]))
    expect(page.locator("[data-mood=refused]")).to_contain_text("l’inscription est annulée pour Léo Claes")
    row = page.locator(f"[data-person='{here.pk}']")
    row.get_by_role("button", name="Présent").click()
    expect(page.locator("[data-present]")).to_have_text("1")
    page.evaluate("window.isTheSamePage = true")
    row.get_by_role("button", name="Annuler").click()
    expect(page.locator("[data-present]")).to_have_text("0")
    expect(row.get_by_role("button", name="Présent")).to_be_focused()
    assert page.evaluate("window.isTheSamePage")
    assert not Participation.objects.filter(event=event).exists()
    page.get_by_label("Habite en").select_option("FR")
    page.fill("#id_name", "Passante")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.locator("[data-present]")).to_have_text("1")
    assert Participation.objects.get(event=event).residence == "FR"
    page.goto(page_of("attendance", event))
    page.get_by_role("link", name="Tout cocher").click()
    expect(page.locator("[name=present]:checked")).to_have_count(2)
    assert_accessible(page)


@pytest.mark.long
def test_the_list_to_sign_breaks_no_word_of_its_head_on_a_phone(manager, somebody):
    event = EventFactory(space=SpaceFactory(managers=[manager]))
    GuestRegistrationFactory(event=event, name="Marie-Christine Vandenbroucke-Lefebvre")
    page = somebody(manager, viewport=PHONE)
    page.goto(page_of("sheet", event))
    lines = """heads => heads.map(head => {
        const words = document.createRange();
        words.selectNodeContents(head);
        return words.getClientRects().length;
    })"""
    assert page.locator("thead th").evaluate_all(lines) == [1] * 5
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
