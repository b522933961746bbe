"""Helpers that ask for pages of the admin."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

INLINES = ("opening_hours", "photos", "travel_times", "team")


def admin_url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def clocks_go_forward():
    """Return the last Sunday of next March, on which no local clock shows a quarter past two."""
    end = date(timezone.localdate().year + 1, 3, 31)
    return f"{end - timedelta(days=end.isoweekday() % 7)}"


def room_fields(**changes):
    return {
        "name_fr": "La Grange",
        "name_nl": "",
        "name_en": "",
        "slug": "la-grange",
        "kind": "studio",
        "description_fr": "",
        "description_nl": "",
        "description_en": "",
        "seats": "",
        "booked_by": "anyone",
        "order": "0",
        "min_minutes": "30",
        "max_minutes": "720",
        "start_interval_minutes": "30",
        "buffer_before_minutes": "0",
        "buffer_minutes": "0",
        "min_notice_minutes": "0",
        "max_days_ahead": "90",
        "cancel_until_minutes": "0",
        "release_after_minutes": "",
        "max_open_bookings": "",
        "prices_fr": "",
        "prices_nl": "",
        "prices_en": "",
        "transfer_notice_hours": "48",
        "journey_hours": "24",
        **{f"{rows}-{name}_FORMS": "0" for rows in ("plan", "units") for name in ("TOTAL", "INITIAL")},
        "holds-TOTAL_FORMS": "0",
        "holds-INITIAL_FORMS": "0",
        **changes,
    }


def space_fields(space, **changes):
    names = ("tagline", "description", "prices", "access", "accessibility")
    names += ("access_by_car", "access_by_train", "access_by_bicycle")
    texts = {f"{name}_{code}": "" for name in names for code in ("fr", "nl", "en")}
    inlines = {f"{name}-{count}_FORMS": "0" for name in INLINES for count in ("TOTAL", "INITIAL")}
    return {
        **texts,
        "name": space.name,
        "town": space.town,
        "street": "",
        "postcode": "",
        "latitude": space.latitude,
        "longitude": space.longitude,
        "contact_email": "",
        "phone": "",
        "website": "",
        **inlines,
        **changes,
    }
