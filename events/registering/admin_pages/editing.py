"""The page on which managers change a registration: the way, where the person lives, the answers."""

from functools import partial

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from hacktiv.common.admin_pages import Page

from ...core import rules
from ...core.admin_pages.steps import attempt
from ...core.forms import residence_field
from ...core.queries import position_in_line
from .. import operations
from ..forms import way_field
from .people import OfStaffForm


class RegistrationForm(OfStaffForm):
    """The part of a registration that can be changed now; without fields where nothing can."""

    def __init__(self, *args, registration, **kwargs):
        event = registration.event
        can_answer = rules.can_answer(registration)
        answered = registration.answers.select_related("question") if can_answer else ()
        super().__init__(*args, event=event, answered=answered, **kwargs)
        if not can_answer:
            self.questions = []
            self.fields = {}
        own = {}
        if registration.is_standing and event.is_open and len(event.ways) > 1:
            own["way"] = way_field(event, label=_("Takes part"), initial=registration.way)
        mark = getattr(registration, "participation", None)
        if not registration.is_erased and (mark or not registration.user_id):
            own["residence"] = residence_field(
                initial=mark.residence if registration.user_id else registration.guest_residence,
                help_text=_("As the statistics keep it, without the name. What the account says stays as it is.")
                if registration.user_id
                else _("For the seats of each side and the statistics, without the name."),
            )
            if mark and mark.residence:
                own["reason"] = forms.CharField(
                    label=_("Reason"),
                    max_length=300,
                    required=False,
                    help_text=_(
                        "Asked when another country replaces the one that was noted. A closed report stays as it is;"
                        " its next version lists the correction."
                    ),
                )
        self.fields = own | self.fields


def registration_page(request, event, registration, *, admin):
    """Show a registration to change, with what can be done with it besides."""
    found = event.registrations.select_related("user", "brought_by__user", "participation")
    registration = get_object_or_404(found, pk=registration)
    registration.event = event
    form_class = partial(RegistrationForm, registration=registration)
    form = form_class(request.POST) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid() and attempt(form, partial(_save, request, registration)):
        return redirect("admin:events_event_registrations", event.pk)
    mark = getattr(registration, "participation", None)
    context = {
        **admin.page_context(request, title=str(registration.person_name), event=event),
        "registration": registration,
        "position": position_in_line(registration),
        "form": form,
        "can_cancel": rules.can_cancel(registration),
        "can_erase": not rules.can_cancel(registration) and registration.guest_name,
        "corrections": mark.residence_corrections.select_related("made_by") if mark else (),
    }
    return TemplateResponse(request, "admin/events/event/registration.html", context)


def _save(request, registration, data):
    operations.edit_registration(registration=registration, by=request.user, **data)
    messages.success(request, _("The registration of %(name)s is changed.") % {"name": registration.person_name})


PAGES = [Page("registration", registration_page, address="registrations/<int:registration>/")]
