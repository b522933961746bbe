"""Send what nobody should send to every form of the site: the answer says so, and nothing is stored twice."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import time, timedelta
from html import escape
from itertools import cycle, product
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from events.tests.factories import GuestRegistrationFactory, RegistrationFactory
from events.travel.operations import accept_seat, ask_seat, offer_ride, wish_ride
from members.tests.factories import PASSWORD, AffiliationFactory, UserFactory
from reporting.building.queries.build import build_report
from reporting.building.queries.codec import to_payload
from reporting.enums import VersionState
from reporting.models import ReportVersion
from spaces.memberships.operations import Wish, end_membership, give_membership, invite, invite_own_people
from spaces.models import Invitation, Membership, Notice
from spaces.tests.factories import (
    AgreementFactory,
    BookingFactory,
    EquipmentFactory,
    MembershipFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    WaitFactory,
    in_days,
    running_booking,
)
from tests.abuse import ABUSE, HTML, WORST
from tests.pages import Page
from tests.world import coordinator, populated, snapshot

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Case:
    """One form: where its page is (called with the world), who sends it, and what a person would type."""

    page: object
    who: str = "member"
    typed: object = field(default=lambda world: {})
    # Sent twice, this form may send two mails: the second says what the page must not tell a stranger.
    mails_twice: bool = False
    method: str = "post"
    # The address of the form, if its page has several forms or another address.
    action: object = None


def at(name, *attributes):
    """Return what finds the address of a page in a world, as in `at("events:event", "event.slug")`."""

    def url(world):
        values = []
        for path in attributes:
            value = world
            for part in path.split("."):
                value = getattr(value, part)
            values.append(value)
        return reverse(name, args=values)

    url.view_name = name
    return url


def booking_wish(world):
    return {"resource": world.resource.slug, "day": f"{in_days(2, 9):%Y-%m-%d}", "start": "10:00", "end": "11:00"}


def loan_dates(world):
    days = {"day": f"{in_days(2, 9):%Y-%m-%d}", "until": f"{in_days(3, 9):%Y-%m-%d}"}
    return {"place": world.space.slug, **days, "start": "10:00", "end": "11:00"}


def loan_wish(world):
    return {**loan_dates(world), "purpose": "Tournage"}


def at_report(view):
    return at(f"reporting:{view}", "period.project.slug", "period.label")


def of_section(world):
    return reverse("reporting:comment", args=[world.period.project.slug, world.period.label, "figures"])


of_section.view_name = "reporting:comment"


def to_directory(world):
    return reverse("portal:choose_consent", args=["directory"])


to_directory.view_name = "portal:choose_consent"
at_travel = at("events:travel", "registration.token")


def ride_wish(direction):
    return {"direction": direction, "town": "Fumay", "side": "FR"}


SIGNUP = {"first_name": "Aline", "last_name": "Petit", "email": "aline@ardenne.example", "password1": PASSWORD}
CASES = {
    "sign in": Case(at("account_login"), "visitor", lambda w: {"login": w.member.email, "password": PASSWORD}),
    "sign in with a passkey": Case(
        at("account_login"), "visitor", lambda w: {"credential": "{}"}, action=at("mfa_login_webauthn")
    ),
    "sign up": Case(at("account_signup"), "visitor", lambda w: SIGNUP, mails_twice=True),
    "ask for a new password": Case(
        at("account_reset_password"), "visitor", lambda w: {"email": w.member.email}, mails_twice=True
    ),
    "ask for a code to sign in": Case(
        at("account_request_login_code"), "visitor", lambda w: {"email": w.member.email}, mails_twice=True
    ),
    "agree to be listed": Case(
        at("portal:my_data"),
        action=to_directory,
    ),
    "ask for the file of my data": Case(at("portal:my_data"), action=at("portal:ask_archive")),
    "change the password": Case(
        at("account_change_password"),
        typed=lambda w: {"oldpassword": PASSWORD, "password1": "une-autre-phrase-longue"},
    ),
    "addresses": Case(at("account_email"), typed=lambda w: {"email": "autre@ardenne.example"}),
    "sign out": Case(at("account_logout")),
    "profile": Case(
        at("members:profile"), typed=lambda w: {"first_name": "Aline", "last_name": "Petit", "headline": "Cartes"}
    ),
    "skills": Case(at("members:skills"), typed=lambda w: {"offered": [w.user_skill.skill.pk]}),
    "home space": Case(
        at("portal:me"), typed=lambda w: {"space": w.elsewhere.space.pk}, action=at("portal:home_space")
    ),
    "ask for a membership": Case(
        at("portal:join", "unknown_space.slug"),
        typed=lambda w: {"kind": w.elsewhere.kind.pk, "note": "Je travaille ici le jeudi."},
    ),
    "withdraw a request": Case(at("portal:memberships"), action=at("portal:withdraw_request", "request.pk")),
    "renew a membership": Case(at("portal:memberships"), action=at("portal:renew_membership", "elsewhere.pk")),
    "ask for another kind": Case(
        at("portal:another_kind", "elsewhere.pk"),
        typed=lambda w: {"kind": w.other_kind.pk, "note": "Je viens plus souvent."},
    ),
    "take the wish for a kind back": Case(at("portal:memberships"), action=at("portal:keep_kind", "elsewhere.pk")),
    "first steps: only the events": Case(at("portal:welcome")),
    "first steps: skills": Case(
        at("portal:welcome_skills"), typed=lambda w: {"headline": "Cartes", "offered": [w.user_skill.skill.pk]}
    ),
    "first steps: an event": Case(at("portal:welcome_event"), action=at("portal:welcome_register", "other_event.slug")),
    "first steps: the end": Case(at("portal:welcome_event"), action=at("portal:end_welcome")),
    "be seen in a space": Case(
        at("portal:space", "space.slug"), typed=lambda w: {"show": "1"}, action=at("members:presence")
    ),
    "stay a member": Case(at("portal:memberships"), action=at("portal:stay_member", "left.pk")),
    "accept an invitation": Case(
        at("portal:invitation", "invited.token"), action=at("portal:accept_invitation", "invited.token")
    ),
    "decline an invitation": Case(
        at("portal:invitation", "invited.token"),
        typed=lambda w: {"words": "Pas cette année"},
        action=at("portal:decline_invitation", "invited.token"),
    ),
    "end a membership": Case(
        at("portal:leave", "elsewhere.pk"),
        typed=lambda w: {"last": f"{timezone.localdate()}", "reason": "Je déménage"},
    ),
    "invite one's own people": Case(
        at("portal:organisation", "agreement.organisation.slug"),
        typed=lambda w: {
            "agreement": w.agreement.pk,
            "addresses": "lea@ardenne.example",
            "language": "fr",
            "words": "Venez",
        },
    ),
    "invite one of one's own again": Case(
        at("portal:organisation", "agreement.organisation.slug"),
        action=at("portal:organisation_again", "agreement.organisation.slug", "of_organisation.pk"),
    ),
    "take an invitation of one's own back": Case(
        at("portal:organisation", "agreement.organisation.slug"),
        action=at("portal:organisation_back", "agreement.organisation.slug", "of_organisation.pk"),
    ),
    "end somebody's membership": Case(
        at("portal:organisation_end", "agreement.organisation.slug", "through_organisation.pk"),
        typed=lambda w: {"last": f"{timezone.localdate()}"},
    ),
    "renew the calendar's address": Case(at("portal:me"), action=at("portal:renew_calendar")),
    "close the calendar's address": Case(at("portal:me"), action=at("portal:stop_calendar")),
    "find a place": Case(at("spaces:search"), "visitor", lambda w: {"people": "2"}, method="get"),
    "choose a day of the rooms": Case(
        at("spaces:timeline", "space.slug"), "visitor", lambda w: {"day": f"{in_days(2, 9):%Y-%m-%d}"}, method="get"
    ),
    "delete the account": Case(at("portal:delete_account"), typed=lambda w: {"password": PASSWORD, "understood": "on"}),
    "directory": Case(at("portal:directory"), typed=lambda w: {"q": "Member"}, method="get"),
    "write to a member": Case(
        at("portal:member", "manager.pk"),
        typed=lambda w: {"message": "Bonjour, parlons de cartes."},
        action=at("portal:contact_member", "manager.pk"),
    ),
    "write to a space": Case(
        at("spaces:contact", "space.slug"),
        "visitor",
        lambda w: {"name": "Aline", "email": "aline@ardenne.example", "text": "Bonjour"},
    ),
    "book": Case(at("spaces:book", "space.slug"), typed=booking_wish),
    "cancel a booking": Case(at("spaces:booking_cancel", "booking.reference"), typed=lambda w: {"reason": "Malade"}),
    "move a booking": Case(
        at("spaces:booking_move", "booking.reference"), typed=lambda w: {"start": "10:00", "end": "11:00"}
    ),
    "borrow": Case(at("spaces:lend", "kit.pk"), typed=loan_wish),
    "change a loan": Case(at("spaces:loan_move", "loan.reference"), typed=loan_dates),
    "share a document": Case(
        at("spaces:document_share"), "manager", lambda w: {"title": "Accueil", "topic": "welcome", "text": "Bonjour"}
    ),
    "offer something": Case(
        at("spaces:notice_new"),
        "manager",
        lambda w: {"title": "Écran", "kind": "offer", "text": "À prêter", "valid_until": f"{in_days(9, 9):%Y-%m-%d}"},
    ),
    "answer an offer": Case(at("spaces:notice", "notice.pk"), "manager", lambda w: {"text": "Avec plaisir"}),
    "check in": Case(at("spaces:door", "here.resource.door_token")),
    "leave the line": Case(at("spaces:wait", "wait.reference"), action=at("spaces:wait_leave", "wait.reference")),
    "book again and again": Case(
        at("spaces:repeat", "space.slug"),
        typed=lambda w: {**booking_wish(w), "pattern": "weekly", "until": f"{in_days(20, 9):%Y-%m-%d}"},
    ),
    "extend a series": Case(
        at("spaces:series", "series.reference"),
        typed=lambda w: {"until": f"{in_days(70, 9):%Y-%m-%d}"},
        action=at("spaces:series_extend", "series.reference"),
    ),
    "cancel a series": Case(
        at("spaces:series_cancel", "series.reference"), typed=lambda w: {"day": f"{w.series.until:%Y-%m-%d}"}
    ),
    "agenda": Case(at("events:agenda"), "visitor", method="get"),
    "register": Case(at("events:event", "other_event.slug"), action=at("events:register", "other_event.slug")),
    "register as a guest": Case(
        at("events:register_guest", "event.slug"),
        "visitor",
        lambda w: {"name": "Aline", "email": "aline@ardenne.example"},
    ),
    "erase a guest": Case(
        at("portal:erase_guest", "unconfirmed.token"), "visitor", typed=lambda w: {"understood": "on"}
    ),
    "confirm as a guest": Case(at("events:confirm_guest", "unconfirmed.token"), "visitor"),
    "build a report": Case(at_report("report"), "coordinator", action=at_report("build")),
    "close a report": Case(
        at_report("close"),
        "coordinator",
        lambda w: {
            f"reason_{code}": "La suite au prochain semestre"
            for code in ("proofs_missing", "unchosen", "proposals_waiting")
        },
    ),
    "comment on a section": Case(
        of_section,
        "coordinator",
        lambda w: {"fr": "Une seule rencontre."},
    ),
    "until when partners tell": Case(at_report("parts_until"), "coordinator", lambda w: {"until": "2031-01-15"}),
    "tell the spending": Case(
        at("reporting:part_spending", "period.project.slug", "period.label", "partner.pk"),
        "coordinator",
        lambda w: {"claimed": "1000.50", "erdf": "500"},
    ),
    "correct a count": Case(
        at("reporting:correct_counts", "counted_action.event.slug"),
        "coordinator",
        lambda w: {"measure": "participations", "lower": "12", "upper": "12", "reason": "Feuille retrouvée"},
    ),
    "write the highlights": Case(at_report("highlights"), "coordinator", lambda w: {"fr": "Un semestre riche."}),
    "classify an action": Case(
        at("reporting:classify_action", "counted_action.project.slug", "counted_action.pk"),
        "coordinator",
        lambda w: {"codes": ["none"], "reason": "Sans lien avec le projet"},
    ),
    "answer a survey": Case(at("events:survey", "attended.token"), typed=lambda w: {"q1": "Un peu plus long"}),
    "tell what came of it": Case(
        at("events:outcome", "attended.token"), typed=lambda w: {"kind": "project", "text": "Un site ensemble"}
    ),
    "cancel a registration": Case(at("events:cancel", "registration.token")),
    "offer seats in a car": Case(
        at("events:offer_ride", "registration.token"),
        typed=lambda w: {**ride_wish("back"), "side": "BE", "leaves_at": "15:00", "seats": "3", "kilometres": "40"},
    ),
    "look for a seat": Case(at("events:wish_ride", "registration.token"), typed=lambda w: ride_wish("there")),
    "ask for a seat": Case(
        at("events:ask_seat", "registration.token", "other_ride.pk"), typed=lambda w: {"message": "Bonjour"}
    ),
    "propose a seat": Case(
        at("events:propose_seat", "registration.token", "other_wish.pk"), typed=lambda w: {"message": "Bonjour"}
    ),
    **{
        f"{answer} a seat": Case(at_travel, action=at(f"events:{answer}_seat", "registration.token", f"{seat}.pk"))
        for answer, seat in (("accept", "ride_seat"), ("decline", "ride_seat"), ("withdraw", "agreed_seat"))
    },
    "take an offer back": Case(at_travel, action=at("events:withdraw_ride", "registration.token")),
    "look for no seat any more": Case(at_travel, action=at("events:withdraw_wish", "registration.token")),
}


@pytest.fixture(autouse=True)
def own_cache(settings):
    """Give each test a cache of its own: limits on how often are in the way here, and have their own tests."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="module")
