"""The lines of spaces and bookings in the table of personal data."""

from django.db.models import Case, Value, When

from hacktiv.common.personal_data import by_hand, deleted, emptied, kept, nothing, of_account, of_address

from .enums import ERASED

OF_SPACE = "words of the space's managers on the space"
CATALOGUE = "the network's catalogue"

NAME_ALONE = "bookings for a name without an address: an action of the admin empties them"

BOOKINGS = of_account("user") | of_address("guest_email")
OF_BOOKING = of_account("booking__user") | of_address("booking__guest_email")
INVITATIONS = of_address("email") | of_account("membership__user")
SERIES = of_account("user") | of_address("guest_email")

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
        found=of_address("email"),
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
