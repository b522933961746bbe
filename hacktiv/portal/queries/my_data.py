"""Read what is held about a person, in short, and what they agreed to, for the page of their data."""

from typing import NamedTuple

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.models import (
    Answer,
    EventOutcome,
    Participation,
    Registration,
    Ride,
    RideSeat,
    RideWish,
    Speaker,
    SurveyTaken,
    TopicProposal,
)
from hacktiv.common.personal_data import Person, rows_of
from hacktiv.mailings.models import MailingRecipient
from hacktiv.merging.models import Merging
from hacktiv.outbox.models import Message
from members.core.queries import person_of
from members.enums import NEWS_TOPICS, ConsentPurpose
from members.models import Affiliation, Consent, DataArchive, NetworkRole, User
from members.profiles.rules import PRESENCE_IN_WORDS
from reporting.models import PartnerPerson
from spaces.models import (
    Booking,
    ContactMessage,
    Document,
    HomeSpace,
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


class Kind(NamedTuple):
    """A kind of what is held: its name, what for and how long, and the tables whose rows are counted; none for what is
    there in any case."""

    name: Promise
    why: Promise
    until: Promise
    models: tuple[type[Model], ...] = ()


class HeldKind(NamedTuple):
    """A kind of what is held about one person, with the number of its rows; None for what is not counted."""

    kind: Kind
    number: int | None


WITH_THE_ACCOUNT = _("until you delete your account")
KINDS = (
    Kind(_("Your account"), _("to sign in and to be written to"), WITH_THE_ACCOUNT),
    Kind(
        _("Your profile and your skills"), _("what you choose to tell"), _("until you change it or delete your account")
    ),
    Kind(
        _("Your memberships"),
        _("to open what they open, and for the side of the border in the reports"),
        WITH_THE_ACCOUNT,
        (Membership, HomeSpace),
    ),
    Kind(
        _("Your invitations to a membership"),
        _("so that you can accept"),
        _("a year after their end, or until you delete your account"),
        (Invitation,),
    ),
    Kind(
        _("Your bookings and registrations"),
        _("to keep your place and to tell you of changes"),
        _("your name and your words leave them with your account"),
        (Booking, Series, Wait, Registration, Speaker),
    ),
    Kind(
        _("Your answers to the questions of an event"),
        _("said beside each question"),
        _("90 days after the event at most"),
        (Answer,),
    ),
    Kind(_("Your passes"), _("to count the days that are left"), WITH_THE_ACCOUNT, (PassScheme,)),
    Kind(
        _("Your attendance and your visits"),
        _("to count, for the European fund, who takes part and who crosses the border"),
        _("under a number drawn at random, which leads to nobody once your account is deleted"),
        (Participation, Visit, SurveyTaken),
    ),
    Kind(
        _("What came of events for you"),
        _("to show what the network achieves"),
        _("its words leave with your account"),
        (EventOutcome,),
    ),
    Kind(
        _("What a team notes on you"),
        _("to welcome and to advise you"),
        _("until they are deleted, at the latest with your account"),
        (StaffNote,),
    ),
    Kind(
        _("Your roles in spaces, in the network, in organisations and projects"),
        _("what you may do there"),
        WITH_THE_ACCOUNT,
        (SpaceRole, NetworkRole, Affiliation, PartnerPerson),
    ),
    Kind(
        _("The cars that you share"),
        _("so that driver and passengers find each other"),
        _("a week after the event; then only numbers stay, which name nobody"),
        (Ride, RideSeat, RideWish),
    ),
    Kind(
        _("The talks that you propose, and what you share with the managers"),
        _("to answer you, and so that others can use it"),
        _("until it is deleted; your name leaves it with your account"),
        (TopicProposal, Document, Notice),
    ),
    Kind(
        _("Accounts of yours that became this one"),
        _("so that what was done can be found"),
        WITH_THE_ACCOUNT,
        (Merging,),
    ),
    Kind(
        _("What you write to a space"),
        _("to answer you"),
        _("a year, or until you delete your account"),
        (ContactMessage,),
    ),
    Kind(
        _("The mails that we send you"),
        _("to know that they left; their text is not kept"),
        _("90 days; of a mailing, a year"),
        (Message, MailingRecipient),
    ),
)
#: Tables of which the number drawn at random says whose rows they are.
UNDER_A_NUMBER = (Participation, Visit, SurveyTaken)
#: The column by which a row is the account's, of tables whose rows hold no words of the person.
OF_THE_ACCOUNT: dict[type[Model], str] = {
    PassScheme: "members",
    HomeSpace: "user",
    PartnerPerson: "user",
    Merging: "kept",
}
#: What a consent means, by its purpose.
MEANINGS = {
    ConsentPurpose.DIRECTORY: _(
        "Other members see your name, headline, presentation, website, home space and skills. Your address stays"
        " hidden."
    ),
    ConsentPurpose.STATISTICS: _(
        "Your gender and your age band are counted with those of others, in the semester reports. To take this back"
        " empties both."
    ),
    ConsentPurpose.PHOTO: _(
        "Photos of events on which you can be recognised may be published. The people who run an event read your answer"
        " in their lists. If you take it back, none is published any more; those that are published are taken down when"
        " you ask."
    ),
    ConsentPurpose.PRESENCE: PRESENCE_IN_WORDS,
    **dict.fromkeys(NEWS_TOPICS, _("Mails that you can do without. Confirmations always come.")),
}


class ConsentShown(NamedTuple):
    """A purpose that a person agreed to, or did not: the consent that stands, and those that were taken back,
    newest first."""

    purpose: ConsentPurpose
    meaning: Promise | str
    current: Consent | None
    past: list[Consent]
    is_filled_in: bool

    @property
    def is_news(self) -> bool:
        return self.purpose in NEWS_TOPICS


def held_kinds(user: User) -> list[HeldKind]:
    """Return what is held about a person, kind by kind; the kinds of which there is nothing are left out."""
    person = person_of(user)
    kinds = [HeldKind(kind, sum(_count(model, user, person) for model in kind.models)) for kind in KINDS]
    return [
        HeldKind(one.kind, one.number if one.kind.models else None)
        for one in kinds
        if one.number or not one.kind.models
    ]


def consents_shown(user: User) -> list[ConsentShown]:
    """Return every purpose that asks for a consent, with what the person said of it and when. One query."""
    given = list(Consent.objects.filter(user=user).order_by("-given_at", "-pk"))
    shown = []
    for purpose in ConsentPurpose:
        rows = [consent for consent in given if consent.purpose == purpose]
        current = next((consent for consent in rows if consent.withdrawn_at is None), None)
        past = [consent for consent in rows if consent.withdrawn_at]
        is_filled_in = purpose == ConsentPurpose.STATISTICS
        shown.append(ConsentShown(purpose, MEANINGS.get(purpose, ""), current, past, is_filled_in))
    return shown


def archive_of(user: User) -> DataArchive | None:
    """Return the file of the person's data, under way, ready or failed; None where there is none to speak of."""
    archive = DataArchive.objects.filter(user=user).first()
    is_over = archive and not archive.is_underway and archive.kept_until and not archive.is_ready
    return None if is_over else archive


def _count(model: type[Model], user: User, person: Person) -> int:
    if model in UNDER_A_NUMBER:
        return model._default_manager.filter(participant_number=user.participant_number).count()
    if model in OF_THE_ACCOUNT:
        return model._default_manager.filter(**{OF_THE_ACCOUNT[model]: user}).count()
    return rows_of(model, person).count()
