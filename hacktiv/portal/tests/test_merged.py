"""Two accounts that are made one by an administrator, on pages; and what export, erasure and reports say afterwards."""

from datetime import timedelta
from html import unescape
from threading import Thread
from time import monotonic, sleep

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from events.registering.operations import register
from events.tests.factories import EventFactory
from hacktiv.common import dates
from hacktiv.common.locks import lock_address
from hacktiv.common.personal_data import all_ties
from hacktiv.erasures.models import Erasure
from hacktiv.mailings.enums import Audience
from hacktiv.mailings.models import Mailing, MailingRecipient
from hacktiv.merging.models import Merging, TwoPeople
from hacktiv.merging.operations import merge_accounts
from hacktiv.merging.queries import refers_to_people, trace_of
from hacktiv.outbox.models import Message
from hacktiv.portal.operations import erase_person
from hacktiv.portal.queries.export import export_of
from members.enums import NetworkRoleKind
from members.models import EarlierAddress, User
from members.tests.factories import PASSWORD, NetworkRoleFactory, UserFactory
from reporting.tests.factories import PartnerPersonFactory
from spaces.models import Booking, Membership
from spaces.tests.factories import BookingFactory, MembershipFactory, SpaceFactory, SpaceRoleFactory

pytestmark = pytest.mark.django_db

OLD = "elsa.avant@ardenne.example"
LIST = reverse("admin:one_person")


@pytest.fixture
def kept():
    return UserFactory(email="elsa@ardenne.example", first_name="Elsa", last_name="Petit")


@pytest.fixture
def gone(kept):
    EarlierAddress.objects.create(user=kept, email=OLD)
    return UserFactory(email=OLD, first_name="Elsa", last_name="Petit")


@pytest.fixture
def administrator():
    return NetworkRoleFactory(user=UserFactory(), role=NetworkRoleKind.ADMINISTRATOR).user


@pytest.fixture
def pair_path(kept, gone):
    return reverse("admin:one_person_pair", args=[kept.pk, gone.pk])


@pytest.fixture
def a_superuser():
    return UserFactory(superuser=True)


def test_the_first_page_of_the_admin_leads_to_the_pair(sign_in, administrator, pair_path):
    client = sign_in(administrator)
    assert LIST in client.get(reverse("admin:index")).text
    assert pair_path in client.get(LIST).text


def test_nobody_else_learns_of_it(sign_in, gone, pair_path, kept):
    space = SpaceFactory()
    for user in (kept, gone):
        MembershipFactory(user=user, space=space)
    manager = SpaceRoleFactory(space=space).user
    for user in (manager, UserFactory(coordinates=True)):
        client = sign_in(user)
        assert LIST not in client.get(reverse("admin:index")).text
        assert {client.get(LIST).status_code, client.get(pair_path).status_code} == {404}
        assert client.post(pair_path, {"merge": "1", "is_sure": "on"}).status_code == 404
    member = sign_in(UserFactory())
    assert {member.get(LIST).status_code, member.get(pair_path).status_code} == {302}  # the admin is closed to them
    assert User.objects.filter(pk=gone.pk).exists()


def test_both_stand_side_by_side_and_looking_changes_nothing(sign_in, administrator, pair_path, kept, gone):
    event = EventFactory(title_fr="Atelier de tournage")
    for user in (kept, gone):
        register(event=event, user=user)
        MembershipFactory(user=user, space=SpaceFactory(name="La Ferme"))
    shown = sign_in(administrator).get(pair_path)
    for words in (kept.email, OLD, "La Ferme", "Atelier de tournage"):
        assert words in shown.text
    assert event.registrations.filter(user=gone).exists()
    assert not Merging.objects.exists()


