"""The pages of addresses, with our words."""

from allauth.account import views
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ..core.queries import owner_of
from ..enums import ChangeOutcome
from ..errors import MemberError
from ..models import CONFIRM_SIGNER, AddressChange, User
from . import operations
from .confirmations import OWN_SIGN_UP, confirmation_of, confirmed_address
from .forms.addresses import NO_MAIL_LEFT, ConfirmAddressForm
from .queries import mailbox_of

#: The key of no account.
NOBODY = 0


class EmailView(views.EmailView):
    """The addresses of an account. It says so where a link is asked for again and no more mail is sent."""

    def _action_send(self, request, *args, **kwargs):
        answer = super()._action_send(request, *args, **kwargs)
        if not self._did_send_verification_email:
            messages.error(request, NO_MAIL_LEFT)
        return answer

    def form_valid(self, form):
        """Say that both mailboxes are written to, and that an earlier wish is dropped."""
        dropped = AddressChange.objects.filter(address__user=self.request.user).exclude(
            address__email__iexact=form.cleaned_data["email"]
        )
        earlier = dropped.values_list("address__email", flat=True).first()
        answer = super().form_valid(form)
        if EmailAddress.objects.get_verified(self.request.user):
            words = _("We wrote to %(old)s too: the address changes once the links of both mails are followed.")
            messages.info(self.request, words % {"old": self.request.user.email})
        if earlier:
            words = _("The change to %(email)s, which you asked for earlier, is dropped.")
            messages.info(self.request, words % {"email": earlier})
        return answer

    def get_context_data(self, **kwargs):
        """Show how far a change has come."""
        change = AddressChange.objects.filter(address__user=self.request.user).select_related("address").first()
        return super().get_context_data(change=change, **kwargs)


class RequestLoginCodeView(views.RequestLoginCodeView):
    """Send a code by mail. The address typed on the page to sign in comes along with the button that leads here."""

    def post(self, request, *args, **kwargs):
        if "email" in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form_class()(initial={"email": request.POST.get("login", "")})
        return self.render_to_response(self.get_context_data(form=form))


class ConfirmLoginCodeView(views.ConfirmLoginCodeView):
    """Sign in by the code of a mail, which holds only while the address that it went to is the account's."""

    def get_form_kwargs(self):
        """Look for an account where the address has none too: the time must not tell which have one."""
        if self.stage.login.user is None:
            User.objects.filter(pk=NOBODY).first()
        return super().get_form_kwargs()

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
        address = self.get_object().email_address
        operations.lock_to_confirm(address.user, address.email)
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


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def give_up_old_address(request):
    """Have a change of address take effect without the old mailbox, which its person no longer has."""
    if request.method == "POST":
        try:
            change = operations.give_up_old_address(user=request.user)
        except MemberError as refusal:
            messages.error(request, refusal.message)
        else:
            if change.without_old_at:
                day = date_format(localtime(change.without_old_at), "DATE_FORMAT")
                words = _("Your address changes on %(day)s, unless somebody stops it from the present mailbox.")
                messages.success(request, words % {"day": day})
    return redirect("account_email")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_old_address(request, token):
    """Confirm a change of address from the old mailbox. To open the link changes nothing."""
    change = _change_of(token, CONFIRM_SIGNER)
    if request.method != "POST" or change is None:
        return _address_change_page(request, change)
    try:
        outcome = operations.confirm_old_address(change_id=change.pk)
    except MemberError as refusal:
        messages.error(request, refusal.message)
        return redirect("account_email" if request.user.is_authenticated else "account_login")
    named = {"email": change.address.email}
    if outcome == ChangeOutcome.DONE:
        messages.success(request, _("%(email)s is the address of your account now.") % named)
    elif outcome == ChangeOutcome.TAKEN:
        messages.error(request, _("Another account has %(email)s by now: your address stays as it is.") % named)
    else:
        messages.info(
            request, _("Thank you. The address changes once the link that we sent to %(email)s is followed.") % named
        )
    return redirect("account_email" if request.user == change.address.user else "account_login")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_address_change(request, token):
    """Sign an account out and void all that opens it, by a button behind the link that its mailbox was sent. To open
    the link changes nothing."""
    if request.method != "POST":
        return _stop_page(request, mailbox_of(token))
    try:
        stopped = operations.stop_address_change(token=token)
    except MemberError:
        return _stop_page(request, mailbox_of(token))
    if request.session.session_key and not request.session.exists(request.session.session_key):
        logout(request)  # it was one of the sessions that have ended
    removed = ", ".join(map(str, stopped.removed))
    if stopped.is_frozen:
        words = _("The account is signed out everywhere. Removed: %(removed)s.")
    else:
        words = _(
            "It is stopped, and your account is signed out everywhere. Removed, because somebody else may know or have"
            " made them: %(removed)s."
        )
    messages.success(request, words % {"removed": removed})
    return redirect(request.path)


def _stop_page(request, mailbox):
    context = {
        "mailbox": mailbox,
        "is_closed": mailbox and not mailbox.is_present and not mailbox.person.is_active,
        "stoppable_for": AddressChange.FREEZES_FOR.days,
    }
    return render(request, "members/accounts/stop.html", context, status=200 if mailbox else 404)


def _change_of(token, signer):
    """Return the change that a link names; None where it is forged, done, taken back or stopped."""
    try:
        pk = int(signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    return AddressChange.objects.select_related("address__user").filter(pk=pk).first()


def _address_change_page(request, change):
    if change and change.lapses_at <= now():
        change = None
    return render(request, "members/accounts/address_change.html", {"change": change}, status=200 if change else 404)
