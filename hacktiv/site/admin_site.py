"""The frame of the admin: its sign-in is the site's own, and what a person may not open does not exist for them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse

from .lookups import with_declared_lookups
from .once import sent_once


class DiscreetAdminSite(AdminSite):
    """An admin that answers 404 where Django's own answers 403: nobody learns what there is elsewhere."""

    empty_value_display = "–"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Register with lists that are filtered only as their class declares, whoever wrote the class."""
        super().register(model_or_iterable, with_declared_lookups(admin_class), **options)

    def admin_view(self, view: Callable[..., HttpResponseBase], cacheable: bool = False) -> Any:
        """Wrap a view of the admin; turn a refusal into 404, and carry out each form once."""
        guarded = sent_once(view)

        @wraps(view)
        def allowed_or_absent(request, *args, **kwargs):
            try:
                return guarded(request, *args, **kwargs)
            except PermissionDenied as error:
                raise Http404 from error

        return super().admin_view(allowed_or_absent, cacheable)

    def get_urls(self) -> list[Any]:
        # Before Django's own address of that name, which would lead anybody to any object's page.
        own = path("r/<int:content_type_id>/<path:object_id>/", self.admin_view(self.view_on_site), name="view_on_site")
        return [own, *super().get_urls()]

    def view_on_site(self, request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponseBase:
        """Redirect to the page of an object that this person may see in the admin; 404 for any other."""
        model = get_object_or_404(ContentType, pk=content_type_id).model_class()
        if not self.is_registered(model):
            raise Http404
        model_admin = self.get_model_admin(model)
        found = model_admin.get_object(request, object_id)
        if found is None or not model_admin.has_view_permission(request, found):
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """Redirect to the site's own sign-in page, with its limits; 404 for a signed-in person who may not enter."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("account_login"))
