"""Fill in each form of the admin as a superuser: by the kinds of its fields, and by hand where that is not enough."""

import re
from io import BytesIO

from django.test import Client

from members.tests.factories import OrganisationFactory
from reporting.tests.factories import PartnerFactory
from spaces.booking.forms import ONCE
from spaces.tests.factories import in_days, picture_bytes
from tests.five import Post
from tests.pages import Page
from tests.test_admin_isolation import address, custom_addresses

AN_INLINE = re.compile(r"-(?:\d+|__prefix__)-")


def a_picture():
    file = BytesIO(picture_bytes(size=(2400, 1200)))
    file.name = "photo.jpg"
    return file


OF_KIND = {
    "email": "aline@ardenne.example",
    "date": f"{in_days(10, 9):%Y-%m-%d}",
    "time": "10:00",
    "number": "3",
    "url": "https://ardenne.example/",
    "datetime-local": f"{in_days(10, 9):%Y-%m-%dT10:00}",
    "textarea": "Un deux trois",
}
#: What is typed into the fields of one page besides, by the model and the page; None leaves a field out.
TYPED = {
    ("events.Event", "events_event_speakers"): lambda world: {"email": "", "asked": "on"},
    ("events.Event", "events_event_materials"): lambda world: {"file": None},
    ("mailings.Mailing", "add"): lambda world: {"space": world.space.pk, "topic": "", "people": ""},
    ("reporting.Project", "add"): lambda world: {"keep_until": ""},
    ("reporting.CountedAction", "add"): lambda world: {"event": world.event.pk, "coaching": ""},
    ("reporting.Communication", "add"): lambda world: {"date": "2020-12-01", "link": "https://example.org/article"},
    ("reporting.ReportText", "add"): lambda world: {"section": "equality"},
    ("reporting.WorkPackage", "add"): lambda world: {"code": "WP9"},
    ("reporting.Deliverable", "add"): lambda world: {"date": "2020-12-01"},
    ("reporting.Deviation", "add"): lambda world: {"date": "2020-12-01"},
    ("reporting.ProjectDate", "add"): lambda world: {"date": "2020-12-01", "kind": "report"},
    ("reporting.Output", "add"): lambda world: {"finished_on": "2020-12-01"},
    ("reporting.Stock", "add"): lambda world: {"code": "STK-9", "date": "2020-12-01"},
    ("spaces.Booking", "add"): lambda world: {**WHOLE_BOOKING, "resource": world.resource.pk, "day": _day(10)},
    ("spaces.Closure", "add"): lambda world: {"space": world.space.pk, "resource": "", "start": "", "end": ""},
    ("spaces.HomeSpace", "add"): lambda world: {"user": world.manager.pk, "since": _day(0), "until": ""},
    ("spaces.Invitation", "add"): lambda world: {
        "email": "somebody@ardenne.example",
        "space": world.space.pk,
        "kind": world.membership_kind.pk,
        "first_day": _day(1),
    },
    ("spaces.Membership", "add"): lambda world: {
        "user": world.manager.pk,
        "email": "",
        "space": world.space.pk,
        "kind": world.membership_kind.pk,
        "last_day": "",
    },
    ("spaces.Membership", "spaces_membership_end"): lambda world: {"last_day": ""},
    ("spaces.MembershipKind", "add"): lambda world: {"starts_on": _day(0), "ends_on": ""},
    ("members.NetworkRole", "add"): lambda world: {"email": world.member.email, "role": "coordinator", "last_day": ""},
    ("reporting.PartnerPerson", "add"): lambda world: {
        "email": world.member.email,
        "role": PartnerFactory(project=world.period.project).pk,
        "last_day": "",
    },
    ("spaces.Space", "spaces_space_team"): lambda world: {
        "email": world.member.email,
        "role": "manager",
        "last_day": "",
    },
    ("members.Organisation", "add"): lambda world: {"postcode": "6460"},
    ("members.Organisation", "members_organisation_people"): lambda world: {
        "email": world.member.email,
        "role": "contact",
        "last_day": "",
    },
    ("spaces.Agreement", "add"): lambda world: {
        "organisation": OrganisationFactory().pk,
        "space": world.space.pk,
        "kind": world.membership_kind.pk,
        "last_day": "",
    },
    ("spaces.Agreement", "spaces_agreement_people"): lambda world: {
        "email": world.member.email,
        "role": "contact",
        "last_day": "",
    },
    ("spaces.Agreement", "spaces_agreement_alter"): lambda world: {"places": 3, "last_day": ""},
    ("spaces.PassScheme", "add"): lambda world: {"ends_on": "", "code": "", "places": ""},
    ("spaces.Resource", "add"): lambda world: {"release_after_minutes": "", "max_open_bookings": ""},
    ("spaces.Resource", "change"): lambda world: described("plan-0-"),
    ("spaces.Scene", "change"): lambda world: described(""),
    ("spaces.Series", "spaces_series_extend"): lambda world: {"until": _day(90)},
    ("spaces.Space", "add"): lambda world: {"postcode": "6460"},
    ("spaces.Space", "change"): lambda world: described("photos-0-"),
    ("training.Session", "add"): lambda world: {"event": world.past_event.pk},
}
WHOLE_BOOKING = {"start": "10:00", "end": "11:00", "unit": "", "pattern": ONCE, "until": ""}
#: Forms by which nothing can be done in the world of the walk, by model: they are shown again, or not there.
READ_ONLY = {"change"}
NOT_CARRIED_OUT = {
    # Those of a series, of a past event and of one at which nobody is registered; « border » has nothing ticked.
    "events.Event": {
        "events_event_attendance",
        "events_event_border",
        "events_event_cancel_all",
        "events_event_carry",
        "events_event_complete",
        "events_event_count",
        "events_event_held",
        "events_event_online_list",
        "events_event_promote",
        "events_event_unpublish",
    },
    "events.EventOutcome": READ_ONLY,
    "events.Registration": {"change", "events_registration_erase"},
    "events.TopicProposal": READ_ONLY,
    "members.NetworkRole": READ_ONLY,
    "outbox.Message": READ_ONLY,
    "reporting.EvidenceFile": READ_ONLY,
    # What is opened to whom is shown first.
    "reporting.PartnerPerson": READ_ONLY | {"add"},
    "reporting.ProjectIndicator": READ_ONLY,
    "reporting.ReportVersion": READ_ONLY,
    "spaces.Agreement": READ_ONLY,
    "spaces.Booking": {"change", "change booking"},
    "spaces.ContactMessage": READ_ONLY,
    # The list is looked at first.
    "spaces.Invitation": {"change", "spaces_invitation_list"},
    # Nobody wishes for another kind in it.
    "spaces.Membership": READ_ONLY | {"spaces_membership_refuse_kind"},
    "spaces.Series": {"change", "change booking"},
    "spaces.Visit": READ_ONLY,
    "spaces.Wait": READ_ONLY,
}


