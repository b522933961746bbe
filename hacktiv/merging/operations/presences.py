"""Fill what the presences of two accounts do not know of their person. Both accounts and the events are locked."""

from collections.abc import Iterable

from events.models import Event, Participation
from events.registering.operations import fill_presence, known_on_the_day, whose
from members.enums import ConsentPurpose
from members.models import User

from .accounts import COUNTED, agrees

#: The keys of presences, each with the columns that were filled.
Filled = dict[str, list[str]]


def fill_presences(*, kept: User, gone: User, events: Iterable[Event]) -> Filled:
    """Fill what a presence of one account lacks with what the other knows, as on the day of the event.

    What the account itself says only since then changes nothing, nor is a residence filled that staff corrected. Gender
    and age band are filled where the later decision of both agrees to the statistics."""
    person, counted = whose(kept, gone), agrees(kept, gone, ConsentPurpose.STATISTICS)
    others = {kept.participant_number: [gone], gone.participant_number: [kept]}
    marks = Participation.objects.filter(event__in=events, participant_number__in={*person.numbers, *others})
    found: Filled = {}
    for mark in marks.select_related("event", "registration").prefetch_related("residence_corrections").order_by("pk"):
        is_taken_in = mark.registration is not None and person.takes_in(mark.registration)
        for account in others.get(mark.participant_number, [kept, gone] if is_taken_in else []):
            known = known_on_the_day(account, mark.event)
            if not counted:
                known |= dict.fromkeys(COUNTED, "")
            if mark.residence_corrections.all():
                known["residence"] = mark.residence
            if filled := fill_presence(mark, known):
                mark.save(update_fields=filled)
                found.setdefault(str(mark.pk), []).extend(filled)
    return found
