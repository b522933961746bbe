"""Show the map of the spaces and their tours, and pass on messages to them."""

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.dates import next_minute
from hacktiv.common.freshness import shared_page
from hacktiv.common.ratelimit import limit

from ..models import Space
from . import operations, queries
from .forms import ContactForm

#: For each sender and hour.
MESSAGES_AN_HOUR = "5/h"


@never_cache
@require_safe
@shared_page("spaces")
def network_map(request):
    """Show both sides of the border on one sheet that can be printed, with the spaces that are open now."""
    now = timezone.now()
    response = render(request, "spaces/places/map.html", {"spaces": queries.spaces_with_state(now), "now": now})
    if not request.META["QUERY_STRING"]:
        response.shared_until = next_minute(now)  # the sheet names the minute
    return response


def contact(request, slug):
    """Send a message to the people who run the space; their address stays hidden."""
    space = get_object_or_404(Space.objects.published(), slug=slug)
    form = ContactForm(request.POST or None, initial=_sender(request.user))
    if request.method == "POST" and form.is_valid():
        limit(request, "contact-space", MESSAGES_AN_HOUR)
        if not form.is_from_a_robot:
            fields = {name: form.cleaned_data[name] for name in ("name", "email", "text")}
            operations.send_message(space=space, language=get_language(), **fields)
        messages.success(request, _("Your message is on its way to %(space)s.") % {"space": space})
        return redirect(space)
    return render(
        request, "spaces/places/contact.html", {"space": space, "form": form}, status=400 if form.errors else 200
    )


def _sender(user):
    return {"name": user.get_full_name(), "email": user.email} if user.is_authenticated else {}


def tour(request, slug):
    """Redirect to the entrance of the tour; 404 where the space has none."""
    space = get_object_or_404(Space.objects.published(), slug=slug)
    entrance = space.scenes.first()
    if entrance is None:
        raise Http404
    entrance.space = space
    return redirect(entrance)


@csp_update({"img-src": ["blob:"]})  # The viewer draws pictures that it has fetched.
def scene(request, slug, pk):
    """Show a scene, in a picture and in words; the 360° viewer is added where the browser can show it."""
    space = get_object_or_404(queries.with_opening(Space.objects.published(), timezone.now()), slug=slug)
    found = queries.scene_of(space, pk)
    if found is None:
        raise Http404
    scene, points, scenes = found
    context = {"space": space, "scene": scene, "points": points, "scenes": scenes}
    context["takes_bookings"] = bool(space.opening_hours.all())
    return render(request, "spaces/places/scene.html", context)
