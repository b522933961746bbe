"""Gather the mail about a merging when it leaves."""

from django.utils.translation import gettext_lazy as _

from events.models import Event
from hacktiv.outbox.registry import Mail, absolute_url, register
from spaces.models import Membership

from .operations.merging import MERGED
from .queries import roles_in_words


@register(MERGED, label=_("Two accounts made one"))
def merged(context):
    """Tell the person by which address they sign in from now on, and what became one."""
    ended = Membership.objects.filter(pk__in=context["ended"]).select_related("space")
    return Mail(
        context={
            **context,
            "events": list(Event.objects.filter(pk__in=context["events"]).order_by("earliest", "pk")),
            "roles": roles_in_words(context["roles"]),
            "ended": [membership.space for membership in ended],
            "url": absolute_url("account_login"),
        }
    )
