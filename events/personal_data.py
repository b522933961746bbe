"""The lines of events in the table of personal data."""

from django.db.models import Q

from hacktiv.common.personal_data import Merging, by_hand, deleted, emptied, kept, nothing, of_account, of_address, tied

OF_EVENT = "words of the organisers on the event"
PROGRAMME = "the network's programme"

#: What staff note of an event afterwards is of the time of the event.
REGISTRATIONS = of_account("user") | of_address("guest_email", "registered_at", "event__starts_at")
SPEAKERS = of_account("user") | of_address("guest_email", "asked_at")
#: All that is known of a companion without an address is what the person told who brings them.
BROUGHT = (
    of_account("brought_by__user")
    | of_address("brought_by__guest_email", "brought_by__registered_at", "brought_by__event__starts_at")
).which("companions without an address", Q(user=None, guest_email=""))
OF_REGISTRATION = of_account("registration__user") | of_address(
    "registration__guest_email", "registration__registered_at", "registration__event__starts_at"
)
OF_BROUGHT = (
    of_account("registration__brought_by__user")
    | of_address(
        "registration__brought_by__guest_email",
        "registration__brought_by__registered_at",
        "registration__brought_by__event__starts_at",
    )
).which("companions without an address", Q(registration__user=None, registration__guest_email=""))

LINES = [
    emptied(
        "events.Registration",
        "guest_name guest_email guest_residence",
        found=REGISTRATIONS,
        exported="registrations",
    ),
    emptied("events.Registration", "guest_name guest_residence", found=BROUGHT, why="told under `brings`"),
    by_hand(
        "events.Registration", "guest_name", why="registrations of a name without an address: emptied in the admin"
    ),
    deleted("events.Answer", "chosen text", found=OF_REGISTRATION, exported="registrations"),
    deleted("events.Answer", "chosen text", found=OF_BROUGHT, why="the companion's"),
    emptied("events.EventOutcome", "text", found=OF_REGISTRATION, exported="outcomes"),
    emptied("events.Ride", "town meeting_point", found=OF_REGISTRATION, exported="shared_travel"),
    deleted("events.RideWish", "town", found=OF_REGISTRATION, exported="shared_travel"),
    emptied("events.RideSeat", "message", found=OF_REGISTRATION, exported="shared_travel"),
    deleted("events.TopicProposal", "title summary reason", found=of_account("user"), exported="topics"),
    deleted("events.Speaker", "about guest_name guest_email", found=SPEAKERS, exported="talks"),
    by_hand("events.Speaker", "guest_name", why="guest speakers who are known by name alone"),
    kept("events.SurveyAnswer", "text", why="of nobody: no person and no time stands beside it"),
    by_hand("events.EventPhoto", "image alternative_text consent", why="shown with the consent of those on it"),
    nothing("events.EventPhoto", "renditions", why="names of files made from the picture"),
    kept("events.Proof", "name file", why="proof for the fund's audits, as long as the fund may ask"),
    nothing("events.Proof", "sha256", why="a digest"),
    by_hand("events.Proof", "refusal", why="why a proof was refused"),
    nothing("events.Proof", "imported", why="numbers of rows and codes"),
    by_hand("events.Change", "reason", why="the report lists it as a deviation"),
    by_hand("events.ResidenceCorrection", "reason", why="why a residence was corrected; it stands beside no name"),
    by_hand("events.WayCorrection", "reason", why="why a way was corrected; it stands beside no name"),
    nothing("events.Change", "before", why="numbers of rows, a link and codes"),
    by_hand("events.DeclaredCount", "reason", why="why a count was corrected"),
    by_hand("events.Event", "title summary description place route online_link source", why=OF_EVENT),
    nothing("events.Event", "slug languages proofs_owed", why="an address of the site, and codes"),
    by_hand("events.EventType", "summary description", why=PROGRAMME),
    nothing("events.EventType", "slug name icon colour proofs_owed", why=PROGRAMME),
    by_hand("events.Material", "name link file", why="public documents of an event"),
    by_hand("events.MessageRule", "words", why=OF_EVENT),
    nothing("events.Question", "text purpose options", why="asked of everybody"),
    nothing("events.SurveyQuestion", "text choices", why="asked of everybody"),
]

ACTED = "who did it; the row is another's"
WITH_REGISTRATION = "goes with the registration that stays"

TIES = [
    tied("events.Event", "created_by", Merging.MOVED, why=ACTED),
    tied("events.Change", "made_by", Merging.MOVED, why=ACTED),
    tied(
        "events.Registration",
        "user guest_email participant_number",
        Merging.JOINED,
        exported="registrations",
        why="one at each event: that of the surest presence, else the one with the better place",
    ),
    tied("events.Registration", "registered_by", Merging.MOVED, why=ACTED),
    tied("events.Registration", "brought_by", Merging.MOVED, exported="registrations", why=WITH_REGISTRATION),
    tied("events.Answer", "registration", Merging.JOINED, exported="registrations", why="to each question the later"),
    tied(
        "events.Participation",
        "participant_number registration",
        Merging.JOINED,
        exported="participations",
        why="one at each event: the surest; it keeps what the other alone knows",
    ),
    tied("events.Participation", "marked_by", Merging.MOVED, why=ACTED),
    tied(
        "events.ResidenceCorrection", "participation", Merging.MOVED, why="the trace goes with the presence that stays"
    ),
    tied("events.ResidenceCorrection", "made_by", Merging.MOVED, why=ACTED),
    tied("events.WayCorrection", "participation", Merging.MOVED, why="the trace goes with the presence that stays"),
    tied("events.WayCorrection", "made_by", Merging.MOVED, why=ACTED),
    tied("events.DeclaredCount", "entered_by", Merging.MOVED, why=ACTED),
    tied("events.Proof", "added_by checked_by refused_by", Merging.MOVED, why=ACTED),
    tied(
        "events.SurveyTaken",
        "participant_number",
        Merging.JOINED,
        exported="surveys_answered",
        why="one for each event; the answers are of nobody, and all stay",
    ),
    tied(
        "events.EventOutcome", "registration", Merging.JOINED, exported="outcomes", why="one for each event: the later"
    ),
    tied("events.EventOutcome", "partner", Merging.MOVED, why="named by another person; nobody is their own partner"),
    tied("events.Ride", "registration", Merging.JOINED, exported="shared_travel", why="one car to drive to each event"),
    tied("events.RideWish", "registration", Merging.JOINED, exported="shared_travel", why="one for each event"),
    tied("events.RideSeat", "registration", Merging.JOINED, exported="shared_travel", why="one seat for each way"),
    tied("events.EventSeries", "made_by", Merging.MOVED, why=ACTED),
    tied("events.Speaker", "user", Merging.JOINED, exported="talks", why="one for each event; who agreed stays"),
    tied("events.Speaker", "guest_email", Merging.KEPT, exported="talks", why="found by the earlier address"),
    tied("events.TopicProposal", "user", Merging.JOINED, exported="topics", why="one proposal for a space and a day"),
    tied("events.TopicProposal", "decided_by", Merging.MOVED, why=ACTED),
]
