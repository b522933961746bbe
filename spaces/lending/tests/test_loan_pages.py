"""The pages of travelling equipment: members borrow it, managers see to its journeys."""

import pytest
from django.urls import reverse

from members.tests.factories import UserFactory
from spaces.booking.operations import BookingRequest, book
from spaces.lending.operations import bring, hand_over, take_back
from spaces.models import Booking, Handover, Resource
from spaces.tests.factories import EquipmentFactory, ResourceFactory, SpaceFactory, in_days, manager_of
from tests.pages import Page

from .test_loans import began_today, lend

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return SpaceFactory(name="Home", with_hours=True, managers=[UserFactory()])


@pytest.fixture
def there():
    return SpaceFactory(name="There", with_hours=True, managers=[UserFactory()])


@pytest.fixture
def kit(home):
    return EquipmentFactory(name="Kit", space=home)


def choice(place, first, last, other=()):
    days = {"day": f"{in_days(first, 9):%Y-%m-%d}", "until": f"{in_days(last, 9):%Y-%m-%d}"}
    return {"place": place.slug, **days, "start": "09:00", "end": "17:00", "purpose": "Filming"} | dict(other)


def test_a_member_borrows_equipment_and_sees_where_to_get_it(client, kit, there):
    member = UserFactory(language="en")
    url = reverse("spaces:lend", args=[kit.pk])
    asked = client.post(url, choice(there, 3, 5))
    assert asked.status_code == 302
    assert "place%3D" + there.slug in asked.url
    client.force_login(member)
    summary = client.post(url, {**choice(there, 3, 5), "look": "hours"}).text
    assert "Retrait et retour" in summary
    answer = client.post(url, choice(there, 3, 5))
    booking = Booking.objects.get()
    assert (answer.status_code, answer.url) == (302, booking.get_absolute_url())
    assert (booking.place, booking.start, booking.end) == (there, in_days(3, 9), in_days(5, 17))
    for page in (booking.get_absolute_url(), reverse("portal:me")):
        assert "There" in client.get(page).text
    assert f'href="{booking.get_absolute_url()}"' in client.get(url).text


@pytest.mark.parametrize(
    ("changes", "status"),
    [({"place": "nowhere"}, 400), ({"day": "soon"}, 400), ({"until": "2020-01-01"}, 400), ({"end": "23:00"}, 409)],
)
def test_a_faulty_loan_form_is_explained_and_kept(client, kit, there, changes, status):
    client.force_login(UserFactory())
    answer = client.post(reverse("spaces:lend", args=[kit.pk]), choice(there, 3, 5, changes))
    assert answer.status_code == status
    assert 'value="Filming"' in answer.text
    assert not Booking.objects.exists()


def test_a_loan_ends_within_the_days_ahead_too(client, kit, there):
    """It begins on the last day but three, and would end beyond it."""
    client.force_login(UserFactory())
    last = kit.max_days_ahead
    answer = client.post(reverse("spaces:lend", args=[kit.pk]), choice(there, last - 3, last + 2))
    assert (answer.status_code, Booking.objects.count()) == (409, 0)
    assert f"jusqu’à {last} jours à l’avance" in answer.text or f"au plus {last} jours" in answer.text
    client.post(reverse("spaces:lend", args=[kit.pk]), choice(there, last - 3, last))
    assert Booking.objects.count() == 1


def test_a_loan_offers_the_hours_of_the_place_and_sums_up_what_is_sent(client, kit, there):
    client.force_login(UserFactory())
    url = reverse("spaces:lend", args=[kit.pk])
    form = client.post(url, choice(there, 3, 5, {"look": "place"})).context["form"]
    offered = [[value for value, _label in form.fields[name].widget.choices] for name in ("start", "end")]
    assert (offered[0][0], offered[1][-1]) == ("08:00", "20:00")
    seen = {"seen": form.choice()}
    answer = client.post(url, choice(there, 4, 6, seen))
    assert (answer.status_code, Booking.objects.count()) == (409, 0)
    assert answer.context["outlook"].start == in_days(4, 9)
    moved = client.post(url, choice(there, 6, 5, {**seen, "look": "day"})).context["form"]
    assert moved["until"].value() == f"{in_days(8, 9):%Y-%m-%d}"


def test_the_form_opens_on_the_first_day_that_can_be(client, kit, there):
    """From another space than its own it must be brought first, which takes days."""
    client.force_login(UserFactory())
    url = reverse("spaces:lend", args=[kit.pk])
    for place in (kit.space, there):
        page = client.get(url, {"place": place.slug})
        assert page.context["outlook"].refusal is None
    assert page.context["outlook"].start > in_days(1, 20)


def test_space_pages_offer_equipment_and_booking_pages_link_it(client, kit, there):
    page = client.get(there.get_absolute_url())
    assert f"{reverse('spaces:lend', args=[kit.pk])}?place={there.slug}" in page.text
    answer = client.get(reverse("spaces:book", args=[kit.space.slug]), {"resource": kit.slug})
    assert (answer.status_code, answer.url) == (302, reverse("spaces:lend", args=[kit.pk]))
    assert client.get(reverse("spaces:lend", args=[ResourceFactory().pk])).status_code == 404