def world(module_data):
    return world_of_forms()


def world_of_forms():
    """Make a world in which a member stands before each of the forms above."""
    world = populated("Beta")
    type(world.manager).objects.filter(pk=world.manager.pk).update(is_listed=True)
    world.other_event = world.event.__class__.objects.get(pk=populated("Gamma").event.pk)
    world.agreed_seat = ask_seat(ride=world.ride, registration=RegistrationFactory(event=world.event))
    accept_seat(seat=world.agreed_seat, by=world.registration)
    offer = {"from_side": "FR", "direction": "there", "leaves_at": time(10), "seats": 2, "kilometres": 20}
    world.other_ride = offer_ride(registration=RegistrationFactory(event=world.event), town="Fumay", **offer)
    looking = {"town": "Fumay", "side": "FR", "direction": "back"}
    world.other_wish = wish_ride(registration=RegistrationFactory(event=world.event), **looking)
    world.unconfirmed = GuestRegistrationFactory(event=world.event, confirmed=False)
    world.wait = WaitFactory(resource=world.resource, user=world.member, days=3, hours=(14, 15))
    world.here = running_booking(ResourceFactory(space=world.space, door_token=uuid4()), user=world.member, began=5)
    world.kit = EquipmentFactory(space=world.space)
    loan = {"place": world.space, "start": in_days(5, 9), "end": in_days(5, 10)}
    world.loan = BookingFactory(resource=world.kit, user=world.member, **loan)
    offer = {"title": "Écran", "kind": "offer", "text": "À prêter", "valid_until": in_days(9, 9).date()}
    world.notice = Notice.objects.create(**offer, added_by=world.member)
    world.elsewhere = MembershipFactory(user=world.member, until=in_days(20, 9).date())
    world.other_kind = MembershipKindFactory()
    Membership.objects.filter(pk=world.elsewhere.pk).update(wished_kind=MembershipKindFactory())
    MembershipFactory(user=world.manager, kind=world.elsewhere.kind)
    world.agreement = AgreementFactory(places=5)
    AffiliationFactory(user=world.member, organisation=world.agreement.organisation)
    through = {"space": world.agreement.space, "organisation": world.agreement.organisation}
    world.through_organisation = MembershipFactory(**through)
    [world.of_organisation] = invite_own_people(
        agreement=world.agreement, addresses=["ana@ardenne.example"], language="fr", by=world.member
    ).sent
    earlier = timezone.now() - timedelta(days=2)
    Invitation.objects.filter(pk=world.of_organisation.pk).update(sent_at=earlier)
    today = timezone.localdate()
    world.left = give_membership(
        user=world.member, space=SpaceFactory(), kind=world.elsewhere.kind, since=today, by=None
    )
    end_membership(membership=world.left, by=world.member, on=in_days(10, 9).date())
    world.request = MembershipFactory(user=world.member, state="requested", since=None, kind=world.elsewhere.kind)
    world.unknown_space = SpaceFactory()
    wish = Wish(email=world.member.email, kind=world.elsewhere.kind)
    world.invited = invite(space=SpaceFactory(), wish=wish, by=None)
    # Read within this transaction: the operation insists on a snapshot of its own.
    payload = to_payload(build_report(world.period.project, world.period, step=lambda name: None))
    built = {"state": VersionState.BUILT, "progress": 100, "payload": payload, "built_at": timezone.now()}
    ReportVersion.objects.filter(period=world.period).update(**built)
    return world


