from allauth.account import views
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage, LoginStageController
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hacktiv.common.locks import lock_address
from hacktiv.outbox.choices import choice_path

from . import operations
from .confirmations import OWN_SIGN_UP, confirmation_of, confirmed_address
from .enums import SkillDirection
from .forms.accounts import NO_MAIL_LEFT, ConfirmAddressForm
from .forms.profile import ProfileForm, SkillsForm
from .models import User
from .queries import news_of, shows_presence


class EmailView(views.EmailView):
    """The addresses of an account. It says so where a link is asked for again and no more mail is sent."""

    def _action_send(self, request, *args, **kwargs):
        answer = super()._action_send(request, *args, **kwargs)
        if not self._did_send_verification_email:
            messages.error(request, NO_MAIL_LEFT)
        return answer


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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    """Show and save a person's profile."""
    # A copy of the person: unsaved values must not show in the header of the page.
    data = request.POST if request.method == "POST" else None
    initial = {"news": sorted(news_of(request.user)), "presence": shows_presence(request.user)}
    form = ProfileForm(data, instance=User.objects.get(pk=request.user.pk), initial=initial)
    if form.is_valid():
        operations.update_profile(user=request.user, **form.fields_to_write)
        messages.success(request, _("Your profile is saved."))
        return redirect("members:profile")
    context = {"form": form, "mail_choice_path": choice_path(request.user.email)}
    return render(request, "members/profile.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def presence(request):
    """Show the person to members where they are, or no longer; then lead back to the page of the button."""
    is_shown = request.POST.get("show") == "1"
    operations.choose_presence(user=request.user, is_shown=is_shown)
    if is_shown:
        messages.success(request, _("Members now see your name on the page of a space while you are there."))
    else:
        messages.success(request, _("Your name is no longer shown on the pages of the spaces."))
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "members:profile")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def skills(request):
    """Show and save the skills that a person offers and seeks."""
    data = request.POST if request.method == "POST" else None
    form = SkillsForm(data, initial=_skills_of(request.user))
    if form.is_valid():
        operations.set_skills(user=request.user, **form.cleaned_data)
        messages.success(request, _("Your skills are saved."))
        return redirect("members:skills")
    return render(request, "members/skills.html", {"form": form}, status=400 if form.errors else 200)


def _skills_of(user):
    chosen = {direction: [] for direction in SkillDirection.values}
    for skill, direction in user.user_skills.values_list("skill", "direction"):
        chosen[direction].append(skill)
    return chosen
