"""The pages of addresses, with our words."""

from allauth.account import views
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hacktiv.common.locks import lock_address

from ..core.queries import owner_of
from ..models import User
from .confirmations import OWN_SIGN_UP, confirmation_of, confirmed_address
from .forms.addresses import NO_MAIL_LEFT, ConfirmAddressForm


class EmailView(views.EmailView):
    """The addresses of an account. It says so where a link is asked for again and no more mail is sent."""

    def _action_send(self, request, *args, **kwargs):
        answer = super()._action_send(request, *args, **kwargs)
        if not self._did_send_verification_email:
            messages.error(request, NO_MAIL_LEFT)
        return answer


class ConfirmLoginCodeView(views.ConfirmLoginCodeView):
    """Sign in by the code of a mail, which holds only while the address that it went to is the account's."""

    def form_valid(self, form):
        owner = owner_of(self._process.state["email"])
        if owner is None or owner != self._process.user:
            self._process.abort()
            messages.error(self.request, _("This code no longer signs anybody in. Ask for another one."))
            return redirect("account_request_login_code")
        return super().form_valid(form)


class ConfirmEmailView(views.ConfirmEmailView):
    """Confirm an address. Following the link or pressing the button again shows that it is confirmed.

    To open the link changes nothing: mail programs open links too."""

    def dispatch(self, request, *args, **kwargs):
        return self._told_confirmed() or super().dispatch(request, *args, **kwargs)

    def _told_confirmed(self):
        """Say that the address is confirmed, by this link or another one; return None where it is not."""
        address = confirmed_address(self.kwargs["key"])
        if not address:
            return None
        if not self.request.user.is_authenticated:
            words = _("Your address is confirmed. Sign in to come in; if your password does not fit, choose a new one.")
            messages.success(self.request, words)
            return redirect("account_login")
        if address.user_id == self.request.user.pk:
            messages.success(self.request, _("Your address is confirmed."))
        else:
            words = _("The address of this link is confirmed, for another account than the one you are signed in to.")
            messages.info(self.request, words)
        return redirect(settings.LOGIN_REDIRECT_URL)

    @transaction.atomic
    def post(self, *args, **kwargs):
        try:
            person = self._locked_account()
            self.object = self.get_object()
            form = self._form(person, self._sign_up())
            self.request.greets_newcomer = not EmailAddress.objects.get_verified(person)
            if form and not form.is_valid():
                return self.render_to_response(self.get_context_data(form=form), status=400)
            response = super().post(*args, **kwargs)
        except Http404:  # expired, forged, or confirmed by another link meanwhile: the page says so
            self.object = None
            return self._told_confirmed() or self.render_to_response(self.get_context_data(), status=404)
        if form and isinstance(response, HttpResponseRedirect):
            person.refresh_from_db()
            return perform_login(self.request, person, redirect_url=self.get_next_url())
        return response

    def get_object(self, queryset=None):
        found = confirmation_of(self.kwargs["key"])
        if not found:
            raise Http404
        return found

    def get_context_data(self, **kwargs):
        """Ask for the password of the account, unless this browser has shown that it knows it."""
        if self.object:
            person = self.object.email_address.user
            kwargs.setdefault("form", self._form(person, self._sign_up()))
            kwargs["opened"] = None if EmailAddress.objects.get_verified(person) else person
            kwargs["sign_up"] = self._sign_up()
        return super().get_context_data(**kwargs)

    def _locked_account(self):
        """Return the account of the link, which nobody opens anew meanwhile. Nobody else takes the address."""
        lock_address(self.get_object().email_address.email)
        User.objects.select_for_update().filter(pk=self.get_object().email_address.user_id).first()
        return self.get_object().email_address.user

    def _sign_up(self):
        """Return the sign-up that the link completes, if any."""
        return getattr(self.object, "sign_up", None)

    def _form(self, person, sign_up):
        """Return the form that asks for the password, or None where the account is known to be this visitor's.

        The owner of an address may follow the link of an account that a stranger opened for it."""
        if sign_up:
            is_known = sign_up.pk == self.request.session.get(OWN_SIGN_UP)
        else:
            is_known = self.request.user == person or _signed_in(self.request, person)
        if is_known:
            return None
        data = self.request.POST if self.request.method == "POST" else None
        return ConfirmAddressForm(data, user=person, sign_up=sign_up)

    def logout_other_user(self, confirmation):
        """Sign out whoever confirms, by the button, the address of another account."""
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


def _signed_in(request, person):
    """Return whether this browser typed the password of the account, since it was opened or opened anew."""
    stage = LoginStageController.enter(request, EmailVerificationStage.key)
    login = stage and stage.login
    return bool(login and login.user == person and login.initiated_at >= person.date_joined.timestamp())
