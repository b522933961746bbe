"""The names that people read for the parts of the export of their data, and for its values that are choices, in the
page that goes with it."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.enums import Direction, OutcomeKind, RegistrationStatus, SeatState, SpeakerState, TopicState
from hacktiv.mailings.enums import LeftOut
from hacktiv.outbox.models import MessageState
from hacktiv.outbox.registry import labelled_kinds
from members.enums import (
    AffiliationRole,
    AgeBand,
    ConsentPurpose,
    Country,
    Gender,
    NetworkRoleKind,
    Residence,
    SkillDirection,
    Status,
)
from spaces.enums import BookingStatus, HandoverKind, InvitationState, MembershipState, MembershipStep, Pattern, Role

#: By the names in the JSON. A part that is missing here is shown by its own name.
WORDS = {
    # Parts.
    "person": _("Your account and your profile"),
    "home_spaces": _("Your home spaces"),
    "memberships": _("Your memberships"),
    "staff_notes": _("What a team notes on you"),
    "roles": _("Your roles in spaces"),
    "network_roles": _("Your roles in the network"),
    "organisations": _("Your organisations"),
    "merged_accounts": _("Your accounts that were merged"),
    "parts_of_partners": _("Your part in partners of projects"),
    "partner": _("Partner"),
    "project": _("Project"),
    "invitations": _("Your invitations to a membership"),
    "bookings": _("Your bookings"),
    "series": _("Your recurring bookings"),
    "shared_with_managers": _("What you shared with the other managers"),
    "waits": _("The places that you wait for"),
    "registrations": _("Your registrations"),
    "shared_travel": _("Your shared cars"),
    "talks": _("The events at which you speak"),
    "topics": _("The topics that you proposed"),
    "participations": _("Your attendance at events"),
    "surveys_answered": _("The surveys that you answered"),
    "outcomes": _("What came of events for you"),
    "visits": _("Your visits to the spaces"),
    "passes": _("Your passes"),
    "refuses_reminders_and_questions": _("Reminders and questions refused"),
    "messages": _("The mails that we send you"),
    "messages_to_spaces": _("What you write to a space"),
    "mailings": _("What a space writes to many people"),
    # The account.
    "account": _("Account"),
    "profile": _("Profile"),
    "skills": _("Skills"),
    "consents": _("Consents"),
    "calendar_feed": _("Private calendar address"),
    "is_on": _("In use"),
    "renewed_at": _("Renewed on"),
    "email": _("E-mail address"),
    "joined_on": _("Account opened on"),
    "last_sign_in": _("Last sign-in"),
    "participant_number": _("Participant number"),
    "addresses": _("Addresses"),
    "verified": _("Confirmed"),
    "primary": _("The one in use"),
    "earlier_addresses": _("Earlier addresses"),
    "left_at": _("Exchanged on"),
    "second_factors": _("Second factors"),
    "sessions": _("Sessions"),
    "began_at": _("Began on"),
    "address": _("Address"),
    "browser": _("Browser"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "headline": _("Headline"),
    "about": _("About"),
    "website": _("Website"),
    "residence": _("Country where you live"),
    "gender": _("Gender"),
    "age_band": _("Age band"),
    "is_listed": _("Shown in the members’ directory"),
    "wants_events_alone": _("You come for the events alone"),
    "skill": _("Skill"),
    "direction": _("Direction"),
    "given_at": _("Given on"),
    "withdrawn_at": _("Withdrawn on"),
    "made_at": _("Made on"),
    "last_used_at": _("Last used on"),
    # What many parts tell.
    "name": _("Name"),
    "type": _("Type"),
    "kind": _("Kind"),
    "state": _("State"),
    "status": _("State"),
    "language": _("Language"),
    "title": _("Title"),
    "text": _("Text"),
    "summary": _("Summary"),
    "purpose": _("Purpose"),
    "reason": _("Reason"),
    "note": _("Note"),
    "words": _("Words of the team"),
    "message": _("Message"),
    "answer": _("Answer"),
    "answers": _("Answers"),
    "question": _("Question"),
    "file": _("File"),
    "reference": _("Reference"),
    "space": _("Space"),
    "space__name": _("Space"),
    "resource": _("Resource"),
    "event": _("Event"),
    "event__slug": _("Event"),
    "ride__event__slug": _("Event"),
    "event__title": _("Event"),
    "role": _("Role"),
    "through": _("Organisation"),
    "organisation": _("Organisation"),
    "merged_at": _("Merged on"),
    "rows": _("What was carried over"),
    "kind_wished": _("Kind wished for"),
    "since": pgettext_lazy("first day", "From"),
    "until": pgettext_lazy("last day", "Until"),
    "from": pgettext_lazy("first day", "From"),
    "to": pgettext_lazy("last day", "Until"),
    "day": _("Day"),
    "date": _("Day"),
    "days": _("Days"),
    "at": _("On"),
    "on": _("On"),
    "people": _("People"),
    "side": _("Side of the border"),
    "home_space": _("Home space"),
    "home_side": _("Side of the home space"),
    "as_guest": _("As a guest, under"),
    "history": _("History"),
    "step": _("Step"),
    "with": _("With"),
    # Moments.
    "asked_at": _("Asked on"),
    "decided_at": _("Decided on"),
    "renewal_wished_at": _("Renewal wished on"),
    "written_at": _("Written on"),
    "sent_at": _("Sent on"),
    "due_at": _("Due on"),
    "valid_until": _("Valid until"),
    "first_day": _("First day"),
    "accepted_at": _("Accepted on"),
    "declined_at": _("Declined on"),
    "taken_back_at": _("Taken back on"),
    "cancelled_at": _("Cancelled on"),
    "checked_in_at": _("Checked in at"),
    "given_to_others_at": _("Given to others at"),
    "registered_at": _("Registered on"),
    "in_line_since": _("In line since"),
    "confirmed_at": _("Confirmed on"),
    "answered_at": _("Answered on"),
    "agreed_at": _("Agreed on"),
    "marked_at": _("Noted on"),
    "told_on": _("Told on"),
    "kept_until": _("Kept until"),
    "starts_at": _("Begins at"),
    # Of one part alone.
    "how_often": _("How often"),
    "hand_overs": _("Hand-overs"),
    "brings": _("Brings"),
    "offers": _("Offered"),
    "wishes": _("Wished for"),
    "seats": _("Seats"),
    "seats_taken": _("Seats taken"),
    "kilometres": _("Kilometres"),
    "town": _("Town"),
    "meeting_point": _("Meeting point"),
    "leaves_at": _("Leaves at"),
    "from_driver": _("Offered by the driver"),
    "what_came_of_it": _("What came of it"),
    "may_be_told": _("May be told publicly"),
    "subject": _("Subject"),
    "written_to": _("Written to"),
    "left_out_because": _("Left out because"),
    # Values.
    "yes": _("Yes"),
    "no": _("No"),
}

#: The same, by part of the export, where the name means something else than in most.
WORDS_OF = {
    "memberships": {"kind": _("Kind of membership")},
    "invitations": {"kind": _("Kind of membership"), "to": _("Sent to")},
    "messages": {"to": _("Sent to")},
    "mailings": {"to": _("Sent to")},
}

#: By the names in the JSON: the values that are choices, with their words, in every part.
CHOICES: dict[str, Mapping[str, Any]] = {
    "age_band": dict(AgeBand.choices),
    "gender": dict(Gender.choices),
    "home_side": dict(Country.choices),
    "language": dict(settings.LANGUAGES),
    "left_out_because": dict(LeftOut.choices),
    "residence": dict(Residence.choices),
    "side": dict(Country.choices),
    "what_came_of_it": dict(OutcomeKind.choices),
}
#: The same, by part of the export, where the name means another choice in each.
CHOICES_OF: dict[str, dict[str, Mapping[str, Any]]] = {
    "person": {
        "direction": dict(SkillDirection.choices),
        "purpose": dict(ConsentPurpose.choices),
        "status": dict(Status.choices),
        "type": {
            Authenticator.Type.TOTP: _("Application with codes"),
            Authenticator.Type.WEBAUTHN: _("Passkey"),
            Authenticator.Type.RECOVERY_CODES: _("Recovery codes"),
        },
    },
    "memberships": {"state": dict(MembershipState.choices), "step": dict(MembershipStep.choices)},
    "invitations": {"state": dict(InvitationState.choices)},
    "roles": {"role": dict(Role.choices)},
    "network_roles": {"role": dict(NetworkRoleKind.choices)},
    "organisations": {"role": dict(AffiliationRole.choices)},
    "bookings": {"status": dict(BookingStatus.choices), "kind": dict(HandoverKind.choices)},
    "series": {"how_often": dict(Pattern.choices)},
    "registrations": {"status": dict(RegistrationStatus.choices)},
    "shared_travel": {"direction": dict(Direction.choices), "state": dict(SeatState.choices)},
    "talks": {"state": dict(SpeakerState.choices)},
    "topics": {"state": dict(TopicState.choices)},
    "participations": {"status": dict(Status.choices)},
    "messages": {"state": dict(MessageState.choices)},
}


def choice_in_words(part: str, name: str, value: str) -> str:
    """Return a value of a part of the export as people read it: the words of a choice, else the value itself."""
    if (part, name) == ("messages", "kind"):
        return labelled_kinds().get(value, value)
    words = CHOICES_OF.get(part, {}).get(name) or CHOICES.get(name, {})
    return str(words.get(value, value))


def in_words(name: str, part: str = "") -> str:
    """Return a name in a part of the export, the name of a part, or a number of a list, as people read it."""
    words = WORDS_OF.get(part, {}).get(name) or WORDS.get(name)
    return str(words or name.replace("_", " ").capitalize())
