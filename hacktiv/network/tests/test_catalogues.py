"""The catalogues: loaded once in each language, drawn and coloured, and never written over."""

import pytest
from django.conf import settings

from events.models import EventType
from hacktiv.network import files
from hacktiv.network.catalogues import (
    load_event_types,
    load_membership_kinds,
    load_room_features,
    load_skills,
)
from members.models import Skill, SkillCategory
from spaces.models import Feature, MembershipKind

pytestmark = pytest.mark.django_db

STATIC = settings.BASE_DIR / "static"


def names(model):
    return {row.slug: (row.name_fr, row.name_nl, row.name_en) for row in model.objects.all()}


def test_event_types_are_loaded_once_in_three_languages():
    assert load_event_types() == [kind.slug for kind in files.event_types()]
    assert load_event_types() == []
    assert names(EventType)["fablab-visit"] == ("Visite de fablab", "Fablabbezoek", "Fablab visit")
    assert len(names(EventType)) == 14


def test_each_type_has_a_template_in_every_language_and_what_is_filled_in_stays():
    load_event_types()
    for kind in EventType.objects.all():
        assert all(
            kind.template[f"{name}_{code}"] for name in ("summary", "description") for code in ("fr", "nl", "en")
        )
    walk, workshop = EventType.objects.get(slug="co-walking"), EventType.objects.get(slug="workshop")
    assert (walk.audience, walk.capacity, EventType.objects.get(slug="virtual-meeting").mode) == (
        "public",
        15,
        "online",
    )
    # The types of a network that was loaded before it had templates; one of them is filled in by hand.
    blank = {f"{name}_{code}": "" for name in ("summary", "description") for code in ("fr", "nl", "en")}
    EventType.objects.update(**blank, audience="", mode="onsite", capacity=None)
    EventType.objects.filter(pk=workshop.pk).update(capacity=7)
    assert load_event_types() == []
    walk.refresh_from_db()
    workshop.refresh_from_db()
    assert (walk.capacity, walk.summary_nl[:8]) == (15, "Wandelen")
    assert (workshop.capacity, workshop.summary_fr) == (7, "")


def test_skills_are_loaded_once_in_three_languages():
    assert load_skills() == [skill.slug for skill in files.skills().skills()]
    assert load_skills() == []
    assert names(Skill)["sewing"] == ("Couture", "Naaien", "Sewing")
    assert names(SkillCategory)["making"] == ("Fabrication", "Maken", "Making")
    assert (len(names(Skill)), len(names(SkillCategory))) == (40, 8)


def test_room_features_are_loaded_once_in_three_languages():
    assert load_room_features() == [feature.slug for feature in files.room_features()]
    assert load_room_features() == []
    assert names(Feature)["quiet"] == ("Au calme", "Rustig", "Quiet")
    assert len(names(Feature)) == 9


def test_the_kind_of_every_member_is_loaded_once_in_three_languages():
    assert load_membership_kinds() == ["member"]
    assert load_membership_kinds() == []
    assert names(MembershipKind) == {"member": ("Membre", "Lid", "Member")}
    kind = MembershipKind.objects.get()
    assert (kind.space, kind.needs_approval, kind.lasts_months) == (None, True, None)


def test_catalogues_keep_the_order_of_their_files():
    for load in (load_event_types, load_skills, load_room_features):
        load()
    assert list(EventType.objects.order_by("order").values_list("order", "slug")[:2]) == [
        (0, "lunch-talk"),
        (1, "co-walking"),
    ]
    assert list(SkillCategory.objects.order_by("order").values_list("order", "slug")[:2]) == [
        (10, "digital"),
        (20, "design"),
    ]
    assert list(Feature.objects.order_by("order").values_list("order", "slug")[:2]) == [(0, "wheelchair"), (1, "quiet")]


def test_changed_type_stays_changed_and_a_deleted_one_comes_back():
    load_event_types()
    EventType.objects.filter(slug="visit").update(name_fr="Balade", colour="river")
    EventType.objects.filter(slug="workshop").delete()
    assert load_event_types() == ["workshop"]
    assert EventType.objects.values_list("name_fr", "colour").get(slug="visit") == ("Balade", "river")


def test_changed_skill_stays_changed():
    load_skills()
    Skill.objects.filter(slug="sewing").update(
        name_fr="Couture et broderie", category=SkillCategory.objects.get(slug="design")
    )
    load_skills()
    assert Skill.objects.values_list("name_fr", "category__slug").get(slug="sewing") == (
        "Couture et broderie",
        "design",
    )


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_no_two_skills_have_one_name(language):
    said = [skill.name[language] for skill in files.skills().skills()]
    assert len(set(said)) == len(said)


def test_each_feature_has_a_drawing():
    for feature in files.room_features():
        assert (STATIC / "img" / "icons" / f"{feature.icon}.svg").exists(), feature.slug
