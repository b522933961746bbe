"""Managers invite somebody or a list of people, send again and take back, in the admin; each in their own spaces."""

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from hacktiv.common.spreadsheets import xlsx_bytes
from hacktiv.outbox.models import Message
from members.tests.factories import UserFactory
from spaces.enums import InvitationState, MembershipState
from spaces.memberships.operations import Wish, accept, invite
from spaces.models import Invitation
from spaces.tests.factories import MembershipFactory, MembershipKindFactory, SpaceFactory
from tests.http import Visitor, all_at_once
from tests.pages import Page

pytestmark = pytest.mark.django_db

LIST = "/admin/spaces/invitation/"
ADD = f"{LIST}add/"
SEVERAL = f"{LIST}list/"


@pytest.fixture
def manager():
    return UserFactory(first_name="Maugis")


@pytest.fixture
def ferme(manager):
    return SpaceFactory(name="La Ferme", managers=[manager])


@pytest.fixture
def desk(client, manager, ferme):
    client.force_login(manager)
    return client


@pytest.fixture
def nomade(ferme):
    return MembershipKindFactory(space=ferme, name_fr="Nomade", name_nl="Nomade NL", slug="nomade")


@pytest.fixture
def resident(ferme):
    return MembershipKindFactory(space=ferme, name_fr="Résident", slug="resident")


def said(answer):
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


def invited(space, email="zoe@ardenne.example", **wish):
    kind = wish.pop("kind", None) or MembershipKindFactory()
    return invite(space=space, wish=Wish(email=email, kind=kind, **wish), by=None)


def mailed():
    messages = Message.objects.filter(template="spaces.membership_invitation")
    return list(messages.order_by("pk").values_list("to_email", flat=True))


def look(desk, text="", **fields):
    """Paste a list, or choose a file, and return the page that shows what it would do."""
    form = Page(desk.get(SEVERAL).text, SEVERAL).form(SEVERAL)
    return desk.post(SEVERAL, {**form.data(people=text), **fields})


def to_invite(answer):
    return [row.wish.email for row in answer.context["preview"].invited]


def send(desk, answer, **changed):
    form = Page(answer.text, SEVERAL).form(SEVERAL)
    return desk.post(SEVERAL, form.data(send="1", **changed), follow=True)


# --- one person ---


def test_a_manager_invites_somebody_and_is_told_until_when(desk, manager, ferme, nomade):
    form = Page(desk.get(ADD).text, ADD).form(ADD)
    typed = {"email": "Zoe@Ardenne.example", "full_name": "Zoé", "language": "nl", "words": "Welkom"}
    answer = desk.post(ADD, form.data(**typed), follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    invitation = Invitation.objects.get()
    assert (invitation.space, invitation.kind, invitation.made_by) == (ferme, nomade, manager)
    assert (invitation.email, invitation.language, invitation.words) == ("zoe@ardenne.example", "nl", "Welkom")
    assert "zoe@ardenne.example" in said(answer)[0][1]
    assert mailed() == ["zoe@ardenne.example"]


@pytest.mark.parametrize("who", ["an account", "nobody"])
def test_a_manager_learns_nothing_of_an_account(desk, nomade, who):
    if who == "an account":
        UserFactory(email="zoe@ardenne.example", first_name="Zoé", last_name="Secrète")
    form = Page(desk.get(ADD).text, ADD).form(ADD)
    answer = desk.post(ADD, form.data(email="zoe@ardenne.example"), follow=True)
    page = desk.get(f"{LIST}{Invitation.objects.get().pk}/change/")
    assert [level for level, _text in said(answer)] == ["success"]
    assert "Secrète" not in answer.text + page.text


def test_an_invitation_that_cannot_be_is_refused_beside_its_field(desk, ferme, nomade):
    member = MembershipFactory(space=ferme)
    invited(ferme)
    form = Page(desk.get(ADD).text, ADD).form(ADD)
    yesterday = f"{timezone.localdate() - timedelta(days=1):%Y-%m-%d}"
    for typed, field in (
        ({"email": member.user.email}, "email"),
        ({"email": "zoe@ardenne.example"}, "email"),
        ({"email": "zoé@ardenne.example"}, "email"),
        ({"email": "x@ardenne.example", "full_name": "=cmd()"}, "full_name"),
        ({"email": "x@ardenne.example", "first_day": yesterday}, "first_day"),
        ({"email": "x@ardenne.example", "words": "x" * 501}, "words"),
        ({"email": "x@ardenne.example", "kind": MembershipKindFactory(space=SpaceFactory()).pk}, "kind"),
        ({"email": "x@ardenne.example", "space": SpaceFactory().pk}, "space"),
    ):
        answer = desk.post(ADD, form.data(**{"kind": nomade.pk, **typed}))
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field]), typed
    assert Invitation.objects.count() == 1