def signed_in_as(who, world):
    client = Client()
    people = {
        "visitor": lambda: None,
        "member": lambda: world.member,
        "manager": lambda: world.manager,
        "coordinator": coordinator,
    }
    if user := people[who]():
        client.force_login(user)
    return client


class Sender:
    """A person before one form, which they can fill in and send again and again."""

    def __init__(self, case, world):
        self.case, self.client = case, signed_in_as(case.who, world)
        self.page_url = case.page(world)
        self.action = (case.action or case.page)(world)
        answer = self.client.get(self.page_url)
        assert answer.status_code == 200, f"{self.page_url} answers {answer.status_code}"
        forms = [form for form in Page(answer.text, self.page_url).forms if form.path == self.action]
        forms = [form for form in forms if form.method == case.method]
        assert forms, f"{self.page_url} has no form to {self.action}"
        typed = case.typed(world)
        self.form = next((form for form in forms if set(typed) <= set(form.kinds)), None)
        assert self.form, f"none of the forms has {sorted(typed)}, they have {[sorted(f.kinds) for f in forms]}"
        self.valid = self.form.data(**typed)
        self.valid.pop("seen", None)  # what a page summed up before these values were typed

    def send(self, data):
        """Send fields, or a body as it is."""
        cache.clear()
        body = data if isinstance(data, str) else urlencode(data, doseq=True)
        if self.case.method == "get":
            return self.client.get(f"{self.action}?{body}")
        return self.client.post(self.action, body, content_type="application/x-www-form-urlencoded")

    def try_out(self, data):
        """Send fields; undo whatever was accepted."""
        cookies = deepcopy(self.client.cookies)
        try:
            with transaction.atomic():
                answer = self.send(data)
                if answer.status_code == 302:
                    raise Undone
        except Undone:
            self.client.cookies = cookies
        return answer


