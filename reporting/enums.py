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


class PartnerRole(models.TextChoices):
    LEAD = "lead", _("Lead partner")
    PARTNER = "partner", _("Partner")
    ASSOCIATED = "associated", _("Associated partner")


class Indicator(models.TextChoices):
    """The programmes' indicators under which an action can be counted. The codes of 2014–2020 are to be confirmed."""

    RCO81 = "RCO81", _("RCO81 Participations in joint actions across borders")
    RCO115 = "RCO115", _("RCO115 Public events across borders jointly organised")
    RCO85 = "RCO85", _("RCO85 Participations in joint training schemes")
    CO43 = "CO43", _("CO43 Participants in mobility initiatives (to be confirmed)")
    CO44 = "CO44", _("CO44 Participants in joint employment initiatives and training (to be confirmed)")
    CO45 = "CO45", _("CO45 Participants in projects for equality and inclusion (to be confirmed)")
    CO46 = "CO46", _("CO46 Participants in joint schemes for youth employment (to be confirmed)")


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