# --- a list ---


def test_a_list_is_looked_at_and_nothing_leaves_before(desk, nomade):
    answer = look(desk, "Zoé;zoe@ardenne.example\nBob;bob@ardenne.example")
    assert to_invite(answer) == ["zoe@ardenne.example", "bob@ardenne.example"]
    assert (mailed(), Invitation.objects.count()) == ([], 0)
    done = send(desk, answer)
    assert done.redirect_chain == [(LIST, 302)]
    assert mailed() == ["zoe@ardenne.example", "bob@ardenne.example"]
    assert set(Invitation.objects.values_list("full_name", flat=True)) == {"Zoé", "Bob"}


@pytest.mark.parametrize(
    "text",
    [
        "Zoé Lambert;zoe@ardenne.example;Résident;nl",
        "Zoé Lambert\tzoe@ardenne.example\tRésident\tNederlands",
        'Zoé Lambert, zoe@ardenne.example, "résident", néerlandais',
        "zoe@ardenne.example;Zoé Lambert;resident;Dutch",
        "Langue,Formule,Adresse e-mail,Prénom,Nom\nNL,Résident,zoe@ardenne.example,Zoé,Lambert",
        "Naam;E-mailadres;Soort;Taal\nZoé Lambert;zoe@ardenne.example;Resident;nl",
        "Name;Email;Kind;Language\r\n\r\nZoé Lambert;ZOE@Ardenne.example;RESIDENT;Dutch\r\n",
    ],
)
def test_a_list_is_read_however_it_is_written(desk, nomade, resident, text):
    (row,) = look(desk, text).context["preview"].rows
    assert (row.wish.email, row.wish.full_name) == ("zoe@ardenne.example", "Zoé Lambert")
    assert (row.wish.kind, row.wish.language) == (resident, "nl")


def test_lines_of_a_mail_program_are_people(desk, nomade):
    text = 'Zoé Lambert <zoe@ardenne.example>\n"Bob D." <bob@ardenne.example>, Ana <ana@ardenne.example>\nx@y.example'
    rows = look(desk, text).context["preview"].rows
    assert [(row.line.number, row.line.name, row.line.email) for row in rows] == [
        (1, "Zoé Lambert", "zoe@ardenne.example"),
        (2, "Bob D.", "bob@ardenne.example"),
        (2, "Ana", "ana@ardenne.example"),
        (3, "", "x@y.example"),
    ]


def test_each_line_that_is_left_out_says_why(desk, ferme, nomade, resident):
    MembershipFactory(space=ferme, user__email="membre@ardenne.example")
    MembershipFactory(user__email="ailleurs@ardenne.example")
    UserFactory(email="compte@ardenne.example")
    invited(ferme, "deja@ardenne.example")
    lines = [
        "Nom;Adresse;Formule;Langue",
        "Bon;bon@ardenne.example;Nomade;",
        "Mauvaise;mauvaise@;Nomade;",
        "Sans;;Nomade;",
        "Double;BON@ardenne.example;Nomade;",
        "Membre;membre@ardenne.example;Nomade;",
        "Invitée;deja@ardenne.example;Nomade;",
        "Inconnue;inconnue@ardenne.example;Platine;",
        "Sans formule;sans@ardenne.example;;",
        "Langue;langue@ardenne.example;Nomade;klingon",
        "=cmd|' /C calc'!A0;calc@ardenne.example;Nomade;",
        "Voir https://gagner.example;lien@ardenne.example;Nomade;",
        f"{'Long ' * 30};long@ardenne.example;Nomade;",
        "Accents;zoé@ardenne.example;Nomade;",
        "Ailleurs;ailleurs@ardenne.example;Nomade;",
        "Compte;compte@ardenne.example;Nomade;",
    ]
    answer = look(desk, "\n".join(lines))
    left_out = {row.line.number: row.reason for row in answer.context["preview"].left_out}
    assert list(left_out) == list(range(3, 15))
    assert len({str(reason) for reason in left_out.values()}) == 11  # two addresses that mail cannot reach
    assert to_invite(answer) == ["bon@ardenne.example", "ailleurs@ardenne.example", "compte@ardenne.example"]
    assert sum(number for _reason, number in answer.context["preview"].sums) == 12


