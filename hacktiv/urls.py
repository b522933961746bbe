"""The address of everything. Pages for people carry their language in the path; machines' addresses do not."""

from allauth.account.views import (
    password_change,
    password_reset,
    password_reset_from_key,
    password_set,
    signup,
)
from allauth.mfa.recovery_codes.views import generate_recovery_codes
from allauth.mfa.totp.views import activate_totp, deactivate_totp
from allauth.mfa.webauthn.views import add_webauthn, edit_webauthn, remove_webauthn
from allauth.usersessions.views import list_usersessions
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from hacktiv.mailings.views import leave_news
from hacktiv.outbox.views import mail_choice
from hacktiv.portal.views.calendar import calendar_feed
from hacktiv.site.health import healthz
from hacktiv.site.media import media
from hacktiv.site.once import ASKED_ANEW, sent_once
from members.accounts.views import (
    ConfirmEmailView,
    ConfirmLoginCodeView,
    EmailView,
    RequestLoginCodeView,
    confirm_old_address,
    give_up_old_address,
    stop_address_change,
)
from reporting.results.views import results, results_file

handler400 = "hacktiv.site.error_pages.bad_request"
handler500 = "hacktiv.site.error_pages.failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        re_path(
            r"^accounts/confirm-email/(?P<key>[-:\w]+)/$",
            sent_once(ConfirmEmailView.as_view()),
            name="account_confirm_email",
        ),
        # Each of these sends a mail.
        path("accounts/signup/", sent_once(signup, kept_for=ASKED_ANEW), name="account_signup"),
        path("accounts/password/reset/", sent_once(password_reset, kept_for=ASKED_ANEW), name="account_reset_password"),
        path("accounts/password/change/", sent_once(password_change), name="account_change_password"),
        path("accounts/password/set/", sent_once(password_set), name="account_set_password"),
        re_path(
            r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            sent_once(password_reset_from_key),
            name="account_reset_password_from_key",
        ),
        path(
            "accounts/login/code/",
            sent_once(RequestLoginCodeView.as_view(), kept_for=ASKED_ANEW),
            name="account_request_login_code",
        ),
        path("accounts/login/code/confirm/", ConfirmLoginCodeView.as_view(), name="account_confirm_login_code"),
        path("accounts/email/", EmailView.as_view(), name="account_email"),
        path("accounts/email/give-up/", sent_once(give_up_old_address), name="account_give_up_old_address"),
        path("accounts/email/<str:token>/confirm/", sent_once(confirm_old_address), name="account_confirm_old_address"),
        path("accounts/email/<str:token>/stop/", sent_once(stop_address_change), name="account_stop_address_change"),
        path("accounts/2fa/totp/activate/", sent_once(activate_totp), name="mfa_activate_totp"),
        path("accounts/2fa/totp/deactivate/", sent_once(deactivate_totp), name="mfa_deactivate_totp"),
        path(
            "accounts/2fa/recovery-codes/generate/",
            sent_once(generate_recovery_codes),
            name="mfa_generate_recovery_codes",
        ),
        path("accounts/2fa/webauthn/add/", sent_once(add_webauthn), name="mfa_add_webauthn"),
        path("accounts/2fa/webauthn/keys/<int:pk>/remove/", sent_once(remove_webauthn), name="mfa_remove_webauthn"),
        path("accounts/2fa/webauthn/keys/<int:pk>/edit/", sent_once(edit_webauthn), name="mfa_edit_webauthn"),
        path("accounts/sessions/", sent_once(list_usersessions), name="usersessions_list"),
        path("accounts/", include("allauth.urls")),
        # Before the page of a space, which takes any name for one.
        path("spaces/", include("spaces.urls")),
        path("", include("hacktiv.portal.urls")),
        path("agenda/", include("events.urls")),
        path("training/", include("training.urls")),
        path("members/", include("members.urls")),
        path("reporting/", include("reporting.urls")),
        path("results/", results, name="results"),
        path("results/open-data.<slug:extension>", results_file, name="results_file"),
        path("mail/<str:token>/", mail_choice, name="mail_choice"),
        path("news/<str:token>/", leave_news, name="leave_news"),
    ),
]

if settings.ENVIRONMENT != "prod":
    # Where no reverse proxy serves the pictures.
    urlpatterns.append(path("media/<path:path>", media))
    urlpatterns.append(path("mails/", include("hacktiv.outbox.urls")))
