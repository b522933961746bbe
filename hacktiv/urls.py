"""The address of everything. Pages for people carry their language in the path; machines' addresses do not."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from hacktiv.outbox.views import mail_choice
from hacktiv.portal.views.calendar import calendar_feed
from hacktiv.site.health import healthz
from members.views import ConfirmEmailView

handler400 = "hacktiv.site.error_pages.bad_request"
handler500 = "hacktiv.site.error_pages.failed"

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        re_path(
            r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", ConfirmEmailView.as_view(), name="account_confirm_email"
        ),
        path("accounts/", include("allauth.urls")),
        # Before the page of a space, which takes any name for one.
        path("spaces/", include("spaces.urls")),
        path("", include("hacktiv.portal.urls")),
        path("agenda/", include("events.urls")),
        path("training/", include("training.urls")),
        path("members/", include("members.urls")),
        path("reporting/", include("reporting.urls")),
        path("mail/<str:token>/", mail_choice, name="mail_choice"),
    ),
]

if settings.ENVIRONMENT != "prod":
    # Where no reverse proxy serves the pictures.
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}))
    urlpatterns.append(path("mails/", include("hacktiv.outbox.urls")))