def bad_list():
    """Return 300 lines of which 40 are bad, and the addresses of the good ones."""
    good = [f"personne{number}@ardenne.example" for number in range(260)]
    names = ["Zoé Lambert", "François d’Ardenne", "Anne-Sophie Müller", "Núria Ó Briain"]
    lines = [f"{names[number % 4]};{address};Nomade;" for number, address in enumerate(good)]
    bad = [
        *(f"Double;{address.upper()};Nomade;" for address in good[:10]),
        *(f"Mauvaise;mauvaise{number}@;Nomade;" for number in range(6)),
        *(f"=cmd|'/C calc'!A{number};calc{number}@ardenne.example;Nomade;" for number in range(6)),
        *(f"Sans adresse {number};;Nomade;" for number in range(6)),
        *(f"Sans formule;sans{number}@ardenne.example;;" for number in range(6)),
        *(f"Inconnue;inconnue{number}@ardenne.example;Platine;" for number in range(6)),
    ]
    for number, line in enumerate(bad):
        lines.insert(20 + number * 7, line)
    return ["Nom;Adresse;Formule;Langue", *lines], good


WAYS = {
    "latin-1": lambda lines: "\n".join(lines).replace("’", "'").encode("latin-1"),
    "windows": lambda lines: "\r\n".join(lines).encode("cp1252"),
    "utf-8": lambda lines: "\n".join(lines).encode(),
    "utf-8 with a mark": lambda lines: "\n".join(lines).encode("utf-8-sig"),
    "utf-16": lambda lines: "\n".join(lines).encode("utf-16"),
    "tabs": lambda lines: "\n".join(lines).replace(";", "\t").encode(),
    "commas": lambda lines: "\n".join(lines).replace(";", ",").encode(),
    "workbook": lambda lines: xlsx_bytes("Liste", lines[0].split(";"), [line.split(";") for line in lines[1:]]),
}


@pytest.mark.parametrize("way", WAYS)
def test_three_hundred_lines_with_forty_bad_ones(desk, nomade, resident, way):
    lines, good = bad_list()
    name = "liste.xlsx" if way == "workbook" else "liste.csv"
    answer = look(desk, file=SimpleUploadedFile(name, WAYS[way](lines)))
    assert answer.status_code == 200
    assert (to_invite(answer), len(answer.context["preview"].left_out)) == (good, 40)
    assert "François d" in answer.text
    done = send(desk, answer)
    assert "260" in said(done)[0][1]
    assert sorted(mailed()) == sorted(good)


def test_a_bad_line_is_corrected_in_the_field_and_looked_at_again(desk, nomade):
    answer = look(desk, file=SimpleUploadedFile("liste.csv", b"Zo\xe9;zoe@\nBob;bob@ardenne.example"))
    assert "Zoé;zoe@" in answer.text
    unseen = send(desk, answer, people="Zoé;zoe@ardenne.example\nBob;bob@ardenne.example")
    assert unseen.context["is_changed"]
    assert mailed() == []
    assert len(to_invite(unseen)) == 2
    send(desk, unseen)
    assert mailed() == ["zoe@ardenne.example", "bob@ardenne.example"]


