"""A manager writes, previews, sends, watches and stops; and nothing of another space is theirs."""

from email.utils import getaddresses

import pytest
from django.urls import reverse

from events.tests.factories import EventFactory, RegistrationFactory
from hacktiv.mailings.enums import MailingState
from hacktiv.mailings.models import Mailing
from hacktiv.mailings.operations import expand
from hacktiv.mailings.operations.writing import Words
from hacktiv.mailings.queries import fingerprint_of
from hacktiv.mailings.queries.audience import addressees
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from members.enums import ConsentPurpose, NetworkRoleKind
from members.profiles.operations import choose_news
from members.tests.factories import NetworkRoleFactory, OrganisationFactory, UserFactory
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory

from .factories import a_draft, members_of, sent_off

pytestmark = pytest.mark.django_db

FRENCH = {"sort": "service", "topic": "", "subject_fr": "Travaux", "text_fr": "La **salle** ferme."}
WRITE = "admin:mailings_mailing_add"
QUERIES_OF_THE_LIST, QUERIES_OF_THE_RECIPIENTS, QUERIES_OF_THE_PREVIEW = 9, 10, 8


@pytest.fixture
def manager(client):
    person = UserFactory()
    client.force_login(person)
    return person


@pytest.fixture
def space(manager):
    return SpaceFactory(name="La Ferme", managers=[manager])


def page(name, mailing, *more):
    return reverse(f"admin:mailings_mailing_{name}", args=[mailing.pk, *more])


def test_a_manager_writes_to_members_and_sends_after_a_look(client, space, mailoutbox):
    people = members_of(space, 2)
    answer = client.post(reverse(WRITE), {"space": space.pk, **FRENCH})
    mailing = Mailing.objects.get()
    assert answer.url == page("change", mailing)
    shown = client.get(answer.url)
    assert "2 personnes" in shown.text or "2 people" in shown.text
    asked = client.get(page("send", mailing), {"seen": shown.context["seen"]})
    assert 'name="expected" value="2"' in " ".join(asked.text.split())
    sure = {"expected": "2", "seen": asked.context["seen"]}
    assert client.post(page("send", mailing), sure).url == page("change", mailing)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.SENDING
    expand(mailing_id=mailing.pk)
    send_due()
    written_to = {address for mail in mailoutbox for _name, address in getaddresses(mail.to)}
    assert (len(mailoutbox), written_to) == (2, {person.email for person in people})


def test_the_preview_says_who_gets_which_language_and_who_none(client, space):
    members_of(space, 2, language="nl")
    MembershipFactory(space=space, user=UserFactory(verified=False))
    context = client.get(page("change", a_draft(space))).context
    assert (context["reach"].written_to, context["reach"].total) == (2, 3)
    assert len(context["readers"]) == 1
    assert context["preview"]["subject"] == "Travaux jeudi"


def test_the_frame_shows_the_mail_in_each_language_with_a_policy_of_its_own(client, space):
    mailing = a_draft(space)
    frame = client.get(page("mail", mailing, "nl"))
    assert "<strong>salle</strong>" in frame.text
    assert 'lang="fr"' in frame.text
    assert "default-src 'none'" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(page("mail", mailing, "xx")).status_code == 404


def test_a_test_is_mailed_to_the_author_alone(client, manager, space, mailoutbox):
    members_of(space, 2)
    client.post(page("test", a_draft(space)))
    send_due()
    assert [manager.email in mail.to[0] for mail in mailoutbox] == [True]


def test_a_draft_is_changed_with_what_it_has(client, space):
    mailing = a_draft(space, languages=("fr",), states=("paused",))
    form = client.get(page("edit", mailing)).context["form"]
    assert form["subject_fr"].value() == "Travaux jeudi"
    assert (form["languages"].value(), form["states"].value()) == (["fr"], ["paused"])
    typed = {"space": space.pk, **FRENCH, "states": ["active"], "drawn_from": fingerprint_of(mailing)}
    client.post(page("edit", mailing), typed)
    mailing.refresh_from_db()
    assert mailing.selection == {"states": ["active"]}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"subject_fr": ""}, "subject_fr"),
        ({"text_fr": ""}, "text_fr"),
        ({"sort": "news"}, "topic"),
        ({"sort": "poem"}, "sort"),
        ({"subject_fr": "Un\x07"}, "subject_fr"),
        ({"subject_fr": "x" * 121}, "subject_fr"),
        ({"states": ["ended"]}, "states"),
        ({"people": "x" * 20_001}, "people"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, space, typed, field):
    answer = client.post(reverse(WRITE), {"space": space.pk, **FRENCH, **typed})
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {field}
    assert not Mailing.objects.exists()


def test_a_form_without_any_words_says_so(client, space):
    answer = client.post(reverse(WRITE), {"space": space.pk, "sort": "service"})
    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors()


