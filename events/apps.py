from importlib import import_module

from allauth.account.signals import email_confirmed
from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from hacktiv.common import personal_data
from hacktiv.common.freshness import declare

from .personal_data import LINES, TIES

#: The tables that the shared pages of the agenda show.
SHOWN_IN_AGENDA = (
    "events.Event",
    "events.EventType",
    "events.Event_venues",
    "events.Event_resources",
    "spaces.Space",
    "spaces.Resource",
    "spaces.TravelTime",
)
#: The tables that the page of an event shows to all alike, beside those of the agenda.
SHOWN_OF_AN_EVENT = (
    "events.Event_organisers",
    "events.Change",
    "events.EventSeries",
    "events.Material",
    "events.EventPhoto",
    "members.Organisation",
)


class EventsConfig(AppConfig):
    name = "events"
    verbose_name = _("Events")

    def ready(self):
        """Register the kinds of mail, watch the tables that shared pages show, and hear of confirmed addresses."""
        for capability in ("registering", "reminders", "programme", "followup", "travel", "rota"):
            import_module(f"events.{capability}.mails")
        declare("agenda", *map(apps.get_model, SHOWN_IN_AGENDA))
        declare("events", *map(apps.get_model, SHOWN_OF_AN_EVENT))
        personal_data.declare("events", *LINES, ties=TIES)
        _lock_events_before_accounts()
        email_confirmed.connect(address_confirmed, dispatch_uid="events.address_confirmed")


def address_confirmed(email_address, **_signal):
    """Count a person as one with the guest under an address that they have just confirmed."""
    from .registering.operations import count_as_one  # noqa: PLC0415 - models are not there before

    count_as_one(user=email_address.user, address=email_address.email)


def _lock_events_before_accounts():
    """Have the events of a guest locked before the account that takes them in, as who registers does."""
    from members.accounts.operations import declare_guests  # noqa: PLC0415 - models are not there before

    from .registering.operations import guest_events, lock_guest_events  # noqa: PLC0415 - the same

    declare_guests(find=guest_events, lock=lock_guest_events)
