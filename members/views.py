from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from . import operations
from .enums import SkillDirection
from .forms.profile import ProfileForm, SkillsForm
from .models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request):
    """What a person tells of themselves, and to whom."""
    # A copy of the person: what the form tries on must not show in the page's header.
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, instance=User.objects.get(pk=request.user.pk))
    if form.is_valid():
        operations.update_profile(user=request.user, **form.cleaned_data)
        messages.success(request, _("Your profile is saved."))
        return redirect("members:profile")
    return render(request, "members/profile.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def skills(request):
    """What a person offers and what they seek."""
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
