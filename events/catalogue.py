"""The network's types of event, in three languages."""

from .models import EventType

#: slug (also the icon's), colour of the style sheet, usual minutes, fr, nl, en
EVENT_TYPES = [
    ("lunch-talk", "ember", 60, "Lunch&talk", "Lunch&talk", "Lunch&talk"),
    ("co-walking", "moss", 120, "Co-walking", "Co-walking", "Co-walking"),
    ("fablab-visit", "ochre", 120, "Visite de fablab", "Fablabbezoek", "Fablab visit"),
    ("video-workshop", "heather", 120, "Atelier vidéo", "Videoworkshop", "Video workshop"),
    ("workshop", "teal", 150, "Atelier", "Workshop", "Workshop"),
    ("virtual-meeting", "river", 60, "Réunion virtuelle", "Virtuele ontmoeting", "Virtual meeting"),
    ("network-meeting", "forest", 120, "Rencontre du réseau", "Netwerkbijeenkomst", "Network meeting"),
    ("visit", "sprout", 120, "Visite", "Bezoek", "Visit"),
    ("peer-training", "teal", 180, "Formation entre pairs", "Opleiding onder gelijken", "Peer training"),
    ("training", "teal", 180, "Formation", "Opleiding", "Training"),
    ("coaching", "heather", 60, "Accompagnement", "Coaching", "Coaching"),
    ("animation", "ochre", 120, "Animation", "Animatie", "Animation"),
    ("launch", "ember", 180, "Lancement", "Startbijeenkomst", "Launch"),
    ("closing-evening", "river", 180, "Soirée de clôture", "Slotavond", "Closing evening"),
]


def load_event_types():
    """Add the types that are missing; a row that is there, changed or not, stays as it is. Returns the new slugs."""
    there = set(EventType.objects.values_list("slug", flat=True))
    new = [
        EventType(
            slug=slug,
            icon=slug,
            colour=colour,
            default_minutes=minutes,
            order=order,
            name_fr=french,
            name_nl=dutch,
            name_en=english,
        )
        for order, (slug, colour, minutes, french, dutch, english) in enumerate(EVENT_TYPES)
        if slug not in there
    ]
    EventType.objects.bulk_create(new)
    return [event_type.slug for event_type in new]
