"""Hacktiv'Ardenne: the project, its partners and half-years, and what happened. Sources A, B and C.

Where a source is vague, so is the row: a range of days instead of a day, « at least » instead of a count, unknown
instead of a guess.
"""

from datetime import date
from decimal import Decimal

from events.enums import Mode, ProofKind
from hacktiv.common.bounds import Bounds
from hacktiv.common.halfyears import calendar_half_years
from members.enums import Residence
from reporting.enums import HalfYears, PartnerRole, Side
from reporting.models import Deliverable, Deviation, Partner, Project, Stock

from .rows import SOURCE_A, SOURCE_B, SOURCE_C, Ref, Row, coaching_rows, event_rows, period_rows, words

SLUG = "hacktiv-ardenne"
START, END = date(2020, 1, 1), date(2022, 12, 31)
REPORTED_ON = date(2021, 3, 24)
PARTNERS = ("bep", "la-ferme-coworking", "forsud", "ardenne-metropole")

CREDIT_LINE = words(
    "credit_line",
    fr="avec le soutien du Fonds Européen de Développement Régional",
    nl="met steun van het Europees Fonds voor Regionale Ontwikkeling",
    en="with the support of the European Regional Development Fund",
)

_PROJECT = Row(
    key=f"project/{SLUG}",
    model=Project,
    find=("slug",),
    values={
        "slug": SLUG,
        "programme": "Interreg V France-Wallonie-Vlaanderen",
        "axis": "4",
        "starts_on": START,
        "ends_on": END,
        "half_years": HalfYears.CALENDAR,
        "total_budget": Decimal("354726.78"),
        "requested_budget": Decimal("355000.00"),
        "source": f"{SOURCE_A} ; {SOURCE_B}",
        **words(
            "title",
            fr="Hacktiv'Ardenne",
            nl="Hacktiv'Ardenne",
            en="Hacktiv'Ardenne",
        ),
        **words(
            "objective",
            fr="Favoriser l’emploi et la mobilité transfrontalière des travailleurs et intégrer les marchés de "
            "l’emploi",
            nl="Werkgelegenheid en grensoverschrijdende mobiliteit van werknemers bevorderen en de arbeidsmarkten "
            "verbinden",
            en="Promoting employment and the cross-border mobility of workers, and integrating the labour markets",
        ),
        **words(
            "summary",
            fr="Un réseau de tiers-lieux pour hacktiver nos territoires !",
            nl="Een netwerk van derde plekken om onze streken te hacktiveren!",
            en="A network of third places to hacktivate our territories!",
        ),
        **words(
            "funding",
            fr="Selon la demande : 50 % FEDER, 40 % Wallonie, 10 % les partenaires.",
            nl="Volgens de aanvraag: 50 % EFRO, 40 % Wallonië, 10 % de partners.",
            en="As applied for: 50% ERDF, 40% Wallonia, 10% the partners.",
        ),
        **CREDIT_LINE,
    },
)


def _partner(slug: str, name: str, side: Side, role: PartnerRole, order: int, source: str, **values) -> Row:
    return Row(
        key=f"partner/{SLUG}/{slug}",
        model=Partner,
        find=("project", "name"),
        values={
            "project": Ref(_PROJECT.key),
            "organisation": Ref(f"organisation/{slug}"),
            "name": name,
            "side": side,
            "role": role,
            "order": order,
            "source": source,
            **values,
        },
    )


_PARTNERS = [
    _partner(
        "bep",
        "BEP, Bureau économique de la Province de Namur",
        Side.WA,
        PartnerRole.LEAD,
        1,
        f"{SOURCE_A} ; {SOURCE_B} ; {SOURCE_C}",
    ),
    _partner(
        "la-ferme-coworking",
        "La Ferme Coworking",
        Side.WA,
        PartnerRole.PARTNER,
        2,
        SOURCE_A,
        **words(
            "note",
            fr="Partenaire selon (A) ; seulement un espace selon (B).",
            nl="Partner volgens (A); enkel een ruimte volgens (B).",
            en="A partner after (A); only a space after (B).",
        ),
    ),
    _partner("forsud", "FORSUD ASBL", Side.WA, PartnerRole.PARTNER, 3, f"{SOURCE_A} ; {SOURCE_B}"),
    _partner("ardenne-metropole", "Ardenne Métropole", Side.FR, PartnerRole.PARTNER, 4, SOURCE_A),
    _partner(
        "coworking-wallonia",
        "Coworking Wallonia (Agence du Numérique)",
        Side.WA,
        PartnerRole.ASSOCIATED,
        5,
        f"{SOURCE_A} ; {SOURCE_B}",
        **words(
            "note",
            fr="Coworking Wallonia selon (A), l’Agence du Numérique selon (B).",
            nl="Coworking Wallonia volgens (A), het Agence du Numérique volgens (B).",
            en="Coworking Wallonia after (A), the Agence du Numérique after (B).",
        ),
    ),
]

