from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from events.core.queries import registrations_at

from .queries import programmes_with_sessions

PROGRAMMES_PER_PAGE = 12


@require_safe
def programmes(request):
    page = Paginator(programmes_with_sessions(), PROGRAMMES_PER_PAGE).get_page(request.GET.get("page"))
    events = [session.event for programme in page.object_list for session in programme.next_sessions]
    registrations_at(request.user, events)
    return render(request, "training/list.html", {"page_obj": page})
