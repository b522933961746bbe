"""What is written down of each request."""

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
