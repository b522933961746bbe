from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from hacktiv.common import personal_data
from hacktiv.common.freshness import declare

from .personal_data import LINES, TIES

#: The tables that shared pages show of the spaces themselves, and of what is free in them.
SHOWN_OF_SPACES = (
    "spaces.Space",
    "spaces.Space_services",
    "spaces.Service",
    "members.Organisation",
    "spaces.OpeningHours",
    "spaces.Closure",
    "spaces.TeamMember",
    "spaces.TravelTime",
    "spaces.Photo",
    "spaces.Plan",
    "spaces.Scene",
    "spaces.Resource",
    "spaces.Resource_features",
    "spaces.Resource_open_to",
    "spaces.Resource_open_to_kinds",
    "spaces.MembershipKind",
    "spaces.Feature",
    "spaces.Unit",
)
SHOWN_OF_FREE_PLACES = ("spaces.Booking", "spaces.Occupancy", "spaces.Handover")
#: The tables that say how many people are in a space now.
SHOWN_OF_PRESENCE = ("spaces.Booking", "members.Consent")
#: The tables that say which passes there are and whose they are.
SHOWN_OF_PASSES = (
    "spaces.PassScheme",
    "spaces.PassScheme_homes",
    "spaces.PassScheme_members",
    "members.Organisation",
)


class SpacesConfig(AppConfig):
    name = "spaces"
    verbose_name = _("Spaces")

    def ready(self):
        """Register the kinds of mail, have the files of pictures follow their rows, and watch the tables that shared
        pages show."""
        for capability in ("booking", "memberships", "places", "roles", "sharing"):
            import_module(f"spaces.{capability}.mails")
        import_module("spaces.places.files.keeping")
        declare("spaces", *map(apps.get_model, SHOWN_OF_SPACES))
        declare("free_places", *map(apps.get_model, SHOWN_OF_FREE_PLACES))
        declare("presence", *map(apps.get_model, SHOWN_OF_PRESENCE))
        declare("passes", *map(apps.get_model, SHOWN_OF_PASSES))
        personal_data.declare("spaces", *LINES, ties=TIES)