def test_a_loan_is_changed_on_its_own_page(client, kit, there):
    booking = lend(kit, there, 3)
    url = reverse("spaces:loan_move", args=[booking.reference])
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.force_login(booking.user)
    assert client.get(reverse("spaces:booking_move", args=[booking.reference])).url == url
    unchanged = client.post(url, choice(there, 3, 3, {"purpose": ""}), follow=True)
    assert "Vous n’avez rien changé" in unchanged.text
    reworded = client.post(url, choice(there, 3, 3, {"purpose": "Tournage"}), follow=True)
    assert "Vous n’avez rien changé" not in reworded.text and "Tournage" in reworded.text
    moved = client.post(url, choice(kit.space, 1, 2), follow=True)
    assert moved.redirect_chain[0][0] == booking.get_absolute_url()
    assert "Vous n’avez rien changé" not in moved.text
    booking.refresh_from_db()
    assert (booking.place, booking.start) == (kit.space, in_days(1, 9))


def test_the_page_of_a_loan_says_whether_it_is_still_out(client, kit):
    booking = began_today(lend(kit, kit.space, 3))
    by = manager_of(kit.space)
    client.force_login(by)
    cancel = reverse("spaces:booking_cancel", args=[booking.reference])

    def said():
        text = client.get(booking.get_absolute_url()).text
        return ["Vous l’avez" in text, "Noter le retour" in text, cancel in text]

    hand_over(booking=booking, by=by)
    assert said() == [True, False, False]
    take_back(booking=booking, space=kit.space, by=by)
    assert said() == [False, True, True]


def test_a_loan_asks_for_no_check_in(client, kit):
    booking = began_today(lend(kit, kit.space, 3))
    client.force_login(booking.user)
    for address in ("/fr/me/", booking.get_absolute_url()):
        text = client.get(address).text
        assert "Kit" in text
        assert "En arrivant" not in text


@pytest.mark.parametrize("kits", [1, 3])
def test_the_list_costs_the_same_for_one_piece_and_three(client, django_assert_num_queries, there, kits):
    for number in range(kits):
        lend(EquipmentFactory(space__name=f"Home {number}"), there, 3)
    with django_assert_num_queries(5):
        answer = client.get(reverse("spaces:equipment"))
    assert answer.text.count("Home ") >= kits


# --- the managers ---


def test_managers_note_each_handover(client, kit, home, there):
    booking = began_today(lend(kit, there, 3))
    page = reverse("admin:spaces_resource_equipment")
    unit = kit.units.get()
    client.force_login(manager_of(there))
    shown = client.get(page)
    assert shown.status_code == 200
    assert str(booking.user) in shown.text
    bring_url = reverse("admin:spaces_resource_bring", args=[unit.pk])
    assert client.post(bring_url, {"space": home.pk}).status_code == 400
    assert client.post(bring_url, {"space": there.pk, "note": "Complete"}).url == page
    assert client.post(reverse("admin:spaces_resource_hand_over", args=[booking.pk])).url == page
    client.force_login(manager_of(home))
    assert client.get(bring_url).status_code == 404
    back = reverse("admin:spaces_resource_return", args=[booking.pk])
    assert client.post(back, {"space": home.pk, "note": "A lamp is broken"}).url == page
    notes = Handover.objects.order_by("pk").values_list("kind", "space__name", "by", "note")
    assert list(notes) == [
        ("brought", "There", manager_of(there).pk, "Complete"),
        ("lent", "There", manager_of(there).pk, ""),
        ("returned", "Home", manager_of(home).pk, "A lamp is broken"),
    ]
    assert "A lamp is broken" in client.get(page).text


def test_the_home_manager_lends_to_a_guest_and_arranges_the_journey(client, kit, home, there):
    url = reverse("admin:spaces_resource_lend", args=[kit.pk])
    sent = {"place": there.slug, "day": f"{in_days(1, 9):%Y-%m-%d}", "until": f"{in_days(2, 9):%Y-%m-%d}"}
    sent |= {"start": "09:00", "end": "17:00", "guest_name": "Ana", "guest_language": "nl"}
    client.force_login(manager_of(there))
    assert (client.get(url).status_code, client.post(url, sent).status_code) == (404, 404)
    client.force_login(manager_of(home))
    refused = client.post(url, {**sent, "end": "23:00", "look": "end"}).context["outlook"].refusal
    assert (refused, client.post(url, {**sent, "end": "23:00"}).status_code) == (None, 409)
    page = Page(client.post(url, {**sent, "look": "end"}).text, url)
    assert "Ana" in page.text
    assert f"Retrait et retour {there.name}" in page.text
    changed = client.post(url, page.form(url).data(until=f"{in_days(3, 9):%Y-%m-%d}"))
    assert (changed.status_code, Booking.objects.count()) == (409, 0)
    assert client.post(url, page.form(url).data()).url == reverse("admin:spaces_resource_equipment")
    booking = Booking.objects.get()
    assert (booking.guest_name, booking.place, booking.end) == ("Ana", there, in_days(2, 17))


