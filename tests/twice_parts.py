"""The forms of partners' parts, for the tests that send each form of the site twice."""

from datetime import date
from io import BytesIO

from django.urls import reverse

from events.tests.factories import EventTypeFactory, HistoryEventFactory
from reporting.enums import ContributionState, FileKind, Section
from reporting.models import ContributionText
from reporting.parts.operations import mark_done
from reporting.tests.builds import draft
from reporting.tests.factories import (
    ContributionFactory,
    CountedEventFactory,
    PartnerFactory,
    PartnerPersonFactory,
    PeriodFactory,
    ProposedActionFactory,
)
from spaces.tests.factories import OrganisationFactory, in_days
from tests.five import Post
from tests.world import coordinator


def a_list():
    file = BytesIO(b"%PDF-1.7\nUne liste.\n%%EOF\n")
    file.name = "liste.pdf"
    return file


def _part():
    """Make a half-year, a partner with an action, and a person of it."""
    period = PeriodFactory()
    partner = PartnerFactory(project=period.project, organisation=OrganisationFactory())
    event = HistoryEventFactory(space=None, slug="marche", earliest=date(2020, 10, 2), latest=date(2020, 10, 2))
    event.organisers.add(partner.organisation)
    CountedEventFactory(project=period.project, event=event, declared=(10, 10))
    return period, partner, PartnerPersonFactory(partner=partner).user


def _at(name, period, *rest):
    return reverse(f"reporting:{name}", args=[period.project.slug, period.label, *rest])


def telling(name, typed, *rest):
    """Return what makes a form that a person of the partner fills in, at an address that ends in `rest`."""

    def post():
        period, partner, person = _part()
        page = _at(name, period, partner.pk, *rest)
        return Post(person, page, page, typed)

    return post


def done():
    period, partner, person = _part()
    return Post(person, _at("parts", period), _at("part_done", period, partner.pk), {"is_sure": "on"})


def reopen():
    period, partner, person = _part()
    mark_done(partner=partner, period=period, by=person)
    return Post(person, _at("parts", period), _at("part_reopen", period, partner.pk), {})


def all_counts():
    period, partner, person = _part()
    address = _at("part_all_counts", period, partner.pk)
    return Post(person, _at("parts", period), address, {"counts": "marche=10,10,10,10"})


def ask():
    period, partner, _person = _part()
    return Post(coordinator(), _at("parts", period), _at("part_ask", period, partner.pk), {})


def until():
    period, _partner, _person = _part()
    page = _at("parts_until", period)
    return Post(coordinator(), page, page, {"until": f"{in_days(30, 9):%Y-%m-%d}"})


def correct_counts():
    event = HistoryEventFactory(slug="marche", earliest=date(2020, 10, 2), latest=date(2020, 10, 2))
    CountedEventFactory(event=event, declared=(10, 10))
    page = reverse("reporting:correct_counts", args=["marche"])
    return Post(coordinator(), page, page, {"measure": "participations", "lower": "12", "reason": "Feuille"})


def files():
    period = PeriodFactory()
    page = _at("files", period, draft(period).number)
    return Post(coordinator(), page, page, {"kind": FileKind.PDF})


def give_back():
    period, partner, person = _part()
    mark_done(partner=partner, period=period, by=person)
    page = _at("part_give_back", period, partner.pk)
    return Post(coordinator(), page, page, {"word": "Il manque la dépense."})


def proposal():
    row = ProposedActionFactory()
    page = _at("proposal", row.contribution.period, row.pk)
    typed = {"type": EventTypeFactory().pk, "mode": "onsite", "counts": "on", "step": "accept"}
    return Post(coordinator(), page, page, typed)


def own_proposal(name, page_name, typed):
    """Return what makes a form of a proposal that waits, for a person of its partner."""

    def post():
        row = ProposedActionFactory()
        period, partner = row.contribution.period, row.contribution.partner
        person = PartnerPersonFactory(partner=partner).user
        return Post(person, _at(page_name, period, partner.pk, row.pk), _at(name, period, partner.pk, row.pk), typed)

    return post


def texts():
    contribution = ContributionFactory(state=ContributionState.IN_WORK)
    text = ContributionText.objects.create(contribution=contribution, section=Section.PROBLEMS, text_fr="Rien")
    page = _at("part_texts", contribution.period)
    return Post(coordinator(), page, page, {"texts": [f"{text.pk}:1"]})


def report_text():
    page = _at("report_text", PeriodFactory(), "problems")
    return Post(coordinator(), page, page, {"fr": "Rien à signaler."})


def highlights():
    page = _at("highlights", PeriodFactory())
    return Post(coordinator(), page, page, {"fr": "Un beau semestre."})


def comment():
    page = _at("comment", PeriodFactory(), "figures")
    return Post(coordinator(), page, page, {"fr": "Une seule rencontre."})


MISSING = {"title": "Visite", "earliest": "2020-10-05", "latest": "", "place": "Couvin"}
POSTS_OF_PARTS = {
    "reporting:part_text": telling("part_text", {"fr": "Un beau semestre."}, "highlights"),
    "reporting:part_spending": telling("part_spending", {"claimed": "1000,50", "approved": "", "erdf": "500"}),
    "reporting:part_counts": telling("part_counts", {"answer": "wrong", "word": "Ils étaient 12"}, "marche"),
    "reporting:part_all_counts": all_counts,
    "reporting:part_missing": telling("part_missing", MISSING),
    "reporting:part_proposal": own_proposal("part_proposal", "part_proposal", MISSING),
    "reporting:part_withdraw": own_proposal("part_withdraw", "part_proposal", {}),
    "reporting:part_proof": telling("part_proof", {"kind": "attendance_sheet", "file": a_list}, "marche"),
    "reporting:part_done": done,
    "reporting:part_reopen": reopen,
    "reporting:part_ask": ask,
    "reporting:parts_until": until,
    "reporting:correct_counts": correct_counts,
    "reporting:files": files,
    "reporting:part_give_back": give_back,
    "reporting:proposal": proposal,
    "reporting:part_texts": texts,
    "reporting:report_text": report_text,
    "reporting:highlights": highlights,
    "reporting:comment": comment,
}
