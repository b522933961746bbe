from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404

from .rules import can_coordinate


def coordinator_only(view):
    """Who is not signed in is asked to; for everybody else but a coordinator there is nothing here."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        if not can_coordinate(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
