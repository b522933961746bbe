"""Events, their types, and the changes made to published events."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.common.languages import columns
from members.models import Organisation
from spaces.models import Resource, Space

from ..enums import WAYS, Audience, ChangeKind, EventState, Mode, ProofKind, Way
from ..fields import FROM_TYPE, columns_of
from .folding import SEARCHED_TEXT

#: In people, for each registration: the most companions that an event may allow.
MOST_COMPANIONS = 10
#: Fields of an event that may be saved without a new `changed_at`: calendars and feeds do not show them.
UNANNOUNCED = {
    "seats_taken",
    "online_seats_taken",
    "seats_held",
    "companions_allowed",
    "joint",
    "proofs_owed",
    "list_is_complete",
    "own_messages",
}
#: What a list shows of the spaces and the events (`for_cards`).
SHOWN_OF_SPACES = ("name", "town", "country")
SHOWN = (
    "slug",
    *columns("title"),
    "mode",
    "place",
    "starts_at",
    "ends_at",
    "earliest",
    "latest",
    "capacity",
    "seats_taken",
    "online_capacity",
    "online_seats_taken",
    "state",
    "audience",
    "is_example",
    *(f"type__{name}" for name in ("icon", "colour", *columns("name"))),
    *(f"space__{name}" for name in SHOWN_OF_SPACES),
)


class EventType(models.Model):
    """A kind of event. `icon` and `colour` name an icon and a colour of the style sheet.

    The fields from `default_minutes` on are the template: a new event of this type starts with their values."""

    slug = models.SlugField(_("slug"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    icon = models.CharField(_("icon"), max_length=40)
    colour = models.CharField(_("colour"), max_length=20, help_text=_("The name of a colour of the style sheet."))
    default_minutes = models.PositiveSmallIntegerField(_("usual length (minutes)"), default=90)
    summary = models.CharField(_("in one line"), max_length=240, blank=True)
    description = models.TextField(_("description"), blank=True)
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, blank=True)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.ONSITE)
    capacity = models.PositiveIntegerField(
        _("seats on site"), null=True, blank=True, help_text=_("Empty: without limit.")
    )
    online_capacity = models.PositiveIntegerField(
        _("seats online"), null=True, blank=True, help_text=_("Empty: without limit.")
    )
    proofs_owed = ArrayField(
        models.CharField(max_length=20, choices=ProofKind), default=list, blank=True, verbose_name=_("proofs owed")
    )
    own_messages = models.BooleanField(
        _("messages of its own"),
        default=False,
        help_text=_("Ticked: the messages below hold for its events, and not the usual ones."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("event type")
        verbose_name_plural = _("event types")
        ordering = ["order", "slug"]

    def __str__(self):
        return self.name

    @property
    def template(self):
        """Return the first values of an event of this type, by field name; texts in each language."""
        return {name: getattr(self, name) for name in columns_of(FROM_TYPE)}

    @property
    def usual_length(self):
        return timedelta(minutes=self.default_minutes)


def _venues():
    return Event.venues.through.objects.filter(event=OuterRef("pk"))


class EventQuerySet(models.QuerySet):
    def visible(self):
        """Return the events that the agenda shows: all but drafts."""
        return self.exclude(state=EventState.DRAFT)

    def upcoming(self, now=None):
        """Return the published events that are not over yet, the next one first."""
        return self.filter(state=EventState.PUBLISHED, ends_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def announced(self, now=None):
        """Return the published and the cancelled events that are not over yet, the next one first."""
        return (
            self.visible()
            .filter(ends_at__gt=now or timezone.now())
            .exclude(state=EventState.HELD)
            .order_by("starts_at", "pk")
        )

    def past(self, now=None):
        """Return the events that are over, the latest first; some old ones have only a range of days."""
        is_over = Q(ends_at__lte=now or timezone.now()) | Q(ends_at=None) | Q(state=EventState.HELD)
        return self.visible().filter(is_over).order_by("-latest", "-starts_at", "-pk")

    def held(self):
        return self.filter(state=EventState.HELD)

    def of_space(self, space):
        """Return the events that the space runs, or that take place in it."""
        return self.filter(Q(space=space) | Exists(_venues().filter(space=space)))

    def on_side(self, country):
        """Return the events on this side of the border. An event without a venue is on the side of its space."""
        is_there = Exists(_venues().filter(space__country=country))
        return self.filter(is_there | (~Exists(_venues()) & Q(space__country=country)))

    def open_to(self, *, members):
        """Return all events for members, else those for everybody."""
        return self if members else self.exclude(audience=Audience.MEMBERS)

    def for_cards(self):
        """Load what a list shows of events, and nothing else, with a fixed number of queries."""
        venues = Prefetch("venues", Space.objects.only(*SHOWN_OF_SPACES))
        return self.select_related("type", "space").prefetch_related(venues).only(*SHOWN)


class Event(models.Model):
    """Something that people take part in.

    A known event has `starts_at` and `ends_at`; its `earliest` and `latest` are the local day of its start. An old
    event may have only a range of days, `earliest` to `latest` (equal for a known day). One row may stand for several
    meetings: `meetings_lower` to `meetings_upper` (None: open), one as a rule. Facts that a source does not give stay
    unknown: `joint` None, `audience` blank.
    """

    #: A person's registration at this event, set by `core.queries.registrations_at`.
    registration: models.Model | None

    slug = models.SlugField(_("slug"), max_length=120, unique=True)
    type = models.ForeignKey(EventType, on_delete=models.PROTECT, related_name="events", verbose_name=_("type"))
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(_("in one line"), max_length=240, blank=True)
    description = models.TextField(_("description"), blank=True)
    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("owning space"),
        help_text=_("Its managers run the event. Empty: the network's own, run by the coordinator."),
    )
    organisers = models.ManyToManyField(
        Organisation, blank=True, related_name="events", verbose_name=_("organising organisations")
    )
    joint = models.BooleanField(
        _("joint"),
        null=True,
        blank=True,
        help_text=_("Organisations of at least two countries organise it, as the coordinator decided."),
    )
    audience = models.CharField(_("audience"), max_length=10, choices=Audience, blank=True)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.ONSITE)
    venues = models.ManyToManyField(Space, blank=True, related_name="hosted_events", verbose_name=_("venues"))
    place = models.CharField(_("place or meeting point"), max_length=200, blank=True)
    route = models.TextField(_("route"), blank=True, help_text=_("Of a walk: the way, how far and how hard."))
    resources = models.ManyToManyField(
        Resource,
        blank=True,
        related_name="events",
        verbose_name=_("rooms and equipment"),
        help_text=_("All are held for the time of the event."),
    )
    resources_wanted = models.ManyToManyField(
        Resource, blank=True, editable=False, related_name="+", verbose_name=_("what was taken")
    )
    series = models.ForeignKey(
        "events.EventSeries",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="events",
        verbose_name=_("series"),
    )
    series_day = models.DateField(_("day of the series"), null=True, blank=True, editable=False)
    online_link = models.URLField(_("online link"), blank=True, help_text=_("Shown to registered people only."))
    languages = ArrayField(
        models.CharField(max_length=2, choices=settings.LANGUAGES),
        default=list,
        blank=True,
        verbose_name=_("languages spoken"),
    )
    starts_at = models.DateTimeField(_("starts at"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    earliest = models.DateField(_("on or after"))
    latest = models.DateField(_("on or before"))
    meetings_lower = models.PositiveSmallIntegerField(_("meetings, at least"), default=1)
    meetings_upper = models.PositiveSmallIntegerField(_("meetings, at most"), null=True, blank=True, default=1)
    capacity = models.PositiveIntegerField(
        _("seats on site"), null=True, blank=True, help_text=_("Empty: without limit.")
    )
    seats_taken = models.PositiveIntegerField(_("seats taken on site"), default=0, editable=False)
    online_capacity = models.PositiveIntegerField(
        _("seats online"), null=True, blank=True, help_text=_("Empty: without limit.")
    )
    online_seats_taken = models.PositiveIntegerField(_("seats taken online"), default=0, editable=False)
    seats_held = models.PositiveIntegerField(
        _("seats kept for the other side"),
        default=0,
        blank=True,
        help_text=_("On site, for people from across the border; free for everybody three days before the event."),
    )
    companions_allowed = models.PositiveSmallIntegerField(
        _("people that each may bring"),
        default=3,
        blank=True,
        validators=[MaxValueValidator(MOST_COMPANIONS)],
        help_text=_("Each takes a seat. 0: nobody. At an event for members, nobody in any case."),
    )
    registration_opens_at = models.DateTimeField(_("registration opens at"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("registration closes at"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EventState, default=EventState.DRAFT)
    list_is_complete = models.BooleanField(
        _("the list of participants is complete"),
        default=False,
        help_text=_("Ticked: the named list replaces the declared count."),
    )
    proofs_owed = ArrayField(
        models.CharField(max_length=20, choices=ProofKind), default=list, blank=True, verbose_name=_("proofs owed")
    )
    own_messages = models.BooleanField(_("messages of its own"), default=False, editable=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    sequence = models.PositiveSmallIntegerField(_("calendar sequence"), default=0, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    is_example = models.BooleanField(_("example"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["earliest", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at")),
                name="events_event_in_order",
                violation_error_message=_("An event ends after it begins."),
            ),
            models.CheckConstraint(
                # TruncDate counts the day in the time zone of the settings.
                condition=Q(starts_at=None) | Q(earliest=TruncDate("starts_at"), latest=TruncDate("starts_at")),
                name="events_event_days_follow_start",
                violation_error_message=_("The day of an event is the day on which it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(state=EventState.PUBLISHED) | Q(starts_at__isnull=False),
                name="events_event_published_has_time",
                violation_error_message=_("A published event has a date and a time."),
            ),
            models.CheckConstraint(
                condition=Q(latest__gte=F("earliest")),
                name="events_event_days_in_order",
                violation_error_message=_("The last possible day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(seats_taken__lte=F("capacity")),
                name="events_event_within_capacity",
                violation_error_message=_("There are more registered people than seats."),
            ),
            models.CheckConstraint(
                condition=Q(online_capacity=None) | Q(online_seats_taken__lte=F("online_capacity")),
                name="events_event_within_online_capacity",
                violation_error_message=_("There are more registered people than seats."),
            ),
            models.CheckConstraint(
                condition=Q(registration_opens_at=None)
                | Q(registration_closes_at=None)
                | Q(registration_closes_at__gt=F("registration_opens_at")),
                name="events_event_registration_in_order",
                violation_error_message=_("Registration closes after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(meetings_upper=None) | Q(meetings_upper__gte=F("meetings_lower")),
                name="events_event_meetings_in_order",
                violation_error_message=_("At most is not less than at least."),
            ),
            models.CheckConstraint(
                condition=Q(series=None, series_day=None) | Q(series__isnull=False, series_day__isnull=False),
                name="events_event_day_of_its_series",
                violation_error_message=_("An event of a series stands for one of its days."),
            ),
            models.UniqueConstraint(
                fields=["series", "series_day"],
                condition=~Q(state=EventState.CANCELLED),
                name="events_event_once_a_day_of_its_series",
                violation_error_message=_("The series has this day already."),
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at"], name="events_event_starts_at"),
            models.Index(fields=["latest"], name="events_event_latest"),
            models.Index(fields=["ends_at"], name="events_event_ends_at"),
            GinIndex(fields=["languages"], name="events_event_languages"),
            GinIndex(OpClass(SEARCHED_TEXT, name="gin_trgm_ops"), name="events_event_text"),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Save the event; keep `changed_at`, `earliest` and `latest` in step with the saved fields."""
        fields = kwargs.get("update_fields")
        if fields is not None and not UNANNOUNCED.issuperset(fields):
            fields = {*fields, "changed_at"}
        if self.starts_at:
            self.earliest = self.latest = timezone.localdate(self.starts_at)
            fields = fields and {*fields, "earliest", "latest"}
        super().save(*args, **{**kwargs, "update_fields": fields})

    def get_absolute_url(self):
        return reverse("events:event", args=[self.slug])

    @property
    def month(self):
        """Return the first day of the month of the first possible day."""
        return self.earliest.replace(day=1)

    @property
    def is_cancelled(self):
        return self.state == EventState.CANCELLED

    @property
    def is_past(self):
        return self.state == EventState.HELD or self.ends_at is None or self.ends_at <= timezone.now()

    @property
    def speaker_names(self):
        """Return the names of those who agreed, as « Aline Petit, Bram Claes »; asks the database."""
        return ", ".join(speaker.name for speaker in self.speakers.agreed().select_related("user"))

    @property
    def has_begun(self):
        return self.starts_at is None or self.starts_at <= timezone.now()

    @property
    def is_open(self):
        """Return whether people may still register or cancel."""
        return self.state == EventState.PUBLISHED and not self.has_begun

    @property
    def is_for_members(self):
        return self.audience == Audience.MEMBERS

    @property
    def most_companions(self):
        """Return how many companions a person may bring: none at an event for members."""
        return 0 if self.is_for_members else self.companions_allowed

    @property
    def ways(self):
        """Return the ways of taking part, a tuple of `Way`."""
        return WAYS[self.mode]

    def capacity_of(self, way):
        """Return the number of seats on site or online; None: without limit."""
        return self.online_capacity if way == Way.ONLINE else self.capacity

    def seats_left_of(self, way):
        """Return the number of free seats on site or online; None: without limit."""
        taken = self.online_seats_taken if way == Way.ONLINE else self.seats_taken
        capacity = self.capacity_of(way)
        return None if capacity is None else capacity - taken

    @property
    def seats(self):
        """Return a dict for each way of taking part: the `way` and the seats `left` (None: without limit)."""
        return [{"way": way, "left": self.seats_left_of(way)} for way in self.ways]

    @property
    def has_limit(self):
        return any(self.capacity_of(way) is not None for way in self.ways)

    @property
    def is_full(self):
        """Return whether no seat is left, neither on site nor online."""
        return all(self.seats_left_of(way) == 0 for way in self.ways)

    @property
    def side(self):
        """Return the side of the border of the owning space; None for an event of the network itself."""
        return self.space.country if self.space else None

    @property
    def rooms(self):
        """Return the rooms that the event has, without the equipment."""
        return [resource for resource in self.resources.all() if not resource.is_equipment]

    @property
    def is_onsite(self):
        return self.mode in {Mode.ONSITE, Mode.HYBRID}

    @property
    def is_online(self):
        return self.mode in {Mode.ONLINE, Mode.HYBRID}


class Change(models.Model):
    """A cancellation or another change of a published event, with its reason. A report lists it as a deviation."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="changes", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=10, choices=ChangeKind)
    reason = models.CharField(_("reason"), max_length=300)
    previous_starts_at = models.DateTimeField(
        _("was to begin at"), null=True, blank=True, help_text=_("Of a moved event.")
    )
    before = models.JSONField(_("what was before"), null=True, blank=True, editable=False)
    made_at = models.DateTimeField(_("made at"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="events_change_has_reason",
                violation_error_message=_("A change has a reason."),
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.event}"
