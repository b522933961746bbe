"""COFFEE (2.3.98), the sister project that ran before: its half-years count from its own start. Source D."""

from datetime import date
from decimal import Decimal

from events.enums import Mode, ProofKind
from hacktiv.common.bounds import Bounds
from hacktiv.common.halfyears import half_years_from
from reporting.enums import HalfYears, PartnerRole, Side
from reporting.models import Partner, Project

from .hacktiv_ardenne import CREDIT_LINE
from .rows import SOURCE_D, Ref, Row, event_rows, period_rows, same, words

SLUG = "coffee"
START, END = date(2016, 10, 1), date(2020, 9, 30)

_PROJECT = Row(
    key=f"project/{SLUG}",
    model=Project,
    find=("slug",),
    values={
        "slug": SLUG,
        "programme": "Interreg V France-Wallonie-Vlaanderen",
        "code": "2.3.98",
        "starts_on": START,
        "ends_on": END,
        "half_years": HalfYears.OWN_START,
        "source": SOURCE_D,
        **same("title", "COFFEE, COworking Frontalier pour Futurs Entrepreneurs Européens"),
        **words(
            "summary",
            fr="Un site commun avec un agenda, un blog et un catalogue des compétences des coworkers ; une lettre "
            "d’information ; des questionnaires sur les besoins.",
            nl="Eén site met een agenda, een blog en een catalogus van de vaardigheden van de coworkers; een "
            "nieuwsbrief; vragenlijsten over de behoeften.",
            en="One site with an agenda, a blog and a catalogue of the coworkers’ skills; a newsletter; "
            "questionnaires on needs.",
        ),
        **CREDIT_LINE,
    },
)

_PARTNERS = [
    Row(
        key=f"partner/{SLUG}/{order}",
        model=Partner,
        find=("project", "name"),
        values={
            "project": Ref(_PROJECT.key),
            "name": name,
            "side": side,
            "role": role,
            "total": Decimal(total) if total else None,
            "erdf": Decimal(erdf) if erdf else None,
            "order": order,
            "source": SOURCE_D,
        },
    )
    for order, (name, side, role, total, erdf) in enumerate(
        (
            ("Co-nnexion (Mons)", Side.WA, PartnerRole.LEAD, "402825.02", "201412.51"),
            ("Technocité (Mons)", Side.WA, PartnerRole.PARTNER, "217402.52", "108701.26"),
            ("CoworkingLille – Mutualab", Side.FR, PartnerRole.PARTNER, "217402.52", "108701.26"),
            ("IDETA Tournai / ESCO", Side.WA, PartnerRole.PARTNER, "138733.76", "69366.88"),
            ("POP (Lille)", Side.FR, PartnerRole.PARTNER, "217402.52", "108701.26"),
            ("La Maison de l’Entreprise / The Cowork Factory", Side.WA, PartnerRole.PARTNER, "138733.76", "69366.88"),
            ("Coworking Charleroi / Switch", Side.WA, PartnerRole.PARTNER, "138733.76", "69366.88"),
            ("Co Wallonia", Side.WA, PartnerRole.ASSOCIATED, None, None),
            ("Flanders DC", Side.VL, PartnerRole.ASSOCIATED, None, None),
        ),
        start=1,
    )
]

_PERIODS = period_rows(SLUG, half_years_from(START, END), told={})

_FIRST_ANIMATIONS = event_rows(
    "coffee-premieres-animations",
    project=SLUG,
    kind="animation",
    earliest=date(2017, 2, 1),
    latest=date(2017, 3, 31),
    meetings=Bounds.at_least(1),
    mode=Mode.ONSITE,
    proofs_owed=[ProofKind.ATTENDANCE_SHEET],
    source=SOURCE_D,
    titles={
        **words(
            "title",
            fr="COFFEE : premières animations dans les espaces",
            nl="COFFEE: eerste activiteiten in de ruimtes",
            en="COFFEE: first activities in the spaces",
        ),
        **words(
            "summary",
            fr="Des animations dans les espaces depuis février 2017.",
            nl="Activiteiten in de ruimtes sinds februari 2017.",
            en="Activities in the spaces since February 2017.",
        ),
    },
)

# Four animations, « from e-branding to the liberated company »: the source names two themes.
_ANIMATIONS = [
    row
    for number, titles in enumerate(
        (
            words(
                "title",
                fr="COFFEE : animation transfrontalière, l’e-branding",
                nl="COFFEE: grensoverschrijdende activiteit, e-branding",
                en="COFFEE: cross-border activity, e-branding",
            ),
            words(
                "title",
                fr="COFFEE : animation transfrontalière (2 sur 4)",
                nl="COFFEE: grensoverschrijdende activiteit (2 van 4)",
                en="COFFEE: cross-border activity (2 of 4)",
            ),
            words(
                "title",
                fr="COFFEE : animation transfrontalière (3 sur 4)",
                nl="COFFEE: grensoverschrijdende activiteit (3 van 4)",
                en="COFFEE: cross-border activity (3 of 4)",
            ),
            words(
                "title",
                fr="COFFEE : animation transfrontalière, l’entreprise libérée",
                nl="COFFEE: grensoverschrijdende activiteit, het bevrijde bedrijf",
                en="COFFEE: cross-border activity, the liberated company",
            ),
        ),
        start=1,
    )
    for row in event_rows(
        f"coffee-animation-2017-{number}",
        project=SLUG,
        kind="animation",
        earliest=date(2017, 4, 1),
        latest=date(2017, 9, 30),
        mode=Mode.ONSITE,
        proofs_owed=[ProofKind.ATTENDANCE_SHEET],
        source=SOURCE_D,
        titles=titles,
    )
]

ROWS = [_PROJECT, *_PARTNERS, *_PERIODS, *_FIRST_ANIMATIONS, *_ANIMATIONS]
