"""The pages on which people tell of themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hacktiv.outbox.choices import choice_path
from hacktiv.outbox.operations import refuses_optional

from ..enums import SkillDirection
from ..models import User
from . import operations
from .forms import ProfileForm, SkillsForm
from .queries import agrees_to_photos, news_of, shows_presence


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    """Show and save a person's profile."""
    # A copy of the person: unsaved values must not show in the header of the page.
    data = request.POST if request.method == "POST" else None
    initial = {
        "news": sorted(news_of(request.user)),
        "presence": shows_presence(request.user),
        "photo": agrees_to_photos(request.user),
    }
    form = ProfileForm(data, instance=User.objects.get(pk=request.user.pk), initial=initial)
    if form.is_valid():
        operations.update_profile(user=request.user, **form.fields_to_write)
        messages.success(request, _("Your profile is saved."))
        return redirect("members:profile")
    context = {
        "form": form,
        "mail_choice_path": choice_path(request.user.email),
        "refuses_mails": refuses_optional(request.user.email),
    }
    return render(request, "members/profiles/profile.html", context, status=400 if form.errors else 200)


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
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return HttpResponseRedirect(back) if is_ours else redirect("members:profile")


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
    return render(request, "members/profiles/skills.html", {"form": form}, status=400 if form.errors else 200)


def _skills_of(user):
    chosen = {direction: [] for direction in SkillDirection.values}
    for skill, direction in user.user_skills.values_list("skill", "direction"):
        chosen[direction].append(skill)
    return chosen
