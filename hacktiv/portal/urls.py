from django.urls import path

from .space_page import space
from .views.calendar import renew_calendar, stop_calendar
from .views.directory import contact_member, directory, member
from .views.exchanges import account, account_file, visits, visits_file
from .views.guests import erase_booker, erase_guest
from .views.home import home, privacy
from .views.invitations import accept_invitation, decline_invitation, invitation
from .views.me import choose_home_space, delete_account, me, redeem
from .views.memberships import another_kind, join, keep_kind, leave, memberships, renew, stay, withdraw
from .views.my_data import archive_file, archive_state, ask_archive, choose_consent, export, my_data
from .views.organisations import end_of_one, invite_again, organisation, take_invitation_back
from .views.welcome import end_welcome, welcome, welcome_event, welcome_register, welcome_skills

app_name = "portal"

urlpatterns = [
    path("", home, name="home"),
    path("privacy/", privacy, name="privacy"),
    path("spaces/<slug:slug>/", space, name="space"),
    path("spaces/<slug:slug>/join/", join, name="join"),
    path("memberships/", memberships, name="memberships"),
    path("memberships/<int:pk>/withdraw/", withdraw, name="withdraw_request"),
    path("memberships/<int:pk>/renew/", renew, name="renew_membership"),
    path("memberships/<int:pk>/kind/", another_kind, name="another_kind"),
    path("memberships/<int:pk>/kind/keep/", keep_kind, name="keep_kind"),
    path("memberships/<int:pk>/stay/", stay, name="stay_member"),
    path("memberships/<int:pk>/leave/", leave, name="leave"),
    path("memberships/invitations/<str:token>/", invitation, name="invitation"),
    path("memberships/invitations/<str:token>/accept/", accept_invitation, name="accept_invitation"),
    path("memberships/invitations/<str:token>/decline/", decline_invitation, name="decline_invitation"),
    path("organisations/<slug:slug>/", organisation, name="organisation"),
    path("organisations/<slug:slug>/invitations/<int:pk>/again/", invite_again, name="organisation_again"),
    path("organisations/<slug:slug>/invitations/<int:pk>/back/", take_invitation_back, name="organisation_back"),
    path("organisations/<slug:slug>/people/<int:pk>/end/", end_of_one, name="organisation_end"),
    path("directory/", directory, name="directory"),
    path("directory/<int:pk>/", member, name="member"),
    path("directory/<int:pk>/contact/", contact_member, name="contact_member"),
    path("exchanges/", account, name="exchanges"),
    path("exchanges/account.<str:extension>", account_file, name="exchanges_file"),
    path("exchanges/visits/", visits, name="exchange_visits"),
    path("exchanges/visits.<str:extension>", visits_file, name="exchange_visits_file"),
    path("registrations/<uuid:token>/erase/", erase_guest, name="erase_guest"),
    path("bookings/<uuid:reference>/erase/", erase_booker, name="erase_booker"),
    path("me/", me, name="me"),
    path("welcome/", welcome, name="welcome"),
    path("welcome/skills/", welcome_skills, name="welcome_skills"),
    path("welcome/event/", welcome_event, name="welcome_event"),
    path("welcome/event/<slug:slug>/", welcome_register, name="welcome_register"),
    path("welcome/end/", end_welcome, name="end_welcome"),
    path("me/home-space/", choose_home_space, name="home_space"),
    path("me/voucher/", redeem, name="redeem_voucher"),
    path("me/calendar/renew/", renew_calendar, name="renew_calendar"),
    path("me/calendar/stop/", stop_calendar, name="stop_calendar"),
    path("me/data/", my_data, name="my_data"),
    path("me/data/consents/<slug:purpose>/", choose_consent, name="choose_consent"),
    path("me/data/archive/", ask_archive, name="ask_archive"),
    path("me/data/archive/state/", archive_state, name="archive_state"),
    path("me/data/archive/download", archive_file, name="archive_file"),
    path("me/export/", export, name="export"),
    path("me/delete/", delete_account, name="delete_account"),
]
