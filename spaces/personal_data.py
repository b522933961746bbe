"""The lines of spaces and bookings in the table of personal data."""

from django.db.models import Case, Value, When

from hacktiv.common.personal_data import Merging, by_hand, deleted, emptied, kept, nothing, of_account, of_address, tied

from .enums import ERASED

OF_SPACE = "words of the space's managers on the space"
CATALOGUE = "the network's catalogue"

NAME_ALONE = "bookings for a name without an address: an action of the admin empties them"

BOOKINGS = of_account("user") | of_address("guest_email", "created_at")
OF_BOOKING = of_account("booking__user") | of_address("booking__guest_email", "booking__created_at")
INVITATIONS = of_address("email", "made_at") | of_account("membership__user")
SERIES = of_account("user") | of_address("guest_email", "created_at")

LINES = [
    emptied("spaces.Booking", "guest_name guest_email purpose", found=BOOKINGS, exported="bookings"),
    emptied(
        "spaces.Booking",
        "reason",
        found=BOOKINGS,
        exported="bookings",
        empty=Case(When(status="refused", then=Value(ERASED)), default=Value("")),
    ),
    deleted("spaces.Series", "guest_name guest_email purpose", found=SERIES, exported="series"),
    by_hand("spaces.Booking", "guest_name purpose reason", why=NAME_ALONE),
    by_hand("spaces.Series", "guest_name purpose", why=NAME_ALONE),
    by_hand("spaces.Handover", "note", why=NAME_ALONE),
    deleted("spaces.Membership", "note reason", found=of_account("user"), exported="memberships"),
    deleted("spaces.MembershipChange", "reason", found=of_account("membership__user"), exported="memberships"),
    deleted("spaces.SpaceRole", "role", found=of_account("user"), exported="roles"),
    deleted("spaces.Invitation", "email full_name words answer", found=INVITATIONS, exported="invitations"),
    by_hand("spaces.Invitation", "words", why="words of the team that may name another person"),
    deleted("spaces.StaffNote", "text", found=of_account("person"), exported="staff_notes"),
    by_hand("spaces.StaffNote", "text", why="notes on one person that may name another"),
    nothing("spaces.MembershipKind", "slug", why="a code"),
    by_hand("spaces.MembershipKind", "name description prices", why=OF_SPACE),
    deleted("spaces.Wait", "purpose", found=of_account("user"), exported="waits"),
    emptied("spaces.Handover", "note", found=OF_BOOKING, exported="bookings"),
    nothing("spaces.Occurrence", "refusal", why="the code of a rule"),
    kept(
        "spaces.Document",
        "title text file_name",
        found=of_account("added_by"),
        exported="shared_with_managers",
        why="the network's own papers; the author's name leaves with the account",
    ),
    kept("spaces.Document", "file", found=of_account("added_by"), why="as its title; the author reads it on its page"),
    kept(
        "spaces.Notice",
        "title text",
        found=of_account("added_by"),
        exported="shared_with_managers",
        why="the network's own papers; the author's name leaves with the account",
    ),
    deleted(
        "spaces.ContactMessage",
        "name email language text answer",
        found=of_address("email", "written_at"),
        exported="messages_to_spaces",
    ),
    nothing("spaces.ContactMessage", "fingerprint", why="nothing can be read back from it"),
    by_hand("spaces.TeamMember", "name role", why="shown with consent, taken off by a manager on demand"),
    by_hand("spaces.PassScheme", "name", why="named by the staff; who has the pass is deleted with the account"),
    by_hand("spaces.SideCorrection", "reason", why="why a side was corrected; it stands beside no name"),
    nothing("spaces.PassScheme", "code", why="a voucher's code"),
    by_hand("spaces.Closure", "reason", why=OF_SPACE),
    nothing("spaces.Hold", "key label", why="the number and the title of an event"),
    by_hand(
        "spaces.Space",
        "tagline description access access_by_car access_by_train access_by_bicycle accessibility prices contact_email"
        " phone website",
        why=OF_SPACE,
    ),
    nothing("spaces.Space", "slug name street postcode town nuts", why="the space's own name and place"),
    by_hand("spaces.Resource", "name description prices", why=OF_SPACE),
    nothing("spaces.Resource", "slug", why="an address of the site"),
    nothing("spaces.Unit", "name", why="the number or the name of a place"),
    nothing("spaces.OpenedDay", "opens closes units", why="hours of a space, numbers of its places"),
    nothing("spaces.Service", "slug name icon", why=CATALOGUE),
    nothing("spaces.Feature", "slug name icon", why=CATALOGUE),
    by_hand("spaces.Photo", "image alternative_text", why="pictures of spaces, chosen by their managers"),
    by_hand("spaces.Plan", "image alternative_text", why="plans of rooms"),
    by_hand("spaces.Scene", "image alternative_text title description", why="panoramas of spaces"),
    nothing("spaces.Photo", "renditions", why="names of files made from the picture"),
    nothing("spaces.Plan", "renditions", why="names of files made from the picture"),
    nothing("spaces.Scene", "renditions", why="names of files made from the picture"),
    by_hand("spaces.Hotspot", "label text", why=OF_SPACE),
]

