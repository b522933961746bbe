"""Sign and check the links by which a person leaves a topic of news.

The page is open to anybody who has the signed link: a mail program leaves by it without a session.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from members.enums import ConsentPurpose
from members.models import User

SALT = "mailings.leave"


def leave_path(user, topic):
    """Return the path of the page on which the person leaves the topic."""
    return reverse("leave_news", args=[signing.dumps([user.pk, str(topic)], salt=SALT)])


def leave_url(user, topic):
    """Return the full address of that page."""
    return settings.SITE_URL + leave_path(user, topic)


def choice_of(token):
    """Return the person, or None once they are erased, and the topic of a link. Raises BadSignature for a link that we
    did not make."""
    pk, topic = signing.loads(token, salt=SALT)
    return User.objects.filter(pk=pk).first(), ConsentPurpose(topic)
