"""Gather the mails of memberships when they leave. A mail that is out of date is not sent."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hacktiv.outbox.registry import Mail, absolute_url, register

from ..enums import CURRENT_MEMBERSHIPS, MembershipState, MembershipStep
from ..models import Invitation, Membership, MembershipChange, MembershipKind
from .rules import goes_on_from, opened_by

#: The steps whose mails list what the membership opens.
TELL_WHAT_OPENS = {MembershipStep.GIVEN, MembershipStep.CHANGED, MembershipStep.RESUMED}


def _mail(membership, *, at=None, **more):
    """Gather what all mails show: the days are those of the change `at`, or those that the membership has now."""
    at = at or membership
    held = at.since and not (at.until and at.until <= at.since)
    return Mail(
        context={
            "membership": membership,
            "person": membership.user,
            "space": membership.space,
            "kind": at.kind,
            "first_day": at.since if held else None,
            "last_day": at.last_day if held else None,
            "url": absolute_url("portal:memberships"),
            **more,
        }
    )


def _membership(context, *states):
    found = Membership.objects.select_related("user", "space", "kind", "organisation").filter(pk=context["membership"])
    return found.filter(state__in=states).first()


def _to_team(membership, **more):
    return membership and _mail(membership, url=absolute_url("admin:spaces_membership_change", membership.pk), **more)


@register("spaces.membership_news", label=_("Membership: what was decided"))
def membership_news(context):
    """Tell the person what was decided: given, refused, paused, resumed, changed, renewed or ended."""
    found = MembershipChange.objects.select_related(
        "membership__user", "membership__space", "membership__organisation", "kind"
    )
    change = found.filter(pk=context["change"]).first()
    if change is None:
        return None
    membership, is_own = change.membership, change.made_by_id == change.membership.user_id
    is_over = change.until is not None and change.until <= timezone.localdate()
    has_ended = change.step == MembershipStep.ENDED
    return _mail(
        change.membership,
        at=change,
        change=change,
        is_over=is_over,
        is_own=is_own,
        opens=opened_by(change.kind, change.membership.space) if change.step in TELL_WHAT_OPENS else (),
        before=_kind_before(change) if change.step == MembershipStep.CHANGED else None,
        reason="" if is_own else change.reason,
        tells_price=change.step == MembershipStep.GIVEN and change.kind.prices and not membership.organisation,
        wished=MembershipKind.objects.filter(pk=context.get("wished")).first() if has_ended else None,
        ended_through=membership.organisation if has_ended and not is_own and not is_over else None,
        in_own_name=context.get("in_own_name", False),
    )


def _kind_before(change):
    """Return what the membership opened before its kind was changed: the kind, and its doors in words; None where the
    history does not say."""
    earlier = change.membership.changes.select_related("kind").filter(pk__lt=change.pk).order_by("pk").last()
    return earlier and {"kind": earlier.kind, "opens": opened_by(earlier.kind, change.membership.space)}


@register("spaces.membership_ends", label=_("Membership: it ends soon"))
def membership_ends(context):
    """Ask whether it should be renewed; None once it was, or ended otherwise."""
    membership = _membership(context, MembershipState.ACTIVE)
    if membership is None or membership.until != date.fromisoformat(context["until"]):
        return None
    return _mail(membership)


@register("spaces.membership_to_decide", label=_("To the team: membership to decide"))
def membership_to_decide(context):
    return _to_team(_membership(context, MembershipState.REQUESTED))


@register("spaces.membership_unanswered", label=_("To the network: membership nobody decides"))
def membership_unanswered(context):
    return _to_team(_membership(context, MembershipState.REQUESTED))


@register("spaces.membership_to_renew", label=_("To the team: membership to renew"))
def membership_to_renew(context):
    """Tell the team of the wish; None once it was granted."""
    membership = _membership(context, *CURRENT_MEMBERSHIPS)
    return _to_team(membership) if membership and membership.renewal_wished_at else None


@register("spaces.membership_other_kind", label=_("To the team: another kind wished for"))
def membership_other_kind(context):
    """Tell the team of the wish, with the words of then; None once it is answered or taken back."""
    found = MembershipChange.objects.select_related(
        "membership__user", "membership__space", "membership__organisation", "membership__kind"
    )
    change = found.filter(pk=context["change"], membership__wished_kind__isnull=False).first()
    if change is None:
        return None
    membership = change.membership
    return _to_team(membership, wished=membership.wished_kind, note=change.reason)


@register("spaces.membership_stays", label=_("To the team: the person stays a member"))
def membership_stays(context):
    """Tell the team that the person has taken their end back; None once it is ended again."""
    membership = _membership(context, *CURRENT_MEMBERSHIPS)
    return None if membership is None or membership.end_is_decided else _to_team(membership)


@register("spaces.membership_left", label=_("To the team: membership ended by the person"))
def membership_left(context):
    """Tell the team who ended their membership, with the words of then."""
    found = MembershipChange.objects.select_related(
        "membership__user", "membership__space", "membership__organisation", "kind"
    )
    change = found.filter(pk=context["change"]).first()
    return change and _to_team(change.membership, at=change, reason=change.reason)


def _invitation(context):
    found = Invitation.objects.telling_who_invites().select_related("membership__user")
    return found.filter(pk=context["invitation"]).first()


@register("spaces.membership_invitation", label=_("Invitation to a membership"))
def membership_invitation(context):
    """Invite an address; None once it is answered or taken back, or was sent again. The link is secret: it is made as
    the mail leaves."""
    invitation = _invitation(context)
    if invitation is None or not invitation.is_open or invitation.sendings != context["sending"]:
        return None
    today = timezone.localdate()
    return Mail(
        context={
            "invitation": invitation,
            "space": invitation.space,
            "kind": invitation.kind,
            "organisation": invitation.organisation,
            "first_day": invitation.first_day and invitation.begins_on(today),
            "goes_on_from": goes_on_from(invitation, today),
            "has_begun": invitation.begins_on(today) == today,
            "url": absolute_url("portal:invitation", invitation.token),
        }
    )


@register("spaces.membership_invitation_answered", label=_("To the team: invitation answered"))
def membership_invitation_answered(context):
    """Tell who made the invitation that it was accepted or declined. A contact whose invitation changed nothing, as the
    person was a member already, reads that alone: the membership is theirs, not of the organisation."""
    invitation = _invitation(context)
    if invitation is None or not (invitation.membership or invitation.declined_at):
        return None
    membership = invitation.membership
    page = "admin:spaces_membership_change" if membership else "admin:spaces_invitation_change"
    url = absolute_url(page, (membership or invitation).pk)
    changes_nothing = bool(membership and context.get("changes_nothing"))
    if context.get("to_contact") and invitation.organisation:
        url = absolute_url("portal:organisation", invitation.organisation.slug)
    return Mail(
        context={
            "invitation": invitation,
            "membership": membership,
            "changes_nothing": changes_nothing,
            "is_private": changes_nothing and invitation.organisation and context.get("to_contact"),
            "who": membership.user if membership else invitation.full_name or invitation.email,
            "space": invitation.space,
            "kind": membership.kind if membership else invitation.kind,
            "first_day": membership.since if membership else None,
            "last_day": membership.last_day if membership else None,
            "url": url,
        }
    )
