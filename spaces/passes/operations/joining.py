"""Give the visits and passes of an account that goes to the one that stays. The caller has locked both."""

from members.models import User

from ...core.queries import home_space, side_of_residence
from ...models import PassScheme, Visit


def fill_sides(*, kept: User, gone: User) -> list[int]:
    """Fill the side of visits of which one account did not know it, and the other does: by the home space of that day,
    else by the residence where the first one names none. Return their keys.

    A side that staff corrected stays as it is."""
    filled = []
    for account, other in ((kept, gone), (gone, kept)):
        visits = Visit.objects.filter(participant_number=account.participant_number, home_space=None, home_side="")
        for visit in visits.filter(side_corrections=None).order_by("pk"):
            home = home_space(other, visit.day)
            side = home.country if home else "" if account.residence else side_of_residence(other.residence)
            if side:
                visit.home_space, visit.home_side = home, side
                visit.save(update_fields=["home_space", "home_side"])
                filled.append(visit.pk)
    return filled


def join_visits(*, kept: User, gone: User) -> list[int]:
    """Put the visits of `gone` under the number of `kept`. Two in one space on one day become the surer one.

    It keeps what the other alone knows. Return the keys of the visits that became one."""
    own = Visit.objects.filter(participant_number=kept.participant_number).select_related("booking")
    known = {(visit.space_id, visit.day): visit for visit in own}
    joined = []
    for visit in Visit.objects.filter(participant_number=gone.participant_number).select_related("booking"):
        twin = known.get((visit.space_id, visit.day))
        if twin:
            visit = _join(*sorted([twin, visit], key=_doubt_of))
            joined.append(visit.pk)
        visit.participant_number = kept.participant_number
        visit.save()
    return joined


def _doubt_of(visit: Visit) -> tuple[bool, bool]:
    """Return a key by which the surer visit comes first: checked in on that day, with a known side."""
    return visit.booking is None or visit.was_noted_later, not visit.home_side


def _join(surer: Visit, other: Visit) -> Visit:
    """Keep the surer visit, with what the other alone knows, and of the side what staff corrected last."""
    other.side_corrections.update(visit=surer)
    corrected = surer.side_corrections.order_by("made_at", "pk").last()
    if corrected and not surer.home_space_id:
        surer.home_side = corrected.after
    elif not (surer.home_space_id or surer.home_side):
        surer.home_space_id, surer.home_side = other.home_space_id, other.home_side
    booking = surer.booking or other.booking
    other.delete()
    surer.booking = booking
    return surer


def join_passes(*, kept: User, gone: User) -> None:
    """Name `kept` where `gone` is named in a pass."""
    for scheme in PassScheme.objects.select_for_update(no_key=True).filter(members=gone).order_by("pk"):
        scheme.members.add(kept)
        scheme.members.remove(gone)