def test_the_people_on_an_events_list_are_written_to_from_its_page(client, space):
    event = EventFactory(space=space)
    registration = RegistrationFactory(event=event)
    listed = client.get(reverse("admin:events_event_registrations", args=[event.pk]))
    link = f"{reverse(WRITE)}?event={event.pk}"
    assert link in listed.text
    client.post(link, FRENCH)
    mailing = Mailing.objects.get()
    assert (mailing.event, mailing.space, mailing.audience) == (event, space, "registrants")
    sent_off(mailing)
    assert Message.objects.get(about=mailing.about).to_email == registration.person_email


def test_ticked_members_are_written_to_from_their_list(client, space):
    first, second, _third = (MembershipFactory(space=space) for _each in range(3))
    typed = {"action": "write_to_selected", "_selected_action": [first.pk, second.pk]}
    answer = client.post(reverse("admin:spaces_membership_changelist"), typed)
    shown = client.get(answer.url)
    assert shown.context["chosen"] == 2
    client.post(answer.url, {"space": space.pk, **FRENCH, "people": shown.context["form"]["people"].value()})
    assert set(Mailing.objects.get().selection["people"]) == {first.user_id, second.user_id}


def test_progress_asks_again_by_itself_until_all_is_over(client, space, mailoutbox):
    members_of(space, 2)
    mailing = sent_off(a_draft(space))
    assert 'http-equiv="refresh"' in client.get(page("change", mailing)).text
    send_due(limit=1)
    assert client.get(page("change", mailing)).context["progress"].sent == 1
    assert client.post(page("stop", mailing)).url == page("change", mailing)
    mailing.refresh_from_db()
    assert mailing.state == MailingState.STOPPED
    numbers = {"": 2, "sent": 1, "waiting": 0, "trouble": 0, "not_sent": 1, "left_out": 0, "nonsense": 2}
    for shown, number in numbers.items():
        listed = client.get(page("recipients", mailing), {"show": shown}).context["recipients"]
        assert len(listed) == number, shown


def test_a_second_click_on_send_says_that_it_leaves_already(client, space):
    members_of(space, 1)
    mailing = a_draft(space)
    sure = {"expected": "1", "seen": fingerprint_of(mailing, 1)}
    client.post(page("send", mailing), sure)
    answer = client.post(page("send", mailing), sure, follow=True)
    assert answer.redirect_chain[-1][0] == page("change", mailing)
    expand(mailing_id=mailing.pk)
    assert Message.objects.filter(about=mailing.about).count() == 1


def test_another_number_than_was_read_is_asked_for_again(client, space):
    members_of(space, 2)
    mailing = a_draft(space)
    for number in ("1", "", "-1", "x", "9" * 30):
        for seen in (fingerprint_of(mailing, 1), fingerprint_of(mailing, 2)):
            answer = client.post(page("send", mailing), {"expected": number, "seen": seen})
            assert answer.url == page("change", mailing)
    mailing.refresh_from_db()
    assert mailing.is_draft


def test_only_a_draft_is_deleted(client, space):
    members_of(space, 1)
    draft, left = a_draft(space), sent_off(a_draft(space))
    client.post(page("delete", draft), {"post": "yes"})
    assert client.post(page("delete", left), {"post": "yes"}).status_code == 404
    assert list(Mailing.objects.all()) == [left]


# --- who may ---


def test_nothing_of_another_space_is_found(client, space):
    other = SpaceFactory()
    theirs = a_draft(other)
    for name, more in (("change", ()), ("edit", ()), ("mail", ("fr",)), ("send", ()), ("recipients", ())):
        assert client.get(page(name, theirs, *more)).status_code == 404, name
    for name in ("edit", "test", "send", "stop"):
        assert client.post(page(name, theirs), {**FRENCH, "expected": "0"}).status_code == 404, name
    event = EventFactory(space=other)
    assert client.get(f"{reverse(WRITE)}?event={event.pk}").status_code == 404
    assert client.post(f"{reverse(WRITE)}?event={event.pk}", FRENCH).status_code == 404
    assert client.get(f"{reverse(WRITE)}?event=abc").status_code == 404


def test_another_space_its_kinds_and_the_network_cannot_be_chosen(client, space):
    other = SpaceFactory()
    kind = MembershipKindFactory(space=other)
    tries = ({"space": other.pk}, {"space": ""}, {"space": space.pk, "kinds": [kind.pk]})
    for wish in tries:
        assert client.post(reverse(WRITE), {**FRENCH, **wish}).status_code == 400
    assert not Mailing.objects.exists()


def test_members_through_an_organisation_are_written_to_alone(client, space):
    assert "organisations" not in client.get(reverse(WRITE)).context["form"].fields
    through = MembershipFactory(space=space, organisation=OrganisationFactory())
    MembershipFactory(space=space)
    elsewhere = MembershipFactory(organisation=OrganisationFactory()).organisation
    wish = {**FRENCH, "space": space.pk}
    assert client.post(reverse(WRITE), {**wish, "organisations": [elsewhere.pk]}).status_code == 400
    client.post(reverse(WRITE), {**wish, "organisations": [through.organisation.pk]})
    assert [one.email for one in addressees(Mailing.objects.get())] == [through.user.email]


