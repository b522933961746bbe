"""The address of everything. Pages for people carry their language in the path; machines' addresses do not."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

from hacktiv.portal.health import healthz
from hacktiv.portal.views.calendar import calendar_feed

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("accounts/", include("allauth.urls")),
        # Before the page of a space, which takes any name for one.
        path("spaces/", include("spaces.urls")),
        path("", include("hacktiv.portal.urls")),
        path("agenda/", include("events.urls")),
        path("training/", include("training.urls")),
        path("members/", include("members.urls")),
        path("reporting/", include("reporting.urls")),
    ),
]

if settings.ENVIRONMENT != "prod":
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
    urlpatterns.append(path("mails/", include("hacktiv.outbox.urls")))