_PERIODS = period_rows(
    SLUG,
    calendar_half_years(START, END),
    told={
        "S1-2020": words(
            "highlights",
            fr="Lancement le 4 mars 2020, avec une délégation belge en visite à la pépinière Val de Vence et à "
            "Rimbaud'Tech. La visite retour n’a pas pu avoir lieu : les frontières étaient fermées. Pendant le "
            "confinement, le réseau s’est réuni trois fois à distance.",
            nl="Start op 4 maart 2020, met een Belgische delegatie op bezoek bij Val de Vence en Rimbaud'Tech. Het "
            "tegenbezoek kon niet doorgaan: de grenzen waren gesloten. Tijdens de lockdown vergaderde het netwerk "
            "drie keer op afstand.",
            en="Launch on 4 March 2020, with a Belgian delegation visiting Val de Vence and Rimbaud'Tech. The return "
            "visit could not take place: the borders were closed. During the lockdown the network met three times at "
            "a distance.",
        ),
        "S2-2020": {
            "reported_on": REPORTED_ON,
            **words(
                "highlights",
                fr="Atelier en ligne de découverte de la vidéo, où chaque partenaire a présenté sa façon de faire. "
                "Lunch&talks en ligne le vendredi midi depuis novembre 2020. Accompagnement individuel à la vidéo, et "
                "première vidéo portrait d’une personne accompagnée. Le groupe d’apprentissage « Hacktive tes "
                "compétences » réunit 98 membres, équipe et partenaires compris. Les modèles 3D des espaces sont "
                "presque terminés ; des rencontres avec casques de réalité virtuelle sont prévues.",
                nl="Online kennismaking met video, waarbij elke partner zijn werkwijze voorstelde. Online lunch&talks "
                "op vrijdagmiddag sinds november 2020. Individuele begeleiding bij het maken van video’s, en een "
                "eerste portretvideo van een begeleide persoon. De leergroep ‘Hacktive tes compétences’ telt 98 "
                "leden, team en partners inbegrepen. De 3D-modellen van de ruimtes zijn bijna klaar; ontmoetingen met "
                "virtualrealitybrillen zijn gepland.",
                en="Online video discovery workshop, where every partner presented its own process. Online "
                "lunch&talks on Fridays at noon since November 2020. Individual coaching in video making, and a first "
                "portrait video of a coached member. The learning group “Hacktive tes compétences” has 98 members, "
                "team and partners included. The 3D models of the spaces are nearly done; meetings with "
                "virtual-reality headsets are planned.",
            ),
        },
    },
)

