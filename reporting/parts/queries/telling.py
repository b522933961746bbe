"""Read what partners told of their parts: texts, words on counts, missing actions, spending, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from hacktiv.common.languages import texts_of

from ...building.queries.content import Action, Words, read
from ...building.queries.records import Placed
from ...core.queries import closing_of
from ...enums import ContributionState, PartnerRole, ProposalState, Section, VersionState
from ...models import (
    Contribution,
    ContributionText,
    CountWord,
    Partner,
    PartnerPerson,
    Period,
    ProposedAction,
    Spending,
)
from ...models.spending import AMOUNTS
from ..rules import refusal_to_tell
from .own_part import OwnPart, own_parts

#: The counts of an action: participations at least and at most, persons at least and at most.
Counts = tuple[int | None, int | None, int | None, int | None]


@dataclass(frozen=True)
class SectionText:
    """The text of a partner for one section; blank while nobody wrote it."""

    section: Section
    row: ContributionText | None

    @property
    def words(self) -> Words:
        return texts_of(self.row, "text") if self.row else {}


@dataclass(frozen=True)
class OwnAction:
    """An action of the partner, with the word that it said on its counts."""

    action: Action
    said: CountWord | None

    @property
    def counts(self) -> str:
        return written_counts(counts_of(self.action))

    @property
    def is_said(self) -> bool:
        """Return whether the partner said its word on the counts as they are now."""
        return self.said is not None and self.said.counts == counts_of(self.action)

    @property
    def is_contested(self) -> bool:
        """Return whether the partner finds the counts as they are now wrong."""
        return self.said is not None and self.is_said and not self.said.is_right

    @property
    def is_counted(self) -> bool:
        """Return whether anybody knows how many came: else there is nothing to confirm, only to tell."""
        return is_counted(self.action)


@dataclass(frozen=True)
class ToldPart:
    """The part of a partner with all that it told of it. `people` read it today."""

    part: OwnPart
    contribution: Contribution
    texts: tuple[SectionText, ...]
    said: dict[str, CountWord]
    proposals: tuple[ProposedAction, ...]
    spending: Spending | None
    people: int
    is_open: bool
    closing: VersionState | None

    @property
    def partner(self) -> Partner:
        return self.part.partner

    @property
    def state(self) -> str:
        return self.contribution.state

    @property
    def actions(self) -> list[OwnAction]:
        return self._with_words(self.part.actions)

    @property
    def elsewhere(self) -> list[OwnAction]:
        return self._with_words(self.part.elsewhere)

    @property
    def has_actions(self) -> bool:
        return bool(self.part.actions or self.part.elsewhere)

    @property
    def to_confirm(self) -> int:
        """Return how many actions have counts on which the partner said nothing yet."""
        return len(self.unsaid)

    @property
    def to_count(self) -> int:
        return len(self.untold)

    @property
    def empty_texts(self) -> list[Section]:
        """Return the sections for which the partner wrote nothing."""
        return [text.section for text in self.texts if not text.words]

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is left for the partner to tell."""
        tells_spending = not self.spends or self.spending is not None
        lacks = self.to_confirm or self.to_count or self.empty_texts or self.part.lacking_proof
        return tells_spending and not lacks

    @property
    def is_closed(self) -> bool:
        """Return whether a report of the half-year was closed."""
        return self.contribution.period.closed_at is not None

    @property
    def is_correction(self) -> bool:
        """Return whether what its people change comes after the closing: the part was given back for that."""
        return self.is_open and self.is_closed

    @property
    def unsaid(self) -> list[OwnAction]:
        """Return the actions with counts on which the partner said nothing yet."""
        return [own for own in (*self.actions, *self.elsewhere) if not own.is_said and own.is_counted]

    @property
    def untold(self) -> list[OwnAction]:
        """Return the actions that nobody has counted, and of which the partner did not tell how many came."""
        return [own for own in (*self.actions, *self.elsewhere) if not own.is_said and not own.is_counted]

    @property
    def contested(self) -> int:
        """Return how many actions have counts that the partner finds wrong."""
        return sum(own.is_contested for own in (*self.actions, *self.elsewhere))

    @property
    def written(self) -> int:
        return sum(bool(text.words) for text in self.texts)

    @property
    def waiting(self) -> int:
        """Return how many of its proposals wait for the lead."""
        return sum(proposal.state == ProposalState.WAITING for proposal in self.proposals)

    @property
    def spends(self) -> bool:
        return self.partner.role != PartnerRole.ASSOCIATED

    @property
    def amounts(self) -> list[dict[str, object]]:
        """Return each amount by its name; None where it is not known."""
        return [{"name": name, "known": getattr(self.spending, name, None)} for name in AMOUNTS]

    @property
    def is_late(self) -> bool:
        until = self.contribution.period.partners_until
        return bool(until and until < timezone.localdate() and self.is_open)

    def _with_words(self, actions: Iterable[Action]) -> list[OwnAction]:
        return [OwnAction(action, self.said.get(action.slug)) for action in actions]


