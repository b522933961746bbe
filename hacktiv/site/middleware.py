"""Log each request, refuse a NUL in its address, and show a page where a view alone would answer with an empty one."""

from django.core.exceptions import BadRequest
from django.shortcuts import render
from django_structlog.middlewares import RequestMiddleware

#: The status that Django's views answer with then.
METHOD_NOT_ALLOWED = 405


class RequestLogMiddleware(RequestMiddleware):
    """Give each request an id and log its end, by the pattern of its address.

    The address itself can hold what nobody should keep: a name someone searched for, a link that opens a registration.
    """

    def __call__(self, request):
        if request.path == "/healthz":
            # Asked every few seconds, and it logs what it finds wrong.
            return self.get_response(request)
        return super().__call__(request)

    @staticmethod
    def format_request(request):
        match = request.resolver_match
        return f"{request.method} {'/' + match.route if match else '(no such page)'}"


class NoNulMiddleware:
    """Refuse a NUL in an address with 400: no row has one, and PostgreSQL cannot even be asked for it.

    Forms refuse theirs by themselves, beside the field.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("There is a NUL in the address.")
        return self.get_response(request)


class MethodNotAllowedMiddleware:
    """Show a page where an address is asked for in a way it does not answer, as by a link to the address of a form."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        answer = self.get_response(request)
        if answer.status_code != METHOD_NOT_ALLOWED or answer.content or request.path == "/healthz":
            return answer
        page = render(request, "405.html", status=METHOD_NOT_ALLOWED)
        page["Allow"] = answer["Allow"]
        return page
