"""A member and a guest with a row in every table that can be theirs, and a marked word in each column."""

from datetime import date, time, timedelta
from itertools import count
from uuid import uuid4

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from events.attendance.operations import mark_attendance
from events.enums import EventState, OutcomeKind, QuestionKind
from events.followup.operations import tell_outcome
from events.models import Event, Question, Speaker, TopicProposal
from events.registering.operations import (
    Answers,
    Given,
    bring_companion,
    change_answers,
    confirm_guest,
    register,
    register_guest,
    save_question,
)
from events.tests.factories import EventFactory, RegistrationFactory
from events.travel.operations import accept_seat, ask_seat, offer_ride, wish_ride
from hacktiv.common.personal_data import Fate, HeldAddress, Person, table
from hacktiv.mailings.tests.factories import a_draft, sent_off
from hacktiv.merging.models import Merging
from hacktiv.outbox.operations import refuse_optional
from hacktiv.outbox.tests.factories import MessageFactory
from hacktiv.site.models import SentForm
from members.accounts.operations import keep_earlier_address, note_sign_up
from members.models import DataArchive
from members.profiles.operations import update_profile
from members.tests.factories import AffiliationFactory, NetworkRoleFactory, UserFactory
from reporting.tests.factories import PartnerPersonFactory
from spaces.booking.operations import SeriesRequest, book_series, cancel_booking, refuse_booking
from spaces.enums import HandoverKind
from spaces.memberships.operations import Wish, ask_membership, decline, invite, refuse_membership
from spaces.models import Booking, Document, Handover, Notice, StaffNote
from spaces.places.operations import answer_message, send_message
from spaces.tests.factories import (
    BookingFactory,
    EquipmentFactory,
    MembershipKindFactory,
    ResourceFactory,
    SpaceFactory,
    SpaceRoleFactory,
    WaitFactory,
    in_days,
)

RIDE = {"town": "Couvin", "from_side": "BE", "direction": "both", "leaves_at": time(11), "seats": 2, "kilometres": 60}
#: Columns of a person that cannot hold any word: keys, and what only the software writes.
NO_WORDS = {
    ("members.User", "password"),
    ("members.SignUp", "password"),
    ("sessions.Session", "session_key"),
    ("sessions.Session", "session_data"),
    ("account.EmailConfirmation", "key"),
    ("mfa.Authenticator", "data"),
    ("usersessions.UserSession", "ip"),
    ("usersessions.UserSession", "session_key"),
    ("usersessions.UserSession", "data"),
    ("members.DataArchive", "file"),  # made of the other words, and named at random
    ("outbox.Message", "claimed_by"),
    ("site.SentForm", "outcome"),  # found by the name in it, which is a marked word
}
#: Tables of accounts: a guest has no row in them.
OF_ACCOUNTS = {"members.EarlierAddress", "account.EmailAddress", "mfa.Authenticator", "usersessions.UserSession"}
#: Columns that hold the address or the name, which are marked words themselves.
MARKED = {"email", "full_name", "guest_email", "to_email", "reply_to", "guest_name"}

_numbers = count(1)


def marked(kind="m"):
    """Return a word of at most twelve letters that stands nowhere else."""
    return f"{kind}q{next(_numbers):05d}x"


