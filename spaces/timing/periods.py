"""PostgreSQL's ranges of time, half-open: [start, end)."""

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange


def period(start, end):
    """Return the range from an aware start to an aware end."""
    return DateTimeTZRange(start, end)


def overlap(one, other):
    """Return True if the two ranges have some time in common."""
    return one.lower < other.upper and other.lower < one.upper


def with_buffer(start, end, resource):
    """Return the range that a booking or an event keeps of its unit: its own, plus time to prepare and clear up."""
    before, after = timedelta(minutes=resource.buffer_before_minutes), timedelta(minutes=resource.buffer_minutes)
    return DateTimeTZRange(start - before, end + after)


def with_journey(kept, resource):
    """Add the time of a journey after the range `kept`. Two such ranges at two places must not overlap."""
    return DateTimeTZRange(kept.lower, kept.upper + timedelta(hours=resource.journey_hours))


def barred_by(held, resource, closed=()):
    """Return the start and end between which the time `held` by another forbids a new booking of the same unit.

    The new booking's own time to prepare or to clear up must not run into `held`. A `closed` stretch between the two
    ends the effect. `held` and `closed` are stretches."""
    before, after = timedelta(minutes=resource.buffer_before_minutes), timedelta(minutes=resource.buffer_minutes)
    start = max([held.start - after, *(stretch.end for stretch in closed if stretch.end <= held.start)])
    end = min([held.end + before, *(stretch.start for stretch in closed if stretch.start >= held.end)])
    return start, end


def outside(held, own, closed):
    """Shorten the range `held` by the closure `closed`: the time to prepare or to clear up gives way to it. The
    holder's `own` time touches no closure and stays whole."""
    start, end = held.lower, held.upper
    if closed.upper <= own.lower:
        start = max(start, closed.upper)
    if own.upper <= closed.lower:
        end = min(end, closed.lower)
    return DateTimeTZRange(start, end)
