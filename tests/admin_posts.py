"""Fill in each form of the admin as a superuser: by the kinds of its fields, and by hand where that is not enough."""

import re
from io import BytesIO

from django.test import Client

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
#: What is typed into the fields of one page, by the model and the page.
TYPED = {}
#: Forms that are shown again, since nothing can be done by them in the world of the walk: by model.
NOT_CARRIED_OUT = {}


def posts_of(model, world, user):
    """Yield (name, Post) of each form of the admin about a model; the one that deletes its object comes last."""
    client = Client()
    client.force_login(user)
    key = world.object_of(model).pk
    pages = {"add": address(model, "add"), "change": address(model, "change", key)}
    pages |= {"list": address(model, "changelist")}
    pages |= {name: url for name, url, _has_object in custom_addresses(model, world)}
    pages |= {"delete": address(model, "delete", key)}
    filled_in = _forms(client, pages["change"], pages["change"])
    twin = filled_in[0].fields if filled_in else {}
    for name, url in pages.items():
        for form in _forms(client, url):
            typed = {} if name in {"change", "list"} else _typed(form, twin if name == "add" else {})
            typed |= TYPED.get((model._meta.label, name), {})
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
