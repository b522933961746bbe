"""Know a browser again that has signed in to an account before (OWASP's device cookie).

Whoever tries many passwords of an account shuts it to browsers that it does not know, never to those of its owner. The
cookie opens nothing: it says which count of failures is this browser's own.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import get_random_string

from ..models import User

COOKIE = "device"
SALT = "members.device"
#: In seconds: an owner who signs in once a year is still known.
LASTS = 400 * 24 * 3600
#: Of one browser: several people may share it.
MOST_ACCOUNTS = 5


def device_of(request: HttpRequest, email: str) -> str:
    """Return the name of the browser if it has signed in to the account with this address before, else blank."""
    name, accounts = _read(request)
    if not accounts:
        return ""
    pk = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
    return name if pk in accounts else ""


def remember(response: HttpResponseBase, request: HttpRequest, user: User) -> None:
    """Note in the browser that it has signed in to this account."""
    name, accounts = _read(request)
    accounts = [user.pk, *(pk for pk in accounts if pk != user.pk)][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps([name or get_random_string(22), accounts], salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[int]]:
    """Return the browser's name and the keys of its accounts; blank and none where the cookie is not ours."""
    try:
        name, accounts = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return "", []
    return name, accounts
