from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Slug of the type of event for which members propose topics.
ROTA_TYPE = "lunch-talk"


class EventState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")
    HELD = "held", _("Held")


class Mode(models.TextChoices):
    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("On site and online")


class Way(models.TextChoices):
    """A way of taking part. Each way of an event has its own seats and its own waiting list."""

    ONSITE = "onsite", _("On site")
    ONLINE = "online", _("Online")


#: The ways of taking part, by the mode of an event; the first one is proposed first.
WAYS = {Mode.ONSITE: (Way.ONSITE,), Mode.ONLINE: (Way.ONLINE,), Mode.HYBRID: (Way.ONSITE, Way.ONLINE)}


class Audience(models.TextChoices):
    """The people that an event is for. Blank: unknown, as for some old events."""

    PUBLIC = "public", _("Open to everybody")
    MEMBERS = "members", _("For members")


class RegistrationStatus(models.TextChoices):
    UNCONFIRMED = "unconfirmed", _("To be confirmed by the guest")
    CONFIRMED = "confirmed", _("Registered")
    OFFERED = "offered", _("A seat is offered")
    WAITING = "waiting", _("On the waiting list")
    CANCELLED = "cancelled", _("Cancelled")
    WALK_IN = "walk_in", _("Came without registering")


#: States that take a seat; an offered seat is kept until the offer lapses.
SEATED_REGISTRATIONS = (RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED)

#: States with a place or on the waiting list; each person has at most one such registration for an event.
STANDING_REGISTRATIONS = (*SEATED_REGISTRATIONS, RegistrationStatus.WAITING)

#: States of the people on the attendance list.
LISTED_REGISTRATIONS = (*STANDING_REGISTRATIONS, RegistrationStatus.WALK_IN)

#: States of the people who are on the list or about to be. Of those to be confirmed an address may have several.
LIVE_REGISTRATIONS = (RegistrationStatus.UNCONFIRMED, *STANDING_REGISTRATIONS)


class Measure(models.TextChoices):
    """The unit of a declared count. One person at three meetings is three participations and one person."""

    PARTICIPATIONS = "participations", _("Participations")
    PERSONS = "persons", _("Distinct persons")


class ProofKind(models.TextChoices):
    ATTENDANCE_SHEET = "attendance_sheet", _("Signed attendance sheet")
    ONLINE_LIST = "online_list", _("List or capture of an online meeting")
    ADVERTISING = "advertising", _("Proof of advertising")
    AGENDA = "agenda", _("Agenda")
    MINUTES = "minutes", _("Minutes")
    OTHER = "other", _("Other proof")


#: Proofs that name the people who were there.
ATTENDANCE_PROOFS = frozenset({ProofKind.ATTENDANCE_SHEET, ProofKind.ONLINE_LIST})


class Direction(models.TextChoices):
    """The way on which a car takes people along."""

    THERE = "there", _("To the event")
    BACK = "back", _("Back from the event")
    BOTH = "both", _("There and back")

    @property
    def legs(self):
        """Return the set of single ways: « there », « back », or both."""
        return frozenset({"there", "back"} if self == Direction.BOTH else {self.value})


class SeatState(models.TextChoices):
    """The state of a seat in a car. A seat that is given back or withdrawn is deleted."""

    ASKED = "asked", pgettext_lazy("seat in a car", "Asked for")
    ACCEPTED = "accepted", pgettext_lazy("seat in a car", "Accepted")
    DECLINED = "declined", pgettext_lazy("seat in a car", "Declined")


class SpeakerState(models.TextChoices):
    """The answer of a speaker, asked whether they may be named. One without an address is not asked."""

    INVITED = "invited", pgettext_lazy("speaker", "invited")
    AGREED = "agreed", pgettext_lazy("speaker", "agreed")
    DECLINED = "declined", pgettext_lazy("speaker", "declined")


class TopicState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("topic", "To be decided")
    ACCEPTED = "accepted", pgettext_lazy("topic", "Accepted")
    DECLINED = "declined", pgettext_lazy("topic", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("topic", "Withdrawn")


class MaterialKind(models.TextChoices):
    """The kind of a public document of an event."""

    REPLAY = "replay", _("Recording")
    SLIDES = "slides", _("Slides")
    OTHER = "other", _("Document")


class MessageKind(models.TextChoices):
    """A message that leaves by rule: a reminder before the start; the others after the end, to participants."""

    REMINDER = "reminder", _("Reminder")
    THANKS = "thanks", _("Thanks")
    OUTCOME = "outcome", _("What came of it")


class MessageUnit(models.TextChoices):
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")


class ChangeKind(models.TextChoices):
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")
    MOVED = "moved", _("Moved")
    ONLINE = "online", _("Moved online")
    ONSITE = "onsite", _("On site again")
    PROMOTED = "promoted", _("Seat given out of turn")
    PROOF = "proof", _("Proof taken back")
    CHECK = "check", _("Check of a proof taken back")
    OTHER = "other", _("Other change")


class SurveyKind(models.TextChoices):
    SCALE = "scale", _("From 1 to 5")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("A choice")
    TEXT = "text", _("In one's own words")


class OutcomeKind(models.TextChoices):
    COLLABORATION = "collaboration", _("A collaboration")
    JOB = "job", _("A job")
    PROJECT = "project", _("A project together")
    ORDER = "order", _("An order or a customer")
    TRAINING = "training", _("A training")
    NOTHING = "nothing", _("Nothing yet")


class QuestionKind(models.TextChoices):
    """The kinds of questions to people who register."""

    TEXT = "text", _("Text")
    ONE = "one", _("One of several options")
    SEVERAL = "several", _("Any of several options")
    YES_NO = "yes_no", _("Yes or no")
    DIET = "diet", _("Diet")
    ACCESS = "access", _("Access needs")


#: Questions on health: optional, answered with explicit consent, read only by the people who run the event.
SENSITIVE_QUESTIONS = frozenset({QuestionKind.DIET, QuestionKind.ACCESS})


class YesNo(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")


class Diet(models.TextChoices):
    VEGETARIAN = "vegetarian", _("Vegetarian")
    VEGAN = "vegan", _("Vegan")
    NO_PORK = "no_pork", _("Without pork")
    NO_GLUTEN = "no_gluten", _("Without gluten")
    NO_LACTOSE = "no_lactose", _("Without lactose")
    NO_NUTS = "no_nuts", _("Without nuts")


class AccessNeed(models.TextChoices):
    STEP_FREE = "step_free", _("Step-free access")
    HEARING = "hearing", _("Help with hearing")
    SIGN = "sign", _("Sign language")
    SIGHT = "sight", _("Help with sight")
    REST = "rest", _("A seat kept, or a quiet place")


#: Questions, at most: to those who register for an event, and in a survey after it.
MOST_QUESTIONS_OF_EVENT = 10
MOST_QUESTIONS_OF_SURVEY = 5
#: The longest written answer to either, in characters.
LONGEST_ANSWER_TO_EVENT = 500
LONGEST_ANSWER_TO_SURVEY = 1000