def test_names_of_the_networks_members_are_for_its_administrators(client):
    MembershipFactory(user__first_name="Zénobie")
    mailing = sent_off(a_draft(None, by=UserFactory()))
    coordinator, superuser = UserFactory(coordinates=True), UserFactory(superuser=True)
    administrator = NetworkRoleFactory(role=NetworkRoleKind.ADMINISTRATOR).user
    for user, reads in ((coordinator, False), (administrator, True), (superuser, True)):
        client.force_login(user)
        progress = client.get(page("change", mailing))
        assert progress.context["progress"].waiting == 1
        assert (page("recipients", mailing) in progress.text) is reads
        answer = client.get(page("recipients", mailing))
        assert answer.status_code == (200 if reads else 404)
        assert ("Zénobie" in answer.text) is reads


def test_the_coordinator_writes_for_the_network_alone(client):
    client.force_login(UserFactory(coordinates=True))
    space = SpaceFactory()
    assert client.post(reverse(WRITE), {**FRENCH, "space": space.pk}).status_code == 400
    assert client.post(reverse(WRITE), {**FRENCH, "space": ""}).status_code == 302
    assert Mailing.objects.get().space is None
    assert client.get(page("change", a_draft(space))).status_code == 404


def test_a_manager_does_not_see_the_networks_mailings(client, space):
    assert client.get(page("change", a_draft(None))).status_code == 404


def test_a_member_finds_no_such_page(client):
    client.force_login(UserFactory())
    assert client.get(reverse(WRITE)).status_code in {302, 404}


# --- leaving ---


def news_to(person, space):
    choose_news(user=person, topics=[ConsentPurpose.NEWS_SPACE, ConsentPurpose.NEWS_EVENTS])
    return sent_off(a_draft(space, topic=ConsentPurpose.NEWS_SPACE))


def test_one_click_leaves_the_topic_and_keeps_the_others(client, mailoutbox):
    space = SpaceFactory()
    [person] = members_of(space, 1)
    news_to(person, space)
    send_due()
    [mail] = mailoutbox
    link = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in mail.body
    assert link in mail.alternatives[0].content
    address = link.partition("localhost:8000")[2] or "/" + link.split("/", 3)[3]
    assert client.get(address).context["gets_it"]
    assert client.get(address).context["gets_it"]  # to open it changes nothing
    answer = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert not client.get(address).context["gets_it"]
    current = person.consents.filter(withdrawn_at=None)
    assert list(current.values_list("purpose", flat=True)) == [ConsentPurpose.NEWS_EVENTS]
    assert client.post(address).status_code == 302


def test_a_forged_link_and_that_of_an_erased_person(client):
    space = SpaceFactory()
    [person] = members_of(space, 1)
    news_to(person, space)
    assert client.get("/fr/news/forged/").status_code == 404
    assert client.post("/fr/news/forged/").status_code == 404


def test_news_are_not_sent_to_who_left_meanwhile(mailoutbox):
    space = SpaceFactory()
    [person] = members_of(space, 1)
    mailing = news_to(person, space)
    choose_news(user=person, topics=[])
    send_due()
    assert mailoutbox == []
    assert Message.objects.get(about=mailing.about).state == "dropped"


def test_a_service_message_says_why_and_has_no_way_to_leave(mailoutbox):
    space = SpaceFactory(name="La Ferme", contact_email="ferme@ardenne.example")
    members_of(space, 1)
    sent_off(a_draft(space))
    send_due()
    [mail] = mailoutbox
    assert "List-Unsubscribe" not in mail.extra_headers
    assert mail.reply_to == ["ferme@ardenne.example"]
    assert "La Ferme" in mail.body.rpartition("fermée jeudi")[2]


def test_hostile_words_stay_words(client, space):
    members_of(space, 1)
    words = {"fr": Words("=cmd|' /C calc'!A0 <b>", "<script>alert(1)</script> [x](javascript:alert(1)) 🎨")}
    mailing = a_draft(space, words=words)
    frame = client.get(page("mail", mailing, "fr")).text
    assert "<script" not in frame
    assert "&lt;script&gt;" in frame
    assert 'href="javascript' not in frame
    assert client.get(page("change", mailing)).status_code == 200


# --- cost ---


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_and_the_recipients_cost_the_same_however_many(client, space, django_assert_num_queries, rows):
    members_of(space, rows)
    event = EventFactory(space=space)
    for _each in range(rows):
        a_draft(event=event)
        mailing = sent_off(a_draft(space))
    client.get(reverse("admin:mailings_mailing_changelist"))
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get(reverse("admin:mailings_mailing_changelist"))
    with django_assert_num_queries(QUERIES_OF_THE_RECIPIENTS):
        client.get(page("recipients", mailing))


@pytest.mark.parametrize("people", [1, 3])
def test_the_preview_costs_the_same_however_many_people(client, space, django_assert_num_queries, people):
    members_of(space, people)
    mailing = a_draft(space)
    client.get(page("change", mailing))
    with django_assert_num_queries(QUERIES_OF_THE_PREVIEW):
        client.get(page("change", mailing))
