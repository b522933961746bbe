"""Pages of our own under an admin class, listed there as data.

A capability writes its pages as plain functions and lists them:

    @require_safe
    def letters_page(request, obj, *, admin): ...

    PAGES = [Page("letters", letters_page, _("Letters"), Group.PREPARE, is_possible=lambda obj: obj.is_open)]

An admin class takes in as many lists as it likes (`pages = [*letters.PAGES, *stamps.PAGES]`). The address, its name,
the buttons on the object's own page, and the 404 for those who may not see the object follow from that.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db.models import TextChoices
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

#: In each message: beyond so many, the others are not named.
NAMED = 10


def say_who_is_not_told(request: HttpRequest, names: Iterable[str]) -> None:
    """Warn staff of the people whom no mail has told what was done, because no address of theirs is known."""
    silent = list(names)
    if silent:
        people = "; ".join([*silent[:NAMED], *(["…"] if len(silent) > NAMED else [])])
        text = _("No address is known, so no mail left. Tell by phone: %(people)s")
        messages.warning(request, text % {"people": people})


def told_by_mail(number: int, *, will: bool = False) -> str:
    """Return in words how many people an act has mailed or, with `will`, is going to mail."""
    if not number:
        return str(_("Nobody is told by mail."))
    if will:
        text = ngettext("%(number)d person will be told by mail.", "%(number)d people will be told by mail.", number)
    else:
        text = ngettext("%(number)d person is told by mail.", "%(number)d people are told by mail.", number)
    return text % {"number": number}


class Group(TextChoices):
    """The groups of an object's buttons, in the order in which the page shows them."""

    DAY = "day", _("The day itself")
    PREPARE = "prepare", _("Prepare")
    AFTER = "after", _("Afterwards")
    CHANGE = "change", _("Change")
    CANCEL = "cancel", _("Cancel")
    END = "end", pgettext_lazy("group of buttons", "End")


def _always(_obj: Any) -> bool:
    return True


@dataclass(frozen=True)
class Page:
    """A page under an admin class, and its button.

    `name` completes the name of the address (`admin:events_event_` and the name); `address` is what follows the
    object's own, by default the name with hyphens. Without a `label` the page has no button. A page `of_one` object
    gets it as `view(request, obj, admin=…)`; any other page is `view(request, admin=…)`. The button of a page that
    `is_done_at_once` sends a form instead of leading to the page. A page that `opens_to` others
    too names them; the admin class says by these names which objects are theirs (`PagesAdmin.objects_for`).
    """

    name: str
    view: Callable
    label: Any = ""
    group: Group = Group.CHANGE
    is_possible: Callable[[Any], bool] = _always
    address: str = ""
    of_one: bool = True
    is_done_at_once: bool = False
    opens_to: tuple[str, ...] = ()

    @property
    def route(self) -> str:
        address = self.address or f"{self.name.replace('_', '-')}/"
        return f"<int:pk>/{address}" if self.of_one else address


@dataclass(frozen=True)
class Button:
    label: Any
    url: str
    is_done_at_once: bool


class PagesAdmin(admin.ModelAdmin):
    """An admin class with `pages`: their addresses, and their buttons in groups on the object's own page."""

    pages: list[Page] = []
    #: What an object's pages read besides it, for `select_related`.
    pages_select_related: tuple[str, ...] = ()
    change_form_template = "admin/pages/change_form.html"

    def get_urls(self):
        own = [
            path(page.route, self.admin_site.admin_view(self._view_of(page)), name=self._name_of(page.name))
            for page in self.pages
        ]
        return own + super().get_urls()

    def object_of_page(self, request, pk, *, opens_to=()):
        """Return the object of a page, if the page opens to the signed-in person for it; else raise 404."""
        objects = self.objects_for(request, opens_to)
        return get_object_or_404(objects.select_related(*self.pages_select_related), pk=pk)

    def objects_for(self, request, opens_to):
        """Return the objects of which the signed-in person opens such pages: here those that they see anyway."""
        return self.get_queryset(request)

    def opens(self, request, page, obj=None):
        """Return True if the page opens to the signed-in person: here to whoever may read the table."""
        return self.has_view_permission(request)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        obj = self.get_object(request, object_id)
        context = {"page_groups": self.page_groups(request, obj) if obj else [], **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def page_groups(self, request, obj):
        """Return (group, buttons) of what the person can do with the object now; no group without a button."""
        buttons = {group: [] for group in Group}
        for page in self.pages:
            if page.label and page.of_one and page.is_possible(obj) and self.opens(request, page, obj):
                url = reverse(f"admin:{self._name_of(page.name)}", args=[obj.pk])
                buttons[page.group].append(Button(page.label, url, page.is_done_at_once))
        return [(group, found) for group, found in buttons.items() if found]

    def page_context(self, request, *, title, **context):
        """Return what every page of this admin class shows."""
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}

    def _name_of(self, name):
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _view_of(self, page):
        def view(request, pk=None, **kwargs):
            if page.of_one:
                found = self.object_of_page(request, pk, opens_to=page.opens_to)
                return page.view(request, found, admin=self, **kwargs)
            if not self.opens(request, page):
                raise Http404
            return page.view(request, admin=self, **kwargs)

        return view
