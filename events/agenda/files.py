"""The agenda as feeds: a calendar (iCalendar) and news (Atom)."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from hacktiv.common.dates import span
from hacktiv.outbox.registry import absolute_url

from ..core.files.calendars import calendar_entry, where_lines

#: From the end of an event on: it stays in the calendar feed, because calendars remove an entry that leaves it.
KEPT = timedelta(days=90)
#: Events in each calendar feed, and in each news feed.
MOST_ENTRIES, MOST_NEWS = 500, 50


def name_of(filters):
    """Return the name of a feed, made of the words of its filters."""
    return " – ".join([_("Hacktiv’Ardenne agenda"), *filters])


def calendar_entries(events):
    """Return the fields for `ics_feed` of the events to come and those just over, cancelled ones marked."""
    events = events.filter(ends_at__gt=timezone.now() - KEPT).order_by("starts_at", "pk")
    events = events.select_related("space").prefetch_related("venues", "resources")
    return [{**calendar_entry(event), "stamp": event.changed_at} for event in events[:MOST_ENTRIES]]


def atom(events, *, title, language, link, feed_url):
    """Return an Atom feed (RFC 4287) of the events in bytes, the latest change first. Summaries are HTML."""
    events = events.select_related("type", "space").prefetch_related("venues", "resources")
    events = list(events.order_by("-changed_at", "-pk")[:MOST_NEWS])
    feed = _Feed(
        title=title,
        link=link,
        description="",
        language=language,
        feed_url=feed_url,
        author_name="Hacktiv’Ardenne",
        author_link=settings.SITE_URL,
    )
    for event in events:
        feed.add_item(
            title=_("Cancelled: %(title)s") % {"title": event.title} if event.is_cancelled else event.title,
            link=absolute_url("events:event", event.slug),
            description=linebreaks("\n\n".join(filter(None, [_when_and_where(event), event.summary])), autoescape=True),
            updateddate=event.changed_at,
            unique_id=f"{settings.SITE_URL}/events/{event.pk}",
            categories=[event.type.name],
        )
    return feed.writeString("utf-8").encode()


class _Feed(Atom1Feed):
    def latest_post_date(self):
        """Return a fixed moment for an empty feed, so that its ETag stays the same."""
        return super().latest_post_date() if self.items else timezone.make_aware(timezone.datetime(2020, 1, 1))


def _when_and_where(event):
    where = [_("online")] if event.is_online else []
    return " – ".join([span(event.starts_at, event.ends_at), *where_lines(event), *where])
