from django.urls import path

from . import finding, rota, views

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
    path("registrations/<uuid:token>/here/", views.check_in, name="check_in"),
    path("registrations/<uuid:token>/survey/", views.survey, name="survey"),
    path("registrations/<uuid:token>/outcome/", views.outcome, name="outcome"),
    path("registrations/<uuid:token>/certificate/", views.certificate, name="certificate"),
    path("certificates/<slug:code>/", views.verify, name="verify"),
    path("tickets/<slug:code>/", views.ticket, name="ticket"),
    path("propose/", rota.rota, name="rota"),
    path("propose/<slug:slug>/<str:day>/", rota.propose, name="propose"),
    path("proposals/<int:pk>/withdraw/", rota.withdraw, name="withdraw_topic"),
    path("<slug:slug>/", views.event, name="event"),
    path("<slug:slug>/here/<slug:code>/", views.here, name="here"),
    path("<slug:slug>/register/", views.register, name="register"),
    path("<slug:slug>/guest/", views.register_guest, name="register_guest"),
    path("<slug:slug>/guest/sent/", views.guest_sent, name="guest_sent"),
    path("<slug:slug>/event.ics", views.ics, name="ics"),
]
