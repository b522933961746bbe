from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HalfYears(models.TextChoices):
    """The ways to count the half-years of a project."""

    CALENDAR = "calendar", _("Of the calendar: S1 January to June, S2 July to December")
    OWN_START = "own_start", _("From the project's own start: S1, S2, …")


class Side(models.TextChoices):
    """The three sides of the programme France-Wallonie-Vlaanderen."""

    WA = "WA", _("Wallonia")
    FR = "FR", _("France")
    VL = "VL", _("Flanders")


class ProgrammingYears(models.TextChoices):
    """The programming periods; `reporting/indicators/catalogue.py` lists the indicators of each."""

    FROM_2014 = "2014-2020", "2014–2020"
    FROM_2021 = "2021-2027", "2021–2027"


class PartnerRole(models.TextChoices):
    LEAD = "lead", _("Lead partner")
    PARTNER = "partner", _("Partner")
    ASSOCIATED = "associated", _("Associated partner")


class SessionsCountAs(models.TextChoices):
    """The indicator under which a joint training session counts. Never under both."""

    RCO85 = "RCO85", _("RCO85: participations in joint training schemes")
    RCO81 = "RCO81", _("RCO81: participations in joint actions across borders")


class DateKind(models.TextChoices):
    """The sorts of days in the calendar of a project."""

    REPORT = "report", _("The report is due")
    PARTNERS = "partners", _("The partners’ parts are due")
    CONTROL = "control", _("The controllers come")
    COMMITTEE = "committee", _("The committee meets")
    OTHER = "other", pgettext_lazy("date of a project", "Something else")


class Kind(models.TextChoices):
    """The kinds of things that figures count. Figures of different kinds are never added."""

    PARTICIPATIONS = "participations", _("participations")
    PERSONS = "persons", _("distinct persons")
    EVENTS = "events", _("events")
    DELIVERABLES = "deliverables", _("deliverables")
    COMPLETIONS = "completions", _("completions")
    OUTPUTS = "outputs", _("outputs")
    ORGANISATIONS = "organisations", _("organisations, once per project")
    CROSSINGS = "crossings", _("crossings of the border")
    TRAVELLERS = "travellers", _("people in shared cars")
    KILOMETRES = "kilometres", _("kilometres shared")
    STOCK = "stock", _("state on a day")


class RecordState(models.TextChoices):
    """Completeness of a named participation: if it tells all that reports break down by."""

    COMPLETE = "complete", pgettext_lazy("record", "complete")
    INCOMPLETE = "incomplete", pgettext_lazy("record", "something is missing: in the totals alone")


class Origin(models.TextChoices):
    """The support of a bound: checked evidence, or only a declaration."""

    PROVEN = "proven", _("proven")
    DECLARED = "declared", _("declared")


class MilestoneState(models.TextChoices):
    """How the total so far stands to a milestone."""

    REACHED = "reached", pgettext_lazy("milestone", "reached")
    MISSED = "missed", pgettext_lazy("milestone", "not reached")
    AHEAD = "ahead", pgettext_lazy("milestone", "still to come")
    UNKNOWN = "unknown", pgettext_lazy("milestone", "not known")


class VersionState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be built")
    BUILDING = "building", _("Being built")
    BUILT = "built", _("Draft")
    FAILED = "failed", _("Failed")
    CLOSED = "closed", _("Closed")


#: States of a version that waits for a worker, or that one builds.
UNDERWAY = (VersionState.QUEUED, VersionState.BUILDING)
#: States of a version that is still worked on. A half-year has at most one such version.
OPEN_VERSIONS = (*UNDERWAY, VersionState.BUILT, VersionState.FAILED)


class ContributionState(models.TextChoices):
    """How far a partner is with its part of a half-year."""

    NOT_BEGUN = "not_begun", pgettext_lazy("part of a partner", "not begun")
    IN_WORK = "in_work", pgettext_lazy("part of a partner", "in work")
    DONE = "done", pgettext_lazy("part of a partner", "done")
    GIVEN_BACK = "given_back", pgettext_lazy("part of a partner", "given back")


class Section(models.TextChoices):
    """The sections of a report for which a partner writes a text."""

    HIGHLIGHTS = "highlights", _("Highlights and cross-border added value")
    PROBLEMS = "problems", _("Problems and deviations")
    TARGET_GROUPS = "target_groups", _("Target groups")
    COMMUNICATION = "communication", _("Communication")


class ProposalState(models.TextChoices):
    """The outcome of an action that a partner proposed."""

    WAITING = "waiting", pgettext_lazy("proposed action", "waits for the lead")
    ACCEPTED = "accepted", pgettext_lazy("proposed action", "accepted")
    REFUSED = "refused", pgettext_lazy("proposed action", "refused")


class Principle(models.TextChoices):
    """The horizontal principles of the programmes, on which a report says a word."""

    SUSTAINABLE = "sustainable_development", _("Sustainable development")
    OPPORTUNITIES = "equal_opportunities", _("Equal opportunities and non-discrimination")
    EQUALITY = "equality", _("Equality between women and men")


class ActivityState(models.TextChoices):
    """How far an activity was at the end of a half-year."""

    NOT_STARTED = "not_started", pgettext_lazy("activity", "not started")
    UNDERWAY = "underway", pgettext_lazy("activity", "under way")
    DONE = "done", pgettext_lazy("activity", "done")
    DROPPED = "dropped", pgettext_lazy("activity", "dropped")
