"""The page of a space and its virtual tour, in a browser without scripts."""

import re
from datetime import date, time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from spaces.booking.operations import close
from spaces.models import OpeningHours, TeamMember, TravelTime
from spaces.places.operations import draw_due
from spaces.places.queries import SpecialDays, holidays_ahead, special_days
from spaces.tests.factories import HotspotFactory, PhotoFactory, ResourceFactory, SceneFactory, SpaceFactory, in_days
from spaces.timing.hours import at_local
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def page_of(client, url):
    return Page(client.get(url).content.decode(), url)


def properties(source, name):
    """Return the values of this property in the structured data of the page."""
    return re.findall(rf'itemprop="{name}"\s+content="([^"]*)"', source)


# --- the page of a space ---


def test_photos_open_larger_without_a_script(client):
    room = ResourceFactory()
    whole, of_room = PhotoFactory(space=room.space), PhotoFactory(space=room.space, resource=room)
    page = client.get(room.space.get_absolute_url()).content.decode()
    for photo, buttons in ((whole, 2), (of_room, 3)):
        assert page.count(f'popovertarget="photo-{photo.pk}"') == buttons
        assert len(re.findall(rf'id="photo-{photo.pk}"\s+popover', page)) == 1
    assert "<source" not in page
    assert page.count(f'alt="{whole.alternative_text}"') == 2


def test_a_photo_is_offered_in_the_sizes_that_are_drawn(client):
    photo = PhotoFactory()
    draw_due()
    page = client.get(photo.space.get_absolute_url()).content.decode()
    stem = photo.image.url.removesuffix(".jpg")
    for kind in ("avif", "webp"):
        assert f'type="image/{kind}" srcset="{stem}-480.{kind} 480w, {stem}-600.{kind} 600w"' in re.sub(
            r"\s+", " ", page
        )
    assert re.search(rf'src="{photo.image.url}"\s+alt="[^"]+"\s+width="600"\s+height="400"\s+loading="lazy"', page)


def test_only_what_the_manager_entered_is_shown(client):
    space, other, hidden = SpaceFactory(), SpaceFactory(name="Other"), SpaceFactory(is_published=False)
    empty = page_of(client, space.get_absolute_url()).headings
    titles = {text for _level, text in empty}
    told = {"Vers les autres espaces", "Accessibilité", "L’équipe", "Le visiter à distance"}
    assert titles & told == set()
    TravelTime.objects.create(space=space, to_space=other, mode="train", minutes=80)
    TravelTime.objects.create(space=space, to_space=hidden, mode="car", minutes=9)
    TeamMember.objects.create(space=space, name="Zoé Lambert", role_fr="Accueil", has_agreed=True)
    SceneFactory(space=space)
    space.accessibility_fr, space.access_by_bicycle_fr = "Deux marches à l’entrée.", "Abri pour dix vélos."
    space.save()
    page = page_of(client, space.get_absolute_url())
    assert told <= {text for _level, text in page.headings}
    for words in ("1 h 20", "Zoé Lambert", "Accueil", "Deux marches à l’entrée.", "Abri pour dix vélos."):
        assert words in page.text.replace("\u00a0", " ")
    assert "9 min" not in page.text.replace("\u00a0", " ")


def test_untranslated_texts_are_marked_as_french_and_say_so(client):
    space = SpaceFactory(description_fr="Sous la verrière.", tagline_fr="Au vert", tagline_nl="In het groen")
    with translation.override("nl"):
        page = client.get(space.get_absolute_url()).content.decode()
    assert re.search(r'<div class="prose" lang="fr">\s*<p>Sous la verrière\.</p>', page)
    assert page.count("oorlopig alleen in het Frans") == 1
    assert ("In het groen" in page, "Au vert" in page) == (True, False)
    french = client.get(space.get_absolute_url()).content.decode()
    assert (
        'lang="fr">' in french.partition("<main")[2].partition("</main")[0],
        "uniquement en français" in french,
    ) == (
        False,
        False,
    )


