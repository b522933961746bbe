"""Open a partner's part for a write of its people; mark it as done, give it back, ask again."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hacktiv.outbox.operations import enqueue
from members.core.operations import lock_actor
from members.models import User

from ...core.operations import check_coordinates
from ...core.queries import closing_of
from ...enums import ContributionState
from ...errors import ReportingError
from ...models import Contribution, Partner, PartnerPerson, Period
from ..rules import refusal_to_ask, refusal_to_tell, reminder_due

ASKED = "reporting.part_asked"
GIVEN_BACK = "reporting.part_given_back"
#: In characters.
LONGEST_WORD = 2000


def part_to_tell(*, partner: Partner, period: Period, by: User) -> Contribution:
    """Lock the part of a partner for a write of one of its people, and note that it is in work.

    Raises ReportingError: `not_yours` for who is not of the partner today, `done`, `closing`, `closed`, `gone`."""
    check_is_of(partner, by)
    contribution = locked_part(partner=partner, period=period)
    refusal = refusal_to_tell(contribution, closing_of(period))
    if refusal:
        raise refusal
    if contribution.state == ContributionState.NOT_BEGUN:
        contribution.state = ContributionState.IN_WORK
    contribution.changed_at = timezone.now()
    contribution.save(update_fields=["state", "changed_at"])
    return contribution


def check_is_of(partner: Partner, by: User) -> None:
    """Keep the account of who acts, and their role with the partner, until the transaction ends.

    Raises ReportingError: `gone`, `not_yours` for who is not of the partner today."""
    lock_actor(by, ReportingError)
    held = PartnerPerson.objects.held().filter(user=by, partner=partner)
    # The role is locked, so that ending it waits for what the person writes.
    if not by.is_active or held.select_for_update(no_key=True, of=("self",)).first() is None:
        raise ReportingError("not_yours", _("Only the people of this partner tell its part."))


def locked_part(*, partner: Partner, period: Period) -> Contribution:
    """Lock the half-year and the part of the partner in it, and return the part; the first time it is made.

    Raises ReportingError `not_yours` where partner and half-year are not of one project."""
    if partner.project_id != period.project_id:
        raise ReportingError("not_yours", _("This partner is another project’s."))
    Period.objects.select_for_update().get(pk=period.pk)
    of_both = {"partner": partner, "period": period}
    found = Contribution.objects.filter(**of_both).first()
    return found or Contribution.objects.create(**of_both, project_id=period.project_id)


@transaction.atomic
def mark_done(*, partner: Partner, period: Period, by: User) -> Contribution:
    """Note that the partner has told its part; a second time changes nothing.

    Raises ReportingError: `not_yours`, `closing`, `closed`, `gone`."""
    try:
        contribution = part_to_tell(partner=partner, period=period, by=by)
    except ReportingError as refusal:
        if refusal.code != ContributionState.DONE:
            raise
        return locked_part(partner=partner, period=period)
    contribution.state = ContributionState.DONE
    contribution.done_at, contribution.done_by = timezone.now(), by
    contribution.save(update_fields=["state", "done_at", "done_by"])
    return contribution


@transaction.atomic
def give_back(*, partner: Partner, period: Period, word: str, by: User) -> Contribution:
    """Give a part that is done, or shut by the closing, back to the partner with a word, and mail its people.

    Also after the report is closed: what they change then is a correction.
    Raises ReportingError: `not_yours`, `not_done`, `word`, `too_long`, `gone`."""
    check_coordinates(by)
    word = word.strip()
    if not word:
        raise ReportingError("word", _("Say why the part is given back: the partner reads it."))
    if len(word) > LONGEST_WORD:
        raise ReportingError("too_long", _("This word is longer than 2000 characters."))
    contribution = locked_part(partner=partner, period=period)
    if refusal_to_tell(contribution, closing_of(period)) is None:
        raise ReportingError("not_done", _("This part is open to its people: there is nothing to give back."))
    contribution.state, contribution.word = ContributionState.GIVEN_BACK, word
    contribution.given_back_at, contribution.given_back_by = timezone.now(), by
    contribution.save(update_fields=["state", "word", "given_back_at", "given_back_by"])
    _tell(contribution, GIVEN_BACK, contribution.given_back_at.isoformat())
    return contribution


@transaction.atomic
def ask_again(*, partner: Partner, period: Period, by: User) -> int:
    """Mail the people of a partner that its part is awaited; once a day. Return how many are mailed.

    Raises ReportingError: `not_yours`, `done`, `closing`, `closed` (unless the part was given back), `nobody` (no
    person reads the part), `gone`."""
    check_coordinates(by)
    contribution = locked_part(partner=partner, period=period)
    refusal = refusal_to_ask(contribution, closing_of(period))
    if refusal:
        raise refusal
    if not people_of(partner):
        raise ReportingError("nobody", _("Nobody reads the part of this partner yet: open it to somebody first."))
    contribution.asked_at = timezone.now()
    contribution.save(update_fields=["asked_at"])
    return _tell(contribution, ASKED, f"{timezone.localdate():%Y-%m-%d}")


@transaction.atomic
def set_partners_until(*, period: Period, until: date | None, by: User, meant: str = "") -> Period:
    """Set the date until which the partners tell their part; None takes it away.

    A new day that is over makes partners late at once: it is kept where `meant` says that same day.
    Raises ReportingError `not_yours`, `before` (it lies before the half-year begins), `past`."""
    check_coordinates(by)
    period = Period.objects.select_for_update().get(pk=period.pk)
    if until and until < period.starts_on:
        raise ReportingError("before", _("This day lies before the half-year."))
    if until and until < timezone.localdate() and until not in {period.partners_until, _day(meant)}:
        raise ReportingError("past", _past(period, until))
    period.partners_until = until
    period.save(update_fields=["partners_until"])
    return period


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _past(period: Period, until: date) -> str:
    """Say what a day that is over brings about: who is told this night that they are late."""
    told = Contribution.objects.filter(period=period, state=ContributionState.DONE).values("partner")
    partners = Partner.objects.filter(project=period.project_id).exclude(pk__in=told)
    is_told = reminder_due(until, timezone.localdate()) and closing_of(period) is None
    number = sum(len(people_of(partner)) for partner in partners) if is_told else 0
    words = ngettext(
        "This day is over: the partners that are not done are late at once, and %(number)d person gets a mail tonight."
        " Keep it all the same? Then send it once more.",
        "This day is over: the partners that are not done are late at once, and %(number)d people get a mail tonight."
        " Keep it all the same? Then send it once more.",
        number,
    )
    return words % {"number": number}


def people_of(partner: Partner) -> list[PartnerPerson]:
    """Return who reads the part of the partner today."""
    held = PartnerPerson.objects.held().filter(partner=partner, user__is_active=True)
    return list(held.select_related("user").order_by("pk"))


def _tell(contribution: Contribution, template: str, occasion: str) -> int:
    mailed = [
        enqueue(
            key=f"{template}:{contribution.pk}:{role.user_id}:{occasion}",
            template=template,
            to_email=role.user.email,
            to_name=str(role.user),
            language=role.user.language,
            context={"contribution": contribution.pk, "role": role.pk},
        )
        for role in people_of(contribution.partner)
    ]
    return len([message for message in mailed if message])
