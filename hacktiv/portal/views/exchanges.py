from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from spaces.queries import crossings, exchanges, years_of_visits


@login_required
@never_cache
@require_GET
def exchanges_of_a_year(request):
    """Who worked at whose: the account between the spaces, and between the two sides. For managers and the
    coordinator, who learn numbers here, and nobody's name."""
    if not admin.site.has_permission(request):
        raise Http404
    years = years_of_visits(timezone.localdate().year)
    year = next((known for known in years if str(known) == request.GET.get("year")), years[0])
    context = {"years": years, "year": year, "crossings": crossings(year), "exchanges": exchanges(year)}
    return render(request, "portal/exchanges.html", context)
