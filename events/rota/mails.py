"""Write the mails about topics that members propose for free Fridays."""

from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..enums import EventState, TopicState
from ..models import TopicProposal
from ..programme.mails import entry_for


def _topic(context, state):
    """Return the proposal if it is in this state, else None."""
    found = TopicProposal.objects.select_related("space", "user", "event")
    return found.filter(pk=context["proposal"], state=state).first()


@register("events.topic_proposed", label=_("Topic proposed"))
def topic_proposed(context):
    proposal = _topic(context, TopicState.PROPOSED)
    if not proposal:
        return None
    url = absolute_url("admin:events_topicproposal_change", proposal.pk)
    return Mail(context={"proposal": proposal, "url": url})


@register("events.topic_accepted", label=_("Topic accepted"))
def topic_accepted(context):
    proposal = _topic(context, TopicState.ACCEPTED)
    if not proposal or not proposal.event:
        return None
    is_shown = proposal.event.state != EventState.DRAFT
    url = absolute_url("events:event", proposal.event.slug) if is_shown else absolute_url("events:rota")
    context = {"proposal": proposal, "event": proposal.event, "url": url, "has_entry": proposal.event.is_open}
    return Mail(
        context=context,
        attachments=[entry_for(proposal.event, proposal.user.email)] if context["has_entry"] else [],
    )


@register("events.topic_declined", label=_("Topic declined"))
def topic_declined(context):
    proposal = _topic(context, TopicState.DECLINED)
    return proposal and Mail(context={"proposal": proposal, "url": absolute_url("events:rota")})