@pytest.fixture(params=CASES)
def sender(request, world):
    return Sender(CASES[request.param], world)


def shown_again(answer, sender):
    """Return the form on the answer's page, or None."""
    if not answer.headers["Content-Type"].startswith("text/html"):
        return None
    forms = [form for form in Page(answer.text, sender.page_url).forms if form.method == sender.case.method]
    return next((form for form in forms if set(sender.form.fields) <= set(form.kinds)), None)


KEPT_KINDS = {"text", "email", "search", "url", "tel", "date", "time", "number", "textarea", "select"}


class Undone(Exception):
    """End a transaction without keeping anything of it."""


def typed_fields(form):
    """Return the names of the fields that a person fills in, with their kinds."""
    return [(name, kind) for name, kind in form.kinds.items() if name != "csrfmiddlewaretoken" and kind != "submit"]


def check_abuse_in_words(sender, attempts):
    """Send each (field, its kind, kind of abuse), and check that the answer is in words and keeps the other fields."""
    before = snapshot()
    for name, kind, what in attempts:
        value = ABUSE[what]
        answer = sender.try_out({**sender.valid, name: [value]})
        said = f"{name}, {what}: {answer.status_code}"
        assert answer.status_code in {200, 302, 400, 404, 409}, said
        assert HTML not in answer.text, said
        again = shown_again(answer, sender)
        if again is None or answer.status_code in {302, 404}:
            continue
        for other, other_kind in sender.form.kinds.items():
            if other_kind in KEPT_KINDS and other != name and other in again.fields:
                typed, kept = sender.valid.get(other, [""]), again.fields[other]
                assert [str(text).strip() for text in typed] == [text.strip() for text in kept], f"{said}: {other}"
        if kind in KEPT_KINDS - {"select"} and value.isprintable() and name in again.fields:
            assert again.fields[name][0].strip() == value.strip(), f"{said}: what was typed is gone"
    assert snapshot() == before, "something refused was stored"


