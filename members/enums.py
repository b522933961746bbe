from enum import Enum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Country(models.TextChoices):
    """The two sides of the border."""

    BE = "BE", _("Belgium")
    FR = "FR", _("France")


class OrganisationKind(models.TextChoices):
    """The nature of an organisation. Blank: not said."""

    COMPANY = "company", _("Company")
    ASSOCIATION = "association", _("Association")
    SCHOOL = "school", _("School")
    PUBLIC_BODY = "public_body", _("Public body")


class AffiliationRole(models.TextChoices):
    """The role of a person in an organisation. A contact invites its people to memberships, and ends these."""

    CONTACT = "contact", pgettext_lazy("organisation", "Contact")
    PERSON = "person", pgettext_lazy("organisation", "Person")


class Residence(models.TextChoices):
    """A person's country of residence, as the report breaks participations down. Blank: not said."""

    BE = "BE", _("Belgium")
    FR = "FR", _("France")
    OTHER = "other", _("Elsewhere")


class Status(models.TextChoices):
    """A person's situation at work, in the words of the programme. Blank: not said."""

    SELF_EMPLOYED = "self_employed", _("Self-employed")
    PROJECT_HOLDER = "project_holder", _("Project holder")
    EMPLOYEE = "employee", _("Employee")
    ASSOCIATION = "association", _("Active in an association")
    JOBSEEKER = "jobseeker", _("Jobseeker")
    STUDENT = "student", _("Student")
    NEET = "neet", _("Neither in employment nor in training")
    OTHER = "other", _("Other situation")


class NetworkRoleKind(models.TextChoices):
    """The role of a person in the network, over all spaces."""

    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Administrator of the network")
    COORDINATOR = "coordinator", pgettext_lazy("role", "Coordinator")
    FACILITATOR = "facilitator", pgettext_lazy("role", "Facilitator")
    TRAINER = "trainer", pgettext_lazy("role", "Trainer")


class Gender(models.TextChoices):
    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    OTHER = "other", pgettext_lazy("gender", "Other")


class AgeBand(models.TextChoices):
    UNDER_18 = "0-17", _("Under 18")
    FROM_18 = "18-24", _("18 to 24")
    FROM_25 = "25-34", _("25 to 34")
    FROM_35 = "35-44", _("35 to 44")
    FROM_45 = "45-54", _("45 to 54")
    FROM_55 = "55-64", _("55 to 64")
    FROM_65 = "65+", _("65 and over")


class SkillDirection(models.TextChoices):
    OFFERED = "offered", _("Offered")
    SOUGHT = "sought", _("Sought")


class ConsentPurpose(models.TextChoices):
    DIRECTORY = "directory", _("Be found in the members' directory")
    STATISTICS = "statistics", _("Gender and age band in the semester statistics")
    PHOTO = "photo", _("Be recognisable on photos that the network publishes")
    PRESENCE = "presence", _("Be seen by the members when I am in a space")
    NEWS_SPACE = "news_space", _("News of my spaces")
    NEWS_EVENTS = "news_events", _("Events to come")
    NEWS_TRAINING = "news_training", _("Training courses")
    NEWS_NETWORK = "news_network", _("News of the whole network")


class PhotoAnswer(models.TextChoices):
    """The answer of a person about photos on which they can be recognised. Not said is no yes: they are asked."""

    YES = "yes", pgettext_lazy("photos", "yes")
    NO = "no", pgettext_lazy("photos", "no")
    NOT_SAID = "not_said", pgettext_lazy("photos", "not said")


#: The topics of news by mail: an account agrees to each of them apart.
NEWS_TOPICS = (
    ConsentPurpose.NEWS_SPACE,
    ConsentPurpose.NEWS_EVENTS,
    ConsentPurpose.NEWS_TRAINING,
    ConsentPurpose.NEWS_NETWORK,
)


class ArchiveState(models.TextChoices):
    """The state of the file in which a person takes their data away."""

    QUEUED = "queued", _("Queued")
    BUILDING = "building", _("Being made")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


#: The states of an archive that a worker makes, or is asked to.
ARCHIVES_UNDERWAY = (ArchiveState.QUEUED, ArchiveState.BUILDING)


class ChangeOutcome(Enum):
    """The answer to a confirmation of a change of address."""

    WAITS = "it waits for the other mailbox"
    DONE = "it has taken effect"
    TAKEN = "another account has the address"
    LAPSED = "it lacked a confirmation for too long"
