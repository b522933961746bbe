"""The bodies that run the spaces and the project. Sources A, B and C."""

from spaces.models import Organisation

from .rows import Row, words

BE, FR = "BE", "FR"


def _organisation(slug: str, name: str, country: str, **values) -> Row:
    return Row(
        key=f"organisation/{slug}",
        model=Organisation,
        find=("slug",),
        values={"slug": slug, "name": name, "country": country, **values},
    )


ROWS = [
    _organisation(
        "bep",
        "BEP",
        BE,
        legal_name="Bureau économique de la Province de Namur",
        street="rue Sergent Vrithoff 2",
        postcode="5000",
        town="Namur",
        **words(
            "description",
            fr="L’agence de développement de la province de Namur. Elle conduit le projet, avec une coordination et "
            "une gestion financière, et anime Coworking E420.",
            nl="Het ontwikkelingsagentschap van de provincie Namen. Het leidt het project, met een coördinator en een "
            "financieel beheerder, en runt Coworking E420.",
            en="The development agency of the province of Namur. It leads the project, with a coordinator and a "
            "financial manager, and runs Coworking E420.",
        ),
    ),
    _organisation(
        "la-ferme-coworking",
        "La Ferme Coworking",
        BE,
        town="Chimay",
        **words(
            "description",
            fr="L’équipe du coworking rural de Chimay.",
            nl="Het team van de landelijke coworkingruimte in Chimay.",
            en="The team behind Chimay’s rural coworking space.",
        ),
    ),
    _organisation(
        "forsud",
        "FORSUD",
        BE,
        legal_name="FORSUD ASBL",
        **words(
            "description",
            fr="L’association des directions de trente écoles fondamentales de l’Entre-Sambre-et-Meuse : formation "
            "entre pairs, animation de la communauté d’apprentissage, appui technopédagogique.",
            nl="De vereniging van de directies van dertig basisscholen tussen Samber en Maas: leren van elkaar, "
            "begeleiding van de leergemeenschap, technisch-pedagogische steun.",
            en="The association of the heads of thirty primary schools between Sambre and Meuse: peer training, care "
            "of the learning community, support for teaching with technology.",
        ),
    ),
    _organisation(
        "ardenne-metropole",
        "Ardenne Métropole",
        FR,
        town="Charleville-Mézières",
        **words(
            "description",
            fr="La communauté d’agglomération de soixante-dix communes. Elle fait vivre les trois espaces français.",
            nl="Het samenwerkingsverband van zeventig gemeenten. Het houdt de drie Franse ruimtes draaiende.",
            en="The community of seventy municipalities. It runs the three French spaces.",
        ),
    ),
    _organisation(
        "coworking-wallonia",
        "Coworking Wallonia",
        BE,
        legal_name="Coworking Wallonia (Agence du Numérique)",
        **words(
            "description",
            fr="Le réseau wallon du coworking, porté par l’Agence du Numérique.",
            nl="Het Waalse coworkingnetwerk, gedragen door het Agence du Numérique.",
            en="Wallonia’s coworking network, carried by the Agence du Numérique.",
        ),
    ),
]