def test_structured_data_holds_address_hours_and_closures(client):
    space = SpaceFactory(street="Rue Haute 1", postcode="6460", position_is_exact=True)
    OpeningHours.objects.create(space=space, weekday=0, opens=time(9), closes=time(12, 30))
    close(space=space, start=in_days(7, 0), end=in_days(9, 0), reason="Works", by=None)
    source = client.get(space.get_absolute_url()).content.decode()
    first, last = (f"{timezone.localdate() + timezone.timedelta(days=days):%Y-%m-%d}" for days in (7, 8))
    assert {
        name: properties(source, name)
        for name in ("dayOfWeek", "opens", "closes", "validFrom", "validThrough", "latitude", "addressCountry")
    } == {
        "dayOfWeek": ["https://schema.org/Monday"],
        "opens": ["09:00", "00:00"],
        "closes": ["12:30", "00:00"],
        "validFrom": [first],
        "validThrough": [last],
        "latitude": ["50.04800"],
        "addressCountry": ["BE"],
    }
    assert source.count('itemtype="https://schema.org/LocalBusiness"') == 1


def test_structured_data_holds_no_example(client):
    space = SpaceFactory()
    OpeningHours.objects.create(space=space, weekday=0, opens=time(9), closes=time(12), is_example=True)
    PhotoFactory(space=space, is_example=True)
    source = client.get(space.get_absolute_url()).content.decode()
    names = ("opens", "latitude", "image")
    assert [properties(source, name) for name in names] == [[], [], []]


def test_special_days_are_the_hours_that_closures_leave():
    space = SpaceFactory(with_hours=True)
    for start, end in (
        (in_days(3, 12), in_days(3, 14)),
        (in_days(5, 18), in_days(7, 10)),
        (in_days(9, 21), in_days(9, 22)),
    ):
        close(space=space, start=start, end=end, reason="Works", by=None)
    room = ResourceFactory(space=space)
    close(space=space, resource=room, start=in_days(12, 0), end=in_days(13, 0), reason="Works", by=None)
    day = [timezone.localdate() + timezone.timedelta(days=days) for days in range(10)]
    assert special_days(space, list(space.closures.all()), [], timezone.now()) == [
        SpecialDays(day[3], day[3], time(8), time(12)),
        SpecialDays(day[3], day[3], time(14), time(20)),
        SpecialDays(day[5], day[5], time(8), time(18)),
        SpecialDays(day[6], day[6]),
        SpecialDays(day[7], day[7], time(10), time(20)),
    ]


def test_a_public_holiday_is_a_special_day():
    space = SpaceFactory(with_hours=True, closes_on_public_holidays=True)
    christmas_eve = at_local(date(2030, 12, 24), time(10))
    holidays = holidays_ahead(space, christmas_eve, limit=1)
    assert special_days(space, [], holidays, christmas_eve) == [SpecialDays(date(2030, 12, 25), date(2030, 12, 25))]


# --- constraints ---


def test_the_database_refuses_a_person_who_has_not_agreed():
    with pytest.raises(IntegrityError, match="spaces_teammember_has_agreed"), transaction.atomic():
        TeamMember.objects.create(space=SpaceFactory(), name="Zoé", role="Accueil")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("spaces_traveltime_to_another", lambda space: {"to_space": space, "minutes": 5}),
        ("spaces_traveltime_takes_time", lambda space: {"to_space": SpaceFactory(), "minutes": 0}),
    ],
)
def test_the_database_refuses_impossible_travel_times(name, values):
    space = SpaceFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TravelTime.objects.create(space=space, mode="car", **values(space))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("spaces_hotspot_one_end", lambda scene: {"to_scene": SceneFactory(), "resource": ResourceFactory()}),
        ("spaces_hotspot_leads_away", lambda scene: {"to_scene": scene}),
        ("spaces_hotspot_on_the_sphere", lambda scene: {"yaw": 181}),
        ("spaces_hotspot_on_the_sphere", lambda scene: {"pitch": -90.5}),
    ],
)
def test_the_database_refuses_impossible_points(name, values):
    scene = SceneFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        HotspotFactory(scene=scene, **values(scene))


