"""Staff register somebody by an address, and learn nothing of who has an account elsewhere."""

from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone

from events.attendance.operations import add_walk_in, check_in_oneself
from events.core.files.tickets import screen_code
from events.errors import EventError
from events.models import Event, Registration
from events.programme.operations import add_speaker, answer_invitation, remove_contents
from events.registering.operations import register, register_person, take_over
from events.tests.factories import EventFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.models import User
from members.tests.factories import UserFactory
from spaces.tests.factories import manager_of
from tests.alike import shown, told

from .helpers import begun, step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]

ACCOUNT, NOBODY = "elsa.ailleurs@example.org", "nils.nullepart@example.org"


@pytest.fixture
def elsewhere():
    """Somebody with an account, of none of the manager's spaces."""
    return UserFactory(email=ACCOUNT, first_name="Elsa", last_name="Vandersecret", language="nl", residence="FR")


@pytest.fixture
def event(space):
    return EventFactory(space=space, seats_held=1, capacity=9)


def people_seen(client):
    return [
        told(client.get(reverse("admin:members_user_changelist"), {"q": words, "show": "all"}), ACCOUNT)
        for words in ("", "vander")
    ]


def all_that_is_seen(client, event, address):
    """Register the address, and return every page on which the manager then reads of it. The row is deleted."""
    wish = {"name": "Madame E.", "email": address, "language": "fr"}
    page = reverse("admin:events_event_register", args=[event.pk])
    seen = [shown(client.post(page, wish, follow=True), address)]
    registration = Registration.objects.get(guest_email=address)
    pages = [
        client.post(page, wish),
        client.get(reverse("admin:events_registration_changelist")),
        client.get(reverse("admin:events_registration_changelist"), {"q": address}),
        client.get(reverse("admin:events_registration_change", args=[registration.pk])),
        client.get(reverse("admin:events_event_change", args=[event.pk])),
        client.get(reverse("admin:events_event_registrations", args=[event.pk])),
        client.get(reverse("admin:events_event_registration", args=[event.pk, registration.pk])),
        client.get(reverse("admin:events_event_registrations_file", args=[event.pk, "csv"])),
        client.get(reverse("admin:events_registration_history", args=[registration.pk])),
        client.get(reverse("admin:events_event_history", args=[event.pk])),
        client.get(reverse("admin:events_event_messages", args=[event.pk])),
        client.get(reverse("admin:events_event_attendance", args=[event.pk])),
        client.get(reverse("admin:events_event_answers", args=[event.pk])),
        client.get(reverse("events:event", args=[event.slug])),
    ]
    seen += [shown(answer, address) for answer in pages]
    seen.append(Registration.objects.filter(pk=registration.pk).values("user", "guest_name", "side", "language").get())
    registration.delete()
    Message.objects.all().delete()
    return seen


@pytest.mark.long
def test_a_manager_sees_the_same_whether_an_address_has_an_account_or_not(client, event, elsewhere):
    before = people_seen(client)
    nobody, account = [all_that_is_seen(client, event, address) for address in (NOBODY, ACCOUNT)]
    for one, other in zip(nobody, account, strict=True):
        assert one == other
    register_person(event=event, name="Madame E.", email=ACCOUNT, language="fr", by=manager_of(event.space))
    assert people_seen(client) == before
    assert "Vandersecret" not in repr([account, before])


def test_a_walk_in_by_address_bears_no_account_either(space, manager, elsewhere):
    rows = []
    for address in (NOBODY, ACCOUNT):
        came = add_walk_in(event=begun(space), by=manager, name="Madame E.", email=address)
        kept = Registration.objects.filter(pk=came.registration_id).values("user", "guest_name", "side").get()
        rows.append({**kept, "residence": came.residence, "home": came.home_space})
    assert rows[0] == rows[1]


@pytest.fixture
def registration(event, manager, elsewhere):
    return register_person(event=event, name="Madame E.", email=ACCOUNT, language="fr", by=manager)


def test_the_person_is_told_in_their_language_without_the_name_that_was_typed(registration):
    message = Message.objects.get(template="events.confirmation", to_email=ACCOUNT)
    assert (message.language, message.to_name) == ("nl", "")


def test_it_stands_on_the_persons_own_page_and_calendar(client, registration, elsewhere):
    client.force_login(elsewhere)
    assert registration.event.title_fr in client.get("/fr/me/").content.decode()
    with pytest.raises(EventError) as caught:
        register(event=registration.event, user=elsewhere)
    assert caught.value.code == "already_registered"


