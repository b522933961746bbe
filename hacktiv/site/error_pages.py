"""The pages for what goes wrong before or beside a view. They need no database, no cache and no form's token."""

from django.http import HttpResponseBadRequest
from django.template.loader import render_to_string


def bad_request(_request, exception):
    """Answer 400 without reading the form, which may be what cannot be read."""
    return HttpResponseBadRequest(render_to_string("400.html"))
