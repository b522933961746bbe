"""What a room may have, in three languages: words to choose from, claimed of no room."""

from .models import Feature

#: slug, icon, fr, nl, en
FEATURES = [
    ("wheelchair", "wheelchair", "Accessible en fauteuil roulant", "Toegankelijk met rolstoel", "Wheelchair access"),
    ("quiet", "quiet", "Au calme", "Rustig", "Quiet"),
    ("daylight", "sun", "Lumière du jour", "Daglicht", "Daylight"),
    ("screen", "screen", "Écran", "Scherm", "Screen"),
    ("video-call", "video", "Visioconférence", "Videovergadering", "Video calls"),
    ("whiteboard", "whiteboard", "Tableau blanc", "Whiteboard", "Whiteboard"),
    ("wired-network", "link", "Réseau filaire", "Bekabeld netwerk", "Wired network"),
    ("coffee", "coffee", "Café sur place", "Koffie ter plaatse", "Coffee on the spot"),
    ("lockable", "lock", "Fermable à clé", "Afsluitbaar", "Lockable"),
]


def load_features():
    """Add the features that are missing; a row that is there, changed or not, stays as it is. Returns the new slugs."""
    there = set(Feature.objects.values_list("slug", flat=True))
    new = [
        Feature(slug=slug, icon=icon, order=order, name_fr=french, name_nl=dutch, name_en=english)
        for order, (slug, icon, french, dutch, english) in enumerate(FEATURES)
        if slug not in there
    ]
    Feature.objects.bulk_create(new)
    return [feature.slug for feature in new]
