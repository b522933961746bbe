"""The steps of an event's life, each on a page of its own: a form, one operation, and back."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..attendance import operations as attendance
from ..attendance import rules as attendance_rules
from ..attendance.queries import attendance_list
from ..core import rules
from ..core.admin_pages import forms
from ..core.admin_pages.steps import step
from ..enums import EventState, Measure, Mode, ProofKind
from ..errors import EventError, SameNameError
from ..models import Proof
from ..programme import operations as programme
from ..registering import operations as registering


def _kind_of_proof(event):
    missing = attendance_rules.proofs_missing(event, event.proofs.all())
    return {"kind": missing[0] if missing else ProofKind.OTHER}


class EventActions:
    """Mixed into the event's admin class: the addresses, and who may open them (404 for the others)."""

    def get_urls(self):
        steps = [
            ("publish", self.publish_view),
            ("move", self.move_view),
            ("cancel", self.cancel_view),
            ("capacity", self.capacity_view),
            ("online", self.online_view),
            ("promote", self.promote_view),
            ("register", self.register_view),
            ("attendance", self.attendance_view),
            ("walk-in", self.walk_in_view),
            ("sheet", self.sheet_view),
            ("complete", self.complete_view),
            ("held", self.held_view),
            ("count", self.count_view),
            ("proof", self.proof_view),
        ]
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"events_event_{name.replace('-', '_')}")
            for name, view in steps
        ]
        proofs = [
            path("proofs/<int:pk>/", self.admin_site.admin_view(self.download_view), name="events_proof_download"),
            path("proofs/<int:pk>/check/", self.admin_site.admin_view(self.check_view), name="events_proof_check"),
        ]
        return own + proofs + super().get_urls()

    def steps_of(self, event):
        """(address, words) of what can be done with the event now, the next thing first."""
        is_open = event.state == EventState.PUBLISHED and not event.is_past
        attends = rules.attendance_is_open(event)
        steps = [
            ("publish", _("Publish"), event.state == EventState.DRAFT and not event.has_begun),
            ("door", _("At the door"), attends and event.starts_at and event.state == EventState.PUBLISHED),
            ("attendance", _("Attendance"), attends or is_open),
            ("sheet", _("List to sign"), attends or is_open),
            ("register", _("Register somebody"), event.is_open),
            ("held", _("Mark as held"), attends and event.has_begun and event.state == EventState.PUBLISHED),
            ("held", _("Mark as held"), event.state == EventState.DRAFT and event.has_begun),
            ("online_list", _("Import an online list"), attends and event.is_online),
            ("messages", _("Messages"), event.state != EventState.DRAFT),
            ("count", _("Declare a count"), attends),
            ("proof", _("Add a proof"), event.state != EventState.DRAFT),
            ("capacity", _("Seats"), is_open),
            ("promote", _("Give a seat out of turn"), event.is_open and event.people_in_line),
            ("move", _("Move"), is_open),
            ("online", _("Hold it online instead"), event.is_open and event.mode != Mode.ONLINE),
            ("cancel", _("Cancel the event"), is_open),
        ]
        return [
            {"url": reverse(f"admin:events_event_{name}", args=[event.pk]), "label": label}
            for name, label, is_possible in steps
            if is_possible
        ]

    @step(
        title=_("Publish the event"),
        text=_("It appears in the agenda, and people can register. The room chosen is held."),
        submit=_("Publish"),
        done=_("The event is in the agenda."),
    )
    def publish_view(self, request, event):
        programme.publish(event=event, by=request.user)

    @step(
        form_class=forms.MoveForm,
        initial=lambda event: {"starts_at": event.starts_at, "ends_at": event.ends_at},
        title=_("Move the event"),
        text=_("The room follows, or the event stays where it is. Everybody registered is told."),
        submit=_("Move and tell everybody"),
        done=_("The event is moved, and everybody registered is told."),
    )
    def move_view(self, request, event, **data):
        programme.move_event(event=event, by=request.user, **data)

    @step(
        form_class=forms.ReasonForm,
        title=_("Cancel the event"),
        text=_("The room is free again, and everybody registered is told."),
        submit=_("Cancel the event and tell everybody"),
        done=_("The event is cancelled, and everybody registered is told."),
    )
    def cancel_view(self, request, event, **data):
        programme.cancel_event(event=event, by=request.user, **data)

    @step(
        form_class=forms.CapacityForm,
        title=_("Seats"),
        text=_("Seats gained go to the first in line, who are told."),
        submit=_("Change the number of seats"),
        done=_("The number of seats is changed."),
    )
    def capacity_view(self, request, event, **data):
        programme.change_capacity(event=event, by=request.user, **data)

    @step(
        form_class=forms.OnlineForm,
        initial=lambda event: {"online_link": event.online_link},
        title=_("Hold the event online instead"),
        text=_("Registrations stay, the room is free again, and everybody registered is told the link."),
        submit=_("Hold it online and tell everybody"),
        done=_("The event takes place online, and everybody registered is told."),
    )
    def online_view(self, request, event, **data):
        programme.switch_online(event=event, by=request.user, **data)

    @step(
        form_class=forms.PromoteForm,
        title=_("Give a seat out of turn"),
        text=_("Where all seats are taken, one is added. The person is told."),
        submit=_("Give the seat"),
        done=_("The person has a seat."),
    )
    def promote_view(self, request, event, **data):
        registering.promote(by=request.user, **data)

    @step(
        form_class=forms.PersonForm,
        initial=lambda event: {"language": get_language()},
        title=_("Register somebody"),
        text=_("Who is on the phone gets a seat at once, or a place in line."),
        submit=_("Register"),
        done=_("The person is registered."),
    )
    def register_view(self, request, event, **data):
        registering.register_person(event=event, by=request.user, **data)

    @step(
        title=_("Mark as held"),
        text=_("The event took place: it counts in the reports."),
        submit=_("Mark as held"),
        done=_("The event is marked as held."),
    )
    def held_view(self, request, event):
        programme.mark_held(event=event, by=request.user)

    @step(
        form_class=forms.CountForm,
        initial=lambda event: {"measure": Measure.PARTICIPATIONS},
        title=_("Declare a count"),
        text=_("How many took part, where no list has their names. A correction keeps the earlier count."),
        submit=_("Declare"),
        done=_("The count is noted."),
    )
    def count_view(self, request, event, **data):
        attendance.declare_count(event=event, by=request.user, **data)

    @step(
        form_class=forms.ProofForm,
        initial=_kind_of_proof,
        title=_("Add a proof"),
        text=_("The file is kept as it is, with its SHA-256, your name and the date."),
        submit=_("Add the proof"),
        done=_("The proof is kept."),
    )
    def proof_view(self, request, event, **data):
        attendance.add_proof(event=event, by=request.user, **data)

    def complete_view(self, request, pk):
        event = self._event(request, pk)
        # What the page proposed, so that a second click does not take the first one back.
        wish = request.POST.get("complete")
        complete = wish == "True" if wish else not event.list_is_complete
        return self._step(
            request,
            event,
            form_class=forms.CompleteForm,
            initial={"complete": complete},
            title=_("The list is complete") if complete else _("Open the list again"),
            text=_("A complete list replaces the declared count in the reports."),
            submit=_("The list is complete") if complete else _("Open the list again"),
            perform=lambda data: attendance.mark_list_complete(event=event, by=request.user, complete=complete),
            done=_("The list is complete.") if complete else _("The list is open again."),
            back="attendance",
        )

    def attendance_view(self, request, pk):
        event = self._event(request, pk)
        form = forms.AttendanceForm(request.POST or None, event=event)
        if request.method == "POST":
            form = forms.AttendanceForm(request.POST, event=event)
            if form.is_valid() and self._try(
                form,
                lambda data: attendance.set_attendance(event=event, present=data["present"], by=request.user),
            ):
                messages.success(request, _("The attendance is noted."))
                return redirect("admin:events_event_attendance", event.pk)
        return self._attendance_page(request, event, form=form)

    def walk_in_view(self, request, pk):
        event = self._event(request, pk)
        if request.method != "POST":
            return redirect("admin:events_event_attendance", event.pk)
        form = forms.WalkInForm(request.POST)
        if form.is_valid() and self._try(
            form, lambda data: attendance.add_walk_in(event=event, by=request.user, **data)
        ):
            messages.success(request, _("The person is on the list, as present."))
            return redirect("admin:events_event_attendance", event.pk)
        return self._attendance_page(request, event, walk_in_form=form)

    def _attendance_page(self, request, event, *, form=None, walk_in_form=None):
        context = {
            **self._context(request, event, title=_("Attendance")),
            "form": form or forms.AttendanceForm(event=event),
            "walk_in_form": walk_in_form or forms.WalkInForm(),
            "is_open": rules.attendance_is_open(event),
            "present_count": event.participations.count(),
            "counts": event.declared_counts.current(),
        }
        return TemplateResponse(request, "admin/events/event/attendance.html", context)

    def sheet_view(self, request, pk):
        event = self._event(request, pk)
        context = {"event": event, "people": attendance_list(event), "spare_lines": range(8)}
        return render(request, "events/attendance/sheet.html", context)

    def download_view(self, request, pk):
        proof = self._proof(request, pk)
        try:
            file = proof.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(file, as_attachment=True, filename=f"{proof.name}{self._missing_suffix(proof)}")

    @staticmethod
    def _missing_suffix(proof):
        suffix = f".{proof.file.name.rpartition('.')[2]}"
        return "" if proof.name.lower().endswith(suffix) else suffix

    def check_view(self, request, pk):
        proof = self._proof(request, pk)
        return self._step(
            request,
            proof.event,
            title=_("Check a proof"),
            text=_("You have opened “%(name)s” and it proves what it should.") % {"name": proof.name},
            submit=_("Mark as checked"),
            perform=lambda data: attendance.check_proof(proof=proof, by=request.user),
            done=_("The proof is marked as checked."),
        )

    def _event(self, request, pk):
        """The event, if the signed-in person runs it; else 404."""
        return get_object_or_404(self.get_queryset(request).select_related("type", "space", "resource"), pk=pk)

    def _proof(self, request, pk):
        proof = get_object_or_404(Proof.objects.select_related("event"), pk=pk)
        self._event(request, proof.event_id)
        return proof

    def _context(self, request, event, *, title):
        return {**self.admin_site.each_context(request), "opts": self.opts, "event": event, "title": title}

    def _try(self, form, perform):
        """Whether the operation went through; a refusal is said in the form."""
        try:
            perform(form.cleaned_data)
        except EventError as refusal:
            form.add_error(None, refusal.message)
            if isinstance(refusal, SameNameError):
                form.ask_about(refusal.namesakes)
            return False
        return True

    def _step(
        self,
        request,
        event,
        *,
        title,
        text,
        submit,
        perform,
        done,
        form_class=forms.NothingForm,
        initial=None,
        back="change",
    ):
        if request.method not in {"GET", "HEAD", "POST"}:
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        form = form_class(initial=initial)
        if request.method == "POST":
            form = form_class(request.POST, request.FILES)
            if form.is_valid() and self._try(form, perform):
                messages.success(request, done)
                return redirect(f"admin:events_event_{back}", event.pk)
        context = {**self._context(request, event, title=title), "text": text, "submit": submit, "form": form}
        return TemplateResponse(request, "admin/events/event/step.html", context)
