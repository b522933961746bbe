"""Pages on which members propose a lunch&talk topic for a free Friday, and withdraw it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hacktiv.common.ratelimit import limit

from ..errors import EventError
from ..models import TopicProposal
from . import operations
from .forms import TopicForm
from .queries import free_fridays

#: Sent proposals, for each visitor.
TOPICS_RATE = "20/h"


@login_required
@never_cache
@require_safe
def rota(request):
    context = {
        "fridays": free_fridays(timezone.localdate()),
        "proposals": request.user.topic_proposals.select_related("space", "event").order_by("-day", "-pk"),
    }
    return render(request, "events/rota/rota.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request, slug, day):
    space, day = _free_friday(slug, day)
    if day is None:
        messages.error(request, _("This Friday is taken. Choose another one."))
        return redirect("events:rota")
    form = TopicForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST":
        limit(request, "events-topic", TOPICS_RATE)
        if form.is_valid():
            try:
                operations.propose_topic(space=space, day=day, user=request.user, **form.cleaned_data)
            except EventError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, _("Thank you! The space reads your topic and writes to you."))
            return redirect("events:rota")
    return render(request, "events/rota/propose.html", {"form": form, "space": space, "day": day})


def _free_friday(slug, written):
    """Return (space, day); the day is None where it is not free. Raises Http404 for an unknown space or no date."""
    try:
        day = parse_date(written)
    except ValueError as error:
        raise Http404 from error
    fridays = {space.slug: (space, days) for space, days in free_fridays(timezone.localdate()).items()}
    if day is None or slug not in fridays:
        raise Http404
    space, days = fridays[slug]
    return space, day if day in days else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    proposal = get_object_or_404(TopicProposal, pk=pk, user=request.user)
    if request.method == "POST":
        try:
            operations.withdraw_topic(proposal=proposal)
        except EventError as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Your proposal is withdrawn."))
    return redirect("events:rota")
