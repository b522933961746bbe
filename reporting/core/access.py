"""Open the pages of projects to who coordinates, and a partner's own part to the partner's people."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import get_object_or_404

from members.core.rules import coordinates

from ..models import Period


def coordinator_only(view):
    """Open a view to coordinators. Visitors are sent to sign in; anybody else gets 404."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not coordinates(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def period_or_404(project, label):
    """Return the half-year of a project by the slug of the project and its own label, else 404."""
    return get_object_or_404(Period.objects.select_related("project"), project__slug=project, label=label)


def version_or_404(period, number, *, with_report=True):
    """Return the version of a half-year by its number if it holds a report, else 404. Without its report, the large
    column that keeps it is not read."""
    versions = period.versions.readable()
    return get_object_or_404(versions if with_report else versions.defer("payload"), number=number)
