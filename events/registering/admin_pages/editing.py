"""The page on which managers change a registration: the way, where the person lives, the answers."""

from functools import partial

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from hacktiv.common.admin_pages import Page
from hacktiv.common.dates import moment_in_words
from hacktiv.common.forms import NameField, UntouchedMixin
from members.profiles.queries import photo_answer

from ...core import rules
from ...core.admin_pages.steps import attempt, step_page
from ...core.admin_pages.telling import is_mailed, warn_of_silent
from ...core.forms import residence_field
from ...core.queries import position_in_line
from ...models import Registration
from .. import operations
from ..forms import way_field
from .people import OfStaffForm


class RegistrationForm(UntouchedMixin, OfStaffForm):
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
        if rules.can_correct_person(registration):
            own["name"] = NameField(label=_("Name"), max_length=120, initial=registration.guest_name)
            own["email"] = forms.EmailField(
                label=_("E-mail address"),
                required=False,
                initial=registration.guest_email,
                help_text=_("A new address gets the confirmation with a link; the link sent to the former one ends."),
            )
        mark = getattr(registration, "participation", None)
        if len(event.ways) > 1 and (mark or (registration.is_standing and event.is_open)):
            own["way"] = way_field(event, label=_("Takes part"), initial=registration.way)
        if not registration.is_erased and (mark or not registration.user_id):
            own["residence"] = residence_field(
                initial=mark.residence if registration.user_id else registration.guest_residence,
                help_text=_("As the statistics keep it, without the name. What the account says stays as it is.")
                if registration.user_id
                else _("For the seats of each side and the statistics, without the name."),
            )
        rests_on = mark and (("residence" in own and mark.residence) or ("way" in own and not event.is_open))
        if rests_on:
            own["reason"] = forms.CharField(
                label=_("Reason"),
                max_length=300,
                required=False,
                help_text=_(
                    "Asked when another country or way replaces the one that was noted. A closed report stays as it is;"
                    " its next version lists the correction."
                ),
            )
        self.fields = own | self.fields
        self.carry_initial()

    def clean(self):
        """Keep what was changed of the registration itself; the answers are written together."""
        data = super().clean()
        return {name: value for name, value in data.items() if name in self.touched or name == "answers"}


def registration_page(request, event, registration, *, admin):
    """Show a registration to change, with what can be done with it besides."""
    found = event.registrations.select_related("user", "brought_by__user", "participation")
    found = found.annotate(photos=photo_answer("user"))
    registration = get_object_or_404(found, pk=registration)
    registration.event = event
    form_class = partial(RegistrationForm, registration=registration)
    form = form_class(request.POST) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid() and attempt(form, partial(_save, request, admin, registration)):
        return redirect("admin:events_event_registrations", event.pk)
    mark = getattr(registration, "participation", None)
    context = {
        **admin.page_context(request, title=str(registration.person_name), event=event),
        "registration": registration,
        "position": position_in_line(registration),
        "form": form,
        "can_accept": rules.refusal_to_accept(registration) is None,
        "can_cancel": rules.can_cancel(registration),
        "can_erase": not rules.can_cancel(registration) and registration.guest_name,
        "corrections": _corrections_of(mark) if mark else (),
    }
    return TemplateResponse(request, "admin/events/event/registration.html", context)


def _corrections_of(mark):
    """Return what was corrected of a participation, the first correction first."""
    made = [
        one for kind in (mark.residence_corrections, mark.way_corrections) for one in kind.select_related("made_by")
    ]
    return sorted(made, key=lambda one: one.made_at)


def accept_page(request, event, registration, *, admin):
    """Take the offered seat for somebody who says so on the phone."""
    found = event.registrations.select_related("user", "brought_by__user")
    registration = get_object_or_404(found, pk=registration)
    registration.event = event

    def accept(_data):
        operations.accept_offer(registration=registration)
        warn_of_silent(request, [registration])

    told = (
        _("The confirmation leaves by mail.") if is_mailed(registration) else _("No address is known: no mail leaves.")
    )
    kept = registration.is_offered and _("The seat is kept until %(deadline)s.") % {
        "deadline": moment_in_words(registration.offered_until)
    }
    return step_page(
        request,
        event,
        admin=admin,
        title=_("Take the seat for %(name)s") % {"name": registration.person_name},
        text=" ".join(str(part) for part in (kept, told) if part),
        submit=_("Take the seat"),
        perform=accept,
        done=_("%(name)s has a seat.") % {"name": registration.person_name},
        back="registrations",
    )


def _save(request, admin, registration, data):
    before = (registration.guest_name, registration.guest_email)
    registration = operations.edit_registration(registration=registration, by=request.user, **data)
    fields = [
        Registration._meta.get_field(name).verbose_name
        for name, was in zip(("guest_name", "guest_email"), before, strict=True)
        if getattr(registration, name) != was
    ]
    if fields:  # Who corrected what and when; the former words are not kept.
        with override(None):
            changed = [{"changed": {"fields": [str(field) for field in fields]}}]
        admin.admin_site._registry[Registration].log_change(request, registration, changed)
        warn_of_silent(request, [registration])
    messages.success(request, _("The registration of %(name)s is changed.") % {"name": registration.person_name})


PAGES = [
    Page("registration", registration_page, address="registrations/<int:registration>/"),
    Page("accept", accept_page, address="registrations/<int:registration>/accept/"),
]
