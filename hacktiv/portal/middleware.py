"""Lead staff without a second factor to make one, and sign out who was erased meanwhile."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.db import IntegrityError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from psycopg2.errors import ForeignKeyViolation

from members.accounts.queries import has_second_factor
from members.core.middleware import WITHOUT_SESSION
from members.core.operations import ERASED
from members.models import User

#: The pages on which a second factor is made, and those that one may need on the way there or instead.
WITHOUT_SECOND_FACTOR = {
    "account_logout",
    "account_reauthenticate",
    "healthz",
    "media",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_index",
    "mfa_list_webauthn",
    "portal:privacy",
}


class StaffSecondFactorMiddleware:
    """Open nothing else to staff who have no second factor, where STAFF_SECOND_FACTOR is set.

    Staff are the people who may enter the admin: superusers, and whoever has a role in a space or in the network."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _args, _kwargs):
        if not settings.STAFF_SECOND_FACTOR or request.path_info.startswith(WITHOUT_SESSION):
            return None
        if request.resolver_match.view_name in WITHOUT_SECOND_FACTOR or not admin.site.has_permission(request):
            return None
        if has_second_factor(request.user):
            return None
        messages.info(
            request, _("Whoever works for a space or for the network signs in with a second factor. Make yours first.")
        )
        return redirect("mfa_index")


class ErasedMeanwhileMiddleware:
    """Tell people that their account was erased, where a form of theirs was being carried out at that moment.

    What an operation writes in their name is refused by the database then, and undone as a whole. Operations that lock
    the account of who acts (`lock_actor`) refuse by themselves; this is for all others."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        is_about_a_row = isinstance(exception, IntegrityError) and isinstance(exception.__cause__, ForeignKeyViolation)
        if not is_about_a_row or not request.user.is_authenticated:
            return None
        if User.objects.filter(pk=request.user.pk).exists():
            return None
        request.session.flush()
        request.user = AnonymousUser()
        request._messages = default_storage(request)  # what was said to be done is not
        messages.error(request, ERASED)
        return redirect("portal:home")