def test_a_second_click_sends_nothing_twice(desk, nomade):
    answer = look(desk, "zoe@ardenne.example\nbob@ardenne.example")
    send(desk, answer)
    again = send(desk, answer)
    assert "error" not in [level for level, _text in said(again)]
    later = send(desk, look(desk, "zoe@ardenne.example\nana@ardenne.example"))
    assert later.redirect_chain == [(LIST, 302)]
    assert mailed() == ["zoe@ardenne.example", "bob@ardenne.example", "ana@ardenne.example"]


def test_what_another_manager_sent_meanwhile_is_left_out_and_said(desk, ferme, nomade):
    answer = look(desk, "zoe@ardenne.example\nbob@ardenne.example")
    invited(ferme)
    done = send(desk, answer)
    assert [level for level, _text in said(done)] == ["success"]
    assert mailed() == ["zoe@ardenne.example", "bob@ardenne.example"]


@pytest.mark.django_db(transaction=True)
def test_eight_clicks_of_two_managers_at_once_invite_each_once(live_server):
    people = UserFactory.create_batch(2)
    space = SpaceFactory(managers=people)
    MembershipKindFactory(space=space)
    text = "\n".join(f"p{number}@ardenne.example" for number in range(30))
    visitors = [Visitor(live_server, person) for person in people]
    wishes = {}
    for visitor in visitors:
        form = Page(visitor.get(SEVERAL).text, SEVERAL).form(SEVERAL)
        shown = visitor.post(SEVERAL, form.data(people=text))
        wishes[visitor] = Page(shown.text, SEVERAL).form(SEVERAL).data(send="1")
    answers = all_at_once(visitors * 4, lambda visitor, connection: visitor.post(SEVERAL, wishes[visitor], connection))
    assert {answer.status for answer in answers} <= {302, 409}
    assert Invitation.objects.count() == len(mailed()) == 30


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"people": ""}, "people"),
        ({"people": " \n;;\n"}, "people"),
        ({"people": "\n".join(f"p{n}@ardenne.example" for n in range(501))}, "people"),
        ({"file": SimpleUploadedFile("x.csv", b"x" * (1024 * 1024 + 1))}, "file"),
        ({"file": SimpleUploadedFile("x.csv", b"a@b.example;x\n" * 70_000)}, "file"),
        ({"file": SimpleUploadedFile("x.csv", (b"a@b.example;" + b"x" * 600 + b"\n") * 400)}, "file"),
        ({"people": "a@b.example;x\n" * 20_000}, "people"),
        ({"file": SimpleUploadedFile("x.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x81")}, "file"),
        ({"file": SimpleUploadedFile("x.xlsx", b"PK\x03\x04 not a workbook")}, "file"),
        ({"people": "a@b.example", "first_day": "2020-01-01"}, "first_day"),
        ({"people": "a@b.example", "kind": "99999"}, "kind"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_in_words(desk, nomade, fields, field):
    answer = look(desk, **({"text": fields.pop("people")} if "people" in fields else {}), **fields)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(desk, nomade):
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<a>" + b" " * 60_000_000 + b"</a>")
    answer = look(desk, file=SimpleUploadedFile("x.xlsx", packed.getvalue()))
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["file"])


def test_the_longest_list_goes_there_and_back(desk, nomade):
    """Take back from the form all that a file may hold, whatever its letters."""
    lines = [f"p{number}@ardenne.example;{'é' * 110};;" for number in range(500)]
    text = "\n".join(line + ";" + "😀" * (380 - len(line)) for line in lines)
    answer = look(desk, file=SimpleUploadedFile("liste.csv", text.encode()))
    assert answer.status_code == 200
    assert Page(answer.text, SEVERAL).form(SEVERAL)
    assert send(desk, answer).status_code == 200


@pytest.mark.parametrize("people", [1, 500])
def test_a_list_is_shown_in_a_fixed_number_of_queries(desk, nomade, people, django_assert_num_queries):
    text = "\n".join(f"p{number}@ardenne.example" for number in range(people))
    form = Page(desk.get(SEVERAL).text, SEVERAL).form(SEVERAL)
    with django_assert_num_queries(36):
        answer = desk.post(SEVERAL, form.data(people=text))
    assert len(to_invite(answer)) == people


# --- the list, sending again, taking back ---