def test_abuse_of_each_field_is_answered_in_words(sender):
    """Each field gets one kind of abuse; the kinds take turns, over the fields and from form to form."""
    kinds = sorted(WORST)
    first = list(CASES.values()).index(sender.case)
    fields = typed_fields(sender.form)
    check_abuse_in_words(sender, [(*field, kinds[(first + place) % len(kinds)]) for place, field in enumerate(fields)])


@pytest.mark.long
def test_every_abuse_of_each_field_is_answered_in_words(sender):
    check_abuse_in_words(sender, [(*field, what) for field in typed_fields(sender.form) for what in sorted(ABUSE)])


def bodies_that_no_page_sends(names):
    return {
        "empty": "",
        "no text": "&".join(f"{name}=%ff%fe%00" for name in names),
        "three times": "&".join(f"{name}=1&{name}=2&{name}=3" for name in names),
        "more than asked": "&".join(f"{name}[]=x" for name in names) + "&is_superuser=1&user=1&status=confirmed",
        "no name": "%ff=%ff",
    }


@pytest.mark.long
def test_a_body_that_no_page_sends_is_refused_in_words(sender):
    before = snapshot()
    names = [name for name in sender.form.kinds if name != "csrfmiddlewaretoken"]
    for what, body in bodies_that_no_page_sends(names).items():
        assert sender.try_out(body).status_code in {200, 302, 400, 404, 409}, what
    assert snapshot() == before