def test_a_point_that_leads_to_another_space_is_refused():
    point = HotspotFactory(to_scene=SceneFactory())
    with pytest.raises(ValidationError, match="même espace"):
        point.full_clean()


# --- the tour ---


def a_visit():
    """Make two scenes; the first one leads to the second, to a room and to a text."""
    room = ResourceFactory()
    hall = SceneFactory(space=room.space, title="Hall", description="Une grande entrée.", order=1)
    salon = SceneFactory(space=room.space, title="Salon", order=2)
    HotspotFactory(scene=hall, label="Vers le salon", to_scene=salon, yaw="90.5", pitch="-3")
    HotspotFactory(scene=hall, label="La table", resource=room)
    HotspotFactory(scene=hall, label="Le tableau", text="Peint en 1900.")
    return hall, salon, room


def test_the_tour_is_read_from_scene_to_scene(client):
    hall, salon, room = a_visit()
    answer = client.get(reverse("spaces:tour", args=[hall.space.slug]))
    assert answer.url == hall.get_absolute_url()
    page = page_of(client, answer.url)
    booking = reverse("spaces:book", args=[room.space.slug])
    assert [page.links.count(url) for url in (salon.get_absolute_url(), f"{booking}?resource={room.slug}")] == [2, 1]
    assert all(words in page.text for words in ("Une grande entrée.", "Vers le salon", "La table", "Peint en 1900."))
    assert ('data-yaw="90.5"' in page.source, 'data-pitch="-3.0"' in page.source) == (True, True)
    assert page_of(client, salon.get_absolute_url()).headings[0] == (1, "Salon")


def test_a_room_that_cannot_be_booked_has_no_link(client):
    hall, _salon, room = a_visit()
    room.is_bookable = False
    room.save()
    page = page_of(client, hall.get_absolute_url())
    assert "La table" in page.text
    assert not [link for link in page.links if "/book/" in link]


@pytest.mark.parametrize("count", [1, 3])
def test_a_scene_costs_the_same_for_one_point_and_three(client, django_assert_num_queries, count):
    space = SpaceFactory(with_hours=True)
    scenes = SceneFactory.create_batch(count + 1, space=space)
    for end in scenes[1:]:
        HotspotFactory(scene=scenes[0], to_scene=end)
        HotspotFactory(scene=scenes[0], resource=ResourceFactory(space=space))
    with django_assert_num_queries(5):
        client.get(scenes[0].get_absolute_url())


def test_a_tour_needs_a_published_space_and_its_own_scene(client):
    scene, space = SceneFactory(), SpaceFactory()
    hidden = SceneFactory(space=SpaceFactory(is_published=False))
    for url in (
        reverse("spaces:tour", args=[space.slug]),
        reverse("spaces:scene", args=[space.slug, scene.pk]),
        reverse("spaces:tour", args=[hidden.space.slug]),
        hidden.get_absolute_url(),
    ):
        assert client.get(url).status_code == 404


def test_only_the_tour_page_allows_pictures_of_the_viewer(client):
    scene = SceneFactory()
    policies = [
        client.get(url).headers["Content-Security-Policy"]
        for url in (scene.get_absolute_url(), scene.space.get_absolute_url())
    ]
    assert ["img-src 'self' data: blob:" in policies[0], "blob:" in policies[1]] == [True, False]
    assert "script-src 'self';" in policies[0] + ";"


def test_only_the_tour_page_may_read_the_sensors_of_a_headset(client):
    policy = client.get(SceneFactory().get_absolute_url()).headers["Permissions-Policy"].split(", ")
    assert "xr-spatial-tracking=(self)" in policy


def test_the_viewer_is_not_loaded_before_a_click(client):
    source = client.get(SceneFactory().get_absolute_url()).content.decode()
    assert "data-viewer=" in source
    assert not re.search(r"<(?:script|link)\b[^>]*(?:photo-sphere-viewer|headset)", source)
