"""The five spaces, their services and the rooms of which something is known. Sources A, B, C and P.

Positions are precise to the town. Hours, prices, contacts and photographs are the managers' to enter.
"""

from decimal import Decimal

from spaces.enums import Emblem, ResourceKind
from spaces.models import Resource, Service, Space, Unit

from .rows import Ref, Row, same, words

_SERVICES = [
    Row(
        key=f"service/{slug}",
        model=Service,
        find=("slug",),
        values={"slug": slug, "icon": icon, **names},
    )
    for slug, icon, names in (
        ("infrastructure", "desk", words("name", fr="Infrastructures", nl="Infrastructuur", en="Infrastructure")),
        ("coaching", "coaching", words("name", fr="Accompagnement", nl="Begeleiding", en="Coaching")),
        ("training", "training", words("name", fr="Formation", nl="Opleiding", en="Training")),
    )
]


def _space(slug: str, name: str, *, operator: str, position: tuple[str, str], **values) -> Row:
    return Row(
        key=f"space/{slug}",
        model=Space,
        find=("slug",),
        values={
            "slug": slug,
            "name": name,
            "operator": Ref(f"organisation/{operator}"),
            "latitude": Decimal(position[0]),
            "longitude": Decimal(position[1]),
            "position_is_exact": False,
            **values,
        },
        many={"services": tuple(Ref(row.key) for row in _SERVICES)},
    )


def _resource(space: str, slug: str, kind: ResourceKind, *, units: int = 1, **values) -> list[Row]:
    key = f"resource/{space}/{slug}"
    resource = Row(
        key=key,
        model=Resource,
        find=("space", "slug"),
        values={"space": Ref(f"space/{space}"), "slug": slug, "kind": kind, **values},
    )
    return [
        resource,
        *(
            Row(
                key=f"unit/{space}/{slug}/{number}",
                model=Unit,
                find=("resource", "number"),
                values={"resource": Ref(key), "number": number},
            )
            for number in range(1, units + 1)
        ),
    ]


