"""Pages of the attendance: the list to tick, the list to sign, walk-ins and declared counts."""

from functools import partial

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from hacktiv.common.admin_pages import Group, Page
from hacktiv.common.bounds import Bounds
from hacktiv.common.forms import NameField, PlainTextMixin, whole_numbers

from ...core import rules
from ...core.admin_pages.namesakes import NamesakesMixin
from ...core.admin_pages.steps import attempt, step, step_page
from ...core.admin_pages.telling import say_noted_meanwhile
from ...core.forms import residence_field
from ...enums import EventState, Measure, RegistrationStatus
from .. import operations
from ..queries import attendance_list, contradicting, differing_count
from ..rules import count_beside_the_list


class WalkInForm(NamesakesMixin, PlainTextMixin, forms.Form):
    name = NameField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    residence = residence_field()


class CountForm(PlainTextMixin, forms.Form):
    measure = forms.ChoiceField(
        label=_("What is counted"),
        choices=Measure.choices,
        help_text=_("The same person at three meetings is three participations and one person."),
    )
    lower = forms.IntegerField(label=_("At least"), min_value=0, max_value=100_000)
    upper = forms.IntegerField(
        label=_("At most"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("The same number if it is exact; empty if you only know that there were at least so many."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Asked when it corrects an earlier count.")
    )


class PresentField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, registration):
        name = str(registration.person_name)
        if registration.status == RegistrationStatus.CONFIRMED:
            return name
        return f"{name} – {registration.get_status_display()}"


class AttendanceForm(forms.Form):
    """The people present. `was` has the keys of those whom the page showed as noted, separated by commas."""

    present = PresentField(queryset=None, required=False, label=_("Present"))
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, event, all_ticked=False, **kwargs):
        super().__init__(*args, **kwargs)
        listed = event.registrations.exclude(status__in=operations.OFF_THE_LIST).select_related("user")
        self.fields["present"].queryset = listed.order_by("status", "registered_at", "pk")
        noted = list(listed.filter(participation__isnull=False).values_list("pk", flat=True))
        self.fields["present"].initial = list(listed.values_list("pk", flat=True)) if all_ticked else noted
        self.fields["was"].initial = ",".join(map(str, noted))

    def clean_was(self):
        """Return the keys; None where the form did not say whom its page showed."""
        if "was" not in self.data:
            return None
        return whole_numbers(self.cleaned_data["was"].split(","))

    @property
    def has_people(self):
        return bool(self.fields["present"].choices)


class CompleteForm(forms.Form):
    """The new state of the list, complete or open, in a hidden field; a box to tick where a declared count differs."""

    complete = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, differs, **kwargs):
        super().__init__(*args, **kwargs)
        if differs:
            self.fields["despite_count"] = forms.BooleanField(
                required=True,
                label=_("The list has everybody all the same: the report counts its names."),
                error_messages={"required": _("Tick the box, or complete the list first.")},
            )


def attendance_page(request, event, *, admin):
    """Show the list to tick; `ticked=all` ticks everybody, to be looked through before it is sent."""
    form = AttendanceForm(event=event, all_ticked=request.GET.get("ticked") == "all")
    if request.method == "POST":
        form = AttendanceForm(request.POST, event=event)
        if form.is_valid() and attempt(form, partial(_set_attendance, request, event)):
            return redirect("admin:events_event_attendance", event.pk)
    return _attendance_page(request, event, admin=admin, form=form)


def _set_attendance(request, event, data):
    meanwhile = operations.set_attendance(event=event, by=request.user, **data)
    messages.success(request, _("The attendance is noted."))
    say_noted_meanwhile(request, marked=meanwhile.marked, unmarked=meanwhile.unmarked)


