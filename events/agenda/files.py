"""What others follow of the agenda: calendars, and readers of news."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from hacktiv.common.dates import span
from hacktiv.outbox.registry import absolute_url

from ..core.files.calendars import calendar_entry, where_lines

#: What is over stays so long in calendars that follow: what disappears from a feed disappears there.
KEPT = timedelta(days=90)
#: More than anybody reads, and no more than a program takes at once.
MOST_ENTRIES, MOST_NEWS = 500, 50


def name_of(filters):
    """What a feed is called, from the words of its filters."""
    return " – ".join([_("Hacktiv’Ardenne agenda"), *filters])


def calendar_entries(events):
    """The fields of `ics_entry` of those to come and of those just over, the cancelled ones marked as such."""
    events = events.filter(ends_at__gt=timezone.now() - KEPT).order_by("starts_at", "pk")
    events = events.select_related("space", "resource").prefetch_related("venues")
    return [{**calendar_entry(event), "stamp": event.changed_at} for event in events[:MOST_ENTRIES]]


def atom(events, *, title, language, link, feed_url):
    """The events that were changed last, the latest first, as the bytes of an Atom feed."""
    events = list(events.for_cards().select_related("resource").order_by("-changed_at", "-pk")[:MOST_NEWS])
    feed = _Feed(title=title, link=link, description="", language=language, feed_url=feed_url)
    for event in events:
        feed.add_item(
            title=_("Cancelled: %(title)s") % {"title": event.title} if event.is_cancelled else event.title,
            link=absolute_url("events:event", event.slug),
            description="\n".join(filter(None, [_when_and_where(event), event.summary])),
            updateddate=event.changed_at,
            unique_id=f"{settings.SITE_URL}/events/{event.pk}",
            categories=[event.type.name],
        )
    return feed.writeString("utf-8").encode()


class _Feed(Atom1Feed):
    def latest_post_date(self):
        """Of an empty feed, the beginning: the same content keeps its tag."""
        return super().latest_post_date() if self.items else timezone.make_aware(timezone.datetime(2020, 1, 1))


def _when_and_where(event):
    where = [_("online")] if event.is_online else []
    return " – ".join([span(event.starts_at, event.ends_at), *where_lines(event), *where])
