"""A project of fictional partners that counts the examples, so that a report can be built, read and closed."""

from datetime import date, timedelta
from decimal import Decimal

from events.enums import EventState
from events.models import Event
from members.enums import Residence
from reporting.enums import Indicator, PartnerRole, Side
from reporting.models import CountedAction, Deliverable, Partner, Project, Stock
from reporting.operations import ensure_periods, write_highlights
from training.models import Coaching

from .rhythm import Text
from .words import LANGUAGES, marked, translated

SLUG = "demo"
TITLE = Text("Projet exemple", "Voorbeeldproject", "Example project")
OBJECTIVE = Text(
    "Essayer le rapport semestriel sur des événements fictifs.",
    "Het semesterverslag uitproberen op fictieve evenementen.",
    "Try the semester report on fictional events.",
)
CREDIT_LINE = Text(
    "Données fictives : aucun fonds n’a soutenu ce projet.",
    "Fictieve gegevens: geen enkel fonds steunde dit project.",
    "Fictional data: no fund supported this project.",
)
COACHING = Text("Accompagnement à la création", "Begeleiding van starters", "Coaching for founders")
PORTRAIT = Text("Portrait vidéo d’un membre", "Videoportret van een lid", "Video portrait of a member")
MAP = Text("Carte des savoir-faire", "Kaart van de vaardigheden", "Map of skills")
GROUP = Text("Membres du groupe d’apprentissage", "Leden van de leergroep", "Members of the learning group")
HIGHLIGHTS = Text(
    "Exemple de texte : ce que les deux côtés ont fait ensemble ce semestre, et ce qu’aucun n’aurait fait seul.",
    "Voorbeeldtekst: wat beide kanten dit halfjaar samen deden, en wat geen van beide alleen had gedaan.",
    "Example of a text: what both sides did together this half-year, and what neither would have done alone.",
)
#: name, side, role, total, ERDF
PARTNERS = [
    ("Partenaire wallon (exemple)", Side.WA, PartnerRole.LEAD, Decimal("120000.00"), Decimal("60000.00")),
    ("Partenaire français (exemple)", Side.FR, PartnerRole.PARTNER, Decimal("98500.50"), Decimal("49250.25")),
    ("Partenaire associé (exemple)", Side.FR, PartnerRole.ASSOCIATED, None, None),
]


def load_project(today):
    """Make sure of the demo project, of its half-years, and that it counts every example that a report can tell of."""
    project, created = Project.objects.get_or_create(
        slug=SLUG,
        defaults={
            **translated("title", TITLE),
            **translated("objective", OBJECTIVE),
            **translated("credit_line", CREDIT_LINE),
            "programme": "Programme exemple",
            "starts_on": date(today.year - 1, 1, 1),
            "ends_on": date(today.year + 1, 12, 31),
            "total_budget": Decimal("218500.50"),
            "is_example": True,
        },
    )
    if not project.is_example:
        return
    ensure_periods(project=project)
    if created:
        Partner.objects.bulk_create(
            Partner(project=project, name=name, side=side, role=role, total=total, erdf=erdf, order=order)
            for order, (name, side, role, total, erdf) in enumerate(PARTNERS)
        )
        _load_other_results(project, today)
    _count_events(project)


def _count_events(project):
    told = Event.objects.filter(
        is_example=True, state__in=[EventState.HELD, EventState.CANCELLED, EventState.PUBLISHED]
    )
    CountedAction.objects.bulk_create(
        CountedAction(project=project, event=event, indicator=Indicator.RCO81 if event.joint else "")
        for event in told.exclude(counted__project=project)
    )


def _load_other_results(project, today):
    period = project.periods.get(starts_on__lte=today, ends_on__gte=today)
    write_highlights(period=period, texts={language: getattr(HIGHLIGHTS, language) for language in LANGUAGES})
    begun = max(period.starts_on, today - timedelta(days=60))
    coaching = Coaching.objects.create(
        slug="exemple-accompagnement",
        **marked("title", COACHING),
        earliest=begun,
        latest=today,
        persons_lower=4,
        persons_upper=6,
        residence=Residence.FR,
        is_example=True,
    )
    CountedAction.objects.create(project=project, coaching=coaching, period=period)
    Deliverable.objects.create(project=project, period=period, **marked("title", PORTRAIT), date=begun, delivered=True)
    Deliverable.objects.create(project=project, period=period, **marked("title", MAP))
    Stock.objects.create(
        project=project, code="NET-GROUP", **marked("name", GROUP), date=today, value=64, told_in=period
    )
