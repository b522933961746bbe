from django.urls import path

from . import views

app_name = "spaces"

urlpatterns = [
    path("", views.spaces, name="list"),
    path("search/", views.find, name="search"),
    path("<slug:slug>/contact/", views.contact, name="contact"),
    path("<slug:slug>/timeline/", views.rooms, name="timeline"),
    path("<slug:slug>/book/", views.book, name="book"),
    path("bookings/<uuid:reference>/", views.booking, name="booking"),
    path("bookings/<uuid:reference>/cancel/", views.booking_cancel, name="booking_cancel"),
    path("bookings/<uuid:reference>/reservation.ics", views.booking_ics, name="booking_ics"),
]
