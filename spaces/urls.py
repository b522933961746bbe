from django.urls import path

from . import views

app_name = "spaces"

urlpatterns = [
    path("", views.spaces, name="list"),
    path("map/", views.network_map, name="map"),
    path("search/", views.find, name="search"),
    path("equipment/", views.equipment, name="equipment"),
    path("equipment/<int:pk>/", views.lend, name="lend"),
    path("practice/", views.practice, name="practice"),
    path("practice/share/", views.document_share, name="document_share"),
    path("practice/documents/<int:pk>/", views.document_change, name="document_change"),
    path("practice/documents/<int:pk>/delete/", views.document_delete, name="document_delete"),
    path("practice/documents/<int:pk>/file/", views.document_file, name="document_file"),
    path("practice/notices/", views.notices, name="notices"),
    path("practice/notices/new/", views.notice_new, name="notice_new"),
    path("practice/notices/<int:pk>/", views.notice, name="notice"),
    path("practice/notices/<int:pk>/change/", views.notice_change, name="notice_change"),
    path("practice/notices/<int:pk>/close/", views.notice_close, name="notice_close"),
    path("bookings/<uuid:reference>/loan/", views.loan_move, name="loan_move"),
    path("<slug:slug>/contact/", views.contact, name="contact"),
    path("<slug:slug>/timeline/", views.rooms, name="timeline"),
    path("<slug:slug>/tour/", views.tour, name="tour"),
    path("<slug:slug>/tour/<int:pk>/", views.scene, name="scene"),
    path("<slug:slug>/book/", views.book, name="book"),
    path("<slug:slug>/repeat/", views.repeat, name="repeat"),
    path("series/<uuid:reference>/", views.series, name="series"),
    path("series/<uuid:reference>/extend/", views.series_extend, name="series_extend"),
    path("series/<uuid:reference>/cancel/", views.series_cancel, name="series_cancel"),
    path("series/<uuid:reference>/days/<int:pk>/", views.series_retry, name="series_retry"),
    path("series/<uuid:reference>/reservations.ics", views.series_ics, name="series_ics"),
    path("bookings/<uuid:reference>/", views.booking, name="booking"),
    path("<slug:slug>/wait/", views.wait_join, name="wait_join"),
    path("door/<uuid:token>/", views.door, name="door"),
    path("waits/<uuid:reference>/", views.wait, name="wait"),
    path("waits/<uuid:reference>/leave/", views.wait_leave, name="wait_leave"),
    path("bookings/<uuid:reference>/move/", views.booking_move, name="booking_move"),
    path("bookings/<uuid:reference>/cancel/", views.booking_cancel, name="booking_cancel"),
    path("bookings/<uuid:reference>/reservation.ics", views.booking_ics, name="booking_ics"),
]
