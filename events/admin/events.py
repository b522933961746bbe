"""The admin of the events, with the pages of every capability."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count, Q
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from hacktiv.common.admin_pages import PagesAdmin, say_who_is_not_told, told_by_mail
from hacktiv.common.dates import day, day_span
from hacktiv.common.languages import column, columns
from members.core.rules import coordinates
from members.enums import NetworkRoleKind
from members.models import User
from spaces.core.scoping import ALL_PERMISSIONS, DESK, desk_space_ids, run_space_ids

from ..agenda import admin_pages as widget
from ..attendance.admin_pages import door, lists, online_lists, proofs, registrations
from ..core import rules
from ..core.admin_pages.forms import ChoicesField, EventForm, local_time_field
from ..core.admin_pages.scope import COORDINATION, PARTNERS, EventScopedAdmin, ReadOnlyInline
from ..core.queries import audience_of, of_desk, of_partners
from ..enums import EventState, ProofKind, RegistrationStatus, Way
from ..errors import EventError
from ..followup.admin_pages import certificates, surveys
from ..models import Change, DeclaredCount, Event, Proof
from ..programme import operations as programme
from ..programme.admin_pages import border, contents, making, publishing, repeating, series
from ..programme.admin_pages.warning import warn_of_clashes
from ..registering import operations as registering
from ..registering.admin_pages import editing, people, questions
from ..reminders import admin_pages as messages_pages
from ..travel.admin_pages import RideInline, shared_travel_in_words


class AlreadyMadeError(Exception):
    """The author has made this event already; `event` is that one."""

    def __init__(self, event):
        super().__init__(event)
        self.event = event


class PeriodFilter(admin.SimpleListFilter):
    title = _("period")
    parameter_name = "period"

    def lookups(self, request, model_admin):
        return [("coming", _("Coming up")), ("past", _("Past"))]

    def queryset(self, request, queryset):
        is_coming = Q(ends_at__gt=timezone.now()) & ~Q(state=EventState.HELD)
        if self.value() == "coming":
            return queryset.filter(is_coming)
        return queryset.exclude(is_coming) if self.value() == "past" else queryset


class DeclaredCountInline(ReadOnlyInline, admin.TabularInline):
    model = DeclaredCount
    fields = readonly_fields = ("measure", "lower", "upper", "reason", "entered_at", "entered_by", "replaced_at")
    verbose_name_plural = _("Declared counts, the earlier ones too")
    tab = _("Declared counts")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("entered_by", "event")


class ProofInline(ReadOnlyInline, admin.TabularInline):
    model = Proof
    fields = readonly_fields = ("file_link", "kind", "short_sha256", "added_at", "added_by", "checked", "mistaken")

    def get_queryset(self, request):
        self.viewer = request.user
        return super().get_queryset(request).select_related("added_by", "checked_by")

    @admin.display(description=_("file"))
    def file_link(self, proof):
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:events_event_proof_download", args=[proof.event_id, proof.pk]),
            proof.name,
        )

    @admin.display(description="SHA-256")
    def short_sha256(self, proof):
        return format_html('<code title="{}">{}…</code>', proof.sha256, proof.sha256[:12])

    @admin.display(description=_("checked"))
    def checked(self, proof):
        if proof.checked_at:
            return f"{day(proof.checked_at)}, {proof.checked_by or '–'}"
        if proof.refused_at:
            return format_html(
                '<a href="{}">{}</a>',
                reverse("admin:events_event_proof_check", args=[proof.event_id, proof.pk]),
                _("Refused: %(reason)s") % {"reason": proof.refusal},
            )
        if proof.added_by == self.viewer:
            return _("Somebody else checks it")
        return format_html(
            '<a href="{}">{}</a>',
            reverse("admin:events_event_proof_check", args=[proof.event_id, proof.pk]),
            _("To be checked again") if proof.outdated_at else _("To be checked"),
        )

    @admin.display(description=_("by mistake"))
    def mistaken(self, proof):
        name, words = "take_back", _("Take the proof back")
        if proof.checked_at:
            name, words = "take_back_check", _("Take the check back…")
        address = reverse(f"admin:events_event_proof_{name}", args=[proof.event_id, proof.pk])
        return format_html('<a href="{}">{}</a>', address, words)


class ChangeInline(ReadOnlyInline, admin.TabularInline):
    model = Change
    fields = readonly_fields = ("kind", "reason", "previous_starts_at", "made_at", "made_by")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("made_by", "event")


@admin.register(Event)
class EventAdmin(EventScopedAdmin, PagesAdmin, TranslationAdmin):
    pages = [
        *publishing.PAGES,
        *door.PAGES,
        *lists.PAGES,
        *online_lists.PAGES,
        *registrations.PAGES,
        *people.PAGES,
        *editing.PAGES,
        *contents.PAGES,
        *questions.PAGES,
        *messages_pages.PAGES,
        *repeating.PAGES,
        *series.PAGES,
        *making.PAGES,
        *proofs.PAGES,
        *surveys.PAGES,
        *certificates.PAGES,
        *border.PAGES,
        *widget.PAGES,
    ]
    pages_select_related = ("type", "space")
    form = EventForm
    shared_choices = ("type", "organisers", "venues")
    network_permissions = {
        NetworkRoleKind.FACILITATOR: ALL_PERMISSIONS,
        NetworkRoleKind.TRAINER: frozenset({"choose"}),
    }
    change_form_template = "admin/events/event/change_form.html"
    change_list_template = "admin/events/event/change_list.html"
    list_display = ("title", "when", "type", "space", "state", "seats", "in_line")
    list_filter = (PeriodFilter, "state", "space", "type", "joint")
    linked_lookups = ("slug__exact", "series")
    search_fields = (*columns("title"), "slug")
    search_help_text = _("Search by title")
    ordering = ("-earliest", "-starts_at")
    list_per_page = 50
    inlines = (DeclaredCountInline, ProofInline, ChangeInline, RideInline)
    actions = None
    fieldsets = (
        (None, {"fields": ("state", "title", "type", "space", "summary", "description")}),
        (
            _("When and where"),
            {
                "fields": (
                    "starts_at",
                    "ends_at",
                    "in_series",
                    "mode",
                    "venues",
                    "place",
                    "route",
                    "resources",
                    "resources_taken",
                    "online_link",
                )
            },
        ),
        (
            _("Who"),
            {"fields": ("organisers", "joint", "audience", "languages")},
        ),
        (
            _("Seats and registration"),
            {
                "fields": (
                    ("capacity", "online_capacity", "seats_held"),
                    "companions_allowed",
                    "seats",
                    ("registration_opens_at", "registration_closes_at"),
                )
            },
        ),
        (_("For the report"), {"fields": ("proofs_owed", "proofs_still_owed", "list_is_complete", "shared_travel")}),
    )
    history_fieldset = (
        _("History"),
        {
            "description": _("For events of which only a stretch of days is known."),
            "fields": ("earliest", "latest", "meetings_lower", "meetings_upper", "source", "is_example"),
        },
    )
    shown_only = (
        "state",
        "in_series",
        "resources_taken",
        "seats",
        "proofs_still_owed",
        "list_is_complete",
        "shared_travel",
    )
    #: Fields that only steps change once the event is published.
    fixed_once_published = (
        "space",
        "starts_at",
        "ends_at",
        "resources",
        "mode",
        "capacity",
        "online_capacity",
        "seats_held",
    )

    def get_queryset(self, request):
        in_line = Count("registrations", filter=Q(registrations__status=RegistrationStatus.WAITING))
        return super().get_queryset(request).select_related("type", "space").annotate(people_in_line=in_line)

    def objects_for(self, request, opens_to):
        """Return the events that a manager runs and, beside them, for partners those that an operator of their spaces
        helps to organise, for the front desk those of its space, for the coordination all."""
        if not opens_to:
            return super().objects_for(request, opens_to)
        own = Q(pk__in=super().get_queryset(request).order_by().values("pk"))
        if COORDINATION in opens_to and coordinates(request.user):
            return Event.objects.visible()
        if PARTNERS in opens_to:
            own |= of_partners(run_space_ids(request))
        if DESK in opens_to:
            own |= of_desk(desk_space_ids(request))
        return Event.objects.filter(own)

    def page_context(self, request, *, title, **context):
        """Say on each page whether it opens to the person beyond what they run: the event's own does not."""
        event = context.get("event")
        is_guest = bool(event and event.pk and not self.runs(request, event))
        return super().page_context(request, title=title, **{"is_guest": is_guest, **context})

    def get_object(self, request, object_id, from_field=None):
        """Lock the event before reading it for a form that is saved, so that no other write is lost."""
        if request.method == "POST" and transaction.get_connection().in_atomic_block and object_id.isdecimal():
            Event.objects.select_for_update(no_key=True).filter(pk=object_id).first()
        return super().get_object(request, object_id, from_field)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        keeps_history = coordinates(request.user)
        return [*fieldsets, self.history_fieldset] if keeps_history else fieldsets

    def get_readonly_fields(self, request, obj=None):
        fields = [*self.shown_only]
        if obj and obj.state != EventState.DRAFT:
            fields += self.fixed_once_published
        if not coordinates(request.user):
            fields.append("joint")
        return fields

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in {"registration_opens_at", "registration_closes_at"}:
            return local_time_field(
                label=capfirst(db_field.verbose_name),
                required=False,
                help_text=_("Empty: from the publication on.")
                if db_field.name == "registration_opens_at"
                else _("Empty: when the event begins."),
            )
        if db_field.name in {"starts_at", "ends_at"}:
            follows = "starts_at" if db_field.name == "ends_at" else ""
            return local_time_field(label=capfirst(db_field.verbose_name), required=False, follows=follows)
        if db_field.name == "languages":
            return ChoicesField(choices=db_field.base_field.choices, label=capfirst(db_field.verbose_name))
        if db_field.name == "proofs_owed":
            return ChoicesField(
                choices=ProofKind.choices,
                label=capfirst(db_field.verbose_name),
                help_text=_("Chosen by the kind of event when it is published."),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        # Events without a space belong to the coordinator.
        if db_field.name == "space" and coordinates(request.user):
            field.required = False
        return field

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def has_delete_permission(self, request, obj=None):
        """Allow it for a draft only: other events are cancelled, with a reason."""
        if obj is None or obj.state != EventState.DRAFT or obj.participations.exists():
            return False
        return super().has_delete_permission(request, obj)

    def changelist_view(self, request, extra_context=None):
        shows_widget = bool(run_space_ids(request))
        return super().changelist_view(request, {"shows_widget": shows_widget, **(extra_context or {})})

    def add_view(self, request, form_url="", extra_context=None):
        """Ask first for type, space and hour, then show the form. A form sent twice makes one event."""
        if request.method != "POST" and self.has_add_permission(request) and not making.is_begun(request):
            return making.beginning_page(request, admin=self)
        try:
            return super().add_view(request, form_url, extra_context)
        except AlreadyMadeError as already:
            messages.info(request, _("You have made this event already: here it is."))
            return redirect("admin:events_event_change", already.event.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Say before the event is saved how many people an edit of its place or link is mailed to."""
        event = None if request.method == "POST" else self.get_object(request, object_id)
        mailed = audience_of(event).mailed if event and event.is_open else 0
        return super().change_view(request, object_id, form_url, {"mailed": mailed, **(extra_context or {})})

    def get_changeform_initial_data(self, request):
        return making.initial_values(request) or super().get_changeform_initial_data(request)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.created_by = request.user
            self._refuse_a_twin(obj)
            obj.slug = programme.free_slug(obj)
        form.whereabouts_before = programme.whereabouts_of(obj) if change else None
        # An operation of its own holds them, once the rest is saved.
        form.resources = form.cleaned_data.pop("resources", None)
        super().save_model(request, obj, form, change)
        if not change:
            registering.copy_questions(obj.type, obj)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if form.resources is not None:
            self._hold(request, form.instance, form.resources)
        if change:
            event = programme.follow_edit(event=form.instance, before=form.whereabouts_before)
            if event.sequence != form.instance.sequence:
                self._say_who_is_told(request, event)
        if form.instance.state == EventState.DRAFT:
            warn_of_clashes(request, form.instance)

    @staticmethod
    def _say_who_is_told(request, event):
        audience = audience_of(event)
        if audience.mailed:
            text = _("The place or the link has changed: in two minutes the mail leaves.")
            messages.info(request, f"{text} {told_by_mail(audience.mailed, will=True)}")
        say_who_is_not_told(request, audience.silent)

    def response_add(self, request, obj, post_url_continue=None):
        return self._to_repeat(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        return self._to_repeat(request, obj) or super().response_change(request, obj)

    @staticmethod
    def _to_repeat(request, event):
        """Return the way to the days on which the event recurs, for the button « Save and repeat »; else None."""
        return redirect("admin:events_event_repeat", event.pk) if "_repeat" in request.POST else None

    @staticmethod
    def _refuse_a_twin(event):
        """Lock the author, and raise AlreadyMadeError where they have made the same draft before."""
        User.objects.select_for_update(no_key=True).get(pk=event.created_by_id)
        texts = (column("title"), column("summary"))
        same = ("created_by", "state", "type", "space", *texts, "starts_at", "ends_at", "source")
        if not event.starts_at:
            same += ("earliest", "latest", "meetings_lower", "meetings_upper")
        twin = Event.objects.filter(**{name: getattr(event, name) for name in same}).first()
        if twin:
            raise AlreadyMadeError(twin)

    def _hold(self, request, event, resources):
        try:
            programme.hold_rooms(event=event, resources=resources)
        except EventError as refusal:
            messages.error(request, refusal.message)

    def delete_model(self, request, obj):
        programme.hold_rooms(event=obj, resources=[])
        super().delete_model(request, obj)

    @admin.display(description=_("when"), ordering="earliest")
    def when(self, event):
        if event.starts_at:
            return date_format(timezone.localtime(event.starts_at), "SHORT_DATETIME_FORMAT")
        return day_span(event.earliest, event.latest)

    @admin.display(description=_("seats taken"), ordering="seats_taken")
    def seats(self, event):
        """Return the seats taken of all seats, « 12 / 20 », for each way in which somebody takes part or few may."""
        taken = {Way.ONSITE: event.seats_taken, Way.ONLINE: event.online_seats_taken}
        parts = [
            str(taken[way]) if event.capacity_of(way) is None else f"{taken[way]} / {event.capacity_of(way)}"
            for way in event.ways
            if taken[way] or event.capacity_of(way) is not None
        ]
        return " + ".join(parts) or "0"

    @admin.display(description=_("series"))
    def in_series(self, event):
        if not event.series:
            return "–"
        address = reverse("admin:events_event_changelist", query={"series": event.series_id, "o": "2"})
        return format_html('<a href="{}">{}</a>', address, event.series.in_words)

    @admin.display(description=_("what was taken"))
    def resources_taken(self, event):
        taken = event.resources_wanted.all() if event.pk else ()
        return ", ".join(map(str, taken)) or "–"

    @admin.display(description=_("in line"), ordering="people_in_line")
    def in_line(self, event):
        return event.people_in_line

    @admin.display(description=_("shared travel"))
    def shared_travel(self, event):
        return shared_travel_in_words(event) or "–"

    @admin.display(description=_("proofs still owed"))
    def proofs_still_owed(self, event):
        """Name the kinds as reports do, and say of each what is to be done."""
        proofs = list(event.proofs.all()) if event.pk else []
        to_add = rules.proofs_not_given(event, proofs)
        owed = rules.proofs_still_owed(event, proofs) if event.pk else []
        words = {True: _("%(kind)s (to be added)"), False: _("%(kind)s (to be checked)")}
        return ", ".join(words[kind in to_add] % {"kind": ProofKind(kind).label} for kind in owed) or "–"
