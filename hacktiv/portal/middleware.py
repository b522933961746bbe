"""What is written down of each request, and what no request may hold."""

from django.core.exceptions import BadRequest
from django_structlog.middlewares import RequestMiddleware


class RequestLogMiddleware(RequestMiddleware):
    """Gives each request an id and logs its end, by the pattern of its address.

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
    """Refuses a NUL in an address with 400: no row of ours has one, and PostgreSQL cannot even be asked for it.

    Forms refuse theirs by themselves, beside the field.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("There is a NUL in the address.")
        return self.get_response(request)