def walk_in_page(request, event, *, admin):
    if request.method != "POST":
        return redirect("admin:events_event_attendance", event.pk)
    form = WalkInForm(request.POST)
    if form.is_valid() and attempt(form, lambda data: operations.add_walk_in(event=event, by=request.user, **data)):
        messages.success(request, _("The person is on the list, as present."))
        return redirect("admin:events_event_attendance", event.pk)
    return _attendance_page(request, event, admin=admin, walk_in_form=form)


def _attendance_page(request, event, *, admin, form=None, walk_in_form=None):
    present, counts = event.participations.count(), list(event.declared_counts.current())
    context = {
        **admin.page_context(request, title=_("Attendance"), event=event),
        "form": form or AttendanceForm(event=event),
        "walk_in_form": walk_in_form or WalkInForm(),
        "is_open": rules.attendance_is_open(event),
        "present_count": present,
        "counts": counts,
        "differs": count_beside_the_list(event, present, counts),
        "outdated": event.proofs.exclude(outdated_at=None),
    }
    return TemplateResponse(request, "admin/events/event/attendance.html", context)


def sheet_page(request, event, *, admin):
    context = {"event": event, "people": attendance_list(event), "spare_lines": range(8)}
    return render(request, "events/attendance/sheet.html", context)


def complete_page(request, event, *, admin):
    # The form sends the state that its page proposed, so that a second click does not take the first one back.
    wish = request.POST.get("complete")
    complete = wish == "True" if wish else not event.list_is_complete
    named, count = event.participations.count(), differing_count(event)
    return step_page(
        request,
        event,
        admin=admin,
        form_class=partial(CompleteForm, differs=complete and count is not None),
        initial={"complete": complete},
        title=_("The list is complete") if complete else _("Open the list again"),
        text=_("A complete list replaces the declared count in the reports.")
        if count is None
        else _(
            "The list names %(named)s people, and %(count)s were declared. A complete list replaces the declared count"
            " in the reports."
        )
        % {"named": named, "count": _in_words(count)},
        submit=_("The list is complete") if complete else _("Open the list again"),
        perform=lambda data: operations.mark_list_complete(
            event=event, by=request.user, complete=complete, despite_count=data.get("despite_count", False)
        ),
        done=_("The list is complete.") if complete else _("The list is open again."),
        back="attendance",
    )


def _in_words(count):
    return Bounds(count.lower, count.upper)


def _count_clashes(event, data):
    """Return what on record cannot be true together with the count that was entered."""
    lower, upper = data["lower"], data["upper"]
    if upper is not None and upper < lower:
        return []
    return contradicting(event, measure=data["measure"], lower=lower, upper=upper)


@step(
    form_class=CountForm,
    initial=lambda event: {"measure": Measure.PARTICIPATIONS},
    title=_("Declare a count"),
    text=_("How many took part, where no list has their names. A correction keeps the earlier count."),
    submit=_("Declare"),
    done=_("The count is noted."),
    clashes_then=_count_clashes,
)
def count_page(request, event, **data):
    """Declare a count. What cannot be true together with it is shown first; the form sent again says that it was."""
    was_asked = bool(request.POST.get("seen"))
    count = operations.declare_count(event=event, by=request.user, despite_others=was_asked, **data)
    if event.list_is_complete and count_beside_the_list(event, event.participations.count(), [count]):
        text = _(
            "The list is marked as complete with %(named)s names, and the reports count those: open it again if"
            " %(count)s is right."
        )
        messages.warning(request, text % {"named": event.participations.count(), "count": _in_words(count)})


def _has_a_list(event):
    is_ahead = event.state == EventState.PUBLISHED and not event.is_past
    return is_ahead or rules.attendance_is_open(event)


PAGES = [
    Page("attendance", attendance_page, _("Attendance"), Group.DAY, is_possible=_has_a_list),
    Page("walk_in", walk_in_page),
    Page("sheet", sheet_page, _("List to sign"), Group.DAY, is_possible=_has_a_list),
    Page("complete", complete_page),
    Page("count", count_page, _("Declare a count"), Group.AFTER, is_possible=rules.attendance_is_open),
]