def _day(days):
    return f"{in_days(days, 9):%Y-%m-%d}"


def described(prefix):
    """Describe a picture in the languages in which the world does not."""
    return {f"{prefix}alternative_text_{code}": "Image" for code in ("nl", "en")}


def posts_of(model, world, user):
    """Yield (name, Post) of each form of the admin about a model; those that cancel or delete its object come last."""
    client = Client()
    client.force_login(user)
    key = world.object_of(model).pk
    pages = {"add": address(model, "add"), "change": address(model, "change", key)}
    pages |= {"list": address(model, "changelist")}
    own = {name: url for name, url, _has_object in custom_addresses(model, world)}
    pages |= {name: own[name] for name in sorted(own, key=lambda name: "cancel" in name)}
    pages |= {"delete": address(model, "delete", key)}
    filled_in = _forms(client, pages["change"], pages["change"])
    twin = filled_in[0].fields if filled_in else {}
    for name, url in pages.items():
        for form in _forms(client, url):
            if name == "list" and "_save" not in form.kinds:
                continue  # what is done with chosen rows is done once each
            typed = {} if name in {"change", "list"} else _typed(form, twin if name == "add" else {})
            if (model._meta.label, name) in TYPED:
                typed |= TYPED[model._meta.label, name](world)
            if "_save" in form.kinds:
                typed["_save"] = "1"
            where = name if form.path == url else f"{name} {form.path.rstrip('/').rpartition('/')[2]}"
            yield where, Post(user, url, form.path, typed)


def _forms(client, url, path=None):
    page = client.get(url)
    if page.status_code != 200 or not page.headers["Content-Type"].startswith("text/html"):
        return []
    forms = [form for form in Page(page.text, url).forms if form.method == "post" and "logout" not in form.path]
    return [form for form in forms if path in {None, form.path}]


def _typed(form, twin):
    """Return a value for each field that is empty: that of the twin, or one of its kind."""
    typed = {}
    for name, kind in form.kinds.items():
        empty = form.fields.get(name, [""]) == [""]
        if AN_INLINE.search(name) or kind in {"hidden", "submit", "checkbox", "radio"} or not empty:
            continue
        if kind == "select":
            offered = [choice for choice in form.choices[name] if choice]
            value = twin.get(name) or offered[:1]
        elif kind == "file":
            value = [a_picture]
        elif "slug" in name:
            value = "un-deux"
        elif (
            kind == "text" and twin.get(name, [""]) != [""] and not name.startswith(("name", "title", "code", "label"))
        ):
            value = twin[name]
        else:
            value = OF_KIND.get(kind, "Un deux trois")
        if value:
            typed[name] = value
    return typed