def test_the_page_names_the_days_that_stay(sign_in, administrator, pair_path, kept, gone):
    space, today = SpaceFactory(name="La Ferme"), timezone.localdate()
    MembershipFactory(user=kept, space=space, since=today - timedelta(days=10))
    MembershipFactory(user=gone, space=space, since=today - timedelta(days=10))
    client = sign_in(administrator)
    assert client.get(pair_path).context["foreseen"].memberships[0].after == ""
    Membership.objects.filter(user=gone).update(since=today - timedelta(days=30))
    stay = dates.day_span(today - timedelta(days=30), today - timedelta(days=11))
    shown = unescape(client.get(pair_path).text)
    assert stay in shown
    assert "se termine aujourd’hui" not in shown


def test_nothing_is_merged_without_the_tick(sign_in, administrator, pair_path, gone):
    refused = sign_in(administrator).post(pair_path, {"merge": "1"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["is_sure"])
    assert User.objects.filter(pk=gone.pk).exists()


def test_the_accounts_are_merged(sign_in, administrator, pair_path, kept, gone):
    BookingFactory(user=gone)
    done = sign_in(administrator).post(pair_path, {"merge": "1", "is_sure": "on"})
    assert done["Location"] == reverse("admin:members_user_person", args=[kept.pk])
    assert Booking.objects.get().user == kept
    listed = sign_in(administrator).get(LIST)
    assert (listed.context["pairs"], [one.merged_by for one in listed.context["mergings"]]) == ([], [administrator])
    assert sign_in(administrator).get(pair_path).status_code == 404


@pytest.mark.parametrize(("own", "theirs"), [("queued", "queued"), ("left_out", "queued"), ("queued", "left_out")])
def test_one_row_in_the_list_of_each_mailing(kept, gone, a_superuser, own, theirs):
    mailing, other = (Mailing.objects.create(space=SpaceFactory(), audience=Audience.MEMBERS) for _number in range(2))
    row_of(mailing, kept, own)
    row_of(mailing, gone, theirs)
    row_of(other, gone, "queued")
    trace = merge_accounts(kept=kept, gone=gone, by=a_superuser)
    rows = {(row.mailing, row.email, row.state, row.user) for row in MailingRecipient.objects.all()}
    assert rows == {(mailing, kept.email, own, kept), (other, OLD, "queued", kept)}
    assert [len(one.keys) for one in trace_of(trace).became_one] == [1]


def test_of_two_mails_of_one_mailing_the_one_that_has_left_stays(kept, gone, a_superuser):
    mailing = Mailing.objects.create(space=SpaceFactory(), audience=Audience.MEMBERS)
    row_of(mailing, kept, "queued")
    row = row_of(mailing, gone, "queued")
    Message.objects.create(key=row.key, to_email=OLD, language="fr", template="x", state="sent", sent_at=timezone.now())
    merge_accounts(kept=kept, gone=gone, by=a_superuser)
    assert MailingRecipient.objects.get().email == OLD


def row_of(mailing, user, state):
    reason = "refused" if state == "left_out" else ""
    fields = {"email": user.email, "language": "fr", "state": state, "reason": reason}
    return MailingRecipient.objects.create(mailing=mailing, user=user, **fields)


@pytest.mark.django_db(transaction=True)
def test_who_deletes_an_account_that_is_being_merged_learns_that_it_is_not_erased(client, kept, gone, a_superuser):
    client.force_login(gone)
    sent = []

    def delete():
        sent.append(client.post("/en/me/delete/", {"password": PASSWORD, "understood": "on"}))
        connection.close()

    person = Thread(target=delete)
    with transaction.atomic():
        lock_address(gone.email)
        person.start()
        wait_until(somebody_waits)
        merge_accounts(kept=kept, gone=gone, by=a_superuser)
    person.join(timeout=60)
    assert sent[0].status_code == 302
    told = unescape(client.get(sent[0].url).text)
    assert "Nothing is erased" in told
    assert "are erased. Goodbye" not in told
    assert User.objects.filter(pk=kept.pk).exists()


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_database ON database = pg_database.oid"
            " WHERE NOT granted AND locktype = 'advisory' AND datname = current_database())"
        )
        return cursor.fetchone()[0]


def wait_until(holds):
    ends = monotonic() + 30
    while not holds():
        assert monotonic() < ends
        sleep(0.05)


