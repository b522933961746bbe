"""Lead staff without a second factor to make one."""

from django.conf import settings
from django.contrib import admin, messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from members.accounts.queries import has_second_factor
from members.core.middleware import WITHOUT_SESSION

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
    """Where STAFF_SECOND_FACTOR is set, open nothing else to staff who have no second factor.

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