def act(desk, action, *invitations):
    chosen = [invitation.pk for invitation in invitations]
    return desk.post(LIST, {"action": action, ACTION_CHECKBOX_NAME: chosen}, follow=True)


def long_ago(*invitations):
    rows = Invitation.objects.filter(pk__in=[one.pk for one in invitations])
    rows.update(sent_at=timezone.now() - timedelta(days=40), expires_at=timezone.now() - timedelta(days=10))


def test_the_list_tells_states_and_no_account(desk, ferme):
    UserFactory(email="zoe@ardenne.example", last_name="Secrète")
    one, other = invited(ferme, full_name="Zoé"), invited(ferme, "bob@ardenne.example")
    long_ago(other)
    shown = desk.get(LIST)
    assert list(shown.context["cl"].queryset.values_list("pk", flat=True)) == [one.pk, other.pk]
    assert "Secrète" not in shown.text
    for state, rows in (("open", [one]), ("expired", [other]), ("accepted", [])):
        assert list(desk.get(LIST, {"state": state}).context["cl"].queryset) == rows
    assert list(desk.get(LIST, {"q": "zoe"}).context["cl"].queryset) == [one]


def test_several_are_sent_again_or_taken_back_and_each_refusal_is_named(desk, ferme):
    rows = [invited(ferme, f"p{number}@ardenne.example") for number in range(3)]
    long_ago(*rows[:2])
    done = said(act(desk, "send_again_selected", *rows))
    assert [level for level, _text in done] == ["success", "error"]
    assert "p2@ardenne.example" in done[1][1]
    assert len(mailed()) == 5
    accept(invitation=rows[0], user=UserFactory(email="p0@ardenne.example"))
    done = said(act(desk, "take_back_selected", *rows))
    assert [level for level, _text in done] == ["success", "error"]
    assert [Invitation.objects.in_state(state).count() for state in InvitationState] == [0, 0, 1, 0, 2]


def test_its_own_page_sends_again_and_takes_back(desk, ferme):
    invitation = invited(ferme)
    long_ago(invitation)
    own = f"{LIST}{invitation.pk}/change/"
    for name, state in (("again", InvitationState.OPEN), ("take-back", InvitationState.TAKEN_BACK)):
        form = Page(desk.get(own).text, own).form(f"{LIST}{invitation.pk}/{name}/")
        answer = desk.post(f"{LIST}{invitation.pk}/{name}/", form.data(), follow=True)
        assert [level for level, _text in said(answer)] == ["success"]
        invitation.refresh_from_db()
        assert invitation.state == state
        assert desk.get(f"{LIST}{invitation.pk}/{name}/").status_code == 405
    assert f"{invitation.pk}/again/" not in desk.get(own).text


def test_no_page_shows_the_secret(desk, ferme):
    invitation = invited(ferme)
    pages = [desk.get(address).text for address in (LIST, f"{LIST}{invitation.pk}/change/")]
    assert not any(invitation.token in page or re.search(r"invitations/\d", page) for page in pages)


@pytest.mark.parametrize("address", ["/admin/spaces/membership/", "/admin/members/user/", "/admin/", LIST])
def test_inviting_is_near_where_a_manager_looks(desk, address):
    assert ADD in Page(desk.get(address).text, address).links


# --- the spaces of others ---


def test_another_spaces_manager_finds_nothing(desk):
    theirs = invited(SpaceFactory(managers=[UserFactory()]))
    long_ago(theirs)
    for name in ("change", "again", "take-back"):
        assert desk.get(f"{LIST}{theirs.pk}/{name}/").status_code == 404
        assert desk.post(f"{LIST}{theirs.pk}/{name}/").status_code in {403, 404}
    assert list(desk.get(LIST).context["cl"].queryset) == []
    act(desk, "take_back_selected", theirs)
    act(desk, "send_again_selected", theirs)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.sendings) == (InvitationState.EXPIRED, 1)


def test_a_list_recognises_nobody_of_another_space(desk, nomade):
    other = SpaceFactory()
    MembershipFactory(space=other, user__email="la@ardenne.example")
    invited(other, "invitee@ardenne.example")
    assert len(to_invite(look(desk, "la@ardenne.example\ninvitee@ardenne.example", kind=nomade.pk))) == 2


