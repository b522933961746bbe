"""Load a booking or a series for the person who asks, or answer 404."""

from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from ...core import queries as core_queries
from ...models import Booking, Series
from ..rules import is_for_the_desk


def bookings():
    return Booking.objects.select_related(
        "resource__space__operator", "place", "user", "occurrence__series__resource__space"
    ).prefetch_related("occupancies__unit")


def all_series():
    return Series.objects.select_related("resource__space", "user")


def _nothing(request):
    raise Http404


def _series_is_gone(request):
    """Say what may have become of a series: it is deleted with the data of its person, and nothing of it stays."""
    return render(request, "spaces/booking/series_gone.html", status=HTTPStatus.NOT_FOUND)


def own(rows, *, gone=_nothing):
    """Give the view the row of `rows()` whose reference is in the address, with `is_mine` and `by`.

    A member's row opens to that member, one made for an address to whoever has its link. Both open to the managers of
    the space, and what the front desk sees to, to the desk: to them they are not theirs (`is_mine`). Others get 404,
    and visitors are sent to sign in; once the person is erased, they read just that. `by` is the account that acts;
    None for a guest, of whom staff must not learn whether they have one. `gone` answers where there is no such row.
    """

    def decorated(view):
        @wraps(view)
        def of_its_person(request, reference, **arguments):
            user = request.user
            row = rows().filter(reference=reference).first()
            if row is None:
                return gone(request)
            is_mine = row.is_for(user)
            runs = not is_mine and user.is_authenticated and _handles(user, row)
            is_mine = is_mine or (row.opens_by_link and not runs)
            if row.is_erased and not runs:
                return render(request, "erased.html")
            if not (is_mine or runs):
                if not user.is_authenticated:
                    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
                raise Http404
            by = None if is_mine and row.user is None else user
            return view(request, row, is_mine=is_mine, by=by, **arguments)

        return of_its_person

    return decorated


def _handles(user, row):
    """Return True if the person of the staff sees to the booking or the series."""
    space = row.resource.space
    at_desk = isinstance(row, Booking) and is_for_the_desk(row, user, timezone.localdate())
    return core_queries.receives(user, space) if at_desk else core_queries.runs(user, space)


own_booking = own(bookings)
own_series = own(all_series, gone=_series_is_gone)