class Life:
    """Somebody, by their name and address, with rows of every kind. A guest is one without `user`."""

    def __init__(self, *, member):
        self.name = f"{marked('zoe')} {marked('lam')}"
        self.address = f"{marked('mail')}@ardenne.example"
        self.user = self._account() if member else None
        self.staff = UserFactory(first_name="Staff")
        self.words = {self.address, *self.name.split()}
        self._travel_and_outcome()
        self._invited_to_speak()
        self._what_is_to_come()
        self._bookings()
        wish = Wish(email=self.address, full_name=self.name, kind=MembershipKindFactory(), words="Bienvenue")
        decline(
            invitation=invite(space=SpaceFactory(managers=[self.staff]), wish=wish, by=self.staff),
            user=None,
            words="Non merci",
        )
        sent_off(a_draft(event=self.coming.event, by=self.staff))
        wrote = {"name": self.name, "email": self.address, "text": "Une place ?", "language": "fr"}
        message = send_message(space=SpaceFactory(managers=[self.staff]), **wrote)
        answer_message(message=message, text="Oui", by=self.staff)
        if member:
            self._of_a_member()
        refuse_optional(email=self.address)
        MessageFactory(to_email=self.staff.email, reply_to=self.address, context={"asked_by": self.address})
        self._session({"asked_by": self.address})

    @property
    def person(self):
        """Return whose rows these are, as the table of personal data looks for them."""
        addresses = {self.address} | ({self.earlier} if self.user else set())
        return Person(self.user, frozenset(map(HeldAddress, addresses))).under(self.name)

    def mark(self):
        """Write a marked word into every column of words that the table says is theirs; note which must stay.

        Fails where the person has no row of a line: then make one above."""
        self.staying, self.columns, self.told = set(), set(), {}
        for line in table():
            if not line.found or (self.user is None and (line.model in OF_ACCOUNTS or line.found.words == "account")):
                continue
            rows = line.of(self.person)
            assert rows.exists(), f"There is no row for {line.model}, {line.found.words}."
            for column in line.columns:
                self._mark(line, column, rows)

    def _mark(self, line, column, rows):
        field = line.rows.model._meta.get_field(column)
        if field.choices or column in MARKED or (line.model, column) in NO_WORDS:
            return
        for key in rows.values_list("pk", flat=True):
            if (line.model, column, key) in self.columns:
                continue
            self.columns.add((line.model, column, key))
            word = marked()
            written = [word] if isinstance(field, ArrayField) else word
            line.rows.filter(pk=key).update(
                **{column: {"word": word} if isinstance(field, models.JSONField) else written}
            )
            if line.exported:
                self.told[word] = line.exported
            (self.staying if line.fate is Fate.KEPT else self.words).add(word)

    def _account(self):
        """Make an account that has changed its address, with something made for a guest under the earlier one."""
        self.earlier = f"{marked('old')}@ardenne.example"
        first, last = self.name.split()
        user = UserFactory(email=self.earlier, first_name=first, last_name=last)
        BookingFactory(guest_name=self.name, guest_email=self.earlier, as_manager=True, days=6)
        MessageFactory(to_email=self.earlier)
        EmailAddress.objects.filter(user=user).update(email=self.address)
        user.email = self.address
        user.save()
        keep_earlier_address(user=user, old=self.earlier, new=self.address)
        EmailConfirmation.create(EmailAddress.objects.get(user=user))
        note_sign_up(user=user)
        Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": self.name})
        UserSession.objects.create(user=user, ip="192.0.2.1", session_key=uuid4().hex, user_agent="Firefox")
        return update_profile(user=user, is_listed=True, gender="woman", website="https://ardenne.example")

    def _registered(self, event):
        if self.user:
            return register(event=event, user=self.user)
        token = register_guest(event=event, name=self.name, email=self.address, language="fr", residence="BE").token
        return confirm_guest(token=token)

    def _travel_and_outcome(self):
        """Make two events of yesterday: in one the person drove and told what came of it, in the other they rode."""
        drove, rode = EventFactory(), EventFactory()
        driver = self._registered(drove)
        ride = offer_ride(registration=driver, meeting_point="Gare", **RIDE)
        accept_seat(seat=ask_seat(ride=ride, registration=RegistrationFactory(event=drove)), by=driver)
        question = save_question(event=drove, question=Question(kind=QuestionKind.DIET), by=None)
        change_answers(registration=driver, answers=Answers({question.pk: Given(["vegan"])}, consents=True))
        companion = {"name": marked("com"), "answers": Answers({question.pk: Given(["vegan"])}, consents=True)}
        bring_companion(registration=driver, **companion)
        self.words.add(companion["name"])
        rider, other = self._registered(rode), RegistrationFactory(event=rode)
        seat = ask_seat(ride=offer_ride(registration=other, **RIDE), registration=rider, message="Je serai là")
        accept_seat(seat=seat, by=other)
        start = timezone.now() - timedelta(hours=20)
        day = timezone.localdate(start)
        past = {"starts_at": start, "ends_at": start + timedelta(hours=1), "earliest": day, "latest": day}
        Event.objects.filter(pk__in=[drove.pk, rode.pk]).update(state=EventState.PUBLISHED, **past)
        drove.refresh_from_db()
        mark_attendance(event=drove, registrations=[driver], by=self.staff)
        tell_outcome(registration=driver, kind=OutcomeKind.JOB, text="Engagée")
        log = {"user_id": self.staff.pk, "action_flag": CHANGE, "change_message": f"{self.name} est venue"}
        LogEntry.objects.log_actions(queryset=[driver], single_object=True, **log)
        SentForm.objects.create(fingerprint=marked(), outcome={"popup": f"{self.name} est venue"})

    def _invited_to_speak(self):
        Speaker.objects.create(
            event=EventFactory(), guest_name=self.name, guest_email=self.address, about="Potière", state="invited"
        )

    def _what_is_to_come(self):
        self.coming = self._registered(EventFactory(capacity=1))
        self.next_in_line = RegistrationFactory(event=self.coming.event)
        wish_ride(registration=self._registered(EventFactory()), town="Couvin", side="BE", direction="there")

    def _bookings(self):
        """Make bookings that are over, refused, cancelled and to come, a loan that is out, and a series."""
        who = {"user": self.user} if self.user else {"guest_name": self.name, "guest_email": self.address}
        made = {"by": self.staff, "as_manager": True, **who}
        room = ResourceFactory(needs_approval=True)
        self.booking = BookingFactory(resource=room, **made, purpose="Entretien")
        own = {"by": self.user or self.staff, "as_manager": self.user is None}
        cancel_booking(booking=BookingFactory(days=3, **made), reason="Je suis malade", **own)
        if self.user:
            asked = BookingFactory(resource=room, user=self.user, days=4)
            refuse_booking(booking=asked, by=self.staff, reason="Complet")
        kit = EquipmentFactory()
        loan = BookingFactory(resource=kit, place=kit.space, days=5, **made)
        Booking.objects.filter(pk=loan.pk).update(checked_in_at=timezone.now())
        lent = {"kind": HandoverKind.LENT, "space": kit.space, "note": "Rayé"}
        Handover.objects.create(unit=kit.units.get(), booking=loan, **lent)
        week = {"first_day": in_days(8, 9).date(), "until": in_days(15, 9).date(), "starts": time(9), "ends": time(10)}
        asked = SeriesRequest(resource=ResourceFactory(), pattern="weekly", **who, **week)
        book_series(asked=asked, by=self.staff, as_manager=True)

    def _of_a_member(self):
        asked = ask_membership(
            user=self.user, space=SpaceFactory(managers=[self.staff]), kind=MembershipKindFactory(), words="Je tourne"
        )
        refuse_membership(membership=asked, by=self.staff, reason="Complet")
        SpaceRoleFactory(user=self.user)
        NetworkRoleFactory(user=self.user)
        AffiliationFactory(user=self.user)
        PartnerPersonFactory(user=self.user)
        Merging.objects.create(kept=self.user, merged_by=self.staff, facts={"account": 1})
        StaffNote.objects.create(space=asked.space, person=self.user, text="Vient le mardi", author=self.staff)
        WaitFactory(user=self.user, purpose="Atelier")
        TopicProposal.objects.create(
            space=SpaceFactory(),
            user=self.user,
            day=date(2027, 3, 5),
            title="T",
            summary="S",
            language="fr",
            reason="R",
        )
        Speaker.objects.create(event=EventFactory(), user=self.user, about="Potière")
        Document.objects.create(
            added_by=self.user, title="T", text="T", file=ContentFile(b"%PDF", "t.pdf"), file_name="t.pdf"
        )
        Notice.objects.create(added_by=self.user, title="T", text="T", kind="offer", valid_until=date(2027, 3, 5))
        DataArchive.objects.create(user=self.user)
        for _browser in range(2):
            self._session({"_auth_user_id": str(self.user.pk)})

    def _session(self, held):
        session = SessionStore()
        session.update(held)
        session.save()