@pytest.mark.parametrize("what", ["empty", "no text", "three times", "more than asked", "no name"])
def test_a_body_that_no_page_sends_is_refused_by_one_form(world, what):
    """One form stands for all, which the long profile tries."""
    before = snapshot()
    sender = Sender(CASES["register as a guest"], world)
    body = bodies_that_no_page_sends(name for name in sender.form.kinds if name != "csrfmiddlewaretoken")[what]
    assert sender.try_out(body).status_code in {200, 302, 400, 404, 409}
    assert snapshot() == before


def test_a_form_sent_empty_says_what_is_missing(sender):
    required = [
        name for name in sender.valid if name != "csrfmiddlewaretoken" and sender.form.kinds[name] in KEPT_KINDS
    ]
    if sender.case.method == "get" or not required:
        return
    before = snapshot()
    answer = sender.send({name: [""] for name in sender.valid})
    if answer.status_code == 302:  # a form whose every field is optional
        return
    # Without the mark of what its page showed a text is taken for one that somebody changed meanwhile: 409.
    assert answer.status_code in {200, 400, 409}
    assert snapshot() == before
    assert 'aria-invalid="true"' in answer.text or "errorlist" in answer.text or 'role="alert"' in answer.text


def rows(counted):
    return {label: len(found) for label, found in counted.items()}


def test_a_form_sent_twice_stores_once(sender):
    first = sender.send(sender.valid)
    assert first.status_code in {200, 302}, Page(first.text).text
    once = rows(snapshot())
    second = sender.send(sender.valid)
    assert second.status_code in {200, 302, 400, 404, 409}, second.status_code
    twice = rows(snapshot())
    if sender.case.mails_twice:
        assert twice.pop("outbox.Message") <= once.pop("outbox.Message") + 1
    assert twice == once


@pytest.mark.long
def test_every_form_of_the_site_is_abused(world):
    """A form that no case above sends fails here."""
    tried = {(case.method, resolve((case.action or case.page)(world)).view_name) for case in CASES.values()}
    untried = set()
    for who in ("visitor", "member"):
        client = signed_in_as(who, world)
        for start in {case.page(world) for case in CASES.values()} | {reverse("portal:home")}:
            answer = client.get(start, follow=True)
            for form in Page(answer.text, answer.request["PATH_INFO"]).forms:
                try:
                    key = (form.method, resolve(urlsplit(form.action).path).view_name)
                except Resolver404:
                    key = (form.method, form.action)
                if key not in tried:
                    untried.add((*key, start))
    assert untried == set()


