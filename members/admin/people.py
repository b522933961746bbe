"""The admin of people. The portal registers it, limited to those of a manager's spaces."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from hacktiv.common.autocompletes import SoundAutocompletes
from hacktiv.common.forms import NameField, UntouchedMixin
from hacktiv.common.locks import lock_address

from ..accounts.operations import forget_unconfirmed_of, remove_second_factor
from ..accounts.queries import has_second_factor
from ..core.queries import owner_of
from ..core.rules import administers
from ..models import Consent, User, UserSkill
from .permissions import may_remove_factor


class UserAddForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "language")
        field_classes = {"email": forms.EmailField, "first_name": NameField, "last_name": NameField}

    def clean_email(self):
        """Write the address in lower case; refuse one that has an account, whatever its capitals.

        An account that nobody has confirmed is none: it goes when this one is saved, and until then no link confirms
        it."""
        email = self.cleaned_data["email"].lower()
        lock_address(email)
        if owner_of(email):
            raise forms.ValidationError(_("This address already has an account."), code="unique")
        return email

    def _get_validation_exclusions(self):
        """Leave to `clean_email` whether the address is free."""
        return super()._get_validation_exclusions() | {"email"}


class UserEditForm(UntouchedMixin, UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"
        field_classes = {"email": forms.EmailField, "first_name": NameField, "last_name": NameField}


class UserSkillInline(SoundAutocompletes, admin.TabularInline):
    model = UserSkill
    extra = 0
    autocomplete_fields = ["skill"]


class ConsentInline(admin.TabularInline):
    """Show a person's consents, read only: only the person gives or withdraws them."""

    model = Consent
    extra = 0
    can_delete = False
    readonly_fields = ["purpose", "given_at", "withdrawn_at"]

    def has_add_permission(self, request, obj=None):
        return False


class UserAdmin(DjangoUserAdmin):
    add_form = UserAddForm
    form = UserEditForm
    list_display = ["email", "last_name", "first_name", "language", "is_listed", "is_active", "date_joined"]
    list_filter = ["is_active", "is_superuser", "groups", "language", "residence", "is_listed", "is_example"]
    search_fields = ["email", "first_name__unaccent", "last_name__unaccent"]
    ordering = ["last_name", "first_name"]
    date_hierarchy = "date_joined"
    readonly_fields = ["participant_number", "date_joined", "last_login", "is_listed"]
    filter_horizontal = ["groups"]
    inlines = [UserSkillInline, ConsentInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": ["email", "password", "first_name", "last_name", "language"]}),
        (
            _("What they tell of themselves"),
            {"fields": ["headline", "about", "website", "is_listed", "residence", "status"]},
        ),
        (_("Rights"), {"fields": ["is_active", "is_superuser", "groups"]}),
        (_("Account"), {"fields": ["participant_number", "date_joined", "last_login", "is_example"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "first_name", "last_name", "language", "usable_password", "password1", "password2"],
            },
        )
    ]

    def get_urls(self):
        view = self.admin_site.admin_view(self.second_factor_view)
        return [path("<int:pk>/second-factor/", view, name="members_user_second_factor"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show who may remove a second factor that somebody has lost the way to do so."""
        person = self.get_object(request, object_id) if administers(request.user) else None
        person = person if person and may_remove_factor(request.user, person) else None
        offered = {"has_second_factor": bool(person) and has_second_factor(person)}
        return super().change_view(request, object_id, form_url, {**offered, **(extra_context or {})})

    def second_factor_view(self, request, pk):
        """Ask, then remove every second factor of a person who has lost it."""
        person = get_object_or_404(User, pk=pk)
        if not may_remove_factor(request.user, person):
            raise Http404
        if request.method == "POST":
            if remove_second_factor(user=person):
                self.log_change(request, person, "Second factor removed.")
                messages.success(
                    request, _("The second factor is removed. A mail says so to %(name)s.") % {"name": person}
                )
            return redirect(reverse("admin:members_user_change", args=[person.pk]))
        title = _("Remove the second factor of %(name)s") % {"name": person}
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "person": person}
        return TemplateResponse(request, "admin/members/user/second_factor.html", context)

    def save_model(self, request, obj, form, change):
        """Save a person. Of a sign-up with the address of a new one that nobody has confirmed, nothing is left."""
        if not change and forget_unconfirmed_of(email=obj.email):
            said = _("Somebody had signed up with %(email)s and not confirmed it: that sign-up is void now.")
            messages.info(request, said % {"email": obj.email})
        super().save_model(request, obj, form, change)

    def get_readonly_fields(self, request, obj=None):
        """Keep the address of an existing person read only: they change it themselves, by confirming the new one."""
        return [*super().get_readonly_fields(request, obj), *(["email"] if obj else [])]
