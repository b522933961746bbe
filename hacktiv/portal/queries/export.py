"""Read everything held about a person, as plain values for a file that machines and people can read."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from events.models import EventOutcome, Participation, Registration, Speaker, SurveyTaken
from events.travel.queries.rides import exported as exported_travel
from hacktiv.common.personal_data import Person, rows_of
from hacktiv.mailings.models import MailingRecipient
from hacktiv.merging.queries import merged_accounts
from hacktiv.outbox.models import Message
from hacktiv.outbox.operations import refuses_optional
from members.accounts.queries import export_person
from members.core.queries import person_of
from members.models import Affiliation, NetworkRole, User
from reporting.models import PartnerPerson
from spaces.models import (
    Booking,
    ContactMessage,
    Document,
    Invitation,
    Membership,
    Notice,
    PassScheme,
    Series,
    SpaceRole,
    StaffNote,
    Visit,
    Wait,
)


def export_of(user: User) -> dict[str, Any]:
    """Return everything held about the person, by kind: also what was made for them as a guest, under an address that
    they have confirmed. The table of personal data says which rows are theirs."""
    person = person_of(user)
    return {
        "exported_at": timezone.now().isoformat(),
        "person": export_person(user),
        **_where_they_belong(user, person),
        **_what_they_booked(person),
        **_what_they_took_part_in(user, person),
        **_where_they_came(user),
        **_mail_to_and_from_them(user, person),
        "merged_accounts": merged_accounts(user),
    }


def _where_they_belong(user: User, person: Person) -> dict[str, Any]:
    return {
        "home_spaces": [
            {"space": home.space.name, "since": home.since, "until": home.until}
            for home in user.homes.select_related("space").order_by("since")
        ],
        "memberships": [
            _membership(membership)
            for membership in rows_of(Membership, person)
            .select_related("space", "kind", "organisation")
            .prefetch_related("changes__kind")
        ],
        "staff_notes": [
            {"space": note.space.name, "text": note.text, "written_at": note.made_at}
            for note in rows_of(StaffNote, person).select_related("space")
        ],
        "roles": [
            {"role": role.role, "space": role.space.name, "since": role.since, "until": role.until}
            for role in rows_of(SpaceRole, person).select_related("space")
        ],
        "network_roles": list(rows_of(NetworkRole, person).values("role", "since", "until")),
        "organisations": [
            {
                "organisation": row.organisation.name,
                "space": row.space.name if row.space else "",
                "role": row.role,
                "since": row.since,
                "until": row.until,
            }
            for row in rows_of(Affiliation, person).select_related("organisation", "space")
        ],
        "parts_of_partners": [
            {"partner": row.partner.name, "project": row.partner.project.title, "since": row.since, "until": row.until}
            for row in PartnerPerson.objects.filter(user=person.user).select_related("partner__project")
        ],
        "invitations": [
            _invitation(invitation)
            for invitation in rows_of(Invitation, person).select_related("space", "kind", "organisation")
        ],
    }


def _what_they_booked(person: Person) -> dict[str, Any]:
    return {
        "bookings": [_booking(booking) for booking in _bookings(person)],
        "series": [_series(series) for series in rows_of(Series, person).select_related("resource__space")],
        "shared_with_managers": [
            {"title": one.title, "text": one.text, "at": one.added_at, "file": getattr(one, "file_name", "")}
            for model in (Document, Notice)
            for one in rows_of(model, person)
        ],
        "waits": [_wait(wait) for wait in rows_of(Wait, person).select_related("resource__space")],
    }


def _what_they_took_part_in(user: User, person: Person) -> dict[str, Any]:
    registrations = rows_of(Registration, person).select_related("event")
    numbers = {user.participant_number, *registrations.values_list("participant_number", flat=True)}
    return {
        "registrations": [
            _registration(registration)
            for registration in registrations.prefetch_related("answers__question", "companions")
        ],
        "shared_travel": exported_travel(registrations),
        "talks": [_talk(speaker) for speaker in rows_of(Speaker, person).select_related("event")],
        "topics": list(
            user.topic_proposals.values("title", "summary", "language", "day", "space__name", "state", "reason")
        ),
        "participations": [
            _participation(participation)
            for participation in Participation.objects.filter(participant_number__in=numbers).select_related(
                "event", "home_space"
            )
        ],
        "surveys_answered": list(
            SurveyTaken.objects.filter(participant_number__in=numbers)
            .order_by("event__earliest", "event")
            .values_list("event__title", flat=True)
        ),
        "outcomes": [
            _outcome(outcome)
            for outcome in rows_of(EventOutcome, person).select_related("registration__event", "partner")
        ],
    }


def _where_they_came(user: User) -> dict[str, Any]:
    return {
        "visits": [
            _visit(visit)
            for visit in Visit.objects.filter(participant_number=user.participant_number).select_related(
                "space", "home_space"
            )
        ],
        "passes": [
            {"name": scheme.name, "days": scheme.days, "from": scheme.starts_on, "to": scheme.ends_on}
            for scheme in PassScheme.objects.filter(members=user)
        ],
    }


def _mail_to_and_from_them(user: User, person: Person) -> dict[str, Any]:
    return {
        "refuses_reminders_and_questions": refuses_optional(user.email),
        "messages": [_message(message) for message in rows_of(Message, person)],
        "messages_to_spaces": [
            _contact(one) for one in rows_of(ContactMessage, person).select_related("space").order_by("pk")
        ],
        "mailings": [_mailing(one) for one in _mailings(person)],
    }


def _membership(membership: Membership) -> dict[str, Any]:
    return {
        "space": membership.space.name,
        "kind": membership.kind.name,
        "through": membership.organisation.name if membership.organisation else "",
        "state": membership.state,
        "since": membership.since,
        "until": membership.until,
        "note": membership.note,
        "reason": membership.reason,
        "asked_at": membership.asked_at,
        "decided_at": membership.decided_at,
        "renewal_wished_at": membership.renewal_wished_at,
        "kind_wished": membership.wished_kind.name if membership.wished_kind else "",
        "history": [
            {
                "step": change.step,
                "at": change.made_at,
                "kind": change.kind.name,
                "since": change.since,
                "until": change.until,
                "reason": change.reason,
            }
            for change in membership.changes.all()
        ],
    }


def _invitation(invitation: Invitation) -> dict[str, Any]:
    return {
        "to": invitation.email,
        "name": invitation.full_name,
        "space": invitation.space.name,
        "kind": invitation.kind.name,
        "through": invitation.organisation.name if invitation.organisation else "",
        "state": invitation.state,
        "language": invitation.language,
        "first_day": invitation.first_day,
        "words": invitation.words,
        "answer": invitation.answer,
        "made_at": invitation.made_at,
        "sent_at": invitation.sent_at,
        "valid_until": invitation.expires_at,
        "accepted_at": invitation.accepted_at,
        "declined_at": invitation.declined_at,
        "taken_back_at": invitation.taken_back_at,
    }


def _bookings(person: Person) -> QuerySet[Booking]:
    bookings = rows_of(Booking, person).select_related("resource__space", "place")
    return bookings.prefetch_related("handovers__space")


def _booking(booking: Booking) -> dict[str, Any]:
    return {
        "reference": booking.reference,
        "as_guest": _as_guest(booking),
        "space": booking.space.name,
        "resource": booking.resource.name,
        "from": booking.start,
        "to": booking.end,
        "status": booking.status,
        "purpose": booking.purpose,
        "reason": booking.reason,
        "made_at": booking.created_at,
        "cancelled_at": booking.cancelled_at,
        "checked_in_at": booking.checked_in_at,
        "given_to_others_at": booking.released_at,
        "hand_overs": [
            {"kind": one.kind, "at": one.at, "space": one.space.name, "note": one.note}
            for one in booking.handovers.all()
        ],
    }


def _talk(speaker: Speaker) -> dict[str, Any]:
    return {
        "event": speaker.event.title,
        "on": speaker.event.earliest,
        "about": speaker.about,
        "as_guest": _as_guest(speaker),
        "state": speaker.state,
    }


def _as_guest(row: Booking | Series | Registration | Speaker) -> dict[str, str]:
    """Return the name and the address under which somebody without an account was noted; empty for a member."""
    given = {"name": row.guest_name, "address": row.guest_email}
    return given if any(given.values()) else {}


def _series(series: Series) -> dict[str, Any]:
    return {
        "reference": series.reference,
        "as_guest": _as_guest(series),
        "space": series.resource.space.name,
        "resource": series.resource.name,
        "how_often": series.pattern,
        "first_day": series.first_day,
        "until": series.until,
        "from": series.starts,
        "to": series.ends,
        "purpose": series.purpose,
        "made_at": series.created_at,
    }


def _wait(wait: Wait) -> dict[str, Any]:
    return {
        "space": wait.resource.space.name,
        "resource": wait.resource.name,
        "from": wait.start,
        "to": wait.end,
        "people": wait.people,
        "purpose": wait.purpose,
        "in_line_since": wait.created_at,
    }


def _registration(registration: Registration) -> dict[str, Any]:
    return {
        "event": registration.event.title,
        "as_guest": _as_guest(registration) and {**_as_guest(registration), "residence": registration.guest_residence},
        "starts_at": registration.event.starts_at,
        "status": registration.status,
        "language": registration.language,
        "registered_at": registration.registered_at,
        "in_line_since": registration.queued_at,
        "confirmed_at": registration.confirmed_at,
        "cancelled_at": registration.cancelled_at,
        "brings": [{"name": one.guest_name, "status": one.status} for one in registration.companions.all()],
        "answers": [
            {
                "question": str(answer.question),
                "answer": answer.in_words,
                "answered_at": answer.answered_at,
                "agreed_at": answer.consented_at,
            }
            for answer in registration.answers.all()
        ],
    }


def _outcome(outcome: EventOutcome) -> dict[str, Any]:
    return {
        "event": outcome.registration.event.title,
        "what_came_of_it": outcome.kind,
        "text": outcome.text,
        "with": str(outcome.partner) if outcome.partner else "",
        "may_be_told": outcome.may_be_told,
        "told_on": outcome.told_on,
    }


def _participation(participation: Participation) -> dict[str, Any]:
    """Return the attributes as they were frozen for the statistics on the day of the event."""
    return {
        "event": participation.event.title,
        "date": participation.event.earliest,
        "residence": participation.residence,
        "status": participation.status,
        "gender": participation.gender,
        "age_band": participation.age_band,
        "home_space": participation.home_space and participation.home_space.name,
        "home_side": participation.home_side,
        "marked_at": participation.marked_at,
    }


def _visit(visit: Visit) -> dict[str, Any]:
    """Return the visit with both sides as they were frozen on the day."""
    return {
        "day": visit.day,
        "space": visit.space.name,
        "side": visit.side,
        "home_space": visit.home_space and visit.home_space.name,
        "home_side": visit.home_side,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "kind": message.template,
        "to": message.to_email,
        "language": message.language,
        "state": message.state,
        "due_at": message.due_at,
        "sent_at": message.sent_at,
    }


def _mailings(person: Person) -> QuerySet[MailingRecipient]:
    received = rows_of(MailingRecipient, person).select_related("mailing__space", "mailing__event")
    return received.prefetch_related("mailing__texts").order_by("pk")


def _mailing(received: MailingRecipient) -> dict[str, Any]:
    mailing = received.mailing
    return {
        "subject": str(mailing),
        "space": mailing.space.name if mailing.space else "",
        "event": mailing.event.title if mailing.event else "",
        "name": received.name,
        "to": received.email,
        "language": received.language,
        "written_to": not received.reason,
        "left_out_because": received.reason,
        "at": mailing.started_at,
    }


def _contact(message: ContactMessage) -> dict[str, Any]:
    return {
        "space": message.space.name,
        "name": message.name,
        "address": message.email,
        "language": message.language,
        "text": message.text,
        "written_at": message.written_at,
        "answer": message.answer,
        "answered_at": message.answered_at,
        "kept_until": message.kept_until,
    }
