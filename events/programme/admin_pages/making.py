"""Pages on which managers make an event: from its type's template, or as a copy of another event."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hacktiv.common.admin_pages import Page
from members.core.rules import coordinates, facilitates
from spaces.core.scoping import run_space_ids
from spaces.models import Space

from ...core.admin_pages.forms import local_time_field
from ...models import EventType
from .. import operations
from .warning import warn_of_clashes


class BeginningForm(forms.Form):
    """The first step of a new event. Its answers stand in the address of the second step, the event's form."""

    type = forms.ModelChoiceField(label=gettext_lazy("Type"), queryset=EventType.objects.all())
    space = forms.ModelChoiceField(label=gettext_lazy("Space"), queryset=Space.objects.none())
    starts_at = local_time_field(label=gettext_lazy("Begins"))

    def __init__(self, *args, spaces, may_leave_space, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["space"].queryset = spaces
        if may_leave_space:
            self.fields["space"].required = False
            self.fields["space"].empty_label = gettext_lazy("The network itself")
        elif len(spaces) == 1:
            self.fields["space"].initial = spaces[0]
            self.fields["space"].empty_label = None

    def values(self):
        """Return the initial values of the event's form."""
        data = self.cleaned_data
        values = {**data["type"].template, "type": data["type"].pk, "starts_at": data["starts_at"]}
        values["ends_at"] = data["starts_at"] + data["type"].usual_length
        if data["space"]:
            values["space"] = data["space"].pk
            values["venues"] = [data["space"].pk]
            values["organisers"] = [data["space"].operator_id]
        return values


def is_begun(request):
    """Return True if the address has the type, the space and the hour of the new event, or an empty `type`: no
    template."""
    if not request.GET.get("type"):
        return "type" in request.GET
    return _beginning(request).is_valid()


def initial_values(request):
    """Return the initial values that the address gives the form of a new event, or None."""
    form = _beginning(request) if request.GET.get("type") else None
    return form.values() if form and form.is_valid() else None


def beginning_page(request, *, admin):
    """Ask for the type, the space and the hour of a new event."""
    form = _beginning(request, request.GET.dict())
    context = admin.page_context(request, title=_("New event"), form=form)
    return TemplateResponse(request, "admin/events/event/beginning.html", context)


def _beginning(request, initial=None):
    spaces = Space.objects.all() if facilitates(request.user) else Space.objects.filter(pk__in=run_space_ids(request))
    return BeginningForm(
        request.GET if "type" in request.GET else None,
        initial=initial,
        spaces=spaces,
        may_leave_space=coordinates(request.user),
    )


@require_POST
def copy_page(request, event, *, admin):
    """Copy the event, and redirect to the copy."""
    copy = operations.copy_event(event=event, by=request.user)
    messages.success(request, _("Here is the copy, a draft: check the day, and publish it."))
    warn_of_clashes(request, copy)
    return redirect("admin:events_event_change", copy.pk)


PAGES = [Page("copy", copy_page, gettext_lazy("Copy"), is_done_at_once=True)]
