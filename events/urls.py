from django.urls import path

from . import finding, views

app_name = "events"

urlpatterns = [
    path("", finding.agenda, name="agenda"),
    path("agenda.ics", finding.feed_ics, name="feed_ics"),
    path("agenda.atom", finding.feed_atom, name="feed_atom"),
    path("widget/<slug:slug>/", finding.widget, name="widget"),
    path("registrations/<uuid:token>/", views.registration, name="registration"),
    path("registrations/<uuid:token>/confirm/", views.confirm_guest, name="confirm_guest"),
    path("registrations/<uuid:token>/accept/", views.accept, name="accept"),
    path("registrations/<uuid:token>/way/", views.change_way, name="change_way"),
    path("registrations/<uuid:token>/cancel/", views.cancel, name="cancel"),
    path("registrations/<uuid:token>/event.ics", views.registration_ics, name="registration_ics"),
    path("<slug:slug>/", views.event, name="event"),
    path("<slug:slug>/register/", views.register, name="register"),
    path("<slug:slug>/guest/", views.register_guest, name="register_guest"),
    path("<slug:slug>/guest/sent/", views.guest_sent, name="guest_sent"),
    path("<slug:slug>/event.ics", views.ics, name="ics"),
]
