from django.urls import path

from .booking.views import bookings, choosing, finding, recurring
from .lending import views as lending_views
from .places import views as places_views
from .sharing import views as sharing_views

app_name = "spaces"

urlpatterns = [
    path("", finding.spaces, name="list"),
    path("map/", places_views.network_map, name="map"),
    path("search/", finding.find, name="search"),
    path("equipment/", lending_views.equipment, name="equipment"),
    path("equipment/<int:pk>/", lending_views.lend, name="lend"),
    path("practice/", sharing_views.practice, name="practice"),
    path("practice/share/", sharing_views.document_share, name="document_share"),
    path("practice/documents/<int:pk>/", sharing_views.document_change, name="document_change"),
    path("practice/documents/<int:pk>/delete/", sharing_views.document_delete, name="document_delete"),
    path("practice/documents/<int:pk>/file/", sharing_views.document_file, name="document_file"),
    path("practice/notices/", sharing_views.notices, name="notices"),
    path("practice/notices/new/", sharing_views.notice_new, name="notice_new"),
    path("practice/notices/<int:pk>/", sharing_views.notice, name="notice"),
    path("practice/notices/<int:pk>/change/", sharing_views.notice_change, name="notice_change"),
    path("practice/notices/<int:pk>/close/", sharing_views.notice_close, name="notice_close"),
    path("bookings/<uuid:reference>/loan/", lending_views.loan_move, name="loan_move"),
    path("<slug:slug>/contact/", places_views.contact, name="contact"),
    path("<slug:slug>/timeline/", finding.rooms, name="timeline"),
    path("<slug:slug>/tour/", places_views.tour, name="tour"),
    path("<slug:slug>/tour/<int:pk>/", places_views.scene, name="scene"),
    path("<slug:slug>/book/", choosing.book, name="book"),
    path("<slug:slug>/repeat/", recurring.repeat, name="repeat"),
    path("series/<uuid:reference>/", recurring.series, name="series"),
    path("series/<uuid:reference>/extend/", recurring.series_extend, name="series_extend"),
    path("series/<uuid:reference>/cancel/", recurring.series_cancel, name="series_cancel"),
    path("series/<uuid:reference>/days/<int:pk>/", recurring.series_retry, name="series_retry"),
    path("series/<uuid:reference>/reservations.ics", recurring.series_ics, name="series_ics"),
    path("bookings/<uuid:reference>/", bookings.booking, name="booking"),
    path("<slug:slug>/wait/", choosing.wait_join, name="wait_join"),
    path("door/<uuid:token>/", bookings.door, name="door"),
    path("waits/<uuid:reference>/", choosing.wait, name="wait"),
    path("waits/<uuid:reference>/leave/", choosing.wait_leave, name="wait_leave"),
    path("bookings/<uuid:reference>/take-over/", bookings.booking_take_over, name="booking_take_over"),
    path("bookings/<uuid:reference>/move/", bookings.booking_change, name="booking_move"),
    path("bookings/<uuid:reference>/cancel/", bookings.booking_cancel, name="booking_cancel"),
    path("bookings/<uuid:reference>/reservation.ics", bookings.booking_ics, name="booking_ics"),
]
