"""Show to everybody what closed reports told, and hand it out as open data."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hacktiv.common.freshness import shared_page

from .files import COLUMNS, CONTENT, FORMATS, open_data
from .queries import FIGURES, public_results

#: An answer turns with what it shows alone; it is asked for anew after a day all the same.
HOLDS = timedelta(days=1)


@require_safe
@shared_page("results")
def results(request):
    """Show the results of all projects whose coordinator made them public."""
    context = {
        "results": public_results(),
        "codes": FIGURES,
        "columns": COLUMNS.items(),
        "formats": FORMATS,
        "licence": settings.OPEN_DATA_LICENCE,
    }
    response = render(request, "reporting/results/results.html", context)
    if not request.META["QUERY_STRING"]:
        response.shared_until = timezone.now() + HOLDS
    return response


@require_safe
@shared_page("results")
def results_file(request, extension):
    """Hand out the same numbers as a file; 404 for an unknown format."""
    if extension not in FORMATS:
        raise Http404
    content = open_data(public_results(), extension)
    response = HttpResponse(content, content_type=CONTENT[extension])
    response["Content-Disposition"] = f'attachment; filename="hacktiv-ardenne-results.{extension}"'
    if not request.META["QUERY_STRING"]:
        response.shared_until = timezone.now() + HOLDS
    return response