_SEMESTER_1 = [
    *event_rows(
        "lancement-hacktiv-ardenne",
        project=SLUG,
        kind="launch",
        earliest=date(2020, 3, 4),
        venues=("val-de-vence", "rimbaud-tech"),
        mode=Mode.ONSITE,
        proofs_owed=[ProofKind.ATTENDANCE_SHEET],
        source=SOURCE_B,
        titles={
            **words(
                "title",
                fr="Lancement du réseau Hacktiv'Ardenne",
                nl="Start van Hacktiv'Ardenne",
                en="Launch of Hacktiv'Ardenne",
            ),
            **words(
                "summary",
                fr="Une délégation belge visite la pépinière Val de Vence et Rimbaud'Tech.",
                nl="Een Belgische delegatie bezoekt Val de Vence en Rimbaud'Tech.",
                en="A Belgian delegation visits Val de Vence and Rimbaud'Tech.",
            ),
        },
    ),
    *(
        row
        for number in (1, 2, 3)
        for row in event_rows(
            f"reunion-virtuelle-2020-{number}",
            project=SLUG,
            kind="virtual-meeting",
            earliest=date(2020, 1, 1),
            latest=date(2020, 6, 30),
            mode=Mode.ONLINE,
            proofs_owed=[ProofKind.ONLINE_LIST],
            source=SOURCE_B,
            titles={
                **words(
                    "title",
                    fr=f"Réunion virtuelle pendant le confinement ({number} sur 3)",
                    nl=f"Virtuele vergadering tijdens de lockdown ({number} van 3)",
                    en=f"Virtual meeting during the lockdown ({number} of 3)",
                ),
                **words(
                    "summary",
                    fr="Le réseau se réunit à distance, les frontières fermées.",
                    nl="Het netwerk vergadert op afstand, met gesloten grenzen.",
                    en="The network meets at a distance while the borders are closed.",
                ),
            },
        )
    ),
    Row(
        key=f"deviation/{SLUG}/visite-retour",
        model=Deviation,
        find=("project", "title_fr"),
        values={
            "project": Ref(_PROJECT.key),
            "period": Ref(f"period/{SLUG}/S1-2020"),
            "date": date(2020, 3, 31),
            "source": SOURCE_B,
            **words(
                "title",
                fr="Visite retour des membres français",
                nl="Tegenbezoek van de Franse leden",
                en="Return visit of the French members",
            ),
            **words(
                "reason",
                fr="Prévue, elle n’a pas eu lieu : les frontières étaient fermées.",
                nl="Het was gepland maar ging niet door: de grenzen waren gesloten.",
                en="Planned, it was not held: the borders were closed.",
            ),
            **words(
                "solution",
                fr="Trois réunions virtuelles pendant le confinement.",
                nl="Drie virtuele vergaderingen tijdens de lockdown.",
                en="Three virtual meetings during the lockdown.",
            ),
        },
    ),
]

