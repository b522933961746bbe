"""Show the account between the spaces, and between the two sides, with the visits behind each number.

For managers and the coordinator. They see numbers, and nobody's name.
"""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hacktiv.common.paging import page_of
from hacktiv.common.spreadsheets import CONTENT_TYPES, WRITERS
from members.core.rules import coordinates
from spaces.core.scoping import runs_or_coordinates

from .. import exchange_files as files
from ..queries import exchanges as queries

#: Rows on one page of the list of visits.
VISITS_PER_PAGE = 50


@require_safe
@never_cache
@login_required
def account(request):
    stretch = _stretch(request)
    context = {
        "stretch": stretch,
        "years": queries.stretches(timezone.localdate()),
        "account": queries.account_of(request.user, stretch),
        "formats": list(CONTENT_TYPES),
    }
    return render(request, "portal/exchanges.html", context)


@require_safe
@never_cache
@login_required
def account_file(request, extension):
    stretch = _stretch(request)
    return _file(extension, _("Exchanges"), f"echanges-{stretch.label}", files.account_tables(stretch))


@require_safe
@never_cache
@login_required
def visits(request):
    stretch, choice = _stretch(request), _choice(request)
    page = page_of(request, queries.visits(request.user, stretch, choice), VISITS_PER_PAGE)
    context = {
        "stretch": stretch,
        "choice": choice,
        "page_obj": page,
        "query": request.GET.urlencode(),
        "sees_all": coordinates(request.user),
        "formats": list(CONTENT_TYPES),
    }
    return render(request, "portal/exchange_visits.html", context)


@require_safe
@never_cache
@login_required
def visits_file(request, extension):
    stretch, choice = _stretch(request), _choice(request)
    found = queries.visits(request.user, stretch, choice)
    return _file(extension, _("Visits"), f"visites-{stretch.label}", [files.visits_table(found)])


def _stretch(request):
    """Return the half-year or year that is asked for, else the current year; 404 for a person who runs nothing."""
    if not runs_or_coordinates(request):
        raise Http404
    years = queries.stretches(timezone.localdate())
    asked = request.GET.get("period")
    return next((one for year in years for one in year if one.label == asked), years[0][0])


def _choice(request):
    """Return the visits that are chosen: of one space or side to another; 404 for what the person may not see."""
    choice = queries.choice_of(request.user, request.GET)
    if choice is None:
        raise Http404
    return choice


def _file(extension, title, name, tables):
    if extension not in CONTENT_TYPES:
        raise Http404
    response = HttpResponse(WRITERS[extension](title, tables), content_type=CONTENT_TYPES[extension])
    response["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    return response
