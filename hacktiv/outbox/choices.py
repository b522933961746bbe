"""Sign and check the links of the page on which an address refuses the mails it can do without.

The page is open to anybody who has the address's signed link.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "outbox.choice"


def choice_path(email):
    """Return the path of the page on which an address says whether it wants optional mails."""
    return reverse("mail_choice", args=[signing.dumps(email.lower(), salt=SALT)])


def choice_url(email):
    """Return the full address of that page."""
    return settings.SITE_URL + choice_path(email)


def email_of(token):
    """Return the address that a link was made for. Raises BadSignature for a link that we did not make."""
    return signing.loads(token, salt=SALT)
