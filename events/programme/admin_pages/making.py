"""How an event comes to be in the admin: from its type's template, or as a copy of another."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from spaces.core.scoping import run_space_ids
from spaces.models import Space

from ...core.admin_pages.forms import local_time_field
from ...core.admin_pages.scope import coordinates
from ...models import EventType
from .. import operations


class BeginningForm(forms.Form):
    """The first step of a new event; its address is that of the second, whose form the type's template fills."""

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
        """What the event's form begins with."""
        data = self.cleaned_data
        values = {**data["type"].template, "type": data["type"].pk, "starts_at": data["starts_at"]}
        values["ends_at"] = data["starts_at"] + data["type"].usual_length
        if data["space"]:
            values["space"] = data["space"].pk
            values["venues"] = [data["space"].pk]
            values["organisers"] = [data["space"].operator_id]
        return values


class EventMaking:
    """Mixed into the event's admin class: the first step of « new event », and « copy »."""

    def get_urls(self):
        copy = self.admin_site.admin_view(self.copy_view)
        return [path("<int:pk>/copy/", copy, name="events_event_copy"), *super().get_urls()]

    def add_view(self, request, form_url="", extra_context=None):
        """`type` in the address, even an empty one, leads to the form."""
        if request.method != "POST" and self.has_add_permission(request) and not self._is_begun(request):
            return self._beginning_page(request)
        return super().add_view(request, form_url, extra_context)

    def _is_begun(self, request):
        if not request.GET.get("type"):
            return "type" in request.GET
        return self._beginning(request).is_valid()

    def _beginning(self, request, data=None):
        spaces = (
            Space.objects.all() if request.user.is_superuser else Space.objects.filter(pk__in=run_space_ids(request))
        )
        may_leave_space = request.user.is_superuser or coordinates(request)
        return BeginningForm(
            request.GET if "type" in request.GET else None,
            initial=data,
            spaces=spaces,
            may_leave_space=may_leave_space,
        )

    def _beginning_page(self, request):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New event"),
            "form": self._beginning(request, request.GET.dict()),
        }
        return TemplateResponse(request, "admin/events/event/beginning.html", context)

    def get_changeform_initial_data(self, request):
        if request.GET.get("type"):
            form = self._beginning(request)
            if form.is_valid():
                return form.values()
        return super().get_changeform_initial_data(request)

    def copy_view(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        event = self._event(request, pk)
        copy = operations.copy_event(event=event, by=request.user)
        messages.success(request, _("Here is the copy, a draft: check the day, and publish it."))
        if event.resource and not copy.resource:
            messages.warning(request, _("The room is taken at that time: the copy has none."))
        return redirect("admin:events_event_change", copy.pk)
