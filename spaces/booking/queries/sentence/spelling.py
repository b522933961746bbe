"""Words of a sentence that are no wish: those that say nothing, and those that are never read as misspelt."""

import re

from . import vocabulary

#: Words that say nothing of the wish, of all three languages in the order of the alphabet.
_SAY_NOTHING = """
a aan about afin ai alle alors als am an and any are area around assez at au aura aurais aurait aussi aux avec
avoir avons be ben beschikbaar beschikbare besoin bien bij boeken bon bonjour bonne book booking but by ca can
ce cela ces cet cette cherche chercher cherchons chez chose coin comme confortable cote could d daar dag dan
dans dat day de des deze die dispo disponible disponibles dit do dois door du during een elle en encore
endroit endroits er ergens espace espaces est et etre euh faire faut find for free from ga geen get goede
graag h hallo have heb hebben heeft hello help hem het heure heures hi hier hoe hour hours huren i id iets ik
il ils in is it its j je jour kan kom kunnen l la le les leur libre libres lieu lieux like ll locatie locaties
looking louer m ma maar may me merci mes met mij mijn moet moi mon my n naar ne near need needed nice nodig
nog nos notre nous of om omgeving on onder onze ook op or ou our over par parfait part pas petit petite peut
plaats plaatsen place places plait please plek plekje plekken plutot pour pourquoi pourrais pouvez pouvoir pres propose
puis qu quand que quel quelle quelqu quelque quelques qui quite recherche reservation reserve reserver
reserveren reservez room ruimte ruimtes s sa sans se seance seat ses si silvousplait so some somebody someone
something somewhere son souhaite sous space spaces spot stad suis sur svp sympa t ta table tables tafel tafels
te tegen tes that the their them then there this to toe tot tout toute town travail trouve trouver tu tussen u
uit un une us uur van vanaf vers veut veux ville vind vinden voor voudrais voudrait vous vrij vrije waar waarom want
wat we wel what when where which who why wie wij wil will willen with word work working would y you your zal ze
zich zijn zo zoek zoeken zonder zou
"""
STOPWORDS = frozenset(_SAY_NOTHING.split())

#: Common words that look like a name of ours and are none, beside those of `vocabulary`: never read as misspelt.
_NO_MISTAKE = """
afspraak afspraken centre centrum contre derniere dernier entree gare maand maanden marche mois month months rendez
station trein train vendre visite vous weekly
"""


def _written_in(table: object) -> set[str]:
    """Return the words of a table or a pattern, those with an optional letter in both ways."""
    if isinstance(table, str):
        return {word for text in (re.sub(r"\w\?", "", table), table) for word in re.findall(r"[^\W\d_]+", text)}
    if isinstance(table, dict):
        return _written_in([*table.values(), *(key for key in table if isinstance(key, str))])
    return set().union(*map(_written_in, table)) if isinstance(table, list | tuple | frozenset) else set()


#: Words that people spell as they mean them, so that none is read as a mistake for another one.
WELL_SPELT = STOPWORDS | frozenset(_NO_MISTAKE.split())
WELL_SPELT |= frozenset().union(*(_written_in(table) for name, table in vars(vocabulary).items() if name[0] != "_"))