@pytest.mark.parametrize("address", [LIST, ADD, SEVERAL])
def test_members_and_coordinators_invite_nobody(client, address):
    for person in (UserFactory(), UserFactory(is_staff=True, coordinates=True)):
        client.force_login(person)
        assert client.get(address).status_code in {302, 403, 404}
    assert Client().get(address).status_code in {302, 404}


def test_a_paused_member_is_one_and_a_former_one_is_not(desk, ferme, nomade):
    MembershipFactory(space=ferme, user__email="pause@ardenne.example", state=MembershipState.PAUSED)
    MembershipFactory(
        space=ferme,
        user__email="avant@ardenne.example",
        state=MembershipState.ENDED,
        until=timezone.localdate() - timedelta(days=9),
    )
    answer = look(desk, "pause@ardenne.example\navant@ardenne.example", kind=nomade.pk)
    assert to_invite(answer) == ["avant@ardenne.example"]


# --- looking first, and inviting anew ---


def wish(ferme, kind, **more):
    return {"email": "zoe@ardenne.example", "space": ferme.pk, "kind": kind.pk, "language": "nl", **more}


def test_the_mail_of_an_invitation_is_shown_before_it_leaves(desk, ferme, nomade):
    page = desk.post(ADD, wish(ferme, nomade, words="Tot gauw!", look="1"))
    assert page.status_code == 200
    mail = page.context["preview"]
    assert "Nomade NL" in mail.text and "Tot gauw!" in mail.text
    assert "/memberships/invitations/…" in mail.text
    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)
    assert mail.subject in page.text
    desk.post(ADD, wish(ferme, nomade, words="Tot gauw!"))
    assert Invitation.objects.get().words == "Tot gauw!"


def test_a_look_refuses_as_the_sending_does(desk, ferme, nomade):
    member = MembershipFactory(space=ferme)
    page = desk.post(ADD, wish(ferme, nomade, email=member.user.email, look="1"))
    assert page.status_code == 400
    assert "preview" not in page.context
    assert page.context["form"].errors.keys() == {"email"}


def test_a_list_shows_the_mail_of_the_first_with_its_lines(desk, ferme, nomade):
    page = look(desk, "zoe@ardenne.example\nbob@ardenne.example", language="nl")
    assert "Nomade NL" in page.context["mail"].text
    assert not Message.objects.exists()


@pytest.mark.parametrize("end", ["declined", "taken back", "expired"])
def test_an_invitation_that_led_to_nothing_is_made_anew_from_its_page(desk, manager, ferme, nomade, end):
    asked = Wish(email="zoe@ardenne.example", kind=nomade, full_name="Zoé", language="nl", words="Tot gauw!")
    invitation = invite(space=ferme, wish=asked, by=manager)
    page = f"{LIST}{invitation.pk}/change/"
    anew = f"{LIST}{invitation.pk}/anew/"
    assert anew not in Page(desk.get(page).text, page).links
    now = timezone.now()
    ends = {
        "declined": {"declined_at": now},
        "taken back": {"taken_back_at": now},
        "expired": {"sent_at": now - timedelta(days=31), "expires_at": now - timedelta(days=1)},
    }
    Invitation.objects.update(**ends[end])
    assert anew in Page(desk.get(page).text, page).links
    form = desk.get(anew, follow=True).context["form"]
    filled = {name: form[name].value() for name in ("email", "full_name", "language", "words")}
    assert filled == {"email": "zoe@ardenne.example", "full_name": "Zoé", "language": "nl", "words": "Tot gauw!"}
    assert str(form["kind"].value()) == str(nomade.pk)


def test_the_manager_of_another_space_invites_nobody_anew(client, manager, ferme, nomade):
    invitation = invite(space=ferme, wish=Wish(email="zoe@ardenne.example", kind=nomade), by=manager)
    Invitation.objects.update(declined_at=timezone.now())
    other = UserFactory()
    SpaceFactory(managers=[other])
    client.force_login(other)
    assert client.get(f"{LIST}{invitation.pk}/anew/").status_code == 404
