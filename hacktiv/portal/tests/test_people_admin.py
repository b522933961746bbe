"""The list of a manager's people: filters, sums, files, acts; nothing of it tells of another space."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from members.tests.factories import OrganisationFactory, UserFactory
from spaces.enums import MembershipState
from spaces.models import Membership
from spaces.tests.factories import (
    BookingFactory,
    HomeSpaceFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    VisitFactory,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db

LIST = reverse("admin:members_user_changelist")
CSV, XLSX = f"{LIST}csv/", f"{LIST}xlsx/"


def day(number):
    return timezone.localdate() + timedelta(days=number)


def listed(client, **query):
    """Return the first names that the list shows, in alphabetical order."""
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return sorted(person.first_name for person in answer.context["cl"].result_list)


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def lines_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def campus():
    """Make another space, of somebody else, in France."""
    return SpaceFactory(name="Le Campus", french=True, with_hours=True, managers=[UserFactory()])


def member(space, name, **fields):
    """Make a membership at a space of somebody of this first name."""
    person = fields.pop("user", None) or UserFactory(first_name=name)
    if fields.get("state") == MembershipState.REQUESTED:
        fields["since"] = None
    return MembershipFactory(space=space, user=person, **fields)


def came(membership, days_ago, space=None):
    number = membership.user.participant_number
    return VisitFactory(space=space or membership.space, participant_number=number, day=day(-days_ago))


def booker(space, name):
    """Make somebody who has booked at a space by themselves, and is no member."""
    person = UserFactory(first_name=name)
    BookingFactory(resource=ResourceFactory(space=space), user=person, days=3)
    return person


# --- who is shown ----------------------------------------------------------------------------------------------------


def test_the_list_shows_those_who_are_the_managers_people_now(desk, ferme, campus):
    member(ferme, "Active")
    member(ferme, "Asks", state=MembershipState.REQUESTED)
    member(ferme, "Paused", state=MembershipState.PAUSED)
    member(campus, "Other")
    HomeSpaceFactory(space=ferme, user=UserFactory(first_name="Home"))
    books = booker(ferme, "Books")
    member(ferme, "Books", user=books, state=MembershipState.ENDED, until=day(-9))
    assert listed(desk) == ["Active", "Asks", "Home", "Paused"]
    assert listed(desk, show="all") == ["Active", "Asks", "Books", "Home", "Paused"]
    assert listed(desk, show="none") == ["Books", "Home"]
    assert [listed(desk, show=state) for state in ("active", "requested", "paused", "ended")] == [
        ["Active"],
        ["Asks"],
        ["Paused"],
        ["Books"],
    ]


def test_a_superuser_has_all_accounts_and_those_who_are_members(sign_in, ferme):
    member(ferme, "Active")
    UserFactory(first_name="Nobody")
    chief = sign_in(UserFactory(first_name="Chief", superuser=True))
    assert {"Active", "Nobody", "Chief"} <= set(listed(chief))
    assert listed(chief, show="now") == ["Active"]
    assert listed(chief, is_superuser__exact="1") == ["Chief"]


def test_people_are_found_by_name_and_address_without_accents(desk, ferme):
    zoe = UserFactory(first_name="Zoé", last_name="Évrard", email="ze@ardenne.example")
    member(ferme, "Zoé", user=zoe)
    member(ferme, "Other")
    assert [listed(desk, q=words) for words in ("zoe evrard", "EVRARD", "ze@ardenne")] == [["Zoé"]] * 3


def test_a_search_goes_on_among_everybody_who_belongs_here(desk, ferme):
    books = booker(ferme, "Books")
    page = desk.get(LIST, {"q": books.last_name})
    assert page.context["cl"].result_count == 0
    link = f"{LIST}{page.context['cl'].search_all()}"
    assert link in Page(page.text, LIST).internal_links
    assert [person.pk for person in desk.get(link).context["cl"].result_list] == [books.pk]
    assert [desk.get(LIST, query).context["cl"].search_all() for query in ({}, {"q": "x", "show": "active"})] == [
        "",
        "",
    ]


def test_filters_about_a_membership_are_met_by_one_and_the_same(desk, manager, ferme, yearly):
    annex = SpaceFactory(name="Annexe", managers=[manager])
    both = member(ferme, "Both", kind=yearly).user
    member(annex, "Both", user=both, state=MembershipState.REQUESTED)
    assert listed(desk, kind=yearly.pk, show="active") == ["Both"]
    assert listed(desk, kind=yearly.pk, show="requested") == []
    assert listed(desk, space=annex.pk, show="requested") == ["Both"]
    assert listed(desk, space=annex.pk, show="active") == []


def test_the_space_is_chosen_by_who_runs_several_alone(desk, manager, ferme, campus):
    member(ferme, "Ferme")
    assert "space" not in {spec.parameter_name for spec in filters_of(desk)}
    annex = SpaceFactory(name="Annexe", managers=[manager])
    member(annex, "Annexe")
    assert listed(desk, space=annex.pk) == ["Annexe"]
    assert listed(desk, space=annex.pk, show="all") == ["Annexe"]
    assert listed(desk, space=campus.pk) == ["Annexe", "Ferme"]


def filters_of(client):
    specs = client.get(LIST).context["cl"].filter_specs
    return [spec for spec in specs if hasattr(spec, "parameter_name")]


def test_people_are_filtered_by_an_end_that_is_near(desk, ferme):
    member(ferme, "Soon", until=day(9))
    member(ferme, "Late", until=day(99))
    member(ferme, "Wishes", until=day(99), renewal_wished_at=timezone.now())
    member(ferme, "Decided", until=day(9), end_is_decided=True)
    assert listed(desk, end="soon") == ["Decided", "Soon"]
    assert listed(desk, end="renew") == ["Soon"]
    assert listed(desk, end="wished") == ["Wishes"]


def test_people_are_filtered_by_the_organisation_of_their_membership(desk, ferme, campus):
    organisation = OrganisationFactory(name="Les Tisserands")
    member(ferme, "Through", organisation=organisation)
    member(ferme, "Alone")
    elsewhere = OrganisationFactory(name="Ailleurs")
    member(campus, "Far", organisation=elsewhere)
    assert listed(desk, organisation=organisation.pk) == ["Through"]
    assert "Ailleurs" not in desk.get(LIST).text


def test_people_are_filtered_by_the_side_of_their_home_alone(desk, ferme, campus):
    HomeSpaceFactory(user=member(ferme, "Here").user, space=ferme)
    HomeSpaceFactory(user=member(ferme, "Across").user, space=campus)
    nowhere = member(ferme, "Nowhere").user
    nowhere.residence = "FR"
    nowhere.save()
    assert [listed(desk, side=side) for side in ("BE", "FR", "none")] == [["Here"], ["Across"], ["Nowhere"]]
    assert "Le Campus" not in desk.get(LIST).text


@pytest.mark.parametrize(("days_ago", "choice"), [(0, "late"), (29, "late"), (30, "quarter"), (89, "quarter")])
def test_people_are_filtered_by_their_last_visit(desk, ferme, days_ago, choice):
    visitor = member(ferme, "Visitor")
    came(visitor, 200)
    assert listed(desk, came="earlier") == ["Visitor"]
    came(visitor, days_ago)
    found = {name: listed(desk, came=name) for name in ("late", "quarter", "earlier", "never")}
    assert found == {name: ["Visitor"] if name == choice else [] for name in found}


def test_a_visit_elsewhere_is_none_here(desk, ferme, campus):
    visitor = member(ferme, "Visitor")
    came(visitor, 1, campus)
    assert listed(desk, came="never") == ["Visitor"]
    assert desk.get(LIST).context["cl"].result_list[0].last_visit is None
    assert [one.number for one in desk.get(LIST).context["sums"]] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    "query",
    [{"gender": "woman"}, {"age_band": "35-44"}, {"status": "employee"}, {"residence": "FR"}, {"is_active": "1"}],
)
def test_what_a_manager_may_not_read_filters_nothing(desk, ferme, query):
    member(ferme, "Active")
    assert desk.get(LIST, query).status_code == 400
    assert desk.get(CSV, query).status_code == 400


@pytest.mark.parametrize("query", [{"kind": "x"}, {"show": "refused"}, {"side": "DE"}, {"came": "1"}, {"space": "-1"}])
def test_an_unknown_choice_is_none(desk, ferme, query):
    member(ferme, "Active")
    assert listed(desk, **query) == ["Active"]


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_nothing_of_another_space_is_in_the_list(desk, ferme, campus):
    person = member(ferme, "Both", kind=MembershipKindFactory(name="Ici")).user
    kind = MembershipKindFactory(name="Ailleurs", space=campus)
    member(campus, "Both", user=person, kind=kind, until=day(5))
    for query in ({}, {"show": "all"}, {"q": "Both"}):
        page = desk.get(LIST, query).text
        assert "Ici" in page and "Ailleurs" not in page and "Campus" not in page
    assert listed(desk, end="soon") == []
    assert listed(desk, kind=kind.pk) == ["Both"]
    assert "Ailleurs" not in desk.get(CSV, {"show": "all"}).content.decode()
    assert listed(desk, q="Ailleurs") == []


def test_the_sums_lead_to_lists_of_as_many(desk, ferme, campus):
    member(ferme, "Active")
    came(member(ferme, "Soon", until=day(9)), 3)
    member(ferme, "Asks", state=MembershipState.REQUESTED)
    came(member(campus, "Other"), 3, ferme)
    member(campus, "Other", until=day(3))
    page = desk.get(LIST)
    sums = page.context["sums"]
    assert [one.number for one in sums] == [2, 1, 1, 1]
    assert [counted(desk, one.address) for one in sums] == [2, 1, 1, 1]


def test_an_end_that_somebody_decided_counts_among_those_that_are_near(desk, ferme):
    member(ferme, "Leaves", until=day(9), end_is_decided=True)
    member(ferme, "Paused", until=day(9), state=MembershipState.PAUSED)
    renewable = member(ferme, "Renewable", until=day(9))
    member(ferme, "Later", until=day(90))
    ending = desk.get(LIST).context["sums"][2]
    assert (ending.number, counted(desk, ending.address)) == (3, 3)
    assert listed(desk, show="all", end="soon") == ["Leaves", "Paused", "Renewable"]
    assert listed(desk, show="all", end="renew") == [renewable.user.first_name]


def counted(desk, address):
    return desk.get(f"{LIST}{address}").context["cl"].result_count


@pytest.mark.parametrize("query", [{"q": "Soon"}, {"show": "requested"}, {"end": "soon", "p": "1"}, {"language": "nl"}])
def test_the_sums_follow_the_filters(desk, ferme, query):
    member(ferme, "Active")
    came(member(ferme, "Soon", until=day(9)), 3)
    member(ferme, "Asks", state=MembershipState.REQUESTED)
    sums = desk.get(LIST, query).context["sums"]
    assert [one.number for one in sums] == [counted(desk, one.address) for one in sums]
    expected = {"q": [1, 0, 1, 1], "show": [2, 1, 0, 0], "end": [1, 0, 1, 1], "language": [0, 0, 0, 0]}
    assert [one.number for one in sums] == expected[next(iter(query))]


def test_an_act_says_how_many_of_those_named_are_left_out(desk, ferme, campus):
    mine, other = member(ferme, "Asks", state=MembershipState.REQUESTED), member(campus, "Other")
    sent = {"action": "approve_requests", ACTION_CHECKBOX_NAME: [mine.user.pk, other.user.pk]}
    words = said(desk.post(LIST, sent, follow=True))
    assert any(word.startswith("1 ") for word in words), words
    mine.refresh_from_db()
    assert mine.state == MembershipState.ACTIVE


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_three(desk, ferme, campus, rows, django_assert_num_queries):
    for _number in range(rows):
        one = member(ferme, "Active", until=day(9))
        HomeSpaceFactory(user=one.user, space=campus)
        came(one, 3)
    desk.get(LIST)
    with django_assert_num_queries(24):
        desk.get(LIST)


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_has_what_the_list_shows_and_not_more(desk, ferme, campus, yearly):
    across = member(ferme, "Zoé", kind=yearly, until=day(9))
    HomeSpaceFactory(user=across.user, space=campus)
    came(across, 3)
    member(ferme, "Asks", state=MembershipState.REQUESTED)
    head, *rows = lines_of(desk.get(CSV, {"show": "active"}))
    user = across.user
    assert rows == [
        [str(user), user.email, "Active, Annuelle", f"{day(8)}", "France", f"{day(-3)}", "Français"],
    ]
    assert len(head) == len(rows[0])
    book = load_workbook(io.BytesIO(desk.get(XLSX, {"show": "active"}).content))
    assert [cell.value for cell in book.active[2]][:3] == rows[0][:3]
    assert book.active.max_row == 2


def test_a_name_is_no_formula_in_a_file(desk, ferme):
    member(ferme, "=cmd|' /C calc'!A0")
    (row,) = lines_of(desk.get(CSV))[1:]
    assert row[0].startswith("'=cmd")
    book = load_workbook(io.BytesIO(desk.get(XLSX).content))
    assert book.active["A2"].data_type == "s"


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_selection_alone_is_taken_away(desk, ferme, campus, extension):
    chosen, _left, other = member(ferme, "Chosen"), member(ferme, "Left"), member(campus, "Other")
    keys = [chosen.user_id, other.user_id]
    answer = desk.post(LIST, {"action": f"export_selected_{extension}", ACTION_CHECKBOX_NAME: keys})
    if extension == "csv":
        names = [row[0] for row in lines_of(answer)[1:]]
    else:
        names = [row[0].value for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2)]
    assert names == [str(chosen.user)]


def test_each_file_is_noted_without_a_name(desk, manager, ferme):
    one = member(ferme, "Active")
    desk.get(CSV)
    desk.get(XLSX, {"show": "requested"})
    entries = LogEntry.objects.filter(user=manager).order_by("pk")
    assert [entry.change_message for entry in entries] == [
        "Taken away as csv, people: 1.",
        "Taken away as xlsx, people: 0.",
    ]
    assert not any(one.user.last_name in f"{entry.object_repr} {entry.change_message}" for entry in entries)


def test_who_runs_no_space_takes_nothing_away(sign_in, ferme):
    for somebody in (UserFactory(), UserFactory(coordinates=True)):
        answers = [sign_in(somebody).get(address, follow=True) for address in (LIST, CSV, XLSX)]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not LogEntry.objects.exists()


# --- acts ------------------------------------------------------------------------------------------------------------


def test_requests_of_several_people_are_approved_and_the_others_named(desk, ferme, campus, yearly):
    asks = [member(ferme, f"Asks{n}", state=MembershipState.REQUESTED, kind=yearly) for n in range(2)]
    idle = member(ferme, "Idle").user
    elsewhere = member(campus, "Asks0", user=asks[0].user, state=MembershipState.REQUESTED)
    keys = [idle.pk, *(one.user_id for one in asks)]
    answer = desk.post(LIST, {"action": "approve_requests", ACTION_CHECKBOX_NAME: keys}, follow=True)
    for one in asks:
        one.refresh_from_db()
        assert (one.state, one.since) == (MembershipState.ACTIVE, day(0))
    elsewhere.refresh_from_db()
    assert elsewhere.state == MembershipState.REQUESTED
    told = said(answer)
    assert [text for text in told if str(idle) in text] and [text for text in told if str(asks[1].user) in text]
    assert answer.redirect_chain == [(LIST, 302)]


def test_memberships_of_several_people_are_renewed_once_both_ends_were_seen(desk, ferme, campus, yearly):
    soon = member(ferme, "Soon", kind=yearly, until=day(9))
    endless = member(ferme, "Endless", kind=MembershipKindFactory())
    none = booker(ferme, "Books")
    elsewhere = member(campus, "Soon", user=soon.user, kind=yearly, until=day(9))
    keys = [soon.user_id, endless.user_id, none.pk]
    asked = desk.post(f"{LIST}?show=all", {"action": "renew_memberships", ACTION_CHECKBOX_NAME: keys})
    assert [text for text in said(asked) if str(none) in text] and [text for text in said(asked) if "Endless" in text]
    soon.refresh_from_db()
    assert soon.until == day(9)
    memberships = reverse("admin:spaces_membership_changelist")
    form = Page(asked.text, LIST).form(memberships)
    answer = desk.post(memberships, form.data(), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    soon.refresh_from_db()
    elsewhere.refresh_from_db()
    assert soon.until == yearly.end_of(day(9)) and elsewhere.until == day(9)
    assert str(soon.user) in said(answer)[0]


def test_nobody_is_left_out_silently_where_too_many_are_chosen(desk, ferme, monkeypatch):
    monkeypatch.setattr("hacktiv.portal.admin.people.MOST_AT_ONCE", 2)
    asks = [member(ferme, f"Asks{n}", state=MembershipState.REQUESTED) for n in range(3)]
    keys = [one.user_id for one in asks]
    answer = desk.post(LIST, {"action": "approve_requests", ACTION_CHECKBOX_NAME: keys}, follow=True)
    assert "2" in said(answer)[0]
    assert Membership.objects.requested().count() == 3


def test_chosen_people_are_written_to_at_the_managers_space(sign_in, manager, ferme):
    active, asking = (
        MembershipFactory(space=ferme, state=state, since=since)
        for state, since in ((MembershipState.ACTIVE, day(-9)), (MembershipState.REQUESTED, None))
    )
    MembershipFactory(user=active.user)
    guest = BookingFactory(resource=ResourceFactory(space=ferme)).user
    client = sign_in(manager)
    chosen = [active.user_id, asking.user_id, guest.pk]
    answer = client.post(f"{LIST}?show=all", {"action": "write_to", ACTION_CHECKBOX_NAME: chosen})
    form = client.get(answer.url).context["form"]
    assert set(form["people"].value().split(",")) == {str(active.user_id), str(asking.user_id)}
    assert form["states"].value() == ["active", "requested"]
    assert str(form["space"].value()) == str(ferme.pk)
    answer = client.post(f"{LIST}?show=all", {"action": "write_to", ACTION_CHECKBOX_NAME: [guest.pk]}, follow=True)
    assert len(said(answer)) == 1
    assert "n’atteindrait personne" in said(answer)[0]