ACTED = "who did it; the row is another's"

TIES = [
    tied("spaces.SpaceRole", "user", Merging.DROPPED, exported="roles", why="rights are given anew, not carried over"),
    tied("spaces.SpaceRole", "given_by ended_by", Merging.MOVED, why=ACTED),
    tied(
        "spaces.Membership",
        "user",
        Merging.JOINED,
        exported="memberships",
        why="one current membership and one request for each space: those of the account that stays",
    ),
    tied("spaces.Membership", "decided_by", Merging.MOVED, why=ACTED),
    tied(
        "spaces.MembershipChange", "membership", Merging.MOVED, exported="memberships", why="goes with its membership"
    ),
    tied("spaces.MembershipChange", "made_by", Merging.MOVED, why=ACTED),
    tied(
        "spaces.HomeSpace",
        "user",
        Merging.JOINED,
        exported="home_spaces",
        why="one at a time: on days of both, that of the account that stays",
    ),
    tied("spaces.Booking", "user", Merging.JOINED, exported="bookings", why="two at one time stay both"),
    tied("spaces.Booking", "guest_email", Merging.KEPT, exported="bookings", why="found by the earlier address"),
    tied("spaces.Booking", "created_by decided_by cancelled_by checked_in_by", Merging.MOVED, why=ACTED),
    tied("spaces.Series", "user", Merging.MOVED, exported="series"),
    tied("spaces.Series", "guest_email", Merging.KEPT, exported="series", why="found by the earlier address"),
    tied("spaces.Correction", "noted_by made_by", Merging.MOVED, why=ACTED),
    tied("spaces.Closure", "created_by", Merging.MOVED, why=ACTED),
    tied(
        "spaces.ContactMessage",
        "email",
        Merging.KEPT,
        exported="messages_to_spaces",
        why="found by the earlier address",
    ),
    tied("spaces.ContactMessage", "answered_by", Merging.MOVED, why=ACTED),
    tied("spaces.Handover", "by", Merging.MOVED, why=ACTED),
    tied("spaces.Invitation", "email", Merging.KEPT, exported="invitations", why="found by the earlier address"),
    tied("spaces.Invitation", "membership", Merging.MOVED, exported="invitations", why="goes with its membership"),
    tied("spaces.Agreement", "made_by", Merging.MOVED, why=ACTED),
    tied("spaces.Invitation", "made_by taken_back_by", Merging.MOVED, why=ACTED),
    tied("spaces.StaffNote", "person", Merging.MOVED, exported="staff_notes"),
    tied("spaces.StaffNote", "author", Merging.MOVED, why=ACTED),
    tied("spaces.PassScheme_members", "user", Merging.JOINED, exported="passes", why="each pass once"),
    tied("spaces.Visit", "participant_number", Merging.JOINED, exported="visits", why="one in a space on a day"),
    tied(
        "spaces.SideCorrection", "visit", Merging.MOVED, why="the trace of a correction; goes with the visit that stays"
    ),
    tied("spaces.SideCorrection", "made_by", Merging.MOVED, why=ACTED),
    tied("spaces.Document", "added_by", Merging.MOVED, exported="shared_with_managers"),
    tied("spaces.Notice", "added_by", Merging.MOVED, exported="shared_with_managers"),
    tied("spaces.Space", "contact_email", Merging.KEPT, why="a space's"),
    tied("spaces.Wait", "user", Merging.JOINED, exported="waits", why="one place in each line: the earlier"),
]
