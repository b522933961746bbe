"""Serve public files where no reverse proxy does."""

from errno import ENAMETOOLONG

from django.conf import settings
from django.http import Http404
from django.views.static import serve


def media(request, path):
    """Return the file below MEDIA_ROOT, or answer 404; so too for a name that is longer than the system allows."""
    try:
        return serve(request, path, document_root=settings.MEDIA_ROOT)
    except OSError as error:
        if error.errno != ENAMETOOLONG:
            raise
        raise Http404 from error