def test_the_last_manager_of_a_space_is_told_and_not_merged(sign_in, administrator, pair_path, gone):
    role = SpaceRoleFactory(user=gone, space__name="La Ferme")
    client = sign_in(administrator)
    told = client.get(pair_path).text
    assert 'class="errornote"' in told
    assert 'name="merge"' not in told
    client.post(pair_path, {"merge": "1", "is_sure": "on"})
    assert User.objects.filter(pk=gone.pk).exists()
    SpaceRoleFactory(space=role.space)
    assert 'name="merge"' in client.get(pair_path).text


def test_a_part_of_a_partner_that_goes_is_named_on_both_pages(sign_in, administrator, pair_path, gone):
    partner = PartnerPersonFactory(user=gone).partner
    client = sign_in(administrator)
    assert f"{partner}" in unescape(client.get(pair_path).text)
    client.post(pair_path, {"merge": "1", "is_sure": "on"})
    address = reverse("admin:one_person_trace", args=[Merging.objects.get().pk])
    assert f"{partner}" in unescape(client.get(address).text)


def test_a_merging_is_written_out_for_administrators(sign_in, administrator, pair_path, kept, gone):
    space, today = SpaceFactory(name="La Ferme"), timezone.localdate()
    own = MembershipFactory(user=kept, space=space, since=today - timedelta(days=10))
    double = MembershipFactory(user=gone, space=space, since=today - timedelta(days=40))
    event, booking = EventFactory(title_fr="Atelier de tournage"), BookingFactory(user=gone)
    for user in (kept, gone):
        register(event=event, user=user)
    for user in (gone, UserFactory()):
        SpaceRoleFactory(user=user, space=space)
    client = sign_in(administrator)
    client.post(pair_path, {"merge": "1", "is_sure": "on"})
    address = reverse("admin:one_person_trace", args=[Merging.objects.get().pk])
    assert address in client.get(LIST).text
    shown = client.get(address)
    trace = shown.context["trace"]
    [ended], [role] = trace.memberships, trace.roles
    assert "La Ferme" in role
    assert (ended.membership, ended.is_ended, own in [ended.membership]) == (double, True, False)
    assert dates.day_span(today - timedelta(days=40), today - timedelta(days=11)) == ended.after
    assert [one.events for one in trace.became_one] == [[event]]
    for words in (ended.before, ended.after, "Atelier de tournage", *trace.roles, "Réservations"):
        assert words in unescape(shown.text)
    for model in (booking, double):
        assert reverse(f"admin:spaces_{model._meta.model_name}_change", args=[model.pk]) in shown.text
    for user in (SpaceRoleFactory(space=space).user, UserFactory(coordinates=True)):
        assert sign_in(user).get(address).status_code == 404


def test_a_merging_of_who_was_erased_keeps_its_numbers(sign_in, administrator, pair_path, kept, gone):
    BookingFactory(user=gone)
    client = sign_in(administrator)
    client.post(pair_path, {"merge": "1", "is_sure": "on"})
    client.get(LIST)  # which shows what was said of the merging
    merging = Merging.objects.get()
    merging.rows["spaces.NoMore"] = {"user": 2}
    merging.save()
    User.objects.get(pk=kept.pk).delete()
    Merging.objects.update(facts={})
    shown = client.get(reverse("admin:one_person_trace", args=[merging.pk]))
    assert shown.status_code == 200
    numbers = {given.table: given.number for given in shown.context["trace"].given}
    assert (numbers["Réservations"], numbers["spaces.NoMore"]) == (1, 2)
    assert "elsa" not in shown.text.lower()


def test_two_people_are_left_alone(sign_in, administrator, pair_path, gone):
    client = sign_in(administrator)
    asked = client.post(pair_path, {"two_people": "1"})
    assert (asked.status_code, TwoPeople.objects.count()) == (200, 0)
    done = client.post(pair_path, {"two_people": "1", "is_sure": "on"})
    assert done["Location"] == LIST
    assert TwoPeople.objects.get().decided_by == administrator
    assert User.objects.filter(pk=gone.pk).exists()
    assert client.get(pair_path).status_code == 404


