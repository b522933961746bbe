from django.urls import path

from . import views

app_name = "spaces"

urlpatterns = [
    path("", views.spaces, name="list"),
    path("<slug:slug>/contact/", views.contact, name="contact"),
    path("<slug:slug>/book/", views.book, name="book"),
    path("bookings/<uuid:reference>/", views.booking, name="booking"),
    path("<slug:slug>/wait/", views.wait_join, name="wait_join"),
    path("door/<uuid:token>/", views.door, name="door"),
    path("waits/<uuid:reference>/", views.wait, name="wait"),
    path("waits/<uuid:reference>/leave/", views.wait_leave, name="wait_leave"),
    path("bookings/<uuid:reference>/move/", views.booking_move, name="booking_move"),
    path("bookings/<uuid:reference>/cancel/", views.booking_cancel, name="booking_cancel"),
    path("bookings/<uuid:reference>/reservation.ics", views.booking_ics, name="booking_ics"),
]
