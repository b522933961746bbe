"""Page to hold all events on site of a period online instead, for when the border closes."""

from dataclasses import replace

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hacktiv.common.admin_pages import Page, told_by_mail

from ...core.admin_pages.forms import ReasonForm
from ...core.admin_pages.steps import page_of_outcomes, seal_of, was_shown
from ...core.admin_pages.telling import line_foreseen, registered_at, warn_of_silent
from ...enums import EventState, Mode
from ...models import Event
from .. import operations
from ..queries import just_switched_online
from ..rules import BY_MISTAKE

#: Events on the page. A manager runs fewer in a period.
MOST_SHOWN = 100


class PeriodForm(forms.Form):
    first = forms.DateField(label=gettext_lazy("From"), required=False)
    last = forms.DateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        for field in self.fields.values():
            field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class BorderForm(ReasonForm):
    """The events to hold online, and their links: a common one, or one for each event."""

    common_link = forms.URLField(
        label=gettext_lazy("Common link"),
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        help_text=gettext_lazy("For every event chosen that has none of its own below."),
    )
    field_order = ("reason", "common_link")

    def __init__(self, *args, events, ticked, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = []
        for event in events:
            self.fields[f"take-{event.pk}"] = forms.BooleanField(label=str(event), required=False, initial=ticked)
            self.fields[f"link-{event.pk}"] = forms.URLField(
                label=_("Link for “%(event)s”") % {"event": event},
                required=False,
                assume_scheme="https",
                initial=event.online_link,
                widget=forms.URLInput(attrs={"class": "vURLField"}),
            )
            self.rows.append((event, self[f"take-{event.pk}"], self[f"link-{event.pk}"]))

    @property
    def common_fields(self):
        return [self["reason"], self["common_link"]]

    def clean(self):
        data = super().clean()
        self.chosen = [event for event, take, _link in self.rows if data.get(take.name)]
        self.links = {event.pk: data.get(f"link-{event.pk}") or data.get("common_link") for event in self.chosen}
        if not self.chosen:
            raise ValidationError(gettext_lazy("Choose at least one event."), code="none")
        for event in self.chosen:
            if not self.links[event.pk] and not self.errors.keys() & {"common_link", f"link-{event.pk}"}:
                self.add_error(f"link-{event.pk}", gettext_lazy("Enter a link here, or a common one."))
        return data

    def lines(self, by):
        """Return what sending this form will do, a line for each event."""
        reason = self.cleaned_data["reason"]
        return [self._line(event, self.links[event.pk], reason, by) for event in self.chosen]

    @staticmethod
    def _line(event, link, reason, by):
        words = _("Goes online: %(link)s") % {"link": link}
        line = line_foreseen(
            event, words, lambda: operations.switch_online(event=event, online_link=link, reason=reason, by=by)
        )
        if Event.objects.filter(pk=event.pk, mode=Mode.ONLINE).exists():
            return replace(line, clashes=[_("Somebody else has just done it: nothing changes.")])
        return line


class SwitchBackForm(ReasonForm):
    """The events that went online lately, to be taken back on site."""

    events = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Events"), queryset=Event.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    field_order = ("events", "reason")

    def __init__(self, *args, events, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["events"].queryset = events
        self.initial["reason"] = BY_MISTAKE

    def lines(self, by):
        """Return what sending this form will do, a line for each event."""
        reason = self.cleaned_data["reason"]
        return [self._line(event, reason, by) for event in self.cleaned_data["events"]]

    @staticmethod
    def _line(event, reason, by):
        words = _("On site again")
        return line_foreseen(event, words, lambda: operations.switch_back(event=event, reason=reason, by=by))


def border_page(request, *, admin):
    """Ask for a period, then for its events and their links; once they are chosen, show what will be done."""
    form = _form(request, admin)
    lines = form.lines(request.user) if form.is_bound and form.is_valid() else None
    return _answer(request, admin, form, lines=lines)


@require_POST
def border_again_page(request, *, admin):
    """Show again what was chosen, to change it."""
    return _answer(request, admin, _form(request, admin))


@require_POST
def border_confirmed_page(request, *, admin):
    """Hold the chosen events online, if that does what the page has shown."""
    form = _form(request, admin)
    if not form.is_valid():
        return _answer(request, admin, form)
    lines = form.lines(request.user)
    if not was_shown(request, lines):
        return _answer(request, admin, form, lines=lines)
    outcomes = operations.switch_online_all(
        events=form.chosen, links=form.links, reason=form.cleaned_data["reason"], by=request.user
    )
    return _answer(request, admin, form, outcomes=outcomes)


@require_POST
def border_back_page(request, *, admin):
    """Take events that went online lately back on site, once the page has shown what that does."""
    back = _back_form(request, admin, request.POST)
    unsent = BorderForm(events=_events_on_site(admin, request), ticked=_is_chosen(PeriodForm(request.GET)))
    if not back.is_valid():
        return _answer(request, admin, unsent, back=back)
    lines = back.lines(request.user)
    if not was_shown(request, lines):
        return _answer(request, admin, unsent, back=back, lines=lines)
    outcomes = operations.switch_back_all(
        events=back.cleaned_data["events"], reason=back.cleaned_data["reason"], by=request.user
    )
    return _answer(request, admin, unsent, outcomes=outcomes)


def _form(request, admin):
    data = request.POST if request.method == "POST" else None
    return BorderForm(data, events=_events_on_site(admin, request), ticked=_is_chosen(PeriodForm(request.GET)))


def _back_form(request, admin, data=None):
    lately = just_switched_online(admin.get_queryset(request), timezone.now())
    return SwitchBackForm(data, events=lately, auto_id="back_%s")


def _answer(request, admin, form, *, lines=None, outcomes=None, back=None):
    """Draw the page: the form, or the lines of what it is about to do, or the outcome of each event.

    With lines, `back` is the form that they come from, else `form`."""
    if outcomes is not None:
        done = [outcome.event for outcome in outcomes if not outcome.refusal]
        warn_of_silent(request, registered_at(done))
    shown_back = back or _back_form(request, admin)
    context = admin.page_context(
        request,
        title=_("Hold the events of a period online"),
        period=PeriodForm(request.GET),
        form=form,
        outcomes=outcomes,
        is_back=back is not None,
        back=shown_back if shown_back.is_bound or shown_back.fields["events"].queryset else None,
    )
    if lines is not None:
        told = told_by_mail(sum(line.told for line in lines), will=True)
        silent = list(dict.fromkeys(name for line in lines for name in line.silent))
        context |= {"lines": lines, "seen": seal_of(lines), "told": told, "silent": silent}
    answer = TemplateResponse if outcomes is None else page_of_outcomes
    return answer(request, "admin/events/event/border.html", context)


def _is_chosen(period):
    return period.is_valid() and any(period.cleaned_data.values())


def _events_on_site(admin, request):
    """Return the coming events on site that the manager runs, within the days that the address asks for."""
    period = PeriodForm(request.GET)
    events = admin.get_queryset(request).filter(state=EventState.PUBLISHED, starts_at__gt=timezone.now())
    events = events.exclude(mode=Mode.ONLINE).order_by("starts_at", "pk")
    if not period.is_valid():
        return []
    first, last = period.cleaned_data["first"], period.cleaned_data["last"]
    within = Q()
    if first:
        within &= Q(earliest__gte=first)
    if last:
        within &= Q(earliest__lte=last)
    return list(events.filter(within)[:MOST_SHOWN])


PAGES = [
    Page("border", border_page, address="online/", of_one=False),
    Page("border_again", border_again_page, address="online/again/", of_one=False),
    Page("border_confirmed", border_confirmed_page, address="online/confirmed/", of_one=False),
    Page("border_back", border_back_page, address="online/back/", of_one=False),
]
