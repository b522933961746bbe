"""Towns on both sides of the border from which people come, and how long the way from there takes.

Positions are precise to the town. The time of a way is an estimate: managers enter the true times between spaces.
"""

from typing import NamedTuple

from hacktiv.common.text import fold

#: In kilometres: the length of a degree, along a meridian and along a parallel at the latitude of the network.
KM_OF_LATITUDE, KM_OF_LONGITUDE = 111.2, 71.6
#: In minutes for each kilometre as the crow flies: by the E420 and the A304, Couvin is 45 minutes from Charleville.
MINUTES_A_KM = 1.27
#: In minutes: an estimate is rounded up to so many.
ROUNDED_TO = 5


class Town(NamedTuple):
    """A town by its French name; `aliases` are other names that people type, of other languages or shorter."""

    name: str
    latitude: float
    longitude: float
    aliases: tuple[str, ...] = ()


TOWNS = (
    # Belgium
    Town("Arlon", 49.683, 5.816, ("Aarlen",)),
    Town("Beaumont", 50.237, 4.239),
    Town("Beauraing", 50.110, 4.956),
    Town("Bertrix", 49.854, 5.253),
    Town("Bièvre", 49.940, 5.017),
    Town("Binche", 50.411, 4.165),
    Town("Bouillon", 49.793, 5.067),
    Town("Bruxelles", 50.847, 4.353, ("Brussel", "Brussels")),
    Town("Cerfontaine", 50.170, 4.410),
    Town("Charleroi", 50.411, 4.444),
    Town("Chimay", 50.048, 4.317),
    Town("Ciney", 50.296, 5.100),
    Town("Couvin", 50.052, 4.495),
    Town("Dinant", 50.260, 4.912),
    Town("Doische", 50.133, 4.744),
    Town("Florennes", 50.251, 4.606),
    Town("Florenville", 49.699, 5.307),
    Town("Froidchapelle", 50.151, 4.328),
    Town("Gedinne", 49.980, 4.936),
    Town("Gembloux", 50.561, 4.698),
    Town("Hastière", 50.218, 4.824),
    Town("Libramont-Chevigny", 49.921, 5.377, ("Libramont",)),
    Town("Liège", 50.633, 5.567, ("Luik",)),
    Town("Marche-en-Famenne", 50.227, 5.344),
    Town("Mariembourg", 50.095, 4.522),
    Town("Mettet", 50.321, 4.662),
    Town("Momignies", 50.027, 4.166),
    Town("Mons", 50.454, 3.952, ("Bergen",)),
    Town("Namur", 50.467, 4.867, ("Namen",)),
    Town("Neufchâteau", 49.839, 5.435),
    Town("Nismes", 50.074, 4.550, ("Viroinval",)),
    Town("Paliseul", 49.904, 5.135),
    Town("Philippeville", 50.196, 4.543),
    Town("Rochefort", 50.163, 5.222),
    Town("Sivry-Rance", 50.143, 4.270, ("Sivry", "Rance")),
    Town("Thuin", 50.340, 4.287),
    Town("Treignes", 50.091, 4.672),
    Town("Vresse-sur-Semois", 49.871, 4.930, ("Vresse",)),
    Town("Walcourt", 50.254, 4.430),
    # France
    Town("Anor", 49.990, 4.101),
    Town("Avesnes-sur-Helpe", 50.123, 3.930, ("Avesnes",)),
    Town("Bogny-sur-Meuse", 49.857, 4.743, ("Bogny",)),
    Town("Carignan", 49.632, 5.167),
    Town("Charleville-Mézières", 49.768, 4.725, ("Charleville", "Mézières")),
    Town("Donchery", 49.696, 4.874),
    Town("Fourmies", 50.017, 4.048),
    Town("Fumay", 49.994, 4.706),
    Town("Givet", 50.138, 4.826),
    Town("Hargnies", 50.020, 4.791),
    Town("Haybes", 50.009, 4.704),
    Town("Hirson", 49.922, 4.084),
    Town("Laon", 49.564, 3.624),
    Town("Les Hautes-Rivières", 49.887, 4.845, ("Hautes-Rivières",)),
    Town("Liart", 49.769, 4.343),
    Town("Lille", 50.633, 3.067, ("Rijsel",)),
    Town("Longwy", 49.520, 5.762),
    Town("Maubert-Fontaine", 49.869, 4.427),
    Town("Maubeuge", 50.278, 3.973),
    Town("Monthermé", 49.884, 4.733),
    Town("Montmédy", 49.518, 5.364),
    Town("Mouzon", 49.606, 5.076),
    Town("Nouzonville", 49.815, 4.747),
    Town("Poix-Terron", 49.654, 4.648),
    Town("Reims", 49.254, 4.033),
    Town("Renwez", 49.838, 4.602),
    Town("Rethel", 49.510, 4.367),
    Town("Revin", 49.940, 4.637),
    Town("Rocroi", 49.925, 4.521),
    Town("Rumigny", 49.807, 4.267),
    Town("Sedan", 49.701, 4.942),
    Town("Signy-l'Abbaye", 49.698, 4.420),
    Town("Signy-le-Petit", 49.903, 4.281),
    Town("Stenay", 49.491, 5.188),
    Town("Tournes", 49.800, 4.638),
    Town("Trélon", 50.058, 4.102),
    Town("Verdun", 49.160, 5.384),
    Town("Vervins", 49.835, 3.909),
    Town("Villers-Semeuse", 49.741, 4.747),
    Town("Vireux-Molhain", 50.079, 4.724, ("Vireux", "Vireux-Wallerand")),
    Town("Vouziers", 49.398, 4.701),
    Town("Vrigne-aux-Bois", 49.739, 4.853),
    # Beyond
    Town("Luxembourg", 49.611, 6.130, ("Luxemburg",)),
)

_BY_NAME = {fold(name): town for town in TOWNS for name in (town.name, *town.aliases)}


def town_called(name: str) -> Town | None:
    """Return the town of this name, whatever its accents, capitals and hyphens."""
    return _BY_NAME.get(fold(name))


def names_of_towns() -> dict[str, str]:
    """Return the name of each town by all that people may call it, folded."""
    return {called: town.name for called, town in _BY_NAME.items()}
