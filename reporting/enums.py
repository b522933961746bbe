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
    LATE = "late", pgettext_lazy("milestone", "reached later")
    PERHAPS_LATE = "perhaps_late", pgettext_lazy("milestone", "reached by now, not known whether in time")
    MISSED = "missed", pgettext_lazy("milestone", "not reached")
    AHEAD = "ahead", pgettext_lazy("milestone", "still to come")
    UNKNOWN = "unknown", pgettext_lazy("milestone", "not known")


class VersionState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be built")
    BUILDING = "building", _("Being built")
    BUILT = "built", _("Draft")
    FAILED = "failed", _("Failed")
    CLOSING = "closing", _("Being closed")
    CLOSED = "closed", _("Closed")


#: States of a version that waits for a worker, or that one builds.
UNDERWAY = (VersionState.QUEUED, VersionState.BUILDING)
#: States of a version that is still worked on. A half-year has at most one such version.
OPEN_VERSIONS = (*UNDERWAY, VersionState.BUILT, VersionState.FAILED, VersionState.CLOSING)


class ActedAs(models.TextChoices):
    """Roles as which people enter counts and check proofs, the widest first. Reports name nobody."""

    COORDINATOR = "coordinator", pgettext_lazy("role", "Coordinator")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator of the network")
    MANAGER = "manager", pgettext_lazy("role", "Manager of the space")
    FACILITATOR = "facilitator", pgettext_lazy("role", "Facilitator")
    TRAINER = "trainer", pgettext_lazy("role", "Trainer")
    FRONT_DESK = "front_desk", pgettext_lazy("role", "Front desk")
    PARTNER = "partner", pgettext_lazy("role", "Partner of the project")
    OTHER = "other", pgettext_lazy("role", "Another person")
    LOADER = "loader", pgettext_lazy("role", "Loaded from the project’s own sources")
    UNKNOWN = "unknown", pgettext_lazy("role", "no longer known")


class Level(models.TextChoices):
    """The gravity of what a check of closing finds, the gravest first."""

    REFUSES = "refuses", _("The report cannot be closed")
    REASON = "reason", _("To be mended, or answered with a reason")
    TOLD = "told", _("For your information")


class FileKind(models.TextChoices):
    """A report in one format, or a package for controllers, as a worker makes it when asked."""

    JSON = "json", "JSON"
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX"
    PDF = "pdf", "PDF"
    PACKAGE = "package", _("Package for controllers")


class FileState(models.TextChoices):
    QUEUED = "queued", _("Waiting to be made")
    BUILDING = "building", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


#: States of a file that waits for a worker, or that one makes.
FILES_UNDERWAY = (FileState.QUEUED, FileState.BUILDING)


class Commented(models.TextChoices):
    """The sections of a report that a coordinator can comment, by the code of their table."""

    FIGURES = "figures", _("Figures")
    INDICATORS = "indicators", _("Indicators")
    STOCKS = "stocks", _("States on a day")
    CROSSINGS = "crossings", _("Crossings of the border")
    TRAVEL = "travel", _("Shared travel")
    ACTIONS = "actions", _("Actions")
    COACHING = "coaching", _("Coaching")
    DEVIATIONS = "deviations", _("Problems and deviations")
    DELIVERABLES = "deliverables", _("Deliverables")
    PARTNERS = "partners", _("Partners and budget")
    SPENDING = "spending", _("Spending")
    BREAKDOWNS = "breakdowns", _("Breakdowns")


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
    WITHDRAWN = "withdrawn", pgettext_lazy("proposed action", "withdrawn by the partner")


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
