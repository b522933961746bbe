"""The tags that draw the spaces."""

from types import SimpleNamespace

from django.template import Context, Template
from django.utils import translation


def rendered(source, **context):
    return Template(f"{{% load places %}}{source}").render(Context(context))


def test_a_space_without_a_known_emblem_has_the_hills():
    assert 'data-emblem="hills"' in rendered("{% emblem space %}", space=SimpleNamespace(emblem="castle"))
    assert 'data-emblem="boat"' in rendered("{% emblem space %}", space=SimpleNamespace(emblem="boat"))


def place(**changes):
    space = {
        "name": "L'Été <i>",
        "town": "Rocroi",
        "latitude": 49.9,
        "longitude": 4.5,
        "emblem": "book",
        "slug": "ete",
        "get_absolute_url": lambda: "/fr/spaces/ete/",
        "get_country_display": lambda: "France",
    }
    return SimpleNamespace(**space | changes)


def the_map(**changes):
    return rendered("{% border_map spaces %}", spaces=[place(**changes)])


def test_the_map_links_each_space_and_writes_numbers_with_points():
    with translation.override("fr"):
        drawn = the_map()
    assert 'href="/fr/spaces/ete/"' in drawn
    assert drawn.count("L&#x27;Été &lt;i&gt;") == 2
    assert 'aria-label="L&#x27;Été &lt;i&gt;, Rocroi, France"' in drawn
    assert 'cx="213,3"' not in drawn
    assert 'cx="213.3"' in drawn


def test_the_map_is_drawn_anew_for_another_language_state_or_place():
    """A drawing made for other readers is not shown where the map would differ."""
    with translation.override("fr"):
        french = the_map()
        opened = the_map(state=SimpleNamespace(kind="open", in_brief="ouvert jusqu’à 20 h"))
        found, missed = the_map(is_found=True), the_map(is_found=False)
        moved = the_map(latitude=49.8)
        assert the_map() == french
    with translation.override("nl"):
        dutch = the_map()
    assert "Maas" in dutch and "Meuse" in french
    assert "ouvert jusqu’à 20 h" in opened
    assert 'xlink:href="#ete"' in found and "map-marker-faint" in missed
    assert len({french, opened, found, missed, moved, dutch}) == 6