_SEMESTER_2 = [
    *event_rows(
        "atelier-decouverte-video-2020",
        project=SLUG,
        kind="video-workshop",
        earliest=date(2020, 11, 18),
        participations=Bounds.exactly(13),
        organisers=PARTNERS,
        joint=True,
        mode=Mode.ONLINE,
        proofs_owed=[ProofKind.ONLINE_LIST],
        source=SOURCE_B,
        titles={
            **words(
                "title",
                fr="Atelier en ligne : découverte de la vidéo",
                nl="Onlineworkshop: kennismaken met video",
                en="Online workshop: discovering video",
            ),
            **words(
                "summary",
                fr="Chaque partenaire présente sa façon de faire de la vidéo.",
                nl="Elke partner stelt zijn manier van video’s maken voor.",
                en="Every partner presents its own video process.",
            ),
        },
    ),
    *event_rows(
        "lunch-talks-2020",
        project=SLUG,
        kind="lunch-talk",
        earliest=date(2020, 11, 1),
        latest=REPORTED_ON,
        period="S2-2020",
        meetings=Bounds.at_least(1),
        participations=Bounds.at_least(15),
        persons=Bounds.exactly(15),
        mode=Mode.ONLINE,
        proofs_owed=[ProofKind.ONLINE_LIST],
        source=SOURCE_B,
        titles={
            **words(
                "title",
                fr="Lunch&talks du vendredi",
                nl="Lunch&talks op vrijdag",
                en="Friday lunch&talks",
            ),
            **words(
                "summary",
                fr="Depuis novembre 2020, chaque vendredi midi, en ligne.",
                nl="Sinds november 2020, elke vrijdagmiddag, online.",
                en="Since November 2020, every Friday at noon, online.",
            ),
        },
    ),
    *coaching_rows(
        "accompagnement-video-2020",
        project=SLUG,
        period="S2-2020",
        persons=Bounds.exactly(5),
        earliest=date(2020, 7, 1),
        latest=REPORTED_ON,
        residence=Residence.BE,
        source=SOURCE_B,
        **words(
            "title",
            fr="Accompagnement individuel à la vidéo",
            nl="Individuele begeleiding bij het maken van video’s",
            en="Individual coaching in video making",
        ),
        **words(
            "note",
            fr="Cinq personnes en tout jusqu’à la date du rapport, toutes belges : les coachs ne pouvaient pas passer "
            "la frontière.",
            nl="In totaal vijf personen tot de datum van het verslag, allen Belg: de coaches konden de grens niet "
            "over.",
            en="Five people in all up to the date of the report, all Belgian: the coaches could not cross the border.",
        ),
    ),
    Row(
        key=f"deviation/{SLUG}/accompagnement-video",
        model=Deviation,
        find=("project", "title_fr"),
        values={
            "project": Ref(_PROJECT.key),
            "period": Ref(f"period/{SLUG}/S2-2020"),
            "source": SOURCE_B,
            **words(
                "title",
                fr="Accompagnement à la vidéo d’un seul côté de la frontière",
                nl="Videobegeleiding aan één kant van de grens",
                en="Video coaching on one side of the border only",
            ),
            **words(
                "reason",
                fr="Les coachs ne pouvaient pas passer la frontière : les cinq personnes accompagnées sont belges.",
                nl="De coaches konden de grens niet over: de vijf begeleide personen zijn Belg.",
                en="The coaches could not cross the border: the five coached people are Belgian.",
            ),
        },
    ),
    *(
        Row(
            key=f"deliverable/{SLUG}/{slug}",
            model=Deliverable,
            find=("project", "title_fr"),
            values={
                "project": Ref(_PROJECT.key),
                "period": Ref(f"period/{SLUG}/S2-2020"),
                "delivered": delivered,
                "source": SOURCE_B,
                **texts,
            },
        )
        for slug, delivered, texts in (
            (
                "video-portrait",
                True,
                words(
                    "title",
                    fr="Vidéo portrait d’une personne accompagnée",
                    nl="Portretvideo van een begeleide persoon",
                    en="Portrait video of a coached member",
                ),
            ),
            (
                "modeles-3d",
                False,
                {
                    **words(
                        "title",
                        fr="Modèles 3D des espaces",
                        nl="3D-modellen van de ruimtes",
                        en="3D models of the spaces",
                    ),
                    **words("note", fr="Presque terminés.", nl="Bijna klaar.", en="Nearly done."),
                },
            ),
        )
    ),
    Row(
        key=f"stock/{SLUG}/NET-GROUP/2021-03-24",
        model=Stock,
        find=("project", "code", "date"),
        values={
            "project": Ref(_PROJECT.key),
            "code": "NET-GROUP",
            "date": REPORTED_ON,
            "value": 98,
            "told_in": Ref(f"period/{SLUG}/S2-2020"),
            "source": SOURCE_B,
            **words(
                "name",
                fr="Membres du groupe « Hacktive tes compétences », équipe et partenaires compris",
                nl="Leden van de groep ‘Hacktive tes compétences’, team en partners inbegrepen",
                en="Members of the group “Hacktive tes compétences”, team and partners included",
            ),
        },
    ),
]

# Told in 2022 without a date: somewhere in the two years after the last report. Which half-year they count in is the
# coordinator's to say; until then they count in none.
_LATER = [
    row
    for slug, kind, mode, meetings, titles in (
        (
            "visites-de-fablabs",
            "fablab-visit",
            Mode.ONSITE,
            Bounds.at_least(1),
            words("title", fr="Visites de fablabs", nl="Bezoeken aan fablabs", en="Fablab visits"),
        ),
        (
            "co-walking",
            "co-walking",
            Mode.ONSITE,
            Bounds.at_least(1),
            words("title", fr="Co-walking", nl="Co-walking", en="Co-walking"),
        ),
        (
            "soiree-de-cloture",
            "closing-evening",
            Mode.ONSITE,
            Bounds.exactly(1),
            {
                **words("title", fr="Soirée de clôture", nl="Slotavond", en="Closing evening"),
                **words(
                    "summary",
                    fr="Avec les partenaires et une dizaine de personnes.",
                    nl="Met de partners en een tiental mensen.",
                    en="With the partners and about ten people.",
                ),
            },
        ),
    )
    for row in event_rows(
        slug,
        project=SLUG,
        kind=kind,
        earliest=date(2021, 1, 1),
        latest=END,
        meetings=meetings,
        mode=mode,
        proofs_owed=[ProofKind.ATTENDANCE_SHEET],
        source=SOURCE_C,
        titles=titles,
    )
]

ROWS = [_PROJECT, *_PARTNERS, *_PERIODS, *_SEMESTER_1, *_SEMESTER_2, *_LATER]
