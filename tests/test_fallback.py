"""Texts that managers wrote in French only are marked as French for a Dutch reader: for the eye, and by `lang`.

Every text that can be translated is made French and bears its own name; then the pages are read in Dutch, and wherever
such a name stands, something around it must say `lang="fr"`.
"""

import re
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from modeltranslation.translator import translator

from hacktiv.outbox.rendering import text_of
from spaces.tests.factories import MembershipFactory, SpaceFactory
from tests.world import populated

pytestmark = pytest.mark.django_db

MARKED = re.compile(r"Fr\d{3}")
#: Only letters can stand there; what a form's choices are called stands beside it, marked.
LETTERS_ONLY = {"title", "option"}
#: `alternative_text` is required in every language; reports are written in the language of their project.
APPS = {"spaces", "events", "training", "members"}
VOID = {"img", "input", "br", "hr", "meta", "link", "source", "path", "circle", "rect"}


def french_only():
    """Make every text French and nothing else, and name it: {mark: "spaces.Resource.name"}."""
    marks = {}
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model not in translator.get_registered_models(abstract=False):
            continue
        for field in translator.get_options_for_model(model).all_fields:
            if field == "alternative_text":
                continue
            mark = f"Fr{len(marks):03d}"
            marks[mark] = f"{model._meta.label}.{field}"
            model._base_manager.update(**{f"{field}_fr": mark, f"{field}_nl": None, f"{field}_en": None})
    return marks


class Reader(HTMLParser):
    """Collect the marks of a page: those under `lang="fr"`, and those that pass for Dutch."""

    def __init__(self, page):
        super().__init__()
        self.open, self.said, self.passed = [], set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append((tag, dict(attributes).get("lang")))

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        while self.open and tag in {name for name, _lang in self.open} and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.open and self.open[-1][0] in LETTERS_ONLY:
            return
        language = next((lang for _tag, lang in reversed(self.open) if lang), None)
        (self.said if language == "fr" else self.passed).update(MARKED.findall(data))


def addresses(world):
    """Return the pages that show texts of managers."""
    space, resource = world.space, world.resource
    day = timezone.localtime(world.booking.start).date()
    hours = f"day={day}&start=14:00&end=15:00"
    of_space = [reverse(f"spaces:{name}", args=[space.slug]) for name in ("timeline", "book", "repeat")]
    mine = [reverse(f"spaces:{name}", args=[world.booking.reference]) for name in ("booking_move", "booking_cancel")]
    series = [reverse(f"spaces:{name}", args=[world.series.reference]) for name in ("series", "series_cancel")]
    return [
        *(reverse(name) for name in ("portal:home", "portal:me", "portal:directory", "portal:memberships")),
        reverse("members:skills"),
        reverse("portal:join", args=[SpaceFactory().slug]),
        *(reverse(name) for name in ("spaces:list", "spaces:map", "events:agenda", "training:list")),
        reverse("portal:member", args=[world.member.pk]),
        space.get_absolute_url(),
        *of_space,
        f"{of_space[0]}?view=week&day={day}",
        f"{of_space[1]}?resource={resource.slug}&{hours}",
        f"{reverse('spaces:search')}?{hours}",
        f"{reverse('spaces:search')}?view=week&{hours}",
        world.scene.get_absolute_url(),
        world.booking.get_absolute_url(),
        *mine,
        *series,
        world.object_of(apps.get_model("spaces.Wait")).get_absolute_url(),
        world.event.get_absolute_url(),
    ]


@pytest.mark.long
def test_every_page_marks_texts_that_are_only_in_french():
    with translation.override("nl"):
        world = populated("one")
        world.resource.features.add(world.object_of(apps.get_model("spaces.Feature")))
        MembershipFactory(user=world.member)
        marks = french_only()
        client = Client()
        client.force_login(world.member)
        said, passed = set(), {}
        for url in addresses(world):
            answer = client.get(url)
            assert answer.status_code == 200, url
            reader = Reader(answer.content.decode())
            said |= {marks[mark] for mark in reader.said}
            if reader.passed:
                passed[url] = sorted(marks[mark] for mark in reader.passed)
    assert passed == {}
    assert said >= {
        "events.Event.description",
        "events.Event.summary",
        "events.Event.title",
        "events.EventType.name",
        "members.Skill.name",
        "spaces.Feature.name",
        "spaces.Hotspot.label",
        "spaces.MembershipKind.description",
        "spaces.MembershipKind.name",
        "spaces.MembershipKind.prices",
        "spaces.Resource.description",
        "spaces.Resource.name",
        "spaces.Resource.prices",
        "spaces.Scene.description",
        "spaces.Scene.title",
        "spaces.Service.name",
        "spaces.Space.access_by_train",
        "spaces.Space.accessibility",
        "spaces.Space.description",
        "spaces.Space.prices",
        "spaces.Space.tagline",
        "spaces.TeamMember.role",
        "training.Programme.description",
        "training.Programme.title",
    }


def test_a_mail_says_in_words_which_texts_are_only_in_french():
    with translation.override("nl"):
        world = populated("one")
        resource, event = world.booking.resource, world.event
        for row, field in ((resource, "name"), (event, "title")):
            type(row).objects.filter(pk=row.pk).update(
                **{f"{field}_fr": "Fr", f"{field}_nl": None, f"{field}_en": None}
            )
            row.refresh_from_db()
        facts = {"booking": world.booking, "resource": resource, "space": world.space, "url": "/", "event": event}
        for stem in ("spaces/booking/mail/booking_confirmed", "events/registering/mail/confirmation"):
            mail = text_of(stem, {**facts, "registration": world.registration})
            assert "Fr (voorlopig alleen in het Frans)" in mail["text"]
            assert "Fr (voorlopig alleen in het Frans)" in mail["html"]
