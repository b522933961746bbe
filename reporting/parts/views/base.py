"""Load the part that a person may tell, and show one form of it."""

from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.core.rules import coordinates

from ...core.access import period_or_404
from ..queries import partners_of

#: Refusals that tell that the page is out of date.
OUT_OF_DATE = {"moved", "done", "closing", "closed", "decided", "withdrawn"}
#: Who pressed a button while signed out is led, once signed in, to an address to which otherwise only the button leads.
NOTHING_DONE = _("Nothing was done, as you were signed out: press the button once more.")


def of_own_part(*, coordinator=False):
    """Open a view to the people of a partner, in a half-year of its project that has begun; with `coordinator` to who
    coordinates as well. Anybody else gets 404, and visitors are sent to sign in."""

    def decorate(view):
        @wraps(view)
        @login_required
        def guarded(request, project, period, partner, **kwargs):
            period = period_or_404(project, period)
            partner = get_object_or_404(period.project.partners, pk=partner)
            is_own = partners_of(request.user).filter(pk=partner.pk).exists()
            if not is_own and not (coordinator and coordinates(request.user)):
                raise Http404
            if period.starts_on > timezone.localdate():
                raise Http404
            return view(request, period, partner, **kwargs)

        return guarded

    return decorate


def to_parts(period):
    """Lead back to the page of the parts."""
    return redirect("reporting:parts", period.project.slug, period.label)


def said_at(anchor, words, *, request, period, level=messages.SUCCESS):
    """Lead back to a place on the page of the parts, and say there what was done."""
    messages.add_message(request, level, words, extra_tags=anchor)
    response = to_parts(period)
    response["Location"] += f"#{anchor}"
    return response


def seen_anew(form_class, request, name, seen, **kwargs):
    """Return the form with what was typed, as if its page had shown what stands now: sent again, it takes its place."""
    typed = request.POST.copy()
    typed[name] = seen
    form = form_class(typed, label_suffix="", **kwargs)
    form.is_valid()
    return form


def form_page(request, template, form, period, partner=None, *, status=None, **context):
    """Show a page with one form."""
    if status is None:
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    context |= {"form": form, "period": period, "partner": partner}
    return render(request, template, context, status=status)


def status_of(refusal):
    return HTTPStatus.CONFLICT if refusal.code in OUT_OF_DATE else HTTPStatus.BAD_REQUEST
