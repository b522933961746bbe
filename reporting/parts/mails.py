"""Gather the mails to the people of a partner, when they leave."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register
from members.roles.mails import mail_about

from ..core.queries import is_closed
from ..enums import ContributionState, ProposalState, VersionState
from ..models import Contribution, PartnerPerson, Period, ProposedAction
from . import queries
from .operations import ASKED, DECIDED, GIVEN_BACK, NEWS, REMINDER
from .rules import refusal_to_ask


@register(NEWS, label=_("Part of a partner: opened or ended"))
def part_news(context):
    """Return the mail; while the part is open to the person it says what is awaited there, and until when."""
    mail = mail_about(PartnerPerson.objects.select_related("partner__project"), context, page="reporting:own_projects")
    if mail is not None and not mail.context["ends"]:
        partner = mail.context["role"].partner
        mail.context.update(awaited=queries.awaited_of(partner), spends=queries.spends(partner))
    return mail


@register(REMINDER, label=_("Part of a partner: reminder of the date"))
def part_reminder(context):
    """Return the reminder, unless the part was told meanwhile, or the date is another by now."""
    role = _role(context)
    period = Period.objects.select_related("project").filter(pk=context["period"]).first()
    if role is None or period is None or period.partners_until != date.fromisoformat(context["until"]):
        return None
    told = Contribution.objects.filter(partner=role.partner_id, period=period, state=ContributionState.DONE)
    if told.exists() or is_closed(period):
        return None
    today = timezone.localdate()
    return _about(role, period, until=period.partners_until, is_late=period.partners_until < today)


@register(ASKED, label=_("Part of a partner: asked again"))
def part_asked(context):
    role, contribution = _role(context), _contribution(context)
    if role is None or contribution is None:
        return None
    period = contribution.period
    # One that is being closed may become a draft again.
    if refusal_to_ask(contribution, VersionState.CLOSED if is_closed(period) else None):
        return None
    return _about(role, period, until=period.partners_until)


@register(GIVEN_BACK, label=_("Part of a partner: given back"))
def part_given_back(context):
    role, contribution = _role(context), _contribution(context)
    if role is None or contribution is None or contribution.state != ContributionState.GIVEN_BACK:
        return None
    return _about(
        role,
        contribution.period,
        word=contribution.word,
        until=contribution.period.partners_until,
        is_correction=is_closed(contribution.period),
    )


@register(DECIDED, label=_("Part of a partner: proposed action accepted or refused"))
def proposal_decided(context):
    """Return the mail; of an accepted action it leads to its event, of a refused one to what was proposed."""
    role = _role(context)
    decided = ProposedAction.objects.exclude(state__in=(ProposalState.WAITING, ProposalState.WITHDRAWN))
    proposal = decided.select_related("contribution__period__project", "event").filter(pk=context["proposal"]).first()
    if role is None or proposal is None:
        return None
    mail = _about(
        role, proposal.contribution.period, proposal=proposal, is_accepted=proposal.state == ProposalState.ACCEPTED
    )
    if proposal.event is not None:
        mail.context["url"] = absolute_url("events:event", proposal.event.slug)
    else:
        project, label = mail.context["period"].project.slug, mail.context["period"].label
        mail.context["url"] = absolute_url("reporting:part_proposal", project, label, role.partner_id, proposal.pk)
    return mail


def _role(context):
    """Return the role of the person if they hold it today."""
    held = PartnerPerson.objects.held().select_related("user", "partner__project")
    return held.filter(pk=context["role"], user__is_active=True).first()


def _contribution(context):
    return Contribution.objects.select_related("period__project").filter(pk=context["contribution"]).first()


def _about(role, period, **more):
    url = absolute_url("reporting:parts", period.project.slug, period.label)
    known = {"role": role, "person": role.user, "partner": role.partner, "period": period, "url": url}
    return Mail(context=known | more)
