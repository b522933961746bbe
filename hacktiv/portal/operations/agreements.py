"""End what agreements of organisations have left behind.

An agreement is changed in one transaction, and each membership that ends with it in its own, as it locks resources:
what a crash in between leaves is ended at night. Each is a transaction of its own here too."""

from functools import partial

import structlog

from spaces.errors import BookingError
from spaces.memberships.operations import end_beyond_agreement
from spaces.memberships.queries import beyond_agreements

from .giving_back import carry_out

log = structlog.get_logger(__name__)


def end_beyond_agreements() -> int:
    """End the memberships that last beyond the agreement of their organisation, or have no place of it, with what they
    opened; return their number. One that a manager has settled meanwhile is left alone."""
    ended = 0
    for membership, _on in beyond_agreements():
        try:
            carry_out(user=membership.user, change=partial(end_beyond_agreement, membership=membership), by=None)
        except BookingError:
            continue
        ended += 1
    log.info("memberships_beyond_agreements_ended", ended=ended)
    return ended
