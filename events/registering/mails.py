"""Write the mails about one registration: its confirmation, its place in line, its end."""

from django.utils.translation import gettext_lazy as _

from hacktiv.common.calendar import CANCEL, REQUEST
from hacktiv.outbox.registry import absolute_url, register

from ..core import rules
from ..core.mails import is_brought, is_to_come, registration_in, registration_mail
from ..core.queries import opening_for, position_in_line
from ..enums import LISTED_REGISTRATIONS, LIVE_REGISTRATIONS, RegistrationStatus
from ..models import Registration


def _by_another(registration):
    """Return the words' flags for a person whom somebody else registered: another person, or the team."""
    brought = is_brought(registration)
    return {"brought": brought, "noted": bool(registration.registered_by_id) and registration.user is None}


@register("events.confirmation", label=_("Confirmation"))
def confirmation(context):
    registration = registration_in(context)
    if not is_to_come(registration) or not registration.is_confirmed:
        return None
    return registration_mail(registration, method=REQUEST, **_by_another(registration))


@register("events.waiting", label=_("Waiting list"))
def waiting(context):
    registration = registration_in(context)
    if not is_to_come(registration) or not registration.is_waiting:
        return None
    return registration_mail(registration, position=position_in_line(registration), **_by_another(registration))


@register("events.promoted", label=_("A seat for who waited"))
def promoted(context):
    registration = registration_in(context)
    if not is_to_come(registration) or not registration.is_confirmed:
        return None
    return registration_mail(registration, method=REQUEST)


@register("events.offer", label=_("Offer of a seat"))
def offer(context):
    """Return the mail while the seat is still offered, else None."""
    registration = registration_in(context)
    if not is_to_come(registration) or rules.refusal_to_accept(registration):
        return None
    return registration_mail(registration, url=absolute_url("events:registration", registration.token))


@register("events.offer_lapsed", label=_("Offer that lapsed"))
def offer_lapsed(context):
    registration = registration_in(context)
    if not is_to_come(registration) or registration.status != RegistrationStatus.CANCELLED:
        return None
    return registration_mail(registration, url=absolute_url("events:event", registration.event.slug))


@register("events.note", label=_("Message from the organisers"))
def note(context):
    """Return the organisers' own words, for a person who is on the list still."""
    registration = registration_in(context)
    if not registration or registration.status not in LISTED_REGISTRATIONS:
        return None
    words = {"subject": context["subject"], "text": context["text"]}
    by_another = _by_another(registration)
    # The words of the entry speak of what it noted; here there is nothing new but the message.
    return registration_mail(registration, **words, **by_another | {"noted": False, "listed": by_another["noted"]})


@register("events.registration_cancelled", label=_("Registration cancelled"))
def registration_cancelled(context):
    registration = registration_in(context)
    if not registration or registration.status != RegistrationStatus.CANCELLED:
        return None
    return registration_mail(
        registration,
        method=CANCEL if registration.confirmed_at else None,
        url=absolute_url("events:event", registration.event.slug),
        by_staff=context["by_staff"],
        was_in_line=context.get("was_in_line", False),
        lost_with=context.get("lost_with", ""),
        given_back=bool(context.get("by_bringer")) and is_brought(registration),
    )


@register("events.guest_link", label=_("Link to confirm"))
def guest_link(context):
    registration = registration_in(context)
    if not is_to_come(registration) or registration.status != RegistrationStatus.UNCONFIRMED:
        return None
    if not rules.guest_link_is_alive(registration):
        return None
    return registration_mail(
        registration,
        # The row goes when another link is followed: then the address alone says which event it was.
        url=absolute_url("events:confirm_guest", registration.token) + f"?event={registration.event.slug}",
        hours=int(rules.GUEST_LINK_LIFE.total_seconds() // 3600),
        waits=opening_for(registration).waits,
    )


@register("events.already", label=_("Already registered"))
def already(context):
    registration = registration_in(context)
    if not is_to_come(registration) or not registration.is_standing:
        return None
    return registration_mail(registration, position=position_in_line(registration))


@register("events.brought_too", label=_("Brought along as well"))
def brought_too(context):
    """Return the mail to a registered person whom somebody brings, with the link to give the companion's seat back."""
    registration = registration_in(context)
    companion = Registration.objects.standing().filter(pk=context["companion"]).first()
    if not is_to_come(registration) or registration.status not in LIVE_REGISTRATIONS or not companion:
        return None
    return registration_mail(registration, url=absolute_url("events:cancel", companion.token))
