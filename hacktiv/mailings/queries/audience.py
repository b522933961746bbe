"""Read the people of a mailing's audience, and who of them is written to."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from events.core.queries import language_of_receiver
from events.models import Registration
from hacktiv.outbox.operations import who_refuse
from members.core.queries import unconfirmed_accounts
from members.models import User
from members.profiles.queries import who_agreed
from spaces.models import HomeSpace, Membership

from ..enums import Audience, LeftOut, Sort
from ..models import Mailing, MailingText
from ..rules import UNKNOWN, Selection


class Addressee(NamedTuple):
    """Somebody of an audience: their account if any, how they are written to, and why they are not (blank: they are).

    The name is blank where the address is not known to be theirs."""

    user: int | None
    email: str
    name: str
    language: str
    reason: str


def addressees(mailing: Mailing) -> list[Addressee]:
    """Return the people of the audience as it is now, by address; each address once, and who has none."""
    found = _registrants(mailing) if mailing.audience == Audience.REGISTRANTS else _members(mailing)
    languages = Selection.of(mailing.selection).languages
    people: dict[str, Addressee] = {}
    without: list[Addressee] = []
    for one in found:
        if languages and one.language not in languages:
            continue
        if one.email:
            people.setdefault(one.email, one)
        else:
            without.append(one._replace(reason=LeftOut.NO_ADDRESS))
    people = _with_reasons(mailing, people)
    return [*without, *(people[email] for email in sorted(people))]


def _with_reasons(mailing: Mailing, people: dict[str, Addressee]) -> dict[str, Addressee]:
    """Say of each why they are not written to. What concerns a service that they use reaches all who can be reached."""
    accounts = [one.user for one in people.values() if one.user]
    unconfirmed = set(unconfirmed_accounts().filter(pk__in=accounts).order_by().values_list("pk", flat=True))
    agreed, refusing = None, set[str]()
    if mailing.sort == Sort.NEWS:
        agreed, refusing = who_agreed(mailing.topic), who_refuse(list(people))

    def reason(one: Addressee) -> str:
        if one.user in unconfirmed:
            return LeftOut.UNCONFIRMED
        if agreed is not None and one.user not in agreed:
            return LeftOut.NO_CONSENT
        return LeftOut.REFUSES if one.email in refusing else ""

    return {email: one._replace(reason=reason(one)) for email, one in people.items()}


def _members(mailing: Mailing) -> Iterator[Addressee]:
    selection = Selection.of(mailing.selection)
    today = timezone.localdate()
    memberships = Membership.objects.not_over(today).filter(user=OuterRef("pk"), state__in=selection.membership_states)
    if mailing.space_id:
        memberships = memberships.filter(space=mailing.space_id)
    if selection.kinds:
        memberships = memberships.filter(kind__in=selection.kinds)
    if selection.organisations:
        memberships = memberships.filter(organisation__in=selection.organisations)
    people: QuerySet[Any] = User.objects.filter(Exists(memberships), is_active=True)
    if selection.people:
        people = people.filter(pk__in=selection.people)
    if selection.sides:
        people = people.annotate(side=_side(today)).filter(side__in=_sides(selection))
    rows = people.order_by("pk").values_list("pk", "email", "first_name", "last_name", "language")
    for pk, email, first, last, language in rows:
        yield Addressee(pk, email.lower(), f"{first} {last}".strip(), language, "")


def _side(today: Any) -> Any:
    """Return the side of the border on which a person is at home, else the country where they live; blank: not said."""
    home = HomeSpace.objects.current(today).filter(user=OuterRef("pk")).values("space__country")[:1]
    return Coalesce(Subquery(home), F("residence"), Value(""), output_field=CharField())


def _sides(selection: Selection) -> list[str]:
    return ["" if side == UNKNOWN else side for side in selection.sides]


def _registrants(mailing: Mailing) -> Iterator[Addressee]:
    """Return the people on the list of the event; a companion without an address at that of who brings them."""
    selection = Selection.of(mailing.selection)
    found = Registration.objects.filter(event=mailing.event_id, status__in=selection.registration_states)
    if selection.ways:
        found = found.filter(way__in=selection.ways)
    if selection.sides:
        found = found.filter(side__in=_sides(selection))
    for registration in found.select_related("user", "brought_by__user").order_by("pk"):
        receiver = registration.mailed
        name = str(receiver.person_name) if receiver.address_is_confirmed else ""
        language = language_of_receiver(receiver)
        yield Addressee(receiver.user_id, receiver.person_email.lower(), name, language, "")


class InLanguage(NamedTuple):
    """The number of those who read a language, and the text that they get; None where none is written."""

    language: str
    number: int
    text: MailingText | None

    @property
    def is_fallback(self) -> bool:
        return self.text is not None and self.text.language != self.language


class Reach(NamedTuple):
    """The numbers of an audience: of all, of who is written to by language, and of who is left out by reason."""

    total: int
    written_to: int
    languages: list[InLanguage]
    left_out: list[tuple[LeftOut, int]]


def reach_of(mailing: Mailing) -> Reach:
    """Count the audience of a mailing as it is now."""
    people = addressees(mailing)
    reasons = Counter(one.reason for one in people)
    languages = Counter(one.language for one in people if not one.reason)
    return Reach(
        total=len(people),
        written_to=reasons[""],
        languages=[InLanguage(code, number, mailing.text_in(code)) for code, number in languages.most_common()],
        left_out=[(reason, reasons[reason]) for reason in LeftOut if reasons[reason]],
    )
