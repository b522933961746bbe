"""The lines of people in the table of personal data, with those of the libraries that keep accounts and sessions."""

from django.db.models import Q

from hacktiv.common.personal_data import Found, Merging, Person, by_hand, deleted, nothing, of_account, tied

CATALOGUE = "the network's catalogue"
OWN_CODE = "codes of the software"
UNCONFIRMED = "typed for an address that nobody has confirmed: of nobody until it becomes the account's"
SECRET = "a secret, of use to nobody else"  # noqa: S105


def _account(person: Person) -> Q:
    return Q(pk=person.user.pk) if person.user else Q(pk__in=[])


def _addresses(person: Person) -> Q:
    """Find the account's, and those that somebody typed who is not their owner."""
    found = Q(user=person.user) if person.user else Q(pk__in=[])
    for address in person.present:
        found |= Q(email__iexact=address)
    return found


def _sessions(person: Person) -> Q:
    from .accounts.queries import sessions_of  # noqa: PLC0415 - models are not there when this module is read

    return Q(pk__in=sessions_of(person))


ACCOUNT = Found("account", _account)

LINES = [
    deleted(
        "members.User",
        "email first_name last_name headline about website language residence status gender age_band",
        found=ACCOUNT,
        exported="person",
    ),
    deleted("members.User", "password", found=ACCOUNT, why=SECRET),
    deleted("members.SignUp", "first_name last_name password language", found=of_account("user"), why=UNCONFIRMED),
    deleted("members.EarlierAddress", "email", found=of_account("user"), exported="person"),
    deleted("account.EmailAddress", "email", found=Found("account, address", _addresses), exported="person"),
    deleted("account.EmailConfirmation", "key", found=of_account("email_address__user"), why=SECRET),
    deleted("sessions.Session", "session_key session_data", found=Found("account, address", _sessions), why=SECRET),
    deleted(
        "mfa.Authenticator", "data", found=of_account("user"), why=f"{SECRET}; the export tells the name of a passkey"
    ),
    deleted("usersessions.UserSession", "ip user_agent", found=of_account("user"), exported="person"),
    deleted("usersessions.UserSession", "session_key data", found=of_account("user"), why=SECRET),
    deleted("members.NetworkRole", "role", found=of_account("user"), exported="network_roles"),
    deleted("members.DataArchive", "file", found=of_account("user"), why="it holds the export itself"),
    deleted("members.Affiliation", "role", found=of_account("user"), exported="organisations"),
    by_hand(
        "members.Organisation", "name legal_name street postcode town website description", why="an organisation's"
    ),
    nothing("members.Organisation", "slug kind", why="a code"),
    nothing("members.SkillCategory", "slug name", why=CATALOGUE),
    nothing("members.Skill", "slug name", why=CATALOGUE),
    by_hand("auth.Group", "name", why="groups of accounts, named by superusers"),
    nothing("auth.Permission", "name codename", why=OWN_CODE),
    nothing("contenttypes.ContentType", "app_label model", why=OWN_CODE),
]

ACTED = "who did it; the row is another's"
HOLDS = "rights are not carried over: they are given anew by who may give them"

TIES = [
    tied("members.User", "email", Merging.DROPPED, exported="person", why="becomes an earlier address of the other"),
    tied(
        "members.User",
        "first_name last_name headline about website residence status gender age_band",
        Merging.FILLED,
        exported="person",
        why="gender and age band only by consent, words only where nothing becomes public by it",
    ),
    tied("members.User", "participant_number", Merging.DROPPED, exported="person", why="all rows get the other number"),
    tied("members.User_groups", "user", Merging.DROPPED, why=HOLDS),
    tied("members.User_user_permissions", "user", Merging.DROPPED, why=HOLDS),
    tied("members.SignUp", "user", Merging.DROPPED, why=UNCONFIRMED),
    tied("members.EarlierAddress", "user email", Merging.JOINED, exported="person", why="each address once"),
    tied("members.UserSkill", "user", Merging.JOINED, exported="person", why="none becomes public by it"),
    tied("members.Consent", "user", Merging.JOINED, exported="person", why="the later decision holds"),
    tied("members.NetworkRole", "user", Merging.DROPPED, exported="network_roles", why=HOLDS),
    tied("members.NetworkRole", "given_by ended_by", Merging.MOVED, why=ACTED),
    tied("members.Affiliation", "user", Merging.DROPPED, exported="organisations", why=HOLDS),
    tied("members.Affiliation", "given_by ended_by", Merging.MOVED, why=ACTED),
    tied("members.CalendarFeed", "user", Merging.DROPPED, exported="person", why="its address stops working"),
    tied("members.UnusedAccount", "user", Merging.DROPPED, why="an account that is merged is used"),
    tied("members.DataArchive", "user", Merging.DROPPED, why="it holds the export of one account; asked for anew"),
    tied("admin.LogEntry", "user", Merging.MOVED, why="what the person did as staff"),
    tied("account.EmailAddress", "user email", Merging.DROPPED, exported="person", why="becomes an earlier address"),
    tied("account.EmailConfirmation", "email_address", Merging.DROPPED, why=SECRET),
    tied("mfa.Authenticator", "user", Merging.DROPPED, exported="person", why="opens the account that goes alone"),
    tied("usersessions.UserSession", "user", Merging.DROPPED, exported="person", why="signed out everywhere"),
    tied("members.Organisation", "added_by", Merging.MOVED, why=ACTED),
]