def test_two_people_are_proposed_again(sign_in, administrator, pair_path, kept, gone):
    client = sign_in(administrator)
    client.post(pair_path, {"two_people": "1", "is_sure": "on"})
    again = reverse("admin:one_person_again", args=[TwoPeople.objects.get().pk])
    assert again in client.get(LIST).text
    assert (client.get(again).status_code, TwoPeople.objects.count()) == (200, 1)
    for user in (SpaceRoleFactory().user, UserFactory(coordinates=True)):
        other = sign_in(user)
        assert {other.get(again).status_code, other.post(again).status_code} == {404}
    client = sign_in(administrator)
    assert client.post(again)["Location"] == LIST
    assert client.get(pair_path).status_code == 200
    assert client.post(again)["Location"] == LIST  # sent twice
    assert client.get(again).status_code == 404
    told = LogEntry.objects.filter(user=administrator, change_message__startswith="Noted as of two people")
    assert {entry.object_id for entry in told} == {str(kept.pk), str(gone.pk)}


def test_an_administrator_opens_no_pair_that_nothing_proposes(sign_in, administrator, a_superuser, kept):
    other = UserFactory()
    pair_path = reverse("admin:one_person_pair", args=[kept.pk, other.pk])
    assert sign_in(administrator).get(pair_path).status_code == 404
    assert sign_in(administrator).post(pair_path, {"merge": "1", "is_sure": "on"}).status_code == 404
    assert sign_in(a_superuser).get(pair_path).status_code == 200


def test_a_superuser_compares_two_addresses(sign_in, a_superuser, kept):
    other = UserFactory()
    client = sign_in(a_superuser)
    found = client.get(LIST, {"first": kept.email.upper(), "second": other.email})
    assert found["Location"] == reverse("admin:one_person_pair", args=[kept.pk, other.pk])
    for first, second in (("nobody@ardenne.example", other.email), (kept.email, kept.email), ("x", "")):
        assert client.get(LIST, {"first": first, "second": second}).status_code == 400


# --- afterwards ---


def test_the_export_has_all_of_both(a_superuser, kept, gone):
    for user in (kept, gone):
        BookingFactory(user=user)
        register(event=EventFactory(), user=user)
    BookingFactory(guest_name="E.", guest_email=OLD, as_manager=True)
    merge_accounts(kept=kept, gone=gone, by=a_superuser)
    told = export_of(User.objects.get(pk=kept.pk))
    assert (len(told["bookings"]), len(told["registrations"]), len(told["merged_accounts"])) == (3, 2, 1)


def test_erasing_after_a_merging_erases_all_of_both(a_superuser, kept, gone, tmp_path, settings):
    settings.ERASURE_JOURNAL = tmp_path / "journal"
    BookingFactory(user=gone, purpose="Atelier zorglub")
    key = gone.erasure_key
    merge_accounts(kept=kept, gone=gone, by=a_superuser)
    erase_person(user=kept)
    assert not Booking.objects.filter(Q(user__isnull=False) | Q(purpose__contains="zorglub")).exists()
    assert not Message.objects.filter(to_email__in=[OLD, kept.email]).exists()
    trace = Merging.objects.get()
    assert (trace.kept, trace.facts) == (None, {})
    assert key in set(Erasure.objects.values_list("key", flat=True))


def test_the_pages_cost_a_fixed_number_of_queries(sign_in, a_superuser, kept, gone, django_assert_max_num_queries):
    """However much both have: one query a table of people, and few for what both have."""
    tables = sum(1 for tie in all_ties() for column in tie.columns if refers_to_people(tie, column))
    page = reverse("admin:one_person_pair", args=[kept.pk, gone.pk])
    client = sign_in(a_superuser)
    client.get(page)
    for number in (1, 3):
        for _each in range(number):
            for user in (kept, gone):
                register(event=EventFactory(), user=user)
                BookingFactory(user=user)
        with django_assert_max_num_queries(2 * tables + 50):
            client.get(page)