def test_the_person_takes_it_over(client, registration, elsewhere):
    client.force_login(elsewhere)
    page = reverse("events:registration", args=[registration.token])
    assert "take-over" in client.get(page).content.decode()
    client.post(reverse("events:take_over", args=[registration.token]))
    registration.refresh_from_db()
    assert (registration.user, registration.guest_name, registration.guest_email, registration.side) == (
        elsewhere,
        "",
        "",
        "FR",
    )


def test_nobody_takes_over_what_was_made_for_another_address(client, registration):
    client.force_login(UserFactory())
    assert client.post(reverse("events:take_over", args=[registration.token])).status_code == 404
    assert take_over(registration=registration, user=UserFactory()).user is None


def test_who_checks_in_by_themselves_takes_it_over(registration, elsewhere):
    event = registration.event
    event.starts_at, event.ends_at = timezone.now(), timezone.now() + timezone.timedelta(hours=1)
    event.save()
    check_in_oneself(registration=registration, code=screen_code(event), user=elsewhere)
    registration.refresh_from_db()
    assert (registration.user, registration.participation.residence) == (elsewhere, "FR")


def test_a_registration_of_ones_own_is_no_news_to_the_manager(client, event, elsewhere):
    """A person who registered by themselves stands on the event's list: there a refusal tells nothing."""
    register(event=event, user=elsewhere)
    step(client, "register", event, {"name": "E.", "email": ACCOUNT, "language": "fr"}, status=200)
    assert User.objects.get(email=ACCOUNT).registrations.count() == 1


def test_two_addresses_of_one_person_are_not_told_to_be_one(event, manager, elsewhere):
    register_person(event=event, name="E.", email=ACCOUNT, language="fr", by=manager)
    User.objects.filter(pk=elsewhere.pk).update(email="elsa.nouvelle@example.org")
    other = register_person(event=event, name="E.", email="elsa.nouvelle@example.org", language="fr", by=manager)
    assert other.is_standing
    came = add_walk_in(event=begun(event.space), by=manager, name="E.", email=ACCOUNT)
    again = add_walk_in(event=came.event, by=manager, name="E.", email="elsa.nouvelle@example.org")
    assert again.registration != came.registration


# --- speakers ---


def speakers_seen(client, event, address):
    """Name the speaker of the address, and return every page on which the manager then reads of it; delete the row."""
    page = reverse("admin:events_event_speakers", args=[event.pk])
    wish = {"name": "Madame E.", "email": address, "about": "maraîchère"}
    seen = [shown(client.post(page, wish, follow=True), address)]
    pages = [
        client.post(page, wish, follow=True),
        client.get(page),
        client.get(event.get_absolute_url()),
        client.get(reverse("admin:events_event_sheet", args=[event.pk])),
        client.get(reverse("admin:events_event_messages", args=[event.pk])),
        client.get(reverse("admin:events_event_history", args=[event.pk])),
    ]
    seen += [shown(answer, address) for answer in pages]
    speaker = event.speakers.get()
    seen.append(event.speakers.values("user", "guest_name", "state", "language").get())
    speaker.delete()
    Message.objects.all().delete()
    return seen


def test_a_manager_names_an_address_and_sees_the_same_whether_it_has_an_account_or_not(client, event, elsewhere):
    before = people_seen(client)
    nobody, account = [speakers_seen(client, event, address) for address in (NOBODY, ACCOUNT)]
    for one, other in zip(nobody, account, strict=True):
        assert one == other
    assert people_seen(client) == before
    assert "Vandersecret" not in repr([account, before])


@pytest.fixture
def invited(event, manager, elsewhere):
    return add_speaker(event=event, name="Madame E.", email=ACCOUNT, about="maraîchère", by=manager, language="fr")


def test_nothing_is_shown_until_the_person_agrees(client, event, invited, elsewhere):
    client.logout()
    assert (event.speaker_names, "Madame E." in client.get(event.get_absolute_url()).content.decode()) == ("", False)
    client.force_login(elsewhere)
    link = reverse("events:speak", args=[invited.token])
    assert link in client.get(reverse("portal:me")).content.decode()
    assert client.get(link).status_code == 200
    client.post(link, {"answer": "yes"})
    invited.refresh_from_db()
    assert (invited.user, invited.guest_name, invited.state) == (elsewhere, "", "agreed")
    assert "<strong>Elsa Vandersecret</strong>, maraîchère" in client.get(event.get_absolute_url()).content.decode()
    client.post(link, {"answer": "no"})
    assert event.speaker_names == ""
    client.logout()
    assert client.get(link)["Location"] == f"{reverse('account_login')}?next={quote(link)}"


