"""Open the pages of projects to who coordinates, and a partner's own part to the partner's people."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404

from members.core.rules import coordinates


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
