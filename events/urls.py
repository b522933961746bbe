from django.urls import path

from .agenda import views as finding
from .attendance import views as attendance_views
from .followup import views as followup_views
from .pages import views as pages_views
from .programme import views as programme
from .registering.views import answers, companions, own, registering
from .rota import views as rota
from .travel import views as travel

app_name = "events"

urlpatterns = [
    path("", finding.agenda, name="agenda"),
    path("agenda.ics", finding.feed_ics, name="feed_ics"),
    path("agenda.atom", finding.feed_atom, name="feed_atom"),
    path("widget/<slug:slug>/", finding.widget, name="widget"),
    path("speakers/<str:token>/", programme.speak, name="speak"),
    path("registrations/<uuid:token>/", pages_views.registration, name="registration"),
    path("registrations/<uuid:token>/confirm/", registering.confirm_guest, name="confirm_guest"),
    path("registrations/<uuid:token>/accept/", own.accept, name="accept"),
    path("registrations/<uuid:token>/again/", registering.register_again, name="register_again"),
    path("registrations/<uuid:token>/take-over/", own.take_over, name="take_over"),
    path("registrations/<uuid:token>/way/", own.change_way, name="change_way"),
    path("registrations/<uuid:token>/cancel/", own.cancel, name="cancel"),
    path("registrations/<uuid:token>/event.ics", pages_views.registration_ics, name="registration_ics"),
    path("registrations/<uuid:token>/here/", attendance_views.check_in, name="check_in"),
    path("registrations/<uuid:token>/survey/", followup_views.survey, name="survey"),
    path("registrations/<uuid:token>/outcome/", followup_views.outcome, name="outcome"),
    path("registrations/<uuid:token>/certificate/", followup_views.certificate, name="certificate"),
    path("certificates/<slug:code>/", followup_views.verify, name="verify"),
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
    path("registrations/<uuid:token>/answers/", answers.answers, name="answers"),
    path("registrations/<uuid:token>/answers/erase/", answers.erase_answers, name="erase_answers"),
    path("registrations/<uuid:token>/companions/", companions.bring, name="bring"),
    path(
        "registrations/<uuid:token>/companions/<int:pk>/cancel/",
        companions.cancel_companion,
        name="cancel_companion",
    ),
    path("tickets/<slug:code>/", attendance_views.ticket, name="ticket"),
    path("propose/", rota.rota, name="rota"),
    path("propose/<slug:slug>/<str:day>/", rota.propose, name="propose"),
    path("proposals/<int:pk>/withdraw/", rota.withdraw, name="withdraw_topic"),
    path("<slug:slug>/", pages_views.event, name="event"),
    path("<slug:slug>/here/<slug:code>/", attendance_views.here, name="here"),
    path("<slug:slug>/register/", registering.register, name="register"),
    path("<slug:slug>/register/form/", registering.register_form, name="register_form"),
    path("<slug:slug>/guest/", registering.register_guest, name="register_guest"),
    path("<slug:slug>/guest/sent/", registering.guest_sent, name="guest_sent"),
    path("<slug:slug>/event.ics", pages_views.ics, name="ics"),
]