def test_a_person_without_account_answers_by_the_link(client, event, manager):
    speaker = add_speaker(event=event, name="Nils", email=NOBODY, by=manager)
    client.logout()
    assert event.speaker_names == ""
    client.post(reverse("events:speak", args=[speaker.token]), {"answer": "yes"})
    assert event.speaker_names == "Nils"
    assert Message.objects.filter(template="events.speaker", to_email=NOBODY).exists()
    client.post(reverse("events:speak", args=[speaker.token]), {"answer": "no"})
    assert event.speaker_names == ""


def test_the_invitation_is_in_the_persons_language_and_repeats_nothing_typed(invited, mailoutbox):
    message = Message.objects.get(to_email=ACCOUNT)
    assert (message.template, message.language, message.to_name) == ("events.speaker_invited", "nl", "")
    send_due()
    (mail,) = mailoutbox
    for text in (mail.subject, mail.body, mail.alternatives[0][0]):
        assert "Madame" not in text and "maraîchère" not in text
    assert invited.token in mail.body


def test_a_forged_link_and_that_of_a_speaker_without_address_open_nothing(client, event, invited, manager):
    named = add_speaker(event=event, name="Aline Petit", by=manager)
    assert event.speaker_names == "Aline Petit"
    for token in (named.token, f"{invited.pk}~forged", "x"):
        assert client.get(reverse("events:speak", args=[token])).status_code == 404


def test_an_answer_after_the_event_is_refused(client, invited):
    Event.objects.update(state="cancelled")
    link = reverse("events:speak", args=[invited.token])
    assert client.post(link, {"answer": "yes"}).status_code == 409


def said(client, event, **wish):
    """Post the form of the speakers; return the messages in French, or the errors of the form."""
    page = reverse("admin:events_event_speakers", args=[event.pk])
    answer = client.post(page, wish, follow=True)
    if answer.redirect_chain:
        return [str(message).replace("\u00a0", " ") for message in answer.context["messages"]]
    return answer.context["form"].errors


INVITED = ["L’invitation est envoyée à cette adresse : le nom est montré dès que la personne accepte."]


def test_a_manager_is_told_what_became_of_an_invitation(client, event):
    wish = {"name": "Nils", "email": NOBODY}
    assert said(client, event, **wish) == INVITED
    assert said(client, event, **wish) == ["Cette personne est déjà invitée : elle n’a pas encore répondu."]
    speaker = event.speakers.get()
    answer_invitation(speaker=speaker, agrees=True)
    assert said(client, event, **wish) == ["Cette personne intervient déjà."]
    assert said(client, event, remove=speaker.pk) == ["C’est noté."]


def test_who_declined_is_not_invited_again(client, event):
    wish = {"name": "Nils", "email": NOBODY}
    said(client, event, **wish)
    speaker = event.speakers.get()
    answer_invitation(speaker=speaker, agrees=False)
    declined = ["Cette personne a décliné : elle n’est pas invitée une seconde fois."]
    assert said(client, event, **wish) == declined
    assert list(said(client, event, remove=speaker.pk)) == ["__all__"]
    with pytest.raises(EventError) as refusal:
        remove_contents(event=event, rows=[speaker], by=None)
    assert refusal.value.code == "declined"
    assert said(client, event, **wish) == declined
    page = client.get(reverse("admin:events_event_speakers", args=[event.pk])).content.decode()
    assert "Nils" in page and 'name="remove"' not in page
    assert Message.objects.filter(to_email=NOBODY).count() == 1


def test_the_link_of_a_removed_speaker_says_that_the_invitation_is_over(client, event, invited, manager):
    link = reverse("events:speak", args=[invited.token])
    remove_contents(event=event, rows=[invited], by=manager)
    client.logout()
    for answer in (client.get, client.post):
        page = answer(link, {"answer": "yes"})
        assert page.status_code == 410
        assert "Cette invitation n’est plus valable" in page.content.decode()


def test_a_speaker_without_an_address_is_named_once_somebody_has_asked_them(client, event):
    assert list(said(client, event, name="Aline Petit")) == ["asked"]
    assert event.speaker_names == ""
    assert said(client, event, name="Aline Petit", asked="on") == ["C’est noté : le nom est montré."]
    assert event.speaker_names == "Aline Petit"
