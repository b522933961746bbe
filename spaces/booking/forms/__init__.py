"""Forms to book, move, repeat, cancel and search."""

from .booking import BookingForm, CancelForm, CheckInForm, PurposeField
from .days import FURTHEST, DayChoiceForm, DayField
from .hours import MoveForm, SummedUp, is_a_look, seen_before, settled, wished_in, with_day_of_offer
from .phone import ONCE, PhoneBookingForm, PhoneForm
from .search import SearchForm
from .series import CancelSeriesForm, ExtendForm, SeriesForm

__all__ = [
    "FURTHEST",
    "ONCE",
    "BookingForm",
    "CancelForm",
    "CancelSeriesForm",
    "CheckInForm",
    "DayChoiceForm",
    "DayField",
    "ExtendForm",
    "MoveForm",
    "PhoneBookingForm",
    "PhoneForm",
    "PurposeField",
    "SearchForm",
    "SeriesForm",
    "SummedUp",
    "is_a_look",
    "seen_before",
    "settled",
    "wished_in",
    "with_day_of_offer",
]
