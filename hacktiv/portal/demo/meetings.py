"""Where people of the demo meet."""

from datetime import time

from events.enums import Audience, Mode

from .rhythm import FRIDAY, MONDAY, THURSDAY, WEDNESDAY, Series, Text, Topic

MEETINGS = (
    Series(
        key="midi",
        type="lunch-talk",
        space="la-ferme",
        organised_with=("la-ferme", "rimbaud-tech"),
        weekday=FRIDAY,
        every=2,
        phase=0,
        start=time(12, 15),
        minutes=60,
        mode=Mode.HYBRID,
        capacity=16,
        takers=9,
        has_past=True,
        invites_guests=True,
        member_takes_part=0.8,
        topics=(
            Topic(
                Text(
                    "Trouver ses clients de l’autre côté de la frontière",
                    "Klanten vinden aan de andere kant van de grens",
                    "Finding clients on the other side of the border",
                ),
                Text(
                    "Trois indépendants racontent leur première facture à l’étranger, à vingt kilomètres de chez eux.",
                    "Drie zelfstandigen vertellen over hun eerste factuur in het buitenland, twintig kilometer van "
                    "huis.",
                    "Three freelancers tell the story of their first invoice abroad, twenty kilometres from home.",
                ),
                Text(
                    "On apporte son repas, on écoute une demi-heure, on discute le reste du temps. Au menu : où se "
                    "faire connaître, que changer à ses devis, à qui poser les questions de TVA.",
                    "U brengt uw lunch mee, luistert een halfuur en praat de rest van de tijd mee. Op het menu: waar "
                    "u bekendheid krijgt, wat er in uw offertes verandert en bij wie u terechtkunt met btw-vragen.",
                    "Bring your lunch, listen for half an hour, talk for the rest. On the menu: where to get known, "
                    "what to change in your quotes, and whom to ask about VAT.",
                ),
            ),
            Topic(
                Text(
                    "Travailler à deux langues sans se perdre",
                    "Werken in twee talen zonder te verdwalen",
                    "Working in two languages without getting lost",
                ),
                Text(
                    "Des outils simples pour répondre en néerlandais quand on pense en français.",
                    "Eenvoudige hulpmiddelen om in het Frans te antwoorden als u in het Nederlands denkt.",
                    "Simple tools to answer in Dutch when you think in French.",
                ),
                Text(
                    "Une traductrice du réseau montre comment elle prépare un appel, un mail et une page web pour des "
                    "lecteurs des deux langues. Venez avec une phrase qui vous résiste.",
                    "Een vertaalster van het netwerk toont hoe ze een telefoongesprek, een mail en een webpagina "
                    "voorbereidt voor lezers in beide talen. Breng een zin mee die u dwarszit.",
                    "A translator of the network shows how she prepares a call, an e-mail and a web page for readers "
                    "of both languages. Come with a sentence that resists you.",
                ),
            ),
            Topic(
                Text(
                    "Fixer son prix et s’y tenir",
                    "Uw prijs bepalen en erbij blijven",
                    "Setting your price and sticking to it",
                ),
                Text(
                    "Ce que coûte vraiment une journée de travail, calculé ensemble.",
                    "Wat een werkdag echt kost, samen uitgerekend.",
                    "What a day of work really costs, worked out together.",
                ),
                Text(
                    "Une comptable déroule le calcul au tableau, chacun le refait avec ses chiffres. On repart avec "
                    "un tarif et deux phrases pour le défendre.",
                    "Een boekhoudster maakt de berekening op het bord, iedereen doet het over met eigen cijfers. U "
                    "vertrekt met een tarief en twee zinnen om het te verdedigen.",
                    "An accountant does the sum on the board and everyone redoes it with their own figures. You leave "
                    "with a rate and two sentences to defend it.",
                ),
            ),
        ),
    ),
    Series(
        key="reseau-en-ligne",
        type="virtual-meeting",
        space="coworking-e420",
        organised_with=("coworking-e420", "val-de-vence"),
        weekday=MONDAY,
        every=3,
        phase=1,
        start=time(17, 30),
        minutes=60,
        mode=Mode.ONLINE,
        takers=7,
        has_past=True,
        topics=(
            Topic(
                Text("Le café des cinq espaces", "De koffie van de vijf werkplekken", "Coffee across five spaces"),
                Text(
                    "Une heure en visioconférence pour savoir qui travaille sur quoi, de Chimay à Charleville.",
                    "Een uur videobellen om te weten wie waaraan werkt, van Chimay tot Charleville.",
                    "One hour on video to find out who is working on what, from Chimay to Charleville.",
                ),
                Text(
                    "Chacun a deux minutes : ce que je fais, ce que je cherche, ce que je peux offrir. Le lien de "
                    "connexion vous arrive avec la confirmation.",
                    "Ieder krijgt twee minuten: wat ik doe, wat ik zoek, wat ik te bieden heb. De link krijgt u met "
                    "de bevestiging.",
                    "Everyone has two minutes: what I do, what I am looking for, what I can offer. The link comes "
                    "with your confirmation.",
                ),
            ),
        ),
    ),
    Series(
        key="marche",
        type="co-walking",
        space="coworking-e420",
        organised_with=("coworking-e420", "maison-du-campus"),
        weekday=WEDNESDAY,
        every=4,
        phase=1,
        start=time(13, 30),
        minutes=150,
        capacity=20,
        takers=8,
        place="Devant l’espace de coworking",
        has_past=True,
        leaves_proof=False,
        cancelled_every=4,
        topics=(
            Topic(
                Text("Une idée, six kilomètres", "Eén idee, zes kilometer", "One idea, six kilometres"),
                Text(
                    "On marche par deux, on change de binôme à chaque kilomètre, on rentre avec des avis.",
                    "We wandelen per twee, wisselen elke kilometer van partner en keren terug met goede raad.",
                    "We walk in pairs, change partners every kilometre, and come back with advice.",
                ),
                Text(
                    "Venez avec une question que vous retournez depuis trop longtemps. Chaussures de marche "
                    "conseillées, départ par tous les temps sauf tempête.",
                    "Kom met een vraag die al te lang door uw hoofd spookt. Wandelschoenen aangeraden, we vertrekken "
                    "in elk weer behalve storm.",
                    "Come with a question you have been turning over for too long. Walking shoes advised; we leave in "
                    "any weather short of a storm.",
                ),
            ),
        ),
    ),
    Series(
        key="rencontre",
        type="network-meeting",
        space="maison-du-campus",
        organised_with=("maison-du-campus", "coworking-e420"),
        weekday=THURSDAY,
        every=5,
        phase=2,
        start=time(18),
        minutes=120,
        capacity=40,
        takers=12,
        languages=("fr", "nl"),
        has_past=True,
        joint_is_decided=False,
        topics=(
            Topic(
                Text(
                    "Qui peut aider qui ? Le grand tour de table",
                    "Wie kan wie helpen? Het grote rondje",
                    "Who can help whom? The big round",
                ),
                Text(
                    "Compétences offertes et cherchées, affichées au mur et mises en relation sur place.",
                    "Aangeboden en gezochte vaardigheden, aan de muur gehangen en ter plekke aan elkaar gekoppeld.",
                    "Skills offered and sought, pinned to the wall and matched on the spot.",
                ),
                Text(
                    "Ouvert à toutes et à tous, membres ou non. On commence à l’heure, on finit autour d’un verre, et "
                    "l’on organise le covoiturage du retour.",
                    "Open voor iedereen, lid of niet. We beginnen op tijd, eindigen met een drankje en regelen samen "
                    "de rit naar huis.",
                    "Open to all, members or not. We start on time, end around a drink, and share the rides home.",
                ),
            ),
        ),
    ),
    Series(
        key="petit-dejeuner",
        type="animation",
        space="val-de-vence",
        weekday=WEDNESDAY,
        every=4,
        phase=3,
        start=time(8, 30),
        minutes=75,
        audience=Audience.MEMBERS,
        capacity=15,
        takers=6,
        topics=(
            Topic(
                Text(
                    "Le petit-déjeuner des membres",
                    "Het ledenontbijt",
                    "The members’ breakfast",
                ),
                Text(
                    "Du café, des tartines et les nouvelles du mois, entre membres du réseau.",
                    "Koffie, boterhammen en het nieuws van de maand, onder leden van het netwerk.",
                    "Coffee, bread and jam, and the news of the month, among members of the network.",
                ),
                Text(
                    "Les nouveaux membres sont présentés, les anciens servent le café. Dites-nous si vous venez : on "
                    "compte les croissants.",
                    "Nieuwe leden worden voorgesteld, de anciens schenken de koffie. Laat weten of u komt: we tellen "
                    "de croissants.",
                    "New members are introduced, older ones pour the coffee. Tell us if you are coming: we count the "
                    "croissants.",
                ),
            ),
        ),
    ),
    Series(
        key="visite",
        type="visit",
        space="rimbaud-tech",
        organised_with=("rimbaud-tech", "la-ferme"),
        weekday=FRIDAY,
        every=6,
        phase=3,
        start=time(14),
        minutes=120,
        capacity=18,
        takers=6,
        topics=(
            Topic(
                Text(
                    "Pousser la porte des voisins",
                    "Bij de buren binnenlopen",
                    "Next door, across the border",
                ),
                Text(
                    "Les membres d’un côté de la frontière visitent un espace de l’autre.",
                    "De leden van de ene kant van de grens bezoeken een werkplek aan de andere kant.",
                    "Members from one side of the border visit a space on the other.",
                ),
                Text(
                    "Un tour des lieux, une présentation des entreprises hébergées, puis chacun s’installe et "
                    "travaille une heure sur place, pour voir.",
                    "Een rondleiding, een voorstelling van de bedrijven die er werken, en dan gaat iedereen er een "
                    "uurtje aan de slag om het te proberen.",
                    "A tour of the place, a word from the businesses housed there; then everyone settles down and "
                    "works there for an hour, to try it out.",
                ),
            ),
        ),
    ),
    Series(
        key="soiree",
        type="closing-evening",
        space="la-ferme",
        organised_with=("la-ferme", "val-de-vence"),
        weekday=THURSDAY,
        every=6,
        phase=0,
        start=time(19),
        minutes=150,
        capacity=50,
        takers=10,
        languages=("fr", "nl", "en"),
        topics=(
            Topic(
                Text(
                    "La soirée de la saison",
                    "De avond van het seizoen",
                    "The evening of the season",
                ),
                Text(
                    "Ce que le réseau a traversé ces derniers mois, raconté par celles et ceux qui l’ont fait.",
                    "Wat het netwerk de voorbije maanden heeft beleefd, verteld door wie erbij was.",
                    "What the network has lived through these last months, told by those who did it.",
                ),
                Text(
                    "Quelques images, quelques chiffres, beaucoup de conversations. Chacun apporte un plat de son "
                    "côté de la frontière.",
                    "Enkele beelden, enkele cijfers en veel gesprekken. Ieder brengt een gerecht mee van zijn kant "
                    "van de grens.",
                    "A few pictures, a few figures, many conversations. Everyone brings a dish from their side of the "
                    "border.",
                ),
            ),
        ),
    ),
    Series(
        key="coup-d-envoi",
        type="launch",
        space="rimbaud-tech",
        organised_with=("rimbaud-tech", "coworking-e420"),
        weekday=THURSDAY,
        every=6,
        phase=4,
        start=time(17, 30),
        minutes=90,
        mode=Mode.HYBRID,
        capacity=30,
        takers=9,
        languages=("fr", "nl"),
        topics=(
            Topic(
                Text(
                    "Coup d’envoi du groupe de covoiturage",
                    "Startschot voor de carpoolgroep",
                    "Kick-off of the ride-sharing group",
                ),
                Text(
                    "Un groupe pour aller travailler en face sans prendre chacun sa voiture.",
                    "Een groep om aan de overkant te gaan werken zonder ieder zijn eigen auto te nemen.",
                    "A group for going to work across the border without each taking a car.",
                ),
                Text(
                    "On décide des jours, des points de rencontre et du partage des frais. Sur place ou en ligne, "
                    "comme vous voulez.",
                    "We spreken dagen, afspreekplaatsen en kostendeling af. Ter plaatse of online, zoals u wilt.",
                    "We agree on days, meeting points and sharing the costs. On site or online, as you like.",
                ),
            ),
        ),
    ),
)
