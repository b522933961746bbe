"""The pages of the spaces, and the form that sends a message to one."""

import pytest
from django.urls import reverse

from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.booking.operations import close
from spaces.models import ContactMessage, TeamMember, TravelTime
from spaces.tests.asking import text
from spaces.tests.factories import FeatureFactory, PhotoFactory, ResourceFactory, SceneFactory, SpaceFactory, in_days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]


# --- the list ---


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_space_and_three(client, django_assert_num_queries, count):
    spaces = SpaceFactory.create_batch(count, with_hours=True)
    SpaceFactory(is_published=False, name="Hidden")
    with django_assert_num_queries(4):
        response = client.get(reverse("spaces:list"))
    assert [space.name for space in response.context["spaces"]] == [space.name for space in spaces]
    assert "Hidden" not in text(response)


def test_an_empty_list_says_what_will_come(client):
    assert "Aucun espace n’est encore ouvert au public" in text(client.get(reverse("spaces:list")))


def test_the_list_says_which_space_has_no_hours_yet(client):
    SpaceFactory()
    assert "Horaires à confirmer" in text(client.get(reverse("spaces:list")))


# --- a space's page ---


@pytest.mark.parametrize("count", [1, 3])
def test_a_spaces_page_costs_the_same_for_one_room_and_three(client, django_assert_num_queries, count):
    space = SpaceFactory(with_hours=True)
    resources = ResourceFactory.create_batch(count, space=space, open_to=[space])
    for resource in resources:
        resource.features.set(FeatureFactory.create_batch(count))
    for days in range(count):
        close(space=space, start=in_days(days + 3, 0), end=in_days(days + 4, 0), reason="Works", by=None)
        PhotoFactory(space=space, resource=resources[0])
        SceneFactory(space=space)
        TravelTime.objects.create(space=space, to_space=SpaceFactory(), mode="car", minutes=25)
        TeamMember.objects.create(space=space, name="Zoé", role="Accueil", has_agreed=True)
    with django_assert_num_queries(15):
        response = client.get(space.get_absolute_url())
    assert response.context["resources"] == resources
    assert len(response.context["closures"]) == count


@pytest.mark.parametrize(("rooms", "folded"), [(6, 0), (8, 2)])
def test_six_of_many_rooms_are_shown_and_the_rest_unfolds(client, rooms, folded):
    space = SpaceFactory(with_hours=True)
    names = {room.name for room in ResourceFactory.create_batch(rooms, space=space)}
    source = client.get(space.get_absolute_url()).content.decode()
    shown, _opening, more = source.partition('<details class="more">')
    headings = [sum(f">{name}</h3>" in part for name in names) for part in (shown, more)]
    assert headings == [6, folded]
    assert (f"Afficher {folded} de plus" in more) == bool(folded)


def test_a_hidden_space_has_no_page(client):
    space = SpaceFactory(is_published=False)
    for url in (
        space.get_absolute_url(),
        reverse("spaces:contact", args=[space.slug]),
        reverse("spaces:book", args=[space.slug]),
    ):
        assert client.get(url).status_code == 404


def test_a_space_without_hours_offers_no_booking(client):
    space = ResourceFactory(space=SpaceFactory()).space
    page = client.get(space.get_absolute_url())
    assert reverse("spaces:book", args=[space.slug]) not in page.content.decode()
    response = client.get(reverse("spaces:book", args=[space.slug]))
    assert response.status_code == 200
    assert "n’a pas encore publié ses heures d’ouverture" in text(response)
    assert response.context["form"] is None


def test_the_address_that_receives_messages_is_never_shown(client):
    space = SpaceFactory(contact_email="secret@example.org", managers=[UserFactory(email="boss@example.org")])
    for url in (space.get_absolute_url(), reverse("spaces:contact", args=[space.slug])):
        content = client.get(url).content.decode()
        assert "secret@example.org" not in content
        assert "boss@example.org" not in content


# --- writing to a space ---


def message(**changes):
    return {"name": "Zoé", "email": "zoe@example.org", "text": "Bonjour <b>vous</b>", "website": "", **changes}


def test_a_message_is_sent_and_the_visitor_told(client):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(), follow=True)
    assert response.redirect_chain == [(space.get_absolute_url(), 302)]
    assert "Votre message est parti" in text(response)
    kept = ContactMessage.objects.get()
    assert (kept.space, kept.name, kept.email, kept.text) == (space, "Zoé", "zoe@example.org", "Bonjour <b>vous</b>")
    assert Message.objects.get().context == {
        "space": space.pk,
        "name": "Zoé",
        "email": "zoe@example.org",
        "text": "Bonjour <b>vous</b>",
        "message": kept.pk,
    }


def test_a_robot_that_fills_every_field_sends_no_mail(client):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(website="http://spam.example"))
    assert (response.status_code, Message.objects.count()) == (302, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "zoe@example.org\nBcc: all@example.org"}, "email"),
        ({"text": " "}, "text"),
        ({"text": "x" * 10_000}, "text"),
        ({"text": "a\0b"}, "text"),
        ({"name": "N" * 10_000}, "name"),
    ],
)
def test_a_faulty_message_is_kept_and_explained(client, changes, field):
    space = SpaceFactory(contact_email="hello@example.org")
    response = client.post(reverse("spaces:contact", args=[space.slug]), message(**changes))
    assert (response.status_code, set(response.context["form"].errors)) == (400, {field})
    assert Message.objects.count() == 0


def test_the_sixth_message_of_an_hour_waits(client):
    space = SpaceFactory(contact_email="hello@example.org")
    url = reverse("spaces:contact", args=[space.slug])
    statuses = [client.post(url, message(text=f"Message {n}")).status_code for n in range(6)]
    assert statuses == [302] * 5 + [429]
    assert Message.objects.count() == 5