# --- addresses ---

QUERIES = [
    "page=0",
    "page=-1",
    "page=x",
    "page=" + "9" * 30,
    "page=%00",
    "past=%ff",
    "month=2020-99",
    "month=" + "1" * 500,
    "type=%27%22%3Cscript%3E",
    "space=%00",
    "country=XX",
    "q=" + "%25" * 300,
    "q=%00",
    "q=%ff",
    "skill=%00&direction=%00&side=%00",
    "day=2027-02-30&resource=x",
    "day=9999-12-31",
    "day=0001-01-01",
    "day=%00",
    "start=99:99&end=%00",
    "next=//elsewhere.example/",
    "next=javascript:alert(1)",
]


PAGES = {
    **{name: at(name) for name in ("portal:home", "spaces:list", "events:agenda", "training:list")},
    **{name: at(name) for name in ("portal:directory", "portal:me", "account_login")},
    "spaces:book": at("spaces:book", "space.slug"),
    "portal:space": at("portal:space", "space.slug"),
    "portal:memberships": at("portal:memberships"),
    "portal:join": at("portal:join", "unknown_space.slug"),
    "portal:leave": at("portal:leave", "elsewhere.pk"),
    "portal:organisation": at("portal:organisation", "agreement.organisation.slug"),
    "events:event": at("events:event", "event.slug"),
}


def check_query(world, who, page, query):
    url = PAGES[page](world)
    answer = signed_in_as(who, world).get(f"{url}?{query}")
    assert answer.status_code in {200, 302, 400, 404}, url
    assert "<script>" not in answer.text, url
    assert 'href="//elsewhere' not in answer.text, url
    assert 'href="javascript:' not in answer.text, url


@pytest.mark.parametrize(("page", "query"), zip(cycle(PAGES), QUERIES, strict=False))
def test_a_senseless_query_string_is_no_error(world, page, query):
    """Each page and each query string once, for a member; the long profile tries them all with each other."""
    check_query(world, "member", page, query)


@pytest.mark.long
@pytest.mark.parametrize("query", QUERIES)
def test_no_query_string_is_an_error_on_any_page(world, query):
    for who, page in product(("visitor", "member"), PAGES):
        check_query(world, who, page, query)


@pytest.mark.parametrize("slug", ["x" * 300, "é", "%00", "..%2f..", "a b", "%ff", "0", "<b>"])
def test_odd_values_in_a_path_are_not_found(client, slug):
    for start in ("/fr/spaces/", "/fr/agenda/", "/fr/directory/", "/fr/reporting/", "/xx/", "/admin/"):
        answer = client.get(f"{start}{slug}/")
        assert answer.status_code in {302, 400, 404}, start
        assert "<b>" not in answer.text


@pytest.mark.long
def test_the_objects_of_another_person_are_not_found(world):
    stranger = Client()
    stranger.force_login(UserFactory())
    for name, reference in [
        ("spaces:booking", world.booking.reference),
        ("spaces:booking_cancel", world.booking.reference),
        ("spaces:booking_ics", world.booking.reference),
        ("spaces:booking_move", world.booking.reference),
        ("spaces:wait", world.wait.reference),
        ("spaces:series", world.series.reference),
        ("spaces:series_cancel", world.series.reference),
        ("spaces:series_ics", world.series.reference),
        ("events:registration", world.registration.token),
        ("events:cancel", world.registration.token),
        ("events:registration_ics", world.registration.token),
    ]:
        before = snapshot()
        url = reverse(name, args=[reference])
        assert stranger.get(url).status_code == 404, name
        assert stranger.post(url, {"reason": "Mine"}).status_code in {404, 405}, name
        assert Client().get(url).status_code == 302, name
        assert snapshot() == before


def test_a_choice_that_does_not_belong_to_the_page_is_refused(world):
    """The form of one space is sent with a room of another."""
    other = populated("Delta")
    client = signed_in_as("member", world)
    before = snapshot()
    answer = client.post(reverse("spaces:book", args=[world.space.slug]), booking_wish(other))
    assert answer.status_code == 400
    assert escape(other.resource.name) not in answer.text
    assert snapshot() == before
