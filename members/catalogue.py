"""The skills that members choose from: the ones coworkers on both sides offer each other most."""

from typing import NamedTuple


class Entry(NamedTuple):
    slug: str
    fr: str
    nl: str
    en: str

    def names(self):
        return {"name_fr": self.fr, "name_nl": self.nl, "name_en": self.en}


class Category(NamedTuple):
    slug: str
    fr: str
    nl: str
    en: str
    skills: tuple[Entry, ...]

    def names(self):
        return {"name_fr": self.fr, "name_nl": self.nl, "name_en": self.en}


CATEGORIES = (
    Category(
        "digital",
        "Numérique",
        "Digitaal",
        "Digital",
        (
            Entry("web-development", "Développement web", "Webontwikkeling", "Web development"),
            Entry("mobile-apps", "Applications mobiles", "Mobiele apps", "Mobile apps"),
            Entry("data-spreadsheets", "Données et tableurs", "Data en spreadsheets", "Data and spreadsheets"),
            Entry("cybersecurity", "Sécurité informatique", "Cyberveiligheid", "Cybersecurity"),
            Entry("it-support", "Dépannage informatique", "Computerhulp", "IT support"),
            Entry("search-ranking", "Référencement web", "Vindbaarheid op het web", "Search engine optimisation"),
        ),
    ),
    Category(
        "design",
        "Création et image",
        "Ontwerp en beeld",
        "Design and images",
        (
            Entry("graphic-design", "Graphisme", "Grafisch ontwerp", "Graphic design"),
            Entry("illustration", "Illustration", "Illustratie", "Illustration"),
            Entry("photography", "Photographie", "Fotografie", "Photography"),
            Entry("video-making", "Réalisation vidéo", "Video maken", "Video making"),
            Entry("sound-podcast", "Son et podcast", "Geluid en podcast", "Sound and podcasts"),
            Entry("interior-design", "Aménagement d’intérieur", "Interieurontwerp", "Interior design"),
        ),
    ),
    Category(
        "communication",
        "Communication et vente",
        "Communicatie en verkoop",
        "Communication and sales",
        (
            Entry("communication", "Communication", "Communicatie", "Communication"),
            Entry("social-media", "Réseaux sociaux", "Sociale media", "Social media"),
            Entry("copywriting", "Rédaction", "Tekstschrijven", "Copywriting"),
            Entry("sales", "Vente et prospection", "Verkoop en acquisitie", "Sales and prospecting"),
            Entry("online-shop", "Vente en ligne", "Onlineverkoop", "Online sales"),
        ),
    ),
    Category(
        "business",
        "Gestion d’entreprise",
        "Bedrijfsbeheer",
        "Running a business",
        (
            Entry("accounting", "Comptabilité", "Boekhouding", "Accounting"),
            Entry("legal", "Droit des affaires", "Ondernemingsrecht", "Business law"),
            Entry("business-plan", "Plan d’affaires", "Ondernemingsplan", "Business plans"),
            Entry("funding", "Financement et subsides", "Financiering en subsidies", "Funding and grants"),
            Entry("project-management", "Gestion de projet", "Projectbeheer", "Project management"),
            Entry("human-resources", "Ressources humaines", "Personeelsbeleid", "Human resources"),
        ),
    ),
    Category(
        "border",
        "Langues et frontière",
        "Talen en grens",
        "Languages and the border",
        (
            Entry(
                "translation-fr-nl",
                "Traduction français–néerlandais",
                "Vertaling Frans–Nederlands",
                "French–Dutch translation",
            ),
            Entry(
                "translation-fr-en",
                "Traduction français–anglais",
                "Vertaling Frans–Engels",
                "French–English translation",
            ),
            Entry(
                "conversation",
                "Conversation en langue étrangère",
                "Conversatie in een vreemde taal",
                "Language conversation",
            ),
            Entry(
                "cross-border-work",
                "Travail frontalier (droit, fiscalité)",
                "Grensarbeid (recht, belasting)",
                "Cross-border work (law, tax)",
            ),
        ),
    ),
    Category(
        "making",
        "Fabrication",
        "Maken",
        "Making",
        (
            Entry("3d-printing", "Impression 3D", "3D-printen", "3D printing"),
            Entry("laser-cutting", "Découpe laser", "Lasersnijden", "Laser cutting"),
            Entry("electronics", "Électronique", "Elektronica", "Electronics"),
            Entry("wood-work", "Travail du bois", "Houtbewerking", "Woodwork"),
            Entry("sewing", "Couture", "Naaien", "Sewing"),
        ),
    ),
    Category(
        "sharing",
        "Transmission",
        "Kennis delen",
        "Sharing knowledge",
        (
            Entry("teaching", "Formation", "Lesgeven", "Teaching"),
            Entry("facilitation", "Animation de groupes", "Groepen begeleiden", "Group facilitation"),
            Entry("coaching", "Accompagnement", "Coaching", "Coaching"),
            Entry("public-speaking", "Prise de parole en public", "Spreken in het openbaar", "Public speaking"),
        ),
    ),
    Category(
        "territory",
        "Terre et bien-être",
        "Streek en welzijn",
        "Land and well-being",
        (
            Entry("tourism", "Tourisme et patrimoine", "Toerisme en erfgoed", "Tourism and heritage"),
            Entry("food", "Cuisine et produits locaux", "Koken en streekproducten", "Cooking and local food"),
            Entry("gardening", "Jardin et environnement", "Tuin en milieu", "Gardens and the environment"),
            Entry("well-being", "Bien-être au travail", "Welzijn op het werk", "Well-being at work"),
        ),
    ),
)
