"""Where people of the demo learn something."""

from datetime import time

from .rhythm import MONDAY, THURSDAY, TUESDAY, Series, Text, Topic

COURSES = (
    Series(
        key="atelier-video",
        type="video-workshop",
        space="la-ferme",
        organised_with=("la-ferme", "maison-du-campus"),
        weekday=TUESDAY,
        every=3,
        phase=0,
        start=time(14),
        minutes=180,
        capacity=6,
        seats_held=2,
        takers=9,
        room="la-grange",
        has_past=True,
        member_takes_part=1.0,
        topics=(
            Topic(
                Text(
                    "Votre portrait vidéo en un après-midi",
                    "Uw videoportret in één namiddag",
                    "Your video portrait in one afternoon",
                ),
                Text(
                    "Écrire, filmer et monter une minute qui dit qui vous êtes. Six places, du matériel pour six.",
                    "Eén minuut schrijven, filmen en monteren die zegt wie u bent. Zes plaatsen, materiaal voor zes.",
                    "Write, shoot and edit one minute that says who you are. Six seats, equipment for six.",
                ),
                Text(
                    "Un téléphone suffit. On travaille la lumière d’une fenêtre, le son d’une pièce et la première "
                    "phrase, puis chacun repart avec son fichier.",
                    "Een telefoon volstaat. We werken aan het licht van een raam, het geluid van een kamer en de "
                    "eerste zin; daarna vertrekt ieder met zijn bestand.",
                    "A phone is enough. We work on the light of a window, the sound of a room and the first sentence; "
                    "then everyone leaves with their file.",
                ),
            ),
        ),
    ),
    Series(
        key="fablab",
        type="fablab-visit",
        space="rimbaud-tech",
        weekday=TUESDAY,
        every=6,
        phase=2,
        start=time(10),
        minutes=120,
        capacity=12,
        takers=6,
        member_takes_part=1.0,
        topics=(
            Topic(
                Text(
                    "Découper, imprimer, graver : une matinée au fablab",
                    "Snijden, printen, graveren: een ochtend in het fablab",
                    "Cut, print, engrave: a morning at the fablab",
                ),
                Text(
                    "Voir tourner les machines et repartir avec un petit objet fait soi-même.",
                    "Zie de machines draaien en ga naar huis met een zelfgemaakt voorwerpje.",
                    "See the machines at work and leave with a small object you made.",
                ),
                Text(
                    "Aucune connaissance n’est demandée. Le groupe se partage en trois et passe d’une machine à "
                    "l’autre.",
                    "Voorkennis is niet nodig. De groep splitst zich in drie en gaat van machine naar machine.",
                    "No knowledge is needed. The group splits in three and moves from machine to machine.",
                ),
            ),
        ),
    ),
    Series(
        key="premiers-pas-numeriques",
        type="peer-training",
        space="coworking-e420",
        organised_with=("coworking-e420", "rimbaud-tech"),
        weekday=THURSDAY,
        every=3,
        phase=1,
        start=time(9, 30),
        minutes=180,
        capacity=10,
        takers=7,
        hours_of_training=3,
        topics=(
            Topic(
                Text(
                    "Se former entre pairs : tenir son site à jour",
                    "Leren van elkaar: uw website actueel houden",
                    "Learning from peers: keeping your website up to date",
                ),
                Text(
                    "Une séance pratique, chacun sur son propre site, avec quelqu’un qui l’a déjà fait.",
                    "Een praktische sessie, ieder op zijn eigen site, met iemand die het al gedaan heeft.",
                    "A hands-on session, everyone on their own site, with somebody who has done it before.",
                ),
                Text(
                    "Apportez votre ordinateur et vos accès. On travaille par deux ; celle ou celui qui sait montre, "
                    "l’autre tient la souris.",
                    "Breng uw computer en uw toegangscodes mee. We werken per twee: wie het kan, toont het; de ander "
                    "houdt de muis vast.",
                    "Bring your computer and your logins. We work in pairs: whoever knows how shows it, the other one "
                    "holds the mouse.",
                ),
            ),
            Topic(
                Text(
                    "Se former entre pairs : raconter son métier en images",
                    "Leren van elkaar: uw vak in beelden vertellen",
                    "Learning from peers: telling your trade in pictures",
                ),
                Text(
                    "Choisir trois photos, écrire trois légendes, publier sans y passer la soirée.",
                    "Drie foto’s kiezen, drie bijschriften schrijven en publiceren zonder er een avond aan te "
                    "besteden.",
                    "Choose three photos, write three captions, publish without spending the evening on it.",
                ),
                Text(
                    "On part de ce que vous avez déjà dans votre téléphone. À la fin de la matinée, trois "
                    "publications sont prêtes.",
                    "We vertrekken van wat u al op uw telefoon hebt. Op het einde van de ochtend staan er drie "
                    "berichten klaar.",
                    "We start from what is already on your phone. By the end of the morning, three posts are ready.",
                ),
            ),
        ),
    ),
    Series(
        key="accompagnement",
        type="coaching",
        space="val-de-vence",
        weekday=MONDAY,
        every=6,
        phase=4,
        start=time(14),
        minutes=120,
        capacity=4,
        takers=3,
        topics=(
            Topic(
                Text(
                    "Une demi-heure pour votre projet",
                    "Een halfuur voor uw project",
                    "Half an hour for your project",
                ),
                Text(
                    "Quatre rendez-vous individuels avec une accompagnatrice, de l’idée au premier client.",
                    "Vier individuele afspraken met een begeleidster, van idee tot eerste klant.",
                    "Four one-to-one meetings with a coach, from the idea to the first client.",
                ),
                Text(
                    "Envoyez trois lignes sur votre projet après votre inscription. L’ordre de passage est fixé sur "
                    "place.",
                    "Stuur na uw inschrijving drie regels over uw project. De volgorde spreken we ter plaatse af.",
                    "Send three lines about your project once you are registered. We settle the order on the spot.",
                ),
            ),
        ),
    ),
    Series(
        key="atelier-devis",
        type="workshop",
        space="maison-du-campus",
        weekday=TUESDAY,
        every=6,
        phase=5,
        start=time(17),
        minutes=120,
        capacity=14,
        takers=7,
        topics=(
            Topic(
                Text("Mon premier devis", "Mijn eerste offerte", "My first quote"),
                Text(
                    "Un modèle, trois erreurs classiques, et le vôtre rempli avant de partir.",
                    "Een model, drie klassieke fouten, en uw eigen offerte ingevuld voor u vertrekt.",
                    "A template, three classic mistakes, and your own filled in before you leave.",
                ),
                Text(
                    "Pour les étudiantes, les étudiants et toute personne qui se lance. On compare un devis belge et "
                    "un devis français, ligne par ligne.",
                    "Voor studenten en iedereen die begint. We leggen een Belgische en een Franse offerte regel voor "
                    "regel naast elkaar.",
                    "For students and anyone starting out. We compare a Belgian and a French quote, line by line.",
                ),
            ),
        ),
    ),
    Series(
        key="formation-frontalier",
        type="training",
        space="val-de-vence",
        organised_with=("val-de-vence", "coworking-e420"),
        weekday=MONDAY,
        every=6,
        phase=2,
        start=time(9),
        minutes=210,
        capacity=12,
        takers=8,
        topics=(
            Topic(
                Text(
                    "Travailler des deux côtés : ce qui change",
                    "Aan beide kanten werken: wat er verandert",
                    "Working on both sides: what changes",
                ),
                Text(
                    "Une matinée pour poser toutes les questions du travail frontalier, et savoir à qui poser les "
                    "autres.",
                    "Een voormiddag om al uw vragen over grensarbeid te stellen, en te weten wie de andere "
                    "beantwoordt.",
                    "A morning to ask every question on cross-border work, and learn whom to ask the others.",
                ),
                Text(
                    "On part de cas fictifs : une indépendante de Chimay, un salarié de Charleville, une étudiante "
                    "entre les deux. Chacun repart avec sa liste de démarches.",
                    "We vertrekken van fictieve gevallen: een zelfstandige uit Chimay, een werknemer uit Charleville, "
                    "een studente ertussenin. Ieder vertrekt met een eigen stappenlijst.",
                    "We start from fictional cases: a freelancer from Chimay, an employee from Charleville, a student "
                    "in between. Everyone leaves with their own list of steps.",
                ),
            ),
        ),
    ),
)