def test_a_loan_of_somebody_without_an_address_is_changed_without_the_promise_of_a_mail(client, kit, home, there):
    manager = manager_of(home)
    span = {"start": in_days(3, 9), "end": in_days(3, 17)}
    asked = BookingRequest(resource=kit, place=there, guest_name="Ana", **span)
    loan = book(asked=asked, by=manager, as_manager=True)
    client.force_login(manager)
    url = reverse("spaces:loan_move", args=[loan.reference])
    page = Page(client.get(url).text, url)
    assert "Prévenez la personne vous-même" in page.text and "Immédiate, par e-mail" not in page.text
    moved = Page(client.post(url, {"look": "end", **page.form(url).data(end="16:00")}).text, url)
    done = Page(client.post(url, moved.form(url).data(), follow=True).text).text
    assert "L’emprunt est modifié." in done and "Ana" in done and "arrive par e-mail" not in done


def test_a_refused_loan_offers_the_next_days_and_keeps_the_form(client, kit, home, there):
    lend(kit, home, 3)
    client.force_login(manager_of(home))
    for url in (reverse("admin:spaces_resource_lend", args=[kit.pk]), reverse("spaces:lend", args=[kit.pk])):
        page = client.post(url, {**choice(home, 2, 3), "guest_name": "Ana", "look": "hours"})
        assert "Kit : déjà emprunté à ce moment. Choisissez d’autres jours." in Page(page.text).text
        offers = [f"{in_days(days, 9):%Y-%m-%d} 09:00 {in_days(days + 1, 9):%Y-%m-%d} 17:00" for days in (4, 5, 6)]
        form = Page(page.text, url).form(url)
        assert [value for name, value in form.buttons if name == "pick"] == offers
        page = client.post(url, form.data(pick=offers[0]))
        assert page.context["outlook"].refusal is None
        sent = Page(page.text, url).form(url).data()
        assert (sent["day"], sent["until"]) == ([offers[0][:10]], [offers[0][17:27]])
        assert sent.get("guest_name", ["Ana"]) == ["Ana"]


def test_a_requested_loan_says_where_it_is_taken_over(client, kit, home, there):
    Resource.objects.filter(pk=kit.pk).update(needs_approval=True)
    lend(kit, there, 3)
    client.force_login(manager_of(home))
    assert "Retrait : There" in " ".join(Page(client.get(reverse("admin:index")).text).text.split())


def test_another_manager_sees_the_equipment_but_cannot_change_it(client, kit, there):
    booking = began_today(lend(kit, there, 3))
    other = SpaceFactory(managers=[UserFactory()])
    client.force_login(manager_of(other))
    shown = client.get(reverse("admin:spaces_resource_equipment"))
    assert "Kit" in shown.text
    assert str(booking.user) not in shown.text
    addresses = [
        reverse("admin:spaces_resource_bring", args=[kit.units.get().pk]),
        reverse("admin:spaces_resource_hand_over", args=[booking.pk]),
        reverse("admin:spaces_resource_return", args=[booking.pk]),
        reverse("admin:spaces_resource_change", args=[kit.pk]),
        reverse("admin:spaces_booking_change", args=[booking.pk]),
    ]
    for url in addresses:
        assert (client.get(url).status_code, client.post(url, {"space": other.pk}).status_code) == (404, 404)
    assert not Handover.objects.exists()
    client.force_login(UserFactory())
    assert client.get(reverse("admin:spaces_resource_equipment")).status_code in {302, 404}


@pytest.mark.parametrize("kits", [1, 3])
def test_the_managers_page_costs_the_same_for_one_piece_and_three(client, django_assert_num_queries, there, kits):
    for _number in range(kits):
        kit = EquipmentFactory()
        lend(kit, there, 3)
        bring(unit=kit.units.get(), from_space=kit.space, space=there, by=manager_of(there))
    client.force_login(manager_of(there))
    with django_assert_num_queries(8):
        client.get(reverse("admin:spaces_resource_equipment"))


def test_booked_equipment_neither_begins_nor_ceases_to_travel(client, kit, home, there):
    lend(kit, there, 3)
    client.force_login(manager_of(home))
    url = reverse("admin:spaces_resource_change", args=[kit.pk])
    form = client.get(url).context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value is not None and value is not False}
    rows = {f"{rows}-{name}_FORMS": "0" for rows in ("plan", "units", "holds") for name in ("TOTAL", "INITIAL")}
    answer = client.post(url, {**{name: value for name, value in sent.items() if name != "travels"}, **rows})
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["travels"]
    assert client.post(url, {**sent, **rows}).status_code == 302