_SPACES = [
    _space(
        "la-ferme",
        "La Ferme",
        operator="la-ferme-coworking",
        town="Chimay",
        country="BE",
        nuts="BE32D",
        position=("50.048", "4.317"),
        emblem=Emblem.GREENHOUSE,
        order=1,
        **words(
            "tagline",
            fr="Le coworking rural, au cœur de Chimay",
            nl="Landelijk coworken in het hart van Chimay",
            en="Rural coworking in the heart of Chimay",
        ),
        **words(
            "description",
            fr="La Ferme accueille des coworkers depuis mai 2018. En janvier 2021, elle s’est installée dans une "
            "ancienne pharmacie du centre. On y travaille aux Serres, le bureau partagé ; on y reçoit au Havre, "
            "bureau privé ou cabinet de consultation ; on y filme et photographie à La Grange ; et on se retrouve au "
            "Moulin, le salon.",
            nl="La Ferme verwelkomt coworkers sinds mei 2018. In januari 2021 verhuisde ze naar een oude apotheek in "
            "het centrum. U werkt er in Les Serres, het gedeelde kantoor; ontvangt mensen in Le Havre, privékantoor "
            "of spreekkamer; filmt en fotografeert in La Grange; en ontmoet elkaar in Le Moulin, de salon.",
            en="La Ferme has welcomed coworkers since May 2018. In January 2021 it moved into a former pharmacy in "
            "the centre. Work in Les Serres, the shared office; meet people in Le Havre, a private office or "
            "consulting room; film and photograph in La Grange; and get together in Le Moulin, the lounge.",
        ),
        **words(
            "access",
            fr="Dans le centre de Chimay.",
            nl="In het centrum van Chimay.",
            en="In the centre of Chimay.",
        ),
        **words(
            "prices",
            fr="Par abonnement, ou à l’heure. Tarifs à confirmer.",
            nl="Met een abonnement, of per uur. Tarieven te bevestigen.",
            en="By subscription, or by the hour. Prices to be confirmed.",
        ),
    ),
    _space(
        "coworking-e420",
        "Coworking E420",
        operator="bep",
        town="Mariembourg",
        country="BE",
        nuts="BE353",
        position=("50.095", "4.522"),
        emblem=Emblem.ROAD,
        order=2,
        **words(
            "tagline",
            fr="Coworking et « colearning » à Mariembourg",
            nl="Coworking en ‘colearning’ in Mariembourg",
            en="Coworking and “colearning” in Mariembourg",
        ),
        **words(
            "description",
            fr="À Mariembourg, dans la commune de Couvin, le BEP anime un espace où l’on travaille et où l’on apprend "
            "ensemble. Il porte le nom de la route qui le relie à la France.",
            nl="In Mariembourg, gemeente Couvin, runt het BEP een plek om samen te werken en samen te leren. Ze "
            "draagt de naam van de weg die haar met Frankrijk verbindt.",
            en="In Mariembourg, in the municipality of Couvin, the BEP runs a place to work and to learn together. It "
            "is named after the road that links it to France.",
        ),
        **words(
            "access",
            fr="Par l’E420, reliée à l’E304 française en 2019 : Couvin est à 45 minutes de l’agglomération de "
            "Charleville-Mézières.",
            nl="Via de E420, sinds 2019 verbonden met de Franse E304: Couvin ligt op 45 minuten van de agglomeratie "
            "van Charleville-Mézières.",
            en="By the E420, joined to the French E304 in 2019: Couvin is 45 minutes from the agglomeration of "
            "Charleville-Mézières.",
        ),
    ),
    _space(
        "rimbaud-tech",
        "Rimbaud'Tech",
        operator="ardenne-metropole",
        town="Charleville-Mézières",
        country="FR",
        nuts="FRF21",
        position=("49.768", "4.725"),
        emblem=Emblem.BOAT,
        order=3,
        **words(
            "tagline",
            fr="L’incubateur, à côté de la gare",
            nl="De incubator, vlak bij het station",
            en="The incubator, by the station",
        ),
        **words(
            "description",
            fr="Rimbaud'Tech est l’incubateur d’Ardenne Métropole, à Charleville-Mézières. Son espace de travail "
            "partagé compte vingt places.",
            nl="Rimbaud'Tech is de incubator van Ardenne Métropole in Charleville-Mézières. De gedeelde werkruimte "
            "telt twintig plaatsen.",
            en="Rimbaud'Tech is Ardenne Métropole’s incubator in Charleville-Mézières. Its shared workspace has twenty "
            "places.",
        ),
        **words(
            "access",
            fr="À côté de la gare de Charleville-Mézières.",
            nl="Vlak bij het station van Charleville-Mézières.",
            en="By the station of Charleville-Mézières.",
        ),
    ),
    _space(
        "val-de-vence",
        "Pépinière Val de Vence",
        operator="ardenne-metropole",
        town="Charleville-Mézières",
        country="FR",
        nuts="FRF21",
        position=("49.762", "4.716"),
        emblem=Emblem.SPROUT,
        order=4,
        **words(
            "tagline",
            fr="La pépinière où les entreprises prennent racine",
            nl="De kwekerij waar bedrijven wortel schieten",
            en="The nursery where businesses take root",
        ),
        **words(
            "description",
            fr="La pépinière d’entreprises d’Ardenne Métropole. Bureaux et salles s’y louent aussi à l’occasion.",
            nl="Het bedrijvencentrum voor starters van Ardenne Métropole. Kantoren en zalen zijn er ook af en toe te "
            "huur.",
            en="Ardenne Métropole’s business nursery. Its offices and rooms can be rented for an occasion, too.",
        ),
    ),
    _space(
        "maison-du-campus",
        "Maison du Campus",
        operator="ardenne-metropole",
        town="Charleville-Mézières",
        country="FR",
        nuts="FRF21",
        position=("49.739", "4.719"),
        emblem=Emblem.BOOK,
        order=5,
        **words(
            "tagline",
            fr="La maison des étudiants de Sup'Ardenne",
            nl="Het huis van de studenten van Sup'Ardenne",
            en="The house of Sup'Ardenne’s students",
        ),
        **words(
            "description",
            fr="Ouverte le 2 septembre 2019 au Moulin Le Blanc, la Maison du Campus réunit sur 700 m² une cafétéria "
            "et des espaces de travail.",
            nl="De Maison du Campus opende op 2 september 2019 in Moulin Le Blanc en brengt op 700 m² een cafetaria en "
            "werkruimtes samen.",
            en="Open since 2 September 2019 at Moulin Le Blanc, the Maison du Campus brings together a cafeteria and "
            "workspaces on 700 m².",
        ),
        **words(
            "access",
            fr="Au Moulin Le Blanc, à Charleville-Mézières.",
            nl="In Moulin Le Blanc, Charleville-Mézières.",
            en="At Moulin Le Blanc, Charleville-Mézières.",
        ),
    ),
]

_RESOURCES = [
    *_resource(
        "la-ferme",
        "les-serres",
        ResourceKind.WORKPLACE,
        units=8,
        seats=1,
        order=1,
        **same("name", "Les Serres"),
        **words(
            "description",
            fr="Le bureau partagé : huit postes de travail.",
            nl="Het gedeelde kantoor: acht werkplekken.",
            en="The shared office: eight workplaces.",
        ),
    ),
    *_resource(
        "la-ferme",
        "le-havre",
        ResourceKind.OFFICE,
        needs_approval=True,
        order=2,
        **same("name", "Le Havre"),
        **words(
            "description",
            fr="Bureau privé ou cabinet de consultation.",
            nl="Privékantoor of spreekkamer.",
            en="A private office or consulting room.",
        ),
    ),
    *_resource(
        "la-ferme",
        "la-grange",
        ResourceKind.STUDIO,
        needs_approval=True,
        order=3,
        **same("name", "La Grange"),
        **words(
            "description",
            fr="Le studio photo et vidéo.",
            nl="De foto- en videostudio.",
            en="The photo and video studio.",
        ),
    ),
    *_resource(
        "la-ferme",
        "le-moulin",
        ResourceKind.LOUNGE,
        is_bookable=False,
        order=4,
        **same("name", "Le Moulin"),
        **words("description", fr="Le salon.", nl="De salon.", en="The lounge."),
    ),
    *_resource(
        "rimbaud-tech",
        "espace-partage",
        ResourceKind.WORKPLACE,
        units=20,
        seats=1,
        order=1,
        **words("name", fr="Espace de travail partagé", nl="Gedeelde werkruimte", en="Shared workspace"),
        **words("description", fr="Vingt places.", nl="Twintig plaatsen.", en="Twenty places."),
    ),
]

ROWS = [*_SERVICES, *_SPACES, *_RESOURCES]
