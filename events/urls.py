from django.urls import path

from . import finding, rota, views
from .views import travel

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
    path("registrations/<uuid:token>/travel/", travel.travel, name="travel"),
    path("registrations/<uuid:token>/travel/offer/", travel.offer_ride, name="offer_ride"),
    path("registrations/<uuid:token>/travel/offer/withdraw/", travel.withdraw_ride, name="withdraw_ride"),
    path("registrations/<uuid:token>/travel/wish/", travel.wish_ride, name="wish_ride"),
    path("registrations/<uuid:token>/travel/wish/withdraw/", travel.withdraw_wish, name="withdraw_wish"),
    path("registrations/<uuid:token>/travel/rides/<int:pk>/ask/", travel.ask_seat, name="ask_seat"),
    path("registrations/<uuid:token>/travel/wishes/<int:pk>/propose/", travel.propose_seat, name="propose_seat"),
    *(
        path(
            f"registrations/<uuid:token>/travel/seats/<int:pk>/{answer}/",
            travel.answer_seat,
            {"answer": answer},
            name=f"{answer}_seat",
        )
        for answer in travel.ANSWERS
    ),
    path("registrations/<uuid:token>/answers/", views.answers, name="answers"),
    path("registrations/<uuid:token>/answers/erase/", views.erase_answers, name="erase_answers"),
    path("registrations/<uuid:token>/companions/", views.bring, name="bring"),
    path(
        "registrations/<uuid:token>/companions/<int:pk>/cancel/",
        views.cancel_companion,
        name="cancel_companion",
    ),
    path("tickets/<slug:code>/", views.ticket, name="ticket"),
    path("propose/", rota.rota, name="rota"),
    path("propose/<slug:slug>/<str:day>/", rota.propose, name="propose"),
    path("proposals/<int:pk>/withdraw/", rota.withdraw, name="withdraw_topic"),
    path("<slug:slug>/", views.event, name="event"),
    path("<slug:slug>/here/<slug:code>/", views.here, name="here"),
    path("<slug:slug>/register/", views.register, name="register"),
    path("<slug:slug>/register/form/", views.register_form, name="register_form"),
    path("<slug:slug>/guest/", views.register_guest, name="register_guest"),
    path("<slug:slug>/guest/sent/", views.guest_sent, name="guest_sent"),
    path("<slug:slug>/event.ics", views.ics, name="ics"),
]
