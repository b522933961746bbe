"""Forms to book, change, repeat, cancel and search."""

from .booking import BookingForm, CancelForm, ChangeForm, CheckInForm, ManagersChangeForm, PurposeField
from .days import FURTHEST, DayChoiceForm, DayField
from .hours import SummedUp, is_a_look, seen_before, settled, wished_in, with_day_of_offer
from .phone import ONCE, PhoneBookingForm, PhoneForm
from .search import SearchForm
from .series import CancelSeriesForm, ExtendForm, SeriesForm

__all__ = [
    "FURTHEST",
    "ONCE",
    "BookingForm",
    "CancelForm",
    "CancelSeriesForm",
    "ChangeForm",
    "CheckInForm",
    "DayChoiceForm",
    "DayField",
    "ExtendForm",
    "ManagersChangeForm",
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