def told_parts(period: Period, partners: Iterable[Partner]) -> list[ToldPart]:
    """Return the part of each of these partners with what it told. In a fixed number of queries."""
    partners = list(partners)
    of_these = {"period": period, "partner__in": partners}
    contributions = {row.partner_id: row for row in Contribution.objects.filter(**of_these)}
    spending = {row.partner_id: row for row in Spending.objects.filter(**of_these)}
    texts = list(ContributionText.objects.filter(contribution__in=contributions.values()))
    words = CountWord.objects.filter(contribution__in=contributions.values(), action__event__isnull=False)
    said = list(words.annotate(slug=F("action__event__slug")))
    proposed = ProposedAction.objects.filter(contribution__in=contributions.values()).select_related("event")
    proposals = list(proposed.exclude(state=ProposalState.WITHDRAWN))
    people = list(
        PartnerPerson.objects.held()
        .filter(partner__in=partners, user__is_active=True)
        .order_by()
        .values_list("partner", flat=True)
    )
    closing = closing_of(period)

    def told(part: OwnPart) -> ToldPart:
        partner = part.partner
        row = contributions.get(partner.pk) or Contribution(
            project_id=period.project_id, partner=partner, period=period
        )
        row.period = period
        written = {text.section: text for text in texts if text.contribution_id == row.pk}
        return ToldPart(
            part=part,
            contribution=row,
            texts=tuple(SectionText(section, written.get(section)) for section in Section),
            said={
                each.action.event.slug: each for each in said if each.contribution_id == row.pk and each.action.event
            },
            proposals=tuple(each for each in proposals if each.contribution_id == row.pk),
            spending=spending.get(partner.pk),
            people=people.count(partner.pk),
            is_open=refusal_to_tell(row, closing) is None,
            closing=closing,
        )

    return [told(part) for part in own_parts(period, partners)]


def partners_not_done(period: Period) -> list[Partner]:
    """Return the partners that have not marked their part of the half-year as done, in order; those whose part nobody
    reads are among them."""
    done = Contribution.objects.filter(period=period, state=ContributionState.DONE).values("partner")
    return list(Partner.objects.filter(project=period.project_id).exclude(pk__in=done).order_by("order", "pk"))


def written_texts(period: Period) -> list[ContributionText]:
    """Return the texts that partners wrote for a half-year, by section and partner; empty ones are left out."""
    rows = ContributionText.objects.filter(contribution__period=period).select_related("contribution__partner")
    order = list(Section)
    found = [row for row in rows.order_by("contribution__partner__order", "pk") if texts_of(row, "text")]
    return sorted(found, key=lambda row: order.index(Section(row.section)))


def counts_of(action: Action | Placed) -> Counts:
    participations, persons = action.participations.bounds, action.persons.bounds
    return (participations.lower, participations.upper, persons.lower, persons.upper)


def is_counted(action: Action) -> bool:
    """Return whether anybody knows how many came to an action."""
    return not action.participations.bounds.is_unknown


def written_counts(counts: Counts) -> str:
    """Write counts for a hidden field: « 10,12,8,– »."""
    return ",".join("–" if bound is None else str(bound) for bound in counts)


def own_action(period: Period, partner: Partner, slug: str) -> Action | None:
    """Return an action of the partner that counts in the half-year or may; None if it has none of this slug."""
    [part] = own_parts(period, [partner])
    return next((action for action in (*part.actions, *part.elsewhere) if action.slug == slug), None)


def own_events(period: Period, partner: Partner) -> dict[str, str]:
    """Return the titles of the partner's held events of the half-year by slug, those that nobody decided on too."""
    [part] = own_parts(period, [partner])
    return dict(_titles(part))


def _titles(part: OwnPart) -> Iterator[tuple[str, str]]:
    for action in (*part.actions, *part.elsewhere):
        yield action.slug, read(action.title)
    for event in part.uncounted:
        yield event.slug, str(event)


def spending_seen(row: Spending | None) -> str:
    """Write the amounts of a row, for a form to say what its page showed."""
    amounts = [getattr(row, name) if row else None for name in AMOUNTS]
    return "|".join("–" if amount is None else f"{amount:.2f}" for amount in amounts)
