"""A person who brings somebody by an address learns nothing of its owner, and changes nothing that is theirs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.attendance.files.sheets import _in_line
from events.models import Registration
from events.programme.operations import change_capacity
from events.registering.operations import (
    bring_companion,
    cancel_registration,
    confirm_guest,
    register,
    register_guest,
)
from events.tests.factories import EventFactory, GuestRegistrationFactory
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import send_due
from hacktiv.outbox.registry import builder_of
from members.tests.factories import UserFactory
from tests.alike import shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits_spent")]

FREE = "nils.nullepart@example.org"
ACCOUNT = "anna.annuaire@example.org"
MEMBER = "mia.membre@example.org"
GUEST = "gus.gast@example.org"
PENDING = "pia.pending@example.org"
#: The former address of a member who has another one today.
FORMER = "fred.former@example.org"
#: All that the register may hold of an address.
ADDRESSES = [FREE, ACCOUNT, MEMBER, GUEST, PENDING, FORMER]
TOLD = {MEMBER: "nl", GUEST: "en", PENDING: "fr"}


@pytest.fixture
def aline():
    """A person with a seat, who brings the others."""
    event = EventFactory()
    UserFactory(email=ACCOUNT)
    register(event=event, user=UserFactory(email=MEMBER, first_name="Mia", last_name="Secrète", language="nl"))
    GuestRegistrationFactory(event=event, email=GUEST, language="en")
    register_guest(event=event, name="Pia Secrète", email=PENDING, language="fr")
    GuestRegistrationFactory(event=EventFactory(), email=FORMER)
    number = Registration.objects.get(guest_email=FORMER).participant_number
    register(event=event, user=UserFactory(email="fred.today@example.org", participant_number=number))
    return register(event=event, user=UserFactory(email="aline@ardenne.example", language="fr"))


def all_that_is_seen(client, aline, address, *more):
    """Bring the address twice, as by a second click, and give the seat back; return all that the bringer reads.

    `more` are the names of pages that are read besides."""
    before = Message.objects.filter(to_email=aline.user.email).count()
    wish = {"name": "Bram Exemple", "email": address, "residence": "BE"}
    bring, own = (reverse(f"events:{name}", args=[aline.token]) for name in ("bring", "registration"))
    seen = [shown(client.post(bring, wish), address), shown(client.post(bring, wish, follow=True), address)]
    companion = aline.companions.get()
    seen += [shown(client.get(reverse(f"events:{name}", args=[aline.token])), address) for name in more]
    if companion.is_waiting:
        change_capacity(event=aline.event, capacity=aline.event.seats_taken + 1, by=aline.user)
        seen.append(shown(client.get(own), address))
    cancel = reverse("events:cancel_companion", args=[aline.token, companion.pk])
    seen.append(shown(client.post(cancel, follow=True), address))
    aline.event.refresh_from_db()
    mails = Message.objects.filter(to_email=aline.user.email).order_by("pk").values_list("template")[before:]
    seen += [list(mails), aline.event.seats_taken]
    aline.companions.all().delete()
    return seen


@pytest.mark.long
def test_the_bringer_reads_the_same_whoever_has_the_address(client, aline):
    client.force_login(aline.user)
    first, *others = (all_that_is_seen(client, aline, address) for address in ADDRESSES)
    assert [one == first for one in others] == [True] * 5
    assert "Bram Exemple est sur la liste avec vous" in "".join(first[1])


@pytest.mark.long
@pytest.mark.parametrize("address", ADDRESSES[1:])
@pytest.mark.parametrize("is_full", [False, True], ids=["seats", "full"])
def test_each_page_and_mail_is_the_same_whoever_has_the_address(client, aline, address, is_full):
    client.force_login(aline.user)
    aline.event.refresh_from_db()
    seen = []
    for one in (FREE, address):
        if is_full:
            change_capacity(event=aline.event, capacity=aline.event.seats_taken, by=aline.user)
        seen.append(all_that_is_seen(client, aline, one, "registration", "bring", "cancel"))
    assert seen[0] == seen[1]


def test_the_answer_takes_about_as_many_statements_whoever_has_the_address(aline):
    counts = []
    for number, address in enumerate(ADDRESSES):
        with CaptureQueriesContext(connection) as statements:
            companion = bring_companion(registration=aline, name=f"Bram {number}", email=address)
        counts.append(len(statements))
        companion.delete()
    assert max(counts) - min(counts) <= 2, counts


@pytest.mark.parametrize(("address", "language"), TOLD.items())
def test_whoever_is_registered_keeps_their_registration_and_is_told_once(aline, address, language, mailoutbox):
    there = aline.event.registrations.exclude(pk=aline.pk).order_by("pk")
    before = list(there.values())
    send_due()
    mailoutbox.clear()
    bram = bring_companion(registration=aline, name="Bram Exemple", email=address.title())
    rows = there.exclude(pk=bram.pk)
    assert (list(rows.values()), bram.is_confirmed) == (before, True)
    assert (bram.guest_name, bram.guest_email, bram.mailed) == ("Bram Exemple", "", bram)
    assert bram.participant_number not in {row["participant_number"] for row in before}
    assert _in_line(bram) == f"Bram Exemple (avec {aline.person_name})"
    bring_companion(registration=aline, name="Encore", email=address)
    send_due()
    [mail] = mailoutbox
    assert address in mail.to[0]
    heads = {"fr": "Quelqu’un vous amène", "nl": "Iemand brengt u mee", "en": "Somebody brings you along"}
    text = mail.subject + mail.body + mail.alternatives[0][0]
    assert heads[language] in mail.subject
    assert f"/{language}/agenda/registrations/{bram.token}/cancel/" in mail.body
    for word in ("Bram", "Exemple", str(aline.person_name), aline.user.email):
        assert word not in text
    cancel_registration(registration=bram)
    assert list(rows.exclude(guest_name="Encore").values()) == before
    assert builder_of("events.brought_too")({"registration": before[0]["id"], "companion": bram.pk}) is None


def test_a_pending_registration_is_confirmed_by_its_own_link_and_both_seats_stand(aline):
    pending = Registration.objects.get(guest_email=PENDING)
    bram = bring_companion(registration=aline, name="Bram", email=PENDING)
    assert confirm_guest(token=pending.token).is_confirmed
    assert bram.participant_number != Registration.objects.get(pk=pending.pk).participant_number
    cancel_registration(registration=pending)
    bram.refresh_from_db()
    assert bram.is_confirmed


def test_who_gives_their_own_address_hears_for_the_companion_as_without_one(client, aline):
    client.force_login(aline.user)
    bram = bring_companion(registration=aline, name="Bram", email="Aline@ardenne.example")
    assert (bram.guest_email, bram.mailed) == ("", aline)
    page = client.get(reverse("events:registration", args=[aline.token])).content.decode()
    assert reverse("events:registration", args=[bram.token]) in page
    assert not Message.objects.filter(template="events.brought_too").exists()


def test_a_free_address_is_kept_and_mailed(client, aline):
    for address in (FREE, ACCOUNT, FORMER):
        bram = bring_companion(registration=aline, name=address.partition(".")[0], email=address)
        assert (bram.guest_email, bram.mailed) == (address, bram)
        assert Message.objects.get(template="events.confirmation", to_email=address, context={"registration": bram.pk})
